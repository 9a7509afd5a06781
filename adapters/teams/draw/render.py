"""Draw screens as Adaptive Cards 1.5: cards in a chat, forms and views that replace a card there, and dialogs.

Only the person who clicked sees what replaces a card, and what a dialog shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from adapters.teams.draw import button_data
from adapters.teams.draw.button_data import FETCH, ButtonVerb, Data, MessageRef
from adapters.teams.draw.elements import READ_THE_REST, DrawContext, button, drawn, execute
from adapters.teams.draw.fitting import (
    CARD_BYTES,
    CARD_IS_CUT,
    DIALOG_BYTES,
    DIALOG_IS_CUT,
    Drawing,
    fitted,
    size,
)
from adapters.teams.draw.text import heading, words
from bot.interface.answers import Answers
from bot.interface.intents import Home, Intent
from bot.interface.json_object import Json
from bot.interface.parts import Card, Form, Heading, Screen
from bot.screens.shortening import Parts

ADAPTIVE_CARD = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
VERSION = "1.5"
NAME = "Deliverable"
MOST_TITLE = 60
PERSON = "29:"
"""Prefix of the user ids that a card's `refresh` can list."""
WIDE = {"msteams": {"width": "Full"}}
"""Without this, Teams draws a card as wide as a phone."""
BACK = "Go back"


@dataclass(frozen=True)
class PreviousForm:
    """The form that a dialog was opened from, and the answers in it."""

    form: Intent
    answers: Answers = field(repr=False)


def card(card: Card, *, delivery: UUID | None = None, attempt: int = 1, reader: str | None = None) -> Json:
    """Return a card for a chat, at most 25 KB of JSON.

    A client reports `delivery` and `attempt` when it shows the card or, in a channel, when a button is pressed. Give
    `reader` for a card in that person's own chat: some forms and views may then replace it there.
    """
    message_ref = MessageRef(delivery, attempt)
    refresh = {} if delivery is None else {"refresh": _refresh(message_ref, reader or "")}
    whole = {**_empty_card(card.fallback), **WIDE, **refresh}
    own, posted = (None, message_ref) if reader is None else (message_ref, None)
    context = DrawContext(chat=True, message_ref=own, posted=posted)
    return _with_body(whole, card.parts, _draw_function(context), CARD_BYTES, CARD_IS_CUT)


def in_place(form: Form, message_ref: MessageRef, opened: Intent | None = None, again: Data | None = None) -> Json:
    """Return a form or a private view that replaces a message in its reader's own chat: 25 KB besides what is typed.

    It has no refresh: that would discard a half-filled form. If a view does not fit, a button with the intent `opened`
    opens it in a dialog, which holds more. `again` is the data of a button that submits the same answers again.
    """
    # Its send button stands there twice, once for clients that cannot act in place: no room for kept answers in both.
    form = form.with_kept_shown
    context = DrawContext(chat=True, message_ref=message_ref, form=_with_questions(form), problems=form.problems)
    parts: Parts = (Heading(form.title, 1), *form.body)
    draw = _draw_function(context, form)
    whole = {**_empty_card(f"{form.title}."), **WIDE, "actions": list(_actions_in_place(form, message_ref, again))}
    if opened is not None and context.form is None and size({**whole, "body": draw(parts)}) > CARD_BYTES:
        more = button(READ_THE_REST, {**FETCH, **button_data.opening(opened)})
        whole["actions"] = [more, *whole["actions"]]
    return _with_body(whole, parts, draw, CARD_BYTES, CARD_IS_CUT)


