"""Only storage speaks SQL, even where no import shows it."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import storage
from tests.shape.tree import ROOT, name

SQL = ("sqlmodel", "sqlalchemy")
# Rules pass the session to storage's queries, and may get one row by its id. Anything else would be a statement.
ASKING = {"connection", "exec", "execute", "query", "scalar", "scalars"}


def offences(source: str) -> Iterator[str]:
    """Each use of SQL in a module outside storage, in a few words."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "storage":
            module = importlib.import_module(str(node.module))
            yield from (
                f"line {node.lineno}: {alias.name} is SQL, borrowed through {node.module}"
                for alias in node.names
                if alias.name != "Session" and _is_sql(getattr(module, alias.name, None))
            )
        elif isinstance(node, ast.Attribute) and _asks(node):
            yield f"line {node.lineno}: session.{node.attr}"


def _is_sql(thing: object) -> bool:
    home = thing.__name__ if isinstance(thing, type(ast)) else getattr(thing, "__module__", "")
    return str(home).partition(".")[0] in SQL


def _asks(node: ast.Attribute) -> bool:
    value = node.value
    owner = value.attr if isinstance(value, ast.Attribute) else value.id if isinstance(value, ast.Name) else ""
    return owner.lstrip("_") == "session" and node.attr in ASKING


def _sources() -> list[Path]:
    return sorted((ROOT / "bot").rglob("*.py"))  # adapters have no session: they may not import storage


def test_no_rule_speaks_sql() -> None:
    assert [(name(path), each) for path in _sources() for each in offences(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    "planted",
    [
        "from storage.flags import select",
        "from storage.flags import select as choose",
        "def rule(session): return session.exec(statement)",
        "def rule(session): return session.query(Flag)",
        "def rule(self): return self._session.execute(statement)",
    ],
)
def test_a_rule_that_speaks_sql_is_seen(planted: str) -> None:
    assert len(list(offences(planted))) == 1


def test_storage_does_not_pass_select_on() -> None:
    assert not hasattr(storage, "select")
