"""Boxes: what was written as confidential or detached, and all seconds, until it is shown.

The states of a box::

    `flags.file`, `seconds.second`, `replies.reply`
        |
        | put                            terms and days are those of this day, whatever becomes of the settings
        v        change, withdraw
    waiting -------------------> waiting     sealed again: a flag in other words, or one that is withdrawn and empty
        |                           |        an empty one counts for nobody, and keeps its slot
        +---------------------------+
        |
        | `is_free`: the author's day of writing is over by the organisation's calendar and by the author's own
        | `may_go`: enough people among those who go, or it has waited long enough, on a day of its terms
        v
    gone                                     `releases.show` inserts what is shown, all of it new, and deletes the box

Nothing else causes or hastens that. Only the author can open a box before: its tag is compared with what their secrets
give, or with what their receipt code gives. A box that does not open, because it was changed or damaged, or that was
put back after its release, stays and is left out, and the operator is told.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from bot.calendar.dates import local_day, zone_named
from bot.calendar.release_days import is_release_day, next_release_day
from bot.people.people import Visitor
from bot.screens import refusals as says
from bot.unit_of_work import sealed_text
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Box, Promise, authors
from storage import boxes as stored
from storage import replies as stored_replies
from storage.authors_key import HALF_BYTES, AuthorsKey
from storage.boxes import BoxedFlag, BoxedReply, BoxTerms, Contents, TooLarge, Written
from storage.encryption import Damaged
from storage.organisation import release_weekdays

HALF = 2 * HALF_BYTES
"""The length of half a tag in hex."""


@dataclass(frozen=True)
class OpenedBox:
    """A box that was opened, and what is in it."""

    box: Box
    contents: Contents

    @property
    def id(self) -> UUID:
        """The id of the box, which is that of nothing that is shown."""
        return self.box.id

    @property
    def policy_id(self) -> UUID:
        """The policy that it is on."""
        return self.box.policy_id


@dataclass(frozen=True)
class WaitingFlag:
    """A flag in a box of its author's. `code` is set if it is detached, and its author has come with its code."""

    box: Box
    flag: BoxedFlag
    code: bytes | None = field(default=None, repr=False)

    @property
    def id(self) -> UUID:
        """The id of the box, which is that of nothing that is shown."""
        return self.box.id

    @property
    def policy_id(self) -> UUID:
        """The policy that it is on."""
        return self.box.policy_id


def terms(uow: UnitOfWork, policy_id: UUID) -> BoxTerms:
    """The terms of what is written about a policy now."""
    row = uow.organisation
    return BoxTerms(
        people=row.batch_least,
        wait_days=row.batch_wait_days,
        authors_day=uow.wrapped_keys(policy_id).authors_day,
        weekdays=release_weekdays(row),
    )


def mark_of(key: AuthorsKey, visitor: Visitor) -> bytes:
    """What stands for the visitor among those who are counted, whichever of their accounts they use."""
    return key.mark(min(visitor.secrets))


def written(uow: UnitOfWork, visitor: Visitor, policy_id: UUID, mark: bytes | None) -> Written:
    """When what is written now was written, and its terms. `mark` is the author's, None for a detached flag.

    The author's own day is given as the organisation's, and its end as a release hour: so a box tells no zone, but only
    that of an author whose day is not over by the next release.
    """
    zone = uow.zone_or_own(visitor.zone)
    own_day = local_day(uow.now, zone)
    ends = datetime.combine(own_day + timedelta(days=1), time(), zone_named(zone)).astimezone(UTC)
    day = uow.today + timedelta(days=1)
    while release_at(uow, day) < ends:
        day += timedelta(days=1)
    return Written(
        on=uow.today,
        own_day=max(uow.today, own_day),
        own_day_ends=release_at(uow, day),
        terms=terms(uow, policy_id),
        mark=mark,
    )


def release_at(uow: UnitOfWork, day: date) -> datetime:
    """The release hour of a day, aware UTC."""
    return datetime.combine(day, time(uow.organisation.release_hour), zone_named(uow.zone)).astimezone(UTC)


def put(uow: UnitOfWork, box_id: UUID, policy_id: UUID, tag: bytes, contents: Contents) -> Box:
    """Put what was written into a new box. Raises `FormRefused` where it is too large for one."""
    box = stored.new(box_id, policy_id, tag)
    try:
        stored.insert(uow.session, uow.authors_key(policy_id), box, contents)
    except TooLarge:
        raise FormRefused({"": says.TOO_LARGE}) from None
    return box


def put_again(uow: UnitOfWork, box: Box, contents: Contents) -> None:
    """Put other contents into a box that opens, under the key that it has.

    Raises `FormRefused` where they are too large for one.
    """
    key = next(each for each in uow.authors_keys(box.policy_id) if _open(each, box) is not None)
    try:
        stored.replace(uow.session, key, box, contents)
    except TooLarge:
        raise FormRefused({"": says.TOO_LARGE}) from None


def opened(uow: UnitOfWork, box: Box) -> OpenedBox | None:
    """Open a box, without asking whose it is. None where it does not open, of which the operator is told."""
    keys = uow.authors_keys(box.policy_id)
    contents = next((found for each in keys if (found := _open(each, box)) is not None), None)
    if contents is not None:
        return OpenedBox(box, contents)
    if keys:
        sealed_text.tell("boxes", box.id, uow.now)
    return None


def _open(key: AuthorsKey, box: Box) -> Contents | None:
    try:
        return stored.opened(key, box)
    except Damaged:
        return None


def all_opened(uow: UnitOfWork, boxes: Iterable[Box]) -> list[OpenedBox]:
    """Those of the boxes that open."""
    return [each for box in boxes if (each := opened(uow, box)) is not None]


