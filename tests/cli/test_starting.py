"""Start-up: keys, settings, databases and their tables."""

from __future__ import annotations

import argparse
import ast
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from bot.__main__ import TRY_LATER
from bot.cli.parser import COMMANDS, parser
from bot.screens import screens
from storage import Database, version
from storage.migrate import migrate
from tests.cli.conftest import Run
from tests.cli.register import FILE, counted
from tests.clock import environment
from tests.rings import end_keys, ring_of
from tests.shape.tree import ROOT

SECRET = "hunter2-never-shown"


def test_a_new_key_is_one_usable_line(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = run("keys", "new"), run("keys", "new")
    assert (first.code, first.err) == (0, "")
    assert first.out.count("\n") == 1
    assert first.out != second.out
    ring_of(first.out.strip())
    monkeypatch.setenv("DELIVERABLE_KEY", first.out.strip())
    monkeypatch.setenv("DELIVERABLE_END_KEYS", end_keys(folder))
    assert "No chat platform is set up" in run("serve").sentence


def test_it_does_the_same_as_a_separate_program(folder: Path) -> None:
    """`python -m bot`, started as people start it."""
    started = subprocess.run(
        [sys.executable, "-m", "bot", "serve"],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (started.returncode, started.stdout) == (2, "")
    assert started.stderr.startswith("There is no master key. Make one with `python -m bot keys new`")
    assert started.stderr.count("\n") == 1
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("key")
def test_without_a_platform_it_makes_the_tables_and_says_so(run: Run) -> None:
    said = run("serve").sentence
    assert "The database's tables are now at version" in said
    assert "No chat platform is set up, so there is nothing to serve." in said
    assert "`python -m bot demo`" in said
    assert counted()["policies"] == 0
    assert "are now at version" not in run("serve").sentence


@pytest.mark.usefixtures("key")
def test_on_postgresql_it_asks_for_migrate_and_creates_no_tables(
    run: Run, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DELIVERABLE_DATABASE_URL", postgresql_url)
    for _ in range(2):
        assert "Back it up, then run `python -m bot migrate`." in run("serve").sentence
    migrated = run("migrate")
    assert migrated.code == 0
    assert "The database's tables are now at version" in migrated.out
    assert "No chat platform is set up" in run("serve").sentence
    again = run("migrate")
    assert (again.code, again.out, again.err) == (0, migrated.out.replace("now at", "at"), "")


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize("revision", ["0009", None])
def test_a_database_from_before_0_1_0_is_refused_in_a_sentence(
    run: Run, database_url: str, monkeypatch: pytest.MonkeyPatch, revision: str | None
) -> None:
    monkeypatch.setenv("DELIVERABLE_DATABASE_URL", database_url)
    with Database(database_url) as database, database.writing() as session:
        connection = session.connection()
        connection.execute(text("CREATE TABLE flags (id INTEGER PRIMARY KEY)"))
        if revision:
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
            connection.execute(text(f"INSERT INTO alembic_version VALUES ('{revision}')"))
    said = {run(command).sentence for command in ("migrate", "serve")}
    (sentence,) = said
    assert "made by a version before 0.1.0, which cannot be upgraded; nothing was changed." in sentence
    assert sentence.endswith("Set DELIVERABLE_DATABASE_URL to a new, empty database.")
    assert f"Fix: {sentence}" in run("doctor").out.splitlines()
    with Database(database_url) as database, database.reading() as session:
        assert version.found(session) == (revision or "")


def test_tables_are_created_without_a_key(run: Run) -> None:
    assert run("migrate").code == 0
    assert FILE.exists()


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("nonsense", 2),
        (f"mysql://deliverable:{SECRET}@db.example/deliverable", 2),
        (f"postgresql://deliverable:{SECRET}@127.0.0.1:9/deliverable", TRY_LATER),
        (f"postgresql://deliverable:{SECRET}@127.0.0.1:port/deliverable", 2),
        ("sqlite:////no/such/folder/deliverable.db", 2),
    ],
)
def test_an_unusable_database_is_reported_in_a_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, url: str, code: int
) -> None:
    monkeypatch.setenv("DELIVERABLE_DATABASE_URL", url)
    for command in ("serve", "migrate"):
        done = run(command)
        assert done.code == code
        assert done.said.endswith(".")
        assert SECRET not in done.said


