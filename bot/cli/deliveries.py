"""`deliverable deliveries`: list messages that could not be sent, or send them again."""

from __future__ import annotations

import argparse
import asyncio
from uuid import UUID

from bot.admin import audit
from bot.calendar.dates import count
from bot.cli.argument_types import text
from bot.runtime.clock import now
from bot.runtime.settings import Settings
from bot.runtime.startup import Stop, configure, key_ring, made_ready, opened
from bot.screens.notice.message_not_sent import DeadLetterView, dead_letter_lines
from bot.sending import dead_letters
from bot.unit_of_work.runner import UnitOfWorkRunner
from bot.unit_of_work.unit_of_work import UnitOfWork

ALL = "all"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be typed after `deliveries`."""
    parser.add_argument("--again", type=text, metavar="ID", help='send this one again, or "all" that were given up')


def run(given: argparse.Namespace) -> int:
    """List dead letters and unconfirmed messages, or have dead letters sent again. Raises `Stop`."""
    asyncio.run(deliveries(configure(), given.again))
    return 0


async def deliveries(settings: Settings, again: str | None) -> None:
    """List them; or have the one of the id `again`, or all, sent again. Raises `Stop`."""
    ring = key_ring(settings)
    with opened(settings.database_url.get_secret_value()) as database:
        made_ready(database, now(), ring)
        runner = UnitOfWorkRunner(database, ring, now)
        if again is None:
            for line in await runner.read(lambda uow: dead_letter_lines(*_listed(uow))):
                print(line)
            return
        number = await runner.write(lambda uow: _again(uow, delivery_id(again)))
    if not number and again != ALL:
        raise Stop("No message of that id was given up. List them with `python -m bot deliveries`.")
    print(f"{count(number, 'message')} to be sent again.")


def _listed(uow: UnitOfWork) -> tuple[tuple[DeadLetterView, ...], int]:
    """Dead letters and messages that may have arrived, and how many others are still to be sent."""
    found = dead_letters.listed(uow)
    return found, dead_letters.number_to_send(uow) - sum(not each.given_up for each in found)


def _again(uow: UnitOfWork, one: UUID | None) -> int:
    audit.record(uow, audit.OPERATOR, "deliveries again", str(one or ALL))
    return dead_letters.again(uow, one)


def delivery_id(text: str) -> UUID | None:
    """The id that was typed; None for all. Raises `Stop`."""
    if text == ALL:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise Stop('Name one message by its id, or "all". List them with `python -m bot deliveries`.') from None
