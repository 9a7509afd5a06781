"""What is promised on a policy keeps its texts: they do not end before each commitment has, with a word of the owner's.

The text key moves to a later month, as it does for a legal hold: when a day is promised, and before the end of a month
while a commitment runs. The authors' key never moves, so the authors' day that a form named stays true. Of what has had
no word for a year after its day, everyone is told that it ends so.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from uuid import UUID

from bot.calendar.dates import months_later
from bot.outbox import deliveries
from bot.policies import ends
from bot.screens import refusals as says
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.unit_of_work import Sealed, UnitOfWork
from storage import CommitmentState, Promise
from storage import answers as stored_answers
from storage import commitments as stored
from storage import flags as stored_flags
from storage.end_months import month_after

STOPPED = "promises-stopped"
SPARE_MONTHS = 1
"""For how many months after its day, at least, the texts around a commitment are kept."""
SILENT_MONTHS = 12
"""After how many months without a word after its day a commitment no longer keeps texts."""


def keep_until(uow: UnitOfWork, policy_id: UUID, by_date: date) -> None:
    """Keep the texts of a policy for what is promised for a day. Raises `FormRefused` for the field `by_date`.

    Called before the policy is locked: the end of a month locks the end-months file first.
    """
    month = _month_for(uow, by_date)
    if month <= uow.wrapped_keys(policy_id).text_month:
        return
    try:
        ends.keep_text_until(uow, policy_id, month)
    except ends.TooLate as late:
        raise FormRefused({"by_date": says.too_late_for_a_promise(late.since)}) from None


def _month_for(uow: UnitOfWork, by_date: date) -> str:
    """The month until which texts are kept for a day, as far as the end-months file has months."""
    month = month_after(max(by_date, uow.today), SPARE_MONTHS)
    months = uow.ring.months.current().months
    return min(month, months[-1]) if months else month


def move_or_stop(uow: UnitOfWork, policy_id: UUID) -> None:
    """Before the month of its texts ends, move those of a policy on which something promised has not ended."""
    running = stored.running(uow.session, policy_id)
    if not running:
        return
    last = running[-1].by_date
    if months_later(last, SILENT_MONTHS) >= uow.today:
        with suppress(Sealed):
            ends.keep_text_until(uow, policy_id, _month_for(uow, last))
        return
    stop(uow, policy_id)


def stop(uow: UnitOfWork, policy_id: UUID) -> int:
    """Stop what runs on a policy that is no more, and say so to everyone who was promised it; how many those are."""
    running = stored.running(uow.session, policy_id)
    if not running:
        return 0
    flag_ids: set[UUID] = set()
    for each in running:
        each.state, each.ended_on = CommitmentState.STOPPED, uow.today
        flag_ids |= set(stored_answers.flags_of(uow.session, each.answer_id))
    uow.session.flush()
    key = f"{STOPPED}:{policy_id}:{uow.today}"
    deliveries.tell_channels(uow, policy_id, STOPPED, str(policy_id), key=key)
    flags = stored_flags.flags(uow.session, sorted(flag_ids))
    named = {each.person_id for each in flags if each.promise is Promise.NAMED and each.person_id is not None}
    for person_id in sorted(named):
        deliveries.tell_author(uow, person_id, STOPPED, str(policy_id))
    return len(running)
