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
from bot.unit_of_work.unit_of_work import Turn
from storage import Flag, Reply, Second
from storage import absences as stored_absences
from storage import flags as stored_flags
from storage import organisation as organisations
from storage import policies as stored_policies
from storage import release as stored

Row = TypeVar("Row", Flag, Second, Reply)
_KINDS = (Flag, Second, Reply)


def due(turn: Turn) -> bool:
    """Whether the hour of a release has come."""
    planned = turn.organisation.next_release_at
    return planned is None or planned <= turn.now


def waiting(turn: Turn) -> list[UUID]:
    """The policies that hold something written on an earlier day; none on a day off."""
    if turn.organisation.next_release_at is None or not turn.calendar.is_working(turn.today):
        return []
    found: set[UUID] = set()
    for kind in _KINDS:
        found |= stored.policies_with_unreleased(turn.session, kind, turn.today)
    return sorted(found)


def plan(turn: Turn) -> None:
    """Set the next release: the release hour of the next working day on which it is still to come."""
    row = turn.organisation
    following = next_release(turn)
    if row.next_release_at is None:
        row.next_release_at = following
        organisations.keep(turn.session, row)
    else:
        organisations.claim_release(turn.session, turn.now, following)
    for kind in _KINDS:
        stored.forget_nonces(turn.session, kind, turn.today)
    stored_absences.forget(turn.session, turn.today - timedelta(days=1))


def next_release(turn: Turn) -> datetime:
    """The first release hour after now, on a working day; aware UTC."""
    zone = ZoneInfo(turn.organisation.zone)
    day = turn.today
    while True:
        day = turn.calendar.next_working(day)
        at = datetime.combine(day, time(turn.organisation.release_hour), zone).astimezone(ZoneInfo("UTC"))
        if at > turn.now:
            return at
        day += timedelta(days=1)


def release(turn: Turn, policy_id: UUID) -> int:
    """Release what is ripe on one policy; how many rows. Once a day, whoever asks."""
    stored_policies.lock(turn.session, policy_id)
    flags = _ripe(turn, Flag, policy_id)
    seconds = _ripe(turn, Second, policy_id)
    said = _ripe(turn, Reply, policy_id)
    if not _enough(turn, [*(each for each in flags if not each.withdrawn), *seconds, *said], flags):
        return 0
    if not stored_policies.claim_release(turn.session, policy_id, turn.today):
        return 0
    _count_seconds(turn, seconds)
    _apply_replies(turn, said)
    turn.session.flush()
    _show(turn, Flag, flags)
    _show(turn, Second, seconds)
    _show(turn, Reply, said)
    policies.refresh_cards(turn, policy_id)
    alerts.consider(turn, policy_id)
    return len(flags) + len(seconds) + len(said)


def _ripe(turn: Turn, kind: type[Row], policy_id: UUID) -> list[Row]:
    rows = stored.unreleased(turn.session, kind, policy_id)
    return [each for each in rows if each.written_on is not None and each.written_on < turn.today]


def _enough(turn: Turn, shown: Sequence[Flag | Second | Reply], flags: Sequence[Flag]) -> bool:
    if len(shown) >= turn.organisation.batch_least:
        return True
    # A flag that was withdrawn must not hasten another; alone, it goes when it has waited.
    days = [each.written_on for each in shown or flags if each.written_on is not None]
    return bool(days) and waited(turn, min(days))


def waited(turn: Turn, written_on: date) -> bool:
    """Whether what was written on that day has waited as long as it may."""
    return turn.calendar.add(written_on, turn.organisation.batch_wait_days) <= turn.today


def _count_seconds(turn: Turn, seconds: Sequence[Second]) -> None:
    for flag_id, number in Counter(each.flag_id for each in seconds).items():
        stored_flags.add_seconds(turn.session, flag_id, number)


def _apply_replies(turn: Turn, said: Sequence[Reply]) -> None:
    for each in said:
        flag = stored_flags.flag(turn.session, each.flag_id)
        if flag is not None:
            replies.apply(turn, flag, each)


def _show(turn: Turn, kind: type[Row], rows: list[Row]) -> None:
    for each in rows:
        each.released_on, each.written_on, each.nonce_hash = turn.today, None, None
    secrets.SystemRandom().shuffle(rows)
    stored.rewrite(turn.session, kind, rows)
