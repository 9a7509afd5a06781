"""Start-up: settings, master keys, the database and its tables. Every refusal is a sentence for the operator."""

from __future__ import annotations

import contextlib
import gc
import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bot.runtime import logs
from bot.runtime.key_check import FOREIGN, is_own_file, must_open
from bot.runtime.settings import Settings, misspelt, read_settings
from storage import Database
from storage.encryption import CannotOpen
from storage.end_months import BadEndMonths, EndMonthsFile
from storage.engine import BadDatabaseUrl
from storage.keys import BadKey, KeyRing
from storage.version import is_current, must_be_upgradable

log = logging.getLogger(__name__)

NO_KEY = (
    "There is no master key. Make one with `python -m bot keys new` and set DELIVERABLE_KEY to it, "
    "or DELIVERABLE_KEY_FILE to a file that holds it. Keep it away from the database and its backups."
)

NO_END_KEYS = (
    "There is no end-months file. Make one with `python -m bot keys months PATH` and set DELIVERABLE_END_KEYS to its "
    "path. Keep it, and copies of it, apart from the database and its backups."
)


_MADE_BEFORE_COLLECTING = 10_000
"""How many more objects are made than freed before the garbage collector looks. A click makes a thousand, and nearly
all of them are freed without it: at Python's 700 it takes a tenth of a click's time."""


class Stop(Exception):
    """The command cannot run. The text is the sentence to print; the exit code is 2."""


def configure() -> Settings:
    """Read the settings and set up logging as they say; warn of names that are no settings. Raises `BadSetting`."""
    settings = read_settings()
    logs.set_up(settings.log_level, settings.log_format)
    for name, meant in misspelt():
        log.warning("%s is not a setting.%s", name, f" Did you mean {meant}?" if meant else "")
    return settings


def key_ring(settings: Settings) -> KeyRing:
    """The master keys and the end-months file from the settings. Raises `Stop`."""
    text = settings.key.get_secret_value()
    if not text:
        raise Stop(NO_KEY)
    if not settings.end_keys:
        raise Stop(NO_END_KEYS)
    try:
        return KeyRing.from_text(text, EndMonthsFile(Path(settings.end_keys)))
    except (BadKey, BadEndMonths) as error:
        raise Stop(str(error)) from None


@contextlib.contextmanager
def opened(url: str) -> Iterator[Database]:
    """Open the database at an address, and close it at the end. Raises `Stop`."""
    try:
        database = Database(url)
    except BadDatabaseUrl as error:
        raise Stop(str(error)) from None
    with database:
        yield database


def made_ready(database: Database, now: datetime, ring: KeyRing) -> None:
    """Migrate a SQLite file, or ask the operator to migrate PostgreSQL; check that the keys fit.

    Raises `Stop`, and `CannotUpgrade` where the tables are too old or those of a later version.
    """
    if not is_current(database):
        with database.reading() as session:
            must_be_upgradable(session, database.place)
        if database.name != "sqlite":
            raise Stop("The database's tables are not up to date. Back it up, then run `python -m bot migrate`.")
        logs.say_aside(migrated(database, now))
    with database.writing() as session:
        if not is_own_file(session, ring):
            raise Stop(FOREIGN)
    try:
        with database.reading() as session:
            must_open(session, ring)
    except CannotOpen as error:
        # Otherwise new rows would be written with a key that does not fit the existing ones.
        raise Stop(f"{error} Earlier text cannot be read without the right key: put it back.") from None


def migrated(database: Database, now: datetime) -> str:
    """Bring the tables up to date; give a sentence that says at which version they are, and if that is new."""
    # Loaded only where there may be something to change: it takes a good part of a start.
    from storage.migrate import migrate

    done = migrate(database, now=now)
    if done.from_revision == done.to_revision:
        return f"The database's tables are at version {done.to_revision}."
    copy = f" The file as it was is kept as {done.backup_path}." if done.backup_path else ""
    return f"The database's tables are now at version {done.to_revision}.{copy}"


def freeze_startup_objects() -> None:
    """Keep the garbage collector from going through what was made at the start (`gc.freeze`).

    Call it once everything is imported and made. Going through it all holds up every thread, and everyone who waits
    for an answer, for a tenth of a second and more. From then on it collects less often than by itself.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_MADE_BEFORE_COLLECTING, 10, 10)
