"""People, the platform identities they were seen under, and the ids they were joined with.

Rows come from whole rosters only and carry no time, so that none tells that somebody flagged.
"""

from collections.abc import Iterable
from uuid import UUID, uuid4

from sqlalchemy import UniqueConstraint, Uuid, bindparam
from sqlmodel import Field, Session, SQLModel, col, or_, select, update

_MOST_IN_ONE_STATEMENT = 10_000


class Person(SQLModel, table=True):
    """Somebody on a roster. `zone` is an IANA time zone, from the platform's profile."""

    __tablename__ = "people"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    name: str
    zone: str | None = None


class Identity(SQLModel, table=True):
    """A person as one workspace or tenant of one platform knows them. `email` is case-folded, from its directory."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("platform", "workspace", "user"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    person_id: UUID = Field(foreign_key="people.id", index=True)
    platform: str
    workspace: str
    user: str
    email: str | None = Field(default=None, index=True)
    guest: bool = False
    active: bool = True


class Alias(SQLModel, table=True):
    """An id that a person had before two rows were joined; every rule tries all of them."""

    __tablename__ = "aliases"

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="people.id", index=True)


def person(session: Session, person_id: UUID) -> Person | None:
    """The person of that id."""
    return session.get(Person, person_id)


def name(session: Session, person_id: UUID) -> str:
    """The name of the person of that id; empty for nobody."""
    return session.exec(_NAME, params={"person": person_id}).first() or ""


_NAME = select(Person.name).where(col(Person.id) == bindparam("person", type_=Uuid()))


def names(session: Session, person_ids: set[UUID]) -> dict[UUID, str]:
    """The names of those people, by id."""
    if not person_ids:
        return {}
    found = session.exec(select(Person.id, Person.name).where(col(Person.id).in_(person_ids)))
    return dict(found.all())


def all_ids(session: Session, person_id: UUID) -> list[UUID]:
    """The person's own id first, then every id they were joined with."""
    aliases = session.exec(select(Alias.id).where(Alias.person_id == person_id)).all()
    return [person_id, *aliases]


def every_id(session: Session, person_id: UUID) -> list[UUID]:
    """All ids of whoever has that id, whichever of theirs it is; their own first."""
    rows = session.exec(_ALIASES, params={"person": person_id}).all()
    joined = next((own for alias, own in rows if alias == person_id), None)
    return [person_id, *(alias for alias, _ in rows)] if joined is None else all_ids(session, joined)


def every_id_of(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """For each of those ids all ids of whoever has it, as `every_id` gives them, by two looks."""
    given = list(person_ids)
    own = dict(session.exec(_OWN_IDS, params={"ids": given}).all())
    firsts = {each: own.get(each, each) for each in given}
    others: dict[UUID, list[UUID]] = {}
    for alias, first in session.exec(_OTHER_IDS, params={"ids": sorted(set(firsts.values()))}):
        others.setdefault(first, []).append(alias)
    return {each: [first, *others.get(first, [])] for each, first in firsts.items()}


# Ready-made, because they are asked for every batch of digests.
_IDS = bindparam("ids", type_=Uuid(), expanding=True)
_OWN_IDS = select(Alias.id, Alias.person_id).where(col(Alias.id).in_(_IDS))
_OTHER_IDS = select(Alias.id, Alias.person_id).where(col(Alias.person_id).in_(_IDS))


def identity(session: Session, platform: str, workspace: str, user: str) -> Identity | None:
    """The identity by the platform's own id of the user."""
    return session.exec(
        select(Identity).where(Identity.platform == platform, Identity.workspace == workspace, Identity.user == user)
    ).first()


def identities_of(session: Session, person_id: UUID) -> list[Identity]:
    """The identities of a person that are active, in a stable order."""
    statement = select(Identity).where(Identity.person_id == person_id, col(Identity.active))
    return list(session.exec(statement.order_by(Identity.platform, Identity.workspace, Identity.user)))


def first_identities(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, Identity]:
    """Of each of those people the first of the identities that `identities_of` gives; of some there is none."""
    found = session.exec(_IDENTITIES, params={"ids": list(person_ids)}).all()
    return {each.person_id: each for each in reversed(found)}


_IDENTITIES = (
    select(Identity)
    .where(col(Identity.person_id).in_(_IDS), col(Identity.active))
    .order_by(Identity.platform, Identity.workspace, Identity.user)
)


def leave(session: Session, platform: str, workspace: str) -> None:
    """Nobody can be reached in a workspace or tenant any more, until its roster is read again."""
    session.exec(
        update(Identity)
        .where(col(Identity.platform) == platform, col(Identity.workspace) == workspace)
        .values(active=False)
        .execution_options(synchronize_session="fetch")
    )


def reachable(session: Session, person_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the people who have an active identity, to which something can be sent."""
    statement = select(Identity.person_id).where(col(Identity.person_id).in_(list(person_ids)), col(Identity.active))
    return set(session.exec(statement))


def by_emails(session: Session, emails: Iterable[str]) -> dict[str, list[Identity]]:
    """For each of those case-folded addresses what `by_email` gives."""
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


def people(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, Person]:
    """The people of those ids."""
    every = list(person_ids)
    chunks = (every[start : start + _MOST_IN_ONE_STATEMENT] for start in range(0, len(every), _MOST_IN_ONE_STATEMENT))
    return {each.id: each for chunk in chunks for each in session.exec(select(Person).where(col(Person.id).in_(chunk)))}


def by_email(session: Session, email: str) -> list[Identity]:
    """The active full members, on any platform, with that case-folded address."""
    return list(
        session.exec(
            select(Identity).where(Identity.email == email, col(Identity.guest).is_(False), col(Identity.active))
        )
    )


def identities_in(session: Session, platform: str, workspace: str) -> dict[str, Identity]:
    """Every identity of a workspace, by the platform's id of the user."""
    statement = select(Identity).where(Identity.platform == platform, Identity.workspace == workspace)
    return {each.user: each for each in session.exec(statement)}


def people_in(session: Session, platform: str, workspace: str) -> dict[UUID, Person]:
    """Everybody with an identity in a workspace, by their id."""
    statement = select(Person).join(Identity, col(Identity.person_id) == Person.id)
    statement = statement.where(Identity.platform == platform, Identity.workspace == workspace)
    return {each.id: each for each in session.exec(statement)}


def emails_of(session: Session, person_id: UUID) -> set[str]:
    """The addresses of a person's active full memberships."""
    found = session.exec(
        select(Identity.email).where(
            Identity.person_id == person_id, col(Identity.guest).is_(False), col(Identity.active)
        )
    )
    return {email for email in found if email}


# Ready-made, because it is asked for every digest.
_PERSON = bindparam("person", type_=Uuid())
_ALIASES = select(Alias.id, Alias.person_id).where(or_(col(Alias.id) == _PERSON, col(Alias.person_id) == _PERSON))
