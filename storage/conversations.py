"""Conversations: the platform's own id for a chat with a channel or a person, and the address of its service.

A row is made when the bot is installed, when a roster is read or when a message is sent, never because someone
flagged, and it holds no time.
"""

from uuid import UUID, uuid4

from sqlalchemy import UniqueConstraint, bindparam
from sqlmodel import Field, Session, SQLModel, col, delete, select


class Conversation(SQLModel, table=True):
    """`address` is the platform's id of the channel or, where `direct`, of the user, as in a delivery.

    `conversation` is the id that the platform wants when a message is posted. `service` is the address of the server
    to post it to, on platforms that have several.
    """

    __tablename__ = "conversations"
    __table_args__ = (UniqueConstraint("platform", "workspace", "address", "direct"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    platform: str
    workspace: str
    address: str
    direct: bool
    conversation: str
    service: str = ""


def conversation(session: Session, platform: str, workspace: str, address: str, direct: bool) -> Conversation | None:
    """The conversation of a place."""
    statement = select(Conversation).where(
        Conversation.platform == platform,
        Conversation.workspace == workspace,
        Conversation.address == address,
        Conversation.direct == direct,
    )
    return session.exec(statement).first()


def where(session: Session, platform: str, workspace: str, address: str, direct: bool) -> tuple[str, str] | None:
    """The conversation id and the service address of a place, or None where it is not known."""
    given = {"on": platform, "within": workspace, "there": address, "to_one": direct}
    found = session.connection().execute(_WHERE, given).first()
    return (found[0], found[1]) if found else None


# Built once, because it runs for every outgoing message.
_WHERE = select(Conversation.conversation, Conversation.service).where(
    Conversation.platform == bindparam("on"),
    Conversation.workspace == bindparam("within"),
    Conversation.address == bindparam("there"),
    Conversation.direct == bindparam("to_one"),
)


def forget(session: Session, platform: str, workspace: str, address: str) -> None:
    """Delete the direct conversation with a person."""
    session.exec(
        delete(Conversation)
        .where(
            col(Conversation.platform) == platform,
            col(Conversation.workspace) == workspace,
            col(Conversation.address) == address,
            col(Conversation.direct),
        )
        .execution_options(synchronize_session="fetch")
    )
