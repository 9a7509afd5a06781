"""The middle size, on both databases: `python -m tests.attacks [--size long] [--seed N] [--database D] [--leaks]`."""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from storage import Database
from storage.migrate import migrate
from tests.attacks.script import LONG, MIDDLE, SHORT, Size
from tests.attacks.suite import Tried, tried
from tests.databases import DATABASES
from tests.postgresql import running_server

PATIENCE = 600.0
"""For how many seconds a transaction may wait: on a busy machine it takes longer than people are asked to."""
SIZES = {"short": SHORT, "middle": MIDDLE, "long": LONG}
"""The short form is that of the tests."""


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The URL of an empty database with its tables: a file, or one on a PostgreSQL server of its own."""
    with ExitStack() as stack:
        if kind == "sqlite":
            url = f"sqlite:///{Path(stack.enter_context(tempfile.TemporaryDirectory())) / 'attacked.db'}"
        else:
            server = make_url(stack.enter_context(running_server()))
            with psycopg.connect(server.render_as_string(hide_password=False), autocommit=True) as connection:
                connection.execute("CREATE DATABASE attacked")
            driver = server.set(drivername="postgresql+psycopg", database="attacked")
            url = driver.render_as_string(hide_password=False)
        migrate(url, now=datetime(2026, 1, 1, tzinfo=UTC))
        yield url


def attacked(kind: str, seed: int, size: Size, *, leaking: bool) -> Tried:
    """What came of every check on one kind of database."""
    with database(kind) as url, Database(url, pool=4, patience=PATIENCE) as opened:
        return asyncio.run(tried(opened, seed, size, leaking=leaking))


def main() -> None:
    """Try every check and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.attacks", description="Attacks on the promises.")
    sizes = ", ".join(f"{name} ({size.people} people, {size.days} days)" for name, size in SIZES.items())
    parser.add_argument("--size", choices=SIZES, default="middle", help=f"how large a population: {sizes}")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--database", choices=DATABASES, action="append")
    parser.add_argument("--leaks", action="store_true", help="with leaks planted, each of which must be seen")
    given = parser.parse_args()
    print(f"Seed {given.seed}", flush=True)
    for kind in given.database or DATABASES:
        print(f"On {kind}:", flush=True)
        found = attacked(kind, given.seed, SIZES[given.size], leaking=given.leaks)
        for each in found.outcomes:
            print(f"  {each}", flush=True)
        print(f"  {found.showing}", flush=True)


if __name__ == "__main__":
    main()
