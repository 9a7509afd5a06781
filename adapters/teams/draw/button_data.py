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

from bot.interface.answers import Answers
from bot.interface.intents import Intent, UnknownIntent, parse
from bot.interface.parts import ChoiceQuestion, Question

KEY = "deliverable"
FIELD = "q-"
MOST_ANSWERS = 100
TYPED, ONE, SEVERAL = "typed", "one", "several"
"""How a question is answered: with text, with one of its options, or with several."""
FETCH = {"msteams": {"type": "task/fetch"}}
"""What makes a client ask for a dialog instead of sending a message."""

Data = dict[str, Any]


class Unreadable(ValueError):
    """The data is no button of ours, or one of an older card."""


class How(Enum):
    """What pressing does."""

    OPEN = "open"
    """Open a form or a view: the desk's `open`."""
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
class MessageRef:
    """The message that a button stands on in its reader's own chat: its delivery, and which try of it.

    Without a delivery it is an answer to something that was typed there.
    """

    delivery: UUID | None = None
    attempt: int = 1


@dataclass(frozen=True)
class ButtonData:
    """A button that was pressed. `left` is the form that was left for it, whose answers are `answers`.

    `asked` says of each question how it is answered; `copy` is the message that it stood on, as far as it says so.
    """

    how: How
    intent: Intent | None = None
    nonce: str = field(default="", repr=False)
    answers: Answers = field(default_factory=dict, repr=False)
    asked: Mapping[str, str] = field(default_factory=dict)
    left: Intent | None = None
    copy: MessageRef = MessageRef()

    @property
    def typed(self) -> list[str]:
        """Every text that was typed into the form, in order."""
        return [text for name, kind in self.asked.items() if kind == TYPED for text in self.answers.get(name, ())]


def opening(intent: Intent, copy: MessageRef | None = None) -> Data:
    """The data of a button that opens something; in the place of `copy`, where that is given."""
    return {KEY: {"k": How.OPEN.value, "i": intent.to_text(), **_standing_on(copy)}}


def doing(intent: Intent) -> Data:
    """The data of a button that does something."""
    return {KEY: {"k": How.DO.value, "i": intent.to_text()}}


def sending(intent: Intent, nonce: str, questions: Iterable[Question], copy: MessageRef | None = None) -> Data:
    """The data of the button that sends a form; the client adds the fields."""
    own = {"k": How.SEND.value, "i": intent.to_text(), "n": nonce, "q": _asked(questions)}
    return {KEY: {**own, **_standing_on(copy)}}


def sending_again(pressed: ButtonData) -> Data:
    """The data of the button that sends once more what was sent, by the same nonce."""
    intent = pressed.intent.to_text() if pressed.intent else ""
    own = {"k": How.SEND.value, "i": intent, "n": pressed.nonce, "q": dict(pressed.asked)}
    return {KEY: {**own, "v": _listed(pressed.answers), **_standing_on(pressed.copy)}}


def leaving(data: Data, form: Intent, questions: Iterable[Question]) -> Data:
    """A button's data, where it leads away from a form: what stands in the fields comes along."""
    return {KEY: {**data[KEY], "from": form.to_text(), "q": _asked(questions)}}


def going_back(form: Intent, answers: Answers) -> Data:
    """The data of the button that leads back to a form that was left."""
    return {KEY: {"k": How.BACK.value, "i": form.to_text(), "v": _listed(answers)}}


def closing() -> Data:
    """The data of the button that closes a dialog."""
    return {KEY: {"k": How.CLOSE.value}}


def showing(copy: MessageRef) -> Data:
    """The data by which a client says that it shows a delivery."""
    return {KEY: {"k": How.SEEN.value, **_standing_on(copy)}}


def field_id(question: Question) -> str:
    """The id of the field that answers a question."""
    return FIELD + question.name


def field_value(question: ChoiceQuestion, value: str) -> str:
    """The value of an option in its field: where several are chosen, they come back with commas between them."""
    return quote(value, safe="") if question.several else value


def read(data: Mapping[str, Any]) -> ButtonData:
    """The button that was pressed. Raises `Unreadable`."""
    own = data.get(KEY)
    if not isinstance(own, dict):
        raise Unreadable("no button of ours")
    try:
        how = How(own.get("k"))
        asked = _kinds(own)
        return ButtonData(
            how=how,
            intent=_intent(own, "i"),
            nonce=own["n"] if isinstance(own.get("n"), str) else "",
            answers=_kept(own["v"]) if isinstance(own.get("v"), dict) else _answers(asked, data),
            asked=asked,
            left=_intent(own, "from"),
            copy=_copy(own, how),
        )
    except (KeyError, ValueError):
        raise Unreadable("no button of ours") from None


def _standing_on(copy: MessageRef | None) -> Data:
    return {"d": copy.delivery.hex, "a": copy.attempt} if copy is not None and copy.delivery is not None else {}


def _copy(own: Mapping[str, Any], how: How) -> MessageRef:
    attempt = own["a"] if type(own.get("a")) is int else 1
    return MessageRef(UUID(hex=str(own["d"])) if how is How.SEEN or "d" in own else None, attempt)


def _intent(own: Mapping[str, Any], name: str) -> Intent | None:
    text = own.get(name)
    if text is None:
        return None
    if not isinstance(text, str):
        raise UnknownIntent("unknown intent")
    return parse(text)


def _asked(questions: Iterable[Question]) -> dict[str, str]:
    return {each.name: _kind(each) for each in questions}


def _kind(question: Question) -> str:
    if isinstance(question, ChoiceQuestion):
        return SEVERAL if question.several else ONE
    return TYPED


def _kinds(own: Mapping[str, Any]) -> dict[str, str]:
    asked = own.get("q")
    if not isinstance(asked, dict) or len(asked) > MOST_ANSWERS:
        return {}
    return {name: kind for name, kind in asked.items() if kind in (TYPED, ONE, SEVERAL)}


def _answers(asked: Mapping[str, str], data: Mapping[str, Any]) -> Answers:
    """What stands in the fields. A question that was asked and not answered has an empty answer."""
    answers: dict[str, tuple[str, ...]] = {}
    for name, kind in asked.items():
        given = data.get(FIELD + name)
        text = given.replace("\r\n", "\n").replace("\r", "\n") if isinstance(given, str) else ""
        chosen = [unquote(each) for each in text.split(",")] if kind == SEVERAL else [text]
        answers[name] = tuple(each for each in chosen if each)
    return answers


def _listed(answers: Answers) -> dict[str, list[str]]:
    return {name: list(each) for name, each in answers.items()}


def _kept(kept: Mapping[str, Any]) -> Answers:
    return {
        name: tuple(each for each in values[:MOST_ANSWERS] if isinstance(each, str))
        for name, values in list(kept.items())[:MOST_ANSWERS]
        if isinstance(values, list)
    }
