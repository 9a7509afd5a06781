"""Text elements whose text Teams shows exactly as it was typed.

A TextBlock is read as Markdown, and clients disagree on what a backslash escapes, so we do not escape. Text that
Markdown could change goes into a RichTextBlock, which is not read as Markdown. There, and in all other text of a card,
`{{DATE(…)}}` and `{{TIME(…)}}` would be shown as a local time, so such text is split into two runs between the braces.
Browsers collapse consecutive spaces, so all but the first become no-break spaces.
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
    """Whether Markdown would show the text unchanged."""
    return _MARKS.search(text) is None


def words(text: str, *, spacing: str = "", **style: Any) -> Json:
    """Return text as a RichTextBlock, shown as it is, with its line breaks. `style` has properties of a TextRun."""
    block: Json = {"type": "RichTextBlock", "inlines": runs(text, **style)}
    return {**block, "spacing": spacing} if spacing else block


def runs(text: str, **style: Any) -> list[Json]:
    """Return text as the runs of a RichTextBlock."""
    kept = _COLLAPSING.sub(_NO_BREAK_SPACE, text)
    return [{"type": "TextRun", "text": each, **style} for each in _READ_INTO.split(kept) if each]


def heading(text: str, *, size: str = "Default", spacing: str = "Medium") -> Json:
    """Return a heading that screen readers announce as one. Text that Markdown could change only looks like a heading.

    A no-break space after the number of an item keeps Markdown from making it a list.
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
