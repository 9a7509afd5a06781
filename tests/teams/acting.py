"""Steps that tests of Teams repeat, as people in front of their clients."""

from __future__ import annotations

from dataclasses import fields as fields_of
from typing import Any, get_type_hints
from uuid import UUID

from bot.interface import intents
from bot.interface.intents import Intent
from tests.stories.adaptive import pieces
from tests.stories.pieces import Action, read
from tests.teams.client import Client
from tests.teams.provider import Posted

TYPED = "Zebulon keeps 14 copies of the register in a shoebox"
FLAG = {"promise": "confidential", "verdict": "not", "theme": "timetable", "because": TYPED}


def said(card: dict[str, Any]) -> str:
    """All that can be read of a card."""
    return read(pieces(card))


def shown(client: Client) -> str:
    """All that can be read in the dialog that is open."""
    assert client.dialog is not None, "no dialog is open"
    return f"{client.dialog.title} {read(pieces(client.dialog.card, client.dialog.values))}"


def button(card: dict[str, Any], label: str) -> Any:
    """The button of that label."""
    found = [each.handle for each in pieces(card, {}) if isinstance(each, Action) and each.text == label]
    assert len(found) == 1, f"{len(found)} buttons say {label}"
    return found[0]


def in_dialog(client: Client, label: str) -> Any:
    """The button of that label in the dialog that is open."""
    assert client.dialog is not None
    found = pieces(client.dialog.card, client.dialog.values)
    return next(each.handle for each in found if isinstance(each, Action) and each.text == label)


def fill(client: Client, **answers: str) -> None:
    """Fill in the dialog that is open."""
    assert client.dialog is not None
    client.dialog.values |= {f"q-{name}": value for name, value in answers.items()}


async def flag(client: Client, card: Posted, **answers: str) -> None:
    """Send a flag by the card, whatever flags are like it."""
    await client.presses(button(card.card, "Give your view"), card)
    fill(client, **{**FLAG, **answers})
    await client.presses(in_dialog(client, "Send flag"))
    if client.dialog is not None and "q-similar" in client.dialog.values:
        fill(client, similar="none")
        await client.presses(in_dialog(client, "Continue"))


def every_intent(subject: UUID) -> list[Intent]:
    """Everything that can be pressed, about one thing."""
    made = []
    for kind in Intent.__subclasses__():
        hints = get_type_hints(kind)
        value = {intents.UUIDs: (subject,), int: 1}
        made.append(kind(**{each.name: value.get(hints[each.name], subject) for each in fields_of(kind)}))
    return made
