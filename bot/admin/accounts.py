"""Accounts, as an admin looks after them: whose are joined, which are not clear, who with a role cannot be reached."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from bot.interface.views import AccountsState, AccountsView, Reachability
from bot.people import admins, joining, people, places, reachability
from bot.policies import policies
from bot.unit_of_work import sealed_accounts
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Identity, Person
from storage import people as stored
from storage import policies as stored_policies
from storage import unreached as stored_unreached
from storage.accounts_key import SECRET_BYTES, author_id


def listed(uow: UnitOfWork, *, everyone: bool = False) -> tuple[AccountsView, ...]:
    """What may need an admin first, then the people with a role whose accounts are joined; or `everyone` with several.

    People with a role are owners, delegates, senior owners and admins.
    """
    holders = stored_policies.role_holders(uow.session) | set(admins.found(uow))
    joined = stored.several_accounts(uow.session)
    shown = joined if everyone else joined & holders
    return (*_unclear(uow), *_unreached(uow, holders), *_apart(uow), *_joined(uow, shown))


def _unclear(uow: UnitOfWork) -> Iterable[AccountsView]:
    for email, accounts in sorted(stored.by_emails(uow.session, stored.shared_addresses(uow.session)).items()):
        trusted = joining.trusted(uow, email)
        if trusted and not joining.ambiguous(each for each in accounts if not each.apart):
            continue  # an admin keeps one of them apart
        state = AccountsState.TWICE if trusted else AccountsState.NOT_TRUSTED
        yield AccountsView(state, email, email, tuple(places.of_people(uow, _in_order(accounts)).values()))


def _unreached(uow: UnitOfWork, holders: set[UUID]) -> list[AccountsView]:
    unreached = set(holders) - stored_unreached.reached(uow.session, holders)
    found = [
        _view(uow, AccountsState.UNREACHED, person_id, accounts, reachability.of(uow, person_id))
        for person_id, accounts in _by_person(stored.accounts_of(uow.session, unreached)).items()
    ]
    return sorted(found, key=lambda each: each.name)


def _apart(uow: UnitOfWork) -> list[AccountsView]:
    return [_view(uow, AccountsState.APART, each.person_id, [each]) for each in stored.kept_apart(uow.session)]


def _joined(uow: UnitOfWork, person_ids: Iterable[UUID]) -> list[AccountsView]:
    found = stored.joined_with(uow.session, person_ids).items()
    views = [_view(uow, AccountsState.JOINED, person_id, accounts) for person_id, accounts in found]
    return sorted(views, key=lambda each: each.name)


def _in_order(accounts: Iterable[Identity]) -> list[Identity]:
    return sorted(accounts, key=lambda each: (each.platform, each.workspace, each.user))


def _by_person(accounts: Iterable[Identity]) -> dict[UUID, list[Identity]]:
    found: dict[UUID, list[Identity]] = {}
    for each in accounts:
        found.setdefault(each.person_id, []).append(each)
    return found


def _view(
    uow: UnitOfWork,
    state: AccountsState,
    person_id: UUID,
    accounts: Sequence[Identity],
    reach: Reachability = Reachability.REACHED,
) -> AccountsView:
    called = places.of_accounts(uow, accounts)
    # The account as whose author the roles are held stays; it is another one that may have to be kept apart.
    other = next((each for each in accounts if each.author_id != person_id), accounts[-1])
    return AccountsView(
        state=state,
        name=people.name_of(uow, person_id),
        email=next((each.email for each in accounts if each.email), ""),
        accounts=tuple(_called(each, called[each.id]) for each in accounts),
        account=other.id,
        path=f"{other.platform}/{other.workspace}/{other.user}",
        reach=reach,
    )


def _called(account: Identity, name: str) -> str:
    return name if account.active else f"{name}, closed"


def one(uow: UnitOfWork, identity_id: UUID) -> tuple[Identity, AccountsView] | None:
    """An account, and the person it is joined as; None if there is none of that id."""
    account = stored.account(uow.session, identity_id)
    if account is None:
        return None
    state = AccountsState.APART if account.apart else AccountsState.JOINED
    return account, _view(uow, state, account.person_id, stored.accounts_of(uow.session, [account.person_id]))


def keep_apart(uow: UnitOfWork, account: Identity, *, apart: bool) -> None:
    """Keep an account from being joined with others, or let it be joined again. Roles stay with the others."""
    account.apart = apart
    uow.session.flush()
    policies.rejoin_those(uow, account.email or "")


def forget(uow: UnitOfWork, account: Identity) -> bool:
    """Replace the secrets by which what an account wrote is found again, here and in accounts joined with it by a code.

    Nobody can link it to the account from then on, the person neither. Roles stay. False for a row that was damaged.
    Raises `CannotOpen` where this process lacks the master key of one of them.
    """
    known = sealed_accounts.opened(uow, account)
    if known is None:
        return False
    fresh = secrets.token_bytes(SECRET_BYTES)
    person = stored.person(uow.session, known.person_id)
    name, zone = (person.name, person.zone) if person else ("", None)
    uow.session.add(Person(id=author_id(fresh), name=name, zone=zone))
    uow.session.flush()
    sealed_accounts.write(uow, account, replace(known, secrets=(fresh,), own=1))
    gone = set(known.own_secrets)
    for each in stored.every_account(uow.session):
        # A row whose columns were changed counts too: it will be repaired from its sealed copy.
        other = sealed_accounts.within(uow, each) if each.id != account.id else None
        if other is not None and gone & set(other.secrets):
            left = tuple(one for one in other.secrets if one not in gone)
            sealed_accounts.write(uow, each, replace(other, secrets=left))
    uow.session.flush()
    return True
