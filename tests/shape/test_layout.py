"""The project lies where the design says, under names that say what they hold, and is installed whole."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.shape.tree import PACKAGES, files, name

TOP = re.compile(
    r"(bot|adapters|storage|tests|deploy|docs|\.ci)/.+"
    r"|(README|CHANGELOG|CONTRIBUTING|SECURITY)\.md|LICENSE|Makefile|MANIFEST\.in|pyproject\.toml"
    r"|requirements[\w-]*\.(in|txt)|\.(gitignore|editorconfig|pre-commit-config\.yaml)"
)
SAYS_NOTHING = re.compile(r"manager|helper|utils?\b|common|base\b|misc")


def test_nothing_else_lies_at_the_top() -> None:
    assert [name(path) for path in files() if not TOP.fullmatch(name(path))] == []


def test_names_say_what_is_inside() -> None:
    python = [name(path) for path in files() if path.suffix == ".py"]
    assert [path for path in python if SAYS_NOTHING.search(path.removesuffix(".py"))] == []


def test_all_files_of_the_packages_are_installed(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for path in files():
        if name(path).split("/")[0] in {*PACKAGES, "pyproject.toml", "requirements.in", "README.md"}:
            (source / name(path)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, source / name(path))
    build = "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"
    subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)], cwd=source, check=True, capture_output=True, timeout=50
    )
    (wheel,) = tmp_path.glob("deliverable-*.whl")
    wanted = {name(path) for path in files() if name(path).startswith(PACKAGES) and path.suffix != ".md"}
    with zipfile.ZipFile(wheel) as packed:
        inside = {entry for entry in packed.namelist() if entry.startswith(PACKAGES)}
    assert inside == wanted
