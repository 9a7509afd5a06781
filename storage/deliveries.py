"""Deliveries: messages to send, written in the transaction that caused them.

A delivery holds the name of its screen and the ids to draw it from, never a text. A claim is a conditional update with
a lease, and raises the fence, so that a late worker cannot overwrite a newer one.

The states of a delivery::

              enqueue             claim              settle: Sent
    (no row) ---------> WAITING ----------> SENDING -------------> SENT
                        | |  ^              | |  | ^
                        | |  |   settle:    | |  | |  down by settle: Unknown,
                        | |  |   NotSent    | |  v |  up by claim
                        | |  +--------------+ | UNKNOWN
                        | |                   |
                        | |  give_up          |  settle: Never, or no attempts left
                        | +---------> DEAD <--+
                        |
                        +-----------> SUPERSEDED
                   supersede_updates

- enqueue: `bot.outbox.deliveries.post`, `refresh`, `tell_channel`, `tell_person`, `withdraw` and the like.
- claim: `bot.outbox.claims.claim` takes what is due: WAITING, UNKNOWN, or SENDING with a lease that has ended. A
  message that may have arrived already is looked up on the platform before it is sent again.
- settle: `bot.outbox.outcomes.settle_all` writes the outcome of the attempt. One that never called the platform
  (`PutBack`) leads back to WAITING, or to UNKNOWN where an earlier attempt may have arrived.
- look up: `bot.sending.unconfirmed.looked_up` settles as SENT what the platform has found, sends what it has not (still
  SENDING), puts off until later what it cannot tell (UNKNOWN), and gives up in the end (DEAD).
- give_up: `storage.dead_letters.give_up`, for what waits for a workspace or channel that is gone.
- supersede_updates: a newer update of the same card replaces one that still waits.
- Three moves are not drawn. A client that shows the message makes it SENT from any state but SUPERSEDED
  (`bot.sending.unconfirmed.seen`). An operator can have what is DEAD sent again: it becomes WAITING, or UNKNOWN where
  an attempt may have arrived (`bot.sending.dead_letters.again`). After a restore what waits is doubted: it
  becomes UNKNOWN (`bot.sending.after_restore.resume`).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Index, Integer, bindparam, text
from sqlmodel import Field, Session, SQLModel, and_, case, col, func, or_, select, update

from storage.columns import enum_type
from storage.engine import claimable
from storage.postings import ENDED, Posting
from storage.throttles import Closed, Throttle

_DUE = text("due_at IS NOT NULL")
_UNTOLD = text("untold_since IS NOT NULL")
DEAD = text("state = 'dead'")
"""Spelled out in each query, because a partial index is not used when the value is a bound parameter."""
FIRST_CARD = "post:"
"""The prefix of the key of a delivery that posts a policy's card in its channel."""
SHOWN_AGAIN = "shown-again:"
"""The prefix of the key of a delivery that updates a message, wherever it stands, because its text was taken down."""
OVER = "over:"
"""The prefix of the key of a delivery that withdraws a message about a policy that is over."""
TO_AUTHOR = "author:"
"""The prefix of the key of a delivery that goes to the account that wrote something, and to no other."""


class Verb(StrEnum):
    """What the platform is asked to do."""

    SEND = "send"
    UPDATE = "update"
    WITHDRAW = "withdraw"


class State(StrEnum):
    """The state of a delivery; the module's docstring draws the moves."""

    WAITING = "waiting"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    SUPERSEDED = "superseded"
    DEAD = "dead"


