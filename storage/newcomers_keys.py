"""Newcomers' keys: by which accounts that are on no roster yet get the secrets that they keep once they are on one."""

from sqlmodel import Field, Session, SQLModel, select


class NewcomersKeys(SQLModel, table=True):
    """The newcomers' keys of a platform, sealed: the current one and, during a round of rosters, the one before it."""

    __tablename__ = "newcomers_keys"

    platform: str = Field(primary_key=True)
    sealed: bytes


def of_platform(session: Session, platform: str) -> NewcomersKeys | None:
    """The newcomers' keys of a platform, once a channel is connected there."""
    return session.get(NewcomersKeys, platform)


def of_all(session: Session) -> list[NewcomersKeys]:
    """The newcomers' keys of every platform."""
    return list(session.exec(select(NewcomersKeys)))
