"""The whole program, from the command until it serves its pages: how long that takes, and how much memory it has."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.bench.measuring import Figures, progress
from tests.proc import resident_megabytes

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "bot", "demo", "--port", "0")
STANDS = "The sandbox is at "
LONGEST_SECONDS = 60


class DidNotStart(Exception):
    """The program exited before it served anything."""


def measure(folder: Path, times: int) -> Figures:
    """The first start, which creates the tables and the sample people, and the median of later ones."""
    progress("Starting the program")
    home = folder / "start"
    home.mkdir()
    first = _start(home)[0]
    later = [_start(home) for _ in range(times)]
    return {
        "start_seconds": median(seconds for seconds, _ in later),
        "start_megabytes": median(megabytes for _, megabytes in later),
        "first_start_seconds": first,
    }


def _start(home: Path) -> tuple[float, float]:
    """Seconds from the command until it prints the address of its pages, and its resident megabytes then."""
    began = perf_counter()
    with _running(home) as process:
        assert process.stdout is not None
        if not process.stdout.readline().startswith(STANDS):
            raise DidNotStart
        return perf_counter() - began, resident_megabytes(process.pid)


@contextmanager
def _running(home: Path) -> Iterator["subprocess.Popen[str]"]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DELIVERABLE_")}
    process = subprocess.Popen(
        COMMAND, cwd=home, env=environment | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=LONGEST_SECONDS)
