"""Stopping lets the round that is under way end, and does not wait for ever."""

from __future__ import annotations

import asyncio

from bot.__main__ import now
from bot.rounds import Rounds
from storage import Database
from storage.keys import KeyRing, new_master_key


async def test_it_waits_for_the_round_that_is_under_way(migrated_sqlite_url: str) -> None:
    with Database(migrated_sqlite_url) as database:
        rounds = Rounds(database, KeyRing.from_text(new_master_key("k1")), now)
        under_way = asyncio.create_task(rounds.tick())
        await asyncio.sleep(0)
        assert not under_way.done()
        await rounds.drain()
        assert under_way.done()
        await under_way


async def test_it_gives_up_a_round_that_does_not_end(migrated_sqlite_url: str) -> None:
    with Database(migrated_sqlite_url) as database:
        rounds = Rounds(database, KeyRing.from_text(new_master_key("k1")), now)
        async with rounds._preparing:
            await asyncio.wait_for(rounds.drain(0.05), 5)
