"""`deliverable people`: list whose accounts are joined, what is not clear and who cannot be reached; keep one apart."""

from __future__ import annotations

import argparse
import asyncio

from bot.admin import accounts, audit
from bot.runtime.clock import now
from bot.runtime.settings import Settings
from bot.runtime.startup import Stop, configure, key_ring, made_ready, opened
from bot.screens.admin.people import done_form, people_lines
from bot.unit_of_work.runner import UnitOfWorkRunner
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Identity
from storage import people as stored_people

_ACCOUNT = "PLATFORM/WORKSPACE/USER"
_NO_ACCOUNT = "There is no such account. List them with `python -m bot people`."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be typed after `people`."""
    change = parser.add_mutually_exclusive_group()
    change.add_argument("--keep-apart", metavar=_ACCOUNT, help="keep this account from being joined with others")
    change.add_argument("--join-again", metavar=_ACCOUNT, help="let this account be joined by its address again")
    change.add_argument(
        "--forget", metavar=_ACCOUNT, help="delete the secret by which what this account wrote is found again, for good"
    )


def run(given: argparse.Namespace) -> int:
    """List people, or keep an account apart. Raises `Stop`."""
    if given.forget:
        asyncio.run(_forget(configure(), given.forget))
    else:
        asyncio.run(people(configure(), given.keep_apart, given.join_again))
    return 0


async def people(settings: Settings, keep_apart: str | None, join_again: str | None) -> None:
    """List everyone with several accounts and what needs an admin, or change one account. Raises `Stop`."""
    ring = key_ring(settings)
    with opened(settings.database_url.get_secret_value()) as database:
        made_ready(database, now(), ring)
        runner = UnitOfWorkRunner(database, ring, now, settings.admin_emails)
        chosen = keep_apart or join_again
        if chosen is None:
            print(*people_lines(await runner.read(lambda uow: accounts.listed(uow, everyone=True))), sep="\n")
            return
        if not await runner.write(lambda uow: _changed(uow, chosen, apart=keep_apart is not None)):
            raise Stop(_NO_ACCOUNT)
    for part in done_form(apart=keep_apart is not None).body:
        print(getattr(part, "text", ""))


async def _forget(settings: Settings, path: str) -> None:
    ring = key_ring(settings)
    with opened(settings.database_url.get_secret_value()) as database:
        made_ready(database, now(), ring)
        runner = UnitOfWorkRunner(database, ring, now, settings.admin_emails)
        if not await runner.write(lambda uow: _forgotten(uow, path)):
            raise Stop(_NO_ACCOUNT)
    print("Nobody can link to this account what it wrote, other than Named flags. Backups from before still can.")


def _forgotten(uow: UnitOfWork, path: str) -> bool:
    account = _account(uow, path)
    if account is None or not accounts.forget(uow, account):
        return False
    audit.record(uow, audit.OPERATOR, "forget", path)
    return True


def _account(uow: UnitOfWork, path: str) -> Identity | None:
    pieces = path.split("/")
    return stored_people.identity(uow.session, *pieces) if len(pieces) == 3 else None


def _changed(uow: UnitOfWork, path: str, *, apart: bool) -> bool:
    account = _account(uow, path)
    if account is not None:
        audit.watch(uow)
        accounts.keep_apart(uow, account, apart=apart)
        audit.record(uow, audit.OPERATOR, "keep-apart" if apart else "join-again", path)
    return account is not None
