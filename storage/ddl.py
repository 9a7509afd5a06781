"""Statements that a table needs besides its columns, constraints and indexes, such as triggers.

They stand with the table, and the first migration runs them. A later migration must write them by hand:
Alembic generates none, and on SQLite a table that is rebuilt loses its triggers. `storage.schema_diff` compares those.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import MetaData
from sqlmodel import SQLModel

_TRIGGER = re.compile(r"CREATE TRIGGER (\w+)")
_KEY = "statements"


@dataclass(frozen=True)
class Statements:
    """What is run when the table has been `made` and when it has been `dropped`, by the name of the dialect."""

    made: Mapping[str, tuple[str, ...]]
    dropped: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def triggers(self, dialect: str) -> set[str]:
        """The names of the triggers that are made."""
        return {name for each in self.made.get(dialect, ()) for name in _TRIGGER.findall(each)}


def needs(table: type[SQLModel], statements: Statements) -> None:
    """Say what a table needs."""
    needs_of(SQLModel.metadata, str(table.__tablename__), statements)


def needs_of(tables: MetaData, name: str, statements: Statements) -> None:
    """Say what the table of that name needs, besides what was said before."""
    found: dict[str, Statements] = tables.info.setdefault(_KEY, {})
    before = found.get(name, Statements(made={}))
    found[name] = Statements(_both(before.made, statements.made), _both(before.dropped, statements.dropped))


def _both(first: Mapping[str, tuple[str, ...]], second: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    return {each: (*first.get(each, ()), *second.get(each, ())) for each in (*first, *second)}


def statements_of(tables: MetaData) -> dict[str, Statements]:
    """What tables need, by the name of the table."""
    found: dict[str, Statements] = tables.info.get(_KEY, {})
    return {name: found[name] for name in sorted(found)}


def append_only(table: str, refusal: str) -> Statements:
    """Triggers that refuse to change or delete a row of a table with a sentence, which holds no apostrophe."""
    function = f"refuse_{table}_change"
    return Statements(
        made={
            "sqlite": tuple(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
                for act in ("UPDATE", "DELETE")
            ),
            "postgresql": (
                f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{refusal}'; END $$",
                f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
            ),
        },
        dropped={"postgresql": (f"DROP FUNCTION {function}()",)},
    )
