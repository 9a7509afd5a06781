"""The closed vocabulary that every screen is written in.

A screen says its content once, as a `Card` (shown to whoever reads a place) or a `Form` (shown only to the person
who opened it). All text is plain: each adapter escapes it for its platform, cuts it to the platform's limits, and
draws the mechanics natively. A part enters this file when two adapters can show it natively.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.interface.intents import Intent


@dataclass(frozen=True)
class Heading:
    """A heading; `level` 1 is the title of the card, 2 a block, 3 an item in a block."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """A sentence or more of our own words, which may hold text that a person typed."""

    text: str


@dataclass(frozen=True)
class Notice:
    """A paragraph that must not be overlooked: a warning, a promise, something that is late."""

    text: str


@dataclass(frozen=True)
class Quote:
    """What a person typed, exactly, under the label that says what it is. `rest` opens the whole when it was cut."""

    label: str
    text: str
    rest: Intent | None = None


@dataclass(frozen=True)
class Facts:
    """Short labelled facts, in order: (label, value)."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Tally:
    """Counts in words, in order: (count with its noun, what it counts)."""

    lead: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Button:
    """Does something when pressed: the desk's `submit` with no answers. `name` is for who cannot see where it is."""

    label: str
    intent: Intent
    name: str = ""


@dataclass(frozen=True)
class FormButton:
    """Opens a form or a private view in a window of its own: the desk's `follow`."""

    label: str
    intent: Intent
    name: str = ""


@dataclass(frozen=True)
class Link:
    """An address outside Deliverable."""

    label: str
    url: str


@dataclass(frozen=True)
class Option:
    """One choice: what is submitted, what is read, and a description where the platform can carry one."""

    value: str
    label: str
    description: str = ""


@dataclass(frozen=True)
class TextQuestion:
    """Asks for text of at most `limit` characters; `long` for more than a line."""

    name: str
    label: str
    hint: str = ""
    value: str = ""
    limit: int = 3000
    long: bool = False
    optional: bool = False


@dataclass(frozen=True)
class ChoiceQuestion:
    """Asks for one of `options`, or for several. Nothing is chosen unless `values` says so."""

    name: str
    label: str
    options: tuple[Option, ...]
    hint: str = ""
    placeholder: str = ""
    values: tuple[str, ...] = ()
    several: bool = False
    optional: bool = False


@dataclass(frozen=True)
class DateQuestion:
    """Asks for a day; `value` is ISO 8601 (`2026-12-16`) or empty."""

    name: str
    label: str
    hint: str = ""
    value: str = ""
    optional: bool = False


@dataclass(frozen=True)
class PersonQuestion:
    """Asks for a person: an e-mail address, or `platform/workspace/user` from a platform's own picker."""

    name: str
    label: str
    hint: str = ""
    value: str = ""
    optional: bool = False


Question = TextQuestion | ChoiceQuestion | DateQuestion | PersonQuestion
Part = Heading | Paragraph | Notice | Quote | Facts | Tally | Button | FormButton | Link


@dataclass(frozen=True)
class Card:
    """What stands in a place. `fallback` is a sentence that stands alone, for notifications and screen readers."""

    parts: tuple[Part, ...]
    fallback: str


@dataclass(frozen=True)
class Form:
    """What one person sees in a window of their own.

    With questions it has one submit, which carries `intent` and `nonce`; without, it is a private view.
    `problems` maps a question's name, or "" for the whole form, to the sentence that says what to mend.
    """

    title: str
    body: tuple[Part | Question, ...]
    intent: Intent | None = None
    send: str = ""
    close: str = "Cancel"
    nonce: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions, in the order they are asked."""
        return tuple(part for part in self.body if isinstance(part, Question))

    @property
    def untouched(self) -> bool:
        """Whether it asks, and nothing is in it that anybody typed or chose."""
        asked = self.questions
        quoted = any(isinstance(part, Quote) for part in self.body)
        return bool(asked) and not quoted and not self.problems and not any(map(_answered, asked))


def _answered(question: Question) -> bool:
    return bool(question.values if isinstance(question, ChoiceQuestion) else question.value)


Screen = Card | Form
