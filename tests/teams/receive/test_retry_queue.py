"""Activities that Teams sends once are not lost while the database is away: they are queued and handled later."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

import pytest

from adapters.teams.activity import IncomingActivity
from adapters.teams.api.faults import TeamsRefused
from adapters.teams.receive.retry_queue import MOST_KEPT, RetryQueue
from bot.interface.unavailable import Unavailable
from storage import Database, DatabaseUnavailable, Session
from tests.teams.activities import installed, typed
from tests.teams.provider import TENANT, Provider
from tests.teams.tenant import Tenant, tenant

Found = TypeVar("Found")
TYPED = "Zebulon keeps 14 copies of the register"
QUICK = 0.001
SECONDS = 40.0


class Outage:
    """Makes the database of this process unreachable for as long as a test wants. `tries` counts failed attempts."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.lasts = False
        self.tries = 0
        for name in ("read", "write"):
            patch.setattr(Database, name, self._instead_of(getattr(Database, name)))

    def _instead_of(self, method: Callable[..., Awaitable[Found]]) -> Callable[..., Awaitable[Found]]:
        async def reach(database: Database, work: Callable[[Session], Found]) -> Found:
            if self.lasts:
                self.tries += 1
                raise DatabaseUnavailable("The database cannot be reached.")
            return await method(database, work)

        return reach


@pytest.fixture
def outage(monkeypatch: pytest.MonkeyPatch) -> Outage:
    """An outage that has not begun."""
    return Outage(monkeypatch)


@pytest.fixture
async def office(provider: Provider, migrated_url: str, outage: Outage) -> AsyncIterator[Tenant]:
    """A tenant in which the app is not installed yet, on both databases."""
    async with tenant(provider, migrated_url) as made:
        yield made


async def until(holds: Callable[[], bool]) -> None:
    """Wait for other tasks to make a condition true."""
    async with asyncio.timeout(SECONDS):
        while not holds():  # noqa: ASYNC110 - nothing says when
            await asyncio.sleep(0.02)


async def test_an_installation_is_taken_in_once_the_database_is_back(office: Tenant, outage: Outage) -> None:
    outage.lasts = True
    for sent in (
        installed(office.provider, office.people["priya"], office.channel),
        installed(office.provider, office.people["nobody"]),
    ):
        assert await office.post(sent) == (200, None)
    before = outage.tries
    await until(lambda: outage.tries > before + 1)
    assert office.provider.messages == []
    outage.lasts = False
    await until(lambda: len(office.provider.messages) == 2)
    assert [each["address"] for each in office.rows("channels")] == [office.channel]
    (chat,) = (each for each in office.rows("conversations") if each["direct"])
    assert (chat["address"], chat["service"]) == (office.people["nobody"].aad, office.provider.service)


async def test_a_queued_message_keeps_its_conversation_and_not_its_text(
    office: Tenant, outage: Outage, caplog: pytest.LogCaptureFixture
) -> None:
    await office.install()
    await office.post(installed(office.provider, office.people["ben"]))
    with office.database.writing() as session:
        session.connection().exec_driver_sql("UPDATE conversations SET service = 'https://old.example' WHERE direct")
    before = len(office.provider.messages)
    outage.lasts = True
    with caplog.at_level(logging.DEBUG):
        assert await office.post(typed(office.provider, office.people["ben"], TYPED)) == (200, None)
        outage.lasts = False
        await until(lambda: _service(office) == office.provider.service)
    assert len(office.provider.messages) == before, "they were told that it was not taken"
    assert TYPED not in caplog.text
    assert TYPED not in office.everything()


def _service(office: Tenant) -> str:
    (chat,) = (each for each in office.rows("conversations") if each["direct"])
    return str(chat["service"])


def activity(number: int, kind: str = "installationUpdate", **more: Any) -> IncomingActivity:
    """An activity, by its number."""
    given = dict.fromkeys(
        ("name", "aad_id", "reply_to", "locale", "bot", "channel_name", "team", "team_name", "text"), ""
    )
    return IncomingActivity(
        **{
            **given,
            "type": kind,
            "tenant": TENANT,
            "user": "29:x",
            "conversation": "19:c@thread.tacv2",
            "conversation_type": "channel",
            "activity": str(number),
            "service": "https://service.example",
            "value": {},
            "raw": {"action": "add"},
            **more,
        }
    )


class Acting:
    """Handles activities once it may, or raises what it was told to for an activity."""

    def __init__(self) -> None:
        self.seen: list[IncomingActivity] = []
        self.may = asyncio.Event()
        self.tries = 0
        self.trouble: dict[str, Exception] = {}

    async def __call__(self, activity: IncomingActivity) -> None:
        self.tries += 1
        if not self.may.is_set():
            raise Unavailable
        self.seen.append(activity)
        if activity.activity in self.trouble:
            raise self.trouble[activity.activity]


class TestKept:
    async def test_activities_are_retried_in_order_and_a_failure_does_not_stop_the_others(self) -> None:
        acting = Acting()
        acting.trouble = {"1": TeamsRefused(403, "X"), "2": ValueError(TYPED)}
        later = RetryQueue(acting, first_wait=QUICK)
        for number in range(5):
            later.keep(activity(number))
        await until(lambda: acting.tries > 2)
        acting.may.set()
        await until(lambda: len(later) == 0)
        assert [each.activity for each in acting.seen] == ["0", "1", "2", "3", "4"]
        # And once more, after it had nothing to do.
        later.keep(activity(7))
        await until(lambda: len(later) == 0)
        assert acting.seen[-1].activity == "7"
        await later.close()

    async def test_the_queue_is_limited(self) -> None:
        acting = Acting()
        later = RetryQueue(acting, first_wait=QUICK)
        for number in range(MOST_KEPT + 3):
            later.keep(activity(number))
        assert len(later) == MOST_KEPT
        acting.may.set()
        await until(lambda: len(later) == 0)
        assert [acting.seen[0].activity, acting.seen[-1].activity] == ["3", str(MOST_KEPT + 2)]
        await later.close()

    async def test_clicks_are_not_queued_and_messages_only_without_text(self) -> None:
        acting = Acting()
        later = RetryQueue(acting, first_wait=QUICK)
        later.keep(activity(1, "invoke", value={"because": TYPED}))
        later.keep(activity(2, "message", text=TYPED, raw={"text": TYPED}, value={"because": TYPED}))
        assert len(later) == 1
        acting.may.set()
        await until(lambda: len(later) == 0)
        (kept,) = acting.seen
        assert (kept.conversation, kept.service) == ("19:c@thread.tacv2", "https://service.example")
        assert (kept.text, kept.raw, kept.value) == ("", {}, {})
        await later.close()

    async def test_closing_logs_how_much_is_lost(self, caplog: pytest.LogCaptureFixture) -> None:
        acting = Acting()
        later = RetryQueue(acting, first_wait=QUICK)
        later.keep(activity(1))
        await until(lambda: acting.tries > 0)
        await later.close()
        tries = acting.tries
        later.keep(activity(2))
        assert [len(later), acting.tries] == [1, tries]
        assert "dropped at shutdown: 1" in caplog.text
        assert not [each for each in asyncio.all_tasks() if "RetryQueue" in repr(each)]

    async def test_closing_an_empty_queue_logs_nothing(self, caplog: pytest.LogCaptureFixture) -> None:
        await RetryQueue(Acting()).close()
        assert caplog.text == ""
