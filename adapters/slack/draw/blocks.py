"""Draw a screen's parts as Block Kit blocks: text as rich text, runs of buttons as one row, top headings as headers.

There are two layouts. The airy one gives every paragraph its own block. The dense one puts all text between two rows of
buttons into one block, for screens whose airy layout would have more blocks than the surface allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from adapters.slack.draw import limits
from adapters.slack.draw.questions import by_address_button, question_blocks
from adapters.slack.draw.text import beginning, cut, length, link, may_be_read_into, plain, words
from bot.interface.intents import (
    AnswerFlags,
    AnswerPolicy,
    DownloadCsv,
    GiveView,
    Intent,
    MyPolicies,
    NameOwner,
    ScheduleSettings,
    Snooze,
)
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
    PersonQuestion,
    Question,
    Quote,
    Tally,
)

OPEN = "open"
"""Prefix of the action id of a button that opens a form or a view, with `Dispatcher.open`."""
DO = "do"
"""Prefix of the action id of a button that acts at once, with `Dispatcher.submit`."""

MENU = "menu"
"""Prefix of the action id of a menu of buttons. Each option says which button it is: see `chosen_in_menu`."""
TURN = "turn"
"""Prefix of the action id of a button that opens a view in place of the one it is on, with `Dispatcher.open`."""

SECTION = "rich_text_section"
QUOTE = "rich_text_quote"
ITEM = 3
"""The heading level of an item in a list."""
READ_THE_REST = "Read the rest"
_OF_A_DIGEST = (Snooze, MyPolicies, DownloadCsv, NameOwner, ScheduleSettings)
MOST_IN_A_MENU = 5
"""Slack's limit for the options of an overflow menu."""
_WANTED = (GiveView, AnswerFlags, AnswerPolicy)
"""The main actions of the product. At most one such button of a screen is drawn as primary."""


def draw(
    parts: Iterable[Part | Question],
    *,
    dense: bool = False,
    problems: Mapping[str, str] | None = None,
    workspace: str = "",
) -> list[Json]:
    """Return the parts as blocks, in order, with no limit on their number.

    `problems` maps question names to error messages. Each message is drawn above its question. `workspace` is the Slack
    id in which people are picked.
    """
    listed = list(parts)
    drawing = _Drawing(_header_levels(listed), _primary_intent(listed), dense, _menu(listed))
    last_person = next((each for each in reversed(listed) if isinstance(each, PersonQuestion)), None)
    for part in listed:
        if isinstance(part, Question):
            problem = (problems or {}).get(part.name, "")
            drawing.question(question_blocks(part, workspace), problem)
            if part is last_person and any(_is_pick(each) for each in drawing.blocks):
                drawing.blocks.append(by_address_button())
        else:
            drawing.part(part)
    drawing.end()
    return drawing.blocks


def _menu(parts: list[Part | Question]) -> list[Button | FormButton]:
    """The buttons that stand in a menu: those of a digest that are not about its flags."""
    lesser = [part for part in parts if isinstance(part, FormButton) and isinstance(part.intent, _OF_A_DIGEST)]
    is_digest = any(isinstance(part.intent, DownloadCsv) for part in lesser)
    return [*lesser[:MOST_IN_A_MENU]] if is_digest and len(lesser) > 1 else []


def chosen_in_menu(value: str) -> tuple[str, str]:
    """The kind of the button that an option of a menu stands for, and the text form of its intent."""
    _, _, button = value.partition("|")
    kind, _, intent = button.partition("|")
    return kind, intent


def _is_pick(block: Json) -> bool:
    return bool(block["type"] == "input" and block["element"]["type"] == "users_select")


def _header_levels(parts: list[Part | Question]) -> frozenset[int]:
    """The heading levels drawn as headers: the highest, and level 2 if there are items below it."""
    levels = {part.level for part in parts if isinstance(part, Heading)}
    highest = {min(levels)} if levels else set()
    return frozenset(highest | ({2} if ITEM in levels else set())) - {ITEM}


def _primary_intent(parts: list[Part | Question]) -> Intent | None:
    """What the one primary button of a screen leads to. A form has one already: the button that sends it.

    Where there are several, as in a digest, it is the first answer to give: the most urgent flag comes first. A list in
    which all are alike has none.
    """
    wanted = [part.intent for part in parts if isinstance(part, FormButton) and isinstance(part.intent, _WANTED)]
    if any(isinstance(part, Question) for part in parts) or not wanted:
        return None
    answers = [each for each in wanted if isinstance(each, AnswerFlags)]
    return answers[0] if answers else wanted[0] if len(wanted) == 1 else None


