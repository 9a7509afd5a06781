"""A policy's card on its public page: the same text for anyone who has the address, and no buttons."""

from dataclasses import replace

from bot.interface import platforms
from bot.interface.parts import Button, Card, FormButton, Paragraph
from bot.interface.views import PolicyView
from bot.screens import invented
from bot.screens.policy.policy_card import policy_card, without_reasons

_WHERE = f"To give your view or to read the flags, go to this policy's card in {platforms.listed('or')}."


def public_policy_card(policy: PolicyView) -> Card:
    """The card without buttons, without the address of an owner not seen yet, and without the reason of a pause."""
    owner = "someone who has not been here yet" if "@" in policy.owner else policy.owner
    if policy.owner_unclear:
        owner = "someone who is not known for certain yet"
    card = policy_card(without_reasons(replace(policy, owner=owner, owner_unclear=False)))
    kept = tuple(part for part in card.parts if not isinstance(part, Button | FormButton))
    return Card((*kept, Paragraph(_WHERE)), card.fallback)


SCREEN = "public policy"
EXAMPLE = public_policy_card(invented.PERMIT)
STATES = {
    "closed": public_policy_card(replace(invented.PERMIT, open=False)),
    "paused": public_policy_card(invented.PAUSED),
    "owner not yet seen": public_policy_card(replace(invented.PERMIT, owner="priya.nair@example.org")),
}
