"""In place of a form that did not open in time, with a button that opens it."""

from bot.interface.intents import GiveView, Intent
from bot.interface.parts import Card, FormButton, Notice
from bot.screens import invented
from bot.screens.refusals import TOO_LATE


def too_late_card(intent: Intent) -> Card:
    """That the form did not open; `intent` is what was asked for."""
    return Card((Notice(TOO_LATE), FormButton("Open the form", intent)), TOO_LATE)


SCREEN = "too late"
EXAMPLE = too_late_card(GiveView(invented.PERMIT.id))
