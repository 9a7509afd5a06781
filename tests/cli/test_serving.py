"""`python -m bot serve`, from start to shutdown, with a fake Slack over TCP."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from sqlmodel import func, select

from bot.dispatcher import Dispatcher, NoSuchChannel
from bot.interface.announcements import Announcement
from bot.runtime.clock import now
from bot.screens.refusals import DOWN
from storage import Channel, Database
from storage.authors_key import FLAGS_A_PERSON
from storage.boxes import Box
from storage.keys import new_master_key
from tests.cli.database_proxy import proxied
from tests.cli.server import SOCKET, Server, in_teams, serving, settings
from tests.rings import ring_of
from tests.slack.driver import Answer, Driver
from tests.slack.envelopes import command
from tests.slack.faults import Hang
from tests.slack.provider import Slack
from tests.slack.serving import AMINA, CHANNEL, PEOPLE, PERMIT
from tests.teams.activities import activity
from tests.teams.provider import Provider

pytestmark = pytest.mark.timeout(180)
FIELDS = {"time", "level", "logger", "message", "exception"}
TYPED = "Kestrel weighbridge contracts end after April."


@pytest.fixture
def key() -> str:
    return new_master_key("k1")


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def invited(slack: Slack, driver: Driver) -> None:
    """Invite the bot to the channel, and wait until it has read the roster."""
    channel = slack.workspace.channels[CHANNEL]
    channel.members.append(slack.workspace.bot_user)
    joined = {"type": "member_joined_channel", "user": slack.workspace.bot_user, "channel": CHANNEL}
    answer = await driver.event({**joined, "channel_type": "C", "team": slack.workspace.id})
    assert answer.status == 200


async def announced(url: str, key: str, announcement: Announcement = PERMIT, channel: str = "digital-delivery") -> None:
    """Announce a policy in a channel, once its roster is known."""
    with Database(url) as database:
        dispatcher = Dispatcher(database, ring_of(key), now)
        for _ in range(600):
            if await _announced(dispatcher, announcement, channel):
                return
            await asyncio.sleep(0.1)
    raise AssertionError("the channel was never known")


async def _announced(dispatcher: Dispatcher, announcement: Announcement, channel: str) -> bool:
    try:
        await dispatcher.announce([announcement], owner="helen.marsh@example.org", channel=channel)
    except NoSuchChannel:
        return False
    return True


async def card(slack: Slack) -> str:
    """Wait for the card to appear in the channel. Returns its `ts`."""
    await asyncio.wait_for(slack.called("chat.postMessage"), 60)
    (found,) = slack.workspace.channels[CHANNEL].main()
    return str(found["ts"])


async def flagged(slack: Slack, driver: Driver, ts: str) -> None:
    """Give a confidential view on the card."""
    assert (await driver.press(AMINA, CHANNEL, ts, "Give your view")).status == 200
    filled(slack, AMINA)
    assert (await driver.submit(AMINA)).status == 200
    assert slack.workspace.window(AMINA).top.json["title"]["text"] == "Flag saved"


def filled(slack: Slack, user: str) -> None:
    """Fill in the form that a user has open."""
    form = slack.workspace.window(user).top
    form.choose("Who can know this is from you?", "Confidential: nobody is shown my name")
    form.choose("Is it deliverable?", "Deliverable if…")
    form.choose("What is it mainly about?", "Timetable")
    form.write("Why?", TYPED)
    form.write("What would make it deliverable?", "Start with councils that share a system.")


async def test_it_serves_slack_from_start_to_shutdown(
    tmp_path: Path, migrated_sqlite_url: str, key: str, slack: Slack, session: aiohttp.ClientSession
) -> None:
    async with serving(tmp_path, settings(migrated_sqlite_url, key, slack)) as server:
        assert server.said.startswith("Serving Slack at http://127.0.0.1:")
        assert await server.asked("/readyz") == (200, {"status": "ready", "because": []})
        status, said = await server.asked("/healthz")
        assert (status, said["status"], list(said["platforms"])) == (200, "ok", ["slack"])
        driver = Driver(slack, server.address, now, session)
        await invited(slack, driver)
        await announced(migrated_sqlite_url, key)
        await flagged(slack, driver, await card(slack))
        assert (await driver.post(b"{", "application/json")).status == 400
        await worker_has_run(server)
        server.tell()
        assert await server.ended() == 0
    _nothing_typed(server)


async def test_over_socket_mode_it_needs_no_public_address(
    tmp_path: Path, migrated_sqlite_url: str, key: str, slack: Slack
) -> None:
    async with serving(tmp_path, settings(migrated_sqlite_url, key, slack, **SOCKET)) as server:
        await asyncio.wait_for(slack.sockets.linked(), 60)
        fields = command(slack, AMINA, CHANNEL, TYPED)
        answer = await slack.sockets.deliver("slash_commands", fields, seconds=60)
        assert answer is not None
        assert "Kestrel" not in str(answer)
        server.tell(signal.SIGINT)
        assert await server.ended() == 0
    _nothing_typed(server)


async def test_it_serves_both_platforms_from_one_database(
    tmp_path: Path, migrated_sqlite_url: str, key: str, slack: Slack, session: aiohttp.ClientSession
) -> None:
    provider = Provider()
    async with TestServer(provider.application(), shutdown_timeout=1) as teams:
        provider.address = str(teams.make_url("")).rstrip("/")
        given = settings(migrated_sqlite_url, key, slack, **in_teams(provider))
        async with serving(tmp_path, given) as server:
            assert server.said.startswith("Serving Slack and Teams at")
            assert set((await server.asked("/healthz"))[1]["platforms"]) == {"slack", "teams"}
            ada = provider.account("Ada Adminson")
            channel = provider.channel([ada])
            installed = activity(provider, ada, channel, type="installationUpdate", action="add")
            assert await send(session, server, installed, "") == 401
            assert await send(session, server, installed, provider.bearer()) == 200
            await invited(slack, Driver(slack, server.address, now, session))
            await announced(migrated_sqlite_url, key)
            (named,) = await names(migrated_sqlite_url, "teams")
            await announced(migrated_sqlite_url, key, replace(PERMIT, link=f"{PERMIT.link}-2"), named)
            await asyncio.wait_for(provider.until("post", 1), 60)
            await card(slack)
            server.tell()
            assert await server.ended() == 0
    _nothing_typed(server)


async def send(session: aiohttp.ClientSession, server: Server, sent: dict[str, Any], bearer: str) -> int:
    """Send an activity as Teams does. Returns the status of the answer."""
    headers = {"Authorization": bearer} if bearer else {}
    async with session.post(f"{server.address}/api/messages", json=sent, headers=headers) as response:
        return response.status


async def names(url: str, platform: str) -> list[str]:
    """Wait until a channel of a platform is known. Returns the names of such channels."""
    with Database(url) as database:
        for _ in range(600):
            with database.reading() as session_:
                if found := list(session_.scalars(select(Channel.name).where(Channel.platform == platform))):
                    return found
            await asyncio.sleep(0.1)
    raise AssertionError(f"no channel of {platform} is known")


async def test_what_goes_out_can_be_a_process_of_its_own(
    tmp_path: Path, migrated_postgresql_url: str, key: str, slack: Slack, session: aiohttp.ClientSession
) -> None:
    given = settings(migrated_postgresql_url, key, slack)
    async with serving(tmp_path, given, "--only", "inbound") as hears:
        driver = Driver(slack, hears.address, now, session)
        await invited(slack, driver)
        await announced(migrated_postgresql_url, key)
        assert (await hears.asked("/readyz"))[0] == 200
        assert await hears.metric("deliverable_outbox_deliveries") >= 1
        assert slack.asked("chat.postMessage") == []
        async with serving(tmp_path, given, "--only", "worker") as sends:
            ts = await card(slack)
            assert (await sends.asked("/readyz"))[0] == 200
            deaf = Driver(slack, sends.address, now, session)
            assert (await deaf.command(AMINA, CHANNEL, "help")).status == 404
            await flagged(slack, driver, ts)
            for each in (hears, sends):
                each.tell()
            assert [await hears.ended(), await sends.ended()] == [0, 0]
    for each in (hears, sends):
        _nothing_typed(each)


async def test_a_second_signal_ends_it_at_once(
    tmp_path: Path, migrated_sqlite_url: str, key: str, slack: Slack, session: aiohttp.ClientSession
) -> None:
    async with serving(tmp_path, settings(migrated_sqlite_url, key, slack)) as server:
        await invited(slack, Driver(slack, server.address, now, session))
        slack.always("chat.postMessage", Hang())
        await announced(migrated_sqlite_url, key)
        await asyncio.wait_for(slack.called("chat.postMessage"), 60)
        server.tell()
        await gone(server)
        assert server.process.returncode is None
        server.tell()
        assert await server.ended() == 128 + signal.SIGTERM


async def test_while_it_stops_it_says_so_for_some_seconds_and_still_answers(
    tmp_path: Path, migrated_sqlite_url: str, key: str, slack: Slack, session: aiohttp.ClientSession
) -> None:
    async with serving(tmp_path, settings(migrated_sqlite_url, key, slack)) as server:
        assert (await server.asked("/readyz"))[0] == 200
        server.tell()
        assert (await asyncio.wait_for(server.until("/readyz", 503), 3))["because"] == ["stopping"]
        assert (await server.asked("/healthz"))[0] == 200
        assert (await Driver(slack, server.address, now, session).command(AMINA, CHANNEL, "help")).status == 200
        assert await server.ended() == 0


async def test_it_tells_systemd_that_it_is_ready_alive_and_stopping(
    tmp_path: Path, migrated_sqlite_url: str, key: str, slack: Slack
) -> None:
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(address))
        systemd.settimeout(60)
        told = {"NOTIFY_SOCKET": str(address), "WATCHDOG_USEC": "600000"}
        async with serving(tmp_path, {**settings(migrated_sqlite_url, key, slack), **told}) as server:
            said = [await asyncio.to_thread(systemd.recv, 100) for _ in range(4)]
            assert said == [b"READY=1", *[b"WATCHDOG=1"] * 3]
            server.tell()
            while await asyncio.to_thread(systemd.recv, 100) != b"STOPPING=1":
                pass
            assert await server.ended() == 0


async def gone(server: Server) -> None:
    """Wait until it accepts no more connections."""
    for _ in range(600):
        try:
            await server.asked("/healthz")
        except aiohttp.ClientConnectionError:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it goes on listening")


POLICIES = 6


async def test_one_of_two_processes_is_stopped_under_load_and_nothing_is_lost(
    tmp_path: Path, migrated_postgresql_url: str, key: str, slack: Slack, session: aiohttp.ClientSession
) -> None:
    """People give their views meanwhile; what the first no longer accepts, the second does."""
    given, channel = settings(migrated_postgresql_url, key, slack), slack.workspace.channels[CHANNEL]
    async with serving(tmp_path, given) as first, serving(tmp_path, given) as second:
        balancer = LoadBalancer(slack, [Driver(slack, each.address, now, session) for each in (first, second)])
        await invited(slack, balancer.drivers[1])
        for number in range(POLICIES):
            named = replace(PERMIT, title=f"Permit {number}", link=f"{PERMIT.link}-{number}")
            await announced(migrated_postgresql_url, key, named)
        await asyncio.wait_for(slack.called("chat.postMessage"), 60)
        load = asyncio.create_task(balancer.views())
        await balancer.until(5)
        first.tell()
        assert await first.ended() == 0
        await balancer.until(balancer.taken + 5)
        async with slack.arrived:
            await asyncio.wait_for(slack.arrived.wait_for(lambda: len(channel.main()) == POLICIES), 60)
        balancer.is_done = True
        await load
        second.tell()
        assert await second.ended() == 0
    assert {each.status for driver in balancer.drivers for each in driver.answers} == {200}
    assert len({str(each["text"]) for each in channel.main()}) == len(channel.main()) == POLICIES
    with Database(migrated_postgresql_url) as database, database.reading() as session_:
        assert session_.scalar(select(func.count()).select_from(Box)) == balancer.taken
    for each in (first, second):
        _nothing_typed(each)


@dataclass
class LoadBalancer:
    """Sends requests to several processes: if one refuses connections, to the next. `taken` counts the flags."""

    slack: Slack
    drivers: list[Driver]
    taken: int = 0
    is_done: bool = False

    async def views(self) -> None:
        """Give views on the cards in the channel, one after the other, as many as each person may."""
        for ts, user in self._chances():
            if self.is_done:
                return
            await self._through(partial(Driver.press, user=user, channel=CHANNEL, ts=ts, label="Give your view"))
            filled(self.slack, user)
            await self._through(partial(Driver.submit, user=user))
            assert self.slack.workspace.window(user).top.json["title"]["text"] == "Flag saved"
            self.taken += 1
            await asyncio.sleep(0.2)

    def _chances(self) -> Iterator[tuple[str, str]]:
        for _ in range(FLAGS_A_PERSON):
            for each in PEOPLE:
                for message in tuple(self.slack.workspace.channels[CHANNEL].main()):
                    yield str(message["ts"]), each.id

    async def until(self, taken: int) -> None:
        """Wait until that many flags are accepted."""
        for _ in range(1200):
            if self.taken >= taken:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{self.taken} flags were taken, and no more")

    async def _through(self, ask: Callable[[Driver], Awaitable[Answer]]) -> None:
        self.drivers.reverse()
        try:
            answer = await ask(self.drivers[0])
        except aiohttp.ClientConnectionError:
            answer = await ask(self.drivers[1])
        assert answer.status == 200


async def test_while_the_database_is_away_it_says_so_and_resumes(
    tmp_path: Path, migrated_postgresql_url: str, key: str, slack: Slack, session: aiohttp.ClientSession
) -> None:
    async with proxied(migrated_postgresql_url) as proxy, serving(tmp_path, settings(proxy.url, key, slack)) as server:
        driver = Driver(slack, server.address, now, session)
        await invited(slack, driver)
        await announced(migrated_postgresql_url, key)
        ts = await card(slack)
        proxy.cut()
        assert (await asyncio.wait_for(server.until("/readyz", 503), 60))["because"]
        assert (await server.asked("/healthz"))[0] == 200
        assert await server.metric("deliverable_database_up") == 0
        said = await driver.command(AMINA, CHANNEL, "help")
        assert (said.status, said.json["text"]) == (200, DOWN)
        proxy.restore()
        await asyncio.wait_for(server.until("/readyz", 200), 60)
        await flagged(slack, driver, ts)
        server.tell()
        assert await server.ended() == 0
    _nothing_typed(server)


async def worker_has_run(server: Server) -> None:
    """Wait until a run of the worker has ended."""
    for _ in range(600):
        if await server.metric('deliverable_worker_steps_total{step="prepare"}'):
            return
        await asyncio.sleep(0.1)
    raise AssertionError("no run of the worker ends")


def _nothing_typed(server: Server) -> None:
    """The log is JSON with few fields, and holds nothing that was typed and nobody who typed it."""
    for entry in server.logged():
        assert FIELDS - {"exception"} <= set(entry) <= FIELDS
        for each in ("Kestrel", "weighbridge", AMINA, "Amina", "amina.yusuf", "councils that share"):
            assert each not in str(entry)
