"""Files are where the design puts them, under names that say what they hold."""

import re

from tests.shape.tree import files, name

TOP = re.compile(
    r"(bot|adapters|storage|tests|deploy|docs|\.ci)/.+"
    r"|(README|CHANGELOG|CONTRIBUTING|SECURITY)\.md|LICENSE|Makefile|MANIFEST\.in|pyproject\.toml"
    r"|requirements[\w-]*\.(in|txt)|\.(gitignore|editorconfig|pre-commit-config\.yaml)"
)
SAYS_NOTHING = re.compile(r"manager|helper|utils?\b|common|base\b|misc")


def test_nothing_else_is_at_the_top_level() -> None:
    assert [name(path) for path in files() if not TOP.fullmatch(name(path))] == []


def test_names_say_what_is_inside() -> None:
    python = [name(path) for path in files() if path.suffix == ".py"]
    assert [path for path in python if SAYS_NOTHING.search(path.removesuffix(".py"))] == []
