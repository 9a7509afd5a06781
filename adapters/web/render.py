"""Parts as HTML: one macro for each, in `templates/parts.html`. Typed text is escaped and otherwise left alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import assert_never
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from adapters.web.fields import CHOSEN, TYPED
from adapters.web.location import Location
from bot.interface.intents import AnswerFlags, GiveView
from bot.interface.parts import (
    DATE_EXAMPLE,
    Button,
    Card,
    ChoiceQuestion,
    DateQuestion,
    Facts,
    Form,
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
    TextQuestion,
    full_label,
)

MOST_RADIOS = 6
"""A choice of more options is drawn as a select."""
_HERE = Path(__file__).parent
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FOLLOWED = frozenset({"http", "https", "mailto"})

_WANTED = (GiveView, AnswerFlags)
"""What the product is for: these buttons are drawn as primary."""

Action = Button | FormButton | Link


@dataclass(frozen=True)
class PageContext:
    """Where a part is drawn. `key` makes ids unique on a page; `levels` maps heading levels to those of the page.

    In a form with questions (`asking`) links open a new tab, so that what is typed stays.
    """

    location: Location
    key: str = ""
    levels: Mapping[int, int] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    asking: bool = False


@dataclass(frozen=True)
class DrawnScreen:
    """A screen as HTML: its title, its parts in order, and the id or text that labels it."""

    title: str
    pieces: tuple[Markup, ...]
    label: str = ""


class Drawing:
    """Draws parts by the templates. `addresses` are the e-mail addresses that are suggested for a person."""

    def __init__(self, addresses: Iterable[str] = ()) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(TYPED=TYPED, CHOSEN=CHOSEN, full_label=full_label, addresses=tuple(addresses))

    def page(self, template: str, **given: object) -> str:
        """A whole page."""
        return self._environment.get_template(template).render(given)

    def card(self, card: Card, location: Location, *, key: str = "", top: int = 2) -> DrawnScreen:
        """A card; its highest heading gets the level `top`, and the first heading labels it."""
        setting = PageContext(location, key, _levels(card.parts, top))
        heading = next((part.text for part in card.parts if isinstance(part, Heading)), "")
        return DrawnScreen(
            heading or card.fallback, self.pieces(card.parts, setting), _heading_id(key) if heading else ""
        )

    def screen(self, card: Card, location: Location) -> DrawnScreen:
        """A card that is a whole page; its first heading is the page's, or else its fallback, for screen readers."""
        if card.parts and isinstance(card.parts[0], Heading):
            drawn = self.card(replace(card, parts=card.parts[1:]), location)
            return DrawnScreen(card.parts[0].text, drawn.pieces)
        return DrawnScreen("", self.card(card, location).pieces, card.fallback)

    def form(self, form: Form, location: Location) -> DrawnScreen:
        """The body of a form or of a private view."""
        parts = tuple(part for part in form.body if isinstance(part, Heading))
        asking = bool(form.questions)
        setting = PageContext(location, "form", _levels(parts, 2), form.problems, asking)
        return DrawnScreen(form.title, self.pieces(form.body, setting))

    def pieces(self, parts: Iterable[Part | Question], setting: PageContext) -> tuple[Markup, ...]:
        """The parts in order; buttons and links that follow each other are drawn in one row."""
        return tuple(self._pieces(parts, setting))

    def _pieces(self, parts: Iterable[Part | Question], setting: PageContext) -> Iterator[Markup]:
        named = False
        for is_action, run in groupby(parts, _stands_with):
            drawn = []
            for part in run:
                first = isinstance(part, Heading) and not named
                named = named or first
                drawn.append(self.part(part, setting, first=first))
            yield from [self._macro("actions", drawn)] if is_action else drawn

    def part(self, part: Part | Question, setting: PageContext, *, first: bool = False) -> Markup:
        """One part; `first` marks the heading that labels its card."""
        match part:
            case Heading():
                level = setting.levels.get(part.level, part.level + 1)
                return self._macro("heading", part, level, _heading_id(setting.key) if first else "")
            case Paragraph():
                return self._macro("paragraph", part)
            case Notice():
                return self._macro("notice", part)
            case Quote():
                return self._macro("quote", part, setting)
            case Facts():
                return self._macro("facts", part)
            case Tally():
                return self._macro("tally", part)
            case Button() | FormButton() | Link():
                return self._action(part, setting)
            case TextQuestion() | ChoiceQuestion() | DateQuestion() | PersonQuestion():
                return self._question(part, setting.problems.get(part.name, ""))
            case _:
                assert_never(part)

    def _action(self, part: Action, setting: PageContext) -> Markup:
        match part:
            case Button():
                return self._macro("button", part, setting, aside_id(part))
            case FormButton():
                return self._macro("form_button", part, setting, isinstance(part.intent, _WANTED))
            case Link():
                return self._macro("link", part, setting, _can_follow(part.url))
            case _:
                assert_never(part)

    def _question(self, question: Question, problem: str) -> Markup:
        match question:
            case TextQuestion():
                return self._macro("text_question", question, problem)
            case ChoiceQuestion():
                listed = len(question.options) > MOST_RADIOS and not question.several
                return self._macro("select" if listed else "choices", question, problem)
            case DateQuestion():
                # A browser empties a date field that holds anything else, which would lose what was typed.
                is_day = not question.value or bool(_DAY.fullmatch(question.value))
                hinted = replace(question, hint=f"{question.hint} {DATE_EXAMPLE}".strip())
                return self._macro("date_question", hinted, problem, is_day)
            case PersonQuestion():
                return self._macro("person_question", question, problem)
            case _:
                assert_never(question)

    def _macro(self, name: str, *given: object) -> Markup:
        macro = getattr(self._environment.get_template("parts.html").module, name)
        drawn: Markup = macro(*given)
        return drawn


def aside_id(button: Button) -> str:
    """The id of the separate form that a button among questions sends."""
    return "aside-" + re.sub(r"[^0-9a-z]+", "-", button.intent.to_text())


def field_id(name: str) -> str:
    """The id of the field, or of the first one, that answers the question `name`."""
    return f"q-{name}"


def _stands_with(part: Part | Question) -> str:
    # A button whose name says what it is about belongs to the item before it; any other to the whole screen.
    match part:
        case Button() | FormButton():
            return "item" if part.name and part.name != part.label else "screen"
        case Link():
            return "item"
    return ""


def _heading_id(key: str) -> str:
    return f"heading-{key}" if key else "heading"


def _levels(parts: Iterable[Part], top: int) -> dict[int, int]:
    # The page skips no heading level, whichever ones the screen uses.
    used = sorted({part.level for part in parts if isinstance(part, Heading)})
    return {level: min(top + place, 6) for place, level in enumerate(used)}


def _can_follow(url: str) -> bool:
    try:
        return urlsplit(url).scheme.lower() in _FOLLOWED
    except ValueError:
        return False
