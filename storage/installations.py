"""Installations: the workspaces and tenants in which the bot is installed, each with its tokens, sealed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, or_, select, update


class Installation(SQLModel, table=True):
    """One workspace or tenant. `wrapped` is the row's own key, wrapped; `sealed` the tokens that it seals, as JSON.

    `renewing_until` is the end of the lease of the process that renews the tokens. `ended_at` is when the app was
    removed or its tokens were revoked: nothing is sent there after that.
    """

    __tablename__ = "installations"
    __table_args__ = (UniqueConstraint("platform", "workspace"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    platform: str
    workspace: str
    name: str = ""
    wrapped: bytes
    sealed: bytes
    renewing_until: datetime | None = None
    ended_at: datetime | None = None


def installation(session: Session, platform: str, workspace: str) -> Installation | None:
    """The installation of a workspace or tenant, ended or not."""
    statement = select(Installation).where(Installation.platform == platform, Installation.workspace == workspace)
    return session.exec(statement).first()


def names(session: Session) -> dict[tuple[str, str], str]:
    """The name of each workspace or tenant, by (platform, workspace). Those without a name are left out."""
    rows = session.exec(select(Installation.platform, Installation.workspace, Installation.name)).all()
    return {(platform, workspace): name for platform, workspace, name in rows if name}


def by_id(session: Session, installation_id: UUID) -> Installation | None:
    """The installation of that id."""
    return session.get(Installation, installation_id)


def on(session: Session, platform: str) -> Sequence[Installation]:
    """The installations on a platform that have not ended, in a stable order."""
    statement = select(Installation).where(Installation.platform == platform, col(Installation.ended_at).is_(None))
    return session.exec(statement.order_by(Installation.workspace)).all()


def ended(session: Session, platform: str) -> Sequence[Installation]:
    """The installations on a platform that have ended, in a stable order."""
    statement = select(Installation).where(Installation.platform == platform, col(Installation.ended_at).is_not(None))
    return session.exec(statement.order_by(Installation.workspace)).all()


def all_of_them(session: Session) -> Sequence[Installation]:
    """Every installation, so that its key can be rewrapped."""
    return session.exec(select(Installation).order_by(col(Installation.id))).all()


def wrapped_keys(session: Session) -> list[tuple[UUID, bytes]]:
    """(installation, wrapped key) for every installation."""
    return list(session.exec(select(Installation.id, Installation.wrapped)).all())


def claim_renewal(session: Session, installation_id: UUID, now: datetime, until: datetime) -> bool:
    """Lease the renewal of an installation's tokens until `until`; True for the one process that gets it."""
    # A lease that ends much later than this one would was taken by a process whose clock was ahead.
    ahead = col(Installation.renewing_until) > until + 2 * (until - now)
    free = or_(col(Installation.renewing_until).is_(None), col(Installation.renewing_until) <= now, ahead)
    result = session.exec(
        update(Installation)
        .where(col(Installation.id) == installation_id, free)
        .values(renewing_until=until)
        .execution_options(synchronize_session=False)
    )
    return result.rowcount == 1
