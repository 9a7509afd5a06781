"""The engine: transactions, threads, errors and connections, on SQLite and on PostgreSQL."""

import asyncio
import contextvars
import logging
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text, update
from sqlmodel import col, select

from storage import Delivery, Person, State, Throttle, Verb, metadata, sqlite
from storage.engine import (
    BadDatabaseUrl,
    Conflict,
    Database,
    DatabaseRefused,
    DatabaseUnavailable,
    Session,
    claimable,
    parse_url,
)

NOW = datetime(2026, 12, 9, 9, tzinfo=UTC)
# The tables that the tests use, and those they refer to.
TABLES = ("people", "channels", "policies", "postings", "deliveries", "gates")
TYPED = "kestrel weighbridge marmalade"
NOBODY = UUID("5eed0000-0000-4000-8000-00000000dead")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with a few tables and no rows."""
    with Database(database_url, readers=3, pool=4) as opened:
        make_tables(opened)
        yield opened


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """The same, for tests that concern SQLite only."""
    with Database(sqlite_url) as opened:
        make_tables(opened)
        yield opened


def make_tables(database: Database) -> None:
    with database.writing() as session:
        metadata.create_all(session.connection(), tables=[metadata.tables[name] for name in TABLES])


def a_delivery(**given: Any) -> Delivery:
    fields: dict[str, Any] = {
        "key": str(uuid4()),
        "verb": Verb.SEND,
        "platform": "web",
        "workspace": "w",
        "address": TYPED,
        "direct": True,
        "screen": "digest",
        "subject": TYPED,
        "state": State.WAITING,
        "due_at": NOW,
        "made_at": NOW,
    }
    return Delivery(**(fields | given))


def add(session: Session, *rows: Any) -> None:
    session.add_all(rows)


def run(database: Database, statement: str, **bound: Any) -> Any:
    """Run one statement in its own transaction, and return the first value of its first row, if it has rows."""
    with database.writing() as session:
        result = session.connection().execute(text(statement), bound)
        return result.scalar() if result.returns_rows else None


def names(database: Database) -> list[str]:
    with database.reading() as session:
        return sorted(session.exec(select(Person.name)))


def all_text_of(error: BaseException) -> str:
    """Everything that a log, a console or an error page could show of an error and its causes."""
    shown = [str(error), repr(error), *map(repr, error.args), "".join(traceback.format_exception(error))]
    carried = [one for one in (error.__cause__, error.__context__) if one is not None]
    return "\n".join([*shown, *map(all_text_of, carried)])


class TestAddress:
    @pytest.mark.parametrize(
        "url", ["postgresql://u:p@h/d", "postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d", " postgres://h "]
    )
    def test_every_way_of_writing_postgresql_means_psycopg(self, url: str) -> None:
        assert parse_url(url).drivername == "postgresql+psycopg"

    def test_a_sqlite_path_is_absolute_whatever_the_working_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert parse_url("sqlite:///here.db").database == str(tmp_path / "here.db")

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "hunter2",
            "mysql://root:hunter2@h/d",
            "postgresql+asyncpg://u:hunter2@h/d",
            "postgresql://u:hunter2@h:port/d",
            "sqlite://",
            "sqlite:///:memory:",
            "sqlite:///file:hunter2?mode=memory&uri=true",
        ],
    )
    def test_an_invalid_url_is_refused_without_repeating_it(self, url: str) -> None:
        with pytest.raises(BadDatabaseUrl, match=r"sqlite:///") as refused:
            parse_url(url)
        assert "hunter2" not in str(refused.value)

    def test_an_operator_is_shown_the_server_and_not_the_password(self) -> None:
        with Database("postgresql://anna:hunter2@db.internal:6543/deliverable") as database:
            assert database.name == "postgresql"
            assert repr(database) == "<Database: PostgreSQL at db.internal:6543/deliverable>"


class TestTransactions:
    def test_written_rows_are_stored_and_stay_readable_after_the_commit(self, database: Database) -> None:
        with database.writing() as session:
            person = Person(name="Amira")
            session.add(person)
        assert person.name == "Amira"
        assert names(database) == ["Amira"]

    def test_an_error_of_the_caller_rolls_back_and_is_passed_on_unchanged(self, database: Database) -> None:
        refusal = KeyError("not so")

        def half_of_it() -> None:
            with database.writing() as session:
                session.add(Person(name="Amira"))
                session.flush()
                raise refusal

        with pytest.raises(KeyError) as raised:
            half_of_it()
        assert raised.value is refusal
        assert names(database) == []

    def test_no_change_of_several_writers_is_lost(self, database: Database, database_url: str) -> None:
        person_id = uuid4()
        with database.writing() as session:
            session.add(Person(id=person_id, name="0"))

        def count(door: Database) -> None:
            with door.writing() as session:
                # PostgreSQL waits for the row here; SQLite has already waited for the file.
                person = session.exec(select(Person).where(Person.id == person_id).with_for_update()).one()
                person.name = str(int(person.name) + 1)

        # Two engines, as two processes have them.
        with Database(database_url) as other, ThreadPoolExecutor(6) as threads:
            list(threads.map(count, [database, other] * 60))
        assert names(database) == ["120"]

    def test_who_reads_does_not_wait_for_who_writes(self, database: Database) -> None:
        with database.writing() as session:
            session.add(Person(name="before"))
        with database.writing() as session:
            session.add(Person(name="after"))
            session.flush()
            assert names(database) == ["before"]
        assert names(database) == ["after", "before"]

    def test_a_reading_transaction_sees_one_instant(self, database: Database) -> None:
        with database.reading() as session:
            first = session.exec(select(Person.name)).all()
            with database.writing() as other:
                other.add(Person(name="meanwhile"))
            assert session.exec(select(Person.name)).all() == first == []

    def test_a_reading_transaction_cannot_write(self, database: Database) -> None:
        with pytest.raises(DatabaseRefused), database.reading() as session:
            session.add(Person(name="Amira"))
        assert names(database) == []

    def test_two_workers_claim_different_rows(self, database: Database) -> None:
        with database.writing() as session:
            add(session, *(a_delivery() for _ in range(4)))
        with database.writing() as one:
            taken = one.exec(claimable(select(Delivery).limit(2))).all()
            if database.name == "sqlite":
                assert len(taken) == 2
                return
            with database.writing() as two:
                rest = two.exec(claimable(select(Delivery).limit(4))).all()
            assert len(rest) == 2
            assert {row.id for row in taken}.isdisjoint(row.id for row in rest)

    def test_instants_come_back_in_utc(self, database: Database) -> None:
        with database.writing() as session:
            session.add(Throttle(key="web/w", opens_at=NOW))
        with database.reading() as session:
            assert session.exec(select(Throttle.opens_at)).one() == NOW
            assert session.exec(select(Throttle.opens_at)).one().tzinfo is UTC
            if database.name == "postgresql":
                assert session.connection().scalar(text("SHOW timezone")) == "UTC"


class TestFromAnEventLoop:
    async def test_work_runs_on_threads_of_the_database(self, database: Database) -> None:
        def where(_: Session) -> str:
            return threading.current_thread().name

        assert (await database.write(where)).startswith("storage")
        assert (await database.read(where)).startswith("storage")

    async def test_the_default_threads_may_all_be_blocked(self, database: Database) -> None:
        free = threading.Event()
        loop = asyncio.get_running_loop()
        blocked = [loop.run_in_executor(None, free.wait, 20) for _ in range(40)]
        try:
            await asyncio.wait_for(database.write(lambda s: s.add(Person(name="Amira"))), 10)
            assert await asyncio.wait_for(database.read(lambda s: s.exec(select(Person.name)).all()), 10)
        finally:
            free.set()
            await asyncio.gather(*blocked)

    async def test_work_sees_the_context_variables_of_its_caller(self, database: Database) -> None:
        request = contextvars.ContextVar("request", default="none")
        request.set("42")
        assert await database.write(lambda _: request.get()) == "42"

    async def test_begun_work_whose_caller_is_gone_is_committed_whole(self, database: Database) -> None:
        begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

        def two_rows(session: Session) -> None:
            session.add(Person(name="first"))
            session.flush()
            begun.set()
            go_on.wait(20)
            session.add(Person(name="second"))
            done.set()

        task = asyncio.create_task(database.write(two_rows))
        await asyncio.to_thread(begun.wait, 20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        go_on.set()
        await asyncio.to_thread(done.wait, 20)
        await database.write(lambda _: None)
        await asyncio.to_thread(database.close)
        with Database(database.url.render_as_string(hide_password=False)) as again:
            assert names(again) == ["first", "second"]

    async def test_work_whose_caller_is_gone_before_it_began_never_runs(self, sqlite_database: Database) -> None:
        begun, go_on = threading.Event(), threading.Event()

        def hold(_: Session) -> None:
            begun.set()
            go_on.wait(20)

        holding = asyncio.create_task(sqlite_database.write(hold))
        await asyncio.to_thread(begun.wait, 20)
        waiting = asyncio.create_task(sqlite_database.write(lambda s: s.add(Person(name="late"))))
        await asyncio.sleep(0)
        waiting.cancel()
        # Release the one writer only after the caller is gone: until the event loop has run, the work is still wanted.
        with pytest.raises(asyncio.CancelledError):
            await waiting
        go_on.set()
        await holding
        assert names(sqlite_database) == []

    async def test_closing_waits_for_work_that_began(self, database_url: str) -> None:
        database = Database(database_url)
        make_tables(database)
        begun = threading.Event()

        def slow(session: Session) -> None:
            begun.set()
            session.add(Person(name="Amira"))

        task = asyncio.create_task(database.write(slow))
        await asyncio.to_thread(begun.wait, 20)
        database.close()
        await task
        database.close()
        with Database(database_url) as again:
            assert names(again) == ["Amira"]

    async def test_a_deadlock_is_retried(self, postgresql_url: str) -> None:
        both = threading.Barrier(2, timeout=20)
        with Database(postgresql_url) as database:
            make_tables(database)
            await database.write(lambda session: add(session, Person(name="a"), Person(name="b")))
            tries: list[str] = []

            def rename(first: str, second: str) -> Callable[[Session], None]:
                def work(session: Session) -> None:
                    tries.append(first)
                    session.exec(update(Person).where(col(Person.name) == first).values(zone=first))
                    if len(tries) <= 2:
                        both.wait()
                    session.exec(update(Person).where(col(Person.name) == second).values(zone=first))

                return work

            await asyncio.gather(database.write(rename("a", "b")), database.write(rename("b", "a")))
            assert len(tries) > 2
            zones = await database.read(lambda session: session.exec(select(Person.zone)).all())
            assert len(set(zones)) == 1
            assert zones[0] in ("a", "b")


class TestConflicts:
    """A violated constraint is reported by its name, the same on both databases, and nothing else."""

    @pytest.mark.parametrize(
        ("given", "constraint"),
        [
            ({"key": TYPED}, "uq_deliveries_key"),
            ({"id": NOBODY}, "pk_deliveries"),
            ({"subject": None}, "deliveries.subject"),
        ],
    )
    def test_the_rule_is_named(self, database: Database, given: dict[str, Any], constraint: str) -> None:
        with database.writing() as session:
            session.add(a_delivery(id=NOBODY, key=TYPED))
        with pytest.raises(Conflict) as raised, database.writing() as session:
            session.add(a_delivery(**given))
        assert raised.value.constraint == constraint
        assert_reveals_nothing(raised.value)

    def test_a_word_that_a_column_does_not_take(self, database: Database) -> None:
        with database.writing() as session:
            session.add(a_delivery())
        with pytest.raises(Conflict) as raised:
            run(database, "UPDATE deliveries SET verb = :word", word=TYPED)
        assert raised.value.constraint == "ck_deliveries_verb"
        assert_reveals_nothing(raised.value)

    def test_a_row_that_refers_to_nothing(self, database: Database) -> None:
        with pytest.raises(Conflict) as raised, database.writing() as session:
            session.add(a_delivery(person_id=NOBODY))
        expected = None if database.name == "sqlite" else "fk_deliveries_person_id_people"
        assert raised.value.constraint == expected
        assert_reveals_nothing(raised.value)

    async def test_the_same_from_an_event_loop(self, database: Database) -> None:
        await database.write(lambda session: session.add(a_delivery(key=TYPED)))
        with pytest.raises(Conflict) as raised:
            await database.write(lambda session: session.add(a_delivery(key=TYPED)))
        assert raised.value.constraint == "uq_deliveries_key"
        assert_reveals_nothing(raised.value)

    def test_what_a_trigger_says_in_one_word(self, database: Database) -> None:
        with database.writing() as session:
            for statement in a_trigger_that_says("people_are_kept", database.name):
                session.connection().execute(text(statement))
            session.add(Person(name=TYPED))
        with pytest.raises(Conflict) as raised:
            run(database, "DELETE FROM people")
        assert raised.value.constraint == "people_are_kept"
        assert names(database) == [TYPED]


def a_trigger_that_says(word: str, name: str) -> list[str]:
    if name == "sqlite":
        return [f"CREATE TRIGGER kept BEFORE DELETE ON people BEGIN SELECT RAISE(ABORT, '{word}'); END"]
    body = f"BEGIN RAISE EXCEPTION '{word}'; END"
    return [
        f"CREATE FUNCTION kept() RETURNS trigger LANGUAGE plpgsql AS $${body}$$",
        "CREATE TRIGGER kept BEFORE DELETE ON people EXECUTE FUNCTION kept()",
    ]


def assert_reveals_nothing(error: BaseException) -> None:
    shown = all_text_of(error)
    assert TYPED not in shown
    assert str(NOBODY) not in shown
    assert NOBODY.hex not in shown
    assert error.__cause__ is None
    assert error.__context__ is None


class TestRefusals:
    """An invalid statement is reported by its error code and place, without its parameters."""

    def test_a_wrong_statement(self, database: Database) -> None:
        with pytest.raises(DatabaseRefused, match=r"SELECT nothing FROM nowhere") as raised:
            run(database, "SELECT nothing FROM nowhere WHERE x = :x", x=TYPED)
        assert_reveals_nothing(raised.value)
        assert f"{__name__}:" in str(raised.value)

    @pytest.mark.parametrize("opened_is_aware", [True, False])
    def test_a_value_of_a_wrong_kind(self, database: Database, opened_is_aware: bool) -> None:
        bad: Any = TYPED if opened_is_aware else datetime(2026, 1, 1)  # noqa: DTZ001
        with pytest.raises(DatabaseRefused) as raised, database.writing() as session:
            session.add(Throttle(key=TYPED, opens_at=bad))
        assert_reveals_nothing(raised.value)

    def test_a_value_that_the_server_itself_would_repeat(self, postgresql_url: str) -> None:
        with Database(postgresql_url) as database, pytest.raises(DatabaseRefused, match="22P02") as raised:
            run(database, "SELECT CAST(:x AS integer)", x=TYPED)
        assert_reveals_nothing(raised.value)

    def test_going_on_after_an_error_that_was_swallowed(self, database: Database) -> None:
        def work() -> None:
            with database.writing() as session:
                session.add(a_delivery(key=TYPED))
                session.flush()
                session.add(a_delivery(key=TYPED))
                with pytest.raises(Exception, match="constraint"):
                    session.flush()
                session.exec(select(Delivery)).all()

        with pytest.raises(DatabaseRefused) as raised:
            work()
        assert_reveals_nothing(raised.value)

    def test_nothing_typed_is_in_a_log_at_debug(self, database: Database, caplog: pytest.LogCaptureFixture) -> None:
        for name in ("", "sqlalchemy", "sqlalchemy.engine"):
            caplog.set_level(logging.DEBUG, name or None)
        with database.writing() as session:
            session.add(a_delivery(key=TYPED, id=NOBODY))
        with database.reading() as session:
            assert session.exec(select(Delivery.key)).one() == TYPED
        with pytest.raises(Conflict), database.writing() as session:
            session.add(a_delivery(key=TYPED))
        assert TYPED not in caplog.text
        assert NOBODY.hex not in caplog.text.replace("-", "")


class TestUnreachable:
    def test_a_folder_that_does_not_exist(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path}/none/x.db"
        with Database(url) as database, pytest.raises(DatabaseUnavailable, match="no such folder"):
            names(database)

    def test_a_file_that_is_not_a_database(self, tmp_path: Path) -> None:
        (tmp_path / "x.db").write_text(TYPED * 100)
        url = f"sqlite:///{tmp_path}/x.db"
        with Database(url) as database, pytest.raises(DatabaseUnavailable, match="not a SQLite database") as raised:
            names(database)
        assert_reveals_nothing(raised.value)

    async def test_a_server_that_cannot_be_reached(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            place = f"127.0.0.1:{taken.getsockname()[1]}/d"
            database = Database(f"postgresql://anna:hunter2@{place}")
            with database, pytest.raises(DatabaseUnavailable, match=place) as raised:
                await database.read(lambda session: session.exec(select(Person)).all())
        assert "hunter2" not in all_text_of(raised.value)
        assert "anna" not in all_text_of(raised.value)
        assert raised.value.__context__ is None

    def test_a_broken_connection_is_replaced(self, postgresql_url: str) -> None:
        others = "datname = current_database() AND pid <> pg_backend_pid()"

        def be_cut_off() -> None:
            with database.writing() as session:
                session.connection()
                run(other, f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {others}")
                session.connection().execute(text("SELECT 1"))

        with Database(postgresql_url) as database, Database(postgresql_url) as other:
            with pytest.raises(DatabaseUnavailable):
                be_cut_off()
            assert run(database, "SELECT 1") == 1
            run(other, f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {others}")
            assert run(database, "SELECT 2") == 2, "one that was cut while nobody used it goes unnoticed"


class TestSqliteFile:
    def test_every_connection_is_configured(self, sqlite_database: Database) -> None:
        expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30000}
        for door, read_only in ((sqlite_database.writing, 0), (sqlite_database.reading, 1)):
            with door() as session:
                for pragma, value in {**expected, "secure_delete": 1, "query_only": read_only}.items():
                    assert session.connection().scalar(text(f"PRAGMA {pragma}")) == value, pragma

    def test_several_may_open_a_new_file_at_once(self, tmp_path: Path) -> None:
        def open_and_write(number: int) -> None:
            url = f"sqlite:///{tmp_path}/{number // 6}.db"
            together.wait()
            with Database(url) as database:
                run(database, "CREATE TABLE IF NOT EXISTS things (id INTEGER)")

        together = threading.Barrier(6, timeout=20)
        with ThreadPoolExecutor(6) as threads:
            list(threads.map(open_and_write, range(60)))

    def test_a_process_that_opens_and_closes_the_file_loses_nothing(self, sqlite_database: Database) -> None:
        ask = "sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM people')"

        def counted_elsewhere() -> int:
            done = subprocess.run(
                [sys.executable, "-c", f"import sqlite3, sys; print(*{ask}.fetchone())", str(sqlite_database.file)],
                capture_output=True,
                text=True,
                check=True,
                timeout=20,
            )
            return int(done.stdout)

        with sqlite_database.writing() as session:
            session.add(Person(name="Amira"))
        assert names(sqlite_database) == ["Amira"], "this opens a second connection, beside that of the writer"
        assert counted_elsewhere() == 1
        with sqlite_database.writing() as session:
            session.add(Person(name="Bron"))
        assert counted_elsewhere() == 2

    def test_only_its_owner_may_read_it(self, sqlite_database: Database) -> None:
        with sqlite_database.writing() as session:
            session.add(Person(name="Amira"))
            session.flush()
            files = list(sqlite_database.file.parent.glob("deliverable.db*"))
            assert len(files) == 3
            assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}

    def test_a_backup_can_be_opened_by_its_owner_only(self, sqlite_database: Database, tmp_path: Path) -> None:
        with sqlite_database.writing() as session:
            session.add(Person(name="Amira"))
        copy = tmp_path / "copy.db"
        with sqlite_database.writing() as session:
            session.add(Person(name="not yet there"))
            session.flush()
            sqlite_database.backup(copy)
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        with Database(f"sqlite:///{copy}") as opened:
            assert names(opened) == ["Amira"]
        assert not list(tmp_path.glob("*.part"))

    def test_a_backup_replaces_nothing(self, sqlite_database: Database, tmp_path: Path) -> None:
        (tmp_path / "copy.db").write_text("mine")
        with pytest.raises(FileExistsError):
            sqlite_database.backup(tmp_path / "copy.db")
        assert (tmp_path / "copy.db").read_text() == "mine"

    def test_what_is_deleted_is_gone_from_the_files(self, sqlite_database: Database) -> None:
        def left() -> bool:
            files = sqlite_database.file.parent.glob("deliverable.db*")
            return any(TYPED.encode() in file.read_bytes() for file in files)

        with sqlite_database.writing() as session:
            add(session, *(Person(name=f"{TYPED} {n}") for n in range(200)))
        assert left()
        run(sqlite_database, "DELETE FROM people")
        sqlite_database.fold()
        assert not left()

    def test_a_reader_prevents_folding_and_holds_nobody_up(self, sqlite_database: Database) -> None:
        with sqlite_database.writing() as session:
            add(session, Person(name="before"))
        with closing(sqlite3.connect(sqlite_database.file, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM people").fetchone()
            with sqlite_database.writing() as session:
                add(session, Person(name="after"))
            assert not sqlite_database.fold()
        assert sqlite_database.fold()
        assert sqlite.FOLD_MILLISECONDS <= 50, "nobody can write while it waits for readers"

    def test_postgresql_has_its_own_backup(self, tmp_path: Path) -> None:
        with Database("postgresql://h/d") as database:
            database.fold()
            with pytest.raises(NotImplementedError, match="pg_dump"):
                database.backup(tmp_path / "copy.db")
