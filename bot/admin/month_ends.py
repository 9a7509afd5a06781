"""The end of a month: its line is removed from the end-months file, and what is wrapped under it ends everywhere.

The states of a month that is over::

    (nothing)  --begin-->  ending  --the line is removed; every process reports it gone-->  ended

Each step may be repeated after a crash. *Ending* is written before the line is removed, so that no hold and no longer
retention can still move a text out of the month: it is moved before, or never. Nothing says that anything was
destroyed before the month has *ended*.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.admin import audit
from bot.flags import kept_promises
from bot.outbox import deliveries
from bot.people import admins
from bot.policies import ends
from bot.screens.admin.end_keys import EndKeysView
from bot.screens.notice import month_lost
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Ending, EndingState, Policy, endings
from storage.end_months import EndMonths, EndMonthsFile, month_of


def months_over(uow: UnitOfWork, months: EndMonths) -> list[str]:
    """The months that are over and still have a line, oldest first."""
    return [each for each in months.months if each < month_of(uow.today)]


def begin(uow: UnitOfWork, month: str, *, removed: bool = False) -> None:
    """Write that a month is ending, after what is to live has been moved out of it. Its line may go from now on.

    If it was `removed` before, nothing can be moved any more.
    """
    endings.known_file(uow.session, locked=True)
    if endings.ending(uow.session, month) is not None:
        return
    for policy_id in () if removed else endings.texts_until(uow.session, month):
        ends.move_if_held(uow, policy_id)
        if uow.wrapped_keys(policy_id).text_month == month:
            kept_promises.move_or_stop(uow, policy_id)
    uow.session.add(Ending(month=month, state=EndingState.ENDING, began_on=uow.today))
    audit.record(uow, audit.PROGRAM, "month ending", month)


def finish(uow: UnitOfWork, months: EndMonths) -> list[str]:
    """End the months whose line is gone from the file and from every process; which those are."""
    ended = []
    for each in endings.under_way(uow.session):
        gone = months.line(each.month) is None and not endings.is_held(uow.session, each.month, uow.now)
        if gone and endings.claim_end(uow.session, each.month, uow.today):
            for policy_id in endings.texts_until(uow.session, each.month):
                # Their month was lost too early.
                kept_promises.stop(uow, policy_id)
            texts, authors = endings.destroy(uow.session, each.month, uow.today)
            audit.record(uow, audit.PROGRAM, "month ended", f"{each.month} texts:{texts} authors:{authors}")
            ended.append(each.month)
    return ended


def note_removed(uow: UnitOfWork, months: EndMonths) -> None:
    """See to the lines that somebody has removed: of a month that is over it ends; of another, it was too early.

    Then owners and admins are told once that what was written on these policies cannot be opened.
    """
    begun = {each.month for each in endings.begun(uow.session)}
    for month in sorted(endings.months_in_use(uow.session) - set(months.months) - begun):
        if month < month_of(uow.today):
            begin(uow, month, removed=True)
        else:
            _tell_of_loss(uow, month, endings.policies_ending(uow.session, month))


def _tell_of_loss(uow: UnitOfWork, month: str, lost: Sequence[Policy]) -> None:
    if not lost:
        return
    admins.tell(uow, month_lost.SCREEN, _ids(lost), f"{month_lost.SCREEN}:{month}")
    for owner_id in sorted({each.owner_id for each in lost if each.owner_id is not None}):
        own = [each for each in lost if each.owner_id == owner_id]
        key = f"{month_lost.SCREEN}:{month}:owner:{owner_id}"
        deliveries.tell_person(uow, owner_id, month_lost.SCREEN, _ids(own), key=key)


def _ids(policies: Sequence[Policy]) -> str:
    return " ".join(str(each.id) for each in policies[: month_lost.MOST])


def view(uow: UnitOfWork) -> EndKeysView:
    """How the end-months file stands, as admins see it."""
    source, months = uow.ring.months, uow.ring.months.current()
    known = endings.known_file(uow.session)
    return EndKeysView(
        last_month=months.months[-1] if months.months else "",
        ahead=ends.is_far_enough(uow, months),
        proved_on=known.proved_on if known else None,
        ending=tuple(each.month for each in endings.under_way(uow.session)),
        by_hand=isinstance(source, EndMonthsFile) and not source.is_writable(),
        problem=source.problem if isinstance(source, EndMonthsFile) else "",
    )
