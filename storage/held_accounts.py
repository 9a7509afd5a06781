"""Held accounts: every account in the memory of a process, so that no statement of a click depends on who clicks.

A number in the database, which triggers raise whenever an account, a name or a newcomers' key changes, says when they
are to be read again; another one, whenever a roster of a channel does. Ten thousand accounts are a few megabytes.
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from uuid import UUID

import sqlalchemy
from sqlalchemy import bindparam, literal
from sqlmodel import Field, Session, SQLModel, and_, col

from storage import newcomers_keys
from storage.accounts_key import AccountName, AccountsKey, SealedAccount
from storage.channels import Channel
from storage.ddl import Statements, needs
from storage.encryption import CannotOpen
from storage.memberships import Membership
from storage.newcomers_keys import NewcomersKeys
from storage.people import Identity, Person
from storage.read_only_rows import columns, read_only_row, read_only_row_if_any

_RAISE = (
    "INSERT INTO accounts_version (id, number, changed_by) VALUES ({row}, 1, {by}) "
    "ON CONFLICT (id) DO UPDATE SET number = accounts_version.number + 1{also}"
)
_NOW = "pg_current_xact_id()::text"
_ONCE = f", changed_by = {_NOW} WHERE accounts_version.changed_by <> {_NOW}"
ACCOUNTS, ROSTERS = 1, 2
"""The rows of `AccountsVersion`."""
_FUNCTIONS = {ACCOUNTS: "raise_accounts_version", ROSTERS: "raise_rosters_version"}
_ACTS = ("INSERT", "UPDATE", "DELETE")


class AccountsVersion(SQLModel, table=True):
    """Two rows, which triggers write: `number` goes up with each transaction that changes accounts, or rosters.

    On PostgreSQL `changed_by` is the number of the last such transaction, so that one that changes ten thousand
    accounts raises it once.
    """

    __tablename__ = "accounts_version"

    id: int = Field(primary_key=True)
    number: int
    changed_by: str = ""


def _raises_the_version(table: str, row: int, acts: tuple[str, ...] = _ACTS) -> Statements:
    raised = _RAISE.format(row=row, by="''", also="")
    every = " OR ".join((*acts, "TRUNCATE") if acts == _ACTS else acts)
    return Statements(
        made={
            "sqlite": tuple(
                f"CREATE TRIGGER {table}_{act.split()[0].lower()}_raises_version AFTER {act} ON {table} "
                f"BEGIN {raised}; END"
                for act in acts
            ),
            "postgresql": (
                f"CREATE TRIGGER {table}_raises_version AFTER {every} ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {_FUNCTIONS[row]}()",
            ),
        }
    )


needs(
    AccountsVersion,
    Statements(
        made={
            "postgresql": tuple(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"{_RAISE.format(row=row, by=_NOW, also=_ONCE)}; RETURN NULL; END $$"
                for row, name in _FUNCTIONS.items()
            ),
        },
        dropped={"postgresql": tuple(f"DROP FUNCTION {name}()" for name in _FUNCTIONS.values())},
    ),
)
for _table in (Identity, Person, NewcomersKeys):
    needs(_table, _raises_the_version(str(_table.__tablename__), ACCOUNTS))
needs(Membership, _raises_the_version(str(Membership.__tablename__), ROSTERS))
needs(Channel, _raises_the_version(str(Channel.__tablename__), ROSTERS, ("UPDATE OF connected, name",)))


@dataclass(frozen=True)
class HeldAccount:
    """One account: its row, read-only, the name and the zone of its person, and what it is.

    `sealed` is None where the row was changed or damaged.
    """

    identity: Identity
    name: str
    zone: str
    sealed: SealedAccount | None


@dataclass(frozen=True)
class Accounts:
    """All accounts of one version, the sound and open ones by address too, and the newcomers' keys.

    `by_email` has those of full members only, `by_address` those of guests too. `channels` has, for each person, the
    connected channels on whose rosters a sound and open account of theirs is, as a full member; `members` has the same
    people by channel, and `connected` the platform and the name of each connected channel.
    """

    by_name: Mapping[AccountName, HeldAccount] = field(default_factory=dict, repr=False)
    by_email: Mapping[str, tuple[HeldAccount, ...]] = field(default_factory=dict, repr=False)
    by_address: Mapping[str, tuple[HeldAccount, ...]] = field(default_factory=dict, repr=False)
    newcomers_keys: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict, repr=False)
    channels: Mapping[UUID, frozenset[UUID]] = field(default_factory=dict, repr=False)
    members: Mapping[UUID, frozenset[UUID]] = field(default_factory=dict, repr=False)
    connected: Mapping[UUID, tuple[str, str]] = field(default_factory=dict, repr=False)

    @cached_property
    def names(self) -> frozenset[str]:
        """What everyone who has an account is called."""
        return frozenset(each.name for each in self.by_name.values())


class HeldAccounts:
    """The accounts of a process, read again when their version has changed."""

    def __init__(self, key: AccountsKey) -> None:
        self._key = key
        self._lock = threading.Lock()
        self._held: tuple[tuple[int, int], Accounts] = ((0, 0), Accounts())

    def now(self, session: Session, platform: str, workspace: str, address: str) -> tuple[Accounts, Channel | None]:
        """All accounts as they are, and the channel at that address, read-only, if it was ever connected.

        One query, as long as no account has changed. Not to be called after the same transaction has changed one.
        """
        given = {"on": platform, "within": workspace, "there": address}
        accounts, rosters, *channel = session.connection().execute(_VERSION_AND_CHANNEL, given).one()
        return self._of_version(session, (accounts or 0, rosters or 0)), read_only_row_if_any(Channel, channel)

    def _of_version(self, session: Session, version: tuple[int, int]) -> Accounts:
        held, accounts = self._held
        if held == version:
            return accounts
        with self._lock:
            held, accounts = self._held
            if held != version:
                if held[0] != version[0]:
                    accounts = self._read(session, accounts.by_name)
                rosters = [(row[0], row[1]) for row in session.connection().execute(_ROSTERS)]
                people = _people_by_channel(accounts, rosters)
                named = session.connection().execute(_CONNECTED)
                accounts = replace(
                    accounts,
                    channels=_turned(people),
                    members=people,
                    connected={channel: (platform, name) for channel, platform, name in named},
                )
                self._held = version, accounts
        return accounts

    def _read(self, session: Session, before: Mapping[AccountName, HeldAccount]) -> Accounts:
        found = {}
        for name, zone, *values in session.connection().execute(_ALL):
            identity = read_only_row(Identity, values)
            known = before.get(identity.account)
            same = known is not None and known.identity.sealed == identity.sealed
            sealed = known.sealed if known is not None and same and known.sealed else self._opened(identity)
            if sealed is not None and not identity.agrees(sealed):
                sealed = None
            found[identity.account] = HeldAccount(identity, name, zone or "", sealed)
        sound = [each for each in found.values() if each.sealed is not None and each.identity.active]
        full = filter(_is_full, sound)
        return Accounts(found, _by_address(full), _by_address(sound), self._newcomers_keys(session))

    def _opened(self, identity: Identity) -> SealedAccount | None:
        try:
            return self._key.open(identity.account, identity.sealed)
        except CannotOpen:
            return None

    def _newcomers_keys(self, session: Session) -> dict[str, tuple[bytes, ...]]:
        found = {}
        for row in newcomers_keys.of_all(session):
            try:
                found[row.platform] = self._key.open_newcomers(row.platform, row.sealed)
            except CannotOpen:
                continue
        return found


def _is_full(account: HeldAccount) -> bool:
    """Whether it is the sound and open account of a full member."""
    return account.sealed is not None and account.identity.active and not account.sealed.guest


def _people_by_channel(accounts: Accounts, rosters: Iterable[tuple[UUID, UUID]]) -> dict[UUID, frozenset[UUID]]:
    """The full members of each channel, from (channel, account) on all rosters."""
    found: dict[UUID, set[UUID]] = {}
    people = {each.identity.id: each.identity.person_id for each in accounts.by_name.values() if _is_full(each)}
    for channel_id, identity_id in rosters:
        if identity_id in people:
            found.setdefault(channel_id, set()).add(people[identity_id])
    return {channel_id: frozenset(some) for channel_id, some in found.items()}


def _turned(people: Mapping[UUID, frozenset[UUID]]) -> dict[UUID, frozenset[UUID]]:
    """The channels of each person, from the people of each channel."""
    found: dict[UUID, set[UUID]] = {}
    for channel_id, some in people.items():
        for each in some:
            found.setdefault(each, set()).add(channel_id)
    return {person_id: frozenset(channels) for person_id, channels in found.items()}


def _by_address(accounts: Iterable[HeldAccount]) -> dict[str, tuple[HeldAccount, ...]]:
    found: dict[str, list[HeldAccount]] = {}
    for each in accounts:
        if each.sealed is not None and each.sealed.email:
            found.setdefault(each.sealed.email, []).append(each)
    return {email: tuple(some) for email, some in found.items()}


# Built once, because the first runs at every click.
_NUMBERS = (
    sqlalchemy.select(col(AccountsVersion.number)).where(col(AccountsVersion.id) == row).scalar_subquery()
    for row in (ACCOUNTS, ROSTERS)
)
_ONE = sqlalchemy.select(literal(1).label("one")).subquery()
_VERSION_AND_CHANNEL = sqlalchemy.select(*_NUMBERS, *columns(Channel)).select_from(
    _ONE.outerjoin(
        Channel,
        and_(
            Channel.platform == bindparam("on"),
            Channel.workspace == bindparam("within"),
            Channel.address == bindparam("there"),
        ),
    )
)
_CONNECTED = sqlalchemy.select(col(Channel.id), col(Channel.platform), col(Channel.name)).where(col(Channel.connected))
_ROSTERS = (
    sqlalchemy.select(col(Membership.channel_id), col(Membership.identity_id))
    .join(Channel, col(Channel.id) == Membership.channel_id)
    .where(col(Channel.connected))
)
_ALL = (
    sqlalchemy.select(col(Person.name), col(Person.zone), *columns(Identity))
    .select_from(Identity)
    .join(Person, col(Person.id) == Identity.person_id)
)
