"""Deliveries: messages on their way, written in the transaction that caused them, and the gates that pace them.

A delivery keeps the name of its screen and the ids to draw it from, never a text. Claims are conditional updates
with a lease; every claim raises the fence, so that a late worker cannot overwrite a newer one.
"""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Index, Integer, bindparam, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, func, or_, select, update

from storage.columns import word
from storage.engine import claimable
from storage.postings import Posting

_DUE = text("due_at IS NOT NULL")
_UNTOLD = text("untold_since IS NOT NULL")
_DEAD = text("state = 'dead'")
"""Written out wherever it is asked, because no index that holds only some rows is used for a value that is bound."""
FIRST_CARD = "post:"
"""How the key of a delivery begins that puts a policy's card into its channel."""


class Verb(StrEnum):
    """What is done at the place."""

    SEND = "send"
    UPDATE = "update"
    WITHDRAW = "withdraw"


class State(StrEnum):
    """How far a delivery has come."""

    WAITING = "waiting"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    SUPERSEDED = "superseded"
    DEAD = "dead"


class Delivery(SQLModel, table=True):
    """One message to one place. `key` is what makes it one: a second row with it is refused.

    `screen` and `subject` (ids, as text) say what to draw, for `person_id` where the screen depends on the reader.
    `due_at` is NULL when it is done; while it is claimed it is the end of the lease. `unsure_since`: nobody can say
    since then whether the last try arrived. `untold_since`: it died then, and admins are still to be told.
    `ref` is the platform's id of the message or, of a copy that is to be withdrawn, of that copy.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_due", "due_at", sqlite_where=_DUE, postgresql_where=_DUE),
        Index("ix_deliveries_untold", "untold_since", sqlite_where=_UNTOLD, postgresql_where=_UNTOLD),
        Index("ix_deliveries_dead", "made_at", "id", sqlite_where=_DEAD, postgresql_where=_DEAD),
        # The address first: with the platform there, SQLite would look for what is due among all that was ever sent.
        Index("ix_deliveries_place", "address", "workspace", "platform", "made_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    key: str = Field(unique=True)
    verb: Verb = Field(sa_type=word(Verb))
    platform: str
    workspace: str
    address: str
    direct: bool
    screen: str
    subject: str
    person_id: UUID | None = Field(default=None, foreign_key="people.id")
    posting_id: UUID | None = Field(default=None, foreign_key="postings.id", index=True)
    state: State = Field(sa_type=word(State))
    due_at: datetime | None
    attempts: int = 0
    fence: int = 0
    error: str | None = None
    ref: str | None = None
    made_at: datetime
    done_at: datetime | None = None
    unsure_since: datetime | None = None
    untold_since: datetime | None = None


class Throttle(SQLModel, table=True):
    """Paces one place, one tenant, or one daily duty: nothing is sent there, or done, before `opens_at`."""

    __tablename__ = "gates"

    key: str = Field(primary_key=True)
    opens_at: datetime


def add(session: Session, deliveries: Sequence[Delivery]) -> None:
    """Write deliveries; one with a key that is there already is left as it stands."""
    if deliveries:
        there = set(session.exec(_THERE, params={"keys": [each.key for each in deliveries]}))
        session.add_all(each for each in deliveries if each.key not in there)
        session.flush()


_THERE = select(Delivery.key).where(col(Delivery.key).in_(bindparam("keys", expanding=True)))


def delivery(session: Session, delivery_id: UUID) -> Delivery | None:
    """The delivery of that id."""
    return session.get(Delivery, delivery_id)


def by_key(session: Session, key: str) -> Delivery | None:
    """The delivery of that key."""
    return session.exec(select(Delivery).where(Delivery.key == key)).first()


def place_gate(row: Delivery) -> str:
    """The key of the gate of a delivery's place."""
    return f"{row.platform}/{row.workspace}/{row.address}"


