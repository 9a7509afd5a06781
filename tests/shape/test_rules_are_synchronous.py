"""The core is synchronous and reads no clock: docs/decisions/0001."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shape.tree import ROOT, name

# The exceptions, beside bot/cli: they await database threads, platforms or the clock.
RIM = {
    "bot/runtime/clock.py",
    "bot/runtime/logs.py",
    "bot/runtime/self_checks.py",
    "bot/people/connections.py",
    "bot/worker/daily_jobs.py",
    "bot/worker/erasing.py",
    "bot/dispatcher.py",
    "bot/sending/settlement.py",
    "bot/sending/live_check.py",
    "bot/sending/relay.py",
    "bot/interface/ports.py",
    "bot/worker/heartbeat.py",
    "bot/worker/month_ends.py",
    "bot/worker/scheduler.py",
    "bot/worker/worker.py",
    "bot/sending/attempt.py",
    "bot/unit_of_work/runner.py",
    "bot/worker/status.py",
}
ASKING_THE_TIME = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter"}
CLOCKS = {"datetime", "date", "time"}


def offences(source: str) -> Iterator[str]:
    """Each place where a module awaits something or reads a clock, in a few words."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncWith | ast.AsyncFor):
            yield f"line {node.lineno}: asynchronous"
        elif isinstance(node, ast.Call) and _reads_a_clock(node.func):
            yield f"line {node.lineno}: reads a clock"


def _reads_a_clock(function: ast.expr) -> bool:
    if not isinstance(function, ast.Attribute) or function.attr not in ASKING_THE_TIME:
        return False
    owner = function.value
    return (isinstance(owner, ast.Name) and owner.id in CLOCKS) or (
        isinstance(owner, ast.Attribute) and owner.attr in CLOCKS
    )


def _sources() -> list[Path]:
    return [path for path in sorted((ROOT / "bot").rglob("*.py")) if name(path) not in RIM and "cli" not in path.parts]


def test_a_rule_awaits_nothing_and_reads_no_clock() -> None:
    assert [(name(path), each) for path in _sources() for each in offences(path.read_text(encoding="utf-8"))] == []


def test_every_exception_exists() -> None:
    assert {each for each in RIM if not (ROOT / each).exists()} == set()


@pytest.mark.parametrize(
    "planted",
    [
        "async def rule(): ...",
        "def rule(): return datetime.now(UTC)",
        "def rule(): return datetime.datetime.utcnow()",
        "def rule(): return date.today()",
        "def rule(): return time.time()",
    ],
)
def test_a_planted_offence_is_found(planted: str) -> None:
    assert len(list(offences(planted))) == 1
