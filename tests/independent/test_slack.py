"""The main story in a Slack that is not ours, through the real `serve`: announce, flag, answer, hear back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.interface.json_object import Json
from bot.runtime.clock import now
from storage.keys import new_master_key
from tests.cli.server import serving, settings
from tests.independent.emulated_slack import BOT_USER, EmulatedSlack, emulated, token_of
from tests.slack.driver import Driver
from tests.slack.reading import read

pytestmark = pytest.mark.timeout(300)
PEOPLE = {
    "amina.yusuf@example.org": "Amina Yusuf",
    "helen.marsh@example.org": "Helen Marsh",
    "daniel.okoro@example.org": "Daniel Okoro",
}
CHANNEL = "digital-delivery"
TYPED = "Sixty councils have contracts that run until September."
WAITS = 300


async def until(found: Callable[[], Json | None], what: str) -> Json:
    """Wait until something is there."""
    for _ in range(WAITS):
        there = found()
        if there is not None:
            return there
        await asyncio.sleep(0.1)
    raise AssertionError(f"{what} never came")


def person(slack: EmulatedSlack, name: str) -> str:
    """The id of a person."""
    return next(each.id for each in slack.workspace.users.values() if each.name == name)


def said(message: Json) -> str:
    """What can be read in a message."""
    return " ".join(read(message.get("blocks", ())))


def saying(slack: EmulatedSlack, channel: str, reader: str, *words: str) -> Json | None:
    """The message in a channel that says all of this to that person, if it is there."""
    return next((each for each in slack.read(channel, reader) if all(word in said(each) for word in words)), None)


def shown(slack: EmulatedSlack, user: str) -> str:
    """What can be read in the window on top."""
    return " ".join(read(slack.workspace.window(user).top.json["blocks"]))


def labelled(slack: EmulatedSlack, user: str, beginning: str) -> str:
    """The label of the question of the form on top that begins so."""
    return next(each for each in slack.workspace.window(user).top.labels() if each.startswith(beginning))


async def test_the_main_story(tmp_path: Path, migrated_sqlite_url: str) -> None:
    """Daniel announces, Amina flags by name, Helen hears that she is the owner and answers, Amina reads the answer."""
    async with emulated(tmp_path, PEOPLE, CHANNEL) as slack, aiohttp.ClientSession() as session:
        environment = settings(migrated_sqlite_url, new_master_key("k1"), slack)
        async with serving(tmp_path, environment) as server:
            driver = Driver(slack, server.address, now, session)
            channel = next(each.id for each in slack.workspace.channels.values() if each.name == CHANNEL)
            await _invited(slack, driver, channel)
            await _announced(slack, driver, channel)
            await _flagged(slack, driver, channel)
            await _answered(slack, driver, channel)
            await _heard_back(slack, driver, channel)
    assert slack.faults == []


async def _invited(slack: EmulatedSlack, driver: Driver, channel: str) -> None:
    slack.ask("conversations.invite", {"channel": channel, "users": BOT_USER}, token_of("daniel.okoro"))
    joined = {"type": "member_joined_channel", "user": BOT_USER, "channel": channel, "channel_type": "C"}
    assert (await driver.event({**joined, "team": slack.workspace.id})).status == 200


async def _announced(slack: EmulatedSlack, driver: Driver, channel: str) -> None:
    daniel = person(slack, "Daniel Okoro")
    window = slack.workspace.window(daniel)
    for _ in range(WAITS):
        window.views.clear()
        assert (await driver.command(daniel, channel, "announce")).status == 200
        if window.top.labels():
            break
        await asyncio.sleep(0.1)  # the roster is still being read
    form = window.top
    form.write("Title", "Single parking permit")
    form.write("Summary", "From April, one permit for every council.")
    form.pick_person(labelled(slack, daniel, "Policy owner"), person(slack, "Helen Marsh"))
    form.choose("Channels", *form.offered("Channels"))
    assert (await driver.submit(daniel)).status == 200
    assert "announced" in shown(slack, daniel)


async def _flagged(slack: EmulatedSlack, driver: Driver, channel: str) -> None:
    amina = person(slack, "Amina Yusuf")
    card = await until(lambda: saying(slack, channel, "amina.yusuf", "Single parking permit"), "the card")
    await driver.press(amina, channel, card["ts"], "Give your view")
    form = slack.workspace.window(amina).top
    who = "Who can know this is from you?"
    form.choose(who, next(each for each in form.offered(who) if each.startswith("Named")))
    form.choose("Is it deliverable?", "Not deliverable as announced")
    form.choose("What is it mainly about?", "Timetable")
    form.write("Why?", TYPED)
    assert (await driver.submit(amina)).status == 200
    assert "Your flag is saved." in shown(slack, amina)
    await until(lambda: saying(slack, channel, "amina.yusuf", "So far: 1 flag"), "the card with the flag")


async def _answered(slack: EmulatedSlack, driver: Driver, channel: str) -> None:
    helen = person(slack, "Helen Marsh")
    told = next(each for each in slack.workspace.channels.values() if each.with_user == helen)
    await until(lambda: saying(slack, told.id, "helen.marsh", "You are the policy owner"), "the word to the owner")
    card = await until(lambda: saying(slack, channel, "helen.marsh", "Single parking permit"), "the card")
    await driver.press(helen, channel, card["ts"], "See flags")
    assert TYPED in shown(slack, helen)
    await driver.press_in_window(helen, "Read the flag")
    await driver.press_in_window(helen, "Answer")
    form = slack.workspace.window(helen).top
    form.choose("What is your answer?", "We will change it")
    form.write(labelled(slack, helen, "Your answer"), "Councils with contracts join in October.")
    form.pick_day(labelled(slack, helen, "By when?"), (now() + timedelta(days=60)).date().isoformat())
    assert (await driver.submit(helen)).status == 200
    assert "Answer sent to 1 flag." in shown(slack, helen)
    under = await until(lambda: saying(slack, channel, "amina.yusuf", "Councils with contracts join"), "the answer")
    assert under["thread_ts"] == card["ts"]


async def _heard_back(slack: EmulatedSlack, driver: Driver, channel: str) -> None:
    amina = person(slack, "Amina Yusuf")
    slack.workspace.window(amina).views.clear()
    assert (await driver.command(amina, channel, "mine")).status == 200
    assert "Councils with contracts join in October." in shown(slack, amina)
    await driver.press_in_window(amina, "Settled")
    assert "settled" in shown(slack, amina)
    await driver.event({"type": "app_home_opened", "user": amina, "channel": "D0", "tab": "home", "event_ts": "1.1"})
    await slack.called("views.publish")
    assert "Single parking permit" in " ".join(read(slack.workspace.homes[amina]["blocks"]))
