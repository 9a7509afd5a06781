"""What admins are told when the bot was removed from a workspace or tenant."""

from bot.interface.parts import Card, Notice, Paragraph
from bot.screens import labels

SCREEN = "installation-ended"
REASON = "the app was removed"


def installation_ended_card(name: str, platform: str) -> Card:
    """`name` is the name of the workspace or tenant, or empty; `platform` is the internal name of its platform."""
    called = labels.platform(platform)
    where = f"{name} on {called}" if name else called
    said = f"Deliverable was removed from {where}. Nothing is sent there until it is installed again."
    kept = "Everything that was said there is kept. Policy owners whom Deliverable reaches only there get no digests."
    return Card((Notice(said), Paragraph(kept)), said)


EXAMPLE = installation_ended_card("Digital Delivery", "slack")
STATES = {"no name": installation_ended_card("", "teams")}
