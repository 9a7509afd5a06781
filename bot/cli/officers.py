"""`deliverable officers`: list records officers and auditors, or give and take these roles by e-mail address."""

from __future__ import annotations

import argparse
import asyncio

from bot.admin import audit
from bot.people import officers
from bot.runtime.clock import now
from bot.runtime.settings import Settings
from bot.runtime.startup import Stop, configure, key_ring, made_ready, opened
from bot.screens.admin.officers_form import officers_lines
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.runner import UnitOfWorkRunner
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import OfficerRole


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be typed after `officers`."""
    change = parser.add_mutually_exclusive_group()
    for option, said in (("--give", "make the members with these addresses one"), ("--take", "end that")):
        change.add_argument(option, nargs="+", metavar=("ROLE", "ADDRESS"), help=f"{said}: records or auditor")


def run(given: argparse.Namespace) -> int:
    """List officers, or change them and list them. Raises `Stop`."""
    asyncio.run(_officers(configure(), given.give, given.take))
    return 0


async def _officers(settings: Settings, give: list[str] | None, take: list[str] | None) -> None:
    ring = key_ring(settings)
    with opened(settings.database_url.get_secret_value()) as database:
        made_ready(database, now(), ring)
        runner = UnitOfWorkRunner(database, ring, now, settings.admin_emails)
        typed = give or take
        if typed:
            await runner.write(lambda uow: _change(uow, typed, give=give is not None))
        held = await runner.read(officers.by_role)
    print(*officers_lines(held), sep="\n")


def _change(uow: UnitOfWork, typed: list[str], *, give: bool) -> None:
    role = next((each for each in OfficerRole if each.value == typed[0]), None)
    if role is None or len(typed) == 1:
        raise Stop("Write the role, records or auditor, and then one or more e-mail addresses.")
    held = {email for email, _ in officers.by_role(uow).get(role, ())}
    try:
        named = officers.read(uow, {role: "\n".join(typed[1:])})[role]
    except FormRefused as refused:
        raise Stop(f"{refused.problems[role.value]}.") from None
    unknown = sorted(named - held)
    if not give and unknown:
        raise Stop(f"This address has not that role: {unknown[0]}. List them with `python -m bot officers`.")
    audit.watch(uow)
    officers.choose(uow, {role: held | named if give else held - named})
    audit.record(uow, audit.OPERATOR, "officers")
