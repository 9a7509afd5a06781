"""Reports: someone says what is wrong with a text, and a records officer decides. Who reported is kept nowhere.

The officers and the policy's owner are told once a day for each policy, in messages that do not say which text it is.
"""

from __future__ import annotations

from uuid import UUID

from bot.calendar.dates import local_day
from bot.interface.views import ReportView, TextView
from bot.outbox import deliveries
from bot.people import admins, officers
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import OfficerRole, Report, ReportReason, TextKind
from storage import policies as stored_policies
from storage import take_downs as stored

TOLD = "text-reported"
OWNER_TOLD = "text-reported-owner"
NO_OFFICER = "no-records-officer"


def report(uow: UnitOfWork, text: TextView, reason: ReportReason) -> None:
    """Report a text. Said again for the same reason, it is one report."""
    earlier = next((each for each in stored.reports(uow.session, text.kind, text.id) if each.reason is reason), None)
    if earlier is not None and earlier.left_on is None:
        return
    if earlier is None:
        uow.session.add(
            Report(policy_id=text.policy, kind=text.kind, text_id=text.id, reason=reason, reported_on=uow.today)
        )
    else:
        earlier.left_on, earlier.reported_on = None, uow.today
    uow.session.flush()
    _tell(uow, text.policy)


def _tell(uow: UnitOfWork, policy_id: UUID) -> None:
    key = f"{TOLD}:{policy_id}:{uow.today:%Y-%m-%d}"
    found = officers.found(uow, OfficerRole.RECORDS)
    for each in found:
        _once(uow, each, TOLD, policy_id, f"{key}:{each}")
    if not found:
        for each in admins.found(uow):
            _once(uow, each, NO_OFFICER, policy_id, f"{NO_OFFICER}:{uow.today:%Y-%m-%d}:{each}")
    policy = stored_policies.policy(uow.session, policy_id)
    reader = (policy.read_by or policy.owner_id) if policy else None
    if reader is not None:
        _once(uow, reader, OWNER_TOLD, policy_id, f"{OWNER_TOLD}:{key}:{reader}")


def _once(uow: UnitOfWork, person_id: UUID, screen: str, policy_id: UUID, key: str) -> None:
    if key not in stored.with_keys(uow.session, [key]):
        deliveries.tell_person(uow, person_id, screen, str(policy_id), key=key)


def is_reported(uow: UnitOfWork, kind: TextKind, text_id: UUID) -> bool:
    """Whether a text was reported: only such a text can be opened by a records officer."""
    return bool(stored.reports(uow.session, kind, text_id))


def leave(uow: UnitOfWork, kind: TextKind, text_id: UUID) -> None:
    """Decide that a text stays."""
    for each in stored.reports(uow.session, kind, text_id):
        each.left_on = uow.today
    uow.session.flush()


def waiting(uow: UnitOfWork) -> tuple[ReportView, ...]:
    """The reported texts on which nobody has decided, the oldest first."""
    found: dict[tuple[TextKind, UUID], list[Report]] = {}
    for each in stored.open_reports(uow.session):
        found.setdefault((each.kind, each.text_id), []).append(each)
    titles = stored_policies.policies(uow.session, {each.policy_id for some in found.values() for each in some})
    return tuple(
        ReportView(
            kind=kind,
            text=text_id,
            title=titles[some[0].policy_id].title,
            reasons=tuple(sorted((each.reason for each in some), key=list(ReportReason).index)),
            on=min(each.reported_on for each in some),
        )
        for (kind, text_id), some in found.items()
    )


def taken_down(uow: UnitOfWork, *, offset: int, limit: int) -> tuple[ReportView, ...]:
    """Some of the texts that were taken down, the newest first."""
    rows = stored.newest(uow.session, offset=offset, limit=limit)
    titles = stored_policies.policies(uow.session, {each.policy_id for each in rows})
    return tuple(
        ReportView(
            kind=each.kind,
            text=each.text_id,
            title=titles[each.policy_id].title,
            reasons=(each.reason,),
            on=(day := local_day(each.taken_down_at, uow.zone)),
            taken_down_on=day,
        )
        for each in rows
    )
