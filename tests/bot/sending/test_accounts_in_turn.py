"""A message to a person goes to their first account that takes messages, chosen again at each attempt."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import pytest

from bot.interface.ports import (
    BLOCKED,
    CLOSED,
    NO_ACCESS,
    NOT_INSTALLED,
    REFUSED,
    Never,
    NotSent,
    Place,
    Sent,
    Unknown,
)
from bot.outbox import outcomes
from bot.people.people import Member
from bot.sending import dead_letters
from bot.worker.worker import Worker
from storage import Database, State
from storage import people as stored_people
from storage.keys import KeyRing
from tests.bot.conftest import FULL_NAMES, WORKSPACE, Clock, Office, email_of, member, said, user_of
from tests.fakes import FakePlatform, FakePosted, Lost

CLOSED_AT_NINE = Never("their account was closed (user_disabled)", CLOSED)
ELSEWHERE = "P-priya"


@pytest.fixture
def worker(database: Database, ring: KeyRing, clock: Clock) -> Worker:
    """A worker that knows who is an admin: Ada."""
    return Worker(database, ring, clock, admins=[email_of("ada")])


class Two:
    """An office on two platforms. Priya, who owns the policy, has an account on both; the others are on the first."""

    def __init__(self, office: Office, clock: Clock) -> None:
        self.office = office
        self.chat, self.other = FakePlatform(clock, "chat"), FakePlatform(clock, "other")

    async def open(self, policy: UUID) -> None:
        """Join Priya's accounts, and have a flag wait for her next digest, on Tuesday at nine."""
        self.office.organise(domains="example.org")
        for verb, message, ref in self.office.chat.kept:  # the office's world was built with another platform
            if verb == "send":
                posted = FakePosted(ref, message.delivery, message.under, [message.card])
                self.chat.messages[message.place].append(posted)
        for each in (self.chat, self.other):
            self.office.worker.add(each)
        await self.office.enrol(
            Member(ELSEWHERE, "Priya", email_of("priya")), platform="other", workspace="T1", channel="there"
        )
        await self.office.enrol()
        await self.office.file(policy, "asha", promise="named")

    def digests(self) -> tuple[int, int]:
        """How many digests Priya was sent on each of the two."""
        return self._digests(self.chat, user_of("priya")), self._digests(self.other, ELSEWHERE)

    def _digests(self, platform: FakePlatform, user: str) -> int:
        return sum("You get this because" in said(each.card) for each in platform.at(user))

    def admin_reads(self) -> list[str]:
        """What Ada was told of messages that could not be sent."""
        texts = [said(each.card) for each in self.chat.at(user_of("ada"))]
        return [each for each in texts if "could not be sent" in each]

    def dead(self) -> list[str]:
        """The screens of the deliveries that were given up."""
        return [each["screen"] for each in self.office.rows("deliveries") if each["state"] == State.DEAD]


@pytest.fixture
async def two(office: Office, clock: Clock, policy: UUID) -> AsyncIterator[Two]:
    """Priya on two platforms, neither of which is called as it should not be."""
    made = Two(office, clock)
    await made.open(policy)
    yield made
    assert made.chat.faults == made.other.faults == []


@pytest.mark.parametrize("why", [CLOSED, NO_ACCESS, REFUSED, BLOCKED, NOT_INSTALLED])
async def test_when_one_account_ends_the_next_is_tried_at_once(two: Two, why: str) -> None:
    two.chat.always(Never("said so", why), address=user_of("priya"))
    await two.office.until(24, 9)
    assert two.digests() == (0, 1)
    assert (two.dead(), two.admin_reads()) == ([], [])
    await two.office.until(27, 12)
    assert two.digests() == (0, 1), "told once"


async def test_the_account_that_ended_is_not_asked_again_until_a_roster_has_it(two: Two, policy: UUID) -> None:
    two.chat.always(CLOSED_AT_NINE, address=user_of("priya"))
    await two.office.until(24, 9)
    await two.office.file(policy, "ben", "Another reason.", promise="named")
    await two.office.until(25, 9)
    assert two.digests() == (0, 2)
    assert len([each for each in two.chat.calls if each.message.place.address == user_of("priya")]) == 1
    two.chat.always(Sent(""), address=user_of("priya"))
    await two.office.enrol()
    await two.office.file(policy, "cai", "A third reason.", promise="named")
    await two.office.until(26, 9)
    assert two.digests() == (1, 2)


async def test_an_account_that_a_roster_closes_after_the_digest_was_made_is_not_asked(two: Two) -> None:
    two.chat.plan(NotSent("not now"), address=user_of("priya"))
    await two.office.until(24, 9)
    assert two.digests() == (0, 0)
    await two.office.enrol(*(member(each, active=each != "priya") for each in FULL_NAMES))
    await two.office.until(24, 10)
    assert two.digests() == (0, 1)
    assert len([each for each in two.chat.calls if each.message.place.address == user_of("priya")]) == 1


