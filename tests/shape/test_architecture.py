"""docs/architecture.md names every package, and nothing that is not there."""

import re
import tomllib
from collections.abc import Iterator

import pytest

from tests.shape.tree import PACKAGES, ROOT, files, name, text

PAGE = text(ROOT / "docs" / "architecture.md")
ROW = re.compile(r"^\| `((?:bot|adapters|storage)/(?:\w+/)*)` \| .+ \| .+ \|$", re.MULTILINE)
PATH = re.compile(r"`((?:bot|adapters|storage|tests|docs|deploy)/[\w/.-]*)(?:: ([\w, ]+))?`")
EVERYDAY_CHANGES = 20


def _sections(page: str) -> str:
    """The tables of packages: what stands between their first heading and the table of changes."""
    return page.partition("## Packages of bot")[2].partition("## I want to change")[0]


def _packages() -> set[str]:
    folders = {name(path).removesuffix("__init__.py") for path in files() if path.name == "__init__.py"}
    return {each for each in folders if each.startswith(PACKAGES)} - {"bot/", "adapters/"}


def _wrong(page: str) -> Iterator[str]:
    """What the page gets wrong: packages that it leaves out or makes up, paths and names that are not there."""
    listed = ROW.findall(_sections(page))
    yield from sorted({each for each in listed if listed.count(each) > 1})
    yield from sorted(_packages() ^ set(listed))
    for path, names in PATH.findall(page):
        target = ROOT / path
        if not target.exists():
            yield path
            continue
        for each in names.split(", ") if names else ():
            if not re.search(rf"\b{re.escape(each)}\b", text(target)):
                yield f"{path}: {each}"


def test_packages_paths_and_names_are_there() -> None:
    assert list(_wrong(PAGE)) == []


@pytest.mark.parametrize(
    ("right", "wrong", "seen"),
    [
        ("| `bot/outbox/` | ", "| `bot/outboxes/` | ", {"bot/outbox/", "bot/outboxes/"}),
        ("| `adapters/feeds/` | ", "| ", {"adapters/feeds/"}),
        ("themes.py: THEMES`", "themes.py: THEMATA`", {"bot/interface/themes.py: THEMATA"}),
        ("`bot/flags/flags.py: MOST_A_PERSON`", "`bot/flags/most.py`", {"bot/flags/most.py"}),
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
