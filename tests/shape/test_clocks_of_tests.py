"""Tests use their own clock; those that read the machine's are listed here with the reason."""

import ast
from collections.abc import Iterator

import pytest

from tests.shape.tree import files, name, text

NOW = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
SINCE_1970 = {("time", "time"), ("time", "time_ns")}
MACHINE = {
    "tests/bench/herd.py": "APScheduler goes by the machine's clock",
    "tests/clock.py": "it moves the machine's clock",
    "tests/stories/pictures.py": "a command, not a test",
    "tests/teams/provider.py": "Microsoft's tokens are checked by PyJWT, which goes by the machine's clock",
    "tests/teams/receive/test_endpoint.py": "so are forged ones",
    "tests/teams/api/test_faults.py": "a date to wait for is compared with the machine's clock",
    "tests/teams/test_serving.py": "the program is served as it is started, by the machine's clock",
    "tests/web/test_clock.py": "the sandbox's clock is the machine's until it is moved",
}
"""The files that read the machine's clock, which `tests/clock.py` moves in every run."""


def readings(source: str) -> Iterator[int]:
    """The numbers of the lines that read the machine's clock."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and (_last_name(node.value), node.attr) in NOW | SINCE_1970:
            yield node.lineno


def _last_name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def test_no_other_test_reads_the_machines_clock() -> None:
    python = [path for path in files() if name(path).startswith("tests/") and path.suffix == ".py"]
    assert {name(path) for path in python if any(readings(text(path)))} == set(MACHINE)


@pytest.mark.parametrize(
    "planted",
    [
        "now = datetime.now(UTC)",
        "now = datetime.datetime.now()",
        "today = date.today()",
        "clock = field(default_factory=datetime.utcnow)",
        "seconds = time.time()",
    ],
)
def test_a_planted_reading_is_found(planted: str) -> None:
    assert list(readings(planted)) == [1]


@pytest.mark.parametrize("allowed", ["began = time.monotonic()", "at = datetime(2026, 11, 23)", "clock.now += STEP"])
def test_what_depends_on_no_date_is_allowed(allowed: str) -> None:
    assert list(readings(allowed)) == []
