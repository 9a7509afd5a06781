"""Measures time and memory: the product and its baseline alternately, so that both see the same machine."""

import resource
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median

Timed = Callable[[], float]
Figures = dict[str, float]


def progress(text: str) -> None:
    """Report progress on stderr; stdout is for the figures."""
    print(text, file=sys.stderr, flush=True)


def seconds(step: Callable[[], object]) -> float:
    """How long a step takes."""
    began = time.perf_counter()
    step()
    return time.perf_counter() - began


def processor_seconds(step: Callable[[], object]) -> float:
    """How long a step keeps a processor busy, in all threads: neither the disk nor other programs count."""
    began = time.process_time()
    step()
    return time.process_time() - began


def side_by_side(pairs: Iterable[tuple[Timed, Timed]]) -> tuple[float, float]:
    """The median seconds of the first of each pair, and of the second.

    Every other pair runs in the other order.
    """
    firsts, others = [], []
    for number, (first, other) in enumerate(pairs):
        if number % 2:
            others.append(other())
            firsts.append(first())
        else:
            firsts.append(first())
            others.append(other())
    return median(firsts), median(others)


def raw_connection(file: Path) -> sqlite3.Connection:
    """A connection of the bare driver with the product's guarantees: durability, checks, secure deletion."""
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def quick_connection(file: Path) -> sqlite3.Connection:
    """A connection to fill a temporary file: not durable, and without checks."""
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-250000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def peak_megabytes() -> float:
    """The peak resident memory of this process so far."""
    status = Path("/proc/self/status")
    if status.exists():
        # On Linux, getrusage also counts the process that started this one.
        return int(status.read_text(encoding="ascii").split("VmHWM:")[1].split()[0]) / 1024
    scale = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale
