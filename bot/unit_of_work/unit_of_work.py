"""The unit of work: one transaction, the time it runs at, the keys, and the organisation's terms.

Every rule is a plain synchronous function of a unit of work and its arguments. A unit of work lives as long as its
transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from bot.calendar.dates import local_day, zone_names
from bot.calendar.working_days import WorkingCalendar
from bot.interface.views import OrganisationView
from bot.unit_of_work import sealed_text
from storage import Channel, Organisation, Policy, Session, policy_keys
from storage import organisation as organisations
from storage import policies as stored_policies
from storage import postings as stored_postings
from storage.audit import Changes
from storage.authors_key import AuthorsKey
from storage.encryption import Damaged
from storage.held_accounts import Accounts, HeldAccounts
from storage.keys import KeyRing, Kind, MonthGone, Term
from storage.organisation import release_weekdays
from storage.policy_keys import WrappedKeys
from storage.text_key import TextKey


class Sealed(Exception):
    """The policy was closed for good: its key is gone, and what was said about it cannot be decrypted."""


@dataclass
class UnitOfWork:
    """What a rule is given. `now` is aware UTC; `admins` are e-mail addresses, made `comparable`."""

    session: Session
    now: datetime
    ring: KeyRing
    admins: frozenset[str] = frozenset()
    damaged: set[UUID] = field(default_factory=set)
    _wrapped: dict[UUID, WrappedKeys] = field(default_factory=dict)
    _keys: dict[UUID, TextKey] = field(default_factory=dict)
    _authors_keys: dict[UUID, AuthorsKey] = field(default_factory=dict)
    _held: set[UUID] = field(default_factory=set)
    _channels: dict[UUID, frozenset[UUID]] = field(default_factory=dict)
    names: dict[UUID, str] = field(default_factory=dict)
    """The names of people that were loaded together (`bot.people.people.take_names`)."""
    held_accounts: HeldAccounts | None = None
    accounts: Accounts = field(default_factory=Accounts)
    """All accounts, once somebody was looked for among them."""
    rejoins: bool = False
    """Whether people's accounts have to be looked at again once this has been committed, a few at a time."""
    changes: Changes | None = None
    """What an admin has changed, once that is watched for the audit log."""

    def accounts_and_channel(self, platform: str, workspace: str, address: str) -> tuple[Accounts, Channel | None]:
        """All accounts, from memory, and a channel, read-only. The statement is the same whoever clicks there."""
        held = self.held_accounts or HeldAccounts(self.ring.accounts)
        self.accounts, channel = held.now(self.session, platform, workspace, address)
        return self.accounts, channel

    @cached_property
    def organisation(self) -> Organisation:
        """The organisation and its terms."""
        return organisations.organisation(self.session)

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """The organisation's working days."""
        own_days = organisations.own_days(self.organisation)
        return WorkingCalendar.known(self.organisation.calendar, own_days) or WorkingCalendar(own_days=own_days)

    def calendar_or_own(self, code: str) -> WorkingCalendar:
        """The working days of a stored calendar or, where this installation does not know it, the organisation's."""
        return WorkingCalendar.known(code, organisations.own_days(self.organisation)) or self.calendar

    @cached_property
    def zone(self) -> str:
        """The organisation's IANA zone."""
        zone = self.organisation.zone
        return zone if zone in zone_names() else Organisation().zone

    def zone_or_own(self, name: str | None) -> str:
        """A stored IANA zone or, where there is none or this installation does not know it, the organisation's."""
        return name if name and name in zone_names() else self.zone

    @cached_property
    def today(self) -> date:
        """Today in the organisation's zone: the day of writing of anything written now."""
        return local_day(self.now, self.zone)

    def keep_keys(self, keys: WrappedKeys) -> None:
        """Save what has changed of a policy's wrapped keys."""
        policy_keys.keep(self.session, keys)
        self._wrapped[keys.policy_id] = keys
        self._authors_keys.pop(keys.policy_id, None)

    def key(self, policy_id: UUID) -> TextKey:
        """The text key of a policy, unwrapped. Raises `Sealed` when it is gone."""
        if policy_id not in self._keys:
            found = self.wrapped_keys(policy_id)
            self._keys[policy_id] = self._unwrapped(TextKey, found.text_term, found.text)
        return self._keys[policy_id]

    def authors_key(self, policy_id: UUID) -> AuthorsKey:
        """The current authors' key of a policy, unwrapped. Raises `Sealed` when it has ended."""
        if policy_id not in self._authors_keys:
            found = self.wrapped_keys(policy_id).authors_key
            if found is None:
                raise Sealed
            self._authors_keys[policy_id] = self._unwrapped(AuthorsKey, found.term, found.wrapped)
        return self._authors_keys[policy_id]

    def authors_keys(self, policy_id: UUID) -> tuple[AuthorsKey, ...]:
        """The authors' keys of a policy that have not ended, the newest first: none after the last authors' day."""
        found: list[AuthorsKey] = []
        with suppress(Sealed):
            found.append(self.authors_key(policy_id))
        with suppress(Sealed):
            if self.wrapped_keys(policy_id).generation > 1:
                for each in policy_keys.earlier(self.session, policy_id):
                    with suppress(Sealed):
                        found.append(self._unwrapped(AuthorsKey, each.term, each.wrapped))
        return tuple(found)

    def wrapped_keys(self, policy_id: UUID) -> WrappedKeys:
        """The row of a policy's keys. Raises `Sealed` where there is none."""
        if policy_id not in self._wrapped:
            found = policy_keys.of(self.session, policy_id)
            if found is None:
                raise Sealed
            self._wrapped[policy_id] = found
        return self._wrapped[policy_id]

    def _unwrapped(self, kind: type[Kind], term: Term, wrapped: bytes | None) -> Kind:
        """A key of a policy. Raises `Sealed` when it has ended.

        One that was damaged is as good as gone: tells the operator.
        """
        if wrapped is None:
            raise Sealed
        try:
            return self.ring.unwrap(kind, term, wrapped)
        except MonthGone:
            raise Sealed from None
        except Damaged:
            sealed_text.tell("policy_keys", term.policy_id, self.now)
            raise Sealed from None

    def opened(
        self, policy_id: UUID, table: str, column: str, row_id: UUID, sealed: bytes, bound: bytes = b""
    ) -> str | None:
        """The text that was sealed in a column of a policy's row, or None where it does not open.

        One row that was changed or damaged stops nothing else: it is left out, and the operator is told. Raises
        `Sealed`.
        """
        try:
            return self.key(policy_id).open(table, column, row_id, sealed, bound)
        except Damaged:
            sealed_text.tell(table, row_id, self.now)
            return None

    def take_keys(self, policy_ids: Iterable[UUID]) -> None:
        """Load the keys of many policies in one query. Those whose text key does not open are noted in `damaged`."""
        missing = [each for each in policy_ids if each not in self._keys]
        if not missing:
            return
        for found in policy_keys.of_several(self.session, missing):
            self._wrapped[found.policy_id] = found
            try:
                self.key(found.policy_id)
            except Sealed:
                self.damaged.add(found.policy_id)

    def policy(self, policy_id: UUID) -> Policy | None:
        """A policy, read-only; loads the organisation's terms and the policy's channels in the same query."""
        found = stored_policies.with_terms(self.session, policy_id)
        if found is None:
            return None
        policy, self.organisation, self._wrapped[policy_id], self._channels[policy_id] = found
        return policy

    def channels_of(self, policy_id: UUID) -> frozenset[UUID]:
        """The channels that a policy was announced in."""
        if policy_id not in self._channels:
            self._channels[policy_id] = stored_postings.channels_of(self.session, policy_id)
        return self._channels[policy_id]

    def hold(self, policy_id: UUID) -> Policy | None:
        """A policy, read-only and locked as by `lock`; loads its keys and the organisation's terms in the same query.

        None where there is no such policy, or it is sealed.
        """
        found = stored_policies.held(self.session, policy_id)
        if found is None:
            return None
        policy, self.organisation, self._wrapped[policy_id], self._channels[policy_id] = found
        self.key(policy_id)
        self._held.add(policy_id)
        return policy

    def lock(self, policy_id: UUID) -> None:
        """Lock a policy until the transaction ends: nobody else files a flag on it, releases or answers meanwhile.

        Loads its keys. Raises `Sealed` when that is gone.
        """
        if policy_id in self._held:
            return
        found = policy_keys.lock(self.session, policy_id)
        if found is None:
            raise Sealed
        self._wrapped[policy_id] = found
        self.key(policy_id)
        self._held.add(policy_id)

    def organisation_view(self) -> OrganisationView:
        """The organisation as screens get it."""
        row = self.organisation
        return OrganisationView(
            name=row.name,
            team=row.team,
            contact=row.contact,
            key_holder=row.key_holder,
            handling=row.handling,
            wrongdoing=row.wrongdoing,
            wrongdoing_link=row.wrongdoing_link,
            foi_contact=row.foi_contact,
            zone=self.zone,
            release_hour=row.release_hour,
            batch_wait_days=row.batch_wait_days,
            answer_days=row.answer_days,
            floor=row.floor,
            release_days=release_weekdays(row),
        )
