"""Screens as Adaptive Cards 1.5: cards that stand in a chat, and dialogs that one person sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from adapters.teams import pressed
from adapters.teams.elements import IN_A_CHAT, Setting, button, drawn
from adapters.teams.fitting import CARD_BYTES, CARD_IS_CUT, DIALOG_BYTES, DIALOG_IS_CUT, fitted
from adapters.teams.pressed import Data, How
from adapters.teams.text import Json, heading, words
from bot.intents import Intent
from bot.parts import Card, Form, Heading, Screen
from bot.typed import Answers

ADAPTIVE_CARD = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
VERSION = "1.5"
NAME = "Deliverable"
MOST_TITLE = 60
PERSON = "29:"
"""How the ids begin by which a card can name who is to see it refreshed."""


@dataclass(frozen=True)
class Left:
    """A form that was left for a dialog, and what stood in it."""

    form: Intent
    answers: Answers = field(repr=False)


def card(card: Card, *, delivery: UUID | None = None, attempt: int = 1, reader: str | None = None) -> Json:
    """A card for a chat, at most 25 KB of JSON.

    In the own chat of a `reader` their client reports `delivery` and `attempt` when it shows the card.
    """
    body = fitted(card.parts, lambda parts: drawn(parts, IN_A_CHAT), CARD_BYTES, CARD_IS_CUT)
    whole = _whole(body, card.fallback)
    # Teams draws a card as wide as a phone where it is not told otherwise.
    whole["msteams"] = {"width": "Full"}
    if delivery is not None and reader is not None:
        whole["refresh"] = _refresh(delivery, attempt, reader)
    return whole


def dialog(screen: Screen, left: Left | None = None, again: Data | None = None) -> Json:
    """What a dialog is opened with: a form, a private view, or a card.

    `left` is the form that it was opened from; `again` is what the button of a form sends that asks nothing new.
    """
    form = screen if isinstance(screen, Form) else _as_view(screen)
    setting = Setting(form=form if form.questions and form.intent else None, problems=form.problems)
    body = fitted(form.body, lambda parts: [*_summary(form), *drawn(parts, setting)], DIALOG_BYTES, DIALOG_IS_CUT)
    content = _whole(body, form.title)
    content["actions"] = list(_ending(form, left, again))
    return {
        "title": form.title if len(form.title) <= MOST_TITLE else f"{form.title[: MOST_TITLE - 1].rstrip()}…",
        "height": "large" if setting.form else "medium",
        "width": "medium",
        "card": {"contentType": ADAPTIVE_CARD, "content": content},
    }


def title(card: Card) -> str:
    """What a card begins with, if it is a heading; else the name of the app."""
    return card.parts[0].text if card.parts and isinstance(card.parts[0], Heading) else NAME


def _as_view(card: Card) -> Form:
    headed = bool(card.parts) and isinstance(card.parts[0], Heading)
    return Form(title(card), card.parts[1:] if headed else card.parts, close="Close")


def _whole(body: list[Json], fallback: str) -> Json:
    return {
        "type": "AdaptiveCard",
        "$schema": SCHEMA,
        "version": VERSION,
        "fallbackText": fallback,
        "body": body,
    }


def _refresh(delivery: UUID, attempt: int, reader: str) -> Json:
    """Asks whoever it names to report the card. In a chat of one person it need name nobody."""
    report = {
        "type": "Action.Execute",
        "title": "Show how it stands",
        "verb": How.SEEN.value,
        "data": pressed.showing(delivery, attempt),
    }
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
        yield button(form.send or "Send", pressed.sending(form.intent, form.nonce, form.questions), style="positive")
    if left is not None:
        yield button("Go back", pressed.going_back(left.form, left.answers), associatedInputs="none")
        return
    close = "Close" if form.intent is None and form.close == "Cancel" else form.close
    yield button(close, pressed.closing(), associatedInputs="none")
