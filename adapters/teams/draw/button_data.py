"""The data of a card's button, and what comes back when it is clicked.

A button's data is an object of ours under `KEY`. The answers of a form stand beside it, under the ids of its fields;
those of an earlier step stand in it.
What comes back is untrusted: it says what a person asks for, never that they may.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from urllib.parse import quote, unquote
from uuid import UUID

from adapters.teams.activity import PLATFORM
from bot.interface.answers import Answers
from bot.interface.intents import Intent, UnknownIntent, parse
from bot.interface.parts import ChoiceQuestion, Form, PersonQuestion, Question, answer_to

KEY = "deliverable"
FIELD = "q-"
MOST_ANSWERS = 100
ADDRESS = "address-"
TYPED, ONE, SEVERAL, PERSON = "typed", "one", "several", "person"
"""The kinds of answer to a question: text, one option, several options, or a person who was picked or whose e-mail
address was typed."""
KINDS = (TYPED, ONE, SEVERAL, PERSON)
_PICKED = re.compile(r"[0-9A-Za-z:_-]{1,200}")
FETCH = {"msteams": {"type": "task/fetch"}}
"""Data that makes a client ask for a dialog instead of sending a message."""

Data = dict[str, Any]


class InvalidButtonData(ValueError):
    """The data does not belong to a button of ours, or belongs to a card from an older version."""


class ButtonVerb(Enum):
    """What a click does. Clients send it back as the verb of an `Action.Execute`."""

    OPEN = "open"
    """Open a form or a view, with `Dispatcher.open`."""
    DO = "do"
    """Act at once, with `Dispatcher.submit` and no answers."""
    SEND = "send"
    """Submit a form, with `Dispatcher.submit`."""
    BACK = "back"
    """Go back to a form, with the answers that were in it."""
    CLOSE = "close"
    """Close the dialog."""
    SEEN = "seen"
    """Report that a client shows the card of a delivery."""


@dataclass(frozen=True)
class MessageRef:
    """The message that a button is on, in its reader's own chat: its delivery, and the number of the attempt.

    Without a delivery, the message is an answer to something that was typed there.
    """

    delivery: UUID | None = None
    attempt: int = 1


@dataclass(frozen=True)
class ButtonData:
    """A button that was clicked. `left` is the form that the click leads away from; `answers` are then that form's.

    `asked` maps each question to its kind of answer. `message_ref` is the message that the button is on.
    """

    verb: ButtonVerb
    intent: Intent | None = None
    nonce: str = field(default="", repr=False)
    answers: Answers = field(default_factory=dict, repr=False)
    asked: Mapping[str, str] = field(default_factory=dict)
    left: Intent | None = None
    message_ref: MessageRef = MessageRef()

    @property
    def typed(self) -> list[str]:
        """Every text that was typed into the form, in order."""
        asked = (name for name, kind in self.asked.items() if kind in (TYPED, PERSON))
        given = (text for name in asked for text in self.answers.get(name, ()))
        return [text for text in given if not text.startswith(f"{PLATFORM}/")]


def opening(intent: Intent, message_ref: MessageRef | None = None) -> Data:
    """Return the data of a button that opens something, in place of a message if that is given."""
    return {KEY: {"k": ButtonVerb.OPEN.value, "i": intent.to_text(), **_message_data(message_ref)}}


def doing(intent: Intent, message_ref: MessageRef | None = None) -> Data:
    """Return the data of a button that acts at once."""
    return {KEY: {"k": ButtonVerb.DO.value, "i": intent.to_text(), **_message_data(message_ref)}}


def sending(form: Form, intent: Intent, message_ref: MessageRef | None = None, *, picker: bool = False) -> Data:
    """Return the data of the button that submits a form. The client adds the fields."""
    own = {"k": ButtonVerb.SEND.value, "i": intent.to_text(), "n": form.nonce}
    return {KEY: {**own, **_form_data(form, picker), **_message_data(message_ref)}}


def sending_again(pressed: ButtonData) -> Data:
    """Return the data of a button that submits the same answers again, with the same nonce."""
    intent = pressed.intent.to_text() if pressed.intent else ""
    own = {"k": ButtonVerb.SEND.value, "i": intent, "n": pressed.nonce, "q": dict(pressed.asked)}
    return {KEY: {**own, "v": _answers_as_lists(pressed.answers), **_message_data(pressed.message_ref)}}


def leaving(data: Data, form: Form, intent: Intent, *, picker: bool = False) -> Data:
    """Extend the data of a button that leads away from a form, so that the form's answers come back with it."""
    return {KEY: {**data[KEY], "from": intent.to_text(), **_form_data(form, picker)}}


def going_back(form: Intent, answers: Answers) -> Data:
    """Return the data of the button that goes back to a form."""
    return {KEY: {"k": ButtonVerb.BACK.value, "i": form.to_text(), "v": _answers_as_lists(answers)}}


def closing() -> Data:
    """Return the data of the button that closes a dialog."""
    return {KEY: {"k": ButtonVerb.CLOSE.value}}


def showing(message_ref: MessageRef) -> Data:
    """Return the data with which a client reports that it shows a delivery."""
    return {KEY: {"k": ButtonVerb.SEEN.value, **_message_data(message_ref)}}


def field_id(question: Question) -> str:
    """Return the id of a question's field."""
    return FIELD + question.name


def address_id(question: PersonQuestion) -> str:
    """Return the id of the field for the e-mail address of someone who is not picked."""
    return ADDRESS + question.name


