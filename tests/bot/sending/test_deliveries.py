"""Deliveries by their rules alone: what is claimed and by whom, and where each outcome leads."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from secrets import token_bytes
from uuid import UUID

import pytest
from sqlmodel import select

from bot.interface.ports import Absent, CannotTell, Finding, Found, Never, NotSent, Outcome, Pace, Sent, Unknown
from bot.outbox import claims, deliveries, outcomes
from bot.outbox.claims import BURST, LEASE, Claimed
from bot.outbox.outcomes import LONGEST_WAIT_SECONDS, MOST_ATTEMPTS, TRIED_FOR, AttemptOutcome, PutBack, back_off
from bot.policies import policies
from bot.sending import unconfirmed
from bot.unit_of_work import sealed_accounts
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Channel, Database, Delivery, Person, Posting, State, Verb
from storage import deliveries as stored
from storage import postings as stored_postings
from storage.accounts_key import SECRET_BYTES, AccountName, SealedAccount, author_id
from storage.keys import KeyRing
from tests.bot.conftest import Clock
from tests.bot.outgoing import Outgoing

SECOND = timedelta(seconds=1)
SLOW = Pace(place=timedelta(seconds=1.05), tenant=timedelta(milliseconds=25))
ENDED = Sent("1700000000.000100")


@pytest.fixture
def outgoing(database: Database, ring: KeyRing, clock: Clock) -> Outgoing:
    return Outgoing(database, ring, clock)


class Worker:
    """One process that claims and settles, with its own connections to the database."""

    def __init__(self, outgoing: Outgoing, pace: Pace = SLOW, platform: str = "web") -> None:
        self.outgoing = outgoing
        self.pace = pace
        self.platform = platform

    def claims(self, limit: int = 32) -> list[Claimed]:
        return self.outgoing.uow(lambda uow: claims.claim(uow, self.platform, self.pace, limit))

    def claim(self) -> Claimed:
        (claimed,) = self.claims()
        return claimed

    def settles(self, claimed: Claimed, outcome: AttemptOutcome) -> bool:
        return self.outgoing.uow(lambda uow: outcomes.settle(uow, claimed, outcome, self.pace))

    def looks_up(self, claimed: Claimed, finding: Finding) -> bool:
        return self.outgoing.uow(lambda uow: unconfirmed.act_on_finding(uow, claimed, finding, self.pace))

    def sees(self) -> bool:
        return self.outgoing.uow(lambda uow: claims.any_due(uow, self.platform, self.pace))


@pytest.fixture
def worker(outgoing: Outgoing) -> Worker:
    return Worker(outgoing)


def later(clock: Clock, by: timedelta) -> None:
    clock.move_to(clock.now + by)


class TestClaiming:
    def test_a_claim_holds_the_delivery_and_its_place_for_the_lease(
        self, outgoing: Outgoing, worker: Worker, clock: Clock
    ) -> None:
        written = outgoing.write("c1")
        claimed = worker.claim()
        row = outgoing.row(written)

        assert (claimed.row.id, claimed.fence, claimed.until, claimed.unconfirmed) == (
            written,
            1,
            clock.now + LEASE,
            False,
        )
        assert (row.state, row.due_at, row.fence, row.attempts) == (State.SENDING, clock.now + LEASE, 1, 1)
        assert outgoing.throttle("web/w1/c1") == clock.now + LEASE

    def test_what_is_not_due_or_done_or_another_platforms_is_left(
        self, outgoing: Outgoing, worker: Worker, clock: Clock
    ) -> None:
        outgoing.write("early", due_at=clock.now + SECOND)
        outgoing.write("done", state=State.SENT, due_at=None)
        outgoing.write("elsewhere", platform="slack")
        assert not worker.sees()
        assert worker.claims() == []

        later(clock, SECOND)
        assert worker.sees()
        assert worker.claim().row.address == "early"

    def test_one_place_has_one_attempt_in_flight_the_oldest_first(
        self, outgoing: Outgoing, worker: Worker, clock: Clock
    ) -> None:
        first = outgoing.write("c1")
        later(clock, SECOND)
        second, other = outgoing.write("c1"), outgoing.write("c2")
        assert {each.row.id for each in worker.claims()} == {first, other}
        assert worker.claims() == []
        assert not worker.sees()
        assert outgoing.row(second).state is State.WAITING

    def test_no_more_are_claimed_than_asked_for(self, outgoing: Outgoing) -> None:
        for n in range(9):
            outgoing.write(f"c{n}")
        assert len(Worker(outgoing, Pace()).claims(limit=4)) == 4

    def test_looking_whether_anything_is_due_takes_nothing(self, outgoing: Outgoing, worker: Worker) -> None:
        written = outgoing.write()
        assert worker.sees()
        row = outgoing.row(written)
        assert (row.state, row.fence, row.attempts) == (State.WAITING, 0, 0)
        assert outgoing.throttle("web/w1/c1") is None

    def test_hundreds_to_one_place_hide_no_other_place(self, outgoing: Outgoing, worker: Worker, clock: Clock) -> None:
        with outgoing.database.writing() as session:
            session.add_all(_copies(outgoing, 300, "busy"))
        later(clock, SECOND)
        quiet = outgoing.write("quiet")
        assert worker.claim().row.address == "busy"
        assert worker.claim().row.id == quiet
        assert worker.claims() == []

    def test_hundreds_to_one_tenant_hide_no_other_tenant(
        self, outgoing: Outgoing, worker: Worker, clock: Clock
    ) -> None:
        with outgoing.database.writing() as session:
            for n in range(100):
                session.add_all(_copies(outgoing, 1, f"u{n}"))
        later(clock, SECOND)
        quiet = outgoing.write("quiet", workspace="w2")
        assert len(worker.claims()) == BURST
        assert worker.claim().row.id == quiet


def _copies(outgoing: Outgoing, number: int, address: str) -> list[Delivery]:
    pattern = Delivery(
        key="",
        verb=Verb.SEND,
        platform="web",
        workspace="w1",
        address=address,
        direct=False,
        screen=policies.CARD,
        subject=str(outgoing.policy),
        state=State.WAITING,
        due_at=outgoing.clock(),
        made_at=outgoing.clock(),
    )
    return [Delivery(**{**pattern.model_dump(exclude={"id"}), "key": f"{address}-{n}"}) for n in range(number)]


class TestPace:
    def test_a_place_takes_the_next_message_only_after_its_pace(
        self, outgoing: Outgoing, worker: Worker, clock: Clock
    ) -> None:
        outgoing.write("c1")
        claimed = worker.claim()
        later(clock, timedelta(seconds=20))
        worker.settles(claimed, ENDED)
        outgoing.write("c1")
        later(clock, SLOW.place - timedelta(milliseconds=1))
        assert worker.claims() == []
        later(clock, timedelta(milliseconds=1))
        assert len(worker.claims()) == 1

    def test_a_tenant_takes_a_burst_and_then_one_an_interval(
        self, outgoing: Outgoing, worker: Worker, clock: Clock
    ) -> None:
        for n in range(2 * BURST):
            outgoing.write(f"u{n}")
        start = clock.now
        claimed = [start] * len(worker.claims())
        while clock.now < start + SECOND:
            later(clock, timedelta(milliseconds=5))
            claimed += [clock.now] * len(worker.claims())
        assert claimed[:BURST] == [start] * BURST
        steps = {after - before for before, after in zip(claimed[BURST:], claimed[BURST + 1 :], strict=False)}
        assert len(claimed) == 2 * BURST
        assert steps == {SLOW.tenant}

    def test_two_workspaces_have_each_their_own_pace(self, outgoing: Outgoing, worker: Worker) -> None:
        for n in range(BURST + 5):
            outgoing.write(f"u{n}", workspace="w1")
            outgoing.write(f"u{n}", workspace="w2")
        assert len(worker.claims(limit=100)) == 2 * BURST


class TestTwoWorkers:
    def test_a_delivery_whose_lease_has_ended_is_taken_over_and_counted_as_unsure(
        self, outgoing: Outgoing, worker: Worker, clock: Clock
    ) -> None:
        written = outgoing.write()
        first = worker.claim()
        later(clock, LEASE - SECOND)
        assert worker.claims() == []
        later(clock, SECOND)
        second = worker.claim()
        assert (second.row.id, second.fence, second.unconfirmed) == (written, first.fence + 1, True)
        # Until it was looked up, it is not known whether there will be another attempt.
        assert outgoing.row(written).attempts == 1

    @pytest.mark.parametrize("outcome", [Sent("late"), NotSent("late"), Never("late"), Unknown("late")])
    def test_a_late_worker_writes_nothing(
        self, outgoing: Outgoing, worker: Worker, clock: Clock, outcome: Outcome
    ) -> None:
        written = outgoing.write()
        late = worker.claim()
        later(clock, LEASE)
        newer = worker.claim()
        before, throttle = outgoing.row(written).model_dump(), outgoing.throttle("web/w1/c1")

        assert not worker.settles(late, outcome)
        assert outgoing.row(written).model_dump() == before
        assert outgoing.throttle("web/w1/c1") == throttle

        assert worker.settles(newer, ENDED)
        after = outgoing.row(written).model_dump()
        assert not worker.settles(late, outcome)
        assert outgoing.row(written).model_dump() == after

    @pytest.mark.parametrize("finding", [Found("late"), Absent(), CannotTell()])
    def test_a_late_worker_that_looked_it_up_neither_writes_nor_sends(
        self, outgoing: Outgoing, worker: Worker, clock: Clock, finding: Finding
    ) -> None:
        written = outgoing.write(state=State.UNKNOWN, attempts=1)
        late = worker.claim()
        later(clock, LEASE)
        worker.claim()
        before = outgoing.row(written).model_dump()
        assert not worker.looks_up(late, finding)
        assert outgoing.row(written).model_dump() == before

    def test_an_outcome_is_written_once(self, outgoing: Outgoing, worker: Worker) -> None:
        outgoing.write()
        claimed = worker.claim()
        assert worker.settles(claimed, ENDED)
        assert not worker.settles(claimed, NotSent("again"))

    def test_workers_that_claim_at_the_same_time_share_what_is_due_and_no_place(
        self, outgoing: Outgoing, migrated_url: str
    ) -> None:
        # All throttles are new and all workspaces are met at once: what two processes would both make.
        for n in range(60):
            outgoing.write(f"c{n % 20}", workspace=f"w{n % 3}")
        worker = 4
        barrier = threading.Barrier(worker)

        def claim_all(_: int) -> list[Claimed]:
            claimed: list[Claimed] = []
            with Database(migrated_url, pool=1) as database:
                barrier.wait(20)
                for _again in range(6):
                    claimed += outgoing.uow(lambda uow: claims.claim(uow, "web", Pace(), 7), database)
            return claimed

        with ThreadPoolExecutor(worker) as threads:
            claimed = [each for found in threads.map(claim_all, range(worker)) for each in found]
        places = {(each.row.workspace, each.row.address) for each in claimed}
        assert len({each.row.id for each in claimed}) == len(claimed)
        assert len(places) == len(claimed) == 60


class TestOutcomes:
    def test_sent_is_done_and_keeps_the_ref(self, outgoing: Outgoing, worker: Worker, clock: Clock) -> None:
        written = outgoing.write()
        claimed = worker.claim()
        later(clock, SECOND)
        assert worker.settles(claimed, ENDED)
        row = outgoing.row(written)
        assert (row.state, row.ref, row.due_at, row.done_at) == (State.SENT, ENDED.ref, None, clock.now)
        assert outgoing.throttle("web/w1/c1") == clock.now + SLOW.place
        later(clock, LEASE)
        assert worker.claims() == []

    def test_not_sent_waits_as_long_as_the_platform_says_and_so_does_its_place(
        self, outgoing: Outgoing, worker: Worker, clock: Clock
    ) -> None:
        written = outgoing.write()
        worker.settles(worker.claim(), NotSent("rate_limited", wait=timedelta(seconds=37)))
        outgoing.write()
        row = outgoing.row(written)
        assert (row.state, row.error) == (State.WAITING, "rate_limited")
        assert row.due_at == clock.now + timedelta(seconds=37)
        later(clock, timedelta(seconds=36.9))
        assert worker.claims() == []
        later(clock, timedelta(seconds=0.1))
        assert not worker.claim().unconfirmed

    @pytest.mark.parametrize("wait", [None, timedelta(0)])
    def test_not_sent_backs_off_further_each_time_then_is_dead_and_kept(
        self, outgoing: Outgoing, worker: Worker, clock: Clock, wait: timedelta | None
    ) -> None:
        written = outgoing.write(made_at=clock.now - TRIED_FOR)
        for n in range(1, MOST_ATTEMPTS):
            worker.settles(worker.claim(), NotSent("refused", wait=wait))
            row = outgoing.row(written)
            assert (row.state, row.attempts) == (State.WAITING, n)
            assert row.due_at is not None
            assert 2**n / 2 * SECOND <= row.due_at - clock.now <= 2**n * SECOND
            clock.move_to(max(row.due_at, clock.now + SLOW.place))
        worker.settles(worker.claim(), NotSent("refused"))
        self._is_dead(outgoing, worker, written, clock, "refused")

    def test_a_platform_that_is_away_for_hours_costs_nothing(
        self, outgoing: Outgoing, worker: Worker, clock: Clock
    ) -> None:
        made, written = clock.now, outgoing.write()
        attempts = 0
        while clock.now < made + TRIED_FOR - timedelta(hours=1):
            worker.settles(worker.claim(), NotSent("refused"))
            attempts += 1
            row = outgoing.row(written)
            assert row.state is State.WAITING
            assert row.due_at is not None
            clock.move_to(max(row.due_at, clock.now + SLOW.place))
        assert MOST_ATTEMPTS < attempts < 250
        worker.settles(worker.claim(), Sent("ref-1"))
        assert outgoing.row(written).state is State.SENT

    def test_never_is_dead_at_once_and_kept(self, outgoing: Outgoing, worker: Worker, clock: Clock) -> None:
        written = outgoing.write()
        worker.settles(worker.claim(), Never("channel_not_found"))
        self._is_dead(outgoing, worker, written, clock, "channel_not_found")

    def _is_dead(self, outgoing: Outgoing, worker: Worker, written: UUID, clock: Clock, error: str) -> None:
        row = outgoing.row(written)
        assert (row.state, row.due_at, row.done_at, row.error) == (State.DEAD, None, clock.now, error)
        later(clock, timedelta(days=30))
        assert worker.claims() == []
        with outgoing.database.reading() as session:
            assert [each.id for each in stored.unsettled(session, [State.DEAD])] == [written]

    def test_unknown_is_asked_for_before_anything_else(self, outgoing: Outgoing, worker: Worker, clock: Clock) -> None:
        written = outgoing.write()
        worker.settles(worker.claim(), Unknown("timed out"))
        row = outgoing.row(written)
        assert (row.state, row.error) == (State.UNKNOWN, "timed out")
        assert row.due_at is not None
        assert SECOND <= row.due_at - clock.now <= 2 * SECOND
        clock.move_to(max(row.due_at, clock.now + SLOW.place))
        assert worker.claim().unconfirmed

    @pytest.mark.parametrize("verb", [Verb.UPDATE, Verb.WITHDRAW])
    def test_an_unconfirmed_update_is_done_again_and_dead_in_the_end(
        self, outgoing: Outgoing, worker: Worker, clock: Clock, verb: Verb
    ) -> None:
        written = outgoing.write(verb=verb, made_at=clock.now - TRIED_FOR)
        for n in range(1, MOST_ATTEMPTS):
            claimed = worker.claim()
            assert not claimed.unconfirmed
            worker.settles(claimed, Unknown("503"))
            row = outgoing.row(written)
            assert (row.state, row.attempts) == (State.UNKNOWN, n)
            assert row.due_at is not None
            assert row.due_at - clock.now >= 2**n / 2 * SECOND
            clock.move_to(max(row.due_at, clock.now + SLOW.place))
        worker.settles(worker.claim(), Unknown("503"))
        self._is_dead(outgoing, worker, written, clock, "503")

    @pytest.mark.parametrize("attempts", [1, 2, 5, 9, 10, 11, 40, 100_000])
    def test_back_off_is_half_to_all_of_two_to_the_number_of_attempts_and_at_most_a_quarter_of_an_hour(
        self, attempts: int
    ) -> None:
        most = min(LONGEST_WAIT_SECONDS, 2 ** min(attempts, 30)) * SECOND
        waits = [back_off(attempts) for _ in range(200)]
        assert most / 2 <= min(waits) <= max(waits) <= most
        assert max(waits) - min(waits) > most / 4


class TestLookingUp:
    @pytest.fixture
    def may_have_arrived(self, outgoing: Outgoing, worker: Worker, clock: Clock) -> Claimed:
        outgoing.write(state=State.UNKNOWN, attempts=1, error="timed out", made_at=clock.now - TRIED_FOR)
        return worker.claim()

    def test_found_is_sent(self, outgoing: Outgoing, worker: Worker, may_have_arrived: Claimed) -> None:
        assert not worker.looks_up(may_have_arrived, Found("ref-1"))
        row = outgoing.row(may_have_arrived.row.id)
        assert (row.state, row.ref, row.due_at, row.error) == (State.SENT, "ref-1", None, None)

    def test_absent_is_one_more_attempt(self, outgoing: Outgoing, worker: Worker, may_have_arrived: Claimed) -> None:
        assert worker.looks_up(may_have_arrived, Absent())
        row = outgoing.row(may_have_arrived.row.id)
        assert (row.state, row.attempts, row.fence) == (State.SENDING, 2, may_have_arrived.fence)

    def test_absent_after_the_last_attempt_is_dead(
        self, outgoing: Outgoing, worker: Worker, may_have_arrived: Claimed
    ) -> None:
        outgoing.change(may_have_arrived.row.id, attempts=MOST_ATTEMPTS)
        assert not worker.looks_up(may_have_arrived, Absent())
        row = outgoing.row(may_have_arrived.row.id)
        assert (row.state, row.due_at, row.error) == (State.DEAD, None, "timed out")

    def test_cannot_tell_stays_unknown_is_asked_again_later_and_holds_up_nobody_else(
        self, outgoing: Outgoing, worker: Worker, clock: Clock, may_have_arrived: Claimed
    ) -> None:
        other = outgoing.write()
        assert not worker.looks_up(may_have_arrived, CannotTell())
        row = outgoing.row(may_have_arrived.row.id)
        assert (row.state, row.attempts, row.due_at) == (State.UNKNOWN, 1, clock.now + unconfirmed.WAIT)
        assert worker.claim().row.id == other

    def test_unknown_again_after_absent_backs_off_further(
        self, outgoing: Outgoing, worker: Worker, clock: Clock, may_have_arrived: Claimed
    ) -> None:
        for n in range(2, MOST_ATTEMPTS + 1):
            assert worker.looks_up(may_have_arrived, Absent())
            worker.settles(may_have_arrived, Unknown("503"))
            row = outgoing.row(may_have_arrived.row.id)
            assert (row.state, row.attempts) == (State.UNKNOWN, n)
            assert row.due_at is not None
            assert row.due_at - clock.now >= 2**n / 2 * SECOND
            clock.move_to(max(row.due_at, clock.now + SLOW.place))
            may_have_arrived = worker.claim()
        assert not worker.looks_up(may_have_arrived, Absent())
        assert outgoing.row(may_have_arrived.row.id).state is State.DEAD


class TestSeen:
    def see(self, outgoing: Outgoing, delivery_id: UUID) -> Delivery:
        outgoing.uow(lambda uow: unconfirmed.seen(uow, delivery_id, "seen-1", 1))
        return outgoing.row(delivery_id)

    def test_an_unknown_delivery_that_a_client_shows_has_arrived(self, outgoing: Outgoing, worker: Worker) -> None:
        written = outgoing.write(state=State.UNKNOWN, attempts=1, error="timed out")
        row = self.see(outgoing, written)
        assert (row.state, row.ref, row.due_at, row.error) == (State.SENT, "seen-1", None, None)
        assert worker.claims() == []

    def test_so_has_one_whose_worker_died(self, outgoing: Outgoing, worker: Worker, clock: Clock) -> None:
        written = outgoing.write()
        claimed = worker.claim()
        later(clock, LEASE)
        assert self.see(outgoing, written).state is State.SENT
        assert not worker.settles(claimed, NotSent("late"))

    def test_one_that_is_being_sent_is_settled_by_its_worker(self, outgoing: Outgoing, worker: Worker) -> None:
        written = outgoing.write()
        claimed = worker.claim()
        assert self.see(outgoing, written).state is State.SENDING
        assert worker.settles(claimed, ENDED)
        assert outgoing.row(written).ref == ENDED.ref

    @pytest.mark.parametrize(
        ("state", "ref", "due"),
        [
            (State.WAITING, None, True),
            (State.SENT, "ref-1", False),
            (State.DEAD, None, False),
            (State.SUPERSEDED, None, False),
        ],
    )
    def test_any_other_is_left_as_it_is(
        self, outgoing: Outgoing, clock: Clock, state: State, ref: str | None, due: bool
    ) -> None:
        written = outgoing.write(state=state, ref=ref, due_at=clock.now if due else None)
        before = outgoing.row(written).model_dump()
        assert self.see(outgoing, written).model_dump() == before

    def test_one_that_was_never_made_is_nothing(self, outgoing: Outgoing) -> None:
        before = len(outgoing.rows())
        outgoing.uow(lambda uow: unconfirmed.seen(uow, UUID(int=1), "seen-1", 1))
        assert len(outgoing.rows()) == before


class TestCards:
    @pytest.fixture
    def posting(self, outgoing: Outgoing) -> UUID:
        """A policy's card on its way into the channel c1."""

        def work(uow: UnitOfWork) -> UUID:
            channel = Channel(platform="web", workspace="w1", address="c1", name="one")
            posting = Posting(policy_id=outgoing.policy, channel_id=channel.id)
            uow.session.add(channel)
            uow.session.flush()
            uow.session.add(posting)
            uow.session.flush()
            deliveries.post(uow, posting, channel, policies.CARD)
            return posting.id

        return outgoing.uow(work)

    def refresh(self, outgoing: Outgoing) -> None:
        outgoing.uow(lambda uow: deliveries.refresh(uow, outgoing.policy, policies.CARD))

    def ref(self, outgoing: Outgoing, posting: UUID) -> str | None:
        with outgoing.database.reading() as session:
            found = stored_postings.posting(session, posting)
            assert found is not None
            return found.ref

    def test_a_card_that_was_sent_stands_with_its_ref(self, outgoing: Outgoing, worker: Worker, posting: UUID) -> None:
        worker.settles(worker.claim(), ENDED)
        assert self.ref(outgoing, posting) == ENDED.ref

    def test_so_does_one_that_was_found(self, outgoing: Outgoing, worker: Worker, clock: Clock, posting: UUID) -> None:
        worker.claim()
        later(clock, LEASE)
        worker.looks_up(worker.claim(), Found("found-1"))
        assert self.ref(outgoing, posting) == "found-1"

    def test_so_does_one_that_a_client_shows(
        self, outgoing: Outgoing, worker: Worker, clock: Clock, posting: UUID
    ) -> None:
        card = worker.claim()
        worker.settles(card, Unknown("timed out"))
        outgoing.uow(lambda uow: unconfirmed.seen(uow, card.row.id, "seen-1", 1))
        assert self.ref(outgoing, posting) == "seen-1"

    def test_a_late_worker_puts_no_card_anywhere(
        self, outgoing: Outgoing, worker: Worker, clock: Clock, posting: UUID
    ) -> None:
        late = worker.claim()
        later(clock, LEASE)
        worker.claim()
        worker.settles(late, ENDED)
        assert self.ref(outgoing, posting) is None

    def test_what_goes_to_a_card_waits_for_it_without_spending_an_attempt(
        self, outgoing: Outgoing, worker: Worker, clock: Clock, posting: UUID
    ) -> None:
        worker.settles(worker.claim(), Unknown("timed out"))
        later(clock, 2 * SECOND)
        # The place takes messages again, but whether the card stands cannot be told for half an hour.
        worker.looks_up(worker.claim(), CannotTell())
        self.refresh(outgoing)
        outgoing.uow(lambda uow: deliveries.tell_channels(uow, outgoing.policy, "answer-notice", str(UUID(int=5))))
        later(clock, unconfirmed.WAIT - timedelta(minutes=1) - 2 * SECOND)
        assert not worker.sees()
        assert worker.claims() == []
        assert self._earliest(outgoing) == clock.now + timedelta(minutes=1)

        later(clock, timedelta(minutes=1))
        worker.looks_up(worker.claim(), Found(ENDED.ref))
        later(clock, SLOW.place)
        following = worker.claim()
        assert (following.row.posting_id, following.row.attempts) == (posting, 1)

    def _earliest(self, outgoing: Outgoing) -> datetime | None:
        with outgoing.database.reading() as session:
            return stored.earliest(session)

    def test_a_newer_update_takes_the_place_of_one_that_nobody_has_begun(
        self, outgoing: Outgoing, worker: Worker, clock: Clock, posting: UUID
    ) -> None:
        worker.settles(worker.claim(), ENDED)
        for _ in range(5):
            self.refresh(outgoing)
        updates = outgoing.rows(verb=Verb.UPDATE)
        assert [each.state for each in updates].count(State.SUPERSEDED) == 4
        (waiting,) = (each for each in updates if each.state is State.WAITING)
        later(clock, SLOW.place)
        assert worker.claim().row.id == waiting.id

    def test_an_update_in_flight_is_not_taken_back_but_followed(
        self, outgoing: Outgoing, worker: Worker, clock: Clock, posting: UUID
    ) -> None:
        worker.settles(worker.claim(), ENDED)
        self.refresh(outgoing)
        later(clock, SLOW.place)
        in_flight = worker.claim()
        self.refresh(outgoing)
        assert worker.settles(in_flight, Sent(ENDED.ref))
        later(clock, SLOW.place)
        assert worker.claim().row.id != in_flight.row.id

    def test_two_changes_at_the_same_time_leave_an_update_to_be_sent(
        self, outgoing: Outgoing, worker: Worker, posting: UUID
    ) -> None:
        worker.settles(worker.claim(), ENDED)
        begun = threading.Event()

        def second() -> None:
            begun.set()
            self.refresh(outgoing)

        def first(uow: UnitOfWork) -> None:
            deliveries.refresh(uow, outgoing.policy, policies.CARD)
            other.start()
            begun.wait(10)
            # Long enough for the other one to come as far as it can while this one is not committed.
            time.sleep(0.3)

        other = threading.Thread(target=second)
        outgoing.uow(first)
        other.join(20)
        assert not other.is_alive()
        states = [each.state for each in outgoing.rows(verb=Verb.UPDATE)]
        assert sorted(states) == [State.SUPERSEDED, State.WAITING]


