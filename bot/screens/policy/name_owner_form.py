"""Naming another policy owner."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.interface.intents import NameOwner
from bot.interface.parts import Form, Heading, Option, Paragraph, PersonQuestion
from bot.interface.views import PolicyView
from bot.screens import invented
from bot.screens.form_values import Answers, typed
from bot.screens.policy.policy_card import owner_line
from bot.screens.which_account import which_account_question


def name_owner_form(
    policy: PolicyView,
    accounts: Mapping[str, tuple[Option, ...]] = MappingProxyType({}),
    *,
    answers: Answers,
    problems: Mapping[str, str],
    nonce: str,
) -> Form:
    """Who the policy owner is now, and who it will be; which of `accounts` for an address that several have."""
    return Form(
        title="Name a policy owner",
        body=(
            Heading(policy.title),
            Paragraph(owner_line(policy)),
            PersonQuestion(
                "owner",
                "New policy owner",
                hint="They are told now that you named them. Their first digest lists every open flag.",
                value=typed(answers, "owner"),
            ),
            *which_account_question("owner", "New policy owner", accounts, answers),
        ),
        intent=NameOwner(policy.id),
        send="Name policy owner",
        nonce=nonce,
        problems=problems,
    )


SCREEN = "name a policy owner"
EXAMPLE = name_owner_form(invented.PERMIT, answers={}, problems={}, nonce="invented")
STATES = {
    "an address of two accounts": name_owner_form(
        invented.PERMIT,
        {"owner": (Option("a", "Priya Nair (Slack)"), Option("b", "Priya Nair (Teams)"))},
        answers={"owner": ("priya.nair@example.org",)},
        problems={"owner_account": "2 accounts have this address. Select the one that you mean"},
        nonce="invented",
    )
}
