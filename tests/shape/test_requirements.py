"""The locked requirements are complete, and name nothing of the machine that locked them."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.shape.tree import ROOT, files, name, text

LOCKS = sorted(ROOT.glob("requirements*.txt"))
ADDRESS = re.compile(r"\w+://|index-url|find-links|trusted-host|registry", re.IGNORECASE)
PIN = re.compile(r"^([\w.-]+)==(\S+)(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
WANTED = re.compile(r"^([\w.-]+)", re.MULTILINE)


def _plain(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


def _pins(lock: Path) -> list[tuple[str, str, str]]:
    return [(_plain(match[1]), match[2], match[3]) for match in PIN.finditer(text(lock))]


@pytest.mark.parametrize("lock", LOCKS, ids=name)
def test_every_package_is_pinned_with_its_hashes(lock: Path) -> None:
    pins = _pins(lock)
    assert pins
    assert [package for package, _, rest in pins if "--hash=sha256:" not in rest] == []


@pytest.mark.parametrize("lock", LOCKS, ids=name)
def test_all_that_is_wanted_is_locked(lock: Path) -> None:
    lines = [line for line in text(lock.with_suffix(".in")).splitlines() if line[:1].isalnum()]
    wanted = {_plain(match[0]) for line in lines if (match := WANTED.match(line))}
    assert wanted <= {package for package, _, _ in _pins(lock)}


def test_the_locks_agree() -> None:
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        for package, version, _ in _pins(lock):
            versions.setdefault(package, set()).add(version)
    several = {package for package, found in versions.items() if len(found) > 1}
    # One lock may have a version for each Python.
    one_lock = {package for lock in LOCKS for package in several if versions[package] <= _versions(lock, package)}
    assert several - one_lock == set()


def _versions(lock: Path, package: str) -> set[str]:
    return {version for name, version, _ in _pins(lock) if name == package}


def test_what_a_build_reads_is_requirements_alone() -> None:
    dynamic = tomllib.loads(text(ROOT / "pyproject.toml"))["tool"]["setuptools"]["dynamic"]
    read = [dynamic["dependencies"], *dynamic["optional-dependencies"].values()]
    lines = [line for each in read for file in each["file"] for line in text(ROOT / file).splitlines()]
    wanted = [line for line in lines if line and not line.startswith("#")]
    assert [str(Requirement(line)) for line in wanted]  # an option such as `-c` is no requirement, and stops a build


def test_no_file_that_pins_names_a_registry() -> None:
    pinning = [
        path
        for path in files()
        if path.name.startswith("requirements") or path.name.endswith((".lock", "package-lock.json", ".npmrc"))
    ]
    assert pinning
    assert [name(path) for path in pinning if ADDRESS.search(text(path))] == []


def test_no_file_names_a_path_of_the_machine() -> None:
    personal = re.compile(rf"{re.escape(str(ROOT))}/|{re.escape(str(Path.home()))}/\.?\w|/(?:home|Users)/\w+/")
    naming = [name(path) for path in files() if not name(path).startswith("deploy/") and personal.search(text(path))]
    assert naming == []
