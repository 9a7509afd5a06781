"""Unconfirmed messages: in the end one is sent once more, and one copy of it counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from bot.digests import digests
from bot.interface import intents
from bot.interface.parts import Card
from bot.interface.ports import CannotTell, Finding, NotSent, Outcome, Pace, Sent, Unknown
from bot.outbox import claims, deliveries, outcomes, restore_hold
from bot.outbox.claims import LEASE, Claimed
from bot.outbox.outcomes import MOST_ATTEMPTS, TRIED_FOR
from bot.sending import after_restore, unconfirmed
from bot.sending.unconfirmed import ASK_AGAIN, WAIT
from bot.unit_of_work.unit_of_work import UnitOfWork
from bot.worker.worker import Worker
from storage import Database, Delivery, State, Verb
from storage.keys import KeyRing
from tests.bot.conftest import Clock, Office, said
from tests.bot.outgoing import Outgoing
from tests.fakes import FakePlatform

QUICK = Pace()


class Story:
    """One delivery on a platform that has no way to say whether it arrived."""

    def __init__(self, outgoing: Outgoing, clock: Clock) -> None:
        self.outgoing, self.clock = outgoing, clock
        self.delivery = outgoing.write("c1")

    @property
    def row(self) -> Delivery:
        return self.outgoing.row(self.delivery)

    def claim(self) -> Claimed:
        (claimed,) = self.outgoing.uow(lambda uow: claims.claim(uow, "web", QUICK, 9))
        return claimed

    def settle(self, claimed: Claimed, outcome: Outcome) -> bool:
        return self.outgoing.uow(lambda uow: outcomes.settle(uow, claimed, outcome, QUICK))

    def look_up(self, claimed: Claimed, finding: Finding = CannotTell()) -> bool:  # noqa: B008 - frozen
        return self.outgoing.uow(lambda uow: unconfirmed.act_on_finding(uow, claimed, finding, QUICK))

    def see(self, ref: str, attempt: int) -> Card | None:
        return self.outgoing.uow(lambda uow: unconfirmed.seen(uow, self.delivery, ref, attempt))

    def later(self, by: timedelta) -> None:
        self.clock.move_to(self.clock.now + by)

    def superseded(self) -> Claimed:
        """The first attempt is lost; the second is about to be made."""
        self.settle(self.claim(), Unknown("timed out"))
        self.later(WAIT)
        second = self.claim()
        assert self.look_up(second)
        return second

    def withdrawals(self) -> list[Any]:
        return [each.ref for each in self.outgoing.rows(verb=Verb.WITHDRAW)]


@pytest.fixture
def story(database: Database, ring: KeyRing, clock: Clock) -> Story:
    return Story(Outgoing(database, ring, clock), clock)


class TestWaiting:
    def test_it_waits_from_when_it_became_unsure_and_not_from_each_look(self, story: Story) -> None:
        story.settle(story.claim(), Unknown("timed out"))
        since = story.clock.now
        story.later(timedelta(minutes=1))
        assert not story.look_up(story.claim())
        row = story.row
        assert (row.state, row.due_at, row.unsure_since) == (State.UNKNOWN, since + WAIT, since)

    def test_a_worker_that_died_counts_from_when_its_lease_ended(self, story: Story) -> None:
        story.claim()
        story.later(LEASE)
        assert not story.look_up(story.claim())
        assert story.row.due_at == story.clock.now + WAIT

    def test_one_that_could_be_asked_later_is_asked_soon_and_never_sent_for_it(self, story: Story) -> None:
        story.settle(story.claim(), Unknown("timed out"))
        story.later(2 * WAIT)
        assert not story.look_up(story.claim(), CannotTell(for_now=True))
        assert (story.row.state, story.row.due_at) == (State.UNKNOWN, story.clock.now + ASK_AGAIN)

    def test_after_all_its_attempts_it_is_given_up(self, story: Story) -> None:
        story.settle(story.claim(), Unknown("timed out"))
        story.outgoing.change(story.delivery, attempts=MOST_ATTEMPTS)
        story.later(TRIED_FOR)
        assert not story.look_up(story.claim())
        assert (story.row.state, story.row.error) == (State.DEAD, "timed out")


class TestDigests:
    async def test_one_whose_answer_was_lost_is_sent_again_within_the_hour(
        self, office: Office, policy: UUID, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """However rare digests are: the owner of this one gets one a week."""
        await self._choose(office, quiet_from="none")
        await office.file(policy, "asha", promise="named")
        monkeypatch.setattr(office.chat, "find", _cannot_tell)
        with monkeypatch.context() as away:
            away.setattr(office.chat, "send", _unanswered)
            await office.until(25, 11)
        assert not office.digests_to()
        await office.until(25, 11, 59)
        assert len(office.digests_to()) == 1

    @pytest.mark.parametrize(
        ("looked_at", "again"),
        [
            (datetime(2026, 11, 25, 17, 10, tzinfo=UTC), datetime(2026, 11, 25, 17, 30, tzinfo=UTC)),
            (datetime(2026, 11, 25, 17, 31, tzinfo=UTC), datetime(2026, 11, 25, 17, 31, tzinfo=UTC)),
            (datetime(2026, 11, 25, 17, 40, tzinfo=UTC), datetime(2026, 11, 26, 7, tzinfo=UTC)),
            (datetime(2026, 11, 28, 17, 10, tzinfo=UTC), datetime(2026, 11, 30, 11, tzinfo=UTC)),
        ],
        ids=["before", "in time", "after six", "days later"],
    )
    async def test_not_in_quiet_hours_and_if_the_server_was_down_at_a_sensible_hour(
        self, office: Office, policy: UUID, looked_at: datetime, again: datetime
    ) -> None:
        since = min(looked_at, datetime(2026, 11, 25, 17, 0, tzinfo=UTC))
        if (looked_at.hour, looked_at.minute) == (17, 40):
            since = datetime(2026, 11, 25, 17, 35, tzinfo=UTC)
        await self._choose(office, quiet_from="18:00", quiet_until="07:00")
        with office.database.reading() as session:
            uow = UnitOfWork(session, looked_at, office.ring)
            row = Delivery(
                key="k",
                verb=Verb.SEND,
                platform="chat",
                workspace="w",
                address="a",
                direct=True,
                screen=digests.SCREEN,
                subject="",
                person_id=office.person("priya"),
                state=State.UNKNOWN,
                due_at=since,
                made_at=since,
                unsure_since=since,
            )
            assert unconfirmed.waits_until(uow, row) == again

    async def _choose(self, office: Office, **quiet: str) -> None:
        chosen = {"preset": "own", "days": "wed", "at": "11:00", "zone": "Europe/London", "calendar": "GB-ENG", **quiet}
        form = await office.fill(intents.ScheduleSettings(), "priya", **chosen)
        assert not form.problems, form.problems


async def _unanswered(*_: object) -> Outcome:
    return Unknown("HTTP 503")


async def _cannot_tell(*_: object) -> Finding:
    return CannotTell()


class TestOneCopy:
    def test_an_attempt_that_was_never_made_changes_nothing(self, story: Story) -> None:
        story.settle(story.claim(), Sent("ref-1"))
        for attempt in (0, 2, 99):
            assert story.see("ref-of-another-message", attempt) is None
        assert story.withdrawals() == []
        assert story.row.ref == "ref-1"

    def test_the_older_copy_is_withdrawn_once_when_it_shows(self, story: Story) -> None:
        story.settle(story.superseded(), Sent("ref-2"))
        for _ in range(3):
            replaced = story.see("ref-1", 1)
            assert replaced is not None
            assert "Use the newer one" in said(replaced)
        assert story.withdrawals() == ["ref-1"]
        assert story.see("ref-2", 2) is None
        assert (story.row.state, story.row.ref) == (State.SENT, "ref-2")

    def test_the_older_copy_stands_when_it_shows_before_the_newer_was_sent(self, story: Story) -> None:
        story.settle(story.claim(), Unknown("timed out"))
        assert story.see("ref-1", 1) is None
        story.later(2 * WAIT)
        assert story.outgoing.uow(lambda uow: claims.claim(uow, "web", QUICK, 9)) == []
        assert (story.row.state, story.row.ref) == (State.SENT, "ref-1")

    def test_the_older_copy_shows_while_the_newer_is_on_its_way(self, story: Story) -> None:
        second = story.superseded()
        assert story.see("ref-1", 1) is None
        assert not story.settle(second, Sent("ref-2")), "its worker is told that another copy stands"
        assert story.see("ref-2", second.attempt) is not None
        assert (story.row.ref, story.withdrawals()) == ("ref-1", ["ref-2"])

    def test_the_older_copy_shows_while_it_is_looked_up_and_the_newer_is_not_sent(self, story: Story) -> None:
        story.settle(story.claim(), Unknown("timed out"))
        story.later(WAIT)
        second = story.claim()
        assert story.see("ref-1", 1) is None
        assert not story.look_up(second)
        assert (story.row.state, story.row.ref) == (State.SENT, "ref-1")

    def test_the_older_copy_shows_although_the_newer_could_not_be_sent(self, story: Story) -> None:
        story.settle(story.superseded(), NotSent("connection refused"))
        assert story.see("ref-1", 1) is None
        assert (story.row.state, story.row.ref, story.row.due_at) == (State.SENT, "ref-1", None)

    @pytest.mark.parametrize(
        "outcome",
        [Sent("ref-1"), Unknown("timed out"), NotSent("from something on the way")],
        ids=lambda each: each.__class__,
    )
    def test_one_that_shows_before_its_own_attempt_has_ended_counts_however_that_ends(
        self, story: Story, outcome: Outcome
    ) -> None:
        first = story.claim()
        assert story.see("ref-1", 1) is None
        assert story.settle(first, outcome), "its worker is still the one"
        assert (story.row.state, story.row.ref, story.row.due_at) == (State.SENT, "ref-1", None)
        assert story.withdrawals() == []

    def test_one_that_shows_before_its_worker_died_is_not_sent_again(self, story: Story) -> None:
        story.claim()
        story.see("ref-1", 1)
        story.later(LEASE)
        assert not story.look_up(story.claim())
        assert (story.row.state, story.row.ref, story.row.due_at) == (State.SENT, "ref-1", None)

    @pytest.mark.parametrize("attempt", [0, -1, 2, 99])
    def test_an_attempt_that_was_never_made_proves_nothing(self, story: Story, attempt: int) -> None:
        story.settle(story.claim(), Unknown("timed out"))
        before = story.row.model_dump()
        assert story.see("forged", attempt) is None
        assert story.row.model_dump() == before
        assert story.withdrawals() == []

    def test_a_withdrawal_is_drawn_and_knows_what_it_takes_away(self, story: Story) -> None:
        story.settle(story.superseded(), Sent("ref-2"))
        story.see("ref-1", 1)
        claimed = story.claim()
        assert claimed.row.verb is Verb.WITHDRAW
        assert story.outgoing.uow(lambda uow: deliveries.ref_of_card(uow, claimed.row)) == "ref-1"


def test_one_that_was_never_made_is_nothing(story: Story) -> None:
    assert story.outgoing.uow(lambda uow: unconfirmed.seen(uow, UUID(int=1), "ref", 1)) is None


@pytest.mark.parametrize("was_sent", [True, False])
async def test_after_a_restore_what_waits_is_looked_up_and_sent_only_if_it_is_absent(
    database: Database, ring: KeyRing, clock: Clock, was_sent: bool
) -> None:
    outgoing, platform = Outgoing(database, ring, clock), FakePlatform(clock)
    worker = Worker(database, ring, clock)
    worker.add(platform)
    written, later = outgoing.write(), outgoing.write("c2", due_at=clock.now + WAIT)
    if was_sent:
        await worker.tick()
        outgoing.change(written, state=State.WAITING, due_at=clock.now, attempts=0, fence=0, ref=None, done_at=None)
    clock.move_to(clock.now + timedelta(seconds=1))
    outgoing.uow(restore_hold.hold)
    outgoing.uow(restore_hold.go_on)
    assert outgoing.uow(after_restore.resume) == 1
    assert outgoing.row(written).state is State.UNKNOWN
    assert outgoing.row(later).state is State.WAITING
    await worker.tick()
    assert platform.taken() == {written: 1}
    assert outgoing.row(written).state is State.SENT
    assert platform.faults == []
    await worker.drain()