def picked_id(question: PersonQuestion) -> str:
    """Return the directory id of the person who is picked already; empty if it is nobody, or an address."""
    platform, _, rest = question.value.partition("/")
    return rest.rpartition("/")[2] if platform == PLATFORM else ""


def field_value(question: ChoiceQuestion, value: str) -> str:
    """Return the value of an option in its field. If several can be chosen it is quoted: they come back with commas."""
    return quote(value, safe="") if question.several else value


def read(data: Mapping[str, Any], tenant: str = "") -> ButtonData:
    """Parse the data of a clicked button. People are picked from the directory of `tenant`.

    Raises `InvalidButtonData`.
    """
    own = data.get(KEY)
    if not isinstance(own, dict):
        raise InvalidButtonData("not a button of ours")
    try:
        verb = ButtonVerb(own.get("k"))
        asked = _kinds_in(own)
        kept = _kept_in(own)
        return ButtonData(
            verb=verb,
            intent=_intent_in(own, "i"),
            nonce=own["n"] if isinstance(own.get("n"), str) else "",
            answers={**{name: values for name, (_, values) in kept.items()}, **_answers_in(own, asked, data, tenant)},
            asked={**{name: kind for name, (kind, _) in kept.items()}, **asked},
            left=_intent_in(own, "from"),
            message_ref=_message_ref(own, verb),
        )
    except (KeyError, ValueError):
        raise InvalidButtonData("not a button of ours") from None


def _message_data(message_ref: MessageRef | None) -> Data:
    if message_ref is None or message_ref.delivery is None:
        return {}
    return {"d": message_ref.delivery.hex, "a": message_ref.attempt}


def _message_ref(own: Mapping[str, Any], verb: ButtonVerb) -> MessageRef:
    attempt = own["a"] if type(own.get("a")) is int else 1
    return MessageRef(UUID(hex=str(own["d"])) if verb is ButtonVerb.SEEN or "d" in own else None, attempt)


def _intent_in(own: Mapping[str, Any], name: str) -> Intent | None:
    text = own.get(name)
    if text is None:
        return None
    if not isinstance(text, str):
        raise UnknownIntent("unknown intent")
    return parse(text)


def _form_data(form: Form, picker: bool) -> Data:
    """What is asked, and what was answered at an earlier step."""
    kept = {each.name: [_kind(each, picker), list(answer_to(each))] for each in form.kept}
    return {"q": _kinds_of(form.questions, picker), **({"kept": kept} if kept else {})}


def _kinds_of(questions: Iterable[Question], picker: bool) -> dict[str, str]:
    return {each.name: _kind(each, picker) for each in questions}


def _kind(question: Question, picker: bool) -> str:
    if isinstance(question, ChoiceQuestion):
        return SEVERAL if question.several else ONE
    return PERSON if picker and isinstance(question, PersonQuestion) else TYPED


def _kinds_in(own: Mapping[str, Any]) -> dict[str, str]:
    asked = own.get("q")
    if not isinstance(asked, dict) or len(asked) > MOST_ANSWERS:
        return {}
    return {name: kind for name, kind in asked.items() if kind in KINDS}


def _kept_in(own: Mapping[str, Any]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The kind and the values of each answer of an earlier step. Raises `InvalidButtonData`."""
    kept = own.get("kept", {})
    if not isinstance(kept, dict) or len(kept) > MOST_ANSWERS or not all(map(_is_kept, kept.values())):
        raise InvalidButtonData("not kept answers of ours")
    return {name: (kind, tuple(values)) for name, (kind, values) in kept.items()}


def _is_kept(found: Any) -> bool:
    match found:
        case [str(kind), [*values]]:
            return kind in KINDS and len(values) <= MOST_ANSWERS and all(isinstance(each, str) for each in values)
    return False


def _answers_in(own: Data, asked: Mapping[str, str], data: Mapping[str, Any], tenant: str) -> Answers:
    """The answers that the button itself carries, or else those in the fields around it."""
    return _answers_from(own["v"]) if isinstance(own.get("v"), dict) else _answers_in_fields(asked, data, tenant)


def _answers_in_fields(asked: Mapping[str, str], data: Mapping[str, Any], tenant: str) -> Answers:
    """The answers in the fields. A question without an answer has an empty tuple."""
    answers: dict[str, tuple[str, ...]] = {}
    for name, kind in asked.items():
        text = _text_in(data, FIELD + name)
        if kind == PERSON:
            chosen = [_text_in(data, ADDRESS + name).strip() or _picked(text, tenant)]
        elif kind == SEVERAL:
            chosen = [unquote(each) for each in text.split(",")]
        else:
            chosen = [text]
        answers[name] = tuple(each for each in chosen if each)
    return answers


def _text_in(data: Mapping[str, Any], name: str) -> str:
    given = data.get(name)
    return given.replace("\r\n", "\n").replace("\r", "\n") if isinstance(given, str) else ""


def _picked(text: str, tenant: str) -> str:
    """The person with the directory id in a people picker, as a form names someone; empty if there is none.

    A client that has no picker after all sends what was typed.
    """
    if "@" in text:
        return text.strip()
    found = _PICKED.search(text)
    return f"{PLATFORM}/{tenant}/{found[0]}" if found else ""


def _answers_as_lists(answers: Answers) -> dict[str, list[str]]:
    return {name: list(each) for name, each in answers.items()}


def _answers_from(values_by_name: Mapping[str, Any]) -> Answers:
    return {
        name: tuple(each for each in values[:MOST_ANSWERS] if isinstance(each, str))
        for name, values in list(values_by_name.items())[:MOST_ANSWERS]
        if isinstance(values, list)
    }
