"""A button that opens a window, for a typed command that can only be answered with a message."""

from bot.interface.intents import Announce, Intent, MyFlags
from bot.interface.parts import Card, FormButton, Paragraph

ONLY_YOU = "It opens in a window that only you see."


def way_in_card(label: str, intent: Intent) -> Card:
    """One button, and a sentence that nobody else sees what it opens."""
    return Card((Paragraph(ONLY_YOU), FormButton(label, intent)), f"{label}. {ONLY_YOU}")


SCREEN = "way in"
EXAMPLE = way_in_card("Show my flags", MyFlags())
STATES = {"announcing": way_in_card("Announce a policy", Announce())}
