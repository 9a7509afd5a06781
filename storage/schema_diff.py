"""Where the tables of a database are not those of the code."""

import re
from collections.abc import Iterator

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, Enum, Inspector, MetaData, Table, inspect

from storage.metadata import metadata as all_tables

_WORD = re.compile(r"'((?:[^']|'')*)'")


def differences(connection: Connection, tables: MetaData = all_tables) -> list[str]:
    """Give a line for each difference; none is as it should be.

    Also sees what ``alembic check`` does not: CHECKs, the words that they allow, and tables WITHOUT ROWID.
    """
    context = MigrationContext.configure(connection)
    found = [str(one) for one in compare_metadata(context, tables)]
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    for table in tables.sorted_tables:
        if table.name in there:
            found += [*_of_checks(inspector, table), *_of_rowid(inspector, table)]
    return found


def _of_checks(inspector: Inspector, table: Table) -> Iterator[str]:
    there = {str(one["name"]): one["sqltext"] for one in inspector.get_check_constraints(table.name)}
    wanted = {str(one.name) for one in table.constraints if isinstance(one, CheckConstraint)}
    for name in sorted(wanted ^ set(there)):
        yield f"{table.name}: CHECK {name} is {'missing' if name in wanted else 'too much'}"
    for column in table.columns:
        name = f"ck_{table.name}_{getattr(column.type, 'name', None)}"
        if isinstance(column.type, Enum) and name in there:
            allowed, expected = set(_WORD.findall(there[name])), set(column.type.enums)
            if allowed != expected:
                yield f"{table.name}.{column.name}: not the same words: {sorted(allowed ^ expected)}"


def _of_rowid(inspector: Inspector, table: Table) -> Iterator[str]:
    if inspector.dialect.name == "sqlite":
        without = inspector.get_table_options(table.name).get("sqlite_with_rowid", True) is False
        if without == table.dialect_options["sqlite"]["with_rowid"]:
            yield f"{table.name}: should {'not ' if without else ''}be WITHOUT ROWID"
