"""`deliverable migrate`: bring the database's tables up to date."""

from __future__ import annotations

import argparse

from bot.runtime.clock import now
from bot.runtime.startup import configure, migrated, opened


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing can be typed after `migrate`."""


def run(given: argparse.Namespace) -> int:
    """Bring the tables up to date, and print their version. Raises `Stop`."""
    with opened(configure().database_url.get_secret_value()) as database:
        print(migrated(database, now()))
    return 0
