"""People, and their identities on the platforms.

Rows are made from whole rosters only and hold no time, so that none reveals that someone flagged.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import UniqueConstraint, Uuid, bindparam
from sqlmodel import Field, Session, SQLModel, col, func, select, update

from storage.accounts_key import AccountName, SealedAccount, author_id

_MOST_IN_ONE_STATEMENT = 10_000


class Person(SQLModel, table=True):
    """A person on a roster. `zone` is an IANA time zone, from their profile on the platform."""

    __tablename__ = "people"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    name: str
    zone: str | None = None


class Identity(SQLModel, table=True):
    """A person's account in one workspace or tenant of a platform.

    `email` is from its directory, in the form in which addresses are compared. `person_id` is who the account is as far
    as roles and messages go: accounts that are joined by their address have the same one. What is written by name with
    the account belongs to `author_id`, which is its own and never changes. `apart` says that an admin keeps it from
    being joined. Messages go first to the account with the lowest `rank`; NULL comes last.

    These columns only find an account. What it is stands in `sealed` (`storage/accounts_key.py`): where `person_id`,
    `author_id`, `email` or `guest` says something else, the account is nobody's.
    """

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("platform", "workspace", "user"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    person_id: UUID = Field(foreign_key="people.id", index=True)
    author_id: UUID = Field(foreign_key="people.id", index=True)
    platform: str
    workspace: str
    user: str
    email: str | None = Field(default=None, index=True)
    guest: bool = False
    active: bool = True
    apart: bool = False
    rank: int | None = None
    sealed: bytes

    @property
    def account(self) -> AccountName:
        """What the platform calls the account."""
        return AccountName(self.platform, self.workspace, self.user)

    def agrees(self, sealed: SealedAccount) -> bool:
        """Whether the columns say of the account what its sealed copy does."""
        return (
            self.person_id == sealed.person_id
            and self.author_id == author_id(sealed.secrets[0])
            and (self.email or "") == sealed.email
            and self.guest == sealed.guest
        )


IN_ORDER: tuple[Any, ...] = (
    func.coalesce(col(Identity.rank), 1_000_000),
    col(Identity.platform),
    col(Identity.workspace),
    col(Identity.user),
)
"""The order in which a person's accounts are written to: as they chose, then by name."""


def person(session: Session, person_id: UUID) -> Person | None:
    """The person of that id."""
    return session.get(Person, person_id)


def name(session: Session, person_id: UUID) -> str:
    """The name of the person of that id; empty for an unknown id."""
    return session.exec(_NAME, params={"person": person_id}).first() or ""


_NAME = select(Person.name).where(col(Person.id) == bindparam("person", type_=Uuid()))