class Delivery(SQLModel, table=True):
    """One message to one place. `key` is the idempotency key: a second row with the same one is refused.

    `screen` and `subject` (ids, as text) say what to draw, for `person_id` where the screen depends on the reader.
    `due_at` is the end of the lease while the row is claimed, and NULL once it is done. `unsure_since` is set while it
    is unconfirmed whether the last attempt arrived; `untold_since` while it is dead and admins are still to be told.
    `ref` is the platform's id of the message or, for a withdrawal, of the copy to withdraw.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_due", "due_at", sqlite_where=_DUE, postgresql_where=_DUE),
        Index("ix_deliveries_untold", "untold_since", sqlite_where=_UNTOLD, postgresql_where=_UNTOLD),
        Index("ix_deliveries_dead", "made_at", "id", sqlite_where=DEAD, postgresql_where=DEAD),
        # The address comes first: with the platform first, SQLite would use this index to search for due deliveries.
        Index("ix_deliveries_place", "address", "workspace", "platform", "made_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    key: str = Field(unique=True)
    verb: Verb = Field(sa_type=enum_type(Verb))
    platform: str
    workspace: str
    address: str
    direct: bool
    screen: str
    subject: str
    person_id: UUID | None = Field(default=None, foreign_key="people.id")
    posting_id: UUID | None = Field(default=None, foreign_key="postings.id", index=True)
    state: State = Field(sa_type=enum_type(State))
    due_at: datetime | None
    attempts: int = 0
    fence: int = 0
    error: str | None = None
    ref: str | None = None
    made_at: datetime
    done_at: datetime | None = None
    unsure_since: datetime | None = None
    untold_since: datetime | None = None


def add(session: Session, deliveries: Sequence[Delivery]) -> None:
    """Insert deliveries. One whose key exists already is skipped."""
    if deliveries:
        known = set(session.exec(_KNOWN_KEYS, params={"keys": [each.key for each in deliveries]}))
        session.add_all(each for each in deliveries if each.key not in known)
        session.flush()


_KNOWN_KEYS = select(Delivery.key).where(col(Delivery.key).in_(bindparam("keys", expanding=True)))


def delivery(session: Session, delivery_id: UUID) -> Delivery | None:
    """The delivery of that id."""
    return session.get(Delivery, delivery_id)


def by_key(session: Session, key: str) -> Delivery | None:
    """The delivery with that idempotency key."""
    return session.exec(select(Delivery).where(Delivery.key == key)).first()


def place_throttle(row: Delivery) -> str:
    """The key of the throttle of a delivery's channel or person."""
    return f"{row.platform}/{row.workspace}/{row.address}"


def tenant_throttle(row: Delivery) -> str:
    """The key of the throttle of a delivery's workspace or tenant."""
    return f"{row.platform}/{row.workspace}"


def due(
    session: Session,
    platform: str,
    now: datetime,
    *,
    places_closed: Closed,
    tenants_closed: Closed,
    limit: int,
    claiming: bool = True,
) -> list[Delivery]:
    """The deliveries of a platform that are due at `now` and not held by a throttle, the oldest first.

    A throttle holds them while it opens later than the first and not later than the second instant of its `Closed`.
    With `claiming`, rows that another process is claiming are skipped.
    """
    given = {
        "platform_name": platform,
        "now": now,
        "place_after": places_closed[0],
        "place_until": places_closed[1],
        "tenant_after": tenants_closed[0],
        "tenant_until": tenants_closed[1],
        "most": limit,
    }
    return list(session.exec(claimable(_TO_SEND) if claiming else _TO_SEND, params=given))


def _card_is_posted() -> ColumnElement[bool]:
    """An update of a card, or a message under it, is not due before the card is posted: waiting costs no attempt."""
    no_card = select(Posting.id).where(Posting.id == Delivery.posting_id, col(Posting.ref).is_(None))
    return or_(col(Delivery.key).startswith(FIRST_CARD), ~no_card.exists())


def _held_by(key: ColumnElement[str], kind: str) -> ColumnElement[bool]:
    """Whether the throttle with that key is closed (`Throttle.is_closed`), between the bounds of its kind."""
    opens_at = col(Throttle.opens_at)
    closed = and_(opens_at > bindparam(f"{kind}_after"), opens_at <= bindparam(f"{kind}_until"))
    return select(Throttle.key).where(col(Throttle.key) == key, closed).exists()


_PLACE = col(Delivery.platform) + "/" + col(Delivery.workspace) + "/" + col(Delivery.address)
_TENANT = col(Delivery.platform) + "/" + col(Delivery.workspace)
# Built once, because it runs every second, and building it takes longer than finding nothing.
_TO_SEND = (
    select(Delivery)
    .where(
        col(Delivery.due_at).is_not(None),
        col(Delivery.due_at) <= bindparam("now"),
        col(Delivery.platform) == bindparam("platform_name"),
        _card_is_posted(),
        ~_held_by(_PLACE, "place"),
        ~_held_by(_TENANT, "tenant"),
    )
    .order_by(col(Delivery.due_at), col(Delivery.made_at), col(Delivery.id))
    .limit(bindparam("most", type_=Integer()))
)


