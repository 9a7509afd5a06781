"""Handlers for pausing the time to answer on a policy, and resuming it, for admins."""

from __future__ import annotations

from datetime import date

from pydantic import ValidationInfo, field_validator

from bot.escalation import pauses
from bot.handlers.context import Draft, HandlerContext, Opens, Submits, admins_only, any_policy
from bot.interface.intents import Intent, PauseAnswers, ResumeAnswers
from bot.interface.parts import Screen
from bot.policies import audience, policies
from bot.screens import refusals as says
from bot.screens.policy.paused import REASON_LIMIT, pause_form, paused_form, resumed_form
from bot.unit_of_work.form_input import TypedForm, day_ahead, one_line


class NewPause(TypedForm):
    """The last day of a pause, after today and then an ISO date, and its reason."""

    until: str = ""
    reason: str = ""

    @field_validator("until")
    @classmethod
    def _until(cls, value: str, info: ValidationInfo) -> str:
        return day_ahead(value, info, pauses.LONGEST)

    @field_validator("reason")
    @classmethod
    def _reason(cls, value: str) -> str:
        return one_line(value, "Reason", REASON_LIMIT, says.NO_REASON)


def _pause(context: HandlerContext, intent: PauseAnswers, draft: Draft) -> Screen:
    admins_only(context)
    policy = any_policy(context, intent.policy)
    view = policies.view(context.uow, policy)
    answers = draft.answers
    if not draft.touched and view.paused_until is not None:
        answers = {"until": (view.paused_until.isoformat(),), "reason": (view.paused_reason,)}
    seen_by = audience.view(context.uow, policy)
    return pause_form(view, answers=answers, problems=draft.problems, nonce=draft.nonce, audience=seen_by)


def _submit_pause(context: HandlerContext, intent: PauseAnswers, draft: Draft) -> Screen:
    admins_only(context)
    policy = any_policy(context, intent.policy)
    typed = NewPause.read(draft.answers, context.uow.today)
    pauses.pause(context.uow, policy, date.fromisoformat(typed.until), typed.reason)
    return paused_form(policies.view(context.uow, policy))


def _submit_resume(context: HandlerContext, intent: ResumeAnswers, draft: Draft) -> Screen:
    admins_only(context)
    policy = any_policy(context, intent.policy)
    pauses.resume(context.uow, policy)
    return resumed_form(policies.view(context.uow, policy))


OPENS: dict[type[Intent], Opens] = {PauseAnswers: _pause}
SUBMITS: dict[type[Intent], Submits] = {PauseAnswers: _submit_pause, ResumeAnswers: _submit_resume}