@dataclass
class _Drawing:
    """The blocks drawn so far, and the text, buttons and "Read the rest" buttons waiting to be put into blocks.

    `item` is True while the waiting text ends in a heading or a quote: the next paragraph belongs to it. `listing` is
    True after an item heading: text that follows the item's buttons starts a new section.
    """

    large: frozenset[int]
    primary: Intent | None
    dense: bool
    menu: list[Button | FormButton] = field(default_factory=list)
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
                if part.minor and not self.dense and _is_context(part.text):
                    self._context(part.text)
                else:
                    self._paragraph(words(part.text))
            case Notice():
                self._own_block(words(part.text, bold=True))
            case Quote():
                self._quote(part)
            case Facts():
                self._own_block(*([*words(f"{label}: ", bold=True), *words(value)] for label, value in part.items))
            case Tally():
                self._tally(part)
            case Link():
                self._text(SECTION, link(part.label, part.url))
            case Button() | FormButton():
                self._button(part)
            case _:
                assert_never(part)

    def question(self, blocks: list[Json], problem: str) -> None:
        """Add a question, with the error in its answer above it."""
        if problem:
            self._own_block(words(f"Error: {problem}", bold=True))
        self.end()
        self.blocks += blocks

    def end(self) -> None:
        """Put everything that is waiting into blocks."""
        self._flush_buttons()
        self._flush_text()
        self._add_rest_buttons()
        self._flush_buttons()

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
        fits = length(part.text) <= limits.HEADER and not may_be_read_into(part.text) and bool(part.text.strip())
        return part.level in self.large and fits and not self.dense

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
            self._flush_text()
        self._text(SECTION, elements)
        self.item = False

    def _context(self, text: str) -> None:
        self._flush_buttons()
        self._flush_text()
        self.blocks.append({"type": "context", "elements": [plain(text, limits.CONTEXT)]})

    def _tally(self, part: Tally) -> None:
        """A count with its parts, each on a line of its own, so that they can be scanned."""
        if self.dense or not part.items:
            self._own_block(words(_tally_text(part)))
        else:
            self._own_block(words(part.lead, bold=True), *(words(each) for each in part.items))

    def _own_block(self, *lines: list[Json]) -> None:
        if not self.dense:
            self._flush_text()
        for each in lines:
            self._text(SECTION, each)

    def _text(self, kind: str, elements: list[Json]) -> None:
        if self.buttons:
            self._flush_buttons()
            if self.listing:
                self._divide()
            self.listing = False
        for chunk in _chunks(elements):
            size = _length(chunk)
            if self.length + size > limits.RICH_TEXT:
                self._flush_text()
            self.text.append({"type": kind, "elements": chunk})
            self.length += size

    def _flush_text(self) -> None:
        if self.text:
            self.blocks.append({"type": "rich_text", "elements": self.text})
        self.text, self.length, self.item = [], 0, False

    def _button(self, part: Button | FormButton) -> None:
        if part in self.menu:
            # The menu stands where its first button would.
            if part is self.menu[0]:
                self._flush_text()
                self.buttons.append(self._menu_block())
            return
        self._flush_text()
        if isinstance(part.intent, AnswerPolicy):
            self._flush_buttons()  # it is about all flags, and must not be pressed for the last one
        self.buttons.append(self._button_block(part))
        # "Read the rest" goes in the same row as the other buttons of the item.
        self._add_rest_buttons()

    def _add_rest_buttons(self) -> None:
        self.buttons += [self._button_block(each) for each in self.rests.values()]
        self.rests.clear()

    def _flush_buttons(self) -> None:
        while self.buttons:
            self.blocks.append({"type": "actions", "elements": self.buttons[: limits.BUTTONS]})
            del self.buttons[: limits.BUTTONS]

    def _menu_block(self) -> Json:
        options = [
            {"text": plain(each.label, limits.OPTION), "value": f"{number}|{_kind(each)}|{each.intent.to_text()}"}
            for number, each in enumerate(self.menu)
        ]
        self.drawn += 1
        return {"type": "overflow", "action_id": f"{MENU}.{self.drawn - 1}", "options": options}

    def _button_block(self, part: Button | FormButton) -> Json:
        kind = _kind(part)
        button: Json = {
            "type": "button",
            "text": plain(part.label, limits.BUTTON),
            "action_id": f"{kind}.{self.drawn}",
            "value": part.intent.to_text(),
        }
        self.drawn += 1
        if part.name and part.name != part.label:
            button["accessibility_label"] = cut(part.name, limits.SPOKEN_NAME)
        if self.primary is not None and part.intent == self.primary:
            button["style"], self.primary = "primary", None
        return button


def _is_context(text: str) -> bool:
    """Whether plain text shows it as it is, whole."""
    return bool(text.strip()) and length(text) <= limits.CONTEXT and not may_be_read_into(text)


def _kind(part: Button | FormButton) -> str:
    if isinstance(part, Button):
        return DO
    return TURN if part.replaces else OPEN


def _tally_text(tally: Tally) -> str:
    return f"{tally.lead} {', '.join(tally.items)}." if tally.items else tally.lead


def _length(elements: list[Json]) -> int:
    return sum(length(each["text"]) for each in elements)


def _chunks(elements: list[Json]) -> Iterator[list[Json]]:
    """Split the elements into lists that fit into one block each. Text that people type always fits whole."""
    chunk: list[Json] = []
    size = 0
    for piece in _pieces(elements):
        if chunk and size + length(piece["text"]) > limits.RICH_TEXT:
            yield chunk
            chunk, size = [], 0
        chunk.append(piece)
        size += length(piece["text"])
    if chunk:
        yield chunk


def _pieces(elements: list[Json]) -> Iterator[Json]:
    for each in elements:
        rest = each["text"]
        while rest:
            first = beginning(rest, limits.RICH_TEXT)
            yield {**each, "text": first}
            rest = rest[len(first) :]