def end_leases(session: Session, after: datetime, now: datetime) -> int:
    """End the leases that end later than `after`: no clock that is right gave them. How many those are."""
    ended = session.exec(
        update(Delivery)
        .where(col(Delivery.state) == State.SENDING, col(Delivery.due_at) > after)
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )
    return ended.rowcount


def doubt(
    session: Session, now: datetime, *, made_after: datetime, since: datetime, never_again: Collection[str]
) -> int:
    """Make unconfirmed what is to be sent and is due, or was made after a time; how many messages.

    Each may have been sent at any time after `since`, and is looked for from then on. What is made again after a
    restore has the id that it had. A policy's first card is never made again, nor is a message with one of the screens
    `never_again`: one from after `since`, when the newest message of the backup was made, was caused after the
    restore, and cannot have been sent before.
    """
    may_have_been_sent = or_(
        col(Delivery.state) == State.SENDING, col(Delivery.due_at) <= now, col(Delivery.made_at) >= made_after
    )
    is_new = and_(
        or_(col(Delivery.key).startswith(FIRST_CARD), col(Delivery.screen).in_(sorted(never_again))),
        col(Delivery.made_at) > since,
        col(Delivery.state) == State.WAITING,
        col(Delivery.attempts) == 0,
    )
    doubted = session.exec(
        update(Delivery)
        .where(
            col(Delivery.verb) == Verb.SEND,
            col(Delivery.state).in_((State.WAITING, State.SENDING)),
            may_have_been_sent,
            ~is_new,
        )
        .values(
            state=State.UNKNOWN,
            # What waits for the morning is not sent at night because it was not found.
            due_at=case(
                (col(Delivery.state) == State.SENDING, now), (col(Delivery.due_at) < now, now), else_=Delivery.due_at
            ),
            made_at=case((col(Delivery.made_at) > since, since), else_=Delivery.made_at),
            unsure_since=now,
            # As if the attempt had been claimed that the backup does not know of.
            attempts=case((col(Delivery.state) == State.WAITING, Delivery.attempts + 1), else_=Delivery.attempts),
            fence=Delivery.fence + 1,
        )
        .execution_options(synchronize_session=False)
    )
    return doubted.rowcount


def held(session: Session, fences: Mapping[UUID, int]) -> dict[UUID, Delivery]:
    """Of these deliveries (id to fence), those that no other worker has claimed since. Locked on PostgreSQL."""
    found = session.exec(_SENDING, params={"ids": sorted(fences)})
    return {each.id: each for each in found if each.fence == fences[each.id]}


_SENDING = (
    select(Delivery)
    .where(col(Delivery.id).in_(bindparam("ids", expanding=True)), col(Delivery.state) == State.SENDING)
    .order_by(col(Delivery.id))
    .with_for_update()
)


def locked(session: Session, delivery_id: UUID) -> Delivery | None:
    """The delivery of that id, locked on PostgreSQL, so that no other transaction changes it meanwhile."""
    return session.exec(select(Delivery).where(Delivery.id == delivery_id).with_for_update()).first()


def number_posted(session: Session, platform: str, workspace: str, address: str) -> int:
    """How many messages arrived in a place and stand there under no card."""
    here = _arrived(platform, workspace, address)
    return session.exec(select(func.count()).select_from(Delivery).where(*here, ~_is_under_a_card())).one()


def newest_posted(
    session: Session, platform: str, workspace: str, address: str, *, offset: int, limit: int
) -> list[Delivery]:
    """Some of the messages that arrived in a place and stand there under no card, the newest first."""
    statement = select(Delivery).where(*_arrived(platform, workspace, address), ~_is_under_a_card())
    newest_first = (col(Delivery.made_at).desc(), col(Delivery.id).desc())
    return list(session.exec(statement.order_by(*newest_first).offset(offset).limit(limit)))


def posted_under(
    session: Session, platform: str, workspace: str, address: str, posting_ids: Sequence[UUID]
) -> list[Delivery]:
    """The messages that arrived in a place under the cards of these postings, the oldest first."""
    theirs = (col(Delivery.posting_id).in_(posting_ids), _is_under_a_card())
    statement = select(Delivery).where(*_arrived(platform, workspace, address), *theirs)
    return list(session.exec(statement.order_by(col(Delivery.made_at), col(Delivery.id))))


def _arrived(platform: str, workspace: str, address: str) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Delivery.platform) == platform,
        col(Delivery.workspace) == workspace,
        col(Delivery.address) == address,
        col(Delivery.verb) == Verb.SEND,
        col(Delivery.state) == State.SENT,
    )


