"""Handlers for how long the texts of a policy are kept, and for the legal hold on it, for admins."""

from __future__ import annotations

from pydantic import field_validator

from bot.admin import holds, retention
from bot.handlers.context import Draft, HandlerContext, Opens, Submits, admins_only, any_policy
from bot.interface.intents import HoldPolicy, Intent, KeepTexts, LiftHold
from bot.interface.parts import Screen
from bot.interface.terms import RANGES
from bot.interface.views import PolicyName
from bot.policies import audience
from bot.screens import refusals as says
from bot.screens.policy.hold import REASON_LIMIT, held_form, hold_form, lifted_form
from bot.screens.policy.keep_texts import keep_texts_form, texts_kept_form
from bot.unit_of_work.form_input import TypedForm, one_line, sentence
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
    policy = any_policy(context, intent.policy)
    answers = draft.answers if draft.touched else {"reason": (holds.reason_of(context.uow, policy),)}
    return hold_form(
        _name(policy),
        held_on=policy.held_on,
        answers=answers,
        problems=draft.problems,
        nonce=draft.nonce,
        audience=audience.view(context.uow, policy),
    )


def _submit_hold(context: HandlerContext, intent: HoldPolicy, draft: Draft) -> Screen:
    admins_only(context)
    policy = any_policy(context, intent.policy)
    holds.hold(context.uow, policy, NewHold.read(draft.answers).reason)
    return held_form(_name(policy))


def _submit_lift(context: HandlerContext, intent: LiftHold, draft: Draft) -> Screen:
    admins_only(context)
    policy = any_policy(context, intent.policy)
    return lifted_form(_name(policy), holds.lift(context.uow, policy))


class NewKeeping(TypedForm):
    """For how many months the texts of a policy are kept; empty for as long as the organisation keeps others."""

    months: str = ""

    @field_validator("months")
    @classmethod
    def _months(cls, value: str) -> str:
        least, most = RANGES["keep_months"]
        number = value.strip()
        if number and not (number.isascii() and number.isdigit() and len(number) < 4 and least <= int(number) <= most):
            raise sentence(says.no_months(least, most))
        return number


def _keep_texts(context: HandlerContext, intent: KeepTexts, draft: Draft) -> Screen:
    admins_only(context)
    policy = any_policy(context, intent.policy)
    answers = draft.answers if draft.touched else {"months": (str(policy.keep_months or ""),)}
    usual = context.uow.organisation.keep_months
    return keep_texts_form(_name(policy), usual, answers=answers, problems=draft.problems, nonce=draft.nonce)


def _submit_keep_texts(context: HandlerContext, intent: KeepTexts, draft: Draft) -> Screen:
    admins_only(context)
    policy = any_policy(context, intent.policy)
    months = NewKeeping.read(draft.answers).months
    until, backups = retention.keep_for(context.uow, policy, int(months) if months else None)
    return texts_kept_form(_name(policy), until, backups=backups, held=policy.held_on is not None)


OPENS: dict[type[Intent], Opens] = {HoldPolicy: _hold, KeepTexts: _keep_texts}
SUBMITS: dict[type[Intent], Submits] = {HoldPolicy: _submit_hold, LiftHold: _submit_lift, KeepTexts: _submit_keep_texts}