def tenant_gate(row: Delivery) -> str:
    """The key of the gate of a delivery's workspace or tenant."""
    return f"{row.platform}/{row.workspace}"


def throttle(session: Session, key: str, now: datetime) -> Throttle:
    """The gate of that key, as `gates` gives it."""
    return gates(session, {key}, now)[key]


def gates(session: Session, keys: Set[str], now: datetime) -> dict[str, Throttle]:
    """The gates of those keys, locked in one order where the database can, made open where there is none."""
    if not keys:
        return {}
    given = {"keys": sorted(keys)}
    missing = sorted(keys - set(session.exec(_KEYS, params=given)))
    if missing:
        # Before any is locked: whoever waits here for another process that makes one too holds nothing it waits for.
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        rows = [{"key": key, "opens_at": now} for key in missing]
        session.exec(insert(Throttle).values(rows).on_conflict_do_nothing())
    return {each.key: each for each in session.exec(_GATES, params=given)}


# Ready-made, as below: they are asked for with every message.
_KEYS = select(Throttle.key).where(col(Throttle.key).in_(bindparam("keys", expanding=True)))
_GATES = (
    select(Throttle)
    .where(col(Throttle.key).in_(bindparam("keys", expanding=True)))
    .order_by(Throttle.key)
    .with_for_update()
)


def due(
    session: Session, platform: str, now: datetime, *, tenants_until: datetime, limit: int, claiming: bool = True
) -> list[Delivery]:
    """Deliveries of a platform that are due at `now` and whose place and tenant take messages, the oldest first.

    A tenant takes them while its gate opens no later than `tenants_until`. What another process is claiming is passed
    over, unless this is only a look that claims nothing.
    """
    given = {"platform_name": platform, "now": now, "tenants_until": tenants_until, "most": limit}
    return list(session.exec(claimable(_TO_SEND) if claiming else _TO_SEND, params=given))


def _can_stand() -> ColumnElement[bool]:
    """What updates a card, or stands under it, is not due before the card stands: no try is spent on waiting."""
    no_card = select(Posting.id).where(Posting.id == Delivery.posting_id, col(Posting.ref).is_(None))
    return or_(col(Delivery.key).startswith(FIRST_CARD), ~no_card.exists())


_PLACE = col(Delivery.platform) + "/" + col(Delivery.workspace) + "/" + col(Delivery.address)
_TENANT = col(Delivery.platform) + "/" + col(Delivery.workspace)
# Ready-made, because it is asked every second: to build it anew takes longer than to find nothing.
_TO_SEND = (
    select(Delivery)
    .where(
        col(Delivery.due_at).is_not(None),
        col(Delivery.due_at) <= bindparam("now"),
        col(Delivery.platform) == bindparam("platform_name"),
        _can_stand(),
        ~select(Throttle.key).where(col(Throttle.key) == _PLACE, col(Throttle.opens_at) > bindparam("now")).exists(),
        ~select(Throttle.key)
        .where(col(Throttle.key) == _TENANT, col(Throttle.opens_at) > bindparam("tenants_until"))
        .exists(),
    )
    .order_by(col(Delivery.due_at), col(Delivery.made_at), col(Delivery.id))
    .limit(bindparam("most", type_=Integer()))
)


def held(session: Session, fences: Mapping[UUID, int]) -> dict[UUID, Delivery]:
    """Of deliveries by their fences, those that no other worker has claimed since, locked where the database can."""
    found = session.exec(_SENDING, params={"ids": sorted(fences)})
    return {each.id: each for each in found if each.fence == fences[each.id]}


_SENDING = (
    select(Delivery)
    .where(col(Delivery.id).in_(bindparam("ids", expanding=True)), col(Delivery.state) == State.SENDING)
    .order_by(col(Delivery.id))
    .with_for_update()
)


def locked(session: Session, delivery_id: UUID) -> Delivery | None:
    """The delivery of that id, locked where the database can: nobody else changes it meanwhile."""
    return session.exec(select(Delivery).where(Delivery.id == delivery_id).with_for_update()).first()


