"""The worker over a real database and a platform that misbehaves: everything happens, and happens once."""

from __future__ import annotations

import asyncio
import io
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import pytest
from apscheduler.events import EVENT_JOB_MISSED

from bot.flags import releases
from bot.interface.parts import Card
from bot.interface.ports import Never, NotSent, Pace, Unknown
from bot.outbox import claims
from bot.outbox.claims import LEASE
from bot.outbox.outcomes import MOST_ATTEMPTS, TRIED_FOR
from bot.people import digest_schedules
from bot.policies import policies
from bot.sending import attempt, relay, rendering, settlement
from bot.sending.unconfirmed import ASK_AGAIN, ASK_FOR
from bot.worker.scheduler import start
from bot.worker.worker import Worker
from storage import Database, DatabaseUnavailable, Session, State
from storage.keys import KeyRing
from tests.bot.conftest import Clock, Office, address_of, email_of, said, user_of
from tests.bot.outgoing import Outgoing
from tests.fakes import TOO_FAST, Call, FakePlatform, Hang, Lost
from tests.statements import queries, statements

Found = TypeVar("Found")

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
TYPED = "kestrel weighbridge marmalade"
"""What an error holds that must be logged and kept nowhere."""
CHANNEL = address_of("c1")
DIGEST_HOUR = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def platform(clock: Clock) -> Iterator[FakePlatform]:
    """A platform that takes everything, and must never be asked for what no correct program asks."""
    made = FakePlatform(clock)
    yield made
    assert made.faults == []


@pytest.fixture
async def worker(worker: Worker, platform: FakePlatform) -> AsyncIterator[Worker]:
    """A worker that sends through that platform; nothing of it runs on after the test."""
    worker.add(platform)
    yield worker
    await worker.drain(0)


@pytest.fixture
def outgoing(database: Database, ring: KeyRing, clock: Clock) -> Outgoing:
    return Outgoing(database, ring, clock)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The relay waits only a moment for an attempt that hangs."""
    monkeypatch.setattr(relay, "PATIENCE_SECONDS", 0.3)


def later(clock: Clock, by: timedelta) -> None:
    clock.move_to(clock.now + by)


async def until(true: Callable[[], object], seconds: float = 10) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came to be"
        await asyncio.sleep(0.01)


async def ticking(worker: Worker, true: Callable[[], object], seconds: float = 10) -> None:
    """One tick after another, without moving the clock, until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came to be"
        await worker.tick()


async def every(worker: Worker, clock: Clock, step: timedelta, times: int) -> None:
    """Move the clock by `step` and tick, `times` times."""
    for _ in range(times):
        later(clock, step)
        await worker.tick()


