"""Accounts: to which of a person's accounts a message goes, chosen again at each attempt.

A delivery to a person names the person. Its place is that of its last attempt or, before the first, where it would go
now. An account that takes no messages comes after those that do; if none does, the first is tried nevertheless.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from bot.interface.ports import Place
from bot.unit_of_work import sealed_accounts
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Delivery, Verb
from storage import people as stored_people
from storage import unreached as stored
from storage.deliveries import TO_AUTHOR
from storage.unreached import Account


def chosen(uow: UnitOfWork, person_ids: Iterable[UUID]) -> dict[UUID, Place]:
    """Where to write to each of these people now. Someone who has no open account is left out."""
    return {each: _place(accounts[0]) for each, accounts in _accounts(uow, person_ids).items()}


def _accounts(uow: UnitOfWork, person_ids: Iterable[UUID]) -> dict[UUID, list[Account]]:
    """The open accounts of each of these people, but for those that were changed or damaged."""
    found = {
        person_id: [each for each in accounts if sealed_accounts.opened_if_possible(uow, each.identity) is not None]
        for person_id, accounts in stored.accounts(uow.session, person_ids).items()
    }
    return {person_id: accounts for person_id, accounts in found.items() if accounts}


def to_a_person(row: Delivery) -> bool:
    """Whether a delivery names a person, and its place is still to be chosen at the next attempt."""
    return row.person_id is not None and row.verb is Verb.SEND and not row.key.startswith(TO_AUTHOR)


def of_author(uow: UnitOfWork, author_id: UUID) -> tuple[UUID, Place] | None:
    """The person and the account with which something was written; None if the account is closed."""
    found = stored_people.of_author(uow.session, author_id)
    account = sealed_accounts.opened_if_possible(uow, found) if found is not None else None
    return (account.person_id, _place(Account(found))) if found is not None and account is not None else None


def choose(uow: UnitOfWork, rows: Sequence[Delivery]) -> None:
    """Set the place of each delivery to a person to where it would go now; one who has no open account keeps it."""
    ids = {each.person_id for each in rows if each.person_id is not None and to_a_person(each)}
    places = chosen(uow, ids) if ids else {}
    for each in rows:
        place = places.get(each.person_id) if each.person_id is not None and to_a_person(each) else None
        if place is not None:
            set_place(each, place)


def choose_next(uow: UnitOfWork, row: Delivery) -> bool:
    """Set the place of a delivery to the person's first account that takes messages. False if they have none."""
    if row.person_id is None or not to_a_person(row):
        return False
    found = _accounts(uow, [row.person_id]).get(row.person_id, [])
    taking = [each for each in found if not each.refuses]
    if taking:
        set_place(row, _place(taking[0]))
    return bool(taking)


def is_theirs(uow: UnitOfWork, row: Delivery, place: Place) -> bool:
    """Whether a delivery names a person, and the place is an account of theirs."""
    if row.person_id is None or not place.direct:
        return False
    found = stored_people.identity(uow.session, place.platform, place.workspace, place.address)
    return found is not None and found.person_id == row.person_id


def set_place(row: Delivery, place: Place) -> None:
    """Have a delivery go to, or be at, that account."""
    row.platform, row.workspace, row.address = place.platform, place.workspace, place.address


def _place(account: Account) -> Place:
    return Place(*account.identity.account, direct=True)
