"""Role holders: whom a form may give a role on a policy. A guest only where an admin lets guests be named."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from bot.people import joining, people
from bot.people.people import Named
from bot.screens import refusals as says
from bot.unit_of_work import sealed_accounts
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import people as stored


class NotNamed(Exception):
    """Nobody can be named by what was typed. `sentence` says why, for beside the field."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def find(uow: UnitOfWork, text: str, on: str = "") -> Named:
    """Find the person a form names, as `people.named` does. Raises `NotNamed`, also for a guest who may hold no role.

    An address is looked for among members first. It leads to a guest only where no member has it, and never where its
    domain is trusted: what a guest's own organisation says of them must not make them someone of ours.
    """
    found = people.named(uow, text, on)
    if found is None:
        raise NotNamed(says.NO_SUCH_PERSON)
    if found.email is not None:
        guest = _only_guest(uow, found.email)
        return replace(found, person_id=guest, email=None) if guest else found
    if found.person_id is not None and not uow.organisation.guests_named:
        _members_only(uow, found.person_id)
    return found


def _members_only(uow: UnitOfWork, person_id: UUID) -> None:
    if stored.guests(uow.session, [person_id]):
        raise NotNamed(says.GUEST_NAMED)


def _only_guest(uow: UnitOfWork, email: str) -> UUID | None:
    """The one guest who may be named by an address; None where it is left to wait for a member."""
    guests = {each.person_id for each in sealed_accounts.sound(uow, stored.guests_by_email(uow.session, email))}
    if not guests or sealed_accounts.sound(uow, stored.by_email(uow.session, email)):
        return None
    if not uow.organisation.guests_named:
        raise NotNamed(says.GUEST_NAMED)
    return guests.pop() if len(guests) == 1 and not joining.trusted(uow, email) else None
