"""Parts as Block Kit: text as rich text, buttons that follow each other as one row, the highest headings as headers.

Airy, every paragraph is a block of its own. Dense, all text between two rows of buttons is one block, for surfaces on
which the airy drawing would take too many.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from adapters.slack.draw import limits
from adapters.slack.draw.questions import question_blocks
from adapters.slack.draw.text import cut, link, may_be_read_into, plain, words
from bot.interface.intents import AnswerFlags, AnswerPolicy, GiveView, Intent
from bot.interface.json_object import Json
from bot.interface.parts import (
    Button,
    Facts,
    FormButton,
    Heading,
    Link,
    Notice,
    Paragraph,
    Part,
    Question,
    Quote,
    Tally,
)

OPEN = "open"
"""How the action id of a button begins that opens a form or a view: the desk's `open`."""
DO = "do"
"""How the action id of a button begins that does something: the desk's `submit`."""

SECTION = "rich_text_section"
QUOTE = "rich_text_quote"
ITEM = 3
"""The level of the heading of an item."""
READ_THE_REST = "Read the rest"
_WANTED = (GiveView, AnswerFlags, AnswerPolicy)
"""What the product is for: such a button stands out, where it is the only one."""


def draw(
    parts: Iterable[Part | Question],
    *,
    dense: bool = False,
    problems: Mapping[str, str] | None = None,
    workspace: str = "",
) -> list[Json]:
    """The parts as blocks, in order, whatever their number. `problems` stand before the questions they are about."""
    listed = list(parts)
    drawing = _Drawing(_large(listed), _primary(listed), dense)
    for part in listed:
        if isinstance(part, Question):
            problem = (problems or {}).get(part.name, "")
            drawing.question(question_blocks(part, workspace), problem)
        else:
            drawing.part(part)
    drawing.end()
    return drawing.blocks


def _large(parts: list[Part | Question]) -> frozenset[int]:
    """The levels of heading that are drawn as headers: the highest, and the second where there are items below it."""
    levels = {part.level for part in parts if isinstance(part, Heading)}
    highest = {min(levels)} if levels else set()
    return frozenset(highest | ({2} if ITEM in levels else set())) - {ITEM}


def _primary(parts: list[Part | Question]) -> Intent | None:
    wanted = [part.intent for part in parts if isinstance(part, FormButton) and isinstance(part.intent, _WANTED)]
    return wanted[0] if len(wanted) == 1 else None


