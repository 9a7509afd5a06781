"""One unit of work: a transaction, the instant it happens at, the keys, and the organisation's terms.

Every rule is a plain synchronous function of a turn and what it is asked. A turn lives as long as its transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from bot.calendar.dates import local_day
from bot.calendar.working_days import WorkingCalendar
from bot.interface.views import OrganisationView
from storage import Organisation, Policy, Session
from storage import organisation as organisations
from storage import policies as stored_policies
from storage.keys import KeyRing, PolicyKey


class Sealed(Exception):
    """The policy was closed for good: its key is gone, and what was said about it cannot be opened."""


@dataclass
class UnitOfWork:
    """`now` is aware UTC. `admins` are case-folded addresses."""

    session: Session
    now: datetime
    ring: KeyRing
    admins: frozenset[str] = frozenset()
    _keys: dict[UUID, PolicyKey] = field(default_factory=dict)
    _held: set[UUID] = field(default_factory=set)

    @cached_property
    def organisation(self) -> Organisation:
        """Who runs this, and its terms."""
        return organisations.organisation(self.session)

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """The organisation's working days."""
        row = self.organisation
        return WorkingCalendar.parse(row.calendar, organisations.own_days(row))

    @cached_property
    def today(self) -> date:
        """The day it is for the organisation: the day of writing of whatever is written now."""
        return local_day(self.now, self.organisation.zone)

    def key(self, policy_id: UUID) -> PolicyKey:
        """The key of a policy. Raises `Sealed` when it is gone."""
        if policy_id not in self._keys:
            wrapped = stored_policies.wrapped_key(self.session, policy_id)
            if wrapped is None:
                raise Sealed
            self._keys[policy_id] = self.ring.unwrap(policy_id, wrapped)
        return self._keys[policy_id]

    def take_keys(self, policy_ids: Iterable[UUID]) -> None:
        """Have the keys of many policies at hand, by one look at the database."""
        missing = [each for each in policy_ids if each not in self._keys]
        if not missing:
            return
        for policy_id, wrapped in stored_policies.wrapped_keys_of(self.session, missing):
            self._keys[policy_id] = self.ring.unwrap(policy_id, wrapped)

    def policy(self, policy_id: UUID) -> Policy | None:
        """A policy, together with the organisation's terms."""
        found = stored_policies.with_terms(self.session, policy_id)
        if found is None:
            return None
        policy, self.organisation = found
        return policy

    def hold(self, policy_id: UUID) -> Policy | None:
        """A policy that is not sealed, held as by `lock`, together with its key and the organisation's terms."""
        found = stored_policies.held(self.session, policy_id)
        if found is None:
            return None
        policy, self.organisation, wrapped = found
        self._keys.setdefault(policy_id, self.ring.unwrap(policy_id, wrapped))
        self._held.add(policy_id)
        return policy

    def lock(self, policy_id: UUID) -> None:
        """Hold a policy until the transaction ends: nobody else takes a slot on it, releases or answers. Gets its key.

        Raises `Sealed` when the key is gone.
        """
        if policy_id in self._held:
            return
        wrapped = stored_policies.lock(self.session, policy_id)
        if wrapped is None:
            raise Sealed
        self._keys.setdefault(policy_id, self.ring.unwrap(policy_id, wrapped))
        self._held.add(policy_id)

    def organisation_view(self) -> OrganisationView:
        """The organisation as screens are given it."""
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
            zone=row.zone,
            release_hour=row.release_hour,
            batch_wait_days=row.batch_wait_days,
            answer_days=row.answer_days,
            floor=row.floor,
        )
