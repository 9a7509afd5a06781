"""PostgreSQL: one pool of connections, in UTC, none of which waits for ever."""

import contextlib
import os
import socket
from weakref import WeakKeyDictionary, WeakSet

import psycopg
from sqlalchemy import URL, Engine, NullPool, create_engine, event

CONNECT_SECONDS = 5
WAIT_SECONDS = 30
OVERFLOW = 2
KEPT_ALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}
"""Seconds, a number, and milliseconds, after which a server that went away without a word counts as gone."""
SETTINGS = {
    "timezone": "UTC",
    "statement_timeout": "60s",
    "lock_timeout": "20s",
    "idle_in_transaction_session_timeout": "60s",
}

_OPEN: WeakKeyDictionary[Engine, WeakSet[psycopg.Connection[object]]] = WeakKeyDictionary()


def writer(url: URL, connections: int) -> Engine:
    """Give the engine with a pool of so many connections. What the address says under ``options`` wins."""
    engine = create_engine(
        _without_options(url),
        connect_args=_arguments(url, SETTINGS),
        pool_size=connections,
        max_overflow=OVERFLOW,
        pool_timeout=WAIT_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,
    )
    opened = _OPEN.setdefault(engine, WeakSet())
    event.listen(engine, "connect", lambda connection, _: opened.add(connection))
    return engine


def cut(engine: Engine) -> None:
    """Break the connections of an engine: whoever waits on one for an answer is given an error at once."""
    for each in list(_OPEN.get(engine, ())):
        # One that is closed has no number any more.
        with contextlib.suppress(psycopg.Error, OSError), socket.socket(fileno=os.dup(each.fileno())) as its_socket:
            its_socket.shutdown(socket.SHUT_RDWR)


def reader(writing: Engine) -> Engine:
    """Give an engine on the same pool that refuses to write and sees the database as at one instant."""
    return writing.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def migrator(url: URL) -> Engine:
    """Give the engine for changes of the tables: its statements take the time they need."""
    settings = SETTINGS | {"statement_timeout": "0", "idle_in_transaction_session_timeout": "0"}
    return create_engine(
        _without_options(url),
        connect_args=_arguments(url, settings),
        poolclass=NullPool,
        hide_parameters=True,
    )


def _without_options(url: URL) -> URL:
    return url.difference_update_query(["options"])


def _arguments(url: URL, settings: dict[str, str]) -> dict[str, str | int]:
    ours = " ".join(f"-c {name}={value}" for name, value in settings.items())
    given = url.query.get("options", "")
    return {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "deliverable",
        **KEPT_ALIVE,
        "options": f"{ours} {given if isinstance(given, str) else ' '.join(given)}".strip(),
    }
