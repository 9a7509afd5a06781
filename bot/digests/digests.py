"""Digests: all that is new to an owner since the last one, and what is due; made once a slot, and kept as sent.

One transaction claims the schedule, marks what is new as taken, writes the digest and writes its delivery. What is new
does not depend on time: a row is news until a digest has taken it (drawn in `bot/flags/releases.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from bot.calendar.occurrences import Occurrence
from bot.digests import channel_digests, promises_due
from bot.digests.promises_due import PromisesDue
from bot.escalation import notices, steps
from bot.flags import answers, flag_views
from bot.interface.views import DigestItem, DigestPartView, DigestView, NextNotice
from bot.outbox import deliveries, quiet_hours, restore_hold
from bot.outbox.deliveries import Recipient
from bot.outbox.quiet_hours import ContactHours
from bot.people import digest_schedules, people, recipients
from bot.people.people import Visitor
from bot.policies import answer_deadlines, audience, readers
from bot.screens.digest import digest as digest_screen
from bot.screens.digest.digest_order import MOST_A_POLICY, MOST_IN_ALL
from bot.unit_of_work import sealed_text
from bot.unit_of_work.unit_of_work import Sealed, UnitOfWork
from storage import (
    Digest,
    DigestPart,
    Flag,
    Policy,
    Promise,
    Reply,
    Schedule,
    Second,
)
from storage import deliveries as stored_deliveries
from storage import digests as stored
from storage import flags as stored_flags
from storage import policies as stored_policies
from storage import release as stored_release
from storage import replies as stored_replies
from storage import schedules as stored_schedules
from storage import seconds as stored_seconds
from storage.boxes import Texts
from storage.encryption import Damaged
from storage.stable_ids import stable_id

SCREEN = digest_screen.SCREEN
UPDATED = "digest-updated"
"""The screen of a digest that was sent before, with what was answered since."""
TOGETHER = 50
"""Digests made in one transaction, at most: few enough that a flag submitted meanwhile hardly has to wait."""

_PART = TypeAdapter(DigestPartView)


@dataclass(frozen=True)
class DigestContent:
    """What some digests have to say, by policy: the flags that they show, and counts of all the others.

    The policies of `items` are in the order of their most urgent flag. `more_people`, `said` (replies) and `remarks`
    (what people added, oldest first) are by flag, for the flags that are shown, and so are `texts`, once opened.
    """

    items: Mapping[UUID, Sequence[Flag]] = field(default_factory=dict)
    due: Mapping[UUID, Mapping[date | None, int]] = field(default_factory=dict)
    unneeded: Mapping[UUID, int] = field(default_factory=dict)
    settled: Mapping[UUID, int] = field(default_factory=dict)
    others: Mapping[UUID, Sequence[UUID]] = field(default_factory=dict)
    more_people: Mapping[UUID, int] = field(default_factory=dict)
    said: Mapping[UUID, Reply] = field(default_factory=dict)
    remarks: Mapping[UUID, Sequence[Second]] = field(default_factory=dict)
    texts: Mapping[UUID, Texts] = field(default_factory=dict)
    promises: PromisesDue = field(default_factory=PromisesDue)

    def says(self, policy_id: UUID) -> bool:
        """Whether there is anything to say about a policy."""
        said = (self.due, self.unneeded, self.settled, self.others, self.promises.asks)
        return any(policy_id in each for each in said)


@dataclass(frozen=True)
class _Claimed:
    """A schedule that was moved on, the slot that was due, and the slot that follows."""

    schedule: Schedule
    slot: str
    following: Occurrence


@dataclass(frozen=True)
class Begun:
    """A digest whose slot was claimed, and the policies it may cover. Answers due up to `horizon` are listed again.

    `sent_since` is as in `Recipient`.
    """

    digest: Digest
    policies: Sequence[Policy]
    horizon: date
    hours: ContactHours
    sent_since: datetime | None


def make_all(uow: UnitOfWork, due: Sequence[Schedule]) -> list[Digest]:
    """Make the digests of schedules that are due, with their deliveries, and move the schedules on, all or none.

    Gives the digests that were made: none for a schedule that another process has claimed, or for an owner for whom
    nothing is new, due or overdue. Digests made together take as many statements as one of them.
    """
    by_horizon: dict[date, list[Begun]] = {}
    covered: set[UUID] = set()
    claimed = _claimed(uow, due)
    reading = recipients.of_several(uow, [each.schedule.person_id for each in claimed])
    owned = recipients.policies_of(uow, sorted(reading), _latest_horizon(claimed)) if claimed else {}
    # A policy whose key was damaged is left out, and its owner still gets the digest of the others.
    uow.take_keys(policy.id for some in owned.values() for policy in some)
    for each in claimed:
        owner_id = each.schedule.person_id
        if owner_id not in reading:
            # What cannot be sent to anyone stays news until the owner is back or another one is named.
            recipients.cannot_be_reached(uow, owner_id)
            continue
        # A person whose accounts were joined may have two schedules; only one of them covers a policy.
        theirs = [policy for policy in owned[owner_id] if policy.id not in covered | uow.damaged]
        if not theirs:
            continue
        covered.update(policy.id for policy in theirs)
        begun = _begin(uow, each, reading[owner_id], theirs)
        by_horizon.setdefault(begun.horizon, []).append(begun)
    return [each for horizon, some in by_horizon.items() for each in _write_digests(uow, some, horizon)]


def _latest_horizon(claimed: Sequence[_Claimed]) -> date:
    """A day that is no earlier than the horizon of any of these digests, whatever their zones."""
    return max(each.following.due_at for each in claimed).date() + timedelta(days=1)


def _claimed(uow: UnitOfWork, due: Sequence[Schedule]) -> list[_Claimed]:
    """The schedules that this transaction has moved on, and whose slot has no digest yet."""
    planned = [(each, each.next_slot) for each in due if each.next_slot and not digest_schedules.put_off(uow, each)]
    moves = [_Claimed(each, slot, digest_schedules.following(uow, each, uow.now)) for each, slot in planned]
    claimed = stored_schedules.claim(
        uow.session, [(each.schedule, each.following.local, each.following.due_at) for each in moves]
    )
    told = stored.of_slots(uow.session, {each.schedule.person_id: each.slot for each in moves}) if claimed else set()
    return [each for each in moves if each.schedule.person_id in claimed - told]


def _begin(uow: UnitOfWork, claimed: _Claimed, reader: UUID, owned: Sequence[Policy]) -> Begun:
    schedule = claimed.schedule
    return Begun(
        digest=Digest(
            id=stable_id("digest", schedule.person_id, claimed.slot),
            owner_id=schedule.person_id,
            slot=claimed.slot,
            zone=digest_schedules.zone_in(uow, schedule),
            made_at=uow.now,
            reader_id=reader if reader != schedule.person_id else None,
        ),
        policies=owned,
        hours=quiet_hours.of_schedule(uow, schedule),
        sent_since=_sent_since(uow, claimed),
        horizon=claimed.following.due_at.astimezone(ZoneInfo(digest_schedules.zone_in(uow, schedule))).date(),
    )


def _sent_since(uow: UnitOfWork, claimed: _Claimed) -> datetime | None:
    """From when on the digest may have been sent by what a restore has undone; None if it cannot have been."""
    undone = restore_hold.undone(uow)
    if undone is None or digest_schedules.delivered_at_slot(uow, claimed.schedule, claimed.slot) > undone[1]:
        return None
    return undone[0]


def _write_digests(uow: UnitOfWork, begun: Sequence[Begun], horizon: date) -> list[Digest]:
    to_send, found = _with_content(uow, begun, horizon)
    uow.take_keys(policy.id for each in to_send for policy in each.policies)
    for each in to_send:
        for position, part in enumerate(_parts(uow, each, found)):
            _write_part(uow, each.digest, position, part)
    uow.session.flush()
    deliveries.tell_people(uow, SCREEN, [_recipient(each) for each in to_send])
    asked = {each.digest.id: [one.id for one in each.policies if one.id in found.due] for each in to_send}
    channel_digests.tell(uow, asked)
    return [each.digest for each in to_send]


def show_answers(uow: UnitOfWork, policy: Policy, flags: Sequence[Flag]) -> None:
    """Bring the digests up to date that first sent these flags of a policy, and its owner's newest one."""
    readers = [each for each in (policy.owner_id, policy.read_by) if each is not None]
    newest = stored.newest(uow.session, readers) if readers else None
    ids = {each.digest_id for each in flags if each.digest_id is not None} | ({newest.id} if newest else set())
    for digest in sorted((found for each in ids if (found := stored.digest(uow.session, each))), key=_made_at):
        key = f"{SCREEN}:{digest.id}:{digest.reader_id or digest.owner_id}"
        sent = stored_deliveries.by_key(uow.session, key)
        if sent is not None:
            deliveries.show_again(uow, sent, UPDATED)


