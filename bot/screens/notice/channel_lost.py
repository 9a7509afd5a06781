"""What admins are told when a channel can be written to no more."""

from bot.interface.parts import Card, Notice, Paragraph
from bot.screens import labels

SCREEN = "channel-lost"


def channel_lost_card(channel: str, platform: str) -> Card:
    """`channel` by its name, on the platform of that internal name."""
    said = f"{channel} on {labels.platform(platform)} does not take messages any more."
    why = (
        "It was archived or deleted, or Deliverable was removed from it. Flags given there are kept and stay in the "
        "policy owner's digest. To connect it again, add Deliverable to the channel."
    )
    return Card((Notice(said), Paragraph(why)), f"{said} Deliverable was removed from it, or it is gone.")


EXAMPLE = channel_lost_card("delivery-community", "slack")
