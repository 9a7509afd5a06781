"""Channels that the bot was connected to, with the settings that an admin chose for each."""

from uuid import UUID, uuid4

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, func, select, update


class Channel(SQLModel, table=True):
    """A channel that has policy cards. `members` is its size, from the roster.

    `reactions`: whether a person who reacts to a card is shown the way to the form. `digests`: whether a copy of the
    digests is sent here, for the policies whose cards are in the channel.
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
    offers_detached: bool = True
    guests: bool = False
    reactions: bool = False
    digests: bool = False


def channel(session: Session, channel_id: UUID) -> Channel | None:
    """The channel of that id."""
    return session.get(Channel, channel_id)


def by_address(session: Session, platform: str, workspace: str, address: str) -> Channel | None:
    """The channel with the platform's id `address`."""
    return session.exec(
        select(Channel).where(Channel.platform == platform, Channel.workspace == workspace, Channel.address == address)
    ).first()


def connected(session: Session) -> list[Channel]:
    """The connected channels, by name."""
    return list(session.exec(select(Channel).where(col(Channel.connected)).order_by(Channel.name)))


def connected_page(session: Session, *, offset: int, limit: int) -> list[Channel]:
    """Some of the connected channels, by name."""
    by_name = select(Channel).where(col(Channel.connected)).order_by(col(Channel.name), col(Channel.id))
    return list(session.exec(by_name.offset(offset).limit(limit)))


def number_connected(session: Session) -> int:
    """How many channels are connected."""
    return session.exec(select(func.count()).select_from(Channel).where(col(Channel.connected))).one()


def workspaces(session: Session) -> list[tuple[str, str]]:
    """The (platform, workspace) pairs that have a connected channel, in a stable order."""
    statement = select(Channel.platform, Channel.workspace).where(col(Channel.connected)).distinct()
    return list(session.exec(statement.order_by(Channel.platform, Channel.workspace)).all())


def disconnected(session: Session, platform: str) -> list[Channel]:
    """The channels of a platform that are not connected any more, in a stable order."""
    statement = select(Channel).where(col(Channel.connected).is_(False), Channel.platform == platform)
    return list(session.exec(statement.order_by(Channel.address)))


def disconnect(session: Session, platform: str, workspace: str) -> None:
    """Mark every channel of a workspace or tenant as disconnected."""
    here = (col(Channel.platform) == platform, col(Channel.workspace) == workspace)
    session.exec(update(Channel).where(*here).values(connected=False))


def copy_settings(source: Channel, target: Channel) -> None:
    """Give `target` what an admin chose for `source`."""
    for name in ("offers_named", "offers_confidential", "offers_detached", "guests", "reactions", "digests"):
        setattr(target, name, getattr(source, name))


def by_name(session: Session, name: str) -> list[Channel]:
    """The connected channels with that name, on any platform."""
    return list(session.exec(select(Channel).where(col(Channel.connected), Channel.name == name)))
