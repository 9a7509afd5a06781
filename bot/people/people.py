"""People: taking in rosters, recognising who makes a request, and finding who is named in a form."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from uuid import UUID

from bot.calendar.dates import zone_names
from bot.interface.actor import Actor
from bot.interface.email_addresses import comparable
from bot.interface.pasted_addresses import address_in
from bot.interface.ports import CLOSED, IN_NO_PLACE, NO_ACCESS, Place
from bot.interface.views import OrganisationView
from bot.interface.visible_text import speakable, storable, stripped
from bot.people import admins, conversations, joining, newcomers
from bot.screens import refusals as says
from bot.screens.notice import lines_left_out
from bot.unit_of_work import sealed_accounts
from bot.unit_of_work.errors import Instead
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Channel, Identity, Person
from storage import channels as stored_channels
from storage import memberships as stored_memberships
from storage import people as stored
from storage import unreached as stored_unreached
from storage.accounts_key import ADDRESS_BYTES, SECRET_BYTES, AccountName, SealedAccount, author_id
from storage.held_accounts import Accounts

log = logging.getLogger(__name__)

UNNAMED = "Unnamed channel"
"""What a channel is called while its platform has not given a name for it."""
_DISPROVED_BY_A_CHANNEL = (IN_NO_PLACE, CLOSED, NO_ACCESS)
"""Why an account takes no messages, as long as no roster of a channel has it as an open one."""


class UnknownPerson(Exception):
    """No roster holds that identity yet. The adapter looks the one member up, and asks again with what it found."""


class AccountDamaged(Instead):
    """The row of that identity was changed or damaged, so that nobody can tell whose it is."""

    def __init__(self, organisation: OrganisationView) -> None:
        super().__init__(says.refusal_form(says.account_damaged(organisation)))


@dataclass(frozen=True)
class Member:
    """One entry of a roster. `email` comes from the platform's directory, never from what a user typed."""

    user: str
    name: str
    email: str = ""
    zone: str = ""
    guest: bool = False
    active: bool = True


@dataclass(frozen=True)
class Roster:
    """All members of a connected channel. `channel` is the platform's id; an empty `name` leaves its name as it is."""

    platform: str
    workspace: str
    channel: str
    name: str
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Visitor:
    """The person behind a request. `ids` are all ids as which they hold roles, their own first.

    `secrets` are those by which what is written with this account is found again; the first one makes tags.
    `platform` is where they clicked, and `zone` their IANA zone, if that is known. `address` is the account's
    e-mail address, by which roles go; empty for a guest. A `newcomer` is on no roster yet, and has no row.
    `account` is what the platform calls the account. `code` is set where they come by the receipt code of a detached
    flag: then that flag is theirs too. `shared_address` is the account's address, a guest's too, where another open
    account has it that was not joined with this one by a code; it is empty where none has. `channels` are those on
    whose rosters one of their accounts is, and the one in which they click; of a guest only the latter, where guests
    are let into it.
    """

    ids: tuple[UUID, ...]
    secrets: tuple[bytes, ...] = field(repr=False)
    name: str
    admin: bool
    guest: bool
    channel: Channel | None
    platform: str = ""
    address: str = ""
    newcomer: bool = False
    account: AccountName | None = None
    zone: str = ""
    code: bytes | None = field(default=None, repr=False)
    shared_address: str = ""
    channels: frozenset[UUID] = frozenset()

    @property
    def is_among_everyone(self) -> bool:
        """Whether they are a full member in a connected channel. Newcomers are, as the platform says now."""
        return not self.guest and (self.newcomer or bool(self.channels))

    @property
    def id(self) -> UUID:
        """The id as which the person holds roles."""
        return self.ids[0]

    @cached_property
    def author_ids(self) -> tuple[UUID, ...]:
        """The ids to which what is written by name belongs, that of this account first. Confidential is none of it."""
        return tuple(author_id(each) for each in self.secrets)


@dataclass(frozen=True)
class Named:
    """A person named in a form, or an e-mail address that waits for one. Both are None when the field was empty.

    `on` is the platform on which they were named; empty where it was on none, such as the command line. `unclear` has
    the accounts of the address where they are several people, so that nobody can tell who is meant.
    """

    person_id: UUID | None = None
    email: str | None = None
    on: str = field(default="", compare=False)
    unclear: tuple[Identity, ...] = field(default=(), compare=False)


