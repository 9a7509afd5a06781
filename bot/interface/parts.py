"""The parts that every screen is built from: a closed list.

A screen states its content once, as a `Card` (for everyone in a channel or chat) or a `Form` (only for the person who
opened it). All text is plain: each adapter escapes it for its platform, cuts it to the platform's limits, and draws
buttons and fields natively. A part is added here once two adapters can show it natively.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.interface.intents import Intent


@dataclass(frozen=True)
class Heading:
    """A heading. `level` is 1 for the title of the card, 2 for a section, 3 for an item in a section."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """One or more sentences of our own, which may include text that a person typed.

    `minor` is for facts beside the matter, such as who and when: platforms that can show them smaller do.
    """

    text: str
    minor: bool = False


@dataclass(frozen=True)
class Notice:
    """A paragraph that must not be overlooked: a warning, a promise, something that is late."""

    text: str


@dataclass(frozen=True)
class Quote:
    """What a person typed, unaltered, under a label that says what it is. `rest` opens all of it where it was cut.

    `whole` opens all of it where a platform has to cut it, or cut it further.
    """

    label: str
    text: str
    rest: Intent | None = None
    whole: Intent | None = None


@dataclass(frozen=True)
class Facts:
    """Short labelled facts, in order: (label, value)."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Tally:
    """Counts in words, in order, after a `lead`: "3 not deliverable as announced"."""

    lead: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Button:
    """Acts when pressed: `Dispatcher.submit` without answers. `name` is its accessible name, where `label` repeats."""

    label: str
    intent: Intent
    name: str = ""


@dataclass(frozen=True)
class FormButton:
    """Opens a form or a private view in its own window: `Dispatcher.open`.

    `replaces` opens it in place of the view that the button is on, as another page of a list.
    """

    label: str
    intent: Intent
    name: str = ""
    replaces: bool = False


@dataclass(frozen=True)
class Link:
    """An address outside Deliverable."""

    label: str
    url: str


@dataclass(frozen=True)
class Option:
    """One choice: the value submitted, the label shown, and a description where the platform can show one."""

    value: str
    label: str
    description: str = ""


TEXT_LIMIT = 3_000
"""How many characters can be typed where a question sets no limit of its own."""
OPTIONAL = "(optional)"

# An `optional` question may stay empty, so a client must not insist on it. Where it is also `conditional`, an answer to
# another question can make it needed, and no screen calls it optional.


@dataclass(frozen=True)
class TextQuestion:
    """Asks for text of at most `limit` characters; `long` gives a field of several lines."""

    name: str
    label: str
    hint: str = ""
    value: str = ""
    limit: int = TEXT_LIMIT
    long: bool = False
    optional: bool = False
    conditional: bool = False


@dataclass(frozen=True)
class ChoiceQuestion:
    """Asks for one of `options`, or for several. Nothing is preselected but `values`."""

    name: str
    label: str
    options: tuple[Option, ...]
    hint: str = ""
    placeholder: str = ""
    values: tuple[str, ...] = ()
    several: bool = False
    optional: bool = False
    conditional: bool = False


DATE_EXAMPLE = "For example, 31 March 2027."
"""Shown beside a date that can be typed: a platform whose dates can only be picked does not need it."""


@dataclass(frozen=True)
class DateQuestion:
    """Asks for a day; `value` is ISO 8601 (`2026-12-16`), what was typed instead, or empty."""

    name: str
    label: str
    hint: str = ""
    value: str = ""
    optional: bool = False
    conditional: bool = False


@dataclass(frozen=True)
class PersonQuestion:
    """Asks for a person: an e-mail address, or `platform/workspace/user` from the platform's own picker."""

    name: str
    label: str
    hint: str = ""
    value: str = ""
    optional: bool = False
    conditional: bool = False


Question = TextQuestion | ChoiceQuestion | DateQuestion | PersonQuestion


def full_label(question: Question) -> str:
    """A question's label, which says so if the question may always stay empty."""
    said = not question.optional or question.conditional or OPTIONAL in question.label
    return question.label if said else f"{question.label} {OPTIONAL}"


def answer_to(question: Question) -> tuple[str, ...]:
    """The values that a question holds already: those chosen, or the one text; none if it is empty."""
    if isinstance(question, ChoiceQuestion):
        return question.values
    return (question.value,) if question.value else ()


Part = Heading | Paragraph | Notice | Quote | Facts | Tally | Button | FormButton | Link


@dataclass(frozen=True)
class Card:
    """A message. `fallback` is a sentence that makes sense on its own, for notifications and screen readers."""

    parts: tuple[Part, ...]
    fallback: str


KEPT_HEADING = "Your flag"
"""The heading of kept questions where they are shown after all."""


@dataclass(frozen=True)
class Form:
    """A window that only the person who opened it sees.

    With questions it has one submit button, which carries `intent` and `nonce`; without, it is a private view.
    `problems` maps a question's name, or "" for the whole form, to the sentence that says what to fix.

    `kept` are questions answered at an earlier step. Their answers go along unseen and come back with the others, so
    that the server keeps no draft; a platform that cannot carry them shows them with `with_kept_shown`.
    """

    title: str
    body: tuple[Part | Question, ...]
    intent: Intent | None = None
    send: str = ""
    close: str = "Cancel"
    nonce: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    kept: tuple[Question, ...] = ()

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions that are shown, in order."""
        return tuple(part for part in self.body if isinstance(part, Question))

    @property
    def untouched(self) -> bool:
        """Whether it has questions, and holds nothing that anyone typed or chose."""
        asked = self.questions
        quoted = any(isinstance(part, Quote) for part in self.body)
        return bool(asked) and not quoted and not self.problems and not any(map(answer_to, (*asked, *self.kept)))

    @property
    def with_kept_shown(self) -> Form:
        """The same form with its kept questions at the end of the body, under a heading of their own."""
        return replace(self, body=(*self.body, Heading(KEPT_HEADING), *self.kept), kept=()) if self.kept else self


Screen = Card | Form
