"""Channel sets: which channels a policy was announced in, as one id, so that lists look at a column and not at cards.

Policies that were announced in the same channels have the same set, so there are few of them. Which sets somebody is in
is looked up once for a whole list.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Uuid, bindparam
from sqlmodel import Field, Session, SQLModel, col, select, update
from sqlmodel.sql.expression import SelectOfScalar

from storage.stable_ids import stable_id


class ChannelInSet(SQLModel, table=True):
    """One channel of a set."""

    __tablename__ = "channel_sets"

    set_id: UUID = Field(primary_key=True)
    channel_id: UUID = Field(foreign_key="channels.id", primary_key=True, index=True, ondelete="CASCADE")


def keep(session: Session, channel_ids: Collection[UUID]) -> UUID | None:
    """The id of the set of these channels, which is made if there is none yet; None where there are no channels."""
    wanted = sorted(set(channel_ids))
    if not wanted:
        return None
    found = stable_id("channel set", *wanted)
    if session.exec(select(ChannelInSet.set_id).where(ChannelInSet.set_id == found)).first() is None:
        session.add_all(ChannelInSet(set_id=found, channel_id=each) for each in wanted)
        session.flush()
    return found


def move(session: Session, source: UUID, target: UUID) -> None:
    """Put one channel in place of another one in every set that has not both."""
    there = select(ChannelInSet.set_id).where(ChannelInSet.channel_id == target)
    moved = update(ChannelInSet).where(col(ChannelInSet.channel_id) == source, col(ChannelInSet.set_id).not_in(there))
    session.exec(moved.values(channel_id=target).execution_options(synchronize_session=False))


def with_any_of(name: str) -> SelectOfScalar[UUID]:
    """The sets with one of the channels that the parameter `name` has."""
    channels = bindparam(name, type_=Uuid(), expanding=True)
    return select(ChannelInSet.set_id).where(col(ChannelInSet.channel_id).in_(channels))