def recognise(uow: UnitOfWork, actor: Actor, newcomer: Member | None = None) -> Visitor:
    """The person behind a request. Raises `UnknownPerson`, `AccountDamaged` and `CannotOpen`. Writes nothing.

    `newcomer` is who the platform says they are now, if no roster lists them. Everything but the channel is in memory,
    so that no statement depends on who clicks.
    """
    if not storable(actor.workspace, actor.user, actor.channel):
        raise UnknownPerson
    accounts, channel = uow.accounts_and_channel(actor.platform, actor.workspace, actor.channel)
    known = accounts.by_name.get(AccountName(actor.platform, actor.workspace, actor.user))
    if known is None:
        return _newcomer(uow, accounts, channel, actor, newcomer)
    account = known.sealed or sealed_accounts.opened(uow, known.identity)
    if account is None:
        raise AccountDamaged(uow.organisation_view())
    guest = actor.guest or account.guest
    address = account.email if known.identity.active and not guest else ""
    return Visitor(
        ids=(account.person_id,),
        secrets=account.secrets,
        name=known.name,
        admin=bool(address) and address in uow.admins,
        guest=guest,
        channel=channel,
        platform=actor.platform,
        address=address,
        account=known.identity.account,
        zone=known.zone,
        shared_address="" if known.identity.apart else _if_shared(accounts, account.email, account.secrets),
        channels=_channels(accounts, account.person_id, channel, guest=guest),
    )


def _channels(accounts: Accounts, person_id: UUID, here: Channel | None, *, guest: bool) -> frozenset[UUID]:
    """The channels whose member a visitor is who clicks in the channel `here`: also before a roster says so."""
    listed = frozenset[UUID]() if guest else accounts.channels.get(person_id, frozenset())
    return listed | {here.id} if here is not None and (here.guests or not guest) else listed


def _if_shared(accounts: Accounts, email: str, secrets: tuple[bytes, ...]) -> str:
    """The address of an account, if another open one has it that no code has joined with it, and no admin keeps apart.

    Else empty.
    """
    others = [each for each in accounts.by_address.get(email, ()) if not each.identity.apart and each.sealed]
    return email if any(each.sealed and set(each.sealed.secrets).isdisjoint(secrets) for each in others) else ""


def _newcomer(
    uow: UnitOfWork, accounts: Accounts, channel: Channel | None, actor: Actor, member: Member | None
) -> Visitor:
    """A member of a channel whom no roster lists yet, as the platform says now. Raises `UnknownPerson`.

    A row would show that they pressed something, so they get one with everyone else, from the next round of rosters.
    """
    name = AccountName(actor.platform, actor.workspace, actor.user)
    if member is None or not member.active or member.user != actor.user or not storable(member.name, member.email):
        raise UnknownPerson
    drawn = newcomers.secrets_of(name, accounts.newcomers_keys.get(actor.platform, ()))
    if not drawn:
        newcomers.keys(uow, actor.platform)  # raises where there are some, under a master key that is lacking here
        raise UnknownPerson
    guest = actor.guest or member.guest
    email = "" if guest else _address(member)
    person_id = joining.known_as(uow, accounts, name, email) or author_id(drawn[0])
    return Visitor(
        ids=(person_id,),
        secrets=drawn,
        name=member.name,
        admin=bool(email) and email in uow.admins,
        guest=guest,
        channel=channel,
        platform=actor.platform,
        address=email,
        newcomer=True,
        zone=member.zone,
        shared_address=_if_shared(accounts, _address(member), drawn),
        channels=_channels(accounts, person_id, channel, guest=guest),
    )


def signs(uow: UnitOfWork, visitor: Visitor) -> None:
    """Write down the name of a newcomer who does something by name, under the ids that they keep. No account is made.

    Never for what is confidential.
    """
    if visitor.newcomer:
        wanted = dict.fromkeys((visitor.id, visitor.author_ids[0]))
        missing = [each for each in wanted if stored.person(uow.session, each) is None]
        uow.session.add_all(Person(id=each, name=visitor.name) for each in missing)
        uow.session.flush()


def named(uow: UnitOfWork, text: str, on: str = "") -> Named | None:
    """Find the person a form names by e-mail address, or by `platform/workspace/user` from a platform's picker.

    An address may be pasted with `mailto:`, angle brackets, a name or what ends a sentence. Empty text gives an empty
    `Named`; text that is neither gives None. An address that belongs to two people is kept as an address: we never
    guess. `on` is the platform on which the form was filled in, if on one.
    """
    text = stripped(text)
    if not text:
        return Named()
    if "@" not in text:
        return _person_picked(uow, text) if text.isprintable() else None
    address = address_in(text)
    if address is None:
        return None
    email = comparable(address)
    accounts = sealed_accounts.sound(uow, stored.by_email(uow.session, email))
    people = {each.person_id for each in accounts}
    return (
        Named(person_id=people.pop(), on=on) if len(people) == 1 else Named(email=email, on=on, unclear=tuple(accounts))
    )


