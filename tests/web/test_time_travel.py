"""Moving the sandbox's clock on: what falls due on the way happens in its order."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from adapters.web.sandbox import channel_place, inbox_of
from adapters.web.time_travel import PATIENCE, STEPS, TimeTravel
from bot.interface.ports import Place
from tests.web.conftest import Mounted
from tests.web.fakes import FakeWorker

HELENS = inbox_of("helen")
CHANNEL = channel_place("digital-delivery")


def time_travel(mounted: Mounted) -> TimeTravel:
    """The moves of the mounted pages."""
    return TimeTravel(mounted.worker, mounted.platform)


def told(moved: TimeTravel) -> list[str]:
    """The sentences about the last move, without the time."""
    return [each.text for each in moved.told if not each.text.startswith("You moved the time to")]


async def test_to_the_next_digest_by_way_of_all_that_is_due_before(mounted: Mounted) -> None:
    start, worker, moved = mounted.sandbox.clock(), mounted.worker, time_travel(mounted)
    release, digest = start + timedelta(days=1), start + timedelta(days=3)
    worker.events, worker.digest = [(digest, HELENS), (release, CHANNEL)], digest
    await moved.move("digest", 0)
    first, second = worker.ticks[:2]
    assert release <= first < release + timedelta(minutes=1)
    assert digest <= second < digest + timedelta(minutes=1)
    assert told(moved) == ["1 message arrived in digital-delivery.", "1 message arrived in Helen Marsh's inbox."]
    assert digest <= mounted.sandbox.clock() < digest + timedelta(minutes=1)


async def test_without_a_digest_nothing_moves(mounted: Mounted) -> None:
    moved = time_travel(mounted)
    await moved.move("digest", 0)
    assert told(moved) == ["There is no digest to wait for: nothing is new."]
    assert mounted.sandbox.clock.ahead == timedelta()
    assert mounted.worker.ticks == []


async def test_an_hour_does_only_what_falls_into_it(mounted: Mounted) -> None:
    moved, start = time_travel(mounted), mounted.sandbox.clock()
    mounted.worker.events = [(start + timedelta(hours=2), HELENS)]
    await moved.move("hour", 0)
    assert told(moved) == ["No message was due."]
    assert timedelta(minutes=59) < mounted.sandbox.clock.ahead < timedelta(minutes=61)
    assert len(mounted.worker.events) == 1


async def test_what_is_due_a_moment_later_is_sent_too(mounted: Mounted) -> None:
    moved, hour_on = time_travel(mounted), mounted.sandbox.clock() + timedelta(hours=1)
    mounted.worker.events = [(hour_on + timedelta(seconds=5), HELENS), (hour_on + timedelta(minutes=5), HELENS)]
    await moved.move("hour", 0)
    assert told(moved) == ["1 message arrived in Helen Marsh's inbox."]
    assert len(mounted.worker.events) == 1


async def test_tomorrow_9am_is_local(mounted: Mounted) -> None:
    mounted.sandbox.clock.move_to(datetime(2027, 3, 27, 12, tzinfo=UTC))  # the night before summer time
    moved = time_travel(mounted)
    await moved.move("morning", 0)
    assert moved.told[0].text == "You moved the time to Sunday 28 March 2027, 9am."


async def test_a_second_click_on_the_same_button_moves_nothing(mounted: Mounted) -> None:
    moved = time_travel(mounted)
    await asyncio.gather(moved.move("hour", 0), moved.move("hour", 0))
    assert timedelta(minutes=59) < mounted.sandbox.clock.ahead < timedelta(minutes=61)


async def test_what_stays_due_does_not_stop_the_clock(mounted: Mounted) -> None:
    class Stubborn(FakeWorker):
        async def next_due(self) -> datetime:
            return datetime(2026, 1, 1, tzinfo=UTC)

    moved = TimeTravel(Stubborn(mounted.sandbox.clock, mounted.platform), mounted.platform)
    await moved.move("hour", 0)
    assert told(moved) == ["No message was due."]


async def test_one_move_is_bounded(mounted: Mounted) -> None:
    start, moved = mounted.sandbox.clock(), time_travel(mounted)
    mounted.worker.events = [(start + timedelta(seconds=i), HELENS) for i in range(1, STEPS + 20)]
    await moved.move("hour", 0)
    assert told(moved)[-1] == "More is due than one move brings. Move again to go on."
    assert len(mounted.worker.ticks) <= STEPS + PATIENCE
    await moved.move("hour", 1)
    assert told(moved) == ["19 messages arrived in Helen Marsh's inbox."]


async def test_ten_years_are_the_furthest(mounted: Mounted) -> None:
    mounted.worker.digest = mounted.sandbox.clock() + timedelta(days=5000)
    moved = time_travel(mounted)
    await moved.move("digest", 0)
    assert told(moved) == ["The sandbox's time cannot go more than ten years ahead."]


async def test_a_message_to_an_unknown_place_is_not_counted(mounted: Mounted) -> None:
    moved = time_travel(mounted)
    gone = Place("web", "sandbox", "gone", direct=True)
    mounted.worker.events = [(mounted.sandbox.clock() + timedelta(minutes=5), gone)]
    await moved.move("hour", 0)
    assert told(moved) == ["No message was due."]
