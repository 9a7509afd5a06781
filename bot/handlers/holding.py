"""Handlers for the legal hold on a policy, for admins."""

from __future__ import annotations

from pydantic import field_validator

from bot.admin import holds
from bot.handlers.context import Draft, HandlerContext, Opens, Submits, admins_only, policy_of
from bot.interface.intents import HoldPolicy, Intent, LiftHold
from bot.interface.parts import Screen
from bot.interface.views import PolicyName
from bot.screens import refusals as says
from bot.screens.policy.hold import REASON_LIMIT, held_form, hold_form, lifted_form
from bot.unit_of_work.form_input import TypedForm, one_line
from storage import Policy


class NewHold(TypedForm):
    """The reason of a hold."""

    reason: str = ""

    @field_validator("reason")
    @classmethod
    def _reason(cls, value: str) -> str:
        return one_line(value, "Reason", REASON_LIMIT, says.NO_HOLD_REASON)


def _name(policy: Policy) -> PolicyName:
    return PolicyName(policy.id, policy.title)


def _hold(context: HandlerContext, intent: HoldPolicy, draft: Draft) -> Screen:
    admins_only(context)
    policy = policy_of(context, intent.policy)
    answers = draft.answers if draft.touched else {"reason": (policy.held_reason or "",)}
    return hold_form(_name(policy), held_on=policy.held_on, answers=answers, problems=draft.problems, nonce=draft.nonce)


def _submit_hold(context: HandlerContext, intent: HoldPolicy, draft: Draft) -> Screen:
    admins_only(context)
    policy = policy_of(context, intent.policy)
    holds.hold(context.uow, policy, NewHold.read(draft.answers).reason)
    return held_form(_name(policy))


def _submit_lift(context: HandlerContext, intent: LiftHold, draft: Draft) -> Screen:
    admins_only(context)
    policy = policy_of(context, intent.policy)
    return lifted_form(_name(policy), holds.lift(context.uow, policy))


OPENS: dict[type[Intent], Opens] = {HoldPolicy: _hold}
SUBMITS: dict[type[Intent], Submits] = {HoldPolicy: _submit_hold, LiftHold: _submit_lift}
