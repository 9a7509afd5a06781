"""A new sandbox has a promise in it, which anyone can read and its owner is asked about."""

from __future__ import annotations

from datetime import timedelta

from adapters.web import Sandbox, SandboxClock, happen, seed
from adapters.web.sandbox import actor
from bot.dispatcher import Dispatcher
from bot.interface.intents import MyFlags, SayDone, SeePromises
from bot.interface.parts import Button, Form, FormButton
from storage import Database
from tests.bot.conftest import said
from tests.rings import new_ring
from tests.running_clock import MONDAY


async def test_a_new_sandbox_begins_with_a_promise_and_a_restart_adds_none(migrated_sqlite_url: str) -> None:
    clock = SandboxClock(machine=lambda: MONDAY)
    sandbox = Sandbox(clock)
    with Database(migrated_sqlite_url) as database:
        dispatcher = Dispatcher(database, new_ring("web"), clock)
        *_, policy = await seed(dispatcher, sandbox)
        await happen(dispatcher, sandbox, policy)
        assert await seed(dispatcher, sandbox) == ()
        promises = await dispatcher.open(SeePromises(policy), actor("helen"))
        assert isinstance(promises, Form)
        asked = [each.intent for each in promises.body if isinstance(each, Button | FormButton)]
        assert sum(isinstance(each, SayDone) for each in asked) == 1
        day = (MONDAY + timedelta(days=14)).date()
        assert f"1. By {day:%A} {day.day} {day:%B} {day.year}" in said(promises)
        assert "We begin with families" in said(await dispatcher.open(MyFlags(), actor("kezia")))
