"""``python -m storage.migrations.first`` writes the first migration again, from the tables of the code.

Until 0.1.0 is tagged there is only this one: whoever changes a table runs the command, and never edits what it writes.
From the tag on it is frozen like every other, and this file goes.
"""

import re
import sys
import tempfile
import textwrap
from collections.abc import Mapping
from pathlib import Path

from alembic import command
from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.render import renderers
from alembic.operations import MigrateOperation
from alembic.script import Script
from sqlalchemy import MetaData

from storage.ddl import statements_of
from storage.engine import Database
from storage.metadata import metadata as all_tables
from storage.migrate import changing, config_of
from storage.version import VERSIONS

COMMAND = "python -m storage.migrations.first"
REVISION = "0100"
"""Versions before 0.1.0 numbered theirs from 0001 to 0009; so this one cannot be mistaken for one of those."""
NAME = f"v{REVISION}_the_first_tables.py"

DIALECTS = ("sqlite", "postgresql")

_MARKS = re.compile(r"^ +# ### .*\n", re.MULTILINE)


class _RunStatements(MigrateOperation):
    """Statements that differ by dialect, as `storage.ddl` has them with the tables."""

    def __init__(self, statements: dict[str, tuple[str, ...]]) -> None:
        self.statements = statements


@renderers.dispatch_for(_RunStatements)
def _written(_: AutogenContext, op: _RunStatements) -> str:
    by_dialect = ", ".join(f"{name!r}: ({''.join(map(_in_lines, each))})" for name, each in op.statements.items())
    return f"for statement in {{{by_dialect}}}[op.get_bind().dialect.name]: op.execute(statement)"


def _in_lines(statement: str) -> str:
    """A string literal in pieces that fit into lines, and a comma."""
    pieces = textwrap.wrap(statement, 80, drop_whitespace=False, break_long_words=False)
    return f"({' '.join(map(repr, pieces))}),"


def write(versions: Path = VERSIONS, tables: MetaData = all_tables) -> Path:
    """Write the first migration into a folder and return its file. The same tables give the same text."""
    with tempfile.TemporaryDirectory() as scratch:
        target = Database(f"sqlite:///{scratch}/scratch.db")
        with changing(target) as connection:
            config = config_of(Path(scratch), connection=connection, metadata=tables, also=_operations(tables))
            made = command.revision(config, "the first tables", autogenerate=True, rev_id=REVISION)
        if not isinstance(made, Script):
            raise TypeError("Alembic wrote no file, or several.")
        text = Path(made.path).read_text()
    path = versions / NAME
    path.write_text(_MARKS.sub("", text).replace('"""the first tables"""', f'"""The first tables. By `{COMMAND}`."""'))
    return path


def _operations(tables: MetaData) -> tuple[_RunStatements, _RunStatements]:
    """What is run after all tables were made, and after all were dropped."""
    found = statements_of(tables).values()
    return _together([each.made for each in found]), _together([each.dropped for each in found])


def _together(by_table: list[Mapping[str, tuple[str, ...]]]) -> _RunStatements:
    return _RunStatements({name: tuple(s for each in by_table for s in each.get(name, ())) for name in DIALECTS})


def main() -> int:
    """Write the file, and say where; 1 where a later migration stands on it."""
    later = [each.name for each in sorted(VERSIONS.glob("v[0-9]*.py")) if each.name != NAME]
    if later:
        sys.stderr.write(f"The first migration is frozen, for {later[0]} comes after it.\n")
        return 1
    sys.stdout.write(f"Written: {write()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
