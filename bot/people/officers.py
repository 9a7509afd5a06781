"""Officers: records officers and auditors, whom an admin names by e-mail address. Only full members can be one.

As with admins, the role goes with the address that the platform's own directory gives for an account.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from uuid import UUID

from bot.interface.email_addresses import comparable
from bot.interface.pasted_addresses import address_in
from bot.interface.visible_text import is_blank, storable
from bot.outbox import deliveries
from bot.people import people
from bot.people.people import Visitor
from bot.screens import refusals as says
from bot.unit_of_work import sealed_accounts
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Officer, OfficerRole
from storage import officers as stored
from storage import people as stored_people

MOST = 20
"""How many people can have one role."""


def held_by(uow: UnitOfWork, visitor: Visitor) -> frozenset[OfficerRole]:
    """The roles of a visitor. A guest has none."""
    address = "" if visitor.guest else visitor.address
    return frozenset(stored.roles_of(uow.session, address)) if address else frozenset()


def found(uow: UnitOfWork, role: OfficerRole) -> list[UUID]:
    """The ids of the officers with that role who have been seen on a roster, in a stable order."""
    emails = [each.email for each in stored.of_role(uow.session, role)]
    accounts = stored_people.by_emails(uow.session, emails)
    return sorted(
        {each.person_id for some in accounts.values() for each in sealed_accounts.sound_if_possible(uow, some)}
    )


def by_role(uow: UnitOfWork) -> dict[OfficerRole, tuple[tuple[str, str], ...]]:
    """Every officer as (address, name), by role; the name is empty for an address that nobody was seen with yet."""
    rows = stored.officers(uow.session)
    accounts = stored_people.by_emails(uow.session, {each.email for each in rows})
    found: dict[OfficerRole, tuple[tuple[str, str], ...]] = {}
    for each in rows:
        person_id = next((one.person_id for one in accounts[each.email]), None)
        found[each.role] = (*found.get(each.role, ()), (each.email, people.name_of(uow, person_id)))
    return found


def read(uow: UnitOfWork, typed: Mapping[OfficerRole, str]) -> dict[OfficerRole, set[str]]:
    """The addresses that were typed for each role, with commas or line breaks between them.

    Raises `FormRefused` with a sentence for each role with something that cannot be taken.
    """
    read: dict[OfficerRole, set[str]] = {}
    problems: dict[str, str] = {}
    for role, text in typed.items():
        try:
            read[role] = _addresses(uow, text)
        except ValueError as refused:
            problems[role.value] = str(refused)
    if problems:
        raise FormRefused(problems)
    return read


def _addresses(uow: UnitOfWork, text: str) -> set[str]:
    """Raises `ValueError` with a sentence."""
    addresses = set()
    for piece in re.split(r"[,;\n]+", text):
        if is_blank(piece):
            continue
        address = address_in(piece)
        if address is None or not storable(address):
            raise ValueError(says.NO_ADDRESSES)
        addresses.add(comparable(address))
    if len(addresses) > MOST:
        raise ValueError(says.too_many_officers(MOST))
    for email in sorted(addresses):
        if stored_people.guests_by_email(uow.session, email) and not stored_people.by_email(uow.session, email):
            raise ValueError(says.guest_as_officer(email))
    return addresses


def choose(uow: UnitOfWork, chosen: Mapping[OfficerRole, Iterable[str]]) -> None:
    """Give each of these roles to these addresses, as `read` gives them, and to no other."""
    for role, emails in chosen.items():
        wanted, held = set(emails), {each.email: each for each in stored.of_role(uow.session, role)}
        for email in sorted(held.keys() - wanted):
            uow.session.delete(held[email])
        uow.session.add_all(Officer(role=role, email=email) for email in sorted(wanted - held.keys()))
    uow.session.flush()


def tell(uow: UnitOfWork, role: OfficerRole, screen: str, subject: str, key: str) -> int:
    """Send every officer with that role a direct message, once for `key`; return how many of them it goes to."""
    told = (deliveries.tell_person(uow, each, screen, subject, key=f"{key}:{each}") for each in found(uow, role))
    return sum(told)
