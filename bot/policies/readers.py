"""Who reads the names of *Named* flags: those whom the form named, and whoever the author has named since.

The form carries whom it named (`token`), which is checked when it is sent. A *Named* flag keeps it, sealed. Somebody
who takes over a part later, or stands in for somebody, reads the flag without the name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from bot.interface.views import ReadersView
from bot.people import people
from bot.unit_of_work.unit_of_work import Sealed, UnitOfWork
from storage import Flag, Policy, Promise
from storage import escalation_notices as stored_notices
from storage import flags as stored
from storage.read_only_rows import set_values

_TOKEN_BYTES = 8


@dataclass(frozen=True)
class NamedTo:
    """Whom a flag was named to: for each part an id in hexadecimal or an e-mail address, empty if nobody had it.

    `shown` are the ids of people to whom the author has shown their name since.
    """

    owner: str = ""
    delegate: str = ""
    senior: str = ""
    shown: tuple[str, ...] = ()

    @classmethod
    def now(cls, policy: Policy) -> NamedTo:
        """Whom a form of that policy names now."""
        return cls(
            _kept(policy.owner_id, policy.owner_email),
            _kept(policy.delegate_id, policy.delegate_email),
            _kept(policy.senior_id, policy.senior_email),
        )

    @property
    def at_once(self) -> frozenset[str]:
        """Who reads the name without being told of the flag first."""
        return frozenset({self.owner, self.delegate, *self.shown} - {""})


def _kept(person_id: UUID | None, email: str | None) -> str:
    return person_id.hex if person_id is not None else email or ""


def token(policy: Policy) -> str:
    """What a form carries of whom it names: another one as soon as one is another person, or others read the flag."""
    now = NamedTo.now(policy)
    said = json.dumps([now.owner, now.delegate, now.senior, policy.audience]).encode()
    return hashlib.blake2b(said, digest_size=_TOKEN_BYTES).hexdigest()


def of_form(uow: UnitOfWork, policy: Policy) -> ReadersView:
    """Whom a form of that policy names, by name."""
    people.take_names(uow, (policy.owner_id, policy.delegate_id, policy.senior_id))
    return ReadersView(
        owner=people.name_of(uow, policy.owner_id, policy.owner_email),
        delegate=people.name_of(uow, policy.delegate_id, policy.delegate_email),
        senior=people.name_of(uow, policy.senior_id, policy.senior_email),
        token=token(policy),
        named_themselves=policy.owner_named_self,
        delegate_named_by_self=policy.delegate_named_self,
    )


def seal(uow: UnitOfWork, flag: Flag, policy: Policy) -> None:
    """Keep with a new *Named* flag whom it is named to. All else of it that is bound to that must be set."""
    set_values(flag, named_to=_sealed(uow, flag, NamedTo.now(policy)))


def _sealed(uow: UnitOfWork, flag: Flag, to: NamedTo) -> bytes:
    text = json.dumps([to.owner, to.delegate, to.senior, *to.shown])
    return uow.key(flag.policy_id).seal("flags", "named_to", flag.id, text, stored.bound(flag))


def _opened(uow: UnitOfWork, flag: Flag) -> NamedTo:
    """Whom a flag is named to; nobody where that does not open."""
    if flag.promise is not Promise.NAMED or flag.named_to is None:
        return NamedTo()
    text = uow.opened(flag.policy_id, "flags", "named_to", flag.id, flag.named_to, stored.bound(flag))
    if text is None:
        return NamedTo()
    owner, delegate, senior, *shown = json.loads(text)
    return NamedTo(owner, delegate, senior, tuple(shown))


@dataclass(frozen=True)
class Sight:
    """What one reader sees: the flags with their authors' names, and of others the name of whom they are named to."""

    seen: frozenset[UUID] = frozenset()
    named_to: Mapping[UUID, str] = field(default_factory=dict)


NOTHING = Sight()


def sight(uow: UnitOfWork, policy: Policy, flags: Sequence[Flag], person_ids: Iterable[UUID]) -> Sight:
    """What the person with these ids sees of some flags of a policy."""
    ids = set(person_ids)
    answers = bool(ids & {policy.owner_id, policy.delegate_id})
    if not answers and policy.senior_id not in ids:
        return NOTHING
    mine = {each.hex for each in ids}
    named = [(each, _opened(uow, each)) for each in flags if each.promise is Promise.NAMED]
    if policy.senior_id in ids or any(to.senior in mine for _, to in named):
        told = stored_notices.told_to_senior(uow.session, [each.id for each, _ in named], ids)
    else:
        told = set()
    seen: set[UUID] = set()
    named_to: dict[UUID, str] = {}
    for each, to in named:
        is_told = each.id in told
        if (mine & to.at_once and (answers or is_told)) or (to.senior in mine and is_told):
            seen.add(each.id)
        elif answers or is_told:
            named_to[each.id] = _name(uow, to.owner)
    return Sight(frozenset(seen), {key: name for key, name in named_to.items() if name})


def _name(uow: UnitOfWork, kept: str) -> str:
    return kept if "@" in kept or not kept else people.name_of(uow, UUID(hex=kept))


def successors(uow: UnitOfWork, policy: Policy, flag: Flag) -> tuple[tuple[UUID, str], ...]:
    """Who answers for the policy now and reads a *Named* flag without its author's name: ids and names."""
    if flag.promise is not Promise.NAMED:
        return ()
    known = _opened(uow, flag).at_once
    now = dict.fromkeys(each for each in (policy.owner_id, policy.delegate_id) if each is not None)
    return tuple((each, people.name_of(uow, each)) for each in now if each.hex not in known)


def show_name(uow: UnitOfWork, policy: Policy, flag: Flag, person_id: UUID) -> str | None:
    """Show the author's name to somebody who has taken over; their name, or None if they have not.

    The caller has checked that it is the author who asks.
    """
    found = dict(successors(uow, policy, flag)).get(person_id)
    if found is None:
        return None
    to = _opened(uow, flag)
    stored.name_to(uow.session, flag.id, _sealed(uow, flag, replace(to, shown=(*to.shown, person_id.hex))))
    return found


def bind(uow: UnitOfWork, policy_id: UUID, email: str, person_id: UUID) -> None:
    """Note in the flags that were named to an address whose it is, once that person is first met."""
    for each in stored.named(uow.session, policy_id):
        try:
            to = _opened(uow, each)
        except Sealed:
            return
        if email in (to.owner, to.delegate, to.senior):
            owner, delegate, senior = (
                person_id.hex if kept == email else kept for kept in (to.owner, to.delegate, to.senior)
            )
            met = NamedTo(owner, delegate, senior, to.shown)
            stored.name_to(uow.session, each.id, _sealed(uow, each, met))
