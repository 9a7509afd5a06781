"""PostgreSQL: one pool of connections, in UTC, with a timeout on every wait.

Its driver is loaded with the first engine: it takes 8 MB, which a process on SQLite does not need.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from typing import TYPE_CHECKING, TypeGuard
from weakref import WeakKeyDictionary, WeakSet

from sqlalchemy import URL, Engine, NullPool, create_engine, event

if TYPE_CHECKING:
    import psycopg

CONNECT_SECONDS = 5
WAIT_SECONDS = 30
OVERFLOW = 2
KEPT_ALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}
"""When a server that vanished silently counts as gone: seconds idle, seconds between, probes; and milliseconds."""
SETTINGS = {
    "timezone": "UTC",
    "statement_timeout": "60s",
    "lock_timeout": "20s",
    "idle_in_transaction_session_timeout": "60s",
}

_OPEN: WeakKeyDictionary[Engine, WeakSet[psycopg.Connection[object]]] = WeakKeyDictionary()


def writer(url: URL, connections: int) -> Engine:
    """The engine with a pool of that many connections. The address's own ``options`` override `SETTINGS`."""
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
    """Break the connections of an engine: a thread that waits on one gets an error at once."""
    for each in list(_OPEN.get(engine, ())):
        _break(each)


def _break(connection: psycopg.Connection[object]) -> None:
    import psycopg

    # A connection that is closed already has no file number.
    with contextlib.suppress(psycopg.Error, OSError), socket.socket(fileno=os.dup(connection.fileno())) as its_socket:
        its_socket.shutdown(socket.SHUT_RDWR)


def is_driver_error(error: BaseException | None) -> TypeGuard[psycopg.Error]:
    """Whether an error is the driver's. As long as the driver is not loaded, none is."""
    driver = sys.modules.get("psycopg")
    return driver is not None and isinstance(error, driver.Error)


def reader(writing: Engine) -> Engine:
    """A read-only engine on the same pool, whose transactions each see a snapshot of the database."""
    return writing.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def migrator(url: URL) -> Engine:
    """The engine for migrations, without a timeout on statements."""
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
