"""Screens as Adaptive Cards 1.5: cards that stand in a chat, what takes their place there, and dialogs.

What takes the place of a card, and what a dialog shows, only who pressed the button sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from adapters.teams.draw import button_data
from adapters.teams.draw.button_data import FETCH, Data, How, MessageRef
from adapters.teams.draw.elements import READ_THE_REST, DrawContext, button, drawn, execute
from adapters.teams.draw.fitting import (
    CARD_BYTES,
    CARD_IS_CUT,
    DIALOG_BYTES,
    DIALOG_IS_CUT,
    Drawing,
    Parts,
    fitted,
    size,
)
from adapters.teams.draw.text import heading, words
from bot.interface.answers import Answers
from bot.interface.intents import Home, Intent
from bot.interface.json_object import Json
from bot.interface.parts import Card, Form, Heading, Screen

ADAPTIVE_CARD = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
VERSION = "1.5"
NAME = "Deliverable"
MOST_TITLE = 60
PERSON = "29:"
"""How the ids begin by which a card can name who is to see it refreshed."""
WIDE = {"msteams": {"width": "Full"}}
"""Teams draws a card as wide as a phone where it is not told otherwise."""
BACK = "Go back"


@dataclass(frozen=True)
class Left:
    """A form that was left for a dialog, and what stood in it."""

    form: Intent
    answers: Answers = field(repr=False)


def card(card: Card, *, delivery: UUID | None = None, attempt: int = 1, reader: str | None = None) -> Json:
    """A card for a chat, at most 25 KB of JSON.

    In the own chat of a `reader` some of what it leads to takes its place there, and their client reports `delivery`
    and `attempt` when it shows the card.
    """
    copy = None if reader is None else MessageRef(delivery, attempt)
    refresh = {} if reader is None or delivery is None else {"refresh": _refresh(MessageRef(delivery, attempt), reader)}
    whole = {**_empty(card.fallback), **WIDE, **refresh}
    return _filled(whole, card.parts, _drawing(DrawContext(chat=True, copy=copy)), CARD_BYTES, CARD_IS_CUT)


def in_place(form: Form, copy: MessageRef, opened: Intent | None = None, again: Data | None = None) -> Json:
    """A form, or a private view, in the place of a message in its reader's own chat: 25 KB besides what is typed.

    It does not ask to be refreshed: that would take away what is half filled in. Where a view does not fit, what
    `opened` it opens it in a dialog, which holds more. `again` is what the button of a form sends that asks nothing
    new.
    """
    setting = DrawContext(chat=True, copy=copy, form=_asking(form), problems=form.problems)
    parts: Parts = (Heading(form.title, 1), *form.body)
    draw = _drawing(setting, form)
    whole = {**_empty(f"{form.title}."), **WIDE, "actions": list(_ending_in_place(form, copy, again))}
    if opened is not None and setting.form is None and size({**whole, "body": draw(parts)}) > CARD_BYTES:
        more = button(READ_THE_REST, {**FETCH, **button_data.opening(opened)})
        whole["actions"] = [more, *whole["actions"]]
    return _filled(whole, parts, draw, CARD_BYTES, CARD_IS_CUT)


def dialog(screen: Screen, left: Left | None = None, again: Data | None = None) -> Json:
    """What a dialog is opened with: a form, a private view, or a card.

    `left` is the form that it was opened from; `again` is what the button of a form sends that asks nothing new.
    """
    form = screen if isinstance(screen, Form) else as_view(screen)
    setting = DrawContext(form=_asking(form), problems=form.problems)
    whole = {**_empty(form.title), "actions": list(_ending(form, left, again))}
    content = _filled(whole, form.body, _drawing(setting, form), DIALOG_BYTES, DIALOG_IS_CUT)
    return {
        "title": form.title if len(form.title) <= MOST_TITLE else f"{form.title[: MOST_TITLE - 1].rstrip()}…",
        "height": "large" if setting.form else "medium",
        "width": "medium",
        "card": {"contentType": ADAPTIVE_CARD, "content": content},
    }


def title(card: Card) -> str:
    """What a card begins with, if it is a heading; else the name of the app."""
    return card.parts[0].text if card.parts and isinstance(card.parts[0], Heading) else NAME


def as_view(card: Card) -> Form:
    """A card as a private view, with its heading as the title."""
    headed = bool(card.parts) and isinstance(card.parts[0], Heading)
    return Form(title(card), card.parts[1:] if headed else card.parts, close="Close")


def _asking(form: Form) -> Form | None:
    return form if form.questions and form.intent else None


def _empty(fallback: str) -> Json:
    return {
        "type": "AdaptiveCard",
        "$schema": SCHEMA,
        "version": VERSION,
        "fallbackText": fallback,
        "body": [],
    }


def _filled(whole: Json, parts: Parts, draw: Drawing, most: int, is_cut: str) -> Json:
    return {**whole, "body": fitted(parts, draw, most - size(whole), is_cut)}


def _drawing(setting: DrawContext, form: Form | None = None) -> Drawing:
    summary = _summary(form) if form else []
    return lambda parts: [*summary, *drawn(parts, setting)]


def _refresh(copy: MessageRef, reader: str) -> Json:
    """Asks whoever it names to report the card. In a chat of one person it need name nobody."""
    report = execute("Show how it stands", How.SEEN, button_data.showing(copy))
    return {"action": report, **({"userIds": [reader]} if reader.startswith(PERSON) else {})}


def _summary(form: Form) -> list[Json]:
    """What is to be mended, on top: the fields may be further down than the dialog shows."""
    said = [text for text in form.problems.values() if text]
    if not said:
        return []
    items = [heading("There is a problem"), *(words(each, spacing="Small") for each in said)]
    return [{"type": "Container", "style": "attention", "items": items}]


def _ending(form: Form, left: Left | None, again: Data | None) -> Iterator[Json]:
    if again is not None:
        yield button(form.send, again, associatedInputs="none")
    if form.intent and form.questions:
        yield button(
            form.send or "Send", button_data.sending(form.intent, form.nonce, form.questions), style="positive"
        )
    if left is not None:
        yield button(BACK, button_data.going_back(left.form, left.answers), associatedInputs="none")
        return
    close = "Close" if form.intent is None and form.close == "Cancel" else form.close
    yield button(close, button_data.closing(), associatedInputs="none")


def _ending_in_place(form: Form, copy: MessageRef, again: Data | None) -> Iterator[Json]:
    if again is not None:
        yield execute(form.send, How.SEND, again, associatedInputs="none")
    if form.intent and form.questions:
        data, send = button_data.sending(form.intent, form.nonce, form.questions, copy), form.send or "Send"
        plain = button(send, {**FETCH, **data}, style="positive")
        yield execute(send, How.SEND, data, plain, style="positive")
    if copy.delivery is not None:
        data, how = button_data.showing(copy), How.SEEN
    else:
        data, how = button_data.opening(Home()), How.OPEN
    yield execute(form.close if _asking(form) else BACK, how, data, associatedInputs="none")
