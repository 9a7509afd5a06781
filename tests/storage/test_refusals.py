"""Each way in which a database cannot be used has its own sentence, and says whether later helps."""

from __future__ import annotations

import errno
import os
import secrets
import socket
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, make_url, text

from storage import Database, DatabaseUnavailable, refusals
from storage.faults import DatabaseRefused, DatabaseUnusable, plain
from tests.databases import Admin

SECRET = "hunter2-never-shown"


def refusal(url: str | URL) -> DatabaseUnavailable:
    """What opening and writing that database raises."""
    shown = url if isinstance(url, str) else url.render_as_string(hide_password=False)
    with Database(shown, pool=1) as database, pytest.raises(DatabaseUnavailable) as caught:
        write(database)
    for each in (SECRET, "hunter2"):
        assert each not in str(caught.value)
    return caught.value


def write(database: Database) -> None:
    with database.reading() as session:
        session.connection().execute(text("SELECT 1"))
    with database.writing() as session:
        session.connection().execute(text("CREATE TABLE written (id integer)"))


class TestPostgresql:
    @pytest.fixture
    def right(self, postgresql_url: str) -> URL:
        """The address of a database that can be used."""
        return make_url(postgresql_url)

    @pytest.fixture
    def nobody(self, postgresql_admin: Admin) -> Iterator[str]:
        """A user of the server who may log in with `SECRET`, and owns nothing."""
        name = f"deliverable_test_{secrets.token_hex(4)}"
        postgresql_admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{SECRET}'".encode())
        yield name
        postgresql_admin.execute(f"DROP ROLE {name}".encode())

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"password": SECRET}, "the server does not accept the user or the password"),
            ({"username": "hunter2"}, "the server does not accept the user or the password"),
            ({"database": "nowhere"}, "there is no database of that name"),
            ({"query": {"sslmode": "require"}}, "sslmode asks for TLS, which the server does not offer"),
            ({"query": {"sslmode": "silly"}}, "its address has a part that PostgreSQL does not know"),
        ],
    )
    def test_what_an_operator_must_change_is_said(self, right: URL, changes: dict[str, object], reason: str) -> None:
        wrong = right.set(**changes)  # type: ignore[arg-type]
        raised = refusal(wrong)
        assert isinstance(raised, DatabaseUnusable)
        assert str(raised).endswith(f" ({reason}).")

    @pytest.mark.parametrize(
        ("number", "said", "lasts", "reason"),
        [
            (socket.EAI_NONAME, "Name or service not known", True, "there is no host of that name"),
            (socket.EAI_AGAIN, "Temporary failure in name resolution", False, "no name server answers"),
        ],
    )
    def test_a_host_that_is_not_found(
        self, monkeypatch: pytest.MonkeyPatch, number: int, said: str, lasts: bool, reason: str
    ) -> None:
        def not_found(*_: object, **__: object) -> None:
            raise socket.gaierror(number, said)

        monkeypatch.setattr(socket, "getaddrinfo", not_found)
        raised = refusal("postgresql://deliverable@db.example.org/deliverable")
        assert isinstance(raised, DatabaseUnusable) is lasts
        assert str(raised).endswith(f"({reason}).")

    def test_a_server_that_does_not_listen_may_do_so_later(self, unused_tcp_port: int) -> None:
        raised = refusal(f"postgresql://deliverable:{SECRET}@127.0.0.1:{unused_tcp_port}/deliverable")
        assert not isinstance(raised, DatabaseUnusable)
        assert str(raised).endswith("(no server listens there).")

    def test_a_user_without_rights(self, right: URL, nobody: str) -> None:
        raised = refusal(right.set(username=nobody, password=SECRET))
        assert isinstance(raised, DatabaseUnusable)
        assert str(raised).endswith("(the user has no right to it: make the user its owner).")

    def test_a_user_with_no_connection_left(self, right: URL, nobody: str, postgresql_admin: Admin) -> None:
        postgresql_admin.execute(f"ALTER ROLE {nobody} CONNECTION LIMIT 0".encode())
        raised = refusal(right.set(username=nobody, password=SECRET))
        assert not isinstance(raised, DatabaseUnusable)
        assert str(raised).endswith("(the server has no connection free).")

    def test_a_user_who_may_not_log_in(self, right: URL, nobody: str, postgresql_admin: Admin) -> None:
        postgresql_admin.execute(f"ALTER ROLE {nobody} NOLOGIN".encode())
        assert isinstance(refusal(right.set(username=nobody, password=SECRET)), DatabaseUnusable)

    def test_a_server_that_is_read_only(self, right: URL) -> None:
        query = {"options": "-c default_transaction_read_only=on"}
        url = right.set(query=query).render_as_string(hide_password=False)
        with Database(url) as database, pytest.raises(DatabaseUnavailable) as caught, database.writing() as session:
            session.connection().execute(text("CREATE TABLE written (id integer)"))
        assert not isinstance(caught.value, DatabaseUnusable)
        assert str(caught.value).endswith("(the server is read-only, as a standby is).")

    def test_a_standby(self) -> None:
        said = psycopg.errors.FeatureNotSupported("cannot set transaction read-write mode during recovery")
        assert "(the server is read-only, as a standby is)" in str(plain(said, "PostgreSQL at db:5432/deliverable"))

    @pytest.mark.parametrize(
        ("said", "reason"),
        [
            ('FATAL:  no pg_hba.conf entry for host "10.0.0.9", user "hunter2"', "the server takes no such connection"),
            ("SSL error: certificate verify failed", "the server's certificate cannot be checked"),
            ('root certificate file "/there/root.crt" does not exist', "the server's certificate cannot"),
            ('server certificate for "a" does not match host name "b"', "the server's certificate cannot be checked"),
            ("SSL error: tlsv1 alert protocol version", "TLS cannot be agreed"),
            ("fe_sendauth: no password supplied", "the server asks for a password, and none is set"),
            ("FATAL:  the database system is starting up", "the server is starting or stopping"),
            ("FATAL:  sorry, too many clients already", "the server has no connection free"),
            ("FATAL:  Passwort-Authentifizierung fehlgeschlagen", "no answer"),
        ],
    )
    def test_what_cannot_be_caused_here_is_known_by_its_words(self, said: str, reason: str) -> None:
        raised = plain(psycopg.OperationalError(f"connection failed: {said}"), "PostgreSQL at db:5432/deliverable")
        assert f"PostgreSQL at db:5432/deliverable ({reason}" in str(raised)
        assert "hunter2" not in str(raised)


