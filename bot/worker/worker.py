"""Rounds: what the clock does. Each round releases, compiles digests, and sends, as far as each is due.

What is due stands in the database, under an index; a round only claims it. So one may be missed, doubled, or run
by several processes, and everything still happens once. No session is open while a platform is called.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.digests import digests
from bot.escalation import steps
from bot.flags import releases
from bot.interface.clock import Clock
from bot.interface.ports import ChatPlatform
from bot.interface.unavailable import Unavailable
from bot.outbox.deliveries import LEASE
from bot.people import digest_schedules
from bot.policies import day_change
from bot.sending import dead_letters
from bot.sending.relay import Relay
from bot.unit_of_work.runner import UnitOfWorkRunner
from bot.unit_of_work.unit_of_work import UnitOfWork
from bot.worker.daily_jobs import DailyJobs
from bot.worker.heartbeat import Heartbeat
from storage import Database, Schedule
from storage import deliveries as stored_deliveries
from storage import organisation as organisations
from storage import policies as stored_policies
from storage import schedules as stored_schedules
from storage.faults import where
from storage.keys import KeyRing

log = logging.getLogger(__name__)

Found = TypeVar("Found")
Work = Callable[[], Awaitable[object]]

DIGESTS_A_LOOK = 200
STEPS_A_LOOK = 200
DRAIN_SECONDS = 12.0
"""How long what is under way may take to end: a process must be gone 20 s after it was told to stop."""


class Worker:
    """The rounds of one process over one database, sending through the platforms added to it.

    `clock` gives aware UTC; `admins` are e-mail addresses. A message that a process had in hand when it died is taken
    up by another one after `lease`.
    """

    def __init__(
        self,
        database: Database,
        ring: KeyRing,
        clock: Clock,
        admins: Iterable[str] = (),
        *,
        lease: timedelta = LEASE,
    ) -> None:
        self._database = database
        self._runner = UnitOfWorkRunner(database, ring, clock, frozenset(each.strip().casefold() for each in admins))
        self._relay = Relay(self._runner, clock, lease)
        self._daily = DailyJobs(self._runner, clock)
        self._beginning: list[Work] = [self._replan]
        self._preparing = asyncio.Lock()
        self._sending = asyncio.Lock()
        self._draining = False
        self._under_way: dict[str, asyncio.Task[object]] = {}
        self.heartbeat = Heartbeat()

    def add(self, platform: ChatPlatform) -> None:
        """Send through this platform from now on."""
        self._relay.add(platform)

    def at_start(self, work: Work) -> None:
        """Have the first round do this before anything else; a later one, should the database be out of reach."""
        self._beginning.append(work)

    def daily(self, name: str, work: Work) -> None:
        """Have this done once a day by one process of all; again soon where it fails. `name` is the same in all."""
        self._daily.add(name, work)

    def uow(self) -> None:
        """Begin a round in the running loop, or what of one is not under way: sending goes on beside all else."""
        self.heartbeat.tick()
        for name, step, lasts in (("prepare", self.prepare, False), ("send", self.send_on, True)):
            under_way = self._under_way.get(name)
            if self._goes_on() and (under_way is None or under_way.done()):
                self._under_way[name] = asyncio.create_task(self.heartbeat.measured(name, step, lasts=lasts))

    async def tick(self) -> None:
        """One round. A database that cannot be reached ends it; the next one goes on where it stopped."""
        if await self.prepare():
            async with self._sending:
                await _survived("a round", self.send)

    async def prepare(self) -> bool:
        """A round without the sending: what is due is released and made ready; False if the database was not there."""
        async with self._preparing:
            return self._goes_on() and await _survived("a round", *self._steps())

    def _steps(self) -> tuple[Work, ...]:
        """What a round does before it sends, in order."""
        return (self._begin, self._daily.run, self.release, self.begin_day, self.compile, self.keep_time, self.tell)

    async def send_on(self) -> None:
        """Send for as long as anything is due, waiting for places and workspaces that take nothing for a moment."""
        async with self._sending:
            await _survived("sending", self._relay.send_on)

    async def drain(self, seconds: float = DRAIN_SECONDS) -> None:
        """Claim nothing more, and wait up to so many seconds in all for what is under way.

        What has not ended by then is given up: it is looked up when its lease ends.
        """
        self._draining = True
        self._relay.stop()
        end = asyncio.get_running_loop().time() + seconds
        with suppress(TimeoutError):
            async with asyncio.timeout_at(end), self._preparing, self._sending:
                pass
        await self._relay.close(max(0.0, end - asyncio.get_running_loop().time()))

    def _goes_on(self) -> bool:
        return not self._draining

    async def _begin(self) -> None:
        while self._beginning:
            await _apart("what is done at the start", self._beginning[0]())
            self._beginning.pop(0)

    async def next_due(self) -> datetime | None:
        """The earliest instant at which a round would do something, aware UTC."""

        def work(uow: UnitOfWork) -> datetime | None:
            found = (
                organisations.next_release(uow.session),
                stored_schedules.earliest(uow.session),
                stored_policies.earliest_step(uow.session),
                stored_deliveries.earliest(uow.session),
            )
            return min((each for each in found if each is not None), default=None)

        return await self._runner.read(work)

    async def next_digest(self) -> datetime | None:
        """The earliest instant at which a digest is due, aware UTC."""
        return await self._runner.read(lambda uow: stored_schedules.earliest(uow.session))

    async def keep_time(self) -> int:
        """Look at the clocks of flags, where that is due; how many policies were looked at."""
        due = await self._runner.read(lambda uow: stored_policies.due_steps(uow.session, uow.now, STEPS_A_LOOK))
        for policy_id in due:
            if self._goes_on():
                await _apart(f"the clocks of policy {policy_id}", self._look(policy_id))
        return len(due)

    async def _look(self, policy_id: UUID) -> int:
        return await self._runner.write(lambda uow: steps.look(uow, policy_id))

    async def _replan(self) -> None:
        """Plan schedules anew if data on zones, public holidays or own days are others than those they were planned by.

        Other zones and holidays come with another start, own days with another hour of release.
        """
        if not await self._runner.read(digest_schedules.outdated):
            return
        by = await self._runner.read(digest_schedules.data)
        after = await self._runner.write(lambda uow: digest_schedules.replan(uow, None))
        while after is not None and self._goes_on():
            after = await self._runner.write(lambda uow, last=after: digest_schedules.replan(uow, last))  # type: ignore[misc]
        if after is None:
            await self._runner.write(lambda uow: digest_schedules.replanned(uow, by))

    async def release(self) -> int:
        """Release the batches whose hour has come; how many rows were shown."""
        if not await self._runner.read(releases.due):
            return 0
        shown = 0
        for policy_id in await self._runner.read(releases.waiting):
            if not self._goes_on():
                break
            shown += await _apart(f"releasing on policy {policy_id}", self._release(policy_id)) or 0
        await self._runner.write(releases.plan)
        await _apart("planning schedules anew", self._replan())
        if shown:
            # What was deleted must not be read out of the write-ahead log.
            await self._database.folded()
        return shown

    async def _release(self, policy_id: UUID) -> int:
        return await self._runner.write(lambda uow: releases.release(uow, policy_id))

    async def begin_day(self) -> int:
        """Bring the cards up to date that another day has changed; of how many policies."""
        return await self._runner.write(day_change.begin) if await self._runner.read(day_change.has_come) else 0

    async def compile(self) -> int:
        """Make the digests that are due; how many were made."""
        made, stuck, tried = 0, 0, set[UUID]()
        while self._goes_on():
            most = DIGESTS_A_LOOK + stuck
            due = await self._due(most)
            # One that fails is still due, and holds up no other.
            todo = [each for each in due if each.person_id not in tried]
            if not todo and len(due) < most:
                break
            stuck = len(due) - len(todo)
            tried |= {each.person_id for each in todo}
            for first in range(0, len(todo), digests.TOGETHER):
                if not self._goes_on():
                    break
                made += await self._make(todo[first : first + digests.TOGETHER])
        return made

    async def _due(self, most: int) -> list[Schedule]:
        return await self._runner.read(lambda uow: stored_schedules.due(uow.session, uow.now, most))

    async def _make(self, some: Sequence[Schedule]) -> int:
        """Make digests together or, where one of them fails, each by itself; how many were made."""
        work = self._runner.write(lambda uow: len(digests.make_all(uow, some)))
        made = await _apart("making a digest" if len(some) == 1 else "making digests together", work)
        if made is not None or len(some) == 1:
            return made or 0
        return sum([await self._make([each]) for each in some])

    async def tell(self) -> int:
        """Tell admins of messages that could not be sent; how many they were told of."""
        return await self._runner.write(dead_letters.tell) if await self._runner.read(dead_letters.to_tell) else 0

    async def send(self) -> int:
        """Send what is due until nothing can be claimed; how many tries were settled."""
        return await self._relay.send()


async def _survived(what: str, *steps: Work) -> bool:
    """Do one step after another; False as soon as the database cannot be reached."""
    try:
        for step in steps:
            await _apart(what, step())
    except Unavailable:
        log.warning("the database cannot be reached; the next round tries again")
        return False
    return True


async def _apart(what: str, work: Awaitable[Found]) -> Found | None:
    """Do one piece of a round; what goes wrong with it is logged, without any text, and does not stop the others.

    Raises `Unavailable`, which stops them all.
    """
    try:
        return await work
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001 - the next piece may well succeed
        log.error("%s: %s at %s", what, type(error).__name__, where(error.__traceback__))
        return None


def start(worker: Worker, every: timedelta = timedelta(seconds=1)) -> AsyncIOScheduler:
    """Start the clock in the running loop: one job, which never runs twice at once and is never given up as late."""
    scheduler = AsyncIOScheduler(timezone="UTC")

    async def uow() -> None:  # in the loop, and not on a thread
        worker.uow()

    scheduler.add_job(
        uow,
        IntervalTrigger(seconds=every.total_seconds(), timezone="UTC"),
        misfire_grace_time=None,
        coalesce=True,
        max_instances=1,
    )
    scheduler.start()
    return scheduler
