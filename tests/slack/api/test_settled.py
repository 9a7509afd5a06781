"""What goes on beside answers is waited for, also when it has just ended and is about to be forgotten.

Since Python 3.12 `asyncio.gather` returns at once where all have ended: a loop around it that never yields never ends.
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


async def test_a_look_that_has_just_ended_is_not_waited_for_without_end() -> None:
    rosters = SlackRosters(NONE, cast(Any, Nowhere()), NONE, NONE, NONE)
    rosters.look()
    await asyncio.sleep(0)
    await rosters.settled()
    assert rosters.nowhere


async def test_a_file_that_was_just_sent_is_not_waited_for_without_end() -> None:
    sent = []

    async def send(place: Place, file: object) -> None:
        sent.append((place.address, file))

    uploads = FileUploads(send, NONE)
    asking: Any = SimpleNamespace(actor=SimpleNamespace(workspace="T1", user="U1"))
    uploads.bring(asking, cast(Any, "flags.csv"))
    await asyncio.sleep(0)
    await uploads.settled()
    assert sent == [("U1", "flags.csv")]
