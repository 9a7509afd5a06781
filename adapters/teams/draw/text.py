"""Text as Teams' clients show it: exactly as it was typed.

A TextBlock is read as Markdown, and clients do not agree on what a backslash takes back, so nothing is escaped: text
that Markdown could change goes into a RichTextBlock, which is not read as Markdown at all. There, and in every other
text of a card, `{{DATE(…)}}` and `{{TIME(…)}}` would be shown as a local time; such text is cut into two runs between
the braces, so that neither holds the whole. Of several spaces in a row, which browsers show as one, all but the first
are made spaces that stay.
"""

from __future__ import annotations

import re
from typing import Any

from bot.interface.json_object import Json

_READ_INTO = re.compile(r"(?<=\{)(?=\{(?:DATE|TIME)\()")
_MARKS = re.compile(
    r"[*_`\[\]<>&\\~|\r\n]"  # anywhere
    r"|\{\{|===|  |://|www\."
    r"|^\s*(?:[-+#=]|\d{1,9}[.)])"  # where a line begins
)
_COLLAPSING = re.compile(r"(?<= ) |(?m:^ )")
_NUMBERED = re.compile(r"^(\d{1,9}\.) ")
_NO_BREAK_SPACE = "\u00a0"


def is_plain(text: str) -> bool:
    """Whether Markdown has nothing to read into the text, and leaves it as it is."""
    return _MARKS.search(text) is None


def words(text: str, *, spacing: str = "", **style: Any) -> Json:
    """Text that nothing is read into. A line break is one; `style` is that of a TextRun."""
    block: Json = {"type": "RichTextBlock", "inlines": runs(text, **style)}
    return {**block, "spacing": spacing} if spacing else block


def runs(text: str, **style: Any) -> list[Json]:
    """Text as the runs of a RichTextBlock."""
    kept = _COLLAPSING.sub(_NO_BREAK_SPACE, text)
    return [{"type": "TextRun", "text": each, **style} for each in _READ_INTO.split(kept) if each]


def heading(text: str, *, size: str = "Default", spacing: str = "Medium") -> Json:
    """A heading, also for those who have a card read aloud, unless Markdown could change it: then it only looks so.

    The number before an item of our own is set apart by a space that Markdown takes for no list.
    """
    named = _NUMBERED.sub(rf"\1{_NO_BREAK_SPACE}", text)
    if is_plain(_NUMBERED.sub("", text)):
        return {
            "type": "TextBlock",
            "text": named,
            "style": "heading",
            "size": size,
            "weight": "Bolder",
            "wrap": True,
            "spacing": spacing,
        }
    return words(text, size=size, weight="Bolder", spacing=spacing)
