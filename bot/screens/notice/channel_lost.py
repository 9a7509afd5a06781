"""What admins are told when a channel no longer takes messages."""

from bot.interface.parts import Card, Notice, Paragraph
from bot.screens import labels

SCREEN = "channel-lost"


def channel_lost_card(channel: str, platform: str) -> Card:
    """`channel` is the name of the channel; `platform` is the internal name of its platform."""
    said = f"{channel} on {labels.platform(platform)} no longer takes messages."
    why = (
        "It was archived or deleted, or Deliverable was removed from it. Flags sent from there are kept and stay in "
        "the policy owner's digest. To connect it again, add Deliverable to the channel."
    )
    return Card((Notice(said), Paragraph(why)), f"{said} Deliverable was removed from it, or it is gone.")


EXAMPLE = channel_lost_card("delivery-community", "slack")