def _person_picked(uow: UnitOfWork, text: str) -> Named | None:
    pieces = text.split("/")
    if len(pieces) != 3:
        return None
    found = stored.identity(uow.session, *pieces)
    account = sealed_accounts.opened(uow, found) if found else None
    return Named(person_id=account.person_id, on=pieces[0]) if account else None


@dataclass(frozen=True)
class Enrolled:
    """What a roster showed: the addresses of its full members, and the people whose time zone has changed.

    `left_out` is how many of its lines were left out, because they cannot be stored.
    """

    emails: set[str]
    moved: set[UUID]
    left_out: int


def enrol(uow: UnitOfWork, roster: Roster) -> Enrolled:
    """Take in the whole roster of a connected channel, or one without a channel.

    Each new account is a person of its own, until `bot.people.joining` joins it with others by its address. People who
    are no longer listed stay: they may be in the workspace, if not in the channel. Admins are told, once a month, of
    lines that are left out.
    """
    given, roster = roster, _without_what_cannot_be_stored(roster)
    left_out = len(given.members) - len(roster.members)
    channel = _connect(uow, roster) if roster.channel else None
    moved = _enrol_members(uow, roster)
    uow.session.flush()
    if channel is not None:
        known = stored.identities_in(uow.session, roster.platform, roster.workspace)
        members = {known[each.user].id for each in roster.members if each.active and each.user in known}
        stored_memberships.keep(uow.session, channel.id, members)
    if channel is not None and left_out:
        key = f"{lines_left_out.SCREEN}:{channel.id}:{uow.today:%Y-%m}"
        admins.tell(uow, lines_left_out.SCREEN, str(channel.id), key)
    here = {(roster.platform, roster.workspace, each.user) for each in roster.members if each.active}
    stored_unreached.forget(uow.session, here, _DISPROVED_BY_A_CHANNEL if roster.channel else ())
    full = (each for each in roster.members if each.email and not each.guest and each.active)
    return Enrolled({comparable(each.email) for each in full}, moved, left_out)


def leave(uow: UnitOfWork, place: Place, user: str) -> None:
    """Take an account off the roster of a channel, of which a platform says that it has left.

    It is believed at once, because it gives nobody anything: if it was late or wrong, the next roster puts it right.
    """
    if storable(place.workspace, place.address, user):
        stored_memberships.leave(uow.session, place.platform, place.workspace, place.address, user)


def _without_what_cannot_be_stored(roster: Roster) -> Roster:
    """The roster without lines that no database takes: with NUL, or half of a character."""
    members = tuple(each for each in roster.members if storable(each.user, each.name, each.email, each.zone))
    return replace(roster, name=speakable(roster.name), members=members)


def _connect(uow: UnitOfWork, roster: Roster) -> Channel:
    channel = stored_channels.by_address(uow.session, roster.platform, roster.workspace, roster.channel)
    if channel is None:
        channel = Channel(platform=roster.platform, workspace=roster.workspace, address=roster.channel, name="")
        uow.session.add(channel)
    channel.name = roster.name or channel.name or UNNAMED
    if not channel.connected:
        conversations.found_again(uow, channel)
    channel.members = sum(1 for each in roster.members if each.active)
    uow.session.flush()
    return channel


def _enrol_members(uow: UnitOfWork, roster: Roster) -> set[UUID]:
    """Update known members first, so that new ones are matched against current data; the ids whose zone has changed.

    All are looked up together: a roster may have ten thousand members, and no other transaction can write meanwhile.
    """
    known = stored.identities_in(uow.session, roster.platform, roster.workspace)
    people = stored.people_in(uow.session, roster.platform, roster.workspace)
    zones = {each.id: each.zone for each in people.values()}
    changed: list[Identity] = []
    new: list[Member] = []
    for member in roster.members:
        identity = known.get(member.user)
        if identity is None:
            # A closed account that was never seen is nobody: the directory keeps its line, but it is no person here.
            new += [member] if member.active else []
        elif _bring_up_to_date(uow, people, identity, member):
            changed.append(identity)
    _add_new(uow, roster, new)
    joining.separate(uow, {each.person_id for each in changed}, {each.id for each in changed})
    shared = stored.shared_addresses(uow.session)
    uow.rejoins = len(shared) > joining.MOST_AT_ONCE
    got_zone = joining.join(uow, () if uow.rejoins else shared)
    return {each.id for each in people.values() if each.zone != zones[each.id]} | got_zone


