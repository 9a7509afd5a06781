"""A digest: everything that is news, once, to the policy's owner; nothing is sent if there is nothing to say."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from bot.digests import digests
from bot.interface import intents
from bot.interface.views import DigestView
from bot.outbox import outcomes
from bot.sending import dead_letters
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Delivery, Digest, Schedule
from storage import schedules as stored_schedules
from tests.bot.conftest import FLAG, FULL_NAMES, Office, email_of, member, said

pytestmark = pytest.mark.rules

NINE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def schedule_of(office: Office, person: str = "priya") -> Schedule:
    """When a person's digests go."""
    with office.database.reading() as session:
        found = stored_schedules.schedule(session, office.person(person))
    assert found is not None
    return found


def views(office: Office, person: str) -> list[DigestView]:
    """What a person's digests said, the oldest first."""
    rows = sorted(office.rows("digests"), key=lambda each: each["made_at"])
    ids = [each["id"] for each in rows if each["owner_id"] == office.person(person)]
    return office.change(lambda uow: [digests.view(uow, uow.session.get_one(Digest, each)) for each in ids])


async def test_a_flag_is_told_at_nine_on_the_owners_clock_and_once(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", promise="named")
    await office.until(24, 8, 59)
    assert office.digests_to() == []
    await office.until(24, 9)
    (first,) = office.digests_to()
    assert FLAG["because"] in said(first)
    assert "1 flag needs your answer by Tuesday 8 December 2026." in said(first)
    await office.until(4, 23, month=12)
    assert len(office.digests_to()) == 1


async def test_nothing_to_say_and_nothing_is_sent_but_the_schedule_moves_on(office: Office, policy: UUID) -> None:
    await office.until(24, 9)
    assert office.digests_to() == []
    assert office.rows("digests") == []
    assert schedule_of(office).next_due_at == NINE + timedelta(days=1)
    await office.until(27, 9)
    assert schedule_of(office).next_due_at == NINE + timedelta(days=6)


async def test_what_was_answered_before_any_digest_is_no_news(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha", promise="named")
    await office.answer((flag,))
    await office.until(25, 12)
    assert office.digests_to() == []
    assert office.rows("digests") == []
    assert schedule_of(office).next_due_at == NINE + timedelta(days=2)


async def test_seconds_on_what_is_answered_are_no_news(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha", promise="named")
    await office.until(24, 12)
    await office.answer((flag,))
    await office.fill(intents.SecondFlag(flag), "ben")
    await office.until(30, 12)
    assert len(office.digests_to()) == 1
    assert office.row("flags", flag)["seconds"] == 1


@pytest.mark.both_databases
async def test_a_late_reply_to_an_answer_that_was_replaced_makes_no_empty_digest(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha")
    await office.until(26, 12)
    answer = await office.answer((flag,))
    await office.fill(intents.NotSettled(answer, flag), "asha", text="The suppliers.")
    await office.until(26, 13)
    await office.answer((flag,), kind="cannot", by_date="", text="It is the law.")
    await office.until(4, 12, month=12)
    assert len(office.digests_to()) == 1


async def test_a_day_before_it_is_due_and_every_day_that_it_is_late(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", promise="named")
    await office.until(7, 8, month=12)
    assert len(office.digests_to()) == 1
    await office.until(7, 9, month=12)
    assert "Due by Tuesday 8 December 2026" in said(office.digests_to()[1])
    await office.until(8, 9, month=12)
    assert "Due today" in said(office.digests_to()[2])
    await office.until(10, 9, month=12)
    assert len(office.digests_to()) == 5
    assert "Late: it was due on Tuesday 8 December 2026" in said(office.digests_to()[4])


async def test_a_digest_that_was_sent_shows_what_was_answered_since(office: Office, policy: UUID) -> None:
    first = await office.file(policy, "asha", promise="named")
    second = await office.file(policy, "ben", "Another reason.", promise="named")
    await office.until(24, 9)
    await office.answer((first,), "omar")
    await office.answer((second,), "priya")
    await office.worker.tick()
    changed = [(each, ref) for verb, each, ref in office.chat.kept if verb == "update" and each.place.direct]
    sent = [ref for verb, each, ref in office.chat.kept if verb == "send" and "You get this because" in said(each.card)]
    assert {ref for _, ref in changed} == set(sent)
    assert len(changed) == 1, "two answers at once are one update"
    assert "The 2 flags in this digest have been answered." in said(changed[-1][0].card)
    assert len(office.digests_to()) == 1


async def test_a_digest_that_cannot_be_changed_any_more_is_no_message_that_could_not_be_sent(
    office: Office, policy: UUID
) -> None:
    flag = await office.file(policy, "asha", promise="named")
    await office.until(24, 9)
    await office.answer((flag,))
    (row,) = (each for each in office.rows("deliveries") if each["screen"] == "digest-updated")

    def refuse(uow: UnitOfWork) -> None:
        outcomes.give_up(uow, uow.session.get_one(Delivery, row["id"]), "cant_update_message")

    office.change(refuse)
    assert office.change(lambda uow: dead_letters.number(uow)) == 0
    assert office.row("deliveries", row["id"])["untold_since"] is None
    assert office.row("flags", flag)["digest_id"] is not None, "and its news are not given back"


async def test_no_digest_on_a_day_off(office: Office, policy: UUID) -> None:
    await office.until(24, 12, month=12)
    await office.file(policy, "asha", promise="named")
    await office.until(28, 23, month=12)
    assert office.digests_to() == []
    await office.until(29, 9, month=12)
    assert len(office.digests_to()) == 1


async def test_days_of_downtime_become_one_digest(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", promise="named")
    await office.wake(datetime(2026, 12, 3, 15, 20, tzinfo=UTC))
    await office.worker.tick()
    assert len(office.digests_to()) == 1
    assert schedule_of(office).next_due_at == datetime(2026, 12, 4, 9, 0, tzinfo=UTC)
    await office.until(4, 8, month=12)
    assert len(office.digests_to()) == 1


@pytest.mark.both_databases
async def test_two_processes_make_one_digest_of_a_slot(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", promise="named")
    office.clock.move_to(NINE)
    schedule = schedule_of(office)
    made = await asyncio.gather(
        *(asyncio.to_thread(office.change, lambda uow: len(digests.make_all(uow, [schedule]))) for _ in range(4))
    )
    assert sum(made) == 1
    assert len(office.rows("digests")) == 1
    await office.worker.tick()
    assert len(office.digests_to()) == 1
    assert sum(each["screen"] == "digest" for each in office.rows("deliveries")) == 1


async def test_a_digest_is_shown_again_as_it_was_sent(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha", promise="named")
    await office.until(24, 12)
    (sent,) = office.digests_to()
    digest = UUID(str(office.rows("digests")[0]["id"]))
    await office.answer((flag,))
    await office.fill(intents.SecondFlag(flag), "ben")
    await office.until(30, 12)
    assert await office.open(intents.SeeDigest(digest), "priya") == sent
    # Once she is no owner any more, she reads no names.
    await office.fill(intents.NameOwner(policy), "priya", owner=email_of("dina"))
    again = said(await office.open(intents.SeeDigest(digest), "priya"))
    assert "From: Asha Quillfeather" in said(sent)
    assert again == said(sent).replace(
        "From: Asha Quillfeather, who chose to be named", "From: someone who is named to the policy owner"
    )
    for other in ("omar", "dina", "asha", "ada"):
        screen = await office.form(intents.SeeDigest(digest), other)
        assert FLAG["because"] not in said(screen)


async def test_the_most_urgent_are_quoted_and_the_rest_are_counted(office: Office, policy: UUID) -> None:
    texts = {
        "asha": ("cannot-tell", "A question."),
        "ben": ("if", "A condition."),
        "cai": ("not", "One obstacle."),
        "dina": ("not", "Another obstacle."),
        "eve": ("if", "Another condition."),
        "finn": ("as-announced", "All is well."),
    }
    for person, (verdict, text) in texts.items():
        await office.file(policy, person, text, verdict=verdict, promise="named")
    await office.until(24, 9)
    (digest,) = office.digests_to()
    whole = said(digest)
    assert "5 flags need your answer" in whole
    assert "One obstacle." in whole
    assert "Another obstacle." in whole
    assert ("A condition." in whole) != ("Another condition." in whole)
    assert "A question." not in whole
    assert "All is well." not in whole
    assert "2 more flags on this policy need your answer." in whole
    assert "1 more flag says: deliverable as announced." in whole


async def test_one_digest_over_all_policies_of_an_owner(office: Office, policy: UUID) -> None:
    other = await office.announce("Same-day address change")
    await office.announce("Somebody else's", owner=email_of("dina"))
    await office.file(policy, "asha", "About parking.", promise="named")
    await office.file(other, "asha", "About addresses.", promise="named")
    await office.until(24, 9)
    (digest,) = office.digests_to()
    assert "About parking." in said(digest)
    assert "About addresses." in said(digest)
    assert office.digests_to("dina") == []


async def test_the_first_digest_of_a_new_owner_lists_what_is_open_as_new(office: Office, policy: UUID) -> None:
    waits = await office.file(policy, "asha", "It waits.", promise="named")
    done = await office.file(policy, "ben", "It is answered.", promise="named")
    await office.until(25, 12)
    await office.answer((done,))
    due = office.row("flags", waits)["answer_by"]
    await office.fill(intents.NameOwner(policy), "priya", owner=email_of("dina"))
    await office.until(26, 12)
    (first,) = office.digests_to("dina")
    assert "It waits." in said(first)
    assert "It is answered." not in said(first)
    assert "First sent to you" not in said(first)
    assert office.row("flags", waits)["answer_by"] == due
    assert len(office.digests_to("priya")) == 1
    await office.until(7, 12, month=12)
    assert "First sent to you on Thursday 26 November 2026" in said(office.digests_to("dina")[1])


async def test_what_cannot_be_sent_to_anyone_stays_news(office: Office) -> None:
    policy = await office.announce(delegate="")
    await office.file(policy, "asha", promise="named")
    everybody = {each: member(each) for each in FULL_NAMES}
    await office.enrol(*(everybody | {"priya": member("priya", active=False)}).values())
    await office.until(25, 12)
    assert office.rows("digests") == []
    assert office.rows("flags")[0]["digest_id"] is None
    await office.enrol(*everybody.values())
    await office.until(26, 12)
    assert [FLAG["because"] in said(each) for each in office.digests_to()] == [True]


async def test_naming_the_same_owner_again_tells_nothing_twice(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", promise="named")
    await office.until(24, 12)
    await office.fill(intents.NameOwner(policy), "priya", owner=email_of("priya"))
    await office.until(30, 12)
    assert len(office.digests_to()) == 1


@pytest.mark.parametrize("kind", ["more", "acknowledged"])
async def test_what_the_former_owner_left_undecided_is_open_to_the_new_one(
    office: Office, policy: UUID, kind: str
) -> None:
    flag = await office.file(policy, "asha", promise="named")
    await office.until(24, 12)
    await office.answer((flag,), kind=kind, by_date="2026-12-04" if kind == "acknowledged" else "")
    await office.fill(intents.NameOwner(policy), "priya", owner=email_of("dina"))
    await office.until(25, 12)
    assert [FLAG["because"] in said(each) for each in office.digests_to("dina")] == [True]


async def test_the_day_of_a_digest_is_the_owners(office: Office) -> None:
    everybody = {each: member(each) for each in FULL_NAMES}
    everybody["priya"] = member("priya", zone="America/New_York")
    await office.enrol(*everybody.values())
    policy = await office.announce()
    await office.file(policy, "asha", promise="named")
    await office.until(23, 13, 59)
    assert office.digests_to() == []
    await office.until(23, 14)
    assert len(office.digests_to()) == 1
    assert office.rows("digests")[0]["slot"] == "2026-11-23T09:00"
    assert office.rows("flags")[0]["sent_on"] == date(2026, 11, 23)


# Any order of events.


@dataclass
class Life:
    """A life of three policies in any order of events, and what was seen of it."""

    office: Office
    chance: random.Random
    policies: list[UUID] = field(default_factory=list)
    owners: dict[UUID, str] = field(default_factory=dict)
    changed: dict[UUID, int] = field(default_factory=dict)
    authors: dict[UUID, str] = field(default_factory=dict)
    told: Counter[tuple[UUID, str, int]] = field(default_factory=Counter)
    as_announced: int = 0
    settled: int = 0
    seen: set[UUID] = field(default_factory=set)

    async def begin(self) -> None:
        for n in range(3):
            policy = await self.office.announce(f"Policy {n}", channels=(), closes_on="2027-06-30")
            self.policies.append(policy)
            self.owners[policy], self.changed[policy] = "priya", 0

    async def step(self) -> None:
        deeds = [self.flag] * 6 + [self.second, self.answer, self.answer, self.reply, self.withdraw, self.hand_over]
        await self.chance.choice([*deeds, self.snooze, self.night, self.night, self.night])()

    async def flag(self) -> None:
        policy, person = self.chance.choice(self.policies), self.chance.choice(["asha", "ben", "cai", "eve", "finn"])
        verdict = self.chance.choice(["not", "if", "cannot-tell", "as-announced"])
        promise = self.chance.choice(["confidential", "named"])
        before = self.office.ids()
        await self.office.flag(policy, person, f"Number {len(before)}.", verdict=verdict, promise=promise)
        if self.office.ids() != before:
            self.authors[self.office.new_since(before)] = person

    def shown(self) -> list[UUID]:
        rows = self.office.rows("flags")
        return sorted(UUID(str(each["id"])) for each in rows if each["standing"] != "unneeded")

    async def second(self) -> None:
        for flag in self.shown()[:1]:
            await self.office.open(intents.SecondFlag(flag), "sal")
            form = await self.office.form(intents.SecondFlag(flag), "sal")
            if form.intent:
                await self.office.send(form, "sal")

    async def answer(self) -> None:
        flags = self.shown()
        if flags:
            kind = self.chance.choice(["change", "cannot", "more"])
            by_date = "2027-03-31" if kind == "change" else ""
            self.office.clock.move_to(self.office.clock.now + timedelta(seconds=1))
            await self.office.answer((self.chance.choice(flags),), "omar", kind=kind, by_date=by_date)

    async def reply(self) -> None:
        rows = self.office.rows("answered_flags")
        if rows:
            row = self.chance.choice(sorted(rows, key=str))
            answer, flag = row["answer_id"], row["flag_id"]
            author = next(person for sent, person in self.authors.items() if self.office.shown(sent) == flag)
            if self.chance.random() < 0.5:
                await self.office.press(intents.Settle(answer, flag), author)
            else:
                form = await self.office.form(intents.NotSettled(answer, flag), author)
                if form.intent:
                    await self.office.send(form, author, text="It is still in the way.")

    async def withdraw(self) -> None:
        waiting = sorted({box for box, _ in self.office.waiting()} & self.authors.keys())
        if waiting:
            flag = self.chance.choice(waiting)
            await self.office.press(intents.WithdrawFlag(flag), self.authors[flag])

    async def hand_over(self) -> None:
        policy, owner = self.chance.choice(self.policies), self.chance.choice(["priya", "dina"])
        if self.owners[policy] != owner:
            await self.office.fill(intents.NameOwner(policy), "ada", owner=email_of(owner))
            self.owners[policy] = owner
            self.changed[policy] += 1

    async def snooze(self) -> None:
        until = (self.office.clock.now + timedelta(days=self.chance.randint(1, 4))).date()
        await self.office.fill(intents.Snooze(), self.chance.choice(["priya", "dina"]), until=until.isoformat())

    async def night(self, days: int = 1) -> None:
        """Let days pass, and look at every digest as it is made."""
        target = self.office.clock.now + timedelta(days=days)
        while (due := await self.office.worker.next_due()) is not None and due <= target:
            self.office.clock.move_to(max(self.office.clock.now, due))
            await self.office.worker.tick()
            self.look()
        self.office.clock.move_to(target)

    def look(self) -> None:
        rows = {each["id"]: each for each in self.office.rows("flags")}
        for owner in ("priya", "dina"):
            for digest in views(self.office, owner):
                if digest.id not in self.seen:
                    self.seen.add(digest.id)
                    self.look_at(owner, digest, {UUID(str(key)): value for key, value in rows.items()})

    def look_at(self, owner: str, digest: DigestView, rows: dict[UUID, dict[str, object]]) -> None:
        assert digest.parts, "a digest says something"
        for part in digest.parts:
            assert self.owners[part.policy] == owner
            assert part.items or part.as_announced or part.settled or part.answered_by_others
            assert len(part.items) == part.needing
            self.as_announced += part.as_announced
            self.settled += part.settled
            for item in part.items:
                assert rows[item.flag]["released_on"]
                if item.new:
                    self.told[item.flag, owner, self.changed[part.policy]] += 1


@pytest.mark.both_databases
async def test_in_any_order_of_events_each_thing_is_told_once_to_each_owner(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "MOST_A_POLICY", 1000)
    monkeypatch.setattr(digests, "MOST_IN_ALL", 1000)
    office.organise(answer_days=200)
    life = Life(office, random.Random(random.getrandbits(32)))
    await life.begin()
    for _ in range(50):
        await life.step()
    await life.night(14)

    assert max(life.told.values(), default=0) <= 1, "something was told as new twice"
    rows = office.rows("flags")
    assert all(each["released_on"] for each in rows)
    answered = {each["flag_id"] for each in office.rows("answered_flags")}
    for row in rows:
        policy = UUID(str(row["policy_id"]))
        if row["standing"] == "waiting" and row["id"] not in answered:
            assert life.told[UUID(str(row["id"])), life.owners[policy], life.changed[policy]] == 1, "was not told"
    assert life.as_announced == sum(each["standing"] == "unneeded" for each in rows)
    assert life.settled == sum(
        each["kind"] == "settled" and bool(each["released_on"]) for each in office.rows("replies")
    )
    assert life.told, "nothing happened"
    sent = [each for each in office.rows("deliveries") if each["screen"] == "digest"]
    assert {each["state"] for each in sent} <= {"sent"}
    assert len(sent) == len(office.rows("digests")) == len(life.seen)
    slots = Counter((each["owner_id"], each["slot"]) for each in office.rows("digests"))
    assert max(slots.values()) == 1