class TestFourOutcomes:
    async def test_what_was_sent_stands_once_and_is_done(
        self, worker: Worker, platform: FakePlatform, outgoing: Outgoing, clock: Clock
    ) -> None:
        written = outgoing.write()
        await every(worker, clock, MINUTE, 5)
        (standing,) = platform.at("c1")
        assert standing.delivery == written
        assert "Single parking permit" in said(standing.card)
        row = outgoing.row(written)
        assert (row.state, row.ref, row.attempts) == (State.SENT, standing.ref, 1)

    async def test_what_was_refused_for_now_goes_when_the_platform_takes_it(
        self, worker: Worker, platform: FakePlatform, outgoing: Outgoing, clock: Clock
    ) -> None:
        platform.plan(NotSent("rate_limited", wait=30 * SECOND))
        written = outgoing.write()
        await worker.tick()
        await every(worker, clock, 10 * SECOND, 2)
        assert len(platform.calls) == 1
        await every(worker, clock, 10 * SECOND, 1)
        assert [each.message.delivery for each in platform.calls] == [written, written]
        assert len(platform.at("c1")) == 1
        assert platform.found == [], "it certainly did not arrive: there is nothing to look up"

    async def test_what_will_never_go_is_tried_once_kept_and_told(
        self, worker: Worker, platform: FakePlatform, outgoing: Outgoing, clock: Clock, caplog: pytest.LogCaptureFixture
    ) -> None:
        platform.plan(Never("channel_not_found"))
        written = outgoing.write()
        await every(worker, clock, MINUTE, 30)
        row = outgoing.row(written)
        assert (row.state, row.error) == (State.DEAD, "channel_not_found")
        assert len(platform.calls) == 1
        assert [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING] == [
            f"delivery {written} on web: channel_not_found"
        ]

    async def test_what_nobody_can_say_of_is_found_and_not_sent_again(
        self, worker: Worker, platform: FakePlatform, outgoing: Outgoing, clock: Clock
    ) -> None:
        platform.plan(Lost())
        written = outgoing.write()
        await worker.tick()
        assert outgoing.row(written).state is State.UNKNOWN
        await every(worker, clock, SECOND, 5)
        row = outgoing.row(written)
        assert (row.state, row.ref) == (State.SENT, platform.at("c1")[0].ref)
        assert len(platform.asked("send")) == 1

    async def test_what_was_looked_for_and_is_absent_is_sent_again(
        self, worker: Worker, platform: FakePlatform, outgoing: Outgoing, clock: Clock
    ) -> None:
        platform.plan(Unknown("reset by peer"))
        written = outgoing.write()
        await worker.tick()
        await every(worker, clock, SECOND, 5)
        assert outgoing.row(written).state is State.SENT
        assert platform.found == [written]
        assert [each.attempt for each in platform.asked("send")] == [1, 2]
        assert platform.taken() == {written: 1}

    async def test_while_the_platform_cannot_be_asked_it_is_not_sent_again(
        self, worker: Worker, platform: FakePlatform, outgoing: Outgoing, clock: Clock
    ) -> None:
        platform.plan(Lost())
        platform.plan(*[TimeoutError()] * 100, address="find")
        written = outgoing.write()
        await worker.tick()
        await every(worker, clock, 10 * MINUTE, 90)
        assert len(platform.asked("send")) == 1
        assert outgoing.row(written).state is State.UNKNOWN
        assert 80 <= len(platform.found) <= 92

        platform.plan_no_more("find")
        await every(worker, clock, ASK_AGAIN, 1)
        assert outgoing.row(written).state is State.SENT
        assert len(platform.asked("send")) == 1

    async def test_when_it_could_not_be_asked_for_a_day_it_is_given_up_and_kept(
        self, worker: Worker, platform: FakePlatform, outgoing: Outgoing, clock: Clock
    ) -> None:
        platform.plan(Lost())
        platform.plan(*[TimeoutError()] * 1000, address="find")
        written = outgoing.write()
        await worker.tick()
        await every(worker, clock, 10 * MINUTE, ASK_FOR // (10 * MINUTE) + 2)
        row = outgoing.row(written)
        assert (row.state, row.error) == (State.DEAD, "the platform could not be asked whether it arrived")
        assert len(platform.asked("send")) == 1

    async def test_after_a_day_and_eight_attempts_it_is_dead_and_kept(
        self, worker: Worker, platform: FakePlatform, outgoing: Outgoing, clock: Clock
    ) -> None:
        platform.always(NotSent("connection refused"))
        written = outgoing.write(made_at=clock.now - TRIED_FOR)
        await worker.tick()
        await every(worker, clock, 20 * MINUTE, 20)
        assert [each.attempt for each in platform.asked("send")] == list(range(1, MOST_ATTEMPTS + 1))
        assert outgoing.row(written).state is State.DEAD

    async def test_what_it_was_about_is_gone(
        self, worker: Worker, platform: FakePlatform, outgoing: Outgoing, clock: Clock
    ) -> None:
        written = outgoing.write(subject=str(UUID(int=7)))
        await every(worker, clock, MINUTE, 3)
        assert outgoing.row(written).state is State.DEAD
        assert platform.calls == []


class TestFaultsOfAnAdapter:
    @pytest.fixture
    def silent(self, outgoing: Outgoing) -> Iterator[None]:
        """Nothing of what was typed, nor of what the cards say, is logged at any level, with any traceback, or kept."""
        logged = io.StringIO()
        handler = logging.StreamHandler(logged)
        root = logging.getLogger()
        level = root.level
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        yield
        root.removeHandler(handler)
        root.setLevel(level)
        kept = "\n".join(str(each.model_dump()) for each in outgoing.rows())
        assert "delivery " in logged.getvalue()
        for word in (*TYPED.split(), "parking"):
            assert word not in logged.getvalue()
            assert word not in kept

    @pytest.mark.usefixtures("silent")
    async def test_one_that_raises_leaves_it_unknown_and_tells_nothing(
        self, worker: Worker, platform: FakePlatform, outgoing: Outgoing, clock: Clock
    ) -> None:
        platform.plan(ValueError(TYPED), KeyError(TYPED), Lost(RuntimeError(TYPED)))
        written = outgoing.write()
        await worker.tick()
        row = outgoing.row(written)
        assert row.state is State.UNKNOWN
        assert row.error is not None
        assert row.error.startswith("ValueError at ")
        await every(worker, clock, MINUTE, 4)
        assert outgoing.row(written).state is State.SENT
        assert platform.taken() == {written: 1}

    @pytest.mark.usefixtures("silent")
    async def test_one_that_raises_when_it_looks_cannot_tell(
        self, worker: Worker, platform: FakePlatform, outgoing: Outgoing, clock: Clock
    ) -> None:
        platform.plan(Lost(TimeoutError(TYPED)), address="c1")
        platform.plan(ValueError(TYPED), address="find")
        written, other = outgoing.write("c1"), outgoing.write("c2")
        await every(worker, clock, MINUTE, 2)
        assert outgoing.row(written).state is State.UNKNOWN
        assert outgoing.row(other).state is State.SENT
        await every(worker, clock, ASK_AGAIN, 1)
        assert outgoing.row(written).state is State.SENT
        assert platform.taken() == {written: 1, other: 1}

    @pytest.mark.usefixtures("silent")
    async def test_a_card_that_cannot_be_drawn_holds_up_nobody_and_dies_in_the_end(
        self, worker: Worker, platform: FakePlatform, outgoing: Outgoing, clock: Clock
    ) -> None:
        broken = outgoing.write("c1", subject=f"no-{'id'}", made_at=clock.now - TRIED_FOR)
        fine = outgoing.write("c1"), outgoing.write("c2")
        await every(worker, clock, SECOND, 1)
        assert platform.taken() == dict.fromkeys(fine, 1)
        await every(worker, clock, 20 * MINUTE, 10)
        row = outgoing.row(broken)
        assert row.state is State.DEAD
        assert (row.error or "").startswith("it could not be rendered: ValueError")

    @pytest.mark.usefixtures("silent")
    async def test_a_fault_in_drawing_tells_nothing_of_what_was_drawn(
        self, worker: Worker, platform: FakePlatform, outgoing: Outgoing, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fails(*_: object) -> Card:
            raise ValueError(TYPED)

        monkeypatch.setitem(rendering._SCREENS, policies.CARD, fails)
        sure, unconfirmed = outgoing.write("c1"), outgoing.write("c2", state=State.UNKNOWN, attempts=1)
        await worker.tick()
        assert outgoing.row(sure).state is State.WAITING
        assert outgoing.row(unconfirmed).state is State.UNKNOWN
        assert platform.calls == []

    @pytest.mark.usefixtures("silent")
    async def test_a_card_that_may_have_arrived_and_cannot_be_drawn_any_more_is_not_sent_without_a_look(
        self, worker: Worker, platform: FakePlatform, outgoing: Outgoing, clock: Clock
    ) -> None:
        platform.plan(Lost())
        written = outgoing.write()
        await worker.tick()
        outgoing.change(written, subject="no-id")
        await every(worker, clock, MINUTE, 3)
        assert outgoing.row(written).state is State.UNKNOWN
        outgoing.change(written, subject=str(outgoing.policy))
        await every(worker, clock, ASK_AGAIN, 2)
        assert outgoing.row(written).state is State.SENT
        assert len(platform.asked("send")) == 1

    @pytest.mark.usefixtures("silent")
    async def test_one_that_never_answers_is_given_up_before_half_the_lease_is_gone(
        self,
        worker: Worker,
        platform: FakePlatform,
        outgoing: Outgoing,
        clock: Clock,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        assert timedelta(seconds=attempt.CALL_SECONDS) < LEASE / 2
        monkeypatch.setattr(attempt, "CALL_SECONDS", 0.05)
        platform.plan(Hang(taken=True), address="c1")
        platform.plan(Hang(), address="c2")
        platform.plan(Hang(), address="find")
        first, second = outgoing.write("c1"), outgoing.write("c2")
        await worker.tick()
        assert {outgoing.row(each).state for each in (first, second)} == {State.UNKNOWN}
        await every(worker, clock, ASK_AGAIN, 2)
        assert {outgoing.row(each).state for each in (first, second)} == {State.SENT}
        assert platform.taken() == {first: 1, second: 1}


class TestHalfALease:
    async def test_what_took_too_long_to_look_up_is_not_sent_but_begun_again(
        self, worker: Worker, platform: FakePlatform, outgoing: Outgoing, clock: Clock
    ) -> None:
        written = outgoing.write(state=State.UNKNOWN, attempts=1)
        platform.before_finding = lambda: later(clock, LEASE / 2 + SECOND)
        await worker.tick()
        assert platform.calls == []
        row = outgoing.row(written)
        assert (row.state, row.attempts) == (State.WAITING, 1), "it was not attempted again, and no attempt is counted"

        platform.before_finding = lambda: None
        await every(worker, clock, 5 * SECOND, 2)
        assert platform.taken() == {written: 1}

    async def test_what_stood_still_on_its_way_is_not_sent_but_begun_again(
        self, worker: Worker, platform: FakePlatform, outgoing: Outgoing, clock: Clock
    ) -> None:
        written = outgoing.write()
        platform.on_its_way = lambda: later(clock, LEASE / 2 + SECOND)
        await worker.tick()
        row = outgoing.row(written)
        assert (platform.taken(), row.state, row.attempts) == ({}, State.WAITING, 0)

        platform.on_its_way = lambda: None
        await every(worker, clock, 5 * SECOND, 2)
        assert (platform.taken(), outgoing.row(written).attempts) == ({written: 1}, 1)

    async def test_what_took_less_is_sent(
        self, worker: Worker, platform: FakePlatform, outgoing: Outgoing, clock: Clock
    ) -> None:
        written = outgoing.write(state=State.UNKNOWN, attempts=1)
        platform.before_finding = lambda: later(clock, LEASE / 2)
        await worker.tick()
        assert platform.taken() == {written: 1}


class TestHanging:
    @pytest.mark.usefixtures("impatient")
    async def test_other_places_go_on_while_one_hangs(
        self, worker: Worker, platform: FakePlatform, outgoing: Outgoing
    ) -> None:
        platform.plan(Hang(), address="stuck")
        stuck = [outgoing.write("stuck") for _ in range(3)]
        before = outgoing.write("c1")
        await ticking(worker, lambda: platform.calls and platform.taken() == {before: 1})
        after = outgoing.write("c2")
        await ticking(worker, lambda: platform.taken() == {before: 1, after: 1})

        platform.let_go()
        await ticking(worker, lambda: platform.taken() == dict.fromkeys([before, after, *stuck], 1))

    @pytest.mark.usefixtures("impatient")
    async def test_another_platform_goes_on_while_one_hangs_with_all_that_it_has(
        self, worker: Worker, platform: FakePlatform, outgoing: Outgoing, clock: Clock
    ) -> None:
        other = FakePlatform(clock, "slack")
        worker.add(other)
        platform.always(Hang())
        for n in range(relay.AT_ONCE + 8):
            outgoing.write(f"u{n}")
        await ticking(worker, lambda: len(platform.calls) == relay.AT_ONCE)
        written = outgoing.write("c1", platform="slack")
        await ticking(worker, lambda: other.taken() == {written: 1})
        assert len(platform.calls) == relay.AT_ONCE

        platform.let_go()
        await ticking(worker, lambda: len(platform.taken()) == relay.AT_ONCE + 8)

    @pytest.mark.usefixtures("impatient")
    async def test_hundreds_to_one_slow_place_do_not_delay_another(
        self, worker: Worker, platform: FakePlatform, outgoing: Outgoing, clock: Clock
    ) -> None:
        for _ in range(300):
            outgoing.write("slow")
        platform.always(Hang(), address="slow")
        later(clock, SECOND)
        quick = [outgoing.write(f"c{n}") for n in range(3)]
        await ticking(worker, lambda: platform.taken() == dict.fromkeys(quick, 1))
        await until(lambda: len(platform.calls) == 4)

    @pytest.mark.usefixtures("impatient")
    async def test_releases_and_digests_go_on_while_a_platform_hangs(self, office: Office, clock: Clock) -> None:
        chat = FakePlatform(clock, "chat")
        office.worker.add(chat)
        chat.always(Hang())
        policy = await office.announce()
        await office.file(policy, "cai", promise="named")
        await office.worker.tick()
        clock.move_to(DIGEST_HOUR)
        await office.worker.tick()
        assert len(office.rows("digests")) == 1
        await office.worker.drain(0)

    async def test_what_hangs_when_the_program_ends_is_waited_for(
        self, worker: Worker, platform: FakePlatform, outgoing: Outgoing, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(relay, "PATIENCE_SECONDS", 0.3)
        platform.plan(Hang())
        written = outgoing.write()
        await ticking(worker, lambda: platform.calls)
        closing = asyncio.create_task(worker.drain(5))
        await asyncio.sleep(0.05)
        assert not closing.done()
        platform.let_go()
        await closing
        assert outgoing.row(written).state is State.SENT


class TestTwoRounds:
    @pytest.fixture
    def second(
        self, migrated_url: str, ring: KeyRing, clock: Clock, platform: FakePlatform, database: Database
    ) -> Iterator[Worker]:
        """The worker of another process: over connections of its own, to the same platform."""
        with Database(migrated_url, pool=4) as opened:
            made = Worker(opened, ring, clock)
            made.add(platform)
            yield made

    async def test_each_delivery_is_sent_once_and_no_place_is_called_twice_at_once(
        self, worker: Worker, second: Worker, platform: FakePlatform, outgoing: Outgoing
    ) -> None:
        written = [outgoing.write(f"c{n % 6}", workspace=f"w{n % 2}") for n in range(42)]
        for _ in range(20):
            await asyncio.gather(worker.tick(), second.tick())
            if len(platform.taken()) == len(written):
                break
        assert platform.taken() == dict.fromkeys(written, 1)
        assert outgoing.states() == {State.SENT: 42}
        assert platform.found == []

    async def test_the_platforms_pace_is_kept_over_both(
        self, worker: Worker, second: Worker, outgoing: Outgoing, clock: Clock
    ) -> None:
        strict = FakePlatform(
            clock,
            pace=Pace(place=timedelta(seconds=1.05), tenant=timedelta(milliseconds=25)),
            limits=Pace(place=SECOND, tenant=timedelta(milliseconds=20)),
        )
        worker.add(strict)
        second.add(strict)
        written = [outgoing.write(f"c{n % 4}") for n in range(12)]
        written += [outgoing.write(f"u{n}", direct=True) for n in range(60)]
        for _ in range(60):
            await asyncio.gather(worker.tick(), second.tick())
            later(clock, timedelta(milliseconds=100))
            if len(strict.taken()) == len(written):
                break
        assert strict.taken() == dict.fromkeys(written, 1)
        assert (strict.refused, strict.faults) == (0, [])

    async def test_without_the_pace_that_platform_refuses_and_nothing_is_lost(
        self, worker: Worker, outgoing: Outgoing, clock: Clock
    ) -> None:
        strict = FakePlatform(clock, limits=Pace(place=SECOND))
        worker.add(strict)
        written = [outgoing.write("c1") for _ in range(3)]
        await worker.tick()
        assert strict.refused
        assert TOO_FAST in {each.error for each in outgoing.rows()}
        await every(worker, clock, SECOND, 20)
        assert strict.taken() == dict.fromkeys(written, 1)

    @pytest.mark.usefixtures("impatient")
    async def test_a_late_worker_is_refused_by_the_fence(
        self, worker: Worker, second: Worker, platform: FakePlatform, outgoing: Outgoing, clock: Clock
    ) -> None:
        platform.plan(Hang(then=NotSent("too late")))
        written = outgoing.write()
        await worker.tick()
        later(clock, LEASE)
        platform.under_way.clear()  # the first worker's connection is gone, as far as the platform knows
        await ticking(second, lambda: outgoing.row(written).state is State.SENT)
        after = outgoing.row(written).model_dump()

        platform.let_go()
        await worker.drain()
        assert outgoing.row(written).model_dump() == after
        await every(worker, clock, MINUTE, 3)
        assert platform.taken() == {written: 1}

    async def test_releases_and_digests_happen_once(
        self, office: Office, clock: Clock, migrated_url: str, ring: KeyRing
    ) -> None:
        chat = FakePlatform(clock, "chat")
        policy = await office.announce()
        for person in ("asha", "ben", "dina"):
            await office.file(policy, person, f"{person} says so")
        with Database(migrated_url, pool=4) as opened:
            both = (office.worker, Worker(opened, ring, clock))
            for each in both:
                each.add(chat)
            for day in (24, 25, 26):
                for hour in (8, 9):
                    clock.move_to(datetime(2026, 11, day, hour, tzinfo=UTC))
                    for _ in range(3):
                        await asyncio.gather(*(each.tick() for each in both))
        assert len([each for each in office.rows("flags") if each["released_on"]]) == 3
        assert len(office.rows("digests")) == 1
        assert len(digests_in(chat)) == 1
        assert chat.faults == []
        assert set(chat.taken().values()) == {1}


def digests_in(chat: FakePlatform) -> list[str]:
    """The digests that stand in Priya's messages."""
    texts = [said(each.card) for each in chat.at(user_of("priya"))]
    return [each for each in texts if "You get this because" in each]


class TestCards:
    async def test_an_update_waits_until_its_card_stands_and_then_is_one(
        self, office: Office, chat: FakePlatform, clock: Clock
    ) -> None:
        chat.plan(NotSent("rate_limited", wait=30 * MINUTE), address=CHANNEL)
        policy = await office.announce()
        for person in ("asha", "ben", "cai"):
            await office.file(policy, person, promise="named")
            await every(office.worker, clock, 5 * MINUTE, 1)
        assert len([each for each in chat.calls if each.message.place.address == CHANNEL]) == 1

        await every(office.worker, clock, 5 * MINUTE, 5)
        (card,) = chat.at(CHANNEL)
        assert [each.verb for each in self._calls(chat)] == ["send", "send", "update"]
        assert "So far: 3 flags." in said(card.card)

    async def test_a_card_shows_what_is_so_when_it_is_sent(
        self, office: Office, chat: FakePlatform, clock: Clock
    ) -> None:
        policy = await office.announce()
        await office.file(policy, "asha", promise="named")
        await office.worker.tick()
        (card,) = chat.at(CHANNEL)
        assert "So far: 1 flag." in said(card.cards[0])

    async def test_an_answer_notice_stands_under_the_card_however_late_the_card_came(
        self, office: Office, chat: FakePlatform, clock: Clock
    ) -> None:
        chat.plan(*[NotSent("connection refused")] * 6, address=CHANNEL)
        policy = await office.announce()
        flag = await office.file(policy, "cai", promise="named")
        await office.answer((flag,))
        await every(office.worker, clock, 5 * MINUTE, 12)
        card, notice = chat.at(CHANNEL)
        assert notice.under == card.ref
        assert card.under is None
        assert "We start with forty councils." in said(notice.card)
        assert "1 flag asks for an answer: 1 answered." in said(card.card)

    async def test_a_card_whose_outcome_was_unknown_takes_updates_once_it_was_found(
        self, office: Office, chat: FakePlatform, clock: Clock
    ) -> None:
        chat.plan(Lost(), address=CHANNEL)
        policy = await office.announce()
        await office.worker.tick()
        await office.file(policy, "asha", promise="named")
        await every(office.worker, clock, MINUTE, 2)
        (card,) = chat.at(CHANNEL)
        assert "So far: 1 flag." in said(card.card)

    async def test_an_unconfirmed_update_is_simply_done_again(
        self, office: Office, chat: FakePlatform, clock: Clock
    ) -> None:
        policy = await office.announce()
        await office.worker.tick()
        chat.plan(Unknown("503"), Lost(), address=CHANNEL)
        await office.file(policy, "asha", promise="named")
        await every(office.worker, clock, MINUTE, 4)
        (card,) = chat.at(CHANNEL)
        assert "So far: 1 flag." in said(card.card)
        assert [each.verb for each in self._calls(chat)] == ["send", "update", "update", "update"]
        assert chat.found == []

    def _calls(self, chat: FakePlatform) -> list[Call]:
        return [each for each in chat.calls if each.message.place.address == CHANNEL]


class TestTheDigest:
    """It is sent once, whenever the process that sends it dies."""

    @pytest.fixture
    async def chat(self, office: Office, chat: FakePlatform, clock: Clock) -> AsyncIterator[FakePlatform]:
        """A platform; a flag is news to Priya, and her digest is due."""
        policy = await office.announce()
        await office.file(policy, "cai", promise="named")
        await office.worker.tick()
        clock.move_to(DIGEST_HOUR)
        yield chat
        assert len(office.rows("digests")) == 1

    @pytest.fixture
    def restarted(self, office: Office, chat: FakePlatform) -> Worker:
        """The worker of the process that comes after."""
        made = Worker(office.database, office.ring, office.clock)
        made.add(chat)
        return made

    async def _dies_in(self, office: Office, chat: FakePlatform, step: Hang) -> None:
        chat.plan(step, address=user_of("priya"))
        before = len(chat.calls)
        dying = asyncio.create_task(office.worker.tick())
        await until(lambda: len(chat.calls) > before)
        await asyncio.sleep(0.02)
        dying.cancel()
        await office.worker.drain(0)

    async def test_it_dies_before_the_digest_is_made(
        self, office: Office, chat: FakePlatform, restarted: Worker, clock: Clock
    ) -> None:
        later(clock, timedelta(hours=3))
        await restarted.tick()
        assert len(digests_in(chat)) == 1

    async def test_it_dies_between_making_and_claiming(
        self, office: Office, chat: FakePlatform, restarted: Worker, clock: Clock
    ) -> None:
        assert await office.worker.compile() == 1
        await restarted.tick()
        assert len(digests_in(chat)) == 1

    async def test_it_dies_between_claiming_and_sending(
        self, office: Office, chat: FakePlatform, restarted: Worker, clock: Clock
    ) -> None:
        await office.worker.compile()
        office.change(lambda uow: claims.claim(uow, "chat", Pace(), 10))
        await restarted.tick()
        assert digests_in(chat) == [], "the dead worker's lease has not ended"
        later(clock, LEASE)
        await restarted.tick()
        await every(restarted, clock, MINUTE, 3)
        assert len(digests_in(chat)) == 1

    async def test_it_dies_while_it_sends_and_the_platform_has_not_taken_it(
        self, office: Office, chat: FakePlatform, restarted: Worker, clock: Clock
    ) -> None:
        await self._dies_in(office, chat, Hang())
        assert digests_in(chat) == []
        await every(restarted, clock, LEASE, 3)
        assert len(digests_in(chat)) == 1

    async def test_it_dies_between_sending_and_writing_that_down(
        self, office: Office, chat: FakePlatform, restarted: Worker, clock: Clock
    ) -> None:
        await self._dies_in(office, chat, Hang(taken=True))
        assert len(digests_in(chat)) == 1
        await every(restarted, clock, LEASE, 3)
        assert len(digests_in(chat)) == 1
        assert State.SENT in {each["state"] for each in office.rows("deliveries") if each["screen"] == "digest"}

    async def test_it_dies_so_and_the_platform_cannot_tell_until_a_client_shows_it(
        self, office: Office, chat: FakePlatform, restarted: Worker, clock: Clock
    ) -> None:
        chat.tells = False
        await self._dies_in(office, chat, Hang(taken=True))
        await every(restarted, clock, LEASE, 5)
        row = digest_of(office)
        assert row["state"] is State.UNKNOWN
        assert await office.dispatcher.seen(row["id"], "seen-1", 1) is None
        await every(restarted, clock, timedelta(hours=1), 30)
        row = digest_of(office)
        assert (row["state"], row["ref"]) == (State.SENT, "seen-1")
        assert len(digests_in(chat)) == 1

    @pytest.mark.parametrize("step", [Hang(), Hang(taken=True)], ids=["not taken", "taken"])
    async def test_it_dies_so_and_no_client_shows_it_until_it_was_sent_once_more_after_half_an_hour(
        self, office: Office, chat: FakePlatform, restarted: Worker, clock: Clock, step: Hang
    ) -> None:
        chat.tells = False
        await self._dies_in(office, chat, step)
        first = [each.ref for each in chat.at(user_of("priya")) if "You get this because" in said(each.card)]
        await every(restarted, clock, 5 * MINUTE, 5)
        assert len(digests_in(chat)) == len(first), "a client may still show the first one"
        await every(restarted, clock, 5 * MINUTE, 3)
        assert len(digests_in(chat)) == len(first) + 1
        row = digest_of(office)
        assert (row["state"], row["attempts"]) == (State.SENT, 2)

        for ref in first:
            replaced = await office.dispatcher.seen(row["id"], ref, 1)
            assert replaced is not None
            assert "Use the newer one" in said(replaced)
        assert await office.dispatcher.seen(row["id"], row["ref"], 2) is None
        await restarted.tick()
        assert len(digests_in(chat)) == 1
        assert [each.ref for each in chat.at(user_of("priya")) if each.delivery == row["id"]] == [row["ref"]]


def digest_of(office: Office) -> dict[str, Any]:
    """The delivery of the one digest."""
    (row,) = (each for each in office.rows("deliveries") if each["screen"] == "digest")
    return row


class Unreliable(Database):
    """A database that can be made unreachable: for now, or after each claim until its card was to be rendered."""

    down = False
    fails_after_claims = False
    _failing = 0

    async def write(self, work: Callable[[Session], Found]) -> Found:
        self._check()
        done = await super().write(work)
        if self.fails_after_claims and isinstance(done, list) and done and isinstance(done[0], claims.Claimed):
            self._failing = 3  # rendering together, asking whether more is due, and rendering alone
        return done

    async def read(self, work: Callable[[Session], Found]) -> Found:
        self._check()
        return await super().read(work)

    def _check(self) -> None:
        failing, self._failing = self._failing, max(0, self._failing - 1)
        if self.down or failing:
            raise DatabaseUnavailable("The database cannot be reached.")


class TestDatabaseOutOfReach:
    @pytest.fixture
    def database(self, migrated_url: str) -> Iterator[Unreliable]:
        with Unreliable(migrated_url, pool=4) as opened:
            yield opened

    async def test_schedules_are_planned_at_start_once_it_is_back(
        self, worker: Worker, database: Unreliable, outgoing: Outgoing
    ) -> None:
        outgoing.uow(releases.plan)  # with a release planned, only the start of a process plans schedules
        database.down = True
        await worker.tick()
        database.down = False
        assert outgoing.uow(digest_schedules.outdated)
        await worker.tick()
        assert not outgoing.uow(digest_schedules.outdated)

    async def test_the_worker_survives_it_and_the_next_tick_goes_on(
        self,
        worker: Worker,
        database: Unreliable,
        platform: FakePlatform,
        outgoing: Outgoing,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        written = outgoing.write()
        database.down = True
        await worker.tick()
        assert [each.getMessage() for each in caplog.records if each.name == "bot.worker.worker"] == [
            "the worker will try again: The database cannot be reached."
        ]
        database.down = False
        await worker.tick()
        assert platform.taken() == {written: 1}

    async def test_a_server_that_is_not_there_is_survived(
        self, ring: KeyRing, clock: Clock, unused_tcp_port: int, caplog: pytest.LogCaptureFixture
    ) -> None:
        with Database(f"postgresql://nobody@127.0.0.1:{unused_tcp_port}/none", pool=1) as nowhere:
            await Worker(nowhere, ring, clock).tick()
        assert f"The database cannot be used: PostgreSQL at 127.0.0.1:{unused_tcp_port}/none" in caplog.text

    @pytest.mark.parametrize("state", [State.WAITING, State.UNKNOWN])
    async def test_what_could_not_be_read_is_put_back_as_it_was(
        self,
        worker: Worker,
        database: Unreliable,
        platform: FakePlatform,
        outgoing: Outgoing,
        clock: Clock,
        state: State,
    ) -> None:
        attempts = 0 if state is State.WAITING else 1
        written = outgoing.write(state=state, attempts=attempts)
        database.fails_after_claims = True
        for n in range(1, 2 * MOST_ATTEMPTS):
            await every(worker, clock, MINUTE, 1)
            await until(lambda: outgoing.row(written).state is not State.SENDING)
            row = outgoing.row(written)
            assert (row.state, row.attempts, row.fence) == (state, attempts, n)
        assert (platform.calls, platform.found) == ([], [])

        database.fails_after_claims = False
        await every(worker, clock, MINUTE, 1)
        assert platform.taken() == {written: 1}
        assert len(platform.found) == attempts

    async def _goes_down_while_it_is_sent(
        self, worker: Worker, database: Unreliable, platform: FakePlatform
    ) -> Awaitable[None]:
        platform.plan(Hang())
        ticking = asyncio.create_task(worker.tick())
        await until(lambda: platform.calls)
        database.down = True
        platform.let_go()
        await until(lambda: platform.messages)
        return ticking

    async def test_what_was_sent_meanwhile_is_written_down_when_it_is_back(
        self,
        worker: Worker,
        database: Unreliable,
        platform: FakePlatform,
        outgoing: Outgoing,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(settlement, "SETTLE_PAUSES", (0.05,) * 100)
        written = outgoing.write()
        ticking = await self._goes_down_while_it_is_sent(worker, database, platform)
        await asyncio.sleep(0.1)
        database.down = False
        await ticking
        assert outgoing.row(written).state is State.SENT
        assert platform.found == []

    async def test_else_it_is_found_when_its_lease_has_ended(
        self,
        worker: Worker,
        database: Unreliable,
        platform: FakePlatform,
        outgoing: Outgoing,
        clock: Clock,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(settlement, "SETTLE_PAUSES", ())
        written = outgoing.write()
        await (await self._goes_down_while_it_is_sent(worker, database, platform))
        database.down = False
        assert outgoing.row(written).state is State.SENDING
        await every(worker, clock, LEASE, 2)
        assert outgoing.row(written).state is State.SENT
        assert platform.taken() == {written: 1}
        assert platform.found == [written]


class TestOneFault:
    """One thing that is broken does not stop the worker for all others."""

    async def test_a_schedule_that_cannot_be_read_stops_no_other_digest(
        self, office: Office, clock: Clock, caplog: pytest.LogCaptureFixture
    ) -> None:
        chat = FakePlatform(clock, "chat")
        office.worker.add(chat)
        ours = await office.announce()
        theirs = await office.announce("Blue badges", owner=email_of("omar"))
        for policy in (ours, theirs):
            await office.file(policy, "cai", promise="named")
        with office.database.writing() as session:
            for schedule in office.rows("schedules"):
                if schedule["person_id"] == office.person("omar"):
                    table = "schedules"
                    session.connection().exec_driver_sql(
                        f"UPDATE {table} SET cron = '{TYPED}' WHERE zone IS NOT NULL AND person_id = "
                        + _literal(session, schedule["person_id"])
                    )
        clock.move_to(DIGEST_HOUR)
        await office.worker.tick()
        assert len(digests_in(chat)) == 1
        assert {each["owner_id"] for each in office.rows("digests")} == {office.person("priya"), office.person("omar")}
        assert "has a zone, calendar or cron expression that is not known here" in caplog.text
        assert TYPED not in caplog.text

    async def test_terms_that_cannot_be_read_stop_no_message(
        self, office: Office, clock: Clock, caplog: pytest.LogCaptureFixture
    ) -> None:
        chat = FakePlatform(clock, "chat")
        office.worker.add(chat)
        await office.announce()
        office.organise(calendar=TYPED, next_release_at=clock.now)
        await office.worker.tick()
        assert len(chat.at(CHANNEL)) == 1
        assert "working calendar is not known here: GB-ENG is used" in caplog.text
        assert TYPED not in caplog.text


def _literal(session: Session, row_id: UUID) -> str:
    sqlite = session.get_bind().dialect.name == "sqlite"
    return f"'{row_id.hex if sqlite else row_id}'"


def _in_the_files(office: Office, hashes: list[bytes]) -> int:
    """How many of these can be read in the bytes of a SQLite database and its log."""
    if office.database.name != "sqlite":
        return 0
    file = office.database.file
    held = b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
    return sum(each in held for each in hashes)


class TestTheClock:
    async def test_it_ticks(self, worker: Worker, platform: FakePlatform, outgoing: Outgoing) -> None:
        clock = start(worker, every=timedelta(milliseconds=20))
        try:
            first = outgoing.write("c1")
            await until(lambda: platform.taken() == {first: 1})
            second = outgoing.write("c1")
            await until(lambda: platform.taken() == {first: 1, second: 1})
        finally:
            clock.shutdown(wait=False)

    async def test_a_slow_tick_is_not_run_twice_at_once_and_a_blocked_loop_loses_no_later_one(
        self, sqlite_url: str, ring: KeyRing, clock: Clock
    ) -> None:
        class Slow(Worker):
            running = most = ended = 0

            async def prepare(self) -> bool:
                self.running += 1
                self.most = max(self.most, self.running)
                await asyncio.sleep(0.05)
                self.running -= 1
                self.ended += 1
                return True

        slow = Slow(Database(sqlite_url), ring, clock)
        scheduler = start(slow, every=timedelta(milliseconds=10))
        missed: list[object] = []
        scheduler.add_listener(missed.append, EVENT_JOB_MISSED)
        try:
            await until(lambda: slow.ended >= 3)
            # A loop that is blocked for longer than APScheduler's default grace of a second.
            time.sleep(1.2)  # noqa: ASYNC251
            before = slow.ended
            await until(lambda: slow.ended >= before + 3)
        finally:
            scheduler.shutdown(wait=False)
        assert slow.most == 1
        assert missed == []

    async def test_two_ticks_that_are_asked_for_at_once_follow_each_other(
        self, worker: Worker, platform: FakePlatform, outgoing: Outgoing
    ) -> None:
        written = [outgoing.write("c1") for _ in range(5)]
        await asyncio.gather(*(worker.tick() for _ in range(4)))
        assert platform.taken() == dict.fromkeys(written, 1)

    async def test_an_idle_tick_writes_and_locks_nothing(self, office: Office, clock: Clock) -> None:
        policy = await office.announce()
        await office.file(policy, "asha")
        await office.worker.tick()
        await office.worker.tick()
        before = office.everything()
        with statements() as seen:
            await office.worker.tick()
        assert queries(seen)
        assert [each for each in queries(seen) if not each.startswith("SELECT")] == []
        assert [each for each in seen if "FOR UPDATE" in each] == []
        assert office.everything() == before

    async def test_it_keeps_to_the_threads_of_the_database_and_leaves_nothing_that_was_released_in_the_log(
        self, office: Office, clock: Clock
    ) -> None:
        class Refusing(ThreadPoolExecutor):
            def submit(self, *_: Any, **__: Any) -> Any:
                raise AssertionError("the loop's own threads are needed to look up addresses")

        asyncio.get_running_loop().set_default_executor(Refusing(1))
        policy = await office.announce()
        await office.worker.tick()
        for person in ("asha", "ben", "dina"):
            await office.file(policy, person, f"{person} says so")
        tags = [each["tag"] for each in office.rows("boxes")]
        assert len(tags) == 3
        assert _in_the_files(office, tags) == (len(tags) if office.database.name == "sqlite" else 0)
        clock.move_to(DIGEST_HOUR)
        assert await office.worker.release() == 3
        assert _in_the_files(office, tags) == 0

    async def test_what_waits_for_a_card_or_a_lease_is_no_reason_to_wake_up_before(
        self, worker: Worker, platform: FakePlatform, outgoing: Outgoing, clock: Clock
    ) -> None:
        assert await worker.next_digest() is None
        platform.plan(Unknown("503"))
        outgoing.write()
        assert await worker.next_due() == clock.now
        await worker.tick()
        due = await worker.next_due()
        assert due is not None
        assert clock.now < due <= clock.now + 2 * SECOND
