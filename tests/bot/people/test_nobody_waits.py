"""Whatever happens to the people who answer, no flag that needs an answer waits unnoticed.

In random weeks people come, leave, refuse messages, and are named in roles. Then nothing happens for some days. After
that, for every policy with open flags, either a reachable person gets the digests and the flags' clocks run or are
stopped for a reason, or admins were told that nobody does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from bot.escalation import pauses
from bot.interface import intents
from bot.interface.ports import NOT_INSTALLED, Never, Sent
from bot.people import recipients
from bot.people.people import Member
from bot.people.recipients import NO_OWNER
from bot.policies import answer_deadlines
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import FlagStatus, Policy
from storage import policies as stored_policies
from storage.flags import OPEN
from tests.bot.conftest import FULL_NAMES, Office, email_of, member, user_of
from tests.fakes import FakePlatform

ANSWERING = ("priya", "dina", "omar", "finn")
COMING = ("nia", "mo")
WEEKS = 3
QUIET = timedelta(days=7)

pytestmark = [pytest.mark.rules, pytest.mark.usefixtures("ada_is_told")]


class Weeks:
    """Random weeks in an office."""

    def __init__(self, office: Office, chat: FakePlatform, lot: Random) -> None:
        self.office, self.chat, self.lot = office, chat, lot
        self.policies: list[UUID] = []
        self.closed: set[str] = set()
        self.come: set[str] = set()
        self.done: list[str] = []
        self._flags = 0

    async def happens(self) -> None:
        """One random event."""
        things: list[Callable[[], Awaitable[None]]] = [
            self.announced,
            self.flagged,
            self.flagged,
            self.left_or_came_back,
            self.refused_or_taken,
            self.renamed,
            self.paused,
            self.joined,
        ]
        thing = self.lot.choice(things) if self.policies else self.announced
        self.done.append(thing.__name__)
        await thing()

    def anyone_named(self, *, or_nobody: bool = False) -> str:
        """An e-mail address: of a person on the roster or not, or of nobody."""
        found = self.lot.choice((*ANSWERING, *COMING, *([""] if or_nobody else [])))
        return email_of(found) if found else ""

    async def announced(self) -> None:
        """A policy is announced, possibly naming people who are not on the roster."""
        roles = {"owner": self.anyone_named(), "delegate": self.anyone_named(or_nobody=True), "senior": ""}
        self.policies.append(await self.office.announce(f"Policy {len(self.policies)}", channels=(), **roles))

    async def flagged(self) -> None:
        """A flag is sent, with either promise."""
        self._flags += 1
        typed = {"verdict": "not", "promise": self.lot.choice(("named", "confidential"))}
        actor = self.lot.choice(("asha", "ben", "cai"))
        await self.office.flag(
            self.lot.choice(self.policies), actor, f"Point {self._flags} stands in the way.", **typed
        )

    async def left_or_came_back(self) -> None:
        """An account is closed, or opened again."""
        self.closed ^= {self.lot.choice(ANSWERING)}
        await self.roster()

    async def joined(self) -> None:
        """A person joins who was named before."""
        self.come.add(self.lot.choice(COMING))
        await self.roster()

    async def roster(self) -> None:
        """The roster is read."""
        new = [
            Member(f"U-{each}", f"{each.title()} Newcomer", email_of(each), "Europe/London")
            for each in sorted(self.come)
        ]
        await self.office.enrol(*(member(each, active=each not in self.closed) for each in FULL_NAMES), *new)

    async def refused_or_taken(self) -> None:
        """The platform starts to refuse messages to one person, or accepts them again."""
        ending = self.lot.choice((Never(NOT_INSTALLED), Never(NOT_INSTALLED), Sent("")))
        self.chat.always(ending, address=user_of(self.lot.choice(ANSWERING)))

    async def renamed(self) -> None:
        """Another owner is named."""
        await self.office.fill(intents.NameOwner(self.lot.choice(self.policies)), "ada", owner=self.anyone_named())

    async def paused(self) -> None:
        """The clocks of a policy are paused for a while."""
        policy_id, until = self.lot.choice(self.policies), self.office.clock.now.date() + timedelta(days=30)

        def work(uow: UnitOfWork) -> None:
            pauses.pause(uow, _policy(uow, policy_id), until, "An election is held.")

        self.office.change(work)


def waiting(office: Office, policy_id: UUID) -> list[dict[str, object]]:
    """The flags of a policy that everyone sees and that need an answer."""
    found = (each for each in office.rows("flags") if each["policy_id"] == policy_id)
    return [each for each in found if FlagStatus(each["standing"]) in OPEN]


def is_seen_to(office: Office, policy_id: UUID) -> bool:
    """Whether a reachable person gets a policy's digests, and every clock runs or is stopped for a reason."""

    def work(uow: UnitOfWork) -> tuple[bool, bool]:
        policy = _policy(uow, policy_id)
        return recipients.of_policy(uow, policy) is not None, answer_deadlines.paused(uow, policy)

    is_read, is_paused = office.change(work)
    return is_read and (is_paused or all(each["answer_by"] is not None for each in waiting(office, policy_id)))


def is_told(office: Office, policy_id: UUID) -> bool:
    """Whether admins were told that nobody gets a policy's digests, since that is so."""
    since = office.row("policies", policy_id)["awaited_until"]
    told_of = office.change(lambda uow: [str(each.id) for each in recipients.told_of(uow, _policy(uow, policy_id))])
    notices = [each for each in office.rows("deliveries") if each["subject"] in told_of and each["screen"] == NO_OWNER]
    return since is not None and any(each["made_at"].date() >= since and each["done_at"] for each in notices)


def _policy(uow: UnitOfWork, policy_id: UUID) -> Policy:
    policy = stored_policies.policy(uow.session, policy_id)
    assert policy is not None
    return policy


# Between them these two run what the others run on PostgreSQL.
BOTH = [pytest.param(each, marks=pytest.mark.both_databases) for each in (1, 2)]


@pytest.mark.parametrize("seed", [0, *BOTH, 3, 4, 112])
async def test_a_person_gets_the_digests_or_admins_are_told(office: Office, chat: FakePlatform, seed: int) -> None:
    weeks = Weeks(office, chat, Random(seed))
    for day in range(WEEKS * 7):
        for _ in range(weeks.lot.randrange(3)):
            await weeks.happens()
        await office.until(datetime(2026, 11, 23, 18, tzinfo=UTC) + timedelta(days=day))
    await office.until(office.clock.now + QUIET)
    wait = [each for each in weeks.policies if waiting(office, each)]
    assert wait, "in these weeks nothing was shown by which it can be seen"
    left = [each for each in wait if not is_seen_to(office, each) and not is_told(office, each)]
    assert left == [], weeks.done
