"""People: who is on a roster, who clicked, and who was named."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from bot.calendar.dates import zone_names
from bot.interface.actor import Actor
from bot.interface.ports import IN_NO_PLACE
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Channel, Identity, Person, identity_lookup
from storage import channels as stored_channels
from storage import people as stored
from storage import unreached as stored_unreached


class UnknownPerson(Exception):
    """Nobody of that identity is on a roster yet. The adapter brings the whole roster anew and asks again."""


@dataclass(frozen=True)
class Member:
    """One line of a roster. `email` is the platform directory's own, never one that a user typed."""

    user: str
    name: str
    email: str = ""
    zone: str = ""
    guest: bool = False
    active: bool = True


@dataclass(frozen=True)
class Roster:
    """Everybody in a connected channel, whole. `channel` is the platform's id; without a `name` it keeps its own."""

    platform: str
    workspace: str
    channel: str
    name: str
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Visitor:
    """Somebody who clicked. `ids` are all ids of the person, their own first."""

    ids: tuple[UUID, ...]
    name: str
    admin: bool
    guest: bool
    channel: Channel | None

    @property
    def id(self) -> UUID:
        """The person's own id."""
        return self.ids[0]


@dataclass(frozen=True)
class Named:
    """Somebody named in a form: a person, or an address that waits for one. Both None when nobody was."""

    person_id: UUID | None = None
    email: str | None = None


def recognise(uow: UnitOfWork, actor: Actor) -> Visitor:
    """The person behind a click. Raises `UnknownPerson`. Writes nothing."""
    known = identity_lookup.known(uow.session, actor.platform, actor.workspace, actor.user, actor.channel)
    if known is None:
        raise UnknownPerson
    return Visitor(
        ids=known.ids,
        name=known.name,
        admin=bool(uow.admins & known.emails),
        guest=actor.guest or known.guest,
        channel=known.channel,
    )


def named(uow: UnitOfWork, text: str) -> Named | None:
    """Whom a form names: an e-mail address, or `platform/workspace/user` from a platform's own picker.

    Empty text names nobody; None means that the text is neither. An address that fits two people waits, and is
    never guessed.
    """
    text = text.strip()
    if not text:
        return Named()
    if not text.isprintable():
        return None
    if "@" not in text:
        return _picked(uow, text)
    email = text.casefold()
    if email.count("@") != 1 or not all(email.split("@")) or any(each.isspace() for each in email):
        return None
    people = {each.person_id for each in stored.by_email(uow.session, email)}
    return Named(person_id=people.pop()) if len(people) == 1 else Named(email=email)


def _picked(uow: UnitOfWork, text: str) -> Named | None:
    pieces = text.split("/")
    if len(pieces) != 3:
        return None
    found = stored.identity(uow.session, *pieces)
    return Named(person_id=found.person_id) if found else None


@dataclass(frozen=True)
class Enrolled:
    """What a roster told: the addresses of its full members, and who has another time zone than before."""

    emails: set[str]
    moved: set[UUID]


def enrol(uow: UnitOfWork, roster: Roster) -> Enrolled:
    """Take in the whole roster of a connected channel, or of none.

    People are found by platform identity, else by a directory address in a trusted domain that fits exactly one
    person, else made. Whoever is no longer listed stays: the channel's roster is not the workspace's.
    """
    if roster.channel:
        _connect(uow, roster)
    moved = _take_in(uow, roster)
    uow.session.flush()
    here = {(roster.platform, roster.workspace, each.user) for each in roster.members if each.active}
    stored_unreached.forget(uow.session, here, IN_NO_PLACE if roster.channel else "")
    full = (each for each in roster.members if each.email and not each.guest and each.active)
    return Enrolled({each.email.casefold() for each in full}, moved)


def _connect(uow: UnitOfWork, roster: Roster) -> None:
    channel = stored_channels.by_address(uow.session, roster.platform, roster.workspace, roster.channel)
    if channel is None:
        channel = Channel(platform=roster.platform, workspace=roster.workspace, address=roster.channel, name="")
        uow.session.add(channel)
    channel.name, channel.connected = roster.name or channel.name, True
    channel.members = sum(1 for each in roster.members if each.active)


def _take_in(uow: UnitOfWork, roster: Roster) -> set[UUID]:
    """Who is known is brought up to date first, so that a new account is told from what is so now; who has moved.

    Everybody is looked up together: a roster may have ten thousand lines, and nobody else can write meanwhile.
    """
    known = stored.identities_in(uow.session, roster.platform, roster.workspace)
    people = stored.people_in(uow.session, roster.platform, roster.workspace)
    zones = {each.id: each.zone for each in people.values()}
    new: list[Member] = []
    for member in roster.members:
        identity = known.get(member.user)
        if identity is None:
            new.append(member)
        else:
            _bring_up_to_date(people[identity.person_id], identity, member)
    owners = _joined(uow, roster, new)
    zones = {each.id: each.zone for each in owners.values()} | zones
    people |= {each.id: each for each in owners.values()}
    owners |= {each.user: Person(name=each.name) for each in new if each.user not in owners}
    uow.session.add_all(owners.values())
    uow.session.flush()
    for member in new:
        person = owners[member.user]
        identity = Identity(person_id=person.id, platform=roster.platform, workspace=roster.workspace, user=member.user)
        uow.session.add(identity)
        _bring_up_to_date(person, identity, member)
    return {each.id for each in people.values() if each.zone != zones[each.id]}


def _bring_up_to_date(person: Person, identity: Identity, member: Member) -> None:
    person.name = member.name
    if member.zone in zone_names():
        person.zone = member.zone
    identity.email = member.email.casefold() or None
    identity.guest, identity.active = member.guest, member.active


def _joined(uow: UnitOfWork, roster: Roster, new: list[Member]) -> dict[str, Person]:
    """Whom new accounts belong to, by user: the one person who has the same address elsewhere, in a trusted domain."""
    trusted = uow.organisation.domains.casefold().split()
    # Two accounts of one workspace under one address are ambiguous, and what is ambiguous is never joined.
    times = Counter(each.email.casefold() for each in roster.members)
    alone = {
        each.user: each.email.casefold()
        for each in new
        if not each.guest and each.active and times[each.email.casefold()] == 1
    }
    wanted = {user: email for user, email in alone.items() if email.rpartition("@")[2] in trusted}
    uow.session.flush()
    same = stored.by_emails(uow.session, wanted.values())
    here = (roster.platform, roster.workspace)
    owners: dict[str, UUID] = {}
    for user, email in wanted.items():
        people = {each.person_id for each in same[email]}
        if len(people) == 1 and all((each.platform, each.workspace) != here for each in same[email]):
            owners[user] = people.pop()
    found = stored.people(uow.session, owners.values())
    return {user: found[person_id] for user, person_id in owners.items()}


def name_of(uow: UnitOfWork, person_id: UUID | None, email: str | None = None) -> str:
    """What a person is called on screens: their name, else the address that waits for them, else nothing."""
    if person_id is None:
        return email or ""
    return stored.name(uow.session, person_id)


def zone_of(uow: UnitOfWork, person_id: UUID) -> str:
    """A person's IANA time zone, else the organisation's."""
    person = stored.person(uow.session, person_id)
    return (person.zone if person else None) or uow.organisation.zone