def _made_at(digest: Digest) -> tuple[datetime, UUID]:
    return digest.made_at, digest.id


def _recipient(begun: Begun) -> Recipient:
    """Who gets a digest. A reader who is not the owner gets it in their own contact hours, not the schedule's."""
    digest = begun.digest
    hours = None if digest.reader_id else begun.hours
    return Recipient(digest.reader_id or digest.owner_id, str(digest.id), hours, sent_since=begun.sent_since)


def _with_content(uow: UnitOfWork, begun: Sequence[Begun], horizon: date) -> tuple[Sequence[Begun], DigestContent]:
    """The digests that have something to say, and what; of the others no row is left."""
    policy_ids = [policy.id for each in begun for policy in each.policies]
    news = stored.with_news(uow.session, policy_ids, horizon)
    to_send = [each for each in begun if any(policy.id in news for policy in each.policies)]
    while to_send:
        with uow.session.begin_nested() as savepoint:
            uow.session.add_all(each.digest for each in to_send)
            uow.session.flush()
            taking = {policy.id: each.digest.id for each in to_send for policy in each.policies}
            steps.look_at_new_clocks(uow, [each for each in taking if each in news])
            found = gather(uow, taking, horizon, _first_deadlines_if_paused(uow, to_send))
            empty = [each for each in to_send if not any(found.says(policy.id) for policy in each.policies)]
            texts, damaged = _opened(uow, found)
            if not empty and not damaged:
                return to_send, replace(found, texts=texts)
            # What the empty ones took was answered before any digest could bring it.
            savepoint.rollback()
        to_send = [each for each in to_send if each not in empty]
        stored_flags.leave_out(uow.session, damaged)
    return [], DigestContent()