def names(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of the people with these ids, by id."""
    return dict(session.exec(_NAMES, params={"people": list(person_ids)}).all())


_NAMES = select(col(Person.id), col(Person.name)).where(
    col(Person.id).in_(bindparam("people", type_=Uuid(), expanding=True))
)


def identity(session: Session, platform: str, workspace: str, user: str) -> Identity | None:
    """The identity with the platform's own user id."""
    return session.exec(
        select(Identity).where(Identity.platform == platform, Identity.workspace == workspace, Identity.user == user)
    ).first()


def identities_of(session: Session, person_id: UUID) -> list[Identity]:
    """The active identities of a person, in the order in which they are written to."""
    statement = select(Identity).where(Identity.person_id == person_id, col(Identity.active))
    return list(session.exec(statement.order_by(*IN_ORDER)))


def leave(session: Session, platform: str, workspace: str) -> None:
    """Mark all identities of a workspace or tenant as inactive, until its roster is read again."""
    session.exec(
        update(Identity)
        .where(col(Identity.platform) == platform, col(Identity.workspace) == workspace)
        .values(active=False)
        .execution_options(synchronize_session="fetch")
    )


def reachable(session: Session, person_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the people who have an active identity, to which messages can be sent."""
    statement = select(Identity.person_id).where(col(Identity.person_id).in_(list(person_ids)), col(Identity.active))
    return set(session.exec(statement))


def by_emails(session: Session, emails: Iterable[str]) -> dict[str, list[Identity]]:
    """The identities that `by_email` gives, for each of these addresses."""
    found: dict[str, list[Identity]] = {each: [] for each in emails}
    every = list(found)
    for start in range(0, len(every), _MOST_IN_ONE_STATEMENT):
        chunk = every[start : start + _MOST_IN_ONE_STATEMENT]
        statement = select(Identity).where(
            col(Identity.email).in_(chunk), col(Identity.guest).is_(False), col(Identity.active)
        )
        for each in session.exec(statement):
            found[each.email or ""].append(each)
    return found


def accounts_of(session: Session, person_ids: Iterable[UUID]) -> list[Identity]:
    """Every account, open or closed, of these people, in a stable order."""
    found: list[Identity] = []
    every = list(person_ids)
    for start in range(0, len(every), _MOST_IN_ONE_STATEMENT):
        chunk = every[start : start + _MOST_IN_ONE_STATEMENT]
        found += session.exec(select(Identity).where(col(Identity.person_id).in_(chunk)))
    return sorted(found, key=lambda each: (each.platform, each.workspace, each.user))


def joined_with(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, list[Identity]]:
    """Every account, open or closed, of each of these people who has several, in a stable order."""
    found: dict[UUID, list[Identity]] = {}
    for each in accounts_of(session, person_ids):
        found.setdefault(each.person_id, []).append(each)
    return {person_id: accounts for person_id, accounts in found.items() if len(accounts) > 1}


def several_accounts(session: Session) -> set[UUID]:
    """The people who have several accounts, open or closed."""
    statement = select(Identity.person_id).group_by(col(Identity.person_id)).having(func.count() > 1)
    return set(session.exec(statement))


def shared_addresses(session: Session) -> set[str]:
    """The addresses that several people have: on open accounts of full members."""
    statement = (
        select(Identity.email)
        .where(col(Identity.email).is_not(None), col(Identity.guest).is_(False), col(Identity.active))
        .group_by(col(Identity.email))
        .having(func.count(col(Identity.person_id).distinct()) > 1)
    )
    return {each for each in session.exec(statement) if each}


def addresses_of_several(session: Session, after: str, most: int) -> list[str]:
    """The first addresses, in order and after the one given, that several accounts have, open or closed."""
    statement = (
        select(Identity.email)
        .where(col(Identity.email) > after)
        .group_by(col(Identity.email))
        .having(func.count() > 1)
        .order_by(col(Identity.email))
        .limit(most)
    )
    return [each for each in session.exec(statement) if each]


def people_with(session: Session, emails: Iterable[str]) -> set[UUID]:
    """The people who have an account with one of these addresses, open or closed."""
    return set(session.exec(select(Identity.person_id).where(col(Identity.email).in_(list(emails)))))


def kept_apart(session: Session) -> list[Identity]:
    """The accounts that an admin keeps from being joined, in a stable order."""
    statement = select(Identity).where(col(Identity.apart))
    return list(session.exec(statement.order_by(Identity.platform, Identity.workspace, Identity.user)))


def every_account(session: Session) -> list[Identity]:
    """All accounts, open or closed."""
    return list(session.exec(select(Identity)))


def some_accounts(session: Session, most: int) -> list[Identity]:
    """Up to so many accounts, to see whether they open."""
    return list(session.exec(select(Identity).limit(most)))


def account(session: Session, identity_id: UUID) -> Identity | None:
    """The account of that id."""
    return session.get(Identity, identity_id)


def of_authors(session: Session, author_ids: Iterable[UUID]) -> list[Identity]:
    """The accounts with which these authors write, open or closed, in a stable order."""
    statement = select(Identity).where(col(Identity.author_id).in_(list(author_ids)))
    return list(session.exec(statement.order_by(Identity.platform, Identity.workspace, Identity.user)))


def of_author(session: Session, author: UUID) -> Identity | None:
    """The open account with which that author writes."""
    statement = select(Identity).where(Identity.author_id == author, col(Identity.active))
    return session.exec(statement.order_by(Identity.platform, Identity.workspace, Identity.user)).first()


def people(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, Person]:
    """The people with these ids, by id."""
    every = list(person_ids)
    chunks = (every[start : start + _MOST_IN_ONE_STATEMENT] for start in range(0, len(every), _MOST_IN_ONE_STATEMENT))
    return {each.id: each for chunk in chunks for each in session.exec(select(Person).where(col(Person.id).in_(chunk)))}


def by_email(session: Session, email: str) -> list[Identity]:
    """The active identities of full members with that address, in the form in which addresses are compared."""
    found = select(Identity).where(Identity.email == email, col(Identity.guest).is_(False), col(Identity.active))
    return list(session.exec(found.order_by(Identity.platform, Identity.workspace, Identity.user)))


def guests_by_email(session: Session, email: str) -> list[Identity]:
    """The active identities of guests with that address, in the form in which addresses are compared."""
    statement = select(Identity).where(Identity.email == email, col(Identity.guest), col(Identity.active))
    return list(session.exec(statement))


def guests(session: Session, person_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the people whose open accounts are all a guest's."""
    statement = select(Identity.person_id, Identity.guest)
    found = session.exec(statement.where(col(Identity.person_id).in_(list(person_ids)), col(Identity.active))).all()
    return {person_id for person_id, _ in found} - {person_id for person_id, guest in found if not guest}


def identities_in(session: Session, platform: str, workspace: str) -> dict[str, Identity]:
    """Every identity in a workspace, by the platform's user id."""
    statement = select(Identity).where(Identity.platform == platform, Identity.workspace == workspace)
    return {each.user: each for each in session.exec(statement)}


def people_in(session: Session, platform: str, workspace: str) -> dict[UUID, Person]:
    """Everyone with an identity in a workspace, by id: as whom its roles are held, and as whom it writes."""
    here = (col(Identity.platform) == platform, col(Identity.workspace) == workspace)
    ids = select(Identity.person_id).where(*here).union(select(Identity.author_id).where(*here))
    return {each.id: each for each in session.exec(select(Person).where(col(Person.id).in_(ids)))}


def emails_of(session: Session, person_id: UUID) -> set[str]:
    """The e-mail addresses of a person's active identities as a full member."""
    found = session.exec(
        select(Identity.email).where(
            Identity.person_id == person_id, col(Identity.guest).is_(False), col(Identity.active)
        )
    )
    return {email for email in found if email}
