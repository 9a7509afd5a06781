"""Naming another policy owner."""

from collections.abc import Mapping

from bot.intents import NameOwner
from bot.parts import Form, Heading, Paragraph, PersonQuestion
from bot.views import PolicyView
from bot.words import invented
from bot.words.kept import Answers, typed
from bot.words.policy_card import owner_line


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
