"""Facts about a process are read correctly."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests import proc


@pytest.fixture
def started() -> Iterator["subprocess.Popen[bytes]"]:
    """A program that has started, and waits until its input ends."""
    command = (sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()", "a word", "another")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process


def test_a_child_is_found_until_it_ends(started: "subprocess.Popen[bytes]") -> None:
    assert started.pid in proc.children(os.getpid())
    assert proc.children(started.pid) == []
    started.communicate()
    assert started.pid not in proc.children(os.getpid())


def test_a_command_line_can_be_read_until_the_process_ends(started: "subprocess.Popen[bytes]") -> None:
    assert proc.command_line(started.pid).endswith("a word another")
    started.communicate()
    assert proc.command_line(started.pid) == ""


def test_resident_memory_is_in_megabytes() -> None:
    before = proc.resident_megabytes(os.getpid())
    held = b"x" * (64 << 20)
    assert 60 < proc.resident_megabytes(os.getpid()) - before < 80
    del held
