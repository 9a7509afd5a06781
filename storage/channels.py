"""Channels that the bot was connected to, and what an admin set for them."""

from uuid import UUID, uuid4

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select, update


class Channel(SQLModel, table=True):
    """A place where policy cards stand. `members` is the size of the group, from the roster.

    `reactions`: whether somebody who reacts to a card is shown the way to the form. `digests`: whether a copy of the
    digests of the policies whose cards stand here is sent here too.
    """

    __tablename__ = "channels"
    __table_args__ = (UniqueConstraint("platform", "workspace", "address"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    platform: str
    workspace: str
    address: str
    name: str
    members: int = 0
    connected: bool = True
    offers_named: bool = True
    offers_confidential: bool = True
    guests: bool = False
    reactions: bool = False
    digests: bool = False


def channel(session: Session, channel_id: UUID) -> Channel | None:
    """The channel of that id."""
    return session.get(Channel, channel_id)


def by_address(session: Session, platform: str, workspace: str, address: str) -> Channel | None:
    """The channel by the platform's own id."""
    return session.exec(
        select(Channel).where(Channel.platform == platform, Channel.workspace == workspace, Channel.address == address)
    ).first()


def connected(session: Session) -> list[Channel]:
    """The connected channels, by name."""
    return list(session.exec(select(Channel).where(col(Channel.connected)).order_by(Channel.name)))


def disconnect(session: Session, platform: str, workspace: str) -> None:
    """Have no channel of a workspace or tenant connected any more."""
    here = (col(Channel.platform) == platform, col(Channel.workspace) == workspace)
    session.exec(update(Channel).where(*here).values(connected=False))


def by_name(session: Session, name: str) -> list[Channel]:
    """The connected channels of that name, on any platform."""
    return list(session.exec(select(Channel).where(col(Channel.connected), Channel.name == name)))
