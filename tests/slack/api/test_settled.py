"""`settled` ends, even if a background task has just ended and its callback has not run yet.

Since Python 3.12 `asyncio.gather` returns at once if all tasks have ended. A loop around it that never yields, never
ends.
"""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from adapters.slack.api.rosters import SlackRosters
from adapters.slack.handle.file_uploads import FileUploads
from bot.interface.ports import Place

pytestmark = pytest.mark.timeout(10)
NONE: Any = None


class Nowhere:
    """Connections with no channel and no workspace."""

    async def channels(self, platform: str) -> list[Place]:
        return []

    async def all_installed(self, platform: str) -> list[object]:
        return []

    async def ended(self, platform: str) -> list[object]:
        return []


async def test_settled_ends_after_a_lookup_of_channels() -> None:
    rosters = SlackRosters(NONE, cast(Any, Nowhere()), NONE, NONE, NONE)
    rosters.find_in_background()
    await asyncio.sleep(0)
    await rosters.settled()
    assert rosters.nowhere


async def test_settled_ends_after_a_file_upload() -> None:
    sent = []

    async def send(place: Place, file: object) -> None:
        sent.append((place.address, file))

    uploads = FileUploads(send, NONE)
    slack_actor: Any = SimpleNamespace(actor=SimpleNamespace(workspace="T1", user="U1"))
    uploads.start(slack_actor, cast(Any, "flags.csv"))
    await asyncio.sleep(0)
    await uploads.settled()
    assert sent == [("U1", "flags.csv")]