@dataclass
class _Drawing:
    """What has been drawn, and what is still gathered: text, buttons, and the ways to the rest of cut quotes.

    `item` says that the text gathered ends in a heading or a quote, to which the next paragraph belongs; `listing`
    that items have been drawn, after whose buttons something else may begin.
    """

    large: frozenset[int]
    primary: Intent | None
    dense: bool
    blocks: list[Json] = field(default_factory=list)
    text: list[Json] = field(default_factory=list)
    length: int = 0
    item: bool = False
    listing: bool = False
    buttons: list[Json] = field(default_factory=list)
    rests: dict[str, FormButton] = field(default_factory=dict)
    heading: str = ""
    drawn: int = 0

    def part(self, part: Part) -> None:
        match part:
            case Heading():
                self._heading(part)
            case Paragraph():
                self._paragraph(words(part.text))
            case Notice():
                self._alone(words(part.text, bold=True))
            case Quote():
                self._quote(part)
            case Facts():
                self._alone(*([*words(f"{label}: ", bold=True), *words(value)] for label, value in part.items))
            case Tally():
                self._alone(words(_said(part)))
            case Link():
                self._text(SECTION, link(part.label, part.url))
            case Button() | FormButton():
                self._button(part)
            case _:
                assert_never(part)

    def question(self, blocks: list[Json], problem: str) -> None:
        """A question, and what is to be mended in its answer."""
        if problem:
            self._alone(words(f"Error: {problem}", bold=True))
        self.end()
        self.blocks += blocks

    def end(self) -> None:
        """Put down all that is gathered."""
        self._put_buttons()
        self._put_text()
        self._gather_rests()
        self._put_buttons()

    def _heading(self, part: Heading) -> None:
        if not self.dense or self.buttons or self.rests:
            self.end()
        self.heading = part.text
        self.listing = part.level == ITEM
        if self._is_large(part):
            if part.level > 1:
                self._divide()
            self.blocks.append({"type": "header", "text": plain(part.text, limits.HEADER)})
            return
        self._text(SECTION, words(part.text, bold=True))
        self.item = True

    def _is_large(self, part: Heading) -> bool:
        takes = len(part.text) <= limits.HEADER and not may_be_read_into(part.text) and bool(part.text.strip())
        return part.level in self.large and takes and not self.dense

    def _divide(self) -> None:
        if self.blocks and not self.dense:
            self.blocks.append({"type": "divider"})

    def _quote(self, part: Quote) -> None:
        self._text(SECTION, words(part.label))
        self._text(QUOTE, words(part.text))
        self.item = True
        if part.rest is not None:
            name = f"{READ_THE_REST}: {self.heading or part.label}"
            self.rests.setdefault(part.rest.to_text(), FormButton(READ_THE_REST, part.rest, name))

    def _paragraph(self, elements: list[Json]) -> None:
        if not self.dense and not self.item:
            self._put_text()
        self._text(SECTION, elements)
        self.item = False

    def _alone(self, *lines: list[Json]) -> None:
        if not self.dense:
            self._put_text()
        for each in lines:
            self._text(SECTION, each)

    def _text(self, kind: str, elements: list[Json]) -> None:
        if self.buttons:
            self._put_buttons()
            if self.listing:
                self._divide()
            self.listing = False
        for chunk in _chunks(elements):
            length = _length(chunk)
            if self.length + length > limits.RICH_TEXT:
                self._put_text()
            self.text.append({"type": kind, "elements": chunk})
            self.length += length

    def _put_text(self) -> None:
        if self.text:
            self.blocks.append({"type": "rich_text", "elements": self.text})
        self.text, self.length, self.item = [], 0, False

    def _button(self, part: Button | FormButton) -> None:
        self._put_text()
        self.buttons.append(self._drawn(part))
        # The way to the rest stands beside what can be done with it.
        self._gather_rests()

    def _gather_rests(self) -> None:
        self.buttons += [self._drawn(each) for each in self.rests.values()]
        self.rests.clear()

    def _put_buttons(self) -> None:
        while self.buttons:
            self.blocks.append({"type": "actions", "elements": self.buttons[: limits.BUTTONS]})
            del self.buttons[: limits.BUTTONS]

    def _drawn(self, part: Button | FormButton) -> Json:
        kind = OPEN if isinstance(part, FormButton) else DO
        button: Json = {
            "type": "button",
            "text": plain(part.label, limits.BUTTON),
            "action_id": f"{kind}.{self.drawn}",
            "value": part.intent.to_text(),
        }
        self.drawn += 1
        if part.name and part.name != part.label:
            button["accessibility_label"] = cut(part.name, limits.SPOKEN_NAME)
        if part.intent == self.primary:
            button["style"] = "primary"
        return button


def _said(tally: Tally) -> str:
    return f"{tally.lead} {', '.join(tally.items)}." if tally.items else tally.lead


def _length(elements: list[Json]) -> int:
    return sum(len(each["text"]) for each in elements)


def _chunks(elements: list[Json]) -> Iterator[list[Json]]:
    """The elements, in lists that one block takes; only text longer than any that people may type is taken apart."""
    chunk: list[Json] = []
    length = 0
    for piece in _pieces(elements):
        if chunk and length + len(piece["text"]) > limits.RICH_TEXT:
            yield chunk
            chunk, length = [], 0
        chunk.append(piece)
        length += len(piece["text"])
    if chunk:
        yield chunk


def _pieces(elements: list[Json]) -> Iterator[Json]:
    for each in elements:
        for start in range(0, len(each["text"]), limits.RICH_TEXT):
            yield {**each, "text": each["text"][start : start + limits.RICH_TEXT]}
