"""What admins are told when a policy's card was deleted from a channel, and is not put back."""

from bot.interface.intents import SeeFlags
from bot.interface.parts import Card, FormButton, Notice, Paragraph
from bot.interface.views import PolicyView
from bot.screens import invented, labels
from bot.screens.phrases import accessible, short_title

SCREEN = "card-deleted"


def card_deleted_card(policy: PolicyView, channel: str, platform: str) -> Card:
    """`channel` is the name of the channel; `platform` is the internal name of its platform."""
    said = f"The card of {short_title(policy.title)} was deleted twice in {channel} on {labels.platform(platform)}."
    now = (
        "It is not put back again, and nothing more about this policy is posted there. Flags and answers are kept: "
        "people find them in See flags, and under its cards in other channels."
    )
    return Card(
        (
            Notice(said),
            Paragraph(now),
            FormButton("See flags", SeeFlags(policy.id), accessible("See flags", policy.title)),
        ),
        f"{said} It is not put back again.",
    )


EXAMPLE = card_deleted_card(invented.PERMIT, "delivery-community", "slack")
