"""Commitments: what an owner said would change, and by when, until it is done or everyone knows that it is not.

    made by the answer *We will change it*

    PROMISED --ask--> ASKED --nobody says anything--> NO_WORD
       ^                |                                |
       |                +---------- or directly ---------+
       +--- new day ----+
                        +---> DONE              the owner says how
                        +---> WILL_NOT_HAPPEN   the owner says why
                        +---> REPLACED          each of its flags has a later answer that decides
                        +---> STOPPED           the policy is no more

What ends a commitment ends it from each of the first three. It is asked about in the owner's digest, two working days
before its day and on it. Who is told of silence, and when, is the business of `bot/escalation/`. Decision 0027.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

from bot.calendar.dates import local_day, months_later
from bot.interface.views import CommitmentUpdateView, CommitmentView
from bot.people import people
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Answer, AnswerKind, Commitment, CommitmentState, CommitmentUpdate, Role, Step
from storage import answers as stored_answers
from storage import commitments as stored

FIRST_DAY_MONTHS = 12
"""How many months ahead the first day of a commitment may be."""
ASK_BEFORE_DAYS = 2
"""How many working days before its day a commitment is asked about first."""

DECIDES = frozenset({AnswerKind.CHANGE, AnswerKind.HANDLED, AnswerKind.CANNOT})
"""The answers that end what an earlier one promised to the same flag: a question or an acknowledgement does not."""
SAID = frozenset({CommitmentState.DONE, CommitmentState.WILL_NOT_HAPPEN})
"""The ends that the owner has put into words, to which people may reply once more."""
_TOLD = {Step.DELEGATE: Role.DELEGATE, Step.SENIOR: Role.SENIOR}

ByAnswer = Mapping[UUID, CommitmentView]
"""What became of commitments, by the answer that made them."""


def last_first_day(today: date) -> date:
    """The last day that can be promised today."""
    return months_later(today, FIRST_DAY_MONTHS)


def make(uow: UnitOfWork, answer: Answer) -> Commitment | None:
    """The commitment that an answer makes, which is kept; None for an answer that promises no change."""
    if answer.kind is not AnswerKind.CHANGE or answer.by_date is None:
        return None
    made = Commitment(
        id=uuid4(),
        policy_id=answer.policy_id,
        answer_id=answer.id,
        state=CommitmentState.PROMISED,
        by_date=answer.by_date,
        first_by=answer.by_date,
        ask_on=first_asked_on(uow, answer.by_date),
        told=told_at_first(uow, answer.by_date),
    )
    uow.session.add(made)
    uow.session.flush()
    return made


def first_asked_on(uow: UnitOfWork, by_date: date) -> date:
    """The day on which a commitment for that day is first asked about: today at the earliest."""
    return max(uow.today, uow.calendar.add(by_date, -ASK_BEFORE_DAYS))


def asked_before(uow: UnitOfWork, by_date: date) -> date | None:
    """For a day that is no working day, from when on a commitment for it is asked about; None for any other."""
    return None if uow.calendar.is_working(by_date) else first_asked_on(uow, by_date)


def told_at_first(uow: UnitOfWork, by_date: date) -> Step | None:
    """How far the escalation chain counts as told when a day is promised: for one so near nobody is reminded."""
    return Step.REMINDER if uow.calendar.add(by_date, -ASK_BEFORE_DAYS) <= uow.today else None


def end_replaced(uow: UnitOfWork, answer: Answer) -> None:
    """End the commitments of a policy all of whose flags have been given a later answer, such as this one."""
    if answer.kind not in DECIDES:
        return
    running = [each for each in stored.running(uow.session, answer.policy_id) if each.answer_id != answer.id]
    for each in running:
        flag_ids = stored_answers.flags_of(uow.session, each.answer_id)
        if not promised_to(uow, each, flag_ids):
            each.state, each.ended_on = CommitmentState.REPLACED, uow.today
    uow.session.flush()


def promised_to(uow: UnitOfWork, commitment: Commitment, flag_ids: Sequence[UUID]) -> set[UUID]:
    """Those of a commitment's flags for which no later answer has decided anything else."""
    given = stored_answers.to_flags(uow.session, flag_ids)
    return {flag_id for flag_id, answer_id in last_deciding(given).items() if answer_id == commitment.answer_id}