def untold(session: Session, since: datetime) -> bool:
    """Whether anything died before then of which admins were not told."""
    return session.exec(_OLDEST_UNTOLD, params={"since": since}).first() is not None


# Ready-made, because it is asked every second.
_OLDEST_UNTOLD = (
    select(Delivery.id)
    .where(col(Delivery.untold_since).is_not(None), col(Delivery.untold_since) <= bindparam("since"))
    .limit(1)
)


def take_untold(session: Session, most: int) -> list[Delivery]:
    """Deliveries that died and of which admins were not told, the oldest first; from now on they count as told."""
    statement = select(Delivery).where(col(Delivery.untold_since).is_not(None)).limit(most)
    found = session.exec(claimable(statement.order_by(col(Delivery.untold_since), col(Delivery.id)))).all()
    for each in found:
        each.untold_since = None
    session.flush()
    return list(found)


def posted_messages(session: Session, platform: str, workspace: str, address: str) -> list[Delivery]:
    """What was sent to a place and stands there, the oldest first."""
    statement = (
        select(Delivery)
        .where(
            Delivery.platform == platform,
            Delivery.workspace == workspace,
            Delivery.address == address,
            Delivery.verb == Verb.SEND,
            Delivery.state == State.SENT,
        )
        .order_by(col(Delivery.made_at), col(Delivery.id))
    )
    return list(session.exec(statement))


def supersede_updates(session: Session, posting_id: UUID, now: datetime) -> None:
    """Drop the updates of a posting that no worker has claimed: a newer one is about to be written."""
    session.exec(
        update(Delivery)
        .where(
            col(Delivery.posting_id) == posting_id,
            col(Delivery.verb) == Verb.UPDATE,
            col(Delivery.state) == State.WAITING,
        )
        .values(state=State.SUPERSEDED, due_at=None, done_at=now)
        .execution_options(synchronize_session=False)
    )


def give_up(
    session: Session, platform: str, workspace: str, reason: str, now: datetime, address: str | None = None
) -> None:
    """Give up what waits for a whole workspace or tenant or, with `address`, for one place there."""
    where = [
        col(Delivery.platform) == platform,
        col(Delivery.workspace) == workspace,
        col(Delivery.due_at).is_not(None),
        col(Delivery.state) == State.WAITING,
    ]
    if address is not None:
        where.append(col(Delivery.address) == address)
    session.exec(
        update(Delivery)
        .where(*where)
        .values(state=State.DEAD, due_at=None, done_at=now, error=reason)
        .execution_options(synchronize_session=False)
    )


def earliest(session: Session) -> datetime | None:
    """The earliest instant at which a delivery is due."""
    return session.exec(select(func.min(Delivery.due_at)).where(col(Delivery.due_at).is_not(None), _can_stand())).one()


def unsettled(session: Session, states: Sequence[State]) -> list[Delivery]:
    """The deliveries in those states, the oldest first."""
    statement = select(Delivery).where(col(Delivery.state).in_(states))
    return list(session.exec(statement.order_by(col(Delivery.made_at), col(Delivery.id))))


def dead(session: Session) -> list[Delivery]:
    """What was given up, the oldest first."""
    return list(session.exec(select(Delivery).where(_DEAD).order_by(col(Delivery.made_at), col(Delivery.id))))


def number_dead(session: Session) -> int:
    """How many deliveries were given up."""
    return session.exec(select(func.count()).select_from(Delivery).where(_DEAD)).one()


def newest(session: Session, screens: Sequence[str]) -> dict[str, Delivery]:
    """The delivery of each of those screens that was written last."""
    statement = select(Delivery).where(col(Delivery.screen).in_(screens), col(Delivery.verb) == Verb.SEND)
    return {each.screen: each for each in session.exec(statement.order_by(col(Delivery.made_at), col(Delivery.id)))}
