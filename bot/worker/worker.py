"""The worker: once a second it releases flags, makes digests and sends deliveries, as far as any of that is due.

The database says what is due, under an index, and the worker claims it. So a tick may be missed, come twice, or run in
several processes at once, and everything still happens once. No session is open while a platform is called.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from bot.admin import retention, take_downs
from bot.digests import digests
from bot.escalation import steps
from bot.flags import damaged_flags, receipt_codes, releases
from bot.flags.detached_limit import SENT_TODAY
from bot.interface.clock import Clock
from bot.interface.ports import ChatPlatform
from bot.interface.unavailable import Unavailable
from bot.outbox import restore_hold
from bot.outbox.claims import LEASE, end_leases_from_the_future
from bot.people import digest_schedules, unknown_schedules
from bot.policies import day_change, policies
from bot.runtime.logs import type_and_place
from bot.sending import after_restore, dead_letters
from bot.sending.relay import Relay
from bot.unit_of_work import sealed_text
from bot.unit_of_work.runner import UnitOfWorkRunner
from bot.unit_of_work.unit_of_work import UnitOfWork
from bot.worker import due_work
from bot.worker.clock_watch import ClockWatch
from bot.worker.daily_jobs import DailyJobs
from bot.worker.due_work import DueWork
from bot.worker.heartbeat import Heartbeat
from bot.worker.restore_watch import RestoreWatch
from storage import Database, Schedule
from storage import deliveries as stored_deliveries
from storage import organisation as organisations
from storage import policies as stored_policies
from storage import schedules as stored_schedules
from storage import take_downs as stored_take_downs
from storage.keys import KeyRing

log = logging.getLogger(__name__)

Found = TypeVar("Found")
Work = Callable[[], Awaitable[object]]

DIGESTS_A_LOOK = 200
STEPS_A_LOOK = 200
PREPARED_AGAIN = 5
"""How often a batch is prepared, at most, where people go on changing what is in it. The next release shows it."""
DRAIN_SECONDS = 12.0
"""How long running work may take to finish: a process must be gone 20 s after it was told to stop."""


class Worker:
    """The background work of one process over one database, sending through the platforms added to it.

    `clock` gives aware UTC; `admins` are e-mail addresses. If a process dies with a delivery in hand, another one takes
    it over after `lease`. `clock_watch` notices if the machine's clock is set, `restore_watch` if the database was
    restored.
    """

    def __init__(
        self,
        database: Database,
        ring: KeyRing,
        clock: Clock,
        admins: Iterable[str] = (),
        *,
        lease: timedelta = LEASE,
        clock_watch: ClockWatch | None = None,
        restore_watch: RestoreWatch | None = None,
    ) -> None:
        self._database = database
        self._runner = UnitOfWorkRunner(database, ring, clock, admins)
        self._restore_watch = restore_watch or RestoreWatch()
        self._relay = Relay(self._runner, clock, lease, self._restore_watch.stops_sending)
        self._held = self._stops = True
        self._clock = clock
        self._kinds: dict[DueWork, Work] = {
            DueWork.REJOINING: self.rejoin,
            DueWork.RELEASE: self.release,
            DueWork.CARDS: self.update_cards,
            DueWork.DIGESTS: self.compile,
            DueWork.ESCALATION: self.escalate,
            DueWork.DEAD_LETTERS: self.report_dead_letters,
            DueWork.TAKE_DOWNS: self.follow_take_downs,
        }
        self._daily = DailyJobs(self._runner, clock)
        self._started = False
        self._preparing = asyncio.Lock()
        self._sending = asyncio.Lock()
        self._draining = False
        self._to_fold = True  # an earlier process may have ended between a release and this
        self._tasks: dict[str, asyncio.Task[object]] = {}
        self._clock_watch = clock_watch
        self.heartbeat = Heartbeat()

    def add(self, platform: ChatPlatform) -> None:
        """Send through this platform from now on."""
        self._relay.add(platform)

    def daily(self, name: str, work: Work, hour: int | None = None) -> None:
        """Run `work` once a day in one of all processes, and again soon if it fails. `name` is the same in each.

        `hour`, 0 to 23 in the organisation's zone, is when; None for any.
        """
        self._daily.add(name, work, hour)

    def start_tasks(self) -> None:
        """Start preparing and sending in the running loop, unless they still run: neither waits for the other."""
        self.heartbeat.tick()
        if self._clock_watch is not None and self._clock_watch.step():
            self._started = False
        for name, step, lasts in (("prepare", self.prepare, False), ("send", self.send_until_idle, True)):
            task = self._tasks.get(name)
            if self._may_claim() and (task is None or task.done()):
                self._tasks[name] = asyncio.create_task(self.heartbeat.measured(name, step, lasts=lasts))

    async def tick(self) -> None:
        """Prepare, then send, once. Stops if the database cannot be reached; the next tick goes on from there."""
        if await self.prepare():
            async with self._sending:
                await _run_steps("the worker's sending", self.send)

    async def prepare(self) -> bool:
        """Do all that comes before sending: release, make digests, escalate. False if the database was not there."""
        # Before anything is shown, and whether or not the database is there: nothing may lead to who wrote it.
        SENT_TODAY.forget_earlier(self._clock())
        receipt_codes.TRIES.forget_earlier(self._clock())
        async with self._preparing:
            return self._may_claim() and await _run_steps("the worker", *self._steps())

    def _steps(self) -> tuple[Work, ...]:
        """What comes before sending, in order."""
        return (
            self._start,
            self._look_for_restore,
            self._daily.run,
            self._do_what_is_due,
            self.fold,
            self._resume,
        )

    async def _look_for_restore(self) -> None:
        """Hold everything where the database was restored, until an admin has confirmed it."""
        self._held = self._stops = True  # also where looking fails
        news, stops = await self._runner.read(
            lambda uow: (self._restore_watch.has_news(uow), restore_hold.stops_sending(uow))
        )
        if news:
            await self._runner.write(self._restore_watch.look)
            stops = await self._runner.read(restore_hold.stops_sending)
        self._stops = stops
        self._held = stops and not await self._runner.write(after_restore.claim)

    async def _do_what_is_due(self) -> None:
        await self._unless_held(self.note_damaged_flags)
        found = await self._runner.read(due_work.look)
        for kind, step in self._kinds.items():
            if kind in found and (not self._held or kind in due_work.WHILE_HELD):
                await _isolated("the worker", step())
                found = await self._runner.read(due_work.look)

    async def _unless_held(self, step: Work) -> None:
        if not self._held:
            await _isolated("the worker", step())

    async def _resume(self) -> None:
        """After a restore: with all made that was missed, look up what was sent since, and send the rest."""
        if self._held or not self._stops:
            return
        policy_ids = await self._runner.read(after_restore.posted)
        for first in range(0, len(policy_ids), STEPS_A_LOOK):
            some = policy_ids[first : first + STEPS_A_LOOK]
            await self._runner.write(lambda uow, few=some: after_restore.refresh(uow, few))  # type: ignore[misc]
        await self._runner.write(after_restore.resume)

    async def send_until_idle(self) -> None:
        """Send for as long as anything is due, and wait for the throttles of places and workspaces to open."""
        async with self._sending:
            await _run_steps("the worker's sending", self._relay.send_until_idle)

    async def drain(self, seconds: float = DRAIN_SECONDS) -> None:
        """Claim nothing more, and wait up to `seconds` in all for running work to finish.

        An attempt that has not finished by then is abandoned: it is looked up when its lease ends.
        """
        self._draining = True
        self._relay.stop()
        end = asyncio.get_running_loop().time() + seconds
        with suppress(TimeoutError):
            async with asyncio.timeout_at(end), self._preparing, self._sending:
                pass
        await self._relay.close(max(0.0, end - asyncio.get_running_loop().time()))

    def _may_claim(self) -> bool:
        return not self._draining

    async def _start(self) -> None:
        """Plan schedules and end wrong leases: at the start, as soon as the database can be used, and after a step."""
        if not self._started:
            await _isolated("planning schedules at start", self._replan())
            await _isolated("looking for unknown schedules", self._tell_of_unknown_schedules())
            await _isolated("ending leases from the future", self._runner.write(end_leases_from_the_future))
            self._started = True

    async def next_due(self) -> datetime | None:
        """The earliest instant at which a tick would do something, aware UTC; None if nothing is planned."""

        def work(uow: UnitOfWork) -> datetime | None:
            found = (
                organisations.next_release(uow.session),
                stored_schedules.earliest(uow.session),
                stored_policies.earliest_step(uow.session),
                stored_deliveries.earliest(uow.session),
                stored_take_downs.earliest(uow.session),
            )
            return min((each for each in found if each is not None), default=None)

        return await self._runner.read(work)

    async def next_digest(self) -> datetime | None:
        """The earliest instant at which a digest is due, aware UTC; None if none is planned."""
        return await self._runner.read(lambda uow: stored_schedules.earliest(uow.session))

    async def escalate(self) -> int:
        """Send the reminders and escalation notices that are due; how many policies were looked at."""
        policy_ids = await self._runner.read(lambda uow: stored_policies.due_steps(uow.session, uow.now, STEPS_A_LOOK))
        for policy_id in policy_ids:
            if self._may_claim():
                await _isolated(f"escalating on policy {policy_id}", self._escalate(policy_id))
        return len(policy_ids)

    async def _escalate(self, policy_id: UUID) -> int:
        return await self._runner.write(lambda uow: steps.send_due(uow, policy_id))

    async def _replan(self) -> None:
        """Plan schedules again if time zones, public holidays or the organisation's own days have changed.

        New zone and holiday data come with a restart; own days are compared at every release.
        """
        if not await self._runner.read(digest_schedules.outdated):
            return
        by = await self._runner.read(digest_schedules.data)
        after = await self._runner.write(lambda uow: digest_schedules.replan(uow, None))
        while after is not None and self._may_claim():
            after = await self._runner.write(lambda uow, last=after: digest_schedules.replan(uow, last))  # type: ignore[misc]
        if after is None:
            await self._runner.write(lambda uow: digest_schedules.replanned(uow, by))

    async def release(self) -> int:
        """Release the batches whose hour has come; how many flags, seconds and replies were shown."""
        if not await self._runner.read(releases.due):
            return 0
        shown = 0
        for policy_id in await self._runner.read(releases.waiting):
            if not self._may_claim():
                break
            shown += await _isolated(f"releasing on policy {policy_id}", self._release(policy_id)) or 0
        await self._runner.write(releases.plan)
        await _isolated("planning schedules again", self._replan())
        await _isolated("looking for flags that do not open", self._look_for_damaged_flags())
        await _isolated("noting flags that do not open", self.note_damaged_flags())
        self._to_fold = self._to_fold or shown > 0
        await _isolated("folding the log", self.fold())
        return shown

    async def _look_for_damaged_flags(self) -> None:
        for policy_id in await self._runner.read(damaged_flags.where_to_look):
            found = await self._runner.read(lambda uow, on=policy_id: damaged_flags.search(uow, on))  # type: ignore[misc]
            if found:
                await self._runner.write(lambda uow, found=found: damaged_flags.note(uow, found))  # type: ignore[misc]

    async def note_damaged_flags(self) -> None:
        """Leave out of all counts the flags that were found not to open, where they were to be shown."""
        found = sealed_text.found_damaged("flags")
        if found:
            await self._runner.write(lambda uow: damaged_flags.note(uow, dict.fromkeys(found, True)))

    async def fold(self) -> None:
        """Fold the database's log after a release, and again until no reader prevents it.

        Deleted rows must not remain readable in it.
        """
        if self._to_fold:
            self._to_fold = not await self._database.folded()

    async def _release(self, policy_id: UUID) -> int:
        for _ in range(PREPARED_AGAIN):
            batch = await self._runner.read(lambda uow: releases.prepare(uow, policy_id))
            if batch is None:
                return 0
            with suppress(releases.BoxesChanged):
                return await self._runner.write(lambda uow, batch=batch: releases.show(uow, batch))  # type: ignore[misc]
        return 0

    async def update_cards(self) -> int:
        """Update the cards that a new day has changed; of how many policies."""
        if not await self._runner.read(day_change.has_come):
            return 0
        await _isolated("looking for unknown schedules", self._tell_of_unknown_schedules())
        return await self._runner.write(day_change.begin)

    async def _tell_of_unknown_schedules(self) -> None:
        if await self._runner.read(unknown_schedules.any_unknown):
            await self._runner.write(unknown_schedules.tell)

    async def compile(self) -> int:
        """Make the digests that are due; how many were made."""
        made, stuck, tried = 0, 0, set[UUID]()
        while self._may_claim():
            most = DIGESTS_A_LOOK + stuck
            schedules = await self._due_schedules(most)
            # A digest that fails is still due, and must not keep the others from being found.
            todo = [each for each in schedules if each.person_id not in tried]
            if not todo and len(schedules) < most:
                break
            stuck = len(schedules) - len(todo)
            tried |= {each.person_id for each in todo}
            for first in range(0, len(todo), digests.TOGETHER):
                if not self._may_claim():
                    break
                made += await self._make_digests(todo[first : first + digests.TOGETHER])
        return made

    async def _due_schedules(self, most: int) -> list[Schedule]:
        return await self._runner.read(lambda uow: stored_schedules.due(uow.session, uow.now, most))

    async def _make_digests(self, some: Sequence[Schedule]) -> int:
        """Make digests in one transaction or, if one of them fails, each in its own; how many were made."""
        work = self._runner.write(lambda uow: len(digests.make_all(uow, some)))
        made = await _isolated("making a digest" if len(some) == 1 else "making digests together", work)
        if made is not None or len(some) == 1:
            return made or 0
        return sum([await self._make_digests([each]) for each in some])

    async def retire(self) -> int:
        """Delete what was said about policies that are closed for good; on how many."""
        done = 0
        for each in await self._runner.read(retention.due):
            if self._may_claim():
                done += await _isolated(f"deleting what was said about {each}", self._retire(each)) or 0
        self._to_fold = self._to_fold or done > 0
        return done

    async def _retire(self, policy_id: UUID) -> bool:
        return await self._runner.write(lambda uow: retention.erase(uow, policy_id))

    async def rejoin(self) -> None:
        """Go on joining and separating accounts where a process has died over it, or the database was not there."""
        while self._may_claim() and await self._runner.write(policies.rejoin):
            pass

    async def follow_take_downs(self) -> int:
        """Have the messages updated that may still show a text that was taken down; how many."""
        found = 0
        for each in await self._runner.read(take_downs.due):
            if self._may_claim():
                self._to_fold = True
                found += await _isolated(f"following take-down {each}", self._follow_take_down(each)) or 0
        return found

    async def _follow_take_down(self, take_down_id: UUID) -> int:
        return await self._runner.write(lambda uow: take_downs.follow_up(uow, take_down_id))

    async def report_dead_letters(self) -> int:
        """Tell admins which messages could not be sent; how many those are."""
        return await self._runner.write(dead_letters.tell) if await self._runner.read(dead_letters.to_tell) else 0

    async def send(self) -> int:
        """Send what is due until nothing can be claimed; how many attempts were settled."""
        return await self._relay.send()


async def _run_steps(what: str, *steps: Work) -> bool:
    """Run one step after another; False as soon as the database cannot be used."""
    try:
        for step in steps:
            await _isolated(what, step())
    except Unavailable as fault:
        log.warning("%s will try again: %s", what, fault.reason)
        return False
    return True


async def _isolated(what: str, work: Awaitable[Found]) -> Found | None:
    """Run one piece of work; if it fails, log where, without the error's text, so that the others still run.

    Raises `Unavailable`, which stops them all.
    """
    try:
        return await work
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001 - the next piece may well succeed
        log.error("%s: %s", what, type_and_place(error))
        return None
