"""The keys of each policy, wrapped: the text key and the authors' key, each until the month in which it ends."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple, Self
from uuid import UUID

from sqlalchemy import LargeBinary, Uuid, bindparam, not_
from sqlmodel import Field, Session, SQLModel, col, func, or_, select

from storage.authors_key import AuthorsKey
from storage.keys import KeyRing, Term
from storage.text_key import TextKey


class PolicyKeys(SQLModel, table=True):
    """A policy's text key and authors' key, each wrapped by a master key and the line of the month in which it ends.

    Neither of the two is in this database. A key that has ended is NULL; without its text key a policy is closed for
    good. `authors_day` is the authors' day, after which nobody can link a flag to its author; `generation` counts the
    authors' keys, of which a policy that is extended gets another one (`EarlierAuthorsKey` has those before it).
    """

    __tablename__ = "policy_keys"

    policy_id: UUID = Field(foreign_key="policies.id", primary_key=True)
    text: bytes | None
    text_month: str
    authors: bytes | None
    authors_month: str
    authors_day: date
    generation: int = 1


class EarlierAuthorsKey(SQLModel, table=True):
    """An authors' key from before a policy was extended. What was written with it keeps it, and its authors' day."""

    __tablename__ = "earlier_authors_keys"

    policy_id: UUID = Field(foreign_key="policies.id", primary_key=True)
    generation: int = Field(primary_key=True)
    wrapped: bytes
    month: str
    day: date


class WrappedAuthorsKey(NamedTuple):
    """An authors' key with all that it takes to unwrap it."""

    policy_id: UUID
    generation: int
    wrapped: bytes
    month: str
    day: date

    @property
    def term(self) -> Term:
        """What the key is bound to."""
        return Term(self.policy_id, self.month, self.generation, self.day)


class WrappedKeys(NamedTuple):
    """The row of one policy."""

    policy_id: UUID
    text: bytes | None
    text_month: str
    authors: bytes | None
    authors_month: str
    authors_day: date
    generation: int

    @property
    def text_term(self) -> Term:
        """What the text key is bound to."""
        return Term(self.policy_id, self.text_month)

    @property
    def authors_key(self) -> WrappedAuthorsKey | None:
        """The authors' key, unless it has ended."""
        if self.authors is None:
            return None
        return WrappedAuthorsKey(self.policy_id, self.generation, self.authors, self.authors_month, self.authors_day)

    def with_text_until(self, ring: KeyRing, month: str) -> Self:
        """The same, with the text key wrapped until another month. Raises `CannotOpen`, `MonthGone`."""
        if self.text is None:
            return self
        text = ring.rewrap(TextKey, self.text_term, self.text, Term(self.policy_id, month))
        return self._replace(text=text, text_month=month)


class Terms(NamedTuple):
    """When the keys of a policy end: the months, and the authors' day."""

    text_month: str
    authors_month: str
    authors_day: date


def new(ring: KeyRing, policy_id: UUID, terms: Terms) -> tuple[TextKey, PolicyKeys]:
    """Make the keys of a policy: its text key, and the row to add. Raises `MonthGone`."""
    text, wrapped = ring.new_key(TextKey, Term(policy_id, terms.text_month))
    _, authors = ring.new_key(AuthorsKey, Term(policy_id, terms.authors_month, 1, terms.authors_day))
    return text, PolicyKeys(policy_id=policy_id, text=wrapped, authors=authors, **terms._asdict())


COLUMNS = tuple(col(getattr(PolicyKeys, each)) for each in WrappedKeys._fields)
"""The columns of `WrappedKeys`, in its order."""
_ALL = select(*COLUMNS)
_ONE = _ALL.where(PolicyKeys.policy_id == bindparam("policy", type_=Uuid()))
_LOCKED = _ONE.with_for_update()


def of(session: Session, policy_id: UUID) -> WrappedKeys | None:
    """The keys of a policy."""
    return _row(session.exec(_ONE, params={"policy": policy_id}).first())


def lock(session: Session, policy_id: UUID) -> WrappedKeys | None:
    """Lock a policy against other transactions that call this, until this transaction ends. Writes nothing.

    Returns its keys, whose row is what is locked.
    """
    return _row(session.exec(_LOCKED, params={"policy": policy_id}).first())


def of_several(session: Session, policy_ids: Iterable[UUID]) -> list[WrappedKeys]:
    """The keys of some policies."""
    return [WrappedKeys(*each) for each in session.exec(_ALL.where(col(PolicyKeys.policy_id).in_(list(policy_ids))))]


def of_all(session: Session) -> list[WrappedKeys]:
    """The keys of every policy."""
    return [WrappedKeys(*each) for each in session.exec(_ALL)]


def some_wrapped(
    session: Session, kind: type[TextKey] | type[AuthorsKey], heads: Sequence[bytes], months: Sequence[str], most: int
) -> list[tuple[Term, bytes]]:
    """A few of the wrapped keys that have not ended: up to `most` for each of these heads, and for any other.

    However many policies there are, the database sends no more. `months` are those that the end-months file has.
    """
    column, month = (PolicyKeys.text, PolicyKeys.text_month)
    if kind is AuthorsKey:
        column, month = (PolicyKeys.authors, PolicyKeys.authors_month)
    begins = [func.substr(col(column), 1, len(each)) == bindparam(None, each, LargeBinary) for each in heads]
    found: list[tuple[Term, bytes]] = []
    for which in (*begins, not_(or_(*begins))):
        rows = session.exec(_ALL.where(col(column).is_not(None), col(month).in_(months), which).limit(most))
        for each in (WrappedKeys(*row) for row in rows):
            if kind is TextKey and each.text is not None:
                found.append((each.text_term, each.text))
            elif each.authors_key is not None:
                found.append((each.authors_key.term, each.authors_key.wrapped))
    return found


def earlier(session: Session, policy_id: UUID | None = None) -> list[WrappedAuthorsKey]:
    """The earlier authors' keys of a policy, or of all, that have not ended, the newest first."""
    columns = (col(getattr(EarlierAuthorsKey, each)) for each in WrappedAuthorsKey._fields)
    statement = select(*columns).order_by(col(EarlierAuthorsKey.generation).desc())
    if policy_id is not None:
        statement = statement.where(EarlierAuthorsKey.policy_id == policy_id)
    return [WrappedAuthorsKey(*each) for each in session.exec(statement)]


def keep(session: Session, keys: WrappedKeys) -> None:
    """Save what has changed of a policy's keys."""
    row = session.get_one(PolicyKeys, keys.policy_id)
    for name, value in keys._asdict().items():
        setattr(row, name, value)
    session.flush()


def keep_earlier(session: Session, key: WrappedAuthorsKey) -> None:
    """Save an earlier authors' key."""
    session.merge(EarlierAuthorsKey(**key._asdict()))
    session.flush()


def _row(found: tuple[object, ...] | None) -> WrappedKeys | None:
    return WrappedKeys(*found) if found else None  # type: ignore[arg-type]
