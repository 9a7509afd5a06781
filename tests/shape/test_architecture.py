"""docs/architecture.md lists every package, and names only what exists, as does the life of a message."""

import re
import tomllib
from collections.abc import Iterator

import pytest

from tests.shape.tree import PACKAGES, ROOT, files, name, text

PAGE = text(ROOT / "docs" / "architecture.md")
LIFE = text(ROOT / "docs" / "life-of-a-message.md")
ROW = re.compile(r"^\| `((?:bot|adapters|storage)/(?:\w+/)*)` \| .+ \| .+ \|$", re.MULTILINE)
PATH = re.compile(r"`((?:bot|adapters|storage|tests|docs|deploy)/[\w/.-]*)(?:: ([\w, ]+))?`")
STEP = re.compile(r"^\| `([\w/]+\.py)` \| (.+) \|$", re.MULTILINE)
EVERYDAY_CHANGES = 20


def _sections(page: str) -> str:
    """The tables of packages: from their first heading to the table of changes."""
    return page.partition("## Packages of bot")[2].partition("## I want to change")[0]


def _packages() -> set[str]:
    folders = {name(path).removesuffix("__init__.py") for path in files() if path.name == "__init__.py"}
    return {each for each in folders if each.startswith(PACKAGES)} - {"bot/", "adapters/"}


def _wrong(page: str) -> Iterator[str]:
    """The errors of the page: packages that it omits or invents, and paths and names that do not exist."""
    listed = ROW.findall(_sections(page))
    yield from sorted({each for each in listed if listed.count(each) > 1})
    yield from sorted(_packages() ^ set(listed))
    yield from _not_there(page)


def _not_there(page: str) -> Iterator[str]:
    """The paths on a page that do not exist, and names after a path that its file does not define."""
    for path, names in PATH.findall(page):
        if not (ROOT / path).exists():
            yield path
        else:
            yield from _not_in(path, names.split(", ") if names else [])


def _not_in(path: str, names: list[str]) -> Iterator[str]:
    yield from (f"{path}: {each}" for each in names if not re.search(rf"\b{each}\b", text(ROOT / path)))


def _wrong_steps(page: str) -> Iterator[str]:
    """The errors of a page of steps, whose rows have a file and then names from it."""
    yield from _not_there(page)
    for path, said in STEP.findall(page):
        yield from _not_in(path, re.findall(r"`(\w+)`", said))


def test_packages_paths_and_names_are_there() -> None:
    assert list(_wrong(PAGE)) == []


@pytest.mark.parametrize(
    ("right", "wrong", "seen"),
    [
        ("| `bot/outbox/` | ", "| `bot/outboxes/` | ", {"bot/outbox/", "bot/outboxes/"}),
        ("| `adapters/feeds/` | ", "| ", {"adapters/feeds/"}),
        ("themes.py: THEMES`", "themes.py: THEMATA`", {"bot/interface/themes.py: THEMATA"}),
        ("`storage/authors_key.py: FLAGS_A_PERSON`", "`storage/most.py`", {"storage/most.py"}),
    ],
)
def test_a_planted_error_is_seen(right: str, wrong: str, seen: set[str]) -> None:
    assert right in PAGE
    assert set(_wrong(PAGE.replace(right, wrong))) - set(_wrong(PAGE)) == seen


def test_packages_of_bot_stand_in_the_order_of_the_contract() -> None:
    contracts = tomllib.loads(text(ROOT / "pyproject.toml"))["tool"]["importlinter"]["contracts"]
    (layers,) = (each["layers"] for each in contracts if each["id"] == "bot-packages")
    order = [one for layer in layers for one in re.findall(r"\w+", layer) if (ROOT / "bot" / one).is_dir()]
    listed = [each.split("/")[1] for each in ROW.findall(_sections(PAGE)) if re.fullmatch(r"bot/\w+/", each)]
    assert listed == order


def test_there_is_a_table_of_everyday_changes() -> None:
    table = PAGE.partition("## I want to change…")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= EVERYDAY_CHANGES
    assert [row for row in rows if "`" not in row] == []


def test_the_life_of_a_message_names_functions_that_exist() -> None:
    assert len(re.findall(r"`_?[a-z]\w+`", " ".join(said for _, said in STEP.findall(LIFE)))) >= 40
    assert list(_wrong_steps(LIFE)) == []


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/glossary.md"])
def test_other_pages_name_modules_that_exist(page: str) -> None:
    assert list(_not_there(text(ROOT / page))) == []


def test_a_planted_unknown_function_is_found() -> None:
    planted = LIFE.replace("`settle_all` checks", "`settle_each` checks")
    assert list(_wrong_steps(planted)) == ["bot/outbox/outcomes.py: settle_each"]
