"""The answer to a person who typed a message to the bot in chat, perhaps a flag."""

from uuid import UUID

from bot.interface.intents import GiveView, OpenPolicies
from bot.interface.parts import Card, FormButton, Notice
from bot.interface.views import OrganisationView
from bot.screens import invented
from bot.screens.refusals import guest


def typed_in_chat_card(platform_name: str, policy: UUID | None = None) -> Card:
    """That the platform keeps the message, with a button to the form; `policy` is given where only one is open."""
    said = _kept(platform_name)
    button = (
        FormButton("Give your view", GiveView(policy)) if policy else FormButton("See open policies", OpenPolicies())
    )
    return Card((Notice(said), button), said)


def typed_by_guest_card(platform_name: str, organisation: OrganisationView) -> Card:
    """The same for a guest, who cannot open the form."""
    said = f"{_kept(platform_name)} {guest(organisation)}"
    return Card((Notice(said),), said)


def _kept(platform_name: str) -> str:
    return (
        f"I cannot take flags as messages, because {platform_name} keeps them. I have not kept yours, "
        f"but {platform_name} has: delete it if it should not be there."
    )


SCREEN = "typed in chat"
EXAMPLE = typed_in_chat_card("Slack", invented.PERMIT.id)
STATES = {
    "several policies": typed_in_chat_card("Teams"),
    "guest": typed_by_guest_card("Teams", invented.ORGANISATION),
}
