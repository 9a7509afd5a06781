"""One name means one thing: no two public classes share a name, unless a reason is listed here."""

import ast
from collections import defaultdict
from collections.abc import Iterable

import pytest

from tests.shape.tree import PACKAGES, ROOT

SHARED: dict[str, str] = {}
"""Names that two public classes may share, each with the reason."""


def public_classes(sources: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The files of each public class, by its name; a source is (path, text)."""
    found = defaultdict(list)
    for path, text in sources:
        for node in ast.parse(text).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(path)
    return found


def shared(classes: dict[str, list[str]]) -> dict[str, list[str]]:
    """The names of several classes, and their files."""
    return {name: paths for name, paths in classes.items() if len(paths) > 1}


def tree() -> list[tuple[str, str]]:
    """Every source file of the program."""
    paths = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return [(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in paths]


def test_no_two_public_classes_share_a_name() -> None:
    found = shared(public_classes(tree()))
    assert {name: paths for name, paths in found.items() if name not in SHARED} == {}
    assert set(SHARED) <= set(found), "a reason for a name that is not shared any more"


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [
        ("class Line: ...", "class Line: ...", {"Line"}),
        ("class Line: ...", "class Step: ...", set()),
        ("class _Line: ...", "class _Line: ...", set()),
    ],
)
def test_a_planted_duplicate_is_found(first: str, second: str, names: set[str]) -> None:
    assert set(shared(public_classes([("one.py", first), ("two.py", second)]))) == names