def _opened(uow: UnitOfWork, found: DigestContent) -> tuple[dict[UUID, Texts], list[UUID]]:
    """The texts of the flags that digests show, and the ids of those that do not open."""
    opened = {each.id: flag_views.texts_of(uow, each) for some in found.items.values() for each in some}
    return {key: each for key, each in opened.items() if each}, [key for key, each in opened.items() if not each]


def _first_deadlines_if_paused(uow: UnitOfWork, begun: Sequence[Begun]) -> dict[UUID, date]:
    """By paused policy, the day by which what is new there is to be answered."""
    owned = (policy for each in begun for policy in each.policies)
    return {policy.id: answer_deadlines.first(uow, policy) for policy in owned if answer_deadlines.paused(uow, policy)}


def gather(
    uow: UnitOfWork, taking: Mapping[UUID, UUID], horizon: date, starts: Mapping[UUID, date] | None = None
) -> DigestContent:
    """Take all that is news into digests, and find what they show and count. Decrypts nothing, loads only shown flags.

    `taking` gives the digest by policy, and `starts` the day by which what is new is to be answered, for policies where
    it is not the usual one. Answers that are due up to `horizon` are listed again.
    """
    if not taking:
        return DigestContent()
    session, digest_ids = uow.session, set(taking.values())
    usual, other_starts = uow.calendar.add(uow.today, uow.organisation.answer_days), starts or {}
    for start in {usual, *other_starts.values()}:
        some = {each: digest_id for each, digest_id in taking.items() if other_starts.get(each, usual) == start}
        if some:
            stored.take_flags(session, some, uow.today, start)
    stored_release.take(session, Second, taking)
    stored_release.take(session, Reply, taking)
    due: dict[UUID, dict[date | None, int]] = {}
    for policy_id, day, number in stored.counts(session, taking, horizon):
        due.setdefault(policy_id, {})[day] = number
    others: dict[UUID, list[UUID]] = {}
    for policy_id, person_id in stored.take_answers(session, taking):
        others.setdefault(policy_id, []).append(person_id)
    shown = stored.most_urgent(session, taking, uow.today, horizon, (MOST_A_POLICY, MOST_IN_ALL)) if due else []
    items: dict[UUID, list[Flag]] = {}
    for each in shown:
        items.setdefault(each.policy_id, []).append(each)
    shown_ids = [each.id for each in shown]
    return DigestContent(
        items=items,
        due=due,
        unneeded=stored.unneeded(session, taking),
        settled=stored_replies.settled(session, digest_ids),
        others=others,
        more_people=stored_seconds.taken_by(session, digest_ids, shown_ids),
        said=stored_replies.said(session, digest_ids, shown_ids),
        remarks=_by_flag(stored_seconds.remarks(session, shown_ids)),
        promises=promises_due.take(uow, taking, horizon),
    )


