"""Installations and conversations of the bot, on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.interface.ports import Place
from bot.interface.unavailable import Unavailable
from bot.people.connections import OPERATOR, Connections, Conversing, Installed
from storage import Database, audit
from storage.keys import KeyRing
from tests.bot.conftest import Clock
from tests.rings import new_ring

TOKENS = {"token": "xoxb-the-secret-one", "refresh": "xoxe-another"}


@pytest.fixture
def connections(database: Database, ring: KeyRing, clock: Clock) -> Connections:
    return Connections(database, ring, clock, admins=["daniel@example.org"])


class TestInstallations:
    async def test_an_installation_is_stored(self, connections: Connections) -> None:
        await connections.install("slack", "T1", "Delivery", TOKENS)
        assert await connections.installed("slack", "T1") == Installed("T1", "Delivery", TOKENS)
        assert [each.workspace for each in await connections.all_installed("slack")] == ["T1"]
        assert await connections.installed("slack", "T2") is None
        assert await connections.all_installed("teams") == ()

    async def test_installing_again_keeps_one_row_with_the_new_secrets(self, connections: Connections) -> None:
        await connections.install("slack", "T1", "Delivery", TOKENS)
        await connections.install("slack", "T1", "Digital Delivery", {"token": "new"})
        assert await connections.all_installed("slack") == (Installed("T1", "Digital Delivery", {"token": "new"}),)

    async def test_secrets_are_encrypted_and_not_printed(
        self, connections: Connections, database: Database, tmp_path: Path
    ) -> None:
        await connections.install("slack", "T1", "Delivery", TOKENS)
        assert TOKENS["token"] not in repr(await connections.installed("slack", "T1"))
        if database.name == "sqlite":
            database.backup(tmp_path / "copy.db")
            assert TOKENS["token"].encode() not in (tmp_path / "copy.db").read_bytes()

    async def test_an_ended_installation_is_not_listed(self, connections: Connections) -> None:
        await connections.install("slack", "T1", "Delivery", TOKENS)
        assert not await connections.end("slack", "T1", {"token": "older"}), "it was replaced since"
        assert await connections.installed("slack", "T1") is not None
        for _ in range(2):
            assert await connections.end("slack", "T1", TOKENS)
        assert await connections.installed("slack", "T1") is None
        assert await connections.all_installed("slack") == ()
        await connections.install("slack", "T1", "Delivery", {"token": "new"})
        assert await connections.installed("slack", "T1") == Installed("T1", "Delivery", {"token": "new"})

    async def test_installing_and_the_end_are_in_the_audit_log(
        self, connections: Connections, database: Database
    ) -> None:
        await connections.install("slack", "T1", "Delivery", TOKENS, by="U1")
        await connections.install("slack", "T1", "Delivery", TOKENS)
        await connections.install("slack", "T1", "Delivery", TOKENS, by=OPERATOR)
        for _ in range(2):
            await connections.end("slack", "T1", TOKENS)
        with database.reading() as session:
            found = [(each.who, each.act, each.subject, each.changes) for each in audit.entries(session)]
        assert found == [
            ("slack/T1/U1", "install", "slack T1", "{}"),
            (OPERATOR, "install", "slack T1", "{}"),
            ("program", "uninstall", "slack T1", "{}"),
        ]

    async def test_keys_are_rewrapped(self, connections: Connections, database: Database, clock: Clock) -> None:
        await connections.install("slack", "T1", "Delivery", TOKENS)
        ring = new_ring("other")
        with pytest.raises(Unavailable) as refused:
            await Connections(database, ring, clock).installed("slack", "T1")
        assert "master key" in refused.value.reason


class TestRenewal:
    async def test_one_caller_refreshes_and_all_get_the_new_secrets(self, connections: Connections) -> None:
        await connections.install("slack", "T1", "Delivery", TOKENS)
        asked: list[Installed] = []

        async def ask(found: Installed) -> Mapping[str, str]:
            asked.append(found)
            # A second caller meanwhile changes nothing, and uses the current secrets.
            other = await connections.renew("slack", "T1", never)
            assert other is not None
            assert other.secrets == TOKENS
            return {"token": "new"}

        async def never(found: Installed) -> Mapping[str, str]:
            raise AssertionError("two renewed at once")

        renewed = await connections.renew("slack", "T1", ask)
        assert renewed == Installed("T1", "Delivery", {"token": "new"})
        assert len(asked) == 1

    async def test_after_a_failure_the_next_caller_tries(self, connections: Connections) -> None:
        await connections.install("slack", "T1", "Delivery", TOKENS)

        async def fail(found: Installed) -> Mapping[str, str]:
            raise ConnectionResetError

        async def ask(found: Installed) -> Mapping[str, str]:
            return {"token": "new"}

        with pytest.raises(ConnectionResetError):
            await connections.renew("slack", "T1", fail)
        renewed = await connections.renew("slack", "T1", ask)
        assert renewed is not None
        assert renewed.secrets == {"token": "new"}

    async def test_without_an_installation_nothing_is_refreshed(self, connections: Connections) -> None:
        async def never(found: Installed) -> Mapping[str, str]:
            raise AssertionError

        assert await connections.renew("slack", "T1", never) is None


class TestConversations:
    async def test_a_conversation_is_stored_and_updated(self, connections: Connections) -> None:
        channel, person = Place("teams", "t", "same"), Place("teams", "t", "same", direct=True)
        assert await connections.conversation(person) is None
        await connections.converse(person, "a:1", "https://one.example")
        await connections.converse(channel, "19:c")
        await connections.converse(person, "a:1", "https://two.example")
        assert await connections.conversation(person) == Conversing("a:1", "https://two.example")
        assert await connections.conversation(channel) == Conversing("19:c")
