"""The clock of a test run: no test may depend on the day or the hour at which it is run.

A run starts at a random instant, half the time one from `AWKWARD`, and its clock runs on from there: in the tests' own
process, and in every Python that they start, whose clock `tests/moved/sitecustomize.py` moves. `--at` or TESTS_AT sets
the instant; `machine` keeps the machine's clock, and so does libfaketime, which has moved it already.

Programs that are not Python (PostgreSQL, browsers, OpenSSL) keep the machine's clock, and so does `time.monotonic`. A
test that needs a certain day has its own clock: one that stands still, or a `RunningClock`.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

MOVED = Path(__file__).with_name("moved")
ROOT = MOVED.parents[1]
MACHINE = "machine"
AHEAD = "TESTS_AHEAD"
"""The environment variable that says how many seconds the tests' clock is ahead of the machine's."""

AWKWARD = (
    "2026-12-04T12:00:00Z",  # a Friday at noon
    "2026-12-05T10:00:00Z",  # a Saturday
    "2026-12-31T16:00:00Z",
    "2026-12-31T23:59:30Z",
    "2028-02-29T09:00:00Z",
    "2027-03-28T00:59:30Z",  # summer time begins in London
    "2026-10-25T00:59:30Z",  # and ends
    "2026-11-30T09:00:00Z",  # St Andrew's Day, a bank holiday in Scotland
    "2027-01-04T09:00:00Z",  # another one
    "2026-12-03T23:59:30Z",
    "2026-12-07T07:30:00Z",  # a Monday before the day's digests
)
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
"""The range from which an instant is drawn."""


def environment(clock: Callable[[], datetime] | None = None) -> dict[str, str]:
    """The environment of a program that a test starts, to which its settings are added.

    It holds the paths to programs and to our packages, and the setting that moves the program's clock: to the tests'
    own, or to `clock`, which gives an aware instant.
    """
    kept = {name: value for name, value in os.environ.items() if name.startswith(("LD_PRELOAD", "FAKETIME", AHEAD))}
    if clock:
        kept[AHEAD] = str(float(kept.get(AHEAD, 0)) + (clock() - datetime.now(UTC)).total_seconds())
    return {"PATH": os.environ["PATH"], "PYTHONPATH": f"{MOVED}{os.pathsep}{ROOT}", **kept}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--at`."""
    explained = 'when the tests run, as 2026-12-31T23:59:30Z, or "machine"; random if not given'
    parser.addoption("--at", default=os.environ.get("TESTS_AT", ""), help=explained)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Move the clock, except in workers of pytest-xdist: theirs is moved already."""
    if time_machine.escape_hatch.is_travelling():
        return
    at = config.getoption("--at") or (MACHINE if "FAKETIME" in os.environ else drawn(random.SystemRandom()))
    if at == MACHINE:
        return
    try:
        ahead = datetime.fromisoformat(at).astimezone(UTC) - datetime.now(UTC)
    except ValueError:
        raise pytest.UsageError(f'--at takes an instant such as {AWKWARD[0]}, or "machine", not {at!r}') from None
    os.environ[AHEAD] = str(ahead.total_seconds())
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(MOVED), os.environ.get("PYTHONPATH"))))
    travel = time_machine.travel(ahead)
    travel.start()
    config.add_cleanup(travel.stop)
    config.stash[STARTED] = at


STARTED = pytest.StashKey[str]()


def pytest_report_header(config: pytest.Config) -> str:
    """Report the instant at which the run started."""
    at = config.stash.get(STARTED, MACHINE)
    return f"Clock: --at={at}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Report it again if a test failed: a quiet run has no header."""
    if terminalreporter.stats.get("failed") or terminalreporter.stats.get("error"):
        terminalreporter.write_line(pytest_report_header(config))


def drawn(chance: random.Random) -> str:
    """A random instant to start at: half the time an awkward one."""
    if chance.random() < 0.5:
        return chance.choice(AWKWARD)
    seconds = chance.randrange(int((LAST - FIRST).total_seconds()))
    return f"{FIRST + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"