@pytest.mark.parametrize("shown_before", [True, False])
async def test_a_copy_in_the_account_that_ended_is_withdrawn_there_when_it_is_shown(
    two: Two, shown_before: bool
) -> None:
    """Its delivery was unconfirmed there, the next attempt was refused, and it went to the other account."""
    place = Place("chat", WORKSPACE, user_of("priya"), direct=True)
    two.chat.tells = False
    two.chat.plan(Lost(Unknown("HTTP 504")), CLOSED_AT_NINE, address=user_of("priya"))
    if shown_before:
        two.other.always(NotSent("not now"), address=ELSEWHERE)
    await two.office.until(24, 9, 31)
    older = two.chat.at(user_of("priya"))[-1]
    dispatcher = two.office.dispatcher
    assert await dispatcher.was_sent_to(older.delivery, place)
    assert not await dispatcher.was_sent_to(older.delivery, replace(place, address=user_of("ben")))
    replaced = await dispatcher.seen(older.delivery, older.ref, 1, place)
    two.other.always(Sent(""), address=ELSEWHERE)
    await two.office.until(24, 10)
    if shown_before:
        assert (replaced, two.digests()) == (None, (1, 0)), "it counts"
    else:
        assert replaced is not None
        assert "sent a second time" in said(replaced)
        assert two.digests() == (0, 1), "the older one was withdrawn"


async def test_when_a_workspace_ends_what_waits_there_goes_to_the_next(two: Two) -> None:
    two.chat.plan(NotSent("not now"), address=user_of("priya"))
    await two.office.until(24, 9)

    def leave(uow: object) -> None:
        stored_people.leave(uow.session, "chat", WORKSPACE)  # type: ignore[attr-defined]
        outcomes.leave(uow, "chat", WORKSPACE, "the app was removed")  # type: ignore[arg-type]

    two.office.change(leave)
    await two.office.until(24, 10)
    assert two.digests() == (0, 1)


async def test_a_digest_that_dies_gives_its_flags_back_as_news(two: Two) -> None:
    for platform, user in ((two.chat, user_of("priya")), (two.other, ELSEWHERE)):
        platform.always(CLOSED_AT_NINE, address=user)
    await two.office.until(24, 9, 5)
    assert two.dead() == ["digest"]
    (flag,) = two.office.rows("flags")
    assert (flag["digest_id"], flag["sent_on"], flag["answer_by"]) == (None, None, None)
    (told,) = two.admin_reads()
    assert "A digest for Priya" in told
    assert "What a digest holds is not lost: it is news again for the next one." in told
    assert "Sent again, a message to a person goes to the first of their accounts that takes messages then." in told
    two.other.always(Sent(""), address=ELSEWHERE)
    await two.office.enrol(
        Member(ELSEWHERE, "Priya", email_of("priya")), platform="other", workspace="T1", channel="there"
    )
    await two.office.until(25, 9)
    assert two.digests() == (0, 1)
    (flag,) = two.office.rows("flags")
    assert str(flag["sent_on"]) == "2026-11-25"
    assert str(flag["answer_by"]) == "2026-12-09"


async def test_sent_again_it_goes_to_the_account_that_takes_messages_and_is_news_no_more(two: Two) -> None:
    for platform, user in ((two.chat, user_of("priya")), (two.other, ELSEWHERE)):
        platform.always(CLOSED_AT_NINE, address=user)
    await two.office.until(24, 9, 5)
    two.other.always(Sent(""), address=ELSEWHERE)
    await two.office.enrol(
        Member(ELSEWHERE, "Priya", email_of("priya")), platform="other", workspace="T1", channel="there"
    )
    assert two.office.change(dead_letters.again) == 1
    await two.office.until(24, 10)
    assert two.digests() == (0, 1)
    (flag,) = two.office.rows("flags")
    assert str(flag["answer_by"]) == "2026-12-08"
    await two.office.until(26, 12)
    assert two.digests() == (0, 1), "the next digest does not say it again"


async def test_a_digest_whose_news_a_later_one_has_brought_is_not_sent_again(two: Two) -> None:
    for platform, user in ((two.chat, user_of("priya")), (two.other, ELSEWHERE)):
        platform.always(CLOSED_AT_NINE, address=user)
    await two.office.until(24, 9, 5)
    two.chat.always(Sent(""), address=user_of("priya"))
    await two.office.enrol()
    await two.office.until(25, 10)
    assert two.digests() == (1, 0)
    assert two.office.change(dead_letters.again) == 0
    await two.office.until(25, 12)
    assert (two.digests(), two.dead()) == ((1, 0), [])