def _add_new(uow: UnitOfWork, roster: Roster, members: list[Member]) -> None:
    """Add accounts, with the secrets that they had as newcomers."""
    keys = newcomers.keys_to_add_with(uow, roster.platform)
    drawn = {each.user: newcomers.secrets_of(_account(roster, each), keys) for each in members}
    ids = {each: [author_id(secret) for secret in some] for each, some in drawn.items()}
    # Some have done something by name as newcomers: their name stands under one of these ids.
    signed = stored.people(uow.session, [each for some in ids.values() for each in some])
    for user, some in ids.items():
        if len(some) > 1 and some[0] not in signed and some[1] in signed:
            drawn[user] = drawn[user][::-1]
    people = {}
    for each in members:
        own = author_id(drawn[each.user][0])
        people[each.user] = signed.get(own) or Person(id=own, name=each.name)
        people[each.user].name = each.name
    uow.session.add_all(people.values())
    uow.session.flush()
    for member in members:
        person, secrets = people[member.user], drawn[member.user]
        _note_zone(person, member)
        account = _as_listed(SealedAccount(person.id, secrets, own=len(secrets)), member)
        uow.session.add(sealed_accounts.new(uow, _account(roster, member), account))


def _bring_up_to_date(uow: UnitOfWork, people: Mapping[UUID, Person], row: Identity, member: Member) -> bool:
    """Note what a directory says of an account; whether its address as a full member has changed.

    A row that was changed or damaged is repaired. Raises `CannotOpen` where this process lacks its master key.
    """
    account = sealed_accounts.opened(uow, row)
    if account is None:
        _repair(uow, row, member)
        return True
    people[row.author_id].name = member.name
    for each in (people[row.author_id], people[row.person_id]):
        _note_zone(each, member)
    row.active = member.active
    listed = _as_listed(account, member)
    if listed == account:
        return False
    sealed_accounts.write(uow, row, listed)
    return True


def _repair(uow: UnitOfWork, row: Identity, member: Member) -> None:
    """Make the row of an account sound again that was changed or damaged.

    Where its sealed copy opens, the columns are made what that says, so that nothing is lost. Otherwise the account
    begins anew, as a person of its own: what the columns say of it may have been written by somebody who wants to be
    another one. What it wrote is then found by accounts only that it was joined with by a code.
    """
    account = sealed_accounts.within(uow, row)
    if account is None:
        fresh = secrets.token_bytes(SECRET_BYTES)
        account = SealedAccount(author_id(fresh), (fresh,))
        log.warning("identities: the row %s did not open. Its account begins anew, without what it wrote", row.id)
    else:
        log.warning("identities: the row %s was repaired from its sealed copy", row.id)
    own = author_id(account.secrets[0])
    for each in dict.fromkeys((own, account.person_id)):
        person = stored.person(uow.session, each)
        if person is None:
            uow.session.add(person := Person(id=each, name=member.name))
        person.name = member.name if each == own else person.name
        _note_zone(person, member)
    uow.session.flush()
    row.active = member.active
    sealed_accounts.write(uow, row, _as_listed(account, member))
    uow.session.flush()


def _account(roster: Roster, member: Member) -> AccountName:
    return AccountName(roster.platform, roster.workspace, member.user)


def _note_zone(person: Person, member: Member) -> None:
    if member.zone in zone_names():
        person.zone = member.zone


def _as_listed(account: SealedAccount, member: Member) -> SealedAccount:
    """An account with what its directory says of it."""
    email = _address(member)
    # A closed account keeps its last address where the directory gives none for it.
    return replace(account, guest=member.guest, email=email if email or member.active else account.email)


def _address(member: Member) -> str:
    """The address of a line, as addresses are compared; empty for one that is longer than any address may be."""
    email = comparable(member.email)
    return email if len(email.encode("utf-8", "surrogatepass")) <= ADDRESS_BYTES else ""


def active_accounts(uow: UnitOfWork, platform: str, workspace: str) -> frozenset[str]:
    """The platform's ids of the people of a workspace whose accounts are not known to be closed."""
    known = stored.identities_in(uow.session, platform, workspace)
    return frozenset(user for user, each in known.items() if each.active)


def name_of(uow: UnitOfWork, person_id: UUID | None, email: str | None = None) -> str:
    """What screens call a person: their name, or else the e-mail address that waits for them, or else nothing."""
    if person_id is None:
        return email or ""
    return uow.names[person_id] if person_id in uow.names else stored.name(uow.session, person_id)


def take_names(uow: UnitOfWork, person_ids: Iterable[UUID | None]) -> None:
    """Load the names of many people in one query, for `name_of`."""
    missing = {each for each in person_ids if each is not None} - uow.names.keys()
    if missing:
        uow.names.update(stored.names(uow.session, sorted(missing)))


def zone_of(uow: UnitOfWork, person_id: UUID) -> str:
    """A person's IANA time zone, or else the organisation's."""
    person = stored.person(uow.session, person_id)
    return uow.zone_or_own(person.zone if person else None)
