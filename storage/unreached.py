"""Unreached accounts: open accounts that no message can be sent to at present.

A row is added when a platform permanently refuses a message to a person, or when no roster of a team that has the app
lists them; it is deleted once a message arrives or they are on a roster again. It holds no time, and none is made
because someone flagged.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy
from sqlalchemy import ColumnElement, Uuid, bindparam
from sqlmodel import Field, Session, SQLModel, and_, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.conversations import Conversation
from storage.people import IN_ORDER, Identity, identity
from storage.policies import Policy
from storage.read_only_rows import columns, read_only_row


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
_REACHED_MEMBERS = _REACHED.where(col(Identity.guest).is_(False))
_ALL = select(Unreached, Identity).join(Identity, col(Identity.id) == Unreached.identity_id)


def reached(session: Session, person_ids: Iterable[UUID], *, guests: bool = True) -> set[UUID]:
    """Those of the people who have an open account that takes messages; without `guests`, a full member's."""
    return set(session.exec(_REACHED if guests else _REACHED_MEMBERS, params={"ids": list(person_ids)}))


def reason(session: Session, person_id: UUID) -> str:
    """Why no message can be sent to a person with an open account; empty for others."""
    open_ones = and_(col(Identity.person_id) == person_id, col(Identity.active))
    found = select(Unreached.reason).join(Identity, col(Identity.id) == Unreached.identity_id).where(open_ones)
    return session.exec(found.order_by(Unreached.reason)).first() or ""


@dataclass(frozen=True)
class Account:
    """An open account, read-only, and why it takes no messages; `refuses` is empty where it takes them."""

    identity: Identity
    refuses: str = ""


def accounts(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, list[Account]]:
    """The open accounts of each of these people, in the order in which they are written to. One query for all.

    Those that take messages come before those that refuse them. Someone who has no open account is left out.
    """
    rows = session.connection().execute(_ACCOUNTS, {"ids": list(person_ids)}).all()
    found: dict[UUID, list[Account]] = {}
    for refuses, *values in rows:
        one = Account(read_only_row(Identity, values), refuses or "")
        found.setdefault(one.identity.person_id, []).append(one)
    return {each: sorted(theirs, key=lambda one: one.refuses != "") for each, theirs in found.items()}


_ACCOUNTS = (
    sqlalchemy.select(col(Unreached.reason), *columns(Identity))
    .select_from(Identity)
    .outerjoin(Unreached, col(Unreached.identity_id) == Identity.id)
    .where(col(Identity.person_id).in_(_IDS), col(Identity.active))
    .order_by(*IN_ORDER)
)


def refuse(session: Session, platform: str, workspace: str, user: str, reason: str, *, unless: str = "") -> None:
    """Record that an account takes no messages, and why. A row with the reason `unless` is left unchanged."""
    found = identity(session, platform, workspace, user)
    row = session.get(Unreached, found.id) if found is not None else None
    if found is not None and (row is None or row.reason != unless):
        session.merge(Unreached(identity_id=found.id, reason=reason))
        session.flush()


def forget(session: Session, accounts: Collection[tuple[str, str, str]], reasons: Collection[str] = ()) -> None:
    """Record that accounts, as (platform, workspace, user), take messages. With `reasons`, only where one is given."""
    for row, account in session.exec(_ALL).all():
        known = (account.platform, account.workspace, account.user) in accounts
        if known and (not reasons or row.reason in reasons):
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


def users(session: Session, platform: str, workspace: str, reasons: Collection[str]) -> list[str]:
    """The users of a workspace with an open account that is recorded with one of these reasons."""
    return list(session.exec(_users(platform, workspace, reasons).order_by(Identity.user)))


def _users(platform: str, workspace: str, reasons: Collection[str]) -> SelectOfScalar[str]:
    return (
        select(Identity.user)
        .join(Unreached, col(Unreached.identity_id) == Identity.id)
        .where(
            Identity.platform == platform,
            Identity.workspace == workspace,
            col(Identity.active),
            col(Unreached.reason).in_(reasons),
        )
    )


def who_answer(session: Session, platform: str, workspace: str, reasons: Collection[str]) -> list[str]:
    """The users of a workspace recorded with one of these reasons who answer for a policy that is not sealed."""
    answers = or_(
        col(Policy.owner_id) == Identity.person_id,
        col(Policy.delegate_id) == Identity.person_id,
        col(Policy.senior_id) == Identity.person_id,
    )
    theirs = select(Policy.id).where(answers, col(Policy.sealed_on).is_(None)).exists()
    return list(session.exec(_users(platform, workspace, reasons).where(theirs).order_by(Identity.user)))
