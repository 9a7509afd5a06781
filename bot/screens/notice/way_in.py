"""A button to a window, for a person who asked for it by a command that only a message can answer."""

from bot.interface.intents import Announce, Intent, MyFlags
from bot.interface.parts import Card, FormButton, Paragraph

ONLY_YOU = "It opens in a window that only you see."


def way_in_card(label: str, intent: Intent) -> Card:
    """One button, and that only they see what it opens."""
    return Card((Paragraph(ONLY_YOU), FormButton(label, intent)), f"{label}. {ONLY_YOU}")


SCREEN = "way in"
EXAMPLE = way_in_card("Show my flags", MyFlags())
STATES = {"announcing": way_in_card("Announce a policy", Announce())}
