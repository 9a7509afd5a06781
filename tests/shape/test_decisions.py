"""What the decision records name exists."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.shape.tree import ROOT, files, name, text

RECORDS = [path for path in files() if re.fullmatch(r"docs/decisions/\d{4}-.+\.md", name(path))]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
CODE = re.compile(r"`([^`\n]+)`")
TESTS = "\n".join(text(path) for path in files() if name(path).startswith("tests/") and path.suffix == ".py")


def absent(page: str) -> list[str]:
    """The files, tests and contracts that a page names and the project does not have."""
    return [
        *(code for code in CODE.findall(page) if _is_path(code) and not (ROOT / code).exists()),
        *(code for code in CODE.findall(page) if re.fullmatch(r"test_\w+", code) and f"def {code}(" not in TESTS),
        *(each for each in re.findall(r"contract `([^`]+)`", page) if each not in {one["id"] for one in CONTRACTS}),
    ]


def _is_path(code: str) -> bool:
    return re.fullmatch(r"(bot|adapters|storage|tests|docs|deploy)/[\w/.-]*", code) is not None


def requirements() -> set[str]:
    """Every package that the project asks for by name."""
    lines = [line for path in ROOT.glob("requirements*.in") for line in text(path).splitlines()]
    return {match[0].lower() for line in lines if (match := re.match(r"[A-Za-z][\w.-]*", line))}


@pytest.mark.parametrize("record", RECORDS, ids=name)
def test_what_a_record_names_exists(record: Path) -> None:
    page = text(record)
    gone = ("adapters/teams", "adapters/slack")  # named before they exist
    assert [each for each in absent(page) if each.rstrip("/") not in gone] == []


@pytest.mark.parametrize("record", RECORDS, ids=name)
def test_a_record_names_a_check(record: Path) -> None:
    said = text(record).rpartition("## How it is checked")[2]
    assert re.search(r"`test_\w+`|`tests/[\w/]+\.py`|contract `", said)


@pytest.mark.parametrize(
    "planted",
    ["`tests/shape/test_nothing.py`", "`test_that_was_never_written`", "contract `moon`", "`bot/nowhere.py`"],
)
def test_a_planted_unknown_name_is_found(planted: str) -> None:
    assert len(absent(f"It is {planted}.")) == 1


def test_the_list_of_records_is_complete() -> None:
    listed = set(re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", text(ROOT / "docs/decisions/README.md")))
    assert listed == {path.name for path in RECORDS}


def test_the_page_of_dependencies_is_that_of_the_requirements() -> None:
    page = text(ROOT / "docs/decisions/0009-dependencies.md")
    assert set(re.findall(r"^\| `([\w.-]+)` \|", page, flags=re.MULTILINE)) == requirements()


def locked(lock: str) -> set[str]:
    """The packages that a lock pins."""
    return {
        re.sub(r"[-_.]+", "-", each).lower() for each in re.findall(r"^([\w.-]+)==", text(ROOT / lock), re.MULTILINE)
    }


def test_the_page_of_dependencies_counts_what_is_locked() -> None:
    page = " ".join(text(ROOT / "docs/decisions/0009-dependencies.md").split())
    program = locked("requirements.txt")
    more = locked("requirements-dev.txt") - program
    assert f"{len(program)} packages are locked to run the program, and {len(more)} more to test and check it" in page
