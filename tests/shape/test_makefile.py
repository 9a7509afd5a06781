"""The Makefile's Python versions are the project's, and its quick loop names tests that exist."""

import os
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.shape.tree import ROOT, text
from tests.versions import VERSIONS

PROJECT = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]


def make(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run make there, without the environment of a make that runs the tests."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ("make", *words), cwd=folder, env=environment, capture_output=True, text=True, timeout=50, check=False
    )


def test_every_place_names_the_same_pythons() -> None:
    named = [each.removeprefix("Programming Language :: Python :: ") for each in PROJECT["classifiers"]]
    assert tuple(each for each in named if re.fullmatch(r"3\.\d+", each)) == VERSIONS
    first, last = (int(each.partition(".")[2]) for each in (VERSIONS[0], VERSIONS[-1]))
    assert PROJECT["requires-python"] == f">=3.{first},<3.{last + 1}"
    makefile = text(ROOT / "Makefile")
    assert f"(3, {first}) <= sys.version_info[:2] <= (3, {last})" in makefile
    assert f",python3 {' '.join(f'python{each}' for each in reversed(VERSIONS))})" in makefile


def test_where_no_python_will_do_one_sentence_says_so(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.txt").touch()
    done = make(tmp_path, "PYTHON=/nowhere/python3", "demo")
    first, *rest = done.stderr.splitlines()
    assert done.returncode == 2
    assert first.startswith(
        f"No Python from {VERSIONS[0]} to {VERSIONS[-1]} with its venv module was found at /nowhere/"
    )
    assert len(re.findall(r"\.( |$)", first)) == 1
    assert all(line.startswith("make: ") for line in rest)
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize("target", ["quick", "versions"])
def test_the_quick_loop_names_tests_that_exist(target: str) -> None:
    line = make(ROOT, "--dry-run", "--always-make", target).stdout.splitlines()[-1]
    paths = [word for word in shlex.split(line) if word.startswith("tests/")]
    assert len(paths) > 5
    assert [path for path in paths if not (ROOT / path).exists()] == []
