"""Joining: which accounts count as one person for roles and messages, by the address that their directories give.

Open accounts of full members with one address in a trusted domain are joined, unless one workspace or tenant has that
address twice, or an admin keeps them apart. A closed account stays with the others for as long as its last address is
theirs, so that they go on in its place. What was written stays with the account that wrote it.

This is looked at when a roster is read, and when the trusted domains or an admin's choice change. A role goes with the
address: when an account gets another one, it leaves, and what it held stays with those that have the address still.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from bot.interface.email_addresses import comparable
from bot.unit_of_work import sealed_accounts
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Identity, Person, roles
from storage import people as stored
from storage import schedules as stored_schedules
from storage.accounts_key import AccountName
from storage.held_accounts import Accounts

MOST_AT_ONCE = 100
"""How many addresses are looked at in one transaction, while nobody else can write."""


def refresh(uow: UnitOfWork, after: str) -> tuple[set[UUID], str | None]:
    """Look at the accounts of the next addresses, after the trusted domains have changed.

    `after` is the last address that was looked at, empty at first. Gives what `join` gives, and the last address now;
    None when all have been looked at.
    """
    emails = stored.addresses_of_several(uow.session, after, MOST_AT_ONCE)
    return refresh_those(uow, emails), emails[-1] if len(emails) == MOST_AT_ONCE else None


def refresh_those(uow: UnitOfWork, emails: Sequence[str]) -> set[UUID]:
    """Look at the accounts with these addresses; gives what `join` gives."""
    separate(uow, stored.people_with(uow.session, emails))
    return join(uow, emails)


def separate(uow: UnitOfWork, person_ids: Iterable[UUID], changed: Collection[UUID] = ()) -> None:
    """Separate the accounts of these people that have no common address any more.

    `changed` are the ids of the accounts whose address has just changed: the others keep the roles.
    """
    uow.session.flush()
    for person_id, listed in stored.joined_with(uow.session, person_ids).items():
        accounts = sealed_accounts.sound(uow, listed)
        parts = _by_address(uow, accounts)
        if len(parts) > 1:
            kept, *left = sorted(parts, key=lambda part: _claim(part, person_id, changed))
            _part_ways(uow, person_id, kept, [each for part in left for each in part])
    uow.session.flush()


def _by_address(uow: UnitOfWork, accounts: Sequence[Identity]) -> list[list[Identity]]:
    parts: dict[str, list[Identity]] = {}
    for each in accounts:
        parts.setdefault(_address(uow, each) or str(each.id), []).append(each)
    return list(parts.values())


def _address(uow: UnitOfWork, account: Identity) -> str:
    """The address by which an account may be joined with others; empty if by none."""
    email = account.email or ""
    return email if not account.guest and not account.apart and trusted(uow, email) else ""


def trusted(uow: UnitOfWork, email: str) -> bool:
    """Whether an address is in a domain that an admin trusts."""
    return email.rpartition("@")[2] in comparable(uow.organisation.domains).split()


def _claim(part: Sequence[Identity], person_id: UUID, changed: Collection[UUID]) -> tuple[bool, ...]:
    """How good a claim accounts have to the roles that were held together; the best sorts first."""
    return (
        not any(each.active for each in part),
        all(each.id in changed or each.apart for each in part),
        all(each.author_id != person_id for each in part),
    )


def _part_ways(uow: UnitOfWork, person_id: UUID, kept: Sequence[Identity], left: Sequence[Identity]) -> None:
    """Leave the roles with the accounts `kept`, and make each of the others a person of its own."""
    own = next((each.author_id for each in kept if each.author_id != person_id), None)
    if own is not None and any(each.author_id == person_id for each in left):
        # The account as whose author the roles were held has left them behind.
        roles.move(uow.session, {person_id: own})
        for each in kept:
            _make(uow, each, own)
        person_id = own
    for each in left:
        _make(uow, each, each.author_id if each.author_id != person_id else _new_person(uow, person_id))


def _make(uow: UnitOfWork, row: Identity, person_id: UUID) -> None:
    """Make an account, whose row is sound, that of another person."""
    account = sealed_accounts.opened(uow, row)
    if account is not None:
        sealed_accounts.write(uow, row, replace(account, person_id=person_id))


def _new_person(uow: UnitOfWork, like: UUID) -> UUID:
    row = Person(name=stored.name(uow.session, like))
    uow.session.add(row)
    uow.session.flush()
    return row.id


def join(uow: UnitOfWork, emails: Iterable[str]) -> set[UUID]:
    """Join the accounts that have one of these addresses; the people who got a time zone by it."""
    uow.session.flush()
    emails = sorted({each for each in emails if trusted(uow, each)})
    same = stored.by_emails(uow.session, emails)
    found = [joinable for each in emails if (joinable := _joinable(sealed_accounts.sound(uow, same[each])))]
    scheduled = stored_schedules.who_has_one(uow.session) if found else set()
    moves: dict[UUID, UUID] = {}
    for accounts in found:
        target = min(accounts, key=lambda each: (each.person_id not in scheduled, _order(each))).person_id
        moves |= {each.person_id: target for each in accounts if each.person_id != target}
    return _move(uow, moves) if moves else set()


def _joinable(accounts: Sequence[Identity]) -> list[Identity]:
    """Those of the accounts with one address that are one person; none if one workspace has the address twice."""
    found = [each for each in accounts if not each.apart]
    return found if len(found) > 1 and not ambiguous(found) else []


def ambiguous(accounts: Iterable[Identity]) -> bool:
    """Whether one workspace or tenant has several of these accounts: then nobody can tell which of them is meant."""
    return max(Counter((each.platform, each.workspace) for each in accounts).values(), default=0) > 1


def known_as(uow: UnitOfWork, accounts: Accounts, name: AccountName, email: str) -> UUID | None:
    """The person with whom a new account of that name will be joined by its address; None if with nobody."""
    found = [each.identity for each in accounts.by_email.get(email, ()) if not each.identity.apart]
    # Asked last, because the organisation's terms may have to be read for it.
    if not found or not trusted(uow, email):
        return None
    people = {each.person_id for each in found}
    elsewhere = all((each.platform, each.workspace) != (name.platform, name.workspace) for each in found)
    return people.pop() if len(people) == 1 and elsewhere and not ambiguous(found) else None


def _order(account: Identity) -> tuple[str, str, str]:
    return account.platform, account.workspace, account.user


def _move(uow: UnitOfWork, moves: dict[UUID, UUID]) -> set[UUID]:
    people = stored.people(uow.session, {*moves, *moves.values()})
    roles.move(uow.session, moves)
    got_zone = set()
    for each in sealed_accounts.sound(uow, stored.accounts_of(uow.session, moves)):
        old, new = people[each.person_id], people[moves[each.person_id]]
        _make(uow, each, new.id)
        if new.zone is None and old.zone is not None:
            new.zone = old.zone
            got_zone.add(new.id)
    uow.session.flush()
    return got_zone
