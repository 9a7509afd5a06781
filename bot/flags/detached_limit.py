"""The limit of detached flags a person may send on a policy in a day, in the memory of each process.

Nothing of it is stored, so that nothing leads from a detached flag to its author: a restart forgets it, and a second
process counts by itself. What was counted on a day is forgotten when that day is over, before anything written on it
can be shown: the worker of each process sees to it.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.people.people import Visitor
from bot.screens import refusals as says
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.unit_of_work import UnitOfWork

MOST_A_DAY = 3


class SentToday:
    """The detached flags that people have sent today, by policy and person, each with the instant its day ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sent: dict[tuple[UUID, bytes], tuple[datetime, set[UUID]]] = {}

    def __len__(self) -> int:
        return len(self._sent)

    def count(self, uow: UnitOfWork, visitor: Visitor, policy_id: UUID, box_id: UUID) -> None:
        """Count a detached flag. Raises `FormRefused` for one too many. The same box counts once."""
        self.forget_earlier(uow.now)
        midnight = datetime.combine(uow.today + timedelta(days=1), time(), ZoneInfo(uow.zone)).astimezone(UTC)
        with self._lock:
            _, sent = self._sent.setdefault((policy_id, min(visitor.secrets)), (midnight, set()))
            if box_id not in sent and len(sent) >= MOST_A_DAY:
                raise FormRefused({"promise": says.detached_limit(MOST_A_DAY)})
            sent.add(box_id)

    def forget_earlier(self, now: datetime) -> None:
        """Forget what was counted on a day that is over."""
        with self._lock:
            self._sent = {who: each for who, each in self._sent.items() if now < each[0]}


SENT_TODAY = SentToday()
