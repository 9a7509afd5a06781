"""Metrics of a whole database, for monitoring: counts and times, never a row."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, and_, case, col, func, select

from storage.deliveries import Delivery, State
from storage.digests import Digest
from storage.organisation import Organisation
from storage.schedules import Schedule


@dataclass(frozen=True)
class Waiting:
    """Deliveries of one platform that are not done: how many are in this state, and since when the oldest waits.

    Messages that only wait for their recipient's hour do not wait for the platform: with no others, `oldest` is None.
    """

    platform: str
    state: State
    deliveries: int
    oldest: datetime | None


@dataclass(frozen=True)
class Ended:
    """How many deliveries of one platform ended in this state."""

    platform: str
    state: State
    deliveries: int


def waiting(session: Session, now: datetime) -> list[Waiting]:
    """The deliveries on their way at `now`. The cost grows with their number, not with all that was ever sent."""
    since = case(
        (col(Delivery.attempts) > 0, col(Delivery.made_at)), (col(Delivery.due_at) <= now, col(Delivery.due_at))
    )
    statement = (
        select(Delivery.platform, col(Delivery.state), func.count(), func.min(since))
        .where(col(Delivery.due_at).is_not(None))
        .group_by(Delivery.platform, Delivery.state)
    )
    return [Waiting(*each) for each in session.exec(statement)]


def ended(session: Session) -> list[Ended]:
    """All deliveries that were ever sent or given up. Reads every row, so do not call it often."""
    statement = (
        select(Delivery.platform, col(Delivery.state), func.count())
        .where(col(Delivery.due_at).is_(None))
        .group_by(Delivery.platform, Delivery.state)
    )
    return [Ended(*each) for each in session.exec(statement)]


def digests_made(session: Session) -> int:
    """How many digests were ever made. Counts every row, so do not call it often."""
    return session.exec(select(func.count()).select_from(Digest)).one()


def sent(session: Session, screen: str) -> int:
    """How many messages with that screen ever arrived. Counts every row, so do not call it often."""
    arrived = and_(col(Delivery.screen) == screen, col(Delivery.state) == State.SENT)
    return session.exec(select(func.count()).select_from(Delivery).where(arrived)).one()


def digests_due(session: Session, now: datetime) -> int:
    """How many schedules have a digest due at `now` that is not made yet."""
    due = and_(col(Schedule.next_due_at).is_not(None), col(Schedule.next_due_at) <= now)
    return session.exec(select(func.count()).select_from(Schedule).where(due)).one()


def release_due_at(session: Session) -> datetime | None:
    """When the next batch of flags is due to be shown; in the past while that is late."""
    return session.exec(select(Organisation.next_release_at)).first()
