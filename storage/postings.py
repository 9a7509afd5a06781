"""Cards that stand in channels and are kept up to date."""

from uuid import UUID, uuid4

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage.channels import Channel


class Posting(SQLModel, table=True):
    """A policy's card in a channel. `ref` is the platform's id once it stands; `version` counts what it should show."""

    __tablename__ = "postings"
    __table_args__ = (UniqueConstraint("policy_id", "channel_id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    policy_id: UUID = Field(foreign_key="policies.id")
    channel_id: UUID = Field(foreign_key="channels.id", index=True)
    ref: str | None = None
    version: int = 1


def posting(session: Session, posting_id: UUID) -> Posting | None:
    """The posting of that id."""
    return session.get(Posting, posting_id)


def of_policy(session: Session, policy_id: UUID) -> list[tuple[Posting, Channel]]:
    """Where a policy's card stands, or is about to, with the channels."""
    statement = (
        select(Posting, Channel)
        .join(Channel, col(Channel.id) == col(Posting.channel_id))
        .where(Posting.policy_id == policy_id)
        .order_by(Channel.name)
    )
    return [(each, channel) for each, channel in session.exec(statement).all()]
