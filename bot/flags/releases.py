"""Releases: flags, seconds and replies are shown in one batch a policy a day, so that no hour points to an author.

A batch is released on a working day at the organisation's hour, with what was written on an earlier day. If there is
less than `batch_least`, it waits, `batch_wait_days` working days at most. Nothing else causes or hastens a release.

    `flags.file`, `seconds.second`, `replies.reply`
        |               |
        v               |
    unreleased          |           `written_on` is set: `flags.change` sets it again, `flags.withdraw` deletes the text
        |               |
    `release`       if *Named*      rows from an earlier day (`_due_rows`), once they may go (`_may_go`)
        |               |
        v               v
    released  <---------+           `released_on` is set: news for the next digest
        |               |
    `digests.gather`  `tell_again`  in `storage/flags.py`: open flags, for another reader of the digests
        |               |
        v               |
    taken  -------------+           `digest_id` is set

Once the organisation's `next_release_at` is `due`, `Worker.release` calls `release` for each policy of `waiting`, and
then `plan`, which sets the next one.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.flags import flags as flag_rules
from bot.flags import replies
from bot.policies import alerts, policies
from bot.unit_of_work.unit_of_work import Sealed, UnitOfWork
from storage import Flag, Reply, Second, policy_keys
from storage import absences as stored_absences
from storage import flags as stored_flags
from storage import organisation as organisations
from storage import policies as stored_policies
from storage import release as stored

Row = TypeVar("Row", Flag, Second, Reply)
_KINDS = (Flag, Second, Reply)


def due(uow: UnitOfWork) -> bool:
    """Whether the hour of the next release has come, or none is planned yet."""
    planned = uow.organisation.next_release_at
    return planned is None or planned <= uow.now


def waiting(uow: UnitOfWork) -> list[UUID]:
    """The policies with something unreleased from an earlier day; none on a day that is not a working day."""
    if uow.organisation.next_release_at is None or not uow.calendar.is_working(uow.today):
        return []
    found: set[UUID] = set()
    for kind in _KINDS:
        found |= stored.policies_with_unreleased(uow.session, kind, uow.today)
    return sorted(found)


def plan(uow: UnitOfWork) -> None:
    """Plan the next release, and delete what is no longer needed: old nonces, and absences that are over."""
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
    zone = ZoneInfo(uow.zone)
    day = uow.today
    while True:
        day = uow.calendar.next_working(day)
        at = datetime.combine(day, time(uow.organisation.release_hour), zone).astimezone(ZoneInfo("UTC"))
        if at > uow.now:
            return at
        day += timedelta(days=1)


def release(uow: UnitOfWork, policy_id: UUID) -> int:
    """Release what is due on one policy; how many rows. Once a day, however often it is called."""
    policy_keys.lock(uow.session, policy_id)
    flags = _due_rows(uow, Flag, policy_id)
    seconds = _due_rows(uow, Second, policy_id)
    said = _due_rows(uow, Reply, policy_id)
    if not _may_go(uow, [*(each for each in flags if not each.withdrawn), *seconds, *said], flags):
        return 0
    if not stored_policies.claim_release(uow.session, policy_id, uow.today):
        return 0
    _count_seconds(uow, seconds)
    _apply_replies(uow, said)
    _keep_meanings(uow, policy_id, flags)
    uow.session.flush()
    _show(uow, Flag, flags)
    _show(uow, Second, seconds)
    _show(uow, Reply, said)
    stored_policies.count_people(uow.session, policy_id)
    policies.refresh_cards(uow, policy_id)
    alerts.consider(uow, policy_id)
    return len(flags) + len(seconds) + len(said)


def _due_rows(uow: UnitOfWork, kind: type[Row], policy_id: UUID) -> list[Row]:
    rows = stored.unreleased(uow.session, kind, policy_id)
    return [each for each in rows if each.written_on is not None and each.written_on < uow.today]


def _may_go(uow: UnitOfWork, shown: Sequence[Flag | Second | Reply], flags: Sequence[Flag]) -> bool:
    if len(shown) >= uow.organisation.batch_least:
        return True
    # A withdrawn flag must not hasten others; with nothing else due, it is released when it has waited.
    days = [each.written_on for each in shown or flags if each.written_on is not None]
    return bool(days) and waited(uow, min(days))


def waited(uow: UnitOfWork, written_on: date) -> bool:
    """Whether what was written on that day has waited `batch_wait_days` working days."""
    return uow.calendar.add(written_on, uow.organisation.batch_wait_days) <= uow.today


def _count_seconds(uow: UnitOfWork, seconds: Sequence[Second]) -> None:
    for flag_id, number in Counter(each.flag_id for each in seconds).items():
        stored_flags.add_seconds(uow.session, flag_id, number)


def _apply_replies(uow: UnitOfWork, said: Sequence[Reply]) -> None:
    for each in said:
        flag = stored_flags.flag(uow.session, each.flag_id)
        if flag is not None:
            replies.apply(uow, flag, each)


def _keep_meanings(uow: UnitOfWork, policy_id: UUID, flags: Sequence[Flag]) -> None:
    # Only what is shown is compared with. What does not open is released without: its policy may wait for its key.
    with suppress(Sealed):
        key = uow.key(policy_id)
        for each in flags:
            if not each.withdrawn:
                each.meaning = flag_rules.meaning_of(key, each)


def _show(uow: UnitOfWork, kind: type[Row], rows: list[Row]) -> None:
    for each in rows:
        each.released_on, each.written_on, each.nonce_hash = uow.today, None, None
    secrets.SystemRandom().shuffle(rows)
    stored.rewrite(uow.session, kind, rows)
