"""A forge for processes that tests kill: it has imported everything, and forks one process for each line of its input.

So a start takes milliseconds. The processes report a word and some values per line, which are read as they come.
"""

from __future__ import annotations

import gc
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PATIENCE = 30
Said = dict[str, str]


class Forge:
    """Starts processes, reads their reports, and kills them. `note` is called with every word that one reports."""

    def __init__(self, process: subprocess.Popen[str], note: Callable[[str, Said], None]) -> None:
        self._process = process
        self._note = note
        self._lines: queue.Queue[str] = queue.Queue()
        self._pids: list[int] = []
        threading.Thread(target=self._listen, daemon=True).start()
        self.until("ready")

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)

    def start(self, line: str) -> int:
        """Start a process with a line of parameters. Returns its id once it reports that it has resumed its work."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        self._pids.append(int(self.until("began")["pid"]))
        return int(self.until("resumed")["pid"])

    def until(self, wanted: str) -> Said:
        """Listen until a process reports that word. Returns the values reported with it."""
        while True:
            word, what = self._heard(PATIENCE)
            if word == wanted:
                return what

    def wait(self, seconds: float) -> None:
        """Listen for a time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                self._heard(left)
            except queue.Empty:
                return

    def kill(self, pid: int) -> None:
        """`kill -9`, and read the rest of what it reported before."""
        os.kill(pid, signal.SIGKILL)
        while Path(f"/proc/{pid}").exists():
            time.sleep(0.002)
        self.wait(0.02)

    def close(self) -> None:
        """Kill all that are left, and the forge."""
        for pid in self._pids:
            # The id of a process that has ended may belong to another one by now.
            if _parent(pid) == self._process.pid:
                os.kill(pid, signal.SIGKILL)
        self._process.kill()

    def _heard(self, seconds: float) -> tuple[str, Said]:
        word, _, what = self._lines.get(timeout=seconds).partition(" ")
        said: Said = json.loads(what)
        self._note(word, said)
        return word, said


def _parent(pid: int) -> int | None:
    """The id of a process's parent; None if the process has ended."""
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return None


@contextmanager
def forge(module: str, errors: Path, note: Callable[[str, Said], None]) -> Iterator[Forge]:
    """A forge of that module for as long as the block lasts; its standard error goes to a file."""
    with (
        errors.open("w") as stderr,
        subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            cwd=Path(__file__).parents[2],
        ) as process,
    ):
        made = Forge(process, note)
        try:
            yield made
        finally:
            made.close()


def say(word: str, **what: str) -> None:
    """Write one line to the listener, whole or not at all."""
    os.write(1, f"{word} {json.dumps(what)}\n".encode())


def fork_for_each_line(live: Callable[[str], None], longest: int) -> None:
    """Fork a process for each line of input, which runs `live` with it, for at most `longest` seconds."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    gc.collect()
    gc.freeze()  # otherwise each short-lived child walks, and so copies, everything that it shares
    say("ready")
    while line := sys.stdin.readline():
        if os.fork() == 0:
            signal.alarm(longest)
            say("began", pid=str(os.getpid()))
            live(line)
            os._exit(0)
