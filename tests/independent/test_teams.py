"""The main story in Microsoft's Agents Playground, through the real `serve`: a policy's card, its digest, an answer."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from bot.dispatcher import Dispatcher
from bot.interface.actor import Actor
from bot.interface.announcements import Announcement
from bot.interface.intents import GiveView
from bot.interface.parts import Form
from storage import Database
from storage.keys import new_master_key
from tests import clock
from tests.cli.server import free_port, serving
from tests.independent.playground import ALEX, CHANNEL, MEGAN, TEAM, TENANT, Playground, playing, settings
from tests.rings import ring_of

pytestmark = pytest.mark.timeout(300)
MORNING = datetime(2026, 12, 7, 8, 30, tzinfo=UTC)
BEFORE_THE_DIGEST = datetime(2026, 12, 7, 8, 59, 55, tzinfo=UTC)
WHY = "Sixty councils have contracts that run until September."
ANSWER = "Councils with contracts join in October."


async def test_the_main_story(tmp_path: Path, migrated_sqlite_url: str, browser_path: str) -> None:
    """Alex is told that he is the owner, gets a digest with Megan's flag, and answers it in the message."""
    key, port = new_master_key("k1"), free_port()
    environment = settings(migrated_sqlite_url, key, port)
    async with playing(tmp_path, browser_path, port) as there:
        async with serving(tmp_path, {**environment, **_ahead(MORNING)}):
            await there.page.reload()
            await there.sees("Set up Deliverable")
            await there.go("General")
            await there.sees("What you can do here")
            with Database(migrated_sqlite_url) as database:
                dispatcher = Dispatcher(database, ring_of(key), lambda: MORNING)
                policy = await _announced(dispatcher)
                await there.sees("Single parking permit", "Give your view")
                await _flagged(dispatcher, policy)
                await there.sees("So far: 1 flag")
            await there.go("Personal Chat")
            await there.sees("You are the policy owner of Single parking permit")
        async with serving(tmp_path, {**environment, **_ahead(BEFORE_THE_DIGEST)}):
            await there.sees("1 flag needs your answer", WHY, "From: Megan Bowen")
            await _answer(there)
            await there.go("General")
            await there.sees(ANSWER)
            assert set(await there.statuses()) == {"200"}


def _ahead(at: datetime) -> dict[str, str]:
    """What sets the program's clock to that instant."""
    return {clock.AHEAD: clock.environment(lambda: at)[clock.AHEAD]}


async def _announced(dispatcher: Dispatcher) -> UUID:
    announcement = Announcement("Single parking permit", "One permit for all.", "https://example.org/permit", None)
    announced = await dispatcher.announce([announcement], owner=ALEX, channel=CHANNEL)
    return announced.opened[0].id


async def _flagged(dispatcher: Dispatcher, policy: UUID) -> None:
    """Megan's flag. She has no screen here, so what her client would send is sent for her."""
    answers = {"promise": ("named",), "verdict": ("not",), "theme": ("timetable",), "because": (WHY,)}
    megan = Actor("teams", TENANT, MEGAN, TEAM)
    form = await dispatcher.open(GiveView(policy), megan)
    assert isinstance(form, Form)
    assert form.intent is not None
    saved = await dispatcher.submit(form.intent, answers, megan, secrets.token_urlsafe(24))
    assert isinstance(saved, Form)
    assert saved.title == "Flag saved"


async def _answer(there: Playground) -> None:
    await there.press("Answer")
    await there.page.get_by_role("radio", name="Cannot change: Say why").check()
    await there.page.get_by_role("textbox", name="Your answer").first.fill(ANSWER)
    await there.press("Send answer")
    await there.sees("answered this flag on Monday 7 December 2026: Cannot change.")