def dialog(
    screen: Screen, left: PreviousForm | None = None, again: Data | None = None, *, picker: bool = False
) -> Json:
    """Return a form, a private view or a card as a dialog.

    `left` is the form that it was opened from. `again` is the data of a button that submits the same answers again.
    `picker` says that the client can search the directory in a field.
    """
    form = screen if isinstance(screen, Form) else as_view(screen)
    context = DrawContext(form=_with_questions(form), problems=form.problems, picker=picker)
    whole = {**_empty_card(form.title), "actions": list(_dialog_actions(form, left, again, picker))}
    content = _with_body(whole, form.body, _draw_function(context, form), DIALOG_BYTES, DIALOG_IS_CUT)
    return {
        "title": form.title if len(form.title) <= MOST_TITLE else f"{form.title[: MOST_TITLE - 1].rstrip()}…",
        "height": "large" if context.form else "medium",
        "width": "medium",
        "card": {"contentType": ADAPTIVE_CARD, "content": content},
    }


def title(card: Card) -> str:
    """Return the heading that a card begins with, or else the name of the app."""
    return card.parts[0].text if card.parts and isinstance(card.parts[0], Heading) else NAME


def as_view(card: Card) -> Form:
    """Return a card as a private view, with its heading as the title."""
    headed = bool(card.parts) and isinstance(card.parts[0], Heading)
    return Form(title(card), card.parts[1:] if headed else card.parts, close="Close")


def _with_questions(form: Form) -> Form | None:
    return form if form.questions and form.intent else None


def _empty_card(fallback: str) -> Json:
    return {
        "type": "AdaptiveCard",
        "$schema": SCHEMA,
        "version": VERSION,
        "fallbackText": fallback,
        "body": [],
    }


def _with_body(whole: Json, parts: Parts, draw: Drawing, most: int, is_cut: str) -> Json:
    return {**whole, "body": fitted(parts, draw, most - size(whole), is_cut)}


def _draw_function(context: DrawContext, form: Form | None = None) -> Drawing:
    summary = _error_summary(form) if form else []
    return lambda parts: [*summary, *drawn(parts, context)]


def _refresh(message_ref: MessageRef, reader: str) -> Json:
    """The refresh with which a client reports the card. It need not list any user.

    Without a list, it is asked for by the clients of all members, in a chat or channel of up to 60.
    """
    report = execute("Show how it stands", ButtonVerb.SEEN, button_data.showing(message_ref))
    return {"action": report, **({"userIds": [reader]} if reader.startswith(PERSON) else {})}


def _error_summary(form: Form) -> list[Json]:
    """The errors, at the top: the fields may be below what the dialog shows."""
    said = [text for text in form.problems.values() if text]
    if not said:
        return []
    items = [heading("There is a problem"), *(words(each, spacing="Small") for each in said)]
    return [{"type": "Container", "style": "attention", "items": items}]


def _dialog_actions(form: Form, left: PreviousForm | None, again: Data | None, picker: bool) -> Iterator[Json]:
    if again is not None:
        yield button(form.send, again, associatedInputs="none")
    if form.intent and form.questions:
        data = button_data.sending(form, form.intent, picker=picker)
        yield button(form.send or "Send", data, style="positive")
    if left is not None:
        yield button(BACK, button_data.going_back(left.form, left.answers), associatedInputs="none")
        return
    close = "Close" if form.intent is None and form.close == "Cancel" else form.close
    yield button(close, button_data.closing(), associatedInputs="none")


def _actions_in_place(form: Form, message_ref: MessageRef, again: Data | None) -> Iterator[Json]:
    if again is not None:
        yield execute(form.send, ButtonVerb.SEND, again, associatedInputs="none")
    if form.intent and form.questions:
        data, send = button_data.sending(form, form.intent, message_ref), form.send or "Send"
        plain = button(send, {**FETCH, **data}, style="positive")
        yield execute(send, ButtonVerb.SEND, data, plain, style="positive")
    if message_ref.delivery is not None:
        data, verb = button_data.showing(message_ref), ButtonVerb.SEEN
    else:
        data, verb = button_data.opening(Home()), ButtonVerb.OPEN
    yield execute(form.close if _with_questions(form) else BACK, verb, data, associatedInputs="none")
