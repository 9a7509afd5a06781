"""Admins: people with an account whose directory e-mail address is listed in the settings."""

from __future__ import annotations

from uuid import UUID

from bot.interface.ports import Place
from bot.outbox import deliveries
from bot.unit_of_work import sealed_accounts
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Identity
from storage import people as stored


def found(uow: UnitOfWork) -> list[UUID]:
    """The ids of the admins who have been seen on a roster, in a stable order."""
    return sorted({each.person_id for email in uow.admins for each in _accounts(uow, email)})


def unseen(uow: UnitOfWork) -> list[str]:
    """The admin addresses that belong to no known account, sorted."""
    return sorted(each for each in uow.admins if not _accounts(uow, each))


def direct_places(uow: UnitOfWork, platform: str) -> tuple[Place, ...]:
    """Where admins can be written to on a platform, in a stable order."""
    accounts = {each.id: each for email in uow.admins for each in _accounts(uow, email)}
    there = sorted(each.account for each in accounts.values() if each.platform == platform)
    return tuple(Place(*each, direct=True) for each in there)


def _accounts(uow: UnitOfWork, email: str) -> list[Identity]:
    return sealed_accounts.sound_if_possible(uow, stored.by_email(uow.session, email))


def tell(uow: UnitOfWork, screen: str, subject: str, key: str) -> int:
    """Send every admin a direct message, once for `key`; return how many of them it goes to."""
    return sum(deliveries.tell_person(uow, each, screen, subject, key=f"{key}:{each}") for each in found(uow))
