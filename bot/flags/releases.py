"""Releases: flags, seconds and replies are shown in one batch a policy a day, so that no hour points to an author.

A batch is released on a working day at the organisation's hour, with what was written on an earlier day. What goes, and
what waits for more people, is decided by the terms in each box (`bot/flags/boxes.py`). Nothing else causes or hastens a
release.

    `flags.file`, `seconds.second`, `replies.reply`
        |               |
        v               |
    in a box            |           `storage/boxes.py`, drawn in `bot/flags/boxes.py`
        |               |
    `prepare`       if *Named*      opens the boxes that go, and makes new rows of them: ids, tags and ciphertexts
    `show`              |           checks that the boxes are unchanged, inserts the rows shuffled, deletes the boxes
        |               |
        v               v
    released  <---------+           `released_on` is set: news for the next digest
        |               |
    `digests.gather`  `tell_again`  in `storage/flags.py`: open flags, for another reader of the digests
        |               |
        v               |
    taken  -------------+           `digest_id` is set

Once the organisation's `next_release_at` is `due`, `Worker.release` prepares and shows a batch for each policy of
`waiting`, and then calls `plan`, which sets the next one. Texts are sealed and meanings computed in `prepare`, while
others can write.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from bot.flags import boxes, replies
from bot.flags import flags as flag_rules
from bot.flags import seconds as second_rules
from bot.flags.boxes import OpenedBox
from bot.policies import alerts, policies
from bot.unit_of_work.unit_of_work import Sealed, UnitOfWork
from storage import Flag, Promise, Reply, Second
from storage import absences as stored_absences
from storage import boxes as stored_boxes
from storage import flags as stored_flags
from storage import organisation as organisations
from storage import policies as stored_policies
from storage import replies as stored_replies
from storage import seconds as stored_seconds
from storage.boxes import BoxedFlag, BoxedReply, BoxedSecond, Contents


@dataclass(frozen=True)
class Batch:
    """What is to be shown of one policy on a day, and the boxes that go: by id, what is new whenever one is sealed.

    `withdrawn` says that the announcement was withdrawn.
    """

    policy_id: UUID
    day: date
    boxes: dict[UUID, bytes]
    withdrawn: bool = False
    flags: list[Flag] = field(default_factory=list)
    seconds: list[Second] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)


class BoxesChanged(Exception):
    """A box of the batch was changed since the batch was prepared."""


def due(uow: UnitOfWork) -> bool:
    """Whether the hour of the next release has come, or none is planned yet."""
    planned = uow.organisation.next_release_at
    return planned is None or planned <= uow.now


def waiting(uow: UnitOfWork) -> list[UUID]:
    """The policies with something that waits; none on a day that is not a working day."""
    if uow.organisation.next_release_at is None or not uow.calendar.is_working(uow.today):
        return []
    return sorted(stored_boxes.policies(uow.session))


def plan(uow: UnitOfWork) -> None:
    """Plan the next release, and delete absences that are over."""
    row = uow.organisation
    following = next_release(uow)
    if row.next_release_at is None:
        row.next_release_at = following
        organisations.keep(uow.session, row)
    else:
        organisations.claim_release(uow.session, uow.now, following)
    stored_absences.forget(uow.session, uow.today - timedelta(days=1))


def next_release(uow: UnitOfWork) -> datetime:
    """The first release hour after now, on a working day; aware UTC."""
    day = uow.today
    while True:
        day = uow.calendar.next_working(day)
        at = boxes.release_at(uow, day)
        if at > uow.now:
            return at
        day += timedelta(days=1)


def prepare(uow: UnitOfWork, policy_id: UUID) -> Batch | None:
    """Make all that is to be shown of a policy today; None where nothing goes. Writes nothing."""
    try:
        opened = boxes.all_opened(uow, stored_boxes.of_policies(uow.session, [policy_id]))
        going = boxes.may_go(uow, boxes.not_shown_yet(uow, policy_id, opened))
        if not going:
            return None
        policy = stored_policies.policy(uow.session, policy_id)
        withdrawn = policy is not None and policy.withdrawn_on is not None
        seals = {each.id: stored_boxes.seal_of(each.box) for each in going}
        batch = Batch(policy_id, uow.today, seals, withdrawn)
        wordings = _wordings(uow, policy_id, going)
        for each in going:
            _add(uow, batch, each.contents, wordings)
    except Sealed:
        return None
    for rows in (batch.flags, batch.seconds, batch.replies):
        shuffle(rows)
    return batch


def shuffle(rows: list[Any]) -> None:
    """Put rows in an order that nobody can know beforehand."""
    secrets.SystemRandom().shuffle(rows)


def _wordings(uow: UnitOfWork, policy_id: UUID, going: Sequence[OpenedBox]) -> dict[date, int]:
    """For each day on which any of these was written, the number of the wording that was in force in its evening.

    The wording that was answered would tell the hour where a feed changes it hourly: that of the evening tells none.
    """
    days = {each.contents.written.on for each in going}
    found = {day: stored_policies.last_wording(uow.session, policy_id, day) for day in days}
    return {day: number for day, number in found.items() if number}


def _add(uow: UnitOfWork, batch: Batch, contents: Contents, wordings: Mapping[date, int]) -> None:
    if isinstance(contents, BoxedFlag):
        if not contents.withdrawn:
            batch.flags.append(_flag(uow, batch, contents, wordings.get(contents.written.on, contents.wording)))
    elif isinstance(contents, BoxedSecond):
        batch.seconds.append(_second(uow, batch, contents))
    else:
        batch.replies.append(_reply(uow, batch, contents))


def _flag(uow: UnitOfWork, batch: Batch, boxed: BoxedFlag, wording: int) -> Flag:
    kept = "receipt" if boxed.promise is Promise.DETACHED else "tag"
    flag = stored_flags.new(
        id=uuid4(),
        policy_id=batch.policy_id,
        released_on=batch.day,
        wording=wording,
        verdict=boxed.verdict,
        theme=boxed.theme,
        promise=boxed.promise,
        status=flag_rules.status_at_first(boxed.verdict, withdrawn=batch.withdrawn),
        **{kept: boxed.tag},
    )
    flag_rules.seal(uow, flag, boxed.texts)
    return flag


def _second(uow: UnitOfWork, batch: Batch, boxed: BoxedSecond) -> Second:
    second = stored_seconds.new(
        id=uuid4(), policy_id=batch.policy_id, released_on=batch.day, flag_id=boxed.flag_id, tag=boxed.tag
    )
    second_rules.seal(uow, second, boxed.sentence)
    return second


def _reply(uow: UnitOfWork, batch: Batch, boxed: BoxedReply) -> Reply:
    reply = stored_replies.new(
        id=uuid4(),
        policy_id=batch.policy_id,
        released_on=batch.day,
        answer_id=boxed.answer_id,
        flag_id=boxed.flag_id,
        kind=boxed.kind,
        stage=boxed.stage,
    )
    replies.seal(uow, reply, boxed.text)
    return reply


def show(uow: UnitOfWork, batch: Batch) -> int:
    """Show a batch that was prepared; how many rows that are. Once a day, however often it is called.

    Raises `BoxesChanged` where a box was changed since, or the day is over: the batch must be prepared again.
    """
    uow.lock(batch.policy_id)
    there = stored_boxes.seals(uow.session, batch.policy_id)
    if not there.keys() & batch.boxes.keys():
        return 0  # another process was faster
    if batch.day != uow.today or any(there.get(each) != seal for each, seal in batch.boxes.items()):
        raise BoxesChanged
    if not stored_policies.claim_release(uow.session, batch.policy_id, uow.today):
        return 0
    for rows, stored in ((batch.flags, stored_flags), (batch.seconds, stored_seconds), (batch.replies, stored_replies)):
        if rows:
            stored.insert(uow.session, rows)
    stored_boxes.remove(uow.session, batch.boxes)
    _count_seconds(uow, batch.seconds)
    _apply_replies(uow, batch.replies)
    stored_policies.count_people(uow.session, batch.policy_id)
    policies.refresh_cards(uow, batch.policy_id)
    alerts.consider(uow, batch.policy_id)
    return len(batch.flags) + len(batch.seconds) + len(batch.replies)


def _count_seconds(uow: UnitOfWork, seconds: Sequence[Second]) -> None:
    for flag_id, number in Counter(each.flag_id for each in seconds).items():
        stored_flags.add_seconds(uow.session, flag_id, number)


def _apply_replies(uow: UnitOfWork, said: Sequence[Reply]) -> None:
    for each in said:
        flag = stored_flags.flag(uow.session, each.flag_id)
        if flag is not None:
            replies.apply(uow, flag, each)
    uow.session.flush()
