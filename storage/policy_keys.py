"""The two keys of each policy, wrapped: the text key and the authors' key."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, bindparam
from sqlmodel import Field, Session, SQLModel, col, select

from storage.authors_key import AuthorsKey
from storage.keys import KeyRing
from storage.text_key import TextKey


class PolicyKeys(SQLModel, table=True):
    """A policy's text key and authors' key, each wrapped by a master key that is not in this database.

    Deleting the row closes the policy for good.
    """

    __tablename__ = "policy_keys"

    policy_id: UUID = Field(foreign_key="policies.id", primary_key=True)
    text: bytes
    authors: bytes


class WrappedKeys(NamedTuple):
    """The wrapped keys of one policy."""

    policy_id: UUID
    text: bytes
    authors: bytes


def new(ring: KeyRing, policy_id: UUID) -> tuple[TextKey, PolicyKeys]:
    """Make the keys of a policy: its text key, and the row to add."""
    text, wrapped = ring.new_key(TextKey, policy_id)
    _, authors = ring.new_key(AuthorsKey, policy_id)
    return text, PolicyKeys(policy_id=policy_id, text=wrapped, authors=authors)


_COLUMNS = select(PolicyKeys.policy_id, PolicyKeys.text, PolicyKeys.authors)
_ONE = _COLUMNS.where(PolicyKeys.policy_id == bindparam("policy", type_=Uuid()))
_LOCKED = _ONE.with_for_update()


def of(session: Session, policy_id: UUID) -> WrappedKeys | None:
    """The keys of a policy, or None once it is closed for good."""
    return _row(session.exec(_ONE, params={"policy": policy_id}).first())


def lock(session: Session, policy_id: UUID) -> WrappedKeys | None:
    """Lock a policy against other transactions that call this, until this transaction ends. Writes nothing.

    Returns its keys, whose row is what is locked, or None once the policy is closed for good.
    """
    return _row(session.exec(_LOCKED, params={"policy": policy_id}).first())


def of_several(session: Session, policy_ids: Iterable[UUID]) -> list[WrappedKeys]:
    """The keys of those of the policies that are not closed for good."""
    found = session.exec(_COLUMNS.where(col(PolicyKeys.policy_id).in_(list(policy_ids))))
    return [WrappedKeys(*each) for each in found]


def of_all(session: Session) -> list[WrappedKeys]:
    """The keys of every policy that is not closed for good."""
    return [WrappedKeys(*each) for each in session.exec(_COLUMNS)]


def wrap_again(session: Session, keys: WrappedKeys) -> None:
    """Replace a policy's wrapped keys by the same keys under another master key."""
    row = session.get_one(PolicyKeys, keys.policy_id)
    row.text, row.authors = keys.text, keys.authors
    session.flush()


def _row(found: tuple[UUID, bytes, bytes] | None) -> WrappedKeys | None:
    return WrappedKeys(*found) if found else None
