"""Handlers for withdrawing an announcement that was made by mistake."""

from __future__ import annotations

from pydantic import field_validator

from bot.admin import audit
from bot.flags import withdrawn_announcements
from bot.handlers.context import Draft, HandlerContext, Opens, Submits, any_policy, instead
from bot.interface.intents import Intent, WithdrawAnnouncement
from bot.interface.parts import Screen
from bot.policies import policies
from bot.screens import refusals as says
from bot.screens.policy.withdrawn import REASON_LIMIT, announcement_withdrawn_form, withdraw_announcement_form
from bot.unit_of_work.form_input import TypedForm, one_line
from storage import Policy


class NewWithdrawal(TypedForm):
    """The reason, as it was typed."""

    reason: str = ""

    @field_validator("reason")
    @classmethod
    def _reason(cls, value: str) -> str:
        return one_line(value, "Reason", REASON_LIMIT, says.NO_WITHDRAWAL_REASON)


def _theirs(context: HandlerContext, intent: WithdrawAnnouncement) -> Policy:
    """The policy, for those who may withdraw it. To anyone else there is none."""
    policy = any_policy(context, intent.policy)
    if not withdrawn_announcements.may_withdraw(policy, context.visitor):
        raise instead(says.NOT_FOUND)
    return policy


def _withdraw(context: HandlerContext, intent: WithdrawAnnouncement, draft: Draft) -> Screen:
    policy = policies.view(context.uow, _theirs(context, intent))
    if policy.withdrawn_on is not None:
        return announcement_withdrawn_form(policy)
    return withdraw_announcement_form(policy, answers=draft.answers, problems=draft.problems, nonce=draft.nonce)


def _submit_withdraw(context: HandlerContext, intent: WithdrawAnnouncement, draft: Draft) -> Screen:
    policy = _theirs(context, intent)
    if context.visitor.admin:
        audit.watch(context.uow)
    if policy.withdrawn_on is None:
        reason = NewWithdrawal.read(draft.answers).reason
        withdrawn_announcements.withdraw(context.uow, context.visitor, policy, reason)
    return announcement_withdrawn_form(policies.view(context.uow, policy))


OPENS: dict[type[Intent], Opens] = {WithdrawAnnouncement: _withdraw}
SUBMITS: dict[type[Intent], Submits] = {WithdrawAnnouncement: _submit_withdraw}
