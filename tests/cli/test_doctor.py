"""`doctor` looks at what every deployment has, and at each platform that is set up, and only those."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import text

from bot.runtime import self_checks
from bot.runtime.clock import now
from storage import Database, version
from storage.keys import new_master_key
from tests.cli.conftest import Run
from tests.cli.register import FILE
from tests.cli.test_deliveries import write

LOCAL = {"TEAMS_APP_ID": "an-app", "TEAMS_TENANT_ID": "a-tenant", "TEAMS_INSECURE_LOCAL": "true"}


@pytest.fixture
def made(run: Run, key: str, tmp_path: Path) -> None:
    """A database with a policy, its key, and an end-months file of which a copy was proved."""
    assert run("announce", "--title", "Permit", "--summary", "One.", "--owner", "priya.nair@example.org").code == 0
    copy = tmp_path / "copy-of-end-months"
    shutil.copy(os.environ["DELIVERABLE_END_KEYS"], copy)
    assert run("keys", "prove", str(copy)).code == 0
    assert run("organisation", "--end-keys-kept-days", "14").code == 0


@pytest.fixture
def teams(monkeypatch: pytest.MonkeyPatch) -> None:
    """Teams is set up, without Microsoft."""
    for name, value in LOCAL.items():
        monkeypatch.setenv(f"DELIVERABLE_{name}", value)


def findings(run: Run) -> tuple[list[str], list[str]]:
    """What is good, and what is to be fixed. The exit code says if there is anything to fix."""
    done = run("doctor")
    lines = done.out.splitlines()
    good = [each.removeprefix("Good: ") for each in lines if each.startswith("Good: ")]
    fix = [each.removeprefix("Fix: ") for each in lines if each.startswith("Fix: ")]
    assert len(good) + len(fix) == len(lines)
    assert done.code == (1 if fix else 0)
    return good, fix


@pytest.mark.usefixtures("made", "teams")
def test_it_looks_at_the_database_the_keys_the_disk_and_the_platform_that_is_set_up(run: Run) -> None:
    good, fix = findings(run)
    assert good[0].startswith("The database is the SQLite file ")
    assert good[1] == "The database takes a write."
    assert good[2] == "The master keys open what is stored. New keys are wrapped by k1."
    assert good[3] == "The end-months file has the months up to 2099-12."
    assert re.fullmatch(r"A copy of the end-months file was proved on \d{4}-\d\d-\d\d\.", good[4])
    assert good[5].endswith(" MB are free on the database's disk.")
    assert fix[0].startswith("Nobody is an admin")
    assert fix[1].startswith("DELIVERABLE_TEAMS_INSECURE_LOCAL is on")
    assert fix[2].startswith("The app is in no team")
    assert "Slack" not in " ".join((*good, *fix))


def test_with_nothing_set_up_it_says_what_to_do_first_and_makes_nothing(run: Run, folder: Path) -> None:
    good, fix = findings(run)
    assert good == []
    assert fix[0].startswith("There is no master key.")
    assert fix[1].startswith("There is no database yet: ")
    assert fix[2].startswith("No chat platform is set up")
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("made", "teams")
def test_keys_that_do_not_fit(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DELIVERABLE_KEY", new_master_key("k2"))
    _, fix = findings(run)
    assert fix[0].startswith("A key is wrapped by the master key k1, which DELIVERABLE_KEY lacks.")
    assert fix[1] == "Teams could not be looked at before that is fixed."


@pytest.mark.usefixtures("made", "teams")
@pytest.mark.parametrize(
    ("was", "then", "sentence"),
    [("2027-12:", "2027-11:", "is there twice"), ("2099-12:", "2099-13:", "end-months file"), ("", "", "")],
)
def test_an_end_months_file_that_is_not_as_it_was_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, was: str, then: str, sentence: str
) -> None:
    file = tmp_path / "changed-end-months"
    file.write_text(Path(os.environ["DELIVERABLE_END_KEYS"]).read_text().replace(was, then))
    monkeypatch.setenv("DELIVERABLE_END_KEYS", str(file))
    _, fix = findings(run)
    if sentence:
        assert sentence in fix[0]
    else:
        assert not any("end-months" in each for each in fix)


@pytest.mark.usefixtures("made", "teams")
def test_tables_of_another_version(run: Run) -> None:
    with Database(f"sqlite:///{FILE}") as database, database.writing() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'"))
    _, fix = findings(run)
    assert "at step 9999, which this version does not know: a later version made it" in fix[0]
    with Database(f"sqlite:///{FILE}") as database, database.reading() as session:
        assert session.connection().execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"


@pytest.mark.usefixtures("made", "teams")
def test_tables_of_an_earlier_version(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version, "steps", lambda versions=None: ["0100", "0101"])
    _, fix = findings(run)
    assert "python -m bot migrate" in fix[0]


@pytest.mark.usefixtures("made", "teams")
def test_a_disk_that_is_nearly_full(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage(NamedTuple):
        free: int

    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(3 * 1024**2))
    _, fix = findings(run)
    assert fix[0].startswith("Only 3 MB are free on the database's disk. Make room for 512 MB")


@pytest.mark.usefixtures("made", "teams")
def test_a_clock_that_is_behind_what_was_written(run: Run) -> None:
    made = write("sent")
    with Database(f"sqlite:///{FILE}") as database, database.writing() as session:
        ahead = (now() + timedelta(hours=1)).astimezone(UTC).replace(tzinfo=None)
        session.connection().execute(
            text("UPDATE deliveries SET made_at = :at WHERE id = :id"), {"at": str(ahead), "id": made.hex}
        )
    _, fix = findings(run)
    assert fix[0].startswith("The newest message in the database is 3,")
    assert fix[0].endswith("Set all by NTP.")


@pytest.mark.usefixtures("key")
def test_a_database_that_cannot_be_reached(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DELIVERABLE_DATABASE_URL", "postgresql://deliverable@127.0.0.1:9/deliverable")
    _, fix = findings(run)
    assert fix[0].endswith("(no server listens there).")


@pytest.mark.usefixtures("made")
def test_half_given_settings(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DELIVERABLE_TEAMS_APP_ID", "an-app")
    _, fix = findings(run)
    assert "DELIVERABLE_TEAMS_TENANT_ID" in fix[0]


@pytest.fixture
def postgresql(run: Run, postgresql_url: str, monkeypatch: pytest.MonkeyPatch, key: str) -> Iterator[Database]:
    """A PostgreSQL with all tables."""
    monkeypatch.setenv("DELIVERABLE_DATABASE_URL", postgresql_url)
    assert run("migrate").code == 0
    with Database(postgresql_url) as database:
        yield database


async def test_the_clock_of_a_postgresql_is_compared(postgresql: Database) -> None:
    async def about(clock: datetime) -> list[str]:
        found = [each async for each in self_checks.examine(postgresql, None, lambda: clock)]
        return [each.sentence for each in found if "clock" in each.sentence and not each.good]

    with postgresql.reading() as session:
        theirs = session.connection().execute(text("SELECT clock_timestamp()")).scalar_one()
    assert await about(theirs) == []
    (problem,) = await about(theirs + timedelta(minutes=5))
    assert re.match("The clock of this machine is (2[7-9].|300) seconds ahead of the database server.s", problem)
    (problem,) = await about(theirs - timedelta(minutes=5))
    assert re.match("The clock of this machine is 3[0-2]. seconds behind the database server.s", problem)
