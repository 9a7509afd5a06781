"""The answer to a person whose account does not open, because its row was changed or damaged."""

from bot.interface.parts import Card, Notice
from bot.interface.views import OrganisationView
from bot.screens import invented, refusals


def account_damaged_card(organisation: OrganisationView) -> Card:
    """That nobody can tell whose account it is, and whom to ask."""
    sentence = refusals.account_damaged(organisation)
    return Card((Notice(sentence),), sentence)


SCREEN = "account damaged"
EXAMPLE = account_damaged_card(invented.ORGANISATION)
