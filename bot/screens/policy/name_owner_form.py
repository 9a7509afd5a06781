"""Naming another policy owner."""

from collections.abc import Mapping

from bot.interface.intents import NameOwner
from bot.interface.parts import Form, Heading, Paragraph, PersonQuestion
from bot.interface.views import PolicyView
from bot.screens import invented
from bot.screens.form_values import Answers, typed
from bot.screens.policy.policy_card import owner_line


def name_owner_form(policy: PolicyView, *, answers: Answers, problems: Mapping[str, str], nonce: str) -> Form:
    """Who the policy owner is now, and who it will be."""
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
        ),
        intent=NameOwner(policy.id),
        send="Name policy owner",
        nonce=nonce,
        problems=problems,
    )


SCREEN = "name a policy owner"
EXAMPLE = name_owner_form(invented.PERMIT, answers={}, problems={}, nonce="invented")
