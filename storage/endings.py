"""What the database knows of the end-months file: which it is, which months have ended, which processes hold which."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, Session, SQLModel, col, delete, or_, select, update

from storage.columns import enum_type
from storage.policies import Policy
from storage.policy_keys import EarlierAuthorsKey, PolicyKeys

GONE_AFTER = timedelta(minutes=10)
"""A process that has reported nothing for this long is no more."""


class KnownFile(SQLModel, table=True):
    """The end-months file of this deployment: a fingerprint, and the day on which an operator last proved a copy."""

    __tablename__ = "end_months_file"

    id: int = Field(default=1, primary_key=True)
    fingerprint: bytes
    proved_on: date | None = None


class EndingState(StrEnum):
    """How far the end of a month has come: its line may still be somewhere, or is gone everywhere."""

    ENDING = "ending"
    ENDED = "ended"


class Ending(SQLModel, table=True):
    """The end of a month, written before its line is removed and, as ended, once every process reports it gone."""

    __tablename__ = "endings"

    month: str = Field(primary_key=True)
    state: EndingState = Field(sa_type=enum_type(EndingState))
    began_on: date
    ended_on: date | None = None


class HeldMonths(SQLModel, table=True):
    """The months whose lines a running process holds in memory, separated by spaces."""

    __tablename__ = "held_months"

    process: UUID = Field(primary_key=True)
    seen_at: datetime
    months: str


def known_file(session: Session, *, locked: bool = False) -> KnownFile | None:
    """What is known of the file. If `locked`, no other transaction decides on an end or a hold until this one ends."""
    statement = select(KnownFile).where(KnownFile.id == 1)
    return session.exec(statement.with_for_update() if locked else statement).first()


def proved(session: Session, today: date) -> None:
    """Note that a copy of the file was proved today."""
    session.exec(update(KnownFile).values(proved_on=today))


def ending(session: Session, month: str) -> Ending | None:
    """The end of a month, if it has begun."""
    return session.get(Ending, month)


def begun(session: Session) -> list[Ending]:
    """Every end that has begun, by month."""
    return list(session.exec(select(Ending).order_by(Ending.month)))


def under_way(session: Session) -> list[Ending]:
    """The ends that have begun and are not over, by month."""
    return [each for each in begun(session) if each.state is EndingState.ENDING]


def claim_end(session: Session, month: str, today: date) -> bool:
    """Write that a month has ended; True for the one process that did."""
    waits = (col(Ending.month) == month, col(Ending.state) == EndingState.ENDING)
    done = session.exec(update(Ending).where(*waits).values(state=EndingState.ENDED, ended_on=today))
    return done.rowcount == 1


def report(session: Session, process: UUID, months: Collection[str], now: datetime) -> None:
    """Note which months a process holds, and forget processes that are no more."""
    session.merge(HeldMonths(process=process, seen_at=now, months=" ".join(sorted(months))))
    session.flush()
    session.exec(delete(HeldMonths).where(col(HeldMonths.seen_at) < now - GONE_AFTER))


def forget(session: Session, process: UUID) -> None:
    """Forget a process that stops."""
    session.exec(delete(HeldMonths).where(col(HeldMonths.process) == process))


def is_held(session: Session, month: str, now: datetime) -> bool:
    """Whether a running process holds the line of a month."""
    rows = session.exec(select(HeldMonths).where(HeldMonths.seen_at >= now - GONE_AFTER))
    return any(month in each.months.split() for each in rows)


def months_in_use(session: Session) -> set[str]:
    """The months in which any key ends that has not ended."""
    found = set(session.exec(select(PolicyKeys.text_month).where(col(PolicyKeys.text).is_not(None)).distinct()))
    authors = select(PolicyKeys.authors_month).where(col(PolicyKeys.authors).is_not(None)).distinct()
    return found | set(session.exec(authors)) | set(session.exec(select(EarlierAuthorsKey.month).distinct()))


def policies_ending(session: Session, month: str) -> list[Policy]:
    """The policies of which a key ends in that month and has not ended."""
    text = (col(PolicyKeys.text).is_not(None), PolicyKeys.text_month == month)
    authors = (col(PolicyKeys.authors).is_not(None), PolicyKeys.authors_month == month)
    statement = select(Policy).join(PolicyKeys, col(PolicyKeys.policy_id) == Policy.id)
    found = session.exec(statement.where(or_(text[0] & text[1], authors[0] & authors[1])).order_by(col(Policy.id)))
    return list(found)


def texts_until(session: Session, month: str) -> list[UUID]:
    """The policies whose texts end in that month."""
    statement = select(PolicyKeys.policy_id).where(col(PolicyKeys.text).is_not(None), PolicyKeys.text_month == month)
    return list(session.exec(statement.order_by(col(PolicyKeys.policy_id))))


def destroy(session: Session, month: str, today: date) -> tuple[int, int]:
    """Delete the wrapped keys of a month, and close for good the policies whose texts ended.

    How many texts and how many authors' keys ended.
    """
    ended = texts_until(session, month)
    session.exec(update(Policy).where(col(Policy.id).in_(ended)).values(sealed_on=today))
    session.exec(update(PolicyKeys).where(col(PolicyKeys.policy_id).in_(ended)).values(text=None))
    authors = session.exec(
        update(PolicyKeys)
        .where(col(PolicyKeys.authors).is_not(None), col(PolicyKeys.authors_month) == month)
        .values(authors=None)
    ).rowcount
    authors += session.exec(delete(EarlierAuthorsKey).where(col(EarlierAuthorsKey.month) == month)).rowcount
    session.expire_all()
    return len(ended), authors
