"""Socket Mode against a server on loopback: requests, reconnections, and nothing done twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from urllib.parse import parse_qsl, urlencode

import pytest

from adapters.slack.receive import socket_mode
from bot.interface.json_object import Json
from bot.interface.ports import Health
from tests.slack import envelopes
from tests.slack.faults import Refuse
from tests.slack.provider import Slack
from tests.slack.serving import AMINA, CHANNEL, Served, serving
from tests.slack.steps import fill_in, seen

INTERACTIVE, EVENTS, COMMANDS = "interactive", "events_api", "slash_commands"


@pytest.fixture
async def linked(slack: Slack, migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Served]:
    """The program with its connections open, and in the channel."""
    monkeypatch.setattr(socket_mode, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(socket_mode, "PING_SECONDS", 3.0)
    async with serving(migrated_sqlite_url, slack, over_sockets=True) as running:
        await slack.sockets.linked(socket_mode.LINKS)
        await running.join()
        yield running
        assert slack.faults == []


async def press(served: Served, ts: str, label: str) -> Json | None:
    message = served.workspace.channels[CHANNEL].message(ts)
    assert message is not None
    button = next(each for each in envelopes.buttons(message["blocks"]) if each["text"]["text"] == label)
    payload = envelopes.pressed_on_message(served.slack, AMINA, CHANNEL, message, button)
    return await served.slack.sockets.deliver(INTERACTIVE, payload, seconds=30)


async def submit(served: Served, *, retry: int = 0) -> Json:
    payload = envelopes.submitted(served.slack, AMINA)
    acknowledged = await served.slack.sockets.deliver(INTERACTIVE, payload, retry=retry, seconds=30)
    assert acknowledged is not None
    return acknowledged


async def test_a_flag_is_given_over_socket_mode(linked: Served) -> None:
    acknowledged = await press(linked, await linked.announce(), "Give your view")
    assert acknowledged is not None
    assert "payload" not in acknowledged or acknowledged["payload"] in ({}, None)
    fill_in(linked.workspace.window(AMINA).top)
    answer = (await submit(linked))["payload"]
    assert answer["response_action"] == "update"
    linked.slack.submitted(linked.workspace.window(AMINA).top.id, answer)
    assert "Nobody is shown your name." in seen(linked, AMINA)
    assert linked.number_of("flags") == 1


async def test_a_form_sent_again_is_one_flag(linked: Served) -> None:
    await press(linked, await linked.announce(), "Give your view")
    fill_in(linked.workspace.window(AMINA).top)
    first, again = await submit(linked), await submit(linked, retry=1)
    assert first["payload"]["response_action"] == again["payload"]["response_action"] == "update"
    assert linked.number_of("flags") == 1


async def test_commands_and_events_come_over_socket_mode(linked: Served) -> None:
    fields = dict(parse_qsl(urlencode(envelopes.command(linked.slack, AMINA, CHANNEL, "help"))))
    said = await linked.slack.sockets.deliver(COMMANDS, fields, seconds=30)
    assert said is not None
    assert said["payload"]["response_type"] == "ephemeral"
    event = envelopes.event(linked.slack, {"type": "app_home_opened", "user": AMINA, "tab": "home", "channel": "D1"})
    assert await linked.slack.sockets.deliver(EVENTS, event, seconds=30) is not None
    assert AMINA in linked.workspace.homes


async def test_what_fails_is_not_acknowledged_and_comes_again(linked: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    await press(linked, await linked.announce(), "Give your view")
    fill_in(linked.workspace.window(AMINA).top)
    failed = asyncio.Event()

    async def fails(*_: object) -> None:
        failed.set()
        raise ValueError

    payload = envelopes.submitted(linked.slack, AMINA)
    with monkeypatch.context() as broken:
        broken.setattr(linked.dispatcher, "submit", fails)
        unanswered = asyncio.create_task(linked.slack.sockets.deliver(INTERACTIVE, payload, seconds=1))
        await failed.wait()
        assert await unanswered is None
    assert await linked.slack.sockets.deliver(INTERACTIVE, payload, retry=1, seconds=30) is not None
    assert linked.number_of("flags") == 1


async def test_connections_come_back_when_slack_closes_them(linked: Served) -> None:
    sockets, oldest = linked.slack.sockets, linked.slack.sockets.links[0]
    await sockets.refresh()
    await until(lambda: len(sockets.links) == socket_mode.LINKS and oldest not in sockets.links)
    assert await press(linked, await linked.announce(), "See flags") is not None


async def test_connections_come_back_when_they_break(linked: Served) -> None:
    sockets, before = linked.slack.sockets, set(linked.slack.sockets.links)
    await sockets.cut()
    await until(lambda: len(sockets.links) == socket_mode.LINKS and not before & set(sockets.links))
    await until(lambda: linked.adapter.health().text == "connected")
    assert await press(linked, await linked.announce(), "See flags") is not None


async def test_hanging_connections_are_reported_and_replaced(
    slack: Slack, migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_mode, "PING_SECONDS", 0.3)
    async with serving(migrated_sqlite_url, slack, over_sockets=True) as running:
        await slack.sockets.linked(socket_mode.LINKS)
        hanging = set(slack.sockets.links)
        slack.always("apps.connections.open", Refuse("internal_error"))
        slack.sockets.stall()
        await until(lambda: running.adapter.health() == Health(ok=False, text="not connected"))
        slack.always("apps.connections.open", None)
        await until(lambda: running.adapter.health() == Health(ok=True, text="connected"))
        await until(lambda: not hanging & set(slack.sockets.links))


async def test_a_connection_that_stays_down_is_replaced(linked: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    async def down() -> bool:
        return False

    monkeypatch.setattr(socket_mode, "DOWN_SECONDS", 0.1)
    assert linked.adapter._socket_mode is not None
    for client in linked.adapter._socket_mode._clients.values():
        monkeypatch.setattr(client, "is_connected", down)
    sockets, before = linked.slack.sockets, set(linked.slack.sockets.links)
    await until(lambda: len(sockets.links) == socket_mode.LINKS and not before & set(sockets.links))
    assert await press(linked, await linked.announce(), "See flags") is not None


async def test_a_refused_connection_is_logged_and_tried_again(
    slack: Slack, migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_mode, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(socket_mode, "START_SECONDS", 0.1)
    slack.always("apps.connections.open", Refuse("not_allowed_token_type"))
    async with serving(migrated_sqlite_url, slack, over_sockets=True) as running:
        assert running.adapter.health() == Health(ok=False, text="not connected")
        slack.always("apps.connections.open", None)
        await slack.sockets.linked(socket_mode.LINKS)
        await until(lambda: running.adapter.health() == Health(ok=True, text="connected"))


async def test_closing_lets_what_is_under_way_end_and_takes_what_arrives_meanwhile(
    linked: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    await press(linked, await linked.announce(), "Give your view")
    fill_in(linked.workspace.window(AMINA).top)
    begun, go = asyncio.Event(), asyncio.Event()
    submitting = linked.dispatcher.submit

    async def slow(*given: object) -> object:
        begun.set()
        await go.wait()
        return await submitting(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(linked.dispatcher, "submit", slow)
    sent = asyncio.create_task(submit(linked))
    await begun.wait()
    closing = asyncio.create_task(linked.adapter.close())
    await asyncio.sleep(0)
    # Nobody else gets what comes now, and Slack sends a click only once.
    for link in range(socket_mode.LINKS):
        late = dict(parse_qsl(urlencode(envelopes.command(linked.slack, AMINA, CHANNEL, "help"))))
        said = await linked.slack.sockets.deliver(COMMANDS, late, seconds=30, link=link)
        assert said is not None
        assert said["payload"]["response_type"] == "ephemeral"
    go.set()
    assert (await sent)["payload"]["response_action"] == "update"
    await closing
    assert linked.number_of("flags") == 1
    assert linked.slack.sockets.links == []


async def until(is_so: Callable[[], bool]) -> None:
    """Wait until a condition holds. The time limit of the test ends it."""
    while not is_so():  # noqa: ASYNC110 - of what goes on in a library nobody tells
        await asyncio.sleep(0.02)
