"""The pulse: whether the rounds of this process keep going, heard from the clock that turns them.

It knows nothing of what a round does. Seconds are those of a clock that never goes back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, EVENT_JOB_SUBMITTED, JobEvent
from apscheduler.schedulers.base import BaseScheduler

STOPPED_SECONDS = 60.0
"""After so long without the beginning of a round, none of them under way, the clock counts as stopped."""
STUCK_SECONDS = 900.0
"""After so long in one round it counts as stuck: 100,000 digests and a release take less than a minute."""


@dataclass(frozen=True)
class Beat:
    """How one kind of round keeps going: how many have ended, and how many seconds the last one took.

    `late` is how many seconds too late it began: since the one before it began, less what there should be between two.
    """

    ended: int = 0
    seconds: float = 0.0
    late: float = 0.0


@dataclass
class _Round:
    began: float
    under_way: bool = False
    beat: Beat = Beat()


class Pulse:
    """Listens to one scheduler. `seconds` is a clock that never goes back; `every` is what lies between two rounds."""

    def __init__(self, scheduler: BaseScheduler, seconds: Callable[[], float], every: float = 1.0) -> None:
        self._seconds = seconds
        self._every = every
        self._names = {job.id: job.name.rpartition(".")[2] for job in scheduler.get_jobs()}
        self._rounds = {job: _Round(seconds()) for job in self._names}
        scheduler.add_listener(self._hear, EVENT_JOB_SUBMITTED | EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)

    def beats(self) -> dict[str, Beat]:
        """Each kind of round, by its name in the code."""
        return {self._names[job]: each.beat for job, each in self._rounds.items()}

    def is_steady(self) -> bool:
        """Whether every kind of round has begun lately, or is under way and not for too long."""
        now = self._seconds()
        limits = ((STUCK_SECONDS if each.under_way else STOPPED_SECONDS, each.began) for each in self._rounds.values())
        return all(now - began < limit for limit, began in limits)

    def _hear(self, event: JobEvent) -> None:
        heard = self._rounds.get(event.job_id)
        if heard is None:
            return
        now, beat = self._seconds(), heard.beat
        if event.code == EVENT_JOB_SUBMITTED:
            heard.beat = Beat(beat.ended, beat.seconds, max(0.0, now - heard.began - self._every))
            heard.began, heard.under_way = now, True
        else:
            heard.beat = Beat(beat.ended + 1, now - heard.began, beat.late)
            heard.under_way = False
