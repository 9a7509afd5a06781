"""Deliveries for tests: rows written directly, without the rules that cause them, to any number of places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlmodel import col, select

from bot.interface.announcements import Announcement
from bot.people.people import Named
from bot.policies import policies
from bot.policies.policies import Accountable, Opening
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Database, Delivery, State, Throttle, Verb
from storage.keys import KeyRing

Found = TypeVar("Found")


class Outgoing:
    """Writes deliveries of one policy's card to any place, and shows their state."""

    def __init__(self, database: Database, ring: KeyRing, clock: Callable[[], datetime]) -> None:
        self.database = database
        self.ring = ring
        self.clock = clock
        self.policy = self.uow(_announced)

    def uow(self, work: Callable[[UnitOfWork], Found], database: Database | None = None) -> Found:
        """Run rules in one transaction at this instant."""
        with (database or self.database).writing() as session:
            return work(UnitOfWork(session, self.clock(), self.ring))

    def write(self, address: str = "c1", **given: Any) -> UUID:
        """Write one delivery that is due now, and return its id."""
        values: dict[str, Any] = {
            "id": uuid4(),
            "key": str(uuid4()),
            "verb": Verb.SEND,
            "platform": "web",
            "workspace": "w1",
            "address": address,
            "direct": False,
            "screen": policies.CARD,
            "subject": str(self.policy),
            "state": State.WAITING,
            "due_at": self.clock(),
            "made_at": self.clock(),
            **given,
        }
        with self.database.writing() as session:
            session.add(Delivery(**values))
        written: UUID = values["id"]
        return written

    def row(self, delivery_id: UUID) -> Delivery:
        """A delivery as it is now."""
        with self.database.reading() as session:
            return session.get_one(Delivery, delivery_id)

    def rows(self, **where: Any) -> list[Delivery]:
        """The deliveries with those values, oldest first."""
        statement = select(Delivery).order_by(col(Delivery.made_at), col(Delivery.id))
        for name, value in where.items():
            statement = statement.where(getattr(Delivery, name) == value)
        with self.database.reading() as session:
            return list(session.exec(statement))

    def states(self) -> dict[State, int]:
        """The number of deliveries in each state."""
        return dict(Counter(each.state for each in self.rows()))

    def throttle(self, key: str) -> datetime | None:
        """When a throttle next allows a message; None if there is no such throttle."""
        with self.database.reading() as session:
            found = session.get(Throttle, key)
            return found.opens_at if found else None

    def change(self, delivery_id: UUID, **values: Any) -> None:
        """Set columns of a delivery."""
        with self.database.writing() as session:
            row = session.get_one(Delivery, delivery_id)
            for name, value in values.items():
                setattr(row, name, value)


def _announced(uow: UnitOfWork) -> UUID:
    nobody = Named()
    announcement = Announcement("Single parking permit", "One permit.", "https://example.org/permit", None)
    opened = policies.announce(uow, [announcement], Opening(accountable=Accountable(nobody, nobody, nobody))).opened
    return opened[0].id
