"""Releases: showing what was kept back, one batch a policy a day, so that no flag is told by its hour.

A batch goes at the organisation's release hour on a working day. It holds only what was written on an earlier day.
Fewer than `batch_least` wait, `batch_wait_days` working days at most. Nothing else causes or hastens a release.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.flags import replies
from bot.policies import alerts, policies
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Flag, Reply, Second
from storage import absences as stored_absences
from storage import flags as stored_flags
from storage import organisation as organisations
from storage import policies as stored_policies
from storage import release as stored

Row = TypeVar("Row", Flag, Second, Reply)
_KINDS = (Flag, Second, Reply)


def due(uow: UnitOfWork) -> bool:
    """Whether the hour of a release has come."""
    planned = uow.organisation.next_release_at
    return planned is None or planned <= uow.now


def waiting(uow: UnitOfWork) -> list[UUID]:
    """The policies that hold something written on an earlier day; none on a day off."""
    if uow.organisation.next_release_at is None or not uow.calendar.is_working(uow.today):
        return []
    found: set[UUID] = set()
    for kind in _KINDS:
        found |= stored.policies_with_unreleased(uow.session, kind, uow.today)
    return sorted(found)


def plan(uow: UnitOfWork) -> None:
    """Set the next release: the release hour of the next working day on which it is still to come."""
    row = uow.organisation
    following = next_release(uow)
    if row.next_release_at is None:
        row.next_release_at = following
        organisations.keep(uow.session, row)
    else:
        organisations.claim_release(uow.session, uow.now, following)
    for kind in _KINDS:
        stored.forget_nonces(uow.session, kind, uow.today)
    stored_absences.forget(uow.session, uow.today - timedelta(days=1))


def next_release(uow: UnitOfWork) -> datetime:
    """The first release hour after now, on a working day; aware UTC."""
    zone = ZoneInfo(uow.organisation.zone)
    day = uow.today
    while True:
        day = uow.calendar.next_working(day)
        at = datetime.combine(day, time(uow.organisation.release_hour), zone).astimezone(ZoneInfo("UTC"))
        if at > uow.now:
            return at
        day += timedelta(days=1)


def release(uow: UnitOfWork, policy_id: UUID) -> int:
    """Release what is ripe on one policy; how many rows. Once a day, whoever asks."""
    stored_policies.lock(uow.session, policy_id)
    flags = _ripe(uow, Flag, policy_id)
    seconds = _ripe(uow, Second, policy_id)
    said = _ripe(uow, Reply, policy_id)
    if not _enough(uow, [*(each for each in flags if not each.withdrawn), *seconds, *said], flags):
        return 0
    if not stored_policies.claim_release(uow.session, policy_id, uow.today):
        return 0
    _count_seconds(uow, seconds)
    _apply_replies(uow, said)
    uow.session.flush()
    _show(uow, Flag, flags)
    _show(uow, Second, seconds)
    _show(uow, Reply, said)
    policies.refresh_cards(uow, policy_id)
    alerts.consider(uow, policy_id)
    return len(flags) + len(seconds) + len(said)


def _ripe(uow: UnitOfWork, kind: type[Row], policy_id: UUID) -> list[Row]:
    rows = stored.unreleased(uow.session, kind, policy_id)
    return [each for each in rows if each.written_on is not None and each.written_on < uow.today]


def _enough(uow: UnitOfWork, shown: Sequence[Flag | Second | Reply], flags: Sequence[Flag]) -> bool:
    if len(shown) >= uow.organisation.batch_least:
        return True
    # A flag that was withdrawn must not hasten another; alone, it goes when it has waited.
    days = [each.written_on for each in shown or flags if each.written_on is not None]
    return bool(days) and waited(uow, min(days))


def waited(uow: UnitOfWork, written_on: date) -> bool:
    """Whether what was written on that day has waited as long as it may."""
    return uow.calendar.add(written_on, uow.organisation.batch_wait_days) <= uow.today


def _count_seconds(uow: UnitOfWork, seconds: Sequence[Second]) -> None:
    for flag_id, number in Counter(each.flag_id for each in seconds).items():
        stored_flags.add_seconds(uow.session, flag_id, number)


def _apply_replies(uow: UnitOfWork, said: Sequence[Reply]) -> None:
    for each in said:
        flag = stored_flags.flag(uow.session, each.flag_id)
        if flag is not None:
            replies.apply(uow, flag, each)


def _show(uow: UnitOfWork, kind: type[Row], rows: list[Row]) -> None:
    for each in rows:
        each.released_on, each.written_on, each.nonce_hash = uow.today, None, None
    secrets.SystemRandom().shuffle(rows)
    stored.rewrite(uow.session, kind, rows)