def _is_under_a_card() -> ColumnElement[bool]:
    card = select(Posting.id).where(Posting.id == Delivery.posting_id, col(Posting.ref).is_not(None))
    return and_(~col(Delivery.key).startswith(FIRST_CARD), card.where(Posting.ref != ENDED).exists())


def updates_of(session: Session, platform: str, workspace: str, address: str, ref: str) -> list[State]:
    """The states of the updates of the message `ref` in a place."""
    here = (Delivery.platform == platform, Delivery.workspace == workspace, Delivery.address == address)
    statement = select(Delivery).where(*here, Delivery.ref == ref, Delivery.verb == Verb.UPDATE)
    return [each.state for each in session.exec(statement)]


def move(session: Session, platform: str, workspace: str, address: str, new: str) -> None:
    """Change the address of every delivery to a channel, which the platform has given another id."""
    here = (
        col(Delivery.platform) == platform,
        col(Delivery.workspace) == workspace,
        col(Delivery.address) == address,
        col(Delivery.direct).is_(False),
    )
    session.exec(update(Delivery).where(*here).values(address=new).execution_options(synchronize_session="fetch"))


def supersede_updates(session: Session, posting_id: UUID, now: datetime) -> None:
    """Supersede the updates of a posting that no worker has claimed: a newer one is about to be written."""
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


def supersede_about(session: Session, ids: Collection[UUID], now: datetime) -> None:
    """Supersede all that waits to be sent or changed and is drawn from one of these ids."""
    every = sorted(ids)
    for start in range(0, len(every), 50):
        about = [col(Delivery.subject).contains(str(each)) for each in every[start : start + 50]]
        session.exec(
            update(Delivery)
            .where(col(Delivery.state) == State.WAITING, or_(*about))
            .values(state=State.SUPERSEDED, due_at=None, done_at=now)
            .execution_options(synchronize_session="fetch")
        )


def supersede_waiting(session: Session, posting_id: UUID, now: datetime) -> None:
    """Supersede all that waits to update a card, or to be posted under it: the card has ended."""
    session.exec(
        update(Delivery)
        .where(
            col(Delivery.posting_id) == posting_id,
            col(Delivery.state).in_((State.WAITING, State.UNKNOWN)),
            ~col(Delivery.key).startswith(FIRST_CARD),
        )
        .values(state=State.SUPERSEDED, due_at=None, done_at=now, unsure_since=None)
        .execution_options(synchronize_session="fetch")
    )


def waiting_for_people(session: Session, platform: str, workspace: str) -> list[Delivery]:
    """The messages to people that wait to be sent in a workspace or tenant, the oldest first."""
    statement = select(Delivery).where(
        col(Delivery.platform) == platform,
        col(Delivery.workspace) == workspace,
        col(Delivery.due_at).is_not(None),
        col(Delivery.state) == State.WAITING,
        col(Delivery.person_id).is_not(None),
    )
    return list(session.exec(statement.order_by(col(Delivery.made_at), col(Delivery.id))))


def earliest(session: Session) -> datetime | None:
    """The earliest time at which a delivery is due, or None."""
    return session.exec(
        select(func.min(Delivery.due_at)).where(col(Delivery.due_at).is_not(None), _card_is_posted())
    ).one()


def unsettled(session: Session, states: Sequence[State]) -> list[Delivery]:
    """The deliveries in these states, the oldest first."""
    statement = select(Delivery).where(col(Delivery.state).in_(states))
    return list(session.exec(statement.order_by(col(Delivery.made_at), col(Delivery.id))))


def number_to_send(session: Session, ids: Sequence[UUID] = ()) -> int:
    """How many deliveries wait, are being sent, or may have arrived; with `ids`, how many of those."""
    statement = select(func.count()).select_from(Delivery).where(col(Delivery.due_at).is_not(None))
    return session.exec(statement.where(col(Delivery.id).in_(ids)) if ids else statement).one()


def newest(session: Session, screens: Sequence[str]) -> dict[str, Delivery]:
    """The newest delivery of each of these screens, by screen."""
    statement = select(Delivery).where(col(Delivery.screen).in_(screens), col(Delivery.verb) == Verb.SEND)
    return {each.screen: each for each in session.exec(statement.order_by(col(Delivery.made_at), col(Delivery.id)))}
