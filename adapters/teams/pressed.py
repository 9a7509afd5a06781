"""What a card's button carries, and what comes back when it is pressed.

The data of a button is an object of our own under `KEY`; a form's answers stand beside it, each under the id of its
field. What comes back is read as somebody's own making: it says what was asked, never that it is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from urllib.parse import quote, unquote
from uuid import UUID

from bot.intents import Intent, UnknownIntent, parse
from bot.parts import ChoiceQuestion, Question
from bot.typed import Answers

KEY = "deliverable"
FIELD = "q-"
MOST_ANSWERS = 100
FETCH = {"msteams": {"type": "task/fetch"}}
"""What makes a client ask for a dialog instead of sending a message."""

Data = dict[str, Any]


class Unreadable(ValueError):
    """The data is no button of ours, or one of an older card."""


class How(Enum):
    """What pressing does."""

    OPEN = "open"
    """Open a form or a view: the desk's `follow`."""
    DO = "do"
    """Do something: the desk's `submit`, with no answers."""
    SEND = "send"
    """Send a form: the desk's `submit`."""
    BACK = "back"
    """Open again a form that was left, with what stood in it."""
    CLOSE = "close"
    """Close the dialog."""
    SEEN = "seen"
    """A client shows the card of a delivery."""


@dataclass(frozen=True)
class Pressed:
    """A button that was pressed. `left` is the form that was left for it, whose answers are `answers`."""

    how: How
    intent: Intent | None = None
    nonce: str = field(default="", repr=False)
    answers: Answers = field(default_factory=dict, repr=False)
    left: Intent | None = None
    delivery: UUID | None = None
    attempt: int = 1


def opening(intent: Intent) -> Data:
    """The data of a button that opens something."""
    return {KEY: {"k": How.OPEN.value, "i": intent.to_text()}}


def doing(intent: Intent) -> Data:
    """The data of a button that does something."""
    return {KEY: {"k": How.DO.value, "i": intent.to_text()}}


def sending(intent: Intent, nonce: str, questions: Iterable[Question]) -> Data:
    """The data of the button that sends a form; the client adds the fields."""
    return {KEY: {"k": How.SEND.value, "i": intent.to_text(), "n": nonce, **_asked(questions)}}


def leaving(data: Data, form: Intent, questions: Iterable[Question]) -> Data:
    """A button's data, where it leads away from a form: what stands in the fields comes along."""
    return {KEY: {**data[KEY], "from": form.to_text(), **_asked(questions)}}


def going_back(form: Intent, answers: Answers) -> Data:
    """The data of the button that leads back to a form that was left."""
    return {KEY: {"k": How.BACK.value, "i": form.to_text(), "v": {name: list(each) for name, each in answers.items()}}}


def closing() -> Data:
    """The data of the button that closes a dialog."""
    return {KEY: {"k": How.CLOSE.value}}


def showing(delivery: UUID, attempt: int) -> Data:
    """The data by which a client says that it shows a delivery."""
    return {KEY: {"k": How.SEEN.value, "d": delivery.hex, "a": attempt}}


def field_id(question: Question) -> str:
    """The id of the field that answers a question."""
    return FIELD + question.name


def field_value(question: ChoiceQuestion, value: str) -> str:
    """The value of an option in its field: where several are chosen, they come back with commas between them."""
    return quote(value, safe="") if question.several else value


def read(data: Mapping[str, Any]) -> Pressed:
    """The button that was pressed. Raises `Unreadable`."""
    own = data.get(KEY)
    if not isinstance(own, dict):
        raise Unreadable("no button of ours")
    try:
        how = How(own.get("k"))
        attempt = own.get("a", 1)
        return Pressed(
            how=how,
            intent=_intent(own, "i"),
            nonce=own["n"] if isinstance(own.get("n"), str) else "",
            answers=_kept(own) if how is How.BACK else _answers(own, data),
            left=_intent(own, "from"),
            delivery=UUID(hex=str(own["d"])) if how is How.SEEN else None,
            attempt=attempt if type(attempt) is int else 1,
        )
    except (KeyError, ValueError):
        raise Unreadable("no button of ours") from None


def _intent(own: Mapping[str, Any], name: str) -> Intent | None:
    text = own.get(name)
    if text is None:
        return None
    if not isinstance(text, str):
        raise UnknownIntent("unknown intent")
    return parse(text)


def _asked(questions: Iterable[Question]) -> Data:
    several = {each.name: isinstance(each, ChoiceQuestion) and each.several for each in questions}
    return {"one": [each for each in several if not several[each]], "many": [each for each in several if several[each]]}


def _answers(own: Mapping[str, Any], data: Mapping[str, Any]) -> Answers:
    """What stands in the fields. A question that was asked and not answered has an empty answer."""
    answers: dict[str, tuple[str, ...]] = {}
    for name in _names(own, "one"):
        text = _typed(data, name)
        answers[name] = (text,) if text else ()
    for name in _names(own, "many"):
        answers[name] = tuple(unquote(each) for each in _typed(data, name).split(",") if each)
    return answers


def _names(own: Mapping[str, Any], kind: str) -> list[str]:
    names = own.get(kind)
    return [each for each in names[:MOST_ANSWERS] if isinstance(each, str)] if isinstance(names, list) else []


def _typed(data: Mapping[str, Any], name: str) -> str:
    text = data.get(FIELD + name)
    return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else ""


def _kept(own: Mapping[str, Any]) -> Answers:
    kept = own.get("v")
    if not isinstance(kept, dict):
        return {}
    return {
        name: tuple(each for each in values[:MOST_ANSWERS] if isinstance(each, str))
        for name, values in list(kept.items())[:MOST_ANSWERS]
        if isinstance(name, str) and isinstance(values, list)
    }