def last_deciding(given: Iterable[tuple[UUID, Answer]]) -> dict[UUID, UUID]:
    """By flag, the id of the last answer that decides, of answers in the order in which they were given."""
    return {flag_id: answer.id for flag_id, answer in given if answer.kind in DECIDES}


def replaced_on(uow: UnitOfWork, given: Sequence[tuple[UUID, Answer]]) -> dict[tuple[UUID, UUID], date]:
    """By answer and flag, the day on which a later answer decided something else for that flag."""
    found: dict[tuple[UUID, UUID], date] = {}
    promised: dict[UUID, UUID] = {}
    for flag_id, answer in given:
        if answer.kind not in DECIDES:
            continue
        if flag_id in promised:
            found[promised.pop(flag_id), flag_id] = local_day(answer.at, uow.zone)
        if answer.kind is AnswerKind.CHANGE:
            promised[flag_id] = answer.id
    return found


def as_of_flag(commitment: CommitmentView | None, replaced: date | None) -> CommitmentView | None:
    """A commitment as it concerns one of its flags, which has had a later answer since the day `replaced`."""
    if commitment is None or replaced is None or commitment.ended_on is not None:
        return commitment
    return replace(commitment, state=CommitmentState.REPLACED, ended_on=replaced)


def of_answers(uow: UnitOfWork, given: Iterable[Answer]) -> ByAnswer:
    """What became of what these answers promised."""
    promising = {each.id for each in given if each.kind is AnswerKind.CHANGE}
    rows = stored.of_answers(uow.session, promising) if promising else []
    return views(uow, rows, stored.updates_of(uow.session, [each.id for each in rows]) if rows else ())


def of_policies(uow: UnitOfWork, policy_ids: Collection[UUID]) -> ByAnswer:
    """What became of all that was promised on these policies."""
    rows = stored.of_policies(uow.session, policy_ids)
    return views(uow, rows, stored.updates_on(uow.session, policy_ids) if rows else ())


def views(uow: UnitOfWork, rows: Iterable[Commitment], updates: Iterable[CommitmentUpdate]) -> ByAnswer:
    """Commitments as everyone sees them, by their answers. An update that does not open is left out."""
    said: dict[UUID, list[CommitmentUpdate]] = {}
    for each in updates:
        said.setdefault(each.commitment_id, []).append(each)
    people.take_names(uow, (each.person_id for some in said.values() for each in some))
    return {each.answer_id: _view(uow, each, said.get(each.id, ())) for each in rows}


def _view(uow: UnitOfWork, row: Commitment, updates: Iterable[CommitmentUpdate]) -> CommitmentView:
    opened = (update_view(uow, each) for each in updates)
    return CommitmentView(
        id=row.id,
        state=row.state,
        by_date=row.by_date,
        first_by=row.first_by,
        asked_on=row.asked_on,
        updates=tuple(each for each in opened if each is not None),
        told=_TOLD.get(row.told) if row.told is not None and row.told_to is not None else None,
        told_on=row.told_on if row.told in _TOLD else None,
        ended_on=row.ended_on,
    )


def update_view(uow: UnitOfWork, row: CommitmentUpdate) -> CommitmentUpdateView | None:
    """What was said about a commitment, as everyone sees it; None where it does not open."""
    said = uow.opened(row.policy_id, "commitment_updates", "text", row.id, row.text, stored.bound(row))
    if said is None:
        return None
    return CommitmentUpdateView(
        id=row.id,
        kind=row.kind,
        by=people.name_of(uow, row.person_id),
        role=row.role,
        on=local_day(row.at, uow.zone),
        text=said,
        by_date=row.by_date,
    )
