"""Unreached accounts: open accounts that no message can be sent to at present.

A row is added when a platform permanently refuses a message to a person, or when no roster of a team that has the app
lists them; it is deleted once a message arrives or they are on a roster again. It holds no time, and none is made
because someone flagged.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, bindparam
from sqlmodel import Field, Session, SQLModel, and_, col, select

from storage.conversations import Conversation
from storage.people import Identity, identity


class Unreached(SQLModel, table=True):
    """An account that takes no messages. `reason` is a word of our own, or the platform's code."""

    __tablename__ = "unreached"

    identity_id: UUID = Field(foreign_key="identities.id", primary_key=True)
    reason: str


def _takes_messages() -> ColumnElement[bool]:
    return ~select(Unreached.identity_id).where(col(Unreached.identity_id) == Identity.id).exists()


# Built once, because they run for every batch of digests and of messages.
_IDS = bindparam("ids", type_=Uuid(), expanding=True)
_REACHED = select(Identity.person_id).where(col(Identity.person_id).in_(_IDS), col(Identity.active), _takes_messages())
_ALL = select(Unreached, Identity).join(Identity, col(Identity.id) == Unreached.identity_id)


def reached(session: Session, person_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the people who have an open account that takes messages."""
    return set(session.exec(_REACHED, params={"ids": list(person_ids)}))


def reason(session: Session, person_id: UUID) -> str:
    """Why no message can be sent to a person with an open account; empty for others."""
    open_ones = and_(col(Identity.person_id) == person_id, col(Identity.active))
    found = select(Unreached.reason).join(Identity, col(Identity.id) == Unreached.identity_id).where(open_ones)
    return session.exec(found.order_by(Unreached.reason)).first() or ""


def taking(session: Session, identities: Collection[Identity]) -> list[Identity]:
    """The accounts that take messages, of those given and in their order."""
    ids = {"ids": [each.id for each in identities]}
    refusing = set(session.exec(_AMONG, params=ids)) if identities else set()
    return [each for each in identities if each.id not in refusing]


_AMONG = select(Unreached.identity_id).where(col(Unreached.identity_id).in_(_IDS))


def refuse(session: Session, platform: str, workspace: str, user: str, reason: str, *, unless: str = "") -> None:
    """Record that an account takes no messages, and why. A row with the reason `unless` is left unchanged."""
    found = identity(session, platform, workspace, user)
    row = session.get(Unreached, found.id) if found is not None else None
    if found is not None and (row is None or row.reason != unless):
        session.merge(Unreached(identity_id=found.id, reason=reason))
        session.flush()


def forget(session: Session, accounts: Collection[tuple[str, str, str]], reason: str = "") -> None:
    """Record that accounts, as (platform, workspace, user), take messages. With `reason`, only clear rows with it."""
    for row, account in session.exec(_ALL).all():
        known = (account.platform, account.workspace, account.user) in accounts
        if known and reason in ("", row.reason):
            session.delete(row)
    session.flush()


def without_place(
    session: Session, platform: str, workspace: str, listed: Collection[str], known: Collection[str]
) -> list[str]:
    """The users of a workspace with an open account who are not `listed` and have no direct conversation there.

    Those already recorded with one of the reasons `known` are left out.
    """
    noted = and_(col(Unreached.identity_id) == Identity.id, col(Unreached.reason).in_(known))
    own = and_(
        col(Conversation.platform) == Identity.platform,
        col(Conversation.workspace) == Identity.workspace,
        col(Conversation.address) == Identity.user,
        col(Conversation.direct),
    )
    statement = select(Identity.user).where(
        Identity.platform == platform,
        Identity.workspace == workspace,
        col(Identity.active),
        ~select(Unreached.identity_id).where(noted).exists(),
        ~select(Conversation.id).where(own).exists(),
    )
    return [each for each in session.exec(statement) if each not in listed]
