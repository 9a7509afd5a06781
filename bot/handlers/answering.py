"""Handlers for answering one flag or several, or acknowledging all of a digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import ValidationInfo, field_validator

from bot.digests import digests
from bot.escalation import steps
from bot.flags import answers, commitments, flag_views
from bot.flags.answers import NewAnswer
from bot.handlers.context import (
    Draft,
    HandlerContext,
    Opens,
    Submits,
    instead,
    policy_if_on,
    policy_of,
    unless_sealed,
)
from bot.interface.intents import AcknowledgeAll, AnswerFlags, AnswerPolicy, Intent
from bot.interface.parts import Screen
from bot.interface.views import PolicyName
from bot.policies import answer_deadlines, audience, policies, readers
from bot.screens import refusals as says
from bot.screens.answer.acknowledge_form import WaitingFlags, acknowledge_form
from bot.screens.answer.answer_form import MOST_AT_ONCE, answer_form, answer_sent_form
from bot.screens.notice.confirmations import acknowledged_form
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.form_input import TypedForm, day_ahead
from storage import AnswerKind, Flag, Policy
from storage import answers as stored_answers
from storage import flags as stored_flags


class Acknowledgement(TypedForm):
    """The day by which everything acknowledged is decided: after today, and then an ISO date."""

    by_date: str = ""

    @field_validator("by_date")
    @classmethod
    def _by_date(cls, value: str, info: ValidationInfo) -> str:
        return day_ahead(value, info)


def _policy_and_flags(context: HandlerContext, flag_ids: Sequence[UUID]) -> tuple[Policy, list[Flag]]:
    """Those of the flags that the visitor may see, and their policy. Raises `Instead` unless they are of one policy."""
    found = {each.id: each for each in stored_flags.flags(context.uow.session, flag_ids)}
    rows = [found[each] for each in dict.fromkeys(flag_ids) if each in found]
    ids = dict.fromkeys(each.policy_id for each in rows)
    theirs = [policy for each in ids if (policy := policy_if_on(context, each)) is not None]
    if len(theirs) != 1:
        raise instead(says.NOT_FOUND)
    return unless_sealed(theirs[0]), [each for each in rows if each.policy_id == theirs[0].id]


def _answerers_only(context: HandlerContext, policy: Policy) -> None:
    try:
        answers.may_answer(context.uow, policy, context.visitor)
    except FormRefused as refused:
        raise instead(refused.problems[""]) from None


def _answer_flags(context: HandlerContext, intent: AnswerFlags, draft: Draft) -> Screen:
    policy, rows = _policy_and_flags(context, intent.flags)
    return _answer_form(context, policy, rows[:MOST_AT_ONCE], draft, len(rows))


def _answer_form(context: HandlerContext, policy: Policy, rows: Sequence[Flag], draft: Draft, number: int) -> Screen:
    """The form for `rows`, which are some of the `number` of flags that were asked for."""
    uow = context.uow
    _answerers_only(context, policy)
    shown = flag_views.views(uow, policy, rows, sight=readers.sight(uow, policy, rows, context.visitor.ids))
    kinds = tuple(AnswerKind)
    if any(given.kind is AnswerKind.ACKNOWLEDGED for each in shown for given in each.answers):
        kinds = tuple(each for each in kinds if each is not AnswerKind.ACKNOWLEDGED)
    return answer_form(
        PolicyName(policy.id, policy.title),
        shown,
        number=number,
        answers=draft.answers,
        problems=draft.problems,
        nonce=draft.nonce,
        kinds=kinds,
        last_day=answer_deadlines.put_off_until(uow),
        audience=audience.view(uow, policy),
    )


def _answer_policy(context: HandlerContext, intent: AnswerPolicy, draft: Draft) -> Screen:
    policy = policy_of(context, intent.policy)
    _answerers_only(context, policy)
    uow = context.uow
    soon = uow.calendar.add(uow.today, steps.REMINDER_DAYS)
    rows, number = stored_flags.to_answer(uow.session, policy.id, uow.today, soon, MOST_AT_ONCE)
    if not rows:
        raise instead(says.NOTHING_WAITS)
    return _answer_form(context, policy, rows, draft, number)


def _submit_answer(context: HandlerContext, intent: AnswerFlags, draft: Draft) -> Screen:
    uow = context.uow
    policy, rows = _policy_and_flags(context, intent.flags)
    _answerers_only(context, policy)
    typed = NewAnswer.read(draft.answers, uow.today)
    row = answers.answer(uow, context.visitor, policy, rows, typed, draft.nonce)
    digests.show_answers(uow, policy, rows)
    return answer_sent_form(
        policies.view(uow, policy),
        len(rows),
        answers.heard_in(uow, row),
        by_date=row.by_date if row.kind is AnswerKind.CHANGE else None,
        asked_on=commitments.asked_before(uow, row.by_date) if row.by_date else None,
    )


def _waiting(context: HandlerContext, digest_id: UUID) -> list[tuple[Policy, list[Flag], int]]:
    """The unanswered flags of a digest that can be acknowledged, by policy, and how many of them the digest left out.

    Raises `Instead` if there are none.
    """
    uow = context.uow
    digest = digests.of_reader(uow, context.visitor.ids, digest_id)
    if digest is None:
        raise instead(says.NOT_FOUND)
    found = []
    for part in digests.seen_by(uow, context.visitor, digest).parts:
        policy = policy_of(context, part.policy)
        sent = [each for each in stored_flags.waiting(uow.session, policy.id) if each.sent_on is not None]
        before = answers.acknowledged(uow, sent)
        rows = [each for each in sent if each.id not in before]
        if rows and answers.role_of(uow, policy, context.visitor) is not None:
            shown = {each.flag for each in part.items}
            found.append((policy, rows, sum(each.id not in shown for each in rows)))
    if not found:
        raise instead(says.NOTHING_WAITS)
    return found


def _acknowledge(context: HandlerContext, intent: AcknowledgeAll, draft: Draft) -> Screen:
    found = _waiting(context, intent.digest)
    waiting = tuple(WaitingFlags(policy.title, len(rows), unseen) for policy, rows, unseen in found)
    return acknowledge_form(
        intent.digest,
        waiting,
        answer_deadlines.put_off_until(context.uow),
        answers=draft.answers,
        problems=draft.problems,
        nonce=draft.nonce,
    )


def _submit_acknowledge(context: HandlerContext, intent: AcknowledgeAll, draft: Draft) -> Screen:
    uow = context.uow
    by_date = Acknowledgement.read(draft.answers, uow.today).by_date
    answer = NewAnswer.read({"kind": (AnswerKind.ACKNOWLEDGED,), "by_date": (by_date,)}, uow.today)
    number = _sent_before(context, intent.digest, draft.nonce)
    if number:
        return acknowledged_form(number, date.fromisoformat(by_date))
    for policy, rows, _ in _waiting(context, intent.digest):
        answers.answer(uow, context.visitor, policy, rows, answer, f"{draft.nonce}/{policy.id}")
        digests.show_answers(uow, policy, rows)
        number += len(rows)
    return acknowledged_form(number, date.fromisoformat(by_date))


def _sent_before(context: HandlerContext, digest_id: UUID, nonce: str) -> int:
    """How many flags this very form has acknowledged, if it was submitted before; else 0."""
    uow, ids = context.uow, context.visitor.ids
    digest = digests.of_reader(uow, ids, digest_id)
    parts = digests.view(uow, digest, ids).parts if digest else ()
    made = (answers.made_by(uow, context.visitor, f"{nonce}/{each.policy}") for each in parts)
    return sum(len(stored_answers.flags_of(uow.session, each.id)) for each in made if each is not None)


OPENS: dict[type[Intent], Opens] = {
    AnswerFlags: _answer_flags,
    AnswerPolicy: _answer_policy,
    AcknowledgeAll: _acknowledge,
}
SUBMITS: dict[type[Intent], Submits] = {AnswerFlags: _submit_answer, AcknowledgeAll: _submit_acknowledge}