class TestSqlite:
    def test_a_file_that_is_no_database(self, tmp_path: Path) -> None:
        file = tmp_path / "notes.txt"
        file.write_text("These are notes." * 200)
        raised = refusal(f"sqlite:///{file}")
        assert isinstance(raised, DatabaseUnusable)
        assert str(raised) == f"The database cannot be used: the SQLite file {file} (not a SQLite database)."

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("nowhere/deliverable.db", "no such folder"),
            ("file/deliverable.db", "no such folder"),
            ("folder", "it is a folder"),
            (f"{'x' * 300}.db", "its name is too long"),
        ],
    )
    def test_a_file_that_cannot_be_made(self, tmp_path: Path, name: str, reason: str) -> None:
        (tmp_path / "folder").mkdir()
        (tmp_path / "file").touch()
        raised = refusal(f"sqlite:///{tmp_path / name}")
        assert isinstance(raised, DatabaseUnusable)
        assert str(raised).endswith(f" ({reason}).")

    def test_a_file_system_that_is_read_only(self, migrated_sqlite_url: str, tmp_path: Path) -> None:
        with read_only(Path(make_url(migrated_sqlite_url).database or "").parent, tmp_path / "there") as folder:
            raised = refusal(f"sqlite:///{folder}/{Path(migrated_sqlite_url).name}")
            assert isinstance(raised, DatabaseUnusable)
            assert "read-only" in str(raised)
            raised = refusal(f"sqlite:///{folder}/new.db")
            assert str(raised).endswith("(the disk is read-only).")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may do everything")
    def test_a_file_without_rights(self, tmp_path: Path) -> None:
        file = tmp_path / "deliverable.db"
        with Database(f"sqlite:///{file}") as database:
            write(database)
        file.chmod(stat.S_IRUSR)
        assert str(refusal(f"sqlite:///{file}")).endswith("(it is read-only).")
        file.chmod(0)
        assert str(refusal(f"sqlite:///{file}")).endswith("(permission denied).")

    @pytest.mark.parametrize("number", [errno.EMFILE, errno.ENOSPC, errno.EDQUOT])
    def test_what_may_be_well_later(self, tmp_path: Path, number: int) -> None:
        assert not refusals.of_file(tmp_path / "deliverable.db", OSError(number, "")).lasts

    def test_an_error_that_nobody_thought_of_is_said_in_the_systems_words(self, tmp_path: Path) -> None:
        reason = refusals.of_file(tmp_path / "deliverable.db", OSError(errno.ELOOP, ""))
        assert reason.text == "too many levels of symbolic links"

    def test_a_write_where_one_may_only_read_is_a_wrong_statement(self, migrated_sqlite_url: str) -> None:
        with (
            Database(migrated_sqlite_url) as database,
            pytest.raises(DatabaseRefused),
            database.reading() as session,
        ):
            session.connection().execute(text("DELETE FROM gates"))

    def test_a_write_into_a_file_that_is_read_only_is_not(self) -> None:
        error = sqlite3.OperationalError("attempt to write a readonly database")
        error.sqlite_errorcode = sqlite3.SQLITE_READONLY
        assert isinstance(plain(error, "the SQLite file x"), DatabaseUnusable)


@contextmanager
def read_only(folder: Path, at: Path) -> Iterator[Path]:
    """A folder as a file system that is read-only, which takes the right to mount one."""
    at.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", at], capture_output=True, timeout=30, check=False)
    if done.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        for each in folder.glob("*.db"):
            (at / each.name).write_bytes(each.read_bytes())
        subprocess.run(["mount", "-o", "remount,ro", at], timeout=30, check=True)
        yield at
    finally:
        subprocess.run(["umount", "--lazy", at], timeout=30, check=True)