def test_nothing_is_loaded_before_it_is_needed() -> None:
    unneeded = {"slack_bolt", "slack_sdk", "botbuilder", "msrest", "jwt", "prometheus_client", "defusedxml", "rich"}
    unneeded |= {"alembic", "psycopg"}
    code = f"import sys, bot.__main__; print(*{unneeded} & set(sys.modules))"
    assert _printed(code) == []


def test_serving_both_platforms_from_sqlite_loads_neither_migrations_nor_postgresql(tmp_path: Path) -> None:
    migrate(f"sqlite:///{tmp_path}/here.db", now=datetime(2026, 12, 9, 9, tzinfo=UTC))
    code = f"""
import sys
import adapters.health, adapters.slack.service, adapters.teams.service, adapters.web, bot.cli.serve
from datetime import UTC, datetime
from bot.runtime.startup import made_ready
from storage import Database
from tests.rings import new_ring
with Database("sqlite:///{tmp_path}/here.db") as database:
    made_ready(database, datetime.now(UTC), new_ring("test"))
print(*{{"alembic", "mako", "psycopg"}} & set(sys.modules))
"""
    assert _printed(code) == []


def _printed(code: str) -> list[str]:
    """The words that a program of its own prints."""
    started = [sys.executable, "-c", code]
    done = subprocess.run(started, env=environment(), capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.split()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DELIVERABLE_KEY", SECRET),
        ("DELIVERABLE_KEY", f"k1:{SECRET}"),
        ("DELIVERABLE_KEY_FILE", f"/no/such/{SECRET}"),
        ("DELIVERABLE_PORT", "eighty"),
        ("DELIVERABLE_TIMEZONE", "Europe/Atlantis"),
        ("DELIVERABLE_LOG_LEVEL", "LOUD"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_and_not_repeated(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    said = run("serve").sentence
    assert said.count("\n") == 0
    assert SECRET not in said
    assert name.removesuffix("_FILE").removeprefix("DELIVERABLE_").casefold() in said.casefold()


@pytest.mark.usefixtures("key")
def test_the_settings_can_be_in_a_file(run: Run, folder: Path) -> None:
    (folder / ".env").write_text("DELIVERABLE_DATABASE_URL=sqlite:///elsewhere.db\n")
    run("serve")
    assert (folder / "elsewhere.db").exists()
    assert not FILE.exists()


def test_a_fault_is_reported_by_its_type_and_place(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*given: object) -> None:
        raise ValueError(SECRET)

    monkeypatch.setattr("bot.cli.migrate.migrated", fails)
    done = run("migrate")
    assert (done.code, done.out) == (1, "")
    assert f"ValueError at {__name__}:" in done.err
    assert SECRET not in done.err


def test_every_screen_is_listed(run: Run) -> None:
    listed = run("views")
    assert listed.code == 0
    for name in screens():
        assert name in listed.out


def test_a_screen_is_drawn_by_its_name(run: Run) -> None:
    drawn = run("views", "flag form")
    assert drawn.code == 0
    assert "Who can know this is from you?" in drawn.out
    missing = run("views", "flog form")
    assert missing.code == 2
    assert missing.out.startswith("There is no screen of that name.")


def test_the_story_succeeds_and_shows_the_digest(run: Run, folder: Path) -> None:
    done = run("story")
    assert done.code == 0
    assert "To Helen Marsh: 4 flags need your answer: Single parking permit" in done.out
    assert "Nothing that was said is lost." in " ".join(done.out.split())
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(
    ("url", "lasts"),
    [("sqlite:////no/such/folder/deliverable.db", True), (f"postgresql://a:{SECRET}@127.0.0.1:9/b", False)],
)
def test_later_is_said_only_where_later_helps(run: Run, monkeypatch: pytest.MonkeyPatch, url: str, lasts: bool) -> None:
    monkeypatch.setenv("DELIVERABLE_DATABASE_URL", url)
    done = run("serve")
    assert done.code == (2 if lasts else TRY_LATER)
    assert ("Try again later." in done.said) is not lasts


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("serve",), 2),
        (("serve", "--only", "nothing"), 2),
        (("demo", "--port", "99999"), 2),
        (("announce", "--title", "T", "--announced-on", "end of December", "--owner", "a@example.org"), 2),
        ((), 0),
    ],
)
def test_with_json_a_refusal_is_json_too(
    run: Run, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int
) -> None:
    monkeypatch.setenv("DELIVERABLE_LOG_FORMAT", "json")
    done = run(*arguments)
    assert done.code == code
    for line in done.err.splitlines():
        assert json.loads(line)["level"] == "ERROR"
    assert bool(done.err) is bool(code)


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("DELIVERABLE_SLAK_BOT_TOKEN", "DELIVERABLE_SLACK_BOT_TOKEN"),
        ("DELIVERABLE_DATABASE_URI", "DELIVERABLE_DATABASE_URL"),
        ("DELIVERABLE_TIME_ZONE", "DELIVERABLE_TIMEZONE"),
        ("DELIVERABLE_ADMIN", "DELIVERABLE_ADMINS"),
        ("DELIVERABLES_KEY_FILE", "DELIVERABLE_KEY_FILE"),
        ("deliverable_port", "DELIVERABLE_PORT"),
    ],
)
def test_a_misspelt_setting_is_warned_of_with_the_nearest_right_name(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, meant: str
) -> None:
    monkeypatch.setenv(name, SECRET)
    said = run("migrate").err
    assert f"{name} is not a setting. Did you mean {meant}?" in said
    assert SECRET not in said


