"""Accounts to which nothing can be sent as things stand, although they are open.

A row comes when a platform refuses a message to somebody for good, or when nobody of a team that has the app is left
who could be written to there; it goes once a message arrives. It carries no time, and none is made because somebody
flagged.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, bindparam
from sqlmodel import Field, Session, SQLModel, and_, col, select

from storage.conversations import Conversation
from storage.people import Identity, identity


class Unreached(SQLModel, table=True):
    """An account that takes no messages, and why: a word of our own, or the platform's code."""

    __tablename__ = "unreached"

    identity_id: UUID = Field(foreign_key="identities.id", primary_key=True)
    reason: str


def _takes_messages() -> ColumnElement[bool]:
    return ~select(Unreached.identity_id).where(col(Unreached.identity_id) == Identity.id).exists()


# Ready-made, because they are asked for every batch of digests and of messages.
_IDS = bindparam("ids", type_=Uuid(), expanding=True)
_REACHED = select(Identity.person_id).where(col(Identity.person_id).in_(_IDS), col(Identity.active), _takes_messages())
_ALL = select(Unreached, Identity).join(Identity, col(Identity.id) == Unreached.identity_id)


def reached(session: Session, person_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the people who have an open account to which something can be sent."""
    return set(session.exec(_REACHED, params={"ids": list(person_ids)}))


def reason(session: Session, person_id: UUID) -> str:
    """Why nothing can be sent to a person who has an open account; empty for others."""
    open_ones = and_(col(Identity.person_id) == person_id, col(Identity.active))
    found = select(Unreached.reason).join(Identity, col(Identity.id) == Unreached.identity_id).where(open_ones)
    return session.exec(found.order_by(Unreached.reason)).first() or ""


def taking(session: Session, identities: Collection[Identity]) -> list[Identity]:
    """Those of the accounts that take messages, in the order given."""
    ids = {"ids": [each.id for each in identities]}
    refusing = set(session.exec(_AMONG, params=ids)) if identities else set()
    return [each for each in identities if each.id not in refusing]


_AMONG = select(Unreached.identity_id).where(col(Unreached.identity_id).in_(_IDS))


def refuse(session: Session, platform: str, workspace: str, user: str, reason: str, *, unless: str = "") -> None:
    """Note that an account takes no messages, and why; a row that gives the reason `unless` is left."""
    found = identity(session, platform, workspace, user)
    row = session.get(Unreached, found.id) if found is not None else None
    if found is not None and (row is None or row.reason != unless):
        session.merge(Unreached(identity_id=found.id, reason=reason))
        session.flush()


def forget(session: Session, accounts: Collection[tuple[str, str, str]], reason: str = "") -> None:
    """Note that accounts, by (platform, workspace, user), take messages; only those of one reason where it is given."""
    for row, account in session.exec(_ALL).all():
        known = (account.platform, account.workspace, account.user) in accounts
        if known and reason in ("", row.reason):
            session.delete(row)
    session.flush()


def without_place(
    session: Session, platform: str, workspace: str, listed: Collection[str], known: Collection[str]
) -> list[str]:
    """The users of a workspace whose accounts are open, who are not `listed`, and have no conversation there.

    Those that take no messages for one of the reasons `known` are left out.
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
