"""Handlers for who is on a policy: its announcer or its owner makes it smaller or, as long as that is fair, larger."""

from __future__ import annotations

from pydantic import field_validator

from bot.admin import audit
from bot.handlers.context import Draft, HandlerContext, Opens, Submits, any_policy, instead, policy_of
from bot.interface.intents import ChangeAudience, Intent
from bot.interface.parts import Screen
from bot.interface.views import AudienceView, PolicyName
from bot.policies import audience, audience_changes
from bot.screens import refusals as says
from bot.screens.policy.audience_form import NAME, SURE, audience_form, audience_saved_form
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.form_input import TypedForm, sentence
from storage import Audience, Policy


class NewAudience(TypedForm):
    """Who is to be on it, and whether that was confirmed."""

    audience: str = ""
    sure: str = ""

    @field_validator("audience")
    @classmethod
    def _audience(cls, value: str) -> str:
        if value not in set(Audience):
            raise sentence(says.NO_AUDIENCE)
        return value


def _policy(context: HandlerContext, intent: ChangeAudience) -> Policy:
    """The policy, for somebody who may change who is on it. Raises `Instead` for anyone else."""
    admin = context.visitor.admin
    policy = (any_policy if admin else policy_of)(context, intent.policy)
    if not audience_changes.may_change(policy, context.visitor):
        raise instead(says.AUDIENCE_BY_OTHERS)
    if admin:
        audit.watch(context.uow)
    return policy


def _name(policy: Policy) -> PolicyName:
    return PolicyName(policy.id, policy.title)


def _open(context: HandlerContext, intent: ChangeAudience, draft: Draft) -> Screen:
    policy = _policy(context, intent)
    answers = draft.answers if draft.touched else {NAME: (policy.audience.value,)}
    return audience_form(
        _name(policy),
        audience.view(context.uow, policy),
        _wider(context, policy, answers.get(NAME, ())),
        answers=answers,
        problems=draft.problems,
        nonce=draft.nonce,
    )


def _wider(context: HandlerContext, policy: Policy, chosen: tuple[str, ...]) -> AudienceView | None:
    """Who would be on it by what was chosen, if these are more people."""
    widens = policy.audience is Audience.MEMBERS and chosen == (Audience.EVERYONE.value,)
    return audience.everyone(context.uow) if widens else None


def _submit(context: HandlerContext, intent: ChangeAudience, draft: Draft) -> Screen:
    uow = context.uow
    policy = _policy(context, intent)
    typed = NewAudience.read(draft.answers)
    chosen = Audience(typed.audience)
    if chosen is policy.audience:
        raise FormRefused({NAME: says.AUDIENCE_AS_IT_IS})
    if chosen is Audience.MEMBERS:
        audience_changes.narrow(uow, policy)
    elif typed.sure != "yes":
        raise FormRefused({SURE: says.AUDIENCE_NOT_SURE})
    else:
        audience_changes.widen(uow, policy)
    return audience_saved_form(_name(policy), audience.view(uow, policy))


OPENS: dict[type[Intent], Opens] = {ChangeAudience: _open}
SUBMITS: dict[type[Intent], Submits] = {ChangeAudience: _submit}
