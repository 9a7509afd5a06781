"""Postings: policy cards in channels, which are kept up to date."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, UniqueConstraint, Uuid, bindparam
from sqlmodel import Field, Session, SQLModel, col, delete, func, select, update

from storage import channel_sets
from storage.channels import Channel

ENDED = ""
"""The `ref` of a card that was deleted twice, and is not put back."""


class Posting(SQLModel, table=True):
    """A policy's card in a channel. `ref` is the platform's id once it is posted; `version` counts its updates."""

    __tablename__ = "postings"
    __table_args__ = (UniqueConstraint("policy_id", "channel_id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    policy_id: UUID = Field(foreign_key="policies.id")
    channel_id: UUID = Field(foreign_key="channels.id", index=True)
    ref: str | None = None
    version: int = 1


def _stands_or_will() -> ColumnElement[bool]:
    return func.coalesce(Posting.ref, "pending") != ENDED


def posting(session: Session, posting_id: UUID) -> Posting | None:
    """The posting of that id."""
    return session.get(Posting, posting_id)


def posted_as(session: Session, channel_id: UUID, ref: str) -> Posting | None:
    """The posting with the platform's message id `ref` in a channel."""
    return session.exec(select(Posting).where(Posting.channel_id == channel_id, Posting.ref == ref)).first()


def channels_of(session: Session, policy_id: UUID) -> frozenset[UUID]:
    """The channels that a policy was announced in, whatever became of its card there."""
    return frozenset(session.exec(_CHANNELS_OF, params={"policy": policy_id}))


_CHANNELS_OF = select(Posting.channel_id).where(Posting.policy_id == bindparam("policy", type_=Uuid()))


def raise_version(session: Session, posting_id: UUID) -> int:
    """Increase the version of a card and return it. No two transactions get the same one."""
    raised = (
        update(Posting)
        .where(col(Posting.id) == posting_id)
        .values(version=Posting.version + 1)
        .returning(col(Posting.version))
    )
    version: int = session.exec(raised.execution_options(synchronize_session=False)).scalar_one()
    return version


def taking_digests(session: Session, policy_ids: Sequence[UUID]) -> list[tuple[UUID, Channel]]:
    """(policy, channel) for each of the policies whose card is in a channel that gets copies of digests."""
    return list(session.exec(_TAKING_DIGESTS, params={"policies": policy_ids}).all())


# Built once, because it runs for every batch of digests.
_TAKING_DIGESTS = (
    select(Posting.policy_id, Channel)
    .join(Channel, col(Channel.id) == col(Posting.channel_id))
    .where(
        col(Channel.digests),
        col(Channel.connected),
        _stands_or_will(),
        col(Posting.policy_id).in_(bindparam("policies", type_=Uuid(), expanding=True)),
    )
    .order_by(Channel.name, col(Channel.id))
)


def posted_policies(session: Session) -> list[UUID]:
    """The policies whose cards stand in a channel."""
    stands = (col(Posting.ref).is_not(None), _stands_or_will())
    return list(session.exec(select(Posting.policy_id).where(*stands).distinct().order_by(col(Posting.policy_id))))


def move(session: Session, source: UUID, target: UUID) -> None:
    """Move the cards of one channel to another one, except those of policies that have a card there already.

    A channel that has no cards left is deleted.
    """
    theirs = select(Posting.policy_id).where(Posting.channel_id == target)
    moved = update(Posting).where(col(Posting.channel_id) == source, col(Posting.policy_id).not_in(theirs))
    session.exec(moved.values(channel_id=target).execution_options(synchronize_session=False))
    channel_sets.move(session, source, target)
    if session.exec(select(Posting.id).where(Posting.channel_id == source)).first() is None:
        session.exec(delete(Channel).where(col(Channel.id) == source).execution_options(synchronize_session="fetch"))


def of_policy(session: Session, policy_id: UUID) -> list[tuple[Posting, Channel]]:
    """A policy's postings, posted yet or not, with their channels; without those that have ended."""
    statement = (
        select(Posting, Channel)
        .join(Channel, col(Channel.id) == col(Posting.channel_id))
        .where(Posting.policy_id == policy_id, _stands_or_will())
        .order_by(Channel.name, Channel.platform, col(Channel.id))
    )
    return [(each, channel) for each, channel in session.exec(statement).all()]