@pytest.mark.usefixtures("key")
def test_a_misspelt_setting_in_the_file_is_warned_of_too_and_a_right_one_is_not(run: Run, folder: Path) -> None:
    (folder / ".env").write_text(f"DELIVERABLE_SLACK_BOT_TOKN={SECRET}\nDELIVERABLE_LOG_LEVEL=INFO\nPATH_OF_MINE=x\n")
    said = run("migrate").err
    assert [each.partition("startup: ")[2] for each in said.splitlines()] == [
        "DELIVERABLE_SLACK_BOT_TOKN is not a setting. Did you mean DELIVERABLE_SLACK_BOT_TOKEN?"
    ]


def test_without_a_command_the_commands_are_listed(run: Run) -> None:
    listed = run()
    assert (listed.code, listed.err) == (0, "")
    for each in COMMANDS:
        assert f"\n    {each}" in listed.out


def test_everything_that_can_be_typed_is_explained() -> None:
    parsers = [parser()]
    while parsers:
        one = parsers.pop()
        for each in one._actions:
            if isinstance(each, argparse._SubParsersAction):
                parsers.extend(each.choices.values())
            else:
                assert each.help, f"{one.prog}: {each.option_strings or each.dest}"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_says_what_it_does(run: Run, name: str) -> None:
    done = run(name, "--help")
    assert done.code == 0
    assert COMMANDS[name][1:40] in " ".join(done.out.split())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("demo", "--port", "99999"), "argument --port: Write a port from 1 to 65535."),
        (("demo", "--port", "eighty"), "argument --port: Write a port from 1 to 65535."),
        (("demo", "--port", "-1"), "argument --port: Write a port from 1 to 65535."),
        (
            ("announce", "--title", "T", "--announced-on", "end of December", "--owner", "a@example.org"),
            "argument --announced-on: Write the date as YYYY-MM-DD.",
        ),
    ],
)
def test_what_is_typed_wrongly_is_refused_in_the_readers_words(
    run: Run, arguments: tuple[str, ...], sentence: str
) -> None:
    assert sentence in run(*arguments).sentence


def test_an_older_python_is_refused_in_a_sentence() -> None:
    code = "import sys; sys.version_info = (3, 9, 2, 'final', 0); import bot"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr == "Deliverable needs Python 3.11 or later, and this is Python 3.9.\n"
    ast.parse((ROOT / "bot" / "__init__.py").read_text(encoding="utf-8"), feature_version=(3, 7))


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(
    "arguments",
    [
        ("backup", "file/copy.db"),
        ("backup", "nowhere/copy.db"),
        ("teams-package", "--app-id", str(UUID(int=7)), "--host", "a.example.org", "--output", "file/app.zip"),
        ("demo", "--port", "0"),
    ],
    ids=str,
)
def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(
    run: Run, folder: Path, arguments: tuple[str, ...]
) -> None:
    (folder / "file").touch()
    (folder / "deliverable-demo").touch()
    assert run(*arguments).sentence.endswith(".")
    assert "Errno" not in run(*arguments).sentence


def test_a_settings_file_that_cannot_be_read_is_said_in_a_sentence(run: Run, folder: Path) -> None:
    (folder / ".env").write_bytes(b"DELIVERABLE_ADMINS=\xff\xfe\n")
    assert run("serve").sentence == "The file .env cannot be read."
