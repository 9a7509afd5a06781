"""The live check says what the platform did with real messages, and leaves none behind."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.interface.ports import Never, NotSent, Place, Unknown
from bot.sending import live_check
from tests.fakes import FakePlatform

CHANNEL = Place("web", "w1", "c1")
ADMIN = Place("web", "w1", "daniel", direct=True)


@pytest.fixture
def platform() -> FakePlatform:
    return FakePlatform(lambda: datetime(2026, 12, 7, 9, tzinfo=UTC))


async def in_channel(platform: FakePlatform) -> list[tuple[bool, str]]:
    return [(each.good, each.sentence) async for each in live_check.in_channel(platform, CHANNEL, "delivery")]


async def to_admin(platform: FakePlatform, opened: bool | None) -> list[tuple[bool, str]]:
    async def asked() -> bool | None:
        return opened

    return [(each.good, each.sentence) async for each in live_check.to_admin(platform, ADMIN, asked)]


def standing(platform: FakePlatform, place: Place) -> int:
    return len(platform.messages[place])


async def test_a_message_is_posted_looked_up_changed_and_deleted(platform: FakePlatform) -> None:
    found = await in_channel(platform)
    assert [good for good, _ in found] == [True] * 4
    assert standing(platform, CHANNEL) == 0
    assert platform.faults == []


async def test_a_refusal_is_told_with_its_reason_and_nothing_else_is_tried(platform: FakePlatform) -> None:
    platform.plan(Never("channel_not_found"))
    ((good, sentence),) = await in_channel(platform)
    assert not good
    assert "channel_not_found" in sentence
    assert len(platform.calls) == 1


@pytest.mark.parametrize("step", [NotSent("ratelimited"), Unknown("503")])
async def test_what_cannot_be_changed_is_told_and_deleted_all_the_same(
    platform: FakePlatform, step: NotSent | Unknown
) -> None:
    found = []
    async for each in live_check.in_channel(platform, CHANNEL, "delivery"):
        found.append(each)
        if len(found) == 1:
            platform.plan(step)
    assert [each.good for each in found] == [True, True, False, True]
    assert step.reason in found[2].sentence
    assert standing(platform, CHANNEL) == 0


async def test_an_admin_is_asked_whether_a_form_opened(platform: FakePlatform) -> None:
    assert [good for good, _ in await to_admin(platform, True)] == [True, True, True]
    assert [good for good, _ in await to_admin(platform, False)] == [True, False, True]
    nobody = await to_admin(platform, None)
    assert "Nobody was asked" in nobody[1][1]
    assert standing(platform, ADMIN) == 0
