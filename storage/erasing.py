"""Erasing: what was deleted or overwritten is removed from the database's files too, once a night.

SQLite overwrites what is deleted, but not each place from which a row was moved, nor its write-ahead log. PostgreSQL
leaves every old version of a row in the file of the table, and in its log. Its statistics would keep samples of what
was in a column: no column with a text or a tag has any (`keep_out_of_statistics`).
"""

from dataclasses import dataclass

from sqlalchemy import LargeBinary, MetaData, text
from sqlalchemy.exc import ProgrammingError
from sqlmodel import Session

from storage import postgresql, sqlite
from storage.ddl import Statements, needs_of
from storage.engine import Database
from storage.faults import told_plainly
from storage.metadata import metadata

TYPED = frozenset({"title", "summary", "link", "link_key", "link_page", "paused_reason", "withdrawn_reason"})
"""Columns with something typed that is not sealed."""


@dataclass(frozen=True)
class Erased:
    """What was done besides rewriting the tables: whether the write-ahead log holds nothing of it any more."""

    log_emptied: bool


def erase(database: Database) -> Erased:
    """Rewrite every table's file, and empty the write-ahead log as far as that is allowed.

    Each table is locked while it is rewritten. Raises `DatabaseUnavailable`.
    """
    if database.name == "sqlite":
        return Erased(log_emptied=sqlite.rewrite(database.file))
    return _erase_on_postgresql(database)


def _erase_on_postgresql(database: Database) -> Erased:
    engine = postgresql.migrator(database.url).execution_options(isolation_level="AUTOCOMMIT")
    with told_plainly(database.place), engine.connect() as connection:
        for table in metadata.sorted_tables:
            connection.execute(text(f'VACUUM (FULL, ANALYZE) "{table.name}"'))
        try:
            connection.execute(text("SELECT pg_switch_wal()"))
            connection.execute(text("CHECKPOINT"))
        except ProgrammingError:
            return Erased(log_emptied=False)
        recycles = connection.execute(text("SHOW wal_recycle")).scalar_one()
    return Erased(log_emptied=recycles == "off")


@dataclass(frozen=True)
class Hindrances:
    """What keeps erased text in the files of a PostgreSQL server; each is for its administrator to change."""

    recycles_log: bool = False
    may_not_switch_log: bool = False
    may_not_checkpoint: bool = False
    others_tables: tuple[str, ...] = ()


def hindrances(session: Session) -> Hindrances:
    """What keeps the nightly erasing from being complete; nothing on SQLite."""
    if session.get_bind().dialect.name == "sqlite":
        return Hindrances()
    connection = session.connection()
    return Hindrances(
        recycles_log=connection.execute(text("SHOW wal_recycle")).scalar_one() != "off",
        may_not_switch_log=not connection.execute(_MAY_SWITCH).scalar_one(),
        may_not_checkpoint=not connection.execute(_MAY_CHECKPOINT).scalar_one(),
        others_tables=tuple(each for (each,) in connection.execute(_OTHERS_TABLES) if each in metadata.tables),
    )


_MAY_SWITCH = text("SELECT has_function_privilege(current_user, 'pg_switch_wal()', 'EXECUTE')")
# The role is there from PostgreSQL 15 on; before, only a superuser may.
_MAY_CHECKPOINT = text(
    "SELECT coalesce(bool_or(rolsuper), false) OR coalesce((SELECT pg_has_role(current_user, oid, 'USAGE') "
    "FROM pg_roles WHERE rolname = 'pg_checkpoint'), false) FROM pg_roles WHERE rolname = current_user"
)
# Another user's table is skipped by VACUUM, with no more than a warning.
_OTHERS_TABLES = text(
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace "
    "AND NOT pg_has_role(current_user, relowner, 'USAGE') ORDER BY relname"
)


def keep_out_of_statistics(tables: MetaData) -> None:
    """Have PostgreSQL keep no samples of what people typed, and of tags."""
    for table in tables.sorted_tables:
        columns = [each.name for each in table.columns if isinstance(each.type, LargeBinary) or each.name in TYPED]
        if columns:
            made = (f"ALTER TABLE {table.name} ALTER COLUMN {each} SET STATISTICS 0" for each in columns)
            needs_of(tables, table.name, Statements(made={"postgresql": tuple(made)}))