class TestWriting:
    def person(self, outgoing: Outgoing, *, active: bool = True) -> UUID:
        def work(uow: UnitOfWork) -> UUID:
            secret = token_bytes(SECRET_BYTES)
            person = Person(id=author_id(secret), name="Priya")
            uow.session.add(person)
            uow.session.flush()
            row = sealed_accounts.new(uow, AccountName("web", "w1", "priya"), SealedAccount(person.id, (secret,)))
            row.active = active
            uow.session.add(row)
            uow.session.flush()
            return person.id

        return outgoing.uow(work)

    def tell(self, outgoing: Outgoing, person: UUID, key: str = "") -> bool:
        subject = str(outgoing.policy)
        return outgoing.uow(lambda uow: deliveries.tell_person(uow, person, policies.OWNER_NAMED, subject, key))

    def test_a_person_is_told_in_their_own_messages_once(self, outgoing: Outgoing) -> None:
        person = self.person(outgoing)
        assert self.tell(outgoing, person)
        assert self.tell(outgoing, person)
        (row,) = outgoing.rows()
        place = deliveries.place_of(row)
        assert (place.platform, place.workspace, place.address, place.direct) == ("web", "w1", "priya", True)
        assert (row.person_id, row.due_at, row.state) == (person, outgoing.clock(), State.WAITING)

    def test_a_person_without_an_account_is_not_told(self, outgoing: Outgoing) -> None:
        assert not self.tell(outgoing, self.person(outgoing, active=False))
        assert outgoing.rows() == []

    def test_a_delivery_keeps_no_text(self, outgoing: Outgoing) -> None:
        self.tell(outgoing, self.person(outgoing))
        (row,) = outgoing.rows()
        assert "parking" not in str(row.model_dump())
        assert [str(UUID(each)) for each in row.subject.split()] == [str(outgoing.policy)]


