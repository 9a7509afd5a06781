"""The sandbox's clock goes on and never back, also after a restart."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.web.clock import FURTHEST, ClockTooFar, ClockUnreadable, SandboxClock
from tests.running_clock import MONDAY

A_MOMENT = timedelta(seconds=20)


def machine() -> datetime:
    """The machine's clock, which stands still."""
    return MONDAY


def test_it_starts_with_the_machine() -> None:
    assert SandboxClock(machine=machine)() == MONDAY
    assert abs(SandboxClock()() - datetime.now(UTC)) < A_MOMENT


def test_it_is_where_it_was_moved_to_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    clock = SandboxClock(path, machine)
    target = clock() + timedelta(days=3)
    clock.move_to(target)
    assert SandboxClock(path, machine)() == target
    assert [each.name for each in tmp_path.iterdir()] == ["clock.json"]


def test_it_does_not_go_back(tmp_path: Path) -> None:
    clock = SandboxClock(tmp_path / "clock.json", machine)
    clock.move_to(clock() + timedelta(days=3))
    before = clock()
    clock.move_to(before - timedelta(days=1))
    assert clock() == before


def test_it_does_not_go_back_when_the_machines_clock_does(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    reached = MONDAY + timedelta(days=2)
    path.write_text(json.dumps({"seconds_ahead": 3600, "reached": reached.isoformat()}), encoding="utf-8")
    assert SandboxClock(path, machine)() == reached


def test_it_stays_within_what_calendars_hold() -> None:
    clock = SandboxClock(machine=machine)
    with pytest.raises(ClockTooFar):
        clock.move_to(clock() + FURTHEST + timedelta(days=1))
    assert clock.ahead == timedelta()


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "{}",
        "[]",
        '{"seconds_ahead": "x", "reached": "2026-01-01T00:00:00+00:00"}',
        '{"seconds_ahead": 1e300, "reached": "2026-01-01T00:00:00+00:00"}',
        '{"seconds_ahead": -5, "reached": "2026-01-01T00:00:00+00:00"}',
        '{"seconds_ahead": 5, "reached": "then"}',
        '{"seconds_ahead": 5, "reached": null}',
        "\x00\x01",
    ],
)
def test_a_file_that_is_no_clock_is_refused_with_a_sentence(tmp_path: Path, kept: str) -> None:
    path = tmp_path / "clock.json"
    path.write_text(kept, encoding="utf-8")
    with pytest.raises(ClockUnreadable, match=r"clock\.json is not a clock of the sandbox\."):
        SandboxClock(path)


def test_a_move_that_cannot_be_kept_is_not_made(tmp_path: Path) -> None:
    clock = SandboxClock(tmp_path / "gone" / "clock.json", machine)
    with pytest.raises(FileNotFoundError):
        clock.move_to(clock() + timedelta(days=1))
    assert clock.ahead == timedelta()
