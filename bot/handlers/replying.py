"""Handlers for authors who got an answer: settled, not settled, and a reply to a question."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bot.flags import flag_views, flags, receipts, replies
from bot.flags.replies import NewReply, NewReplyTo, StillInTheWay
from bot.handlers.context import Draft, HandlerContext, Opens, Submits, any_policy, by_code, instead
from bot.interface.intents import Intent, NotSettled, ReplyToQuestion, Settle
from bot.interface.parts import Screen
from bot.interface.views import AnswerView, AudienceView, FlagView
from bot.people import digest_schedules, people
from bot.policies import audience
from bot.screens import refusals as says
from bot.screens.answer.reply_form import not_settled_form, reply_form
from bot.screens.notice.confirmations import not_settled_saved_form, replied_form, settled_form
from bot.unit_of_work.errors import FormRefused
from storage import Answer, Flag, Policy, ReplyKind, ReplyStage
from storage import answers as stored_answers
from storage import flags as stored_flags


def _own_flag(context: HandlerContext, answer_id: UUID, flag_id: UUID) -> tuple[Policy, Answer, Flag]:
    """The visitor's own flag, its policy, and the answer. Raises `Instead` for anyone else, as if there were none."""
    answer = stored_answers.answer(context.uow.session, answer_id)
    flag = stored_flags.flag(context.uow.session, flag_id)
    if answer is None or flag is None or not flags.is_author(context.uow, flag, context.visitor):
        raise instead(says.NOT_FOUND)
    return any_policy(context, flag.policy_id), answer, flag


def _stage(text: str) -> ReplyStage:
    """The stage that a button carries. Raises `Instead` for what is none."""
    if text and text not in set(ReplyStage):
        raise instead(says.NOT_FOUND)
    return ReplyStage(text or ReplyStage.PROMISED)


def _views_to_reply(
    context: HandlerContext, intent: Settle | NotSettled | ReplyToQuestion, kind: ReplyKind, draft: Draft
) -> tuple[FlagView, AnswerView, AudienceView]:
    answer_id, stage = intent.answer, _stage("" if isinstance(intent, ReplyToQuestion) else intent.stage)
    policy, answer, flag = _own_flag(context, answer_id, intent.flag)
    to = NewReplyTo(answer, flag, stage)
    if not draft.touched and not replies.can_reply(context.uow, context.visitor, to, kind):
        raise instead(says.REPLIED_ALREADY)
    view = next(iter(flag_views.views(context.uow, policy, [flag], own=context.visitor)), None)
    given = next((each for each in view.answers if each.id == answer_id), None) if view else None
    if view is None or given is None:
        raise instead(says.NOT_FOUND)
    return flag_views.by_code(view, context.visitor), given, audience.view(context.uow, policy)


def _not_settled(context: HandlerContext, intent: NotSettled, draft: Draft) -> Screen:
    context = by_code(context, intent.code)
    flag, answer, on_it = _views_to_reply(context, intent, ReplyKind.NOT_SETTLED, draft)
    return not_settled_form(
        flag,
        answer,
        context.uow.organisation_view(),
        stage=_stage(intent.stage),
        answers=draft.answers,
        problems=draft.problems,
        nonce=draft.nonce,
        audience=on_it,
    )


def _reply(context: HandlerContext, intent: ReplyToQuestion, draft: Draft) -> Screen:
    context = by_code(context, intent.code)
    flag, answer, on_it = _views_to_reply(context, intent, ReplyKind.REPLY, draft)
    return reply_form(
        flag,
        answer,
        context.uow.organisation_view(),
        answers=draft.answers,
        problems=draft.problems,
        nonce=draft.nonce,
        audience=on_it,
    )


def _write_reply(
    context: HandlerContext, intent: Settle | NotSettled | ReplyToQuestion, kind: ReplyKind, text: str, nonce: str
) -> tuple[Policy, Flag]:
    stage = _stage("" if isinstance(intent, ReplyToQuestion) else intent.stage)
    policy, answer, flag = _own_flag(context, intent.answer, intent.flag)
    try:
        replies.reply(context.uow, context.visitor, NewReplyTo(answer, flag, stage), kind, text, nonce)
    except FormRefused:
        raise instead(says.REPLIED_ALREADY) from None
    return policy, flag


def _submit_settled(context: HandlerContext, intent: Settle, draft: Draft) -> Screen:
    context = by_code(context, intent.code)
    _, flag = _write_reply(context, intent, ReplyKind.SETTLED, "", draft.nonce)
    return settled_form(flag.promise, context.uow.organisation_view().release_days)


def _submit_not_settled(context: HandlerContext, intent: NotSettled, draft: Draft) -> Screen:
    context = by_code(context, intent.code)
    typed = StillInTheWay.read(draft.answers)
    policy, flag = _write_reply(context, intent, ReplyKind.NOT_SETTLED, typed.text, draft.nonce)
    return not_settled_saved_form(*_digest_with_reply(context, policy, flag))


def _submit_reply(context: HandlerContext, intent: ReplyToQuestion, draft: Draft) -> Screen:
    context = by_code(context, intent.code)
    typed = NewReply.read(draft.answers)
    policy, flag = _write_reply(context, intent, ReplyKind.REPLY, typed.text, draft.nonce)
    return replied_form(*_digest_with_reply(context, policy, flag))


def _digest_with_reply(context: HandlerContext, policy: Policy, flag: Flag) -> tuple[str, datetime | None, str]:
    """The owner whose digest will bring the reply, when (aware UTC, None if none is planned), and the owner's zone."""
    uow = context.uow
    owner = people.name_of(uow, policy.owner_id, policy.owner_email)
    return (
        owner,
        receipts.digest_with_reply(uow, context.visitor, policy, flag),
        digest_schedules.zone(uow, policy.owner_id),
    )


OPENS: dict[type[Intent], Opens] = {NotSettled: _not_settled, ReplyToQuestion: _reply}
SUBMITS: dict[type[Intent], Submits] = {
    Settle: _submit_settled,
    NotSettled: _submit_not_settled,
    ReplyToQuestion: _submit_reply,
}
