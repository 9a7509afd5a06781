"""No log at DEBUG contains what people type or who typed it, whatever goes wrong."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

import pytest

from bot.dispatcher import Dispatcher
from tests.slack import envelopes
from tests.slack.driver import SECRET
from tests.slack.faults import Broken, Drop, Refuse, TooFast
from tests.slack.provider import APP_TOKEN, Slack
from tests.slack.receive.test_socket_mode import press, submit
from tests.slack.serving import AMINA, CHANNEL, Served, serving
from tests.slack.steps import fill_in, open_form

TYPED = "the-words-of-somebody-who-must-not-be-known"
JSON = "application/json"
SECRETS = (TYPED, AMINA, "Amina", "amina.yusuf", "xoxb-1", APP_TOKEN, SECRET, envelopes.TOKEN)


class Everything(logging.Handler):
    """Keeps every record of every logger, as any formatter could write it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record, with its traceback and the text of its error."""
        error = record.exc_info[1] if record.exc_info else None
        self.lines.append(f"{record.name} {record.getMessage()} {record.args} {error!r} {error}")


@pytest.fixture
def everything() -> Iterator[Everything]:
    """All logging at DEBUG, including that of libraries."""
    root, handler = logging.getLogger(), Everything()
    before = root.level
    root.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)


def check(everything: Everything) -> None:
    """Check that nothing secret was logged, and that logging was on."""
    logging.getLogger("a.test").debug("heard")
    assert any("heard" in line for line in everything.lines)
    told = [line for line in everything.lines if any(each in line for each in SECRETS)]
    assert told == []


async def test_over_http_whatever_fails(
    slack: Slack, migrated_sqlite_url: str, everything: Everything, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(migrated_sqlite_url, slack) as served:
        await served.join()
        card = await served.announce()
        fill_in(await open_form(served, AMINA, card), because=TYPED)
        await served.driver.submit(AMINA)
        await served.driver.command(AMINA, CHANNEL, TYPED)
        await _all_kinds_of_refusal(served)
        await _faults_of_slack(served, card)
        await _faults_of_ours(served, card, monkeypatch)
        await served.worker.tick()
    check(everything)


async def _all_kinds_of_refusal(served: Served) -> None:
    body = f"command=/deliverable&user_id={AMINA}&text={TYPED}".encode()
    await served.driver.post_raw(body, {"Content-Type": "application/x-www-form-urlencoded"})
    await served.driver.post(body + b"x" * 300_000)
    await served.driver.post(f'{{"text": "{TYPED}"'.encode(), JSON)
    await served.driver.post(f'{{"type": "{TYPED}", "user": ["{AMINA}"]}}'.encode(), JSON)
    await served.driver.post(f"command=/{TYPED}&user_id={AMINA}&team_id=T0001".encode())


async def _faults_of_slack(served: Served, card: str) -> None:
    for fault in (Broken(), Drop(), TooFast(), Refuse("invalid_arguments"), Refuse("expired_trigger_id")):
        served.slack.plan("views.open", fault)
        await served.driver.press(AMINA, CHANNEL, card, "Give your view")
        served.slack.plan("views.publish", fault)
        await served.driver.event({"type": "app_home_opened", "user": AMINA, "tab": "home", "channel": "D1"})
    served.slack.plan("conversations.members", Broken(), Broken())
    await served.adapter.daily()


async def _faults_of_ours(served: Served, card: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: object) -> None:
        raise ValueError(f"{TYPED} of {AMINA}")

    for method in ("submit", "open", "home", "typed", "reacted", "card"):
        fill_in(await open_form(served, AMINA, card), because=TYPED)
        with monkeypatch.context() as broken:
            broken.setattr(Dispatcher, method, fails)
            await served.driver.submit(AMINA)
            await served.driver.command(AMINA, CHANNEL, TYPED)
            await served.driver.press(AMINA, CHANNEL, card, "See flags")
            await served.driver.event({"type": "app_home_opened", "user": AMINA, "tab": "home", "channel": "D1"})
            item = {"type": "message", "channel": CHANNEL, "ts": card}
            await served.driver.event({"type": "reaction_added", "user": AMINA, "item": item, "reaction": "x"})


async def test_over_links_whatever_fails(
    slack: Slack, migrated_sqlite_url: str, everything: Everything, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise ValueError(f"{TYPED} of {AMINA}")

    async with serving(migrated_sqlite_url, slack, over_sockets=True) as served:
        await slack.sockets.linked(2)
        await served.join()
        await press(served, await served.announce(), "Give your view")
        fill_in(served.workspace.window(AMINA).top, because=TYPED)
        await submit(served)
        with monkeypatch.context() as broken:
            broken.setattr(Dispatcher, "submit", fails)
            payload = envelopes.submitted(served.slack, AMINA)
            assert await slack.sockets.deliver("interactive", payload, seconds=1) is None
        await slack.sockets.links[0].send_str(f"not json {TYPED}")
        await slack.sockets.links[0].send_str(f'{{"type": "{TYPED}"}}')
        await slack.sockets.cut()
        await asyncio.sleep(0)
        await served.worker.tick()
    check(everything)
