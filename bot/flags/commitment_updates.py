"""What is said about a commitment after it was made: that it is done, a new day, or that it will not happen."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID, uuid4

from pydantic import ValidationInfo, field_validator

from bot.calendar.dates import months_later
from bot.flags import answers, commitments, kept_promises
from bot.outbox import deliveries
from bot.people import recipients
from bot.people.people import Visitor
from bot.policies import answer_deadlines, policies
from bot.screens import refusals as says
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.form_input import TypedForm, day_ahead, some_text
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Commitment, CommitmentState, CommitmentUpdate, Policy, Promise, UpdateKind, policy_keys
from storage import answers as stored_answers
from storage import commitments as stored
from storage import flags as stored_flags
from storage.keys import nonce_hash

NOTICE = "commitment-notice"
MESSAGE = "commitment-message"
NEXT_DAY_MONTHS = 6
"""How many months after the day that is promised now, or after today where that is past, a new day may be."""

TOLD_FROM = 3
"""The number of new days from which on the delegate and the senior owner are told of it."""

_STATE_AFTER = {
    UpdateKind.DONE: CommitmentState.DONE,
    UpdateKind.NEW_DAY: CommitmentState.PROMISED,
    UpdateKind.WILL_NOT_HAPPEN: CommitmentState.WILL_NOT_HAPPEN,
}


class NewUpdate(TypedForm):
    """What was typed: how it was done, or why it will not happen."""

    missing: ClassVar[str] = says.NO_WHY_NOT
    label: ClassVar[str] = "Reason"

    text: str = ""

    @field_validator("text")
    @classmethod
    def _text(cls, value: str) -> str:
        return some_text(value, cls.label, cls.missing)


class HowDone(NewUpdate):
    """How it was done."""

    missing: ClassVar[str] = says.NO_HOW_DONE
    label: ClassVar[str] = "How"


class NewDay(NewUpdate):
    """The new day, after today and then an ISO date, and why it is needed."""

    missing: ClassVar[str] = says.NO_WHY_LATER

    by_date: str = ""

    @field_validator("by_date")
    @classmethod
    def _by_date(cls, value: str, info: ValidationInfo) -> str:
        return day_ahead(value, info)


def last_new_day(uow: UnitOfWork, commitment: Commitment) -> date:
    """The last day that can be promised in place of the one that is promised now."""
    return months_later(max(commitment.by_date, uow.today), NEXT_DAY_MONTHS)


def say(
    uow: UnitOfWork, visitor: Visitor, commitment: Commitment, kind: UpdateKind, typed: NewUpdate, nonce: str
) -> CommitmentUpdate:
    """Say what became of a commitment. Everyone on the policy reads it under the card. Raises `FormRefused`."""
    policy = uow.session.get_one(Policy, commitment.policy_id)
    role = answers.may_answer(uow, policy, visitor)
    if isinstance(typed, NewDay) and typed.by_date <= last_new_day(uow, commitment).isoformat():
        kept_promises.keep_until(uow, policy.id, date.fromisoformat(typed.by_date))
    policy_keys.lock(uow.session, policy.id)
    uow.session.refresh(commitment)
    earlier = stored.by_nonce(uow.session, nonce_hash(nonce))
    if earlier is not None and earlier.person_id in visitor.ids:
        return earlier
    if commitment.ended_on is not None:
        raise FormRefused({"": says.CHANGED_SINCE})
    by_date = _new_day(uow, commitment, typed) if isinstance(typed, NewDay) else None
    answer_deadlines.check_now(uow, policy)
    row = CommitmentUpdate(
        id=uuid4(),
        policy_id=policy.id,
        commitment_id=commitment.id,
        person_id=visitor.id,
        role=role,
        kind=kind,
        text=b"",
        by_date=by_date,
        at=uow.now,
        nonce_hash=nonce_hash(nonce),
    )
    row.text = uow.key(policy.id).seal("commitment_updates", "text", row.id, typed.text, stored.bound(row))
    uow.session.add(row)
    _move(uow, commitment, kind, by_date)
    uow.session.flush()
    _tell(uow, policy, commitment, row)
    return row


def _new_day(uow: UnitOfWork, commitment: Commitment, typed: NewDay) -> date:
    day, last = date.fromisoformat(typed.by_date), last_new_day(uow, commitment)
    if day == commitment.by_date:
        raise FormRefused({"by_date": says.SAME_DAY})
    if day > last:
        raise FormRefused({"by_date": says.no_later_than(last)})
    return day


def _move(uow: UnitOfWork, commitment: Commitment, kind: UpdateKind, by_date: date | None) -> None:
    commitment.state = _STATE_AFTER[kind]
    if by_date is None:
        commitment.ended_on = uow.today
        return
    commitment.by_date, commitment.ask_on = by_date, commitments.first_asked_on(uow, by_date)
    commitment.told = commitments.told_at_first(uow, by_date)
    commitment.asked_on = commitment.told_to = commitment.told_on = None


def _tell(uow: UnitOfWork, policy: Policy, commitment: Commitment, row: CommitmentUpdate) -> None:
    deliveries.tell_channels(uow, policy.id, NOTICE, str(row.id))
    policies.refresh_cards(uow, policy.id)
    if row.kind is UpdateKind.NEW_DAY and stored.number_of_new_days(uow.session, commitment.id) >= TOLD_FROM:
        _tell_chain(uow, policy, row)
    flag_ids = commitments.promised_to(uow, commitment, stored_answers.flags_of(uow.session, commitment.answer_id))
    by_author: dict[UUID, list[UUID]] = {}
    for flag in stored_flags.flags(uow.session, sorted(flag_ids)):
        if flag.promise is Promise.NAMED and flag.person_id is not None:
            by_author.setdefault(flag.person_id, []).append(flag.id)
    for person_id, some in by_author.items():
        deliveries.tell_author(uow, person_id, MESSAGE, " ".join(map(str, [row.id, *some])))


def _tell_chain(uow: UnitOfWork, policy: Policy, row: CommitmentUpdate) -> None:
    """Tell the delegate and the senior owner of one new day too many, unless they gave it."""
    readers = {recipients.of_person(uow, each) for each in (policy.delegate_id, policy.senior_id)}
    for reader in sorted(each for each in readers if each is not None and each != row.person_id):
        deliveries.tell_person(uow, reader, NOTICE, str(row.id))
