"""The answer to a reaction to a policy card, shown only to who reacted, where an admin has turned it on."""

from uuid import UUID

from bot.interface.intents import GiveView
from bot.interface.parts import Card, FormButton, Notice
from bot.screens import invented


def reaction_card(policy: UUID) -> Card:
    """That a reaction is public, with a button to the form, in which people choose who can know."""
    said = (
        "Your reaction is public: everyone here can see it. A flag lets you choose. "
        "Remove the reaction if you do not want to be seen."
    )
    return Card((Notice(said), FormButton("Give your view", GiveView(policy))), said)


SCREEN = "reaction"
EXAMPLE = reaction_card(invented.PERMIT.id)