def not_shown_yet(uow: UnitOfWork, policy_id: UUID, boxes: Iterable[OpenedBox]) -> list[OpenedBox]:
    """The boxes of a policy without those of which the contents are shown already; the operator is told of these.

    Such a box was put back into the database after its release. Shown once more, alone, it would tell which of the
    flags it was, to somebody who knows when its row was written.
    """
    tags = authors.shown_tags(uow.session, policy_id)
    found = []
    for each in boxes:
        if _is_shown(uow, each.contents, tags):
            sealed_text.tell("boxes", each.id, uow.now, why="was put back after it was shown")
        else:
            found.append(each)
    return found


def _is_shown(uow: UnitOfWork, contents: Contents, tags: Collection[str]) -> bool:
    if isinstance(contents, BoxedReply):
        return stored_replies.reply(uow.session, contents.answer_id, contents.flag_id, contents.stage) is not None
    return contents.tag.hex() in tags


def flag_tag(key: AuthorsKey, visitor_secrets: Sequence[bytes], place: int) -> bytes:
    """The tag of a new box for a flag in that place (from 0) of what the secrets give."""
    return key.flag_slot(visitor_secrets[0], place) + secrets.token_bytes(HALF_BYTES)


def detached_tag(key: AuthorsKey, code: bytes) -> bytes:
    """The tag of a new box for the detached flag with that receipt code."""
    return secrets.token_bytes(HALF_BYTES) + key.waiting_receipt(code)


def slots(tags: Iterable[str]) -> frozenset[str]:
    """The first halves of these tags in hex, by which flags and seconds of one person are counted."""
    return frozenset(each[:HALF] for each in tags)


def subjects(tags: Iterable[str]) -> frozenset[str]:
    """The second halves of these tags in hex, by which one finds what one said about something."""
    return frozenset(each[HALF:] for each in tags)


def about(uow: UnitOfWork, policy_id: UUID, halves: Collection[bytes]) -> list[OpenedBox]:
    """The boxes of a policy whose tags end in one of these halves, opened. Only if there is any are boxes read."""
    if not subjects(stored.tags(uow.session, policy_id)) & {each.hex() for each in halves}:
        return []
    found = stored.of_policies(uow.session, [policy_id])
    return all_opened(uow, (each for each in found if each.tag[HALF_BYTES:] in halves))


def own_flag(uow: UnitOfWork, visitor: Visitor, box_id: UUID) -> WaitingFlag | None:
    """The visitor's own flag that waits in the box of that id, or waited in it until it was withdrawn."""
    box = stored.box(uow.session, box_id)
    if box is None or not (is_own_flag(uow, visitor, box) or _is_of_code(uow, visitor.code, box)):
        return None
    found = waiting_flag(uow, box)
    return replace(found, code=visitor.code) if found and found.flag.promise is Promise.DETACHED else found


def waiting_flag(uow: UnitOfWork, box: Box) -> WaitingFlag | None:
    """The flag in a box, without asking whose it is; None where there is none, or it does not open."""
    found = opened(uow, box)
    return WaitingFlag(box, found.contents) if found and isinstance(found.contents, BoxedFlag) else None


def is_own_flag(uow: UnitOfWork, visitor: Visitor, box: Box) -> bool:
    """Whether the visitor's secrets gave the tag of a box with a flag."""
    keys = uow.authors_keys(box.policy_id)
    return any(box.tag[:HALF_BYTES] in each.flag_slots(visitor.secrets) for each in keys)


def _is_of_code(uow: UnitOfWork, code: bytes | None, box: Box) -> bool:
    keys = uow.authors_keys(box.policy_id) if code else ()
    return code is not None and any(box.tag[HALF_BYTES:] == each.waiting_receipt(code) for each in keys)


def is_free(uow: UnitOfWork, written: Written) -> bool:
    """Whether the day of writing is over, by the organisation's calendar and by the author's own."""
    return max(written.on, written.own_day) < uow.today and written.own_day_ends <= uow.now


def has_waited(uow: UnitOfWork, written: Written) -> bool:
    """Whether what was written has waited as long as its terms say."""
    return shown_by(uow, written) <= uow.today


def may_go(uow: UnitOfWork, boxes: Sequence[OpenedBox]) -> list[OpenedBox]:
    """Those of the boxes of a policy that are shown today, if it is the hour.

    People are counted among those who go: each once, all detached flags as one person, and who withdrew not at all.
    """
    left = [each for each in boxes if is_free(uow, each.contents.written) and _is_its_day(uow, each.contents.written)]
    while True:
        people = len({each.contents.written.mark for each in left if _counts(each.contents)})
        go = [
            each
            for each in left
            if people >= each.contents.written.terms.people or has_waited(uow, each.contents.written)
        ]
        if len(go) == len(left):
            return go
        left = go


def shown_by(uow: UnitOfWork, written: Written) -> date:
    """The day by which what was written is shown at the latest."""
    free_on = local_day(written.own_day_ends, uow.zone)
    by = latest(uow, max(written.on, written.own_day), written.terms.wait_days, written.terms.weekdays)
    return max(by, next_release_day(uow.calendar, written.terms.weekdays, free_on))


def latest(uow: UnitOfWork, written_on: date, wait_days: int, weekdays: Collection[int]) -> date:
    """The day by which what was written on a day, under these terms, is shown at the latest."""
    return next_release_day(uow.calendar, weekdays, uow.calendar.add(written_on, wait_days))


def _is_its_day(uow: UnitOfWork, written: Written) -> bool:
    return is_release_day(uow.calendar, written.terms.weekdays, uow.today)


def _counts(contents: Contents) -> bool:
    return not (isinstance(contents, BoxedFlag) and contents.withdrawn)
