"""`deliverable backup`: copy the SQLite database while it is in use."""

from __future__ import annotations

import argparse

from bot.cli.argument_types import sqlite_file
from bot.runtime.startup import Stop, configure, opened


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be typed after `backup`."""
    parser.add_argument("file", type=sqlite_file, help="the new file; one that is there is left as it is")


def run(given: argparse.Namespace) -> int:
    """Copy the database to a new file. Raises `Stop`."""
    with opened(configure().database_url.get_secret_value()) as database:
        try:
            database.backup(given.file)
        except FileExistsError:
            raise Stop(f"{given.file} is there already. Name a new file.") from None
        except NotImplementedError as error:
            raise Stop(str(error)) from None
    print(f"The database is copied to {given.file}.")
    return 0
