"""The sandbox as a separate program: started, used, stopped, killed, and started again."""

from __future__ import annotations

import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from storage.authors_key import FLAGS_A_PERSON
from storage.version import newest
from tests.cli.conftest import Run
from tests.cli.register import rows
from tests.cli.server import free_port
from tests.clock import environment
from tests.running_clock import RunningClock
from tests.stories.pages import Pages
from tests.stories.player import Player
from tests.stories.speaking import ADDRESS, CHANNEL, PERMIT, gives_view, view

SECONDS = 30
pytestmark = pytest.mark.timeout(180)
SAYS = re.compile(
    r"The sandbox is at (http://127\.0\.0\.1:\d+)/ and keeps its data, with its end-months file, in deliverable-demo/\."
)
FOLDER = Path("deliverable-demo")
FILE = FOLDER / "deliverable.db"
LOG = Path("log.txt")
CONTRACTS = "The contracts of sixty councils end after April."
RECORDS = "A third of vehicle records hold no address."


class Demo:
    """`python -m bot demo` in this folder, listening. On request it logs everything to `LOG`."""

    def __init__(self, clock: RunningClock, *arguments: str, log_level: str = "INFO") -> None:
        port = str(free_port())
        with LOG.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "demo", "--port", port, *arguments],
                env={**environment(clock), "DELIVERABLE_LOG_LEVEL": log_level},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout is not None
        said = SAYS.search(self._process.stdout.readline())
        assert said, LOG.read_text()
        self.address = said[1]
        self._windows: list[Pages] = []

    def window(self, name: str) -> Pages:
        """The pages, as a person sees them."""
        self._windows.append(Pages(self.address, name))
        return self._windows[-1]

    def player(self, name: str) -> Player:
        """A person who uses its pages."""
        return Player(name, self.window(name))

    def end(self, how: signal.Signals) -> tuple[int, str]:
        """Stop it with a signal. Returns its exit code, and what it logged or printed as errors."""
        self._process.send_signal(how)
        self._process.communicate(timeout=SECONDS)
        return self._process.returncode, LOG.read_text()

    def kill(self) -> None:
        """Kill it as a power cut does, if it still runs."""
        if self._process.poll() is None:
            self.end(signal.SIGKILL)

    def close(self) -> None:
        """Stop it, and leave nothing behind."""
        self.kill()
        for each in self._windows:
            each.close()


Start = Callable[..., Demo]


@pytest.fixture
def demo() -> Iterator[Start]:
    """Starts sandboxes on a Monday, and stops them at the end."""
    clock = RunningClock()
    with ExitStack() as stack:

        def start(*arguments: str, log_level: str = "INFO") -> Demo:
            started = Demo(clock, *arguments, log_level=log_level)
            stack.callback(started.close)
            return started

        yield start


def test_it_keeps_flags_until_it_is_reset(demo: Start) -> None:
    first = demo()
    amina = first.player("Amina Yusuf")
    gives_view(amina, view("Contracts end after April.", known="Named"))
    with closing(HTTPConnection(urlsplit(first.address).netloc, timeout=SECONDS)) as idle:
        idle.request("GET", "/")
        assert idle.getresponse().status == 200
        started = time.monotonic()
        assert first.end(signal.SIGTERM) == (0, f"The database's tables are now at version {newest()}.\n")
        assert time.monotonic() - started < 10

    again = demo()
    tomos = again.player("Tomos Rees")
    tomos.opens(CHANNEL)
    tomos.sees("So far: 1 flag.", under=PERMIT)
    assert again.end(signal.SIGINT) == (0, "")

    notes, backup = FOLDER / "notes.txt", FOLDER / "deliverable-20261209T093000Z-at-0001.db"
    notes.write_text("kept")
    backup.write_text("said once")
    fresh = demo("--fresh")
    tomos = fresh.player("Tomos Rees")
    tomos.opens(CHANNEL)
    tomos.sees("So far: no flags.", under=PERMIT)
    assert notes.exists()
    assert not backup.exists()
    assert oct((FOLDER / "key").stat().st_mode)[-3:] == "600"


