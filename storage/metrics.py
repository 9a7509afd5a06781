"""Figures on a whole database for whoever watches it run: counts and instants, and never a row."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, and_, case, col, func, select

from storage.deliveries import Delivery, State
from storage.digests import Digest
from storage.organisation import Organisation
from storage.schedules import Schedule


@dataclass(frozen=True)
class Waiting:
    """Deliveries of one platform that are not done: how many are in this state, and since when the oldest could be.

    What waits for an hour at which somebody wants it waits for no platform: of that alone, `oldest` is None.
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
    """What is on its way at `now`. Costs as much as there is of it, however much was ever sent."""
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
    """What was ever sent or given up. Reads all of it: not to be asked often."""
    statement = (
        select(Delivery.platform, col(Delivery.state), func.count())
        .where(col(Delivery.due_at).is_(None))
        .group_by(Delivery.platform, Delivery.state)
    )
    return [Ended(*each) for each in session.exec(statement)]


def digests_made(session: Session) -> int:
    """How many digests were ever made. Counts them all: not to be asked often."""
    return session.exec(select(func.count()).select_from(Digest)).one()


def sent(session: Session, screen: str) -> int:
    """How many messages with that screen ever arrived. Counts them all: not to be asked often."""
    arrived = and_(col(Delivery.screen) == screen, col(Delivery.state) == State.SENT)
    return session.exec(select(func.count()).select_from(Delivery).where(arrived)).one()


def digests_due(session: Session, now: datetime) -> int:
    """How many schedules are due at `now`, and not compiled yet."""
    due = and_(col(Schedule.next_due_at).is_not(None), col(Schedule.next_due_at) <= now)
    return session.exec(select(func.count()).select_from(Schedule).where(due)).one()


def release_due_at(session: Session) -> datetime | None:
    """When the next batch of flags is due to be shown; in the past while it is late."""
    return session.exec(select(Organisation.next_release_at)).first()
