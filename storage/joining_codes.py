"""Joining codes: what a person gets with one account and enters with another, to show that both are theirs."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Field, Session, SQLModel, col, delete, select


class JoiningCode(SQLModel, table=True):
    """A code that works once, until `expires_at`.

    The code itself is not kept. `found_by` is an HMAC of it, by which it is found; `mac` is one of the code, the
    account and the instant, so that a row that was pointed at another account does not count.
    """

    __tablename__ = "joining_codes"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    identity_id: UUID = Field(foreign_key="identities.id", unique=True)
    found_by: bytes = Field(unique=True)
    mac: bytes
    expires_at: datetime


def found_by(session: Session, found_by_: bytes) -> JoiningCode | None:
    """The code with that HMAC."""
    return session.exec(select(JoiningCode).where(JoiningCode.found_by == found_by_)).first()


def forget(session: Session, identity_ids: Sequence[UUID], now: datetime) -> None:
    """Delete the codes of these accounts, and every code that has expired."""
    stale = col(JoiningCode.identity_id).in_(list(identity_ids)) | (col(JoiningCode.expires_at) <= now)
    session.exec(delete(JoiningCode).where(stale).execution_options(synchronize_session="fetch"))