def _by_flag(seconds: Iterable[Second]) -> dict[UUID, list[Second]]:
    found: dict[UUID, list[Second]] = {}
    for each in seconds:
        found.setdefault(each.flag_id, []).append(each)
    return found


def _parts(uow: UnitOfWork, begun: Begun, found: DigestContent) -> list[DigestPartView]:
    order = {policy_id: n for n, policy_id in enumerate(found.items)}
    parts = [_part(uow, begun.digest, each, found) for each in begun.policies if found.says(each.id)]
    return sorted(parts, key=lambda each: (order.get(each.policy, len(order)), -each.needing, each.title))


def _part(uow: UnitOfWork, digest: Digest, policy: Policy, found: DigestContent) -> DigestPartView:
    due = found.due.get(policy.id, {})
    return DigestPartView(
        policy=policy.id,
        title=policy.title,
        link=policy.link,
        items=tuple(
            replace(_item(uow, digest, each, found), next_told=_next_told(uow, digest, policy, each))
            for each in found.items.get(policy.id, ())
        ),
        needing=sum(due.values()),
        due=tuple(sorted((day, number) for day, number in due.items() if day is not None)),
        as_announced=found.unneeded.get(policy.id, 0),
        settled=found.settled.get(policy.id, 0),
        answered_by_others=tuple(sorted({people.name_of(uow, each) for each in found.others.get(policy.id, ())})),
        promises=promises_due.items(found.promises, policy.id),
        # Once the owner was replaced, it is not known who named the new one.
        named_by=people.name_of(uow, policy.announced_by) if policy.owner_since is None else "",
    )


def _next_told(uow: UnitOfWork, digest: Digest, policy: Policy, flag: Flag) -> NextNotice | None:
    """Who is told next about an unanswered flag. Only said from the flag's second digest on, and not during a pause."""
    new = flag.digest_id == digest.id
    return None if new or answer_deadlines.paused(uow, policy) else notices.next_told(uow, policy, flag)


def _item(uow: UnitOfWork, digest: Digest, flag: Flag, found: DigestContent) -> DigestItem:
    new, reply = flag.digest_id == digest.id, found.said.get(flag.id)
    remarks = [(each.id, said) for each in found.remarks.get(flag.id, ()) if (said := flag_views.remark(uow, each))]
    return DigestItem(
        flag=flag.id,
        verdict=flag.verdict,
        theme=flag.theme,
        because=found.texts[flag.id].because,
        remedy=found.texts[flag.id].remedy,
        promise=flag.promise,
        people=1 + flag.seconds,
        new=new,
        more_people=0 if new else found.more_people.get(flag.id, 0),
        status=flag.status,
        sent_on=flag.sent_on or uow.today,
        answer_by=flag.answer_by,
        reply=(answers.reply_text(uow, reply) or "") if reply else "",
        remark=remarks[-1][1] if remarks else "",
        remarks=len(remarks),
        reply_id=reply.id if reply else None,
        remark_id=remarks[-1][0] if remarks else None,
    )


def _write_part(uow: UnitOfWork, digest: Digest, position: int, part: DigestPartView) -> None:
    row = DigestPart(digest_id=digest.id, policy_id=part.policy, position=position, sealed=b"")
    row.sealed = uow.key(part.policy).seal("digest_parts", "sealed", row.id, _PART.dump_json(part).decode())
    uow.session.add(row)


def view(uow: UnitOfWork, digest: Digest, reader_ids: Collection[UUID] = ()) -> DigestView:
    """A digest as it was sent, without policies that were closed for good since.

    `reader_ids` are all ids of the person who reads it, who sees the names that were given to them, and no others.
    """
    parts = []
    for row in stored.parts(uow.session, digest.id):
        try:
            opened = uow.key(row.policy_id).open("digest_parts", "sealed", row.id, row.sealed)
        except Sealed:
            continue
        except Damaged:
            sealed_text.tell("digest_parts", row.id, uow.now)
            continue
        part = promises_due.opened(uow, _PART.validate_json(opened), reader_ids)
        parts.append(_with_names(uow, part, reader_ids))
    named_by = {each.named_by for each in parts}
    return DigestView(
        id=digest.id,
        at=digest.made_at,
        zone=uow.zone_or_own(digest.zone),
        parts=tuple(parts),
        named_by=named_by.pop() if len(named_by) == 1 else "",
    )


