"""The card that unfurls a link to a policy's page. Anyone in that chat reads it, so it names nobody."""

from dataclasses import replace

from bot.interface.parts import Card
from bot.interface.views import PolicyView
from bot.screens import invented
from bot.screens.policy.policy_card import policy_card, without_reasons


def linked_policy_card(policy: PolicyView) -> Card:
    """The card as everyone sees it, without the policy owner and without any reasons."""
    return policy_card(without_reasons(policy), names=False)


SCREEN = "linked policy"
EXAMPLE = linked_policy_card(invented.PERMIT)
STATES = {
    "closed": linked_policy_card(replace(invented.PERMIT, open=False)),
    "owner not yet seen": linked_policy_card(replace(invented.PERMIT, owner="priya.nair@example.org")),
}
