"""Dead letters: deliveries that were given up, and of which admins are told."""

from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select, update

from storage.deliveries import DEAD, Delivery, State, Verb
from storage.engine import claimable


def untold(session: Session, since: datetime) -> bool:
    """Whether admins have yet to be told of a delivery that died at `since` or earlier."""
    return session.exec(_OLDEST_UNTOLD, params={"since": since}).first() is not None


# Built once, because it runs every second.
_OLDEST_UNTOLD = (
    select(Delivery.id)
    .where(col(Delivery.untold_since).is_not(None), col(Delivery.untold_since) <= bindparam("since"))
    .limit(1)
)


def take_untold(session: Session, most: int) -> list[Delivery]:
    """Up to `most` dead deliveries that admins were not told of, the oldest first; marks them as told."""
    statement = select(Delivery).where(col(Delivery.untold_since).is_not(None)).limit(most)
    found = session.exec(claimable(statement.order_by(col(Delivery.untold_since), col(Delivery.id)))).all()
    for each in found:
        each.untold_since = None
    session.flush()
    return list(found)


def give_up(
    session: Session, platform: str, workspace: str, reason: str, now: datetime, address: str | None = None
) -> None:
    """Give up what waits for a whole workspace or tenant or, with `address`, for one place in it.

    Messages to people are left: they may go to another account (`waiting_for_people`).
    """
    where = [
        col(Delivery.platform) == platform,
        col(Delivery.workspace) == workspace,
        col(Delivery.due_at).is_not(None),
        col(Delivery.state) == State.WAITING,
        col(Delivery.person_id).is_(None),
    ]
    if address is not None:
        where.append(col(Delivery.address) == address)
    session.exec(
        update(Delivery)
        .where(*where)
        .values(state=State.DEAD, due_at=None, done_at=now, error=reason)
        .execution_options(synchronize_session=False)
    )


def given_up(
    session: Session, platform: str, workspace: str, since: datetime, address: str | None = None
) -> list[Delivery]:
    """The new messages given up since then in a whole workspace or tenant or, with `address`, for one place in it."""
    statement = select(Delivery).where(
        Delivery.platform == platform,
        Delivery.workspace == workspace,
        col(Delivery.verb) == Verb.SEND,
        DEAD,
        col(Delivery.done_at) >= since,
    )
    if address is not None:
        statement = statement.where(Delivery.address == address)
    return list(session.exec(statement.order_by(col(Delivery.made_at), col(Delivery.id))))


def not_updated(session: Session, platform: str, workspace: str, address: str | None = None) -> list[Delivery]:
    """For each card whose newest update was given up, that update; in a workspace or tenant, or in one place."""
    statement = select(Delivery).where(
        Delivery.platform == platform, Delivery.workspace == workspace, col(Delivery.verb) == Verb.UPDATE
    )
    if address is not None:
        statement = statement.where(Delivery.address == address)
    newest = {each.posting_id: each for each in session.exec(statement.order_by(col(Delivery.made_at)))}
    return [each for each in newest.values() if each.state is State.DEAD]


def dead(session: Session) -> list[Delivery]:
    """The dead letters: deliveries that were given up, the oldest first."""
    return list(session.exec(select(Delivery).where(DEAD).order_by(col(Delivery.made_at), col(Delivery.id))))


def newest_dead(session: Session, *, offset: int, limit: int) -> list[Delivery]:
    """Some of the dead letters, the newest first."""
    newest_first = (col(Delivery.made_at).desc(), col(Delivery.id).desc())
    return list(session.exec(select(Delivery).where(DEAD).order_by(*newest_first).offset(offset).limit(limit)))


def number_dead(session: Session) -> int:
    """How many deliveries were given up."""
    return session.exec(select(func.count()).select_from(Delivery).where(DEAD)).one()