def seen_by(uow: UnitOfWork, visitor: Visitor, digest: Digest) -> DigestView:
    """A digest as it was sent to somebody, without policies that they are no longer on."""
    shown = view(uow, digest, visitor.ids)
    found = stored_policies.policies(uow.session, [each.policy for each in shown.parts])
    theirs = {key for key, policy in found.items() if audience.is_on(uow, visitor, policy)}
    return replace(shown, parts=tuple(each for each in shown.parts if each.policy in theirs))


def rewrite(uow: UnitOfWork, policy_id: UUID, change: Callable[[DigestPartView], DigestPartView | None]) -> set[UUID]:
    """Change what digests say about a policy, as they are kept: `change` gives None for a part that it leaves.

    Gives the ids of the digests that were not left. Raises `Sealed`.
    """
    concerned = set()
    for row, part in _kept_about(uow, policy_id):
        changed = change(part)
        if changed is None:
            continue
        concerned.add(row.digest_id)
        if changed != part:
            said = _PART.dump_json(changed).decode()
            row.sealed = uow.key(policy_id).seal("digest_parts", "sealed", row.id, said)
    uow.session.flush()
    return concerned


def saying(uow: UnitOfWork, policy_id: UUID, concerned: Callable[[DigestPartView], bool]) -> set[UUID]:
    """The ids of the digests with a part about a policy that is `concerned`. Raises `Sealed`."""
    return {row.digest_id for row, part in _kept_about(uow, policy_id) if concerned(part)}


def _kept_about(uow: UnitOfWork, policy_id: UUID) -> Iterator[tuple[DigestPart, DigestPartView]]:
    for row in stored.parts_of_policy(uow.session, policy_id):
        try:
            yield row, _PART.validate_json(uow.key(policy_id).open("digest_parts", "sealed", row.id, row.sealed))
        except Damaged:
            sealed_text.tell("digest_parts", row.id, uow.now)


def take_back(uow: UnitOfWork, digest_id: UUID) -> bool:
    """Take again what is new in a digest that could not be sent, because it is sent after all.

    The clocks of its flags begin today. False if later digests have taken all that it shows as new.
    """
    digest = stored.digest(uow.session, digest_id)
    shown = view(uow, digest).parts if digest else ()
    new = [item.flag for part in shown for item in part.items if item.new]
    answer_by = uow.calendar.add(uow.today, uow.organisation.answer_days)
    return not new or stored.take_back(uow.session, digest_id, new, uow.today, answer_by) > 0


def _with_names(uow: UnitOfWork, part: DigestPartView, reader_ids: Collection[UUID]) -> DigestPartView:
    """A part with the names that its reader sees now."""
    named = [each.flag for each in part.items if each.promise is Promise.NAMED]
    policy = stored_policies.policy(uow.session, part.policy) if named and reader_ids else None
    if policy is None:
        return part
    rows = {each.id: each for each in stored_flags.flags(uow.session, named)}
    sight = readers.sight(uow, policy, list(rows.values()), reader_ids)
    people.take_names(uow, (rows[each].person_id for each in sight.seen))
    names = {each: people.name_of(uow, rows[each].person_id) for each in sight.seen}
    items = (
        replace(each, author=names.get(each.flag, ""), named_to=sight.named_to.get(each.flag, ""))
        for each in part.items
    )
    return replace(part, items=tuple(items))


def of_reader(uow: UnitOfWork, person_ids: Sequence[UUID], digest_id: UUID) -> Digest | None:
    """A digest, if it is the reader's own or was sent to them in place of its owner; None otherwise."""
    found = stored.digest(uow.session, digest_id)
    return found if found is not None and {found.owner_id, found.reader_id} & set(person_ids) else None


def next_at(uow: UnitOfWork, person_id: UUID) -> datetime | None:
    """When a person's next digest is due, aware UTC; None if none is planned."""
    row = digest_schedules.planned(uow, person_id)
    return row.next_due_at if row else None