def test_confidential_texts_are_in_no_log_and_no_file(demo: Start) -> None:
    """With full logging: neither what was typed, nor who requested which page."""
    started = demo(log_level="DEBUG")
    amina, tomos = started.player("Amina Yusuf"), started.player("Tomos Rees")
    gives_view(amina, view(CONTRACTS))
    gives_view(tomos, view(RECORDS, known="Named"))
    move(started, "the next digest")
    helen = started.player("Helen Marsh")
    helen.opens("inbox")
    helen.sees(CONTRACTS, RECORDS)
    code, logged = started.end(signal.SIGTERM)
    assert (code, "DEBUG" in logged) == (0, True)
    kept = b"".join(each.read_bytes() for each in FOLDER.iterdir())
    assert b"amina" in kept  # on the roster, like everybody else
    for said in (CONTRACTS, RECORDS):
        assert said not in logged
        assert said.encode() not in kept
    for name in ("amina", "Amina", "tomos", "Tomos", "helen", "Helen"):
        assert name not in logged


@pytest.mark.parametrize("key", ["", "no key"])
def test_a_damaged_key_is_reported_in_a_sentence(run: Run, key: str) -> None:
    FOLDER.mkdir()
    (FOLDER / "key").write_text(key)
    assert run("demo").sentence.endswith("Put the key back, or start afresh with --fresh.")


class Crowd:
    """Three members who send flags at once until the sandbox is gone; `acknowledged` are the texts it accepted."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self.acknowledged: list[str] = []
        self._enough = threading.Event()
        names = ("Amina Yusuf", "Tomos Rees", "Kezia Barnes")
        self._threads = [threading.Thread(target=self._speak, args=(each,), daemon=True) for each in names]

    def speak_until(self, flags: int) -> None:
        """Start them, and wait until that many flags are acknowledged."""
        self._wanted = flags
        for each in self._threads:
            each.start()
        assert self._enough.wait(SECONDS)

    def fall_silent(self) -> None:
        """Wait until they have noticed that the sandbox is gone."""
        for each in self._threads:
            each.join(SECONDS)

    def _speak(self, name: str) -> None:
        with suppress(OSError, HTTPException):
            player = self._demo.player(name)
            for policy in (PERMIT, ADDRESS):
                for _ in range(FLAGS_A_PERSON):
                    text = secrets.token_hex(24)  # unlike any other text
                    gives_view(player, view(text, known="Named"), policy)
                    self.acknowledged.append(text)
                    if len(self.acknowledged) >= self._wanted:
                        self._enough.set()


def move(demo: Demo, button: str) -> None:
    """Press a button that moves the time, if the sandbox still runs."""
    with suppress(OSError, HTTPException):
        pages = demo.window("Daniel Okoro")
        pages.go("home")
        pages.move(button)


def flags_read_by(player: Player) -> str:
    """The texts of all flags on the policies."""
    read = []
    for policy in (PERMIT, ADDRESS):
        player.opens(CHANNEL)
        player.presses("See flags", under=policy)
        read.append(player.reads())
    return " ".join(read)


def test_a_kill_loses_nothing_acknowledged_and_nothing_is_sent_twice(demo: Start) -> None:
    """A power cut while members send flags; then the time moves to a digest, and there is another one."""
    first = demo()
    crowd = Crowd(first)
    crowd.speak_until(8)
    first.kill()
    crowd.fall_silent()

    second = demo()
    read = flags_read_by(second.player("Helen Marsh"))
    assert {each: read.count(each) for each in crowd.acknowledged} == dict.fromkeys(crowd.acknowledged, 1)
    moving = threading.Thread(target=move, args=(second, "the next digest"), daemon=True)
    moving.start()
    time.sleep(0.1)
    second.kill()
    moving.join(SECONDS)

    third = demo()
    if not rows("digests", file=FILE):
        move(third, "the next digest")
    move(third, "an hour from now")  # what was being sent at the power cut is looked up when its lease expires
    assert {state for (state,) in rows("deliveries", "state", FILE)} <= {"sent", "superseded"}
    assert len(rows("digests", file=FILE)) == 1
    helen = third.player("Helen Marsh")
    helen.opens("inbox")
    assert helen.reads().count("You get this because") == 1
    waiting = sum(state == "waiting" for (state,) in rows("flags", "standing", FILE))
    helen.sees(f"{waiting} flags need your answer")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org", "::"])
def test_it_listens_on_this_machine_only(run: Run, folder: Path, host: str) -> None:
    assert "it listens on this machine only" in run("demo", "--host", host).sentence
    assert list(folder.iterdir()) == []


def test_a_port_in_use_is_reported_in_a_sentence(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = run("demo", "--port", str(port))
    assert f"Port {port} on 127.0.0.1 is taken. Use another: make demo ARGS=" in done.sentence
