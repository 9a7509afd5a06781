"""`deliverable restored`: after a restore, hold everything; and let it go on."""

from __future__ import annotations

import argparse
import asyncio

from bot.admin import audit, restore
from bot.outbox import restore_hold
from bot.runtime.clock import now
from bot.runtime.settings import Settings
from bot.runtime.startup import configure, key_ring, made_ready, opened
from bot.screens.admin.restored import HELD, HOW_TO_CONFIRM
from bot.unit_of_work.runner import UnitOfWorkRunner
from bot.unit_of_work.unit_of_work import UnitOfWork

CONFIRMED = "Confirmed. What may have been sent since the backup is looked up, and then the rest is sent."
NOTHING_HELD = "Nothing was held."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be typed after `restored`."""
    parser.add_argument("--confirm", action="store_true", help="let releases and messages go on")


def run(given: argparse.Namespace) -> int:
    """Hold everything, or confirm. Raises `Stop`."""
    asyncio.run(_restored(configure(), confirm=given.confirm))
    return 0


async def _restored(settings: Settings, *, confirm: bool) -> None:
    ring = key_ring(settings)
    with opened(settings.database_url.get_secret_value()) as database:
        made_ready(database, now(), ring)
        runner = UnitOfWorkRunner(database, ring, now)
        print(await runner.write(_confirmed if confirm else _held))


def _held(uow: UnitOfWork) -> str:
    if restore_hold.hold(uow):
        audit.record(uow, audit.OPERATOR, "restored")
    return f"{HELD} {HOW_TO_CONFIRM}"


def _confirmed(uow: UnitOfWork) -> str:
    if not restore.confirm(uow):
        return NOTHING_HELD
    audit.record(uow, audit.OPERATOR, "restore confirmed")
    return CONFIRMED