@pytest.mark.parametrize("outcome", [PutBack(unconfirmed=False), ENDED, NotSent("rate_limited"), Unknown("HTTP 500")])
def test_who_comes_late_does_not_open_a_place_that_another_has_taken(
    outgoing: Outgoing, worker: Worker, clock: Clock, outcome: AttemptOutcome
) -> None:
    """No one has taken over its own delivery; another worker sends one that has waited there for longer."""
    first, second = outgoing.write("c1"), outgoing.write("c1", due_at=clock.now + SECOND)
    late = worker.claim()
    assert late.row.id == first
    later(clock, LEASE)
    other = Worker(outgoing).claim()
    assert other.row.id == second
    assert worker.settles(late, outcome)
    assert outgoing.throttle("web/w1/c1") == other.until
    assert not worker.sees()


def test_who_looks_up_late_does_not_open_a_place_that_another_has_taken(
    outgoing: Outgoing, worker: Worker, clock: Clock
) -> None:
    first = outgoing.write("c1", state=State.UNKNOWN, unsure_since=clock.now)
    outgoing.write("c1", due_at=clock.now + SECOND)
    late = worker.claim()
    assert late.row.id == first
    later(clock, LEASE)
    other = Worker(outgoing).claim()
    assert not worker.looks_up(late, CannotTell(for_now=True))
    assert outgoing.throttle("web/w1/c1") == other.until


def test_a_claim_is_of_its_worker_alone(outgoing: Outgoing, worker: Worker) -> None:
    """A fence that was guessed, or of another delivery, opens nothing."""
    outgoing.write("c1")
    claimed = worker.claim()
    assert not worker.settles(replace(claimed, fence=claimed.fence + 1), ENDED)
    assert not worker.settles(replace(claimed, fence=0), ENDED)
    with outgoing.database.reading() as session:
        assert session.exec(select(Delivery.state)).all() == [State.SENDING]
