"""Schema differences: where the tables of a database are not those of the code."""

import re
from collections.abc import Iterator

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, Enum, Inspector, MetaData, Table, inspect, text

from storage.ddl import Statements, statements_of
from storage.metadata import metadata as all_tables

_QUOTED = re.compile(r"'((?:[^']|'')*)'")


def differences(connection: Connection, tables: MetaData = all_tables) -> list[str]:
    """A line of text for each difference; empty where there is none.

    Also compares what ``alembic check`` does not: CHECKs, the values that they allow, tables WITHOUT ROWID, and
    the names of triggers.
    """
    context = MigrationContext.configure(connection)
    found = [str(one) for one in compare_metadata(context, tables)]
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    needed = statements_of(tables)
    for table in tables.sorted_tables:
        if table.name in there:
            found += [*_check_differences(inspector, table), *_rowid_differences(inspector, table)]
            found += _trigger_differences(connection, table.name, needed.get(table.name, Statements({})))
    return found


def _check_differences(inspector: Inspector, table: Table) -> Iterator[str]:
    there = {str(one["name"]): one["sqltext"] for one in inspector.get_check_constraints(table.name)}
    wanted = {str(one.name) for one in table.constraints if isinstance(one, CheckConstraint)}
    for name in sorted(wanted ^ set(there)):
        yield f"{table.name}: CHECK {name} is {'missing' if name in wanted else 'unexpected'}"
    for column in table.columns:
        name = f"ck_{table.name}_{getattr(column.type, 'name', None)}"
        if isinstance(column.type, Enum) and name in there:
            allowed, expected = set(_QUOTED.findall(there[name])), set(column.type.enums)
            if allowed != expected:
                yield f"{table.name}.{column.name}: different values: {sorted(allowed ^ expected)}"


def _rowid_differences(inspector: Inspector, table: Table) -> Iterator[str]:
    if inspector.dialect.name == "sqlite":
        without = inspector.get_table_options(table.name).get("sqlite_with_rowid", True) is False
        if without == table.dialect_options["sqlite"]["with_rowid"]:
            yield f"{table.name}: should {'not ' if without else ''}be WITHOUT ROWID"


_TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(:name) AND NOT tgisinternal",
}


def _trigger_differences(connection: Connection, table: str, needed: Statements) -> Iterator[str]:
    dialect = connection.dialect.name
    there = set(connection.scalars(text(_TRIGGERS[dialect]), {"name": table}))
    wanted = needed.triggers(dialect)
    for name in sorted(wanted ^ there):
        yield f"{table}: trigger {name} is {'missing' if name in wanted else 'unexpected'}"
