"""Git ignores what the README's commands leave in the clone, so tests that list the project do not see it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.shape.tree import ROOT

LEFT_BEHIND = (
    ".env",
    ".hypothesis/unicode_data/15.0.0/charmap.json.gz",
    ".pytest_cache/README.md",
    ".venv-3.14/pyvenv.cfg",
    ".venv/pyvenv.cfg",
    "build/lib/bot/__main__.py",
    "deliverable-2026-11-30.db",
    "deliverable-at-1.db",
    "deliverable-demo/clock.json",
    "deliverable-demo/deliverable.db",
    "deliverable-demo/key",
    "deliverable-teams.zip",
    "deliverable.db",
    "deliverable.db-wal",
    "deliverable.dump",
    "deliverable.egg-info/PKG-INFO",
    "dist/deliverable-0.1.0.tar.gz",
    "flags-2026-11-30.csv",
)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty repository that ignores the same, in which nothing is a link, as `.venv` may be here."""
    folder = tmp_path_factory.mktemp("clone")
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    shutil.copy(ROOT / ".gitignore", folder)
    return folder


@pytest.mark.parametrize("path", LEFT_BEHIND)
def test_what_a_run_leaves_behind_is_ignored(clone: Path, path: str) -> None:
    done = subprocess.run(["git", "check-ignore", "--quiet", "--no-index", path], cwd=clone, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize("path", ["bot/demo/key.py", "docs/images/flags.csv", "deploy/deliverable.service"])
def test_a_file_of_the_project_is_not_ignored(path: str) -> None:
    done = subprocess.run(["git", "check-ignore", "--quiet", "--no-index", path], cwd=ROOT, check=False)
    assert done.returncode == 1
