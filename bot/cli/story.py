"""`deliverable story`: one policy from announcement to hearing back, in the terminal."""

from __future__ import annotations

import argparse
import asyncio
import tempfile

from rich.console import Console

from adapters.terminal.story import Storyteller, StoryTime
from bot.dispatcher import Dispatcher
from bot.policies.ends import MONTHS_AHEAD
from bot.runtime.clock import now
from bot.runtime.startup import opened
from bot.worker.worker import Worker
from storage.end_months import EndMonths
from storage.keys import KeyRing, new_master_key
from storage.migrate import migrate


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing can be typed after `story`."""


def run(given: argparse.Namespace) -> int:
    """Play the story; the exit code is 1 where it did not end as it should."""
    return 0 if asyncio.run(story()) else 1


async def story() -> bool:
    """Play the story on a temporary database; whether it ended as it should."""
    with tempfile.TemporaryDirectory() as folder, opened(f"sqlite:///{folder}/story.db") as database:
        migrate(database, now=now())
        time = StoryTime()
        ring = KeyRing.from_text(new_master_key("story"), EndMonths.new(time().date(), MONTHS_AHEAD))
        dispatcher, worker = Dispatcher(database, ring, time), Worker(database, ring, time)
        teller = Storyteller(Console(), dispatcher, worker, time)
        worker.add(teller)
        return await teller.tell()
