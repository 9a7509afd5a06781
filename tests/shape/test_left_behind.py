"""Git ignores what the README's commands leave in the clone, so tests that list the project do not see it."""

import subprocess

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


@pytest.mark.parametrize("path", LEFT_BEHIND)
def test_what_a_run_leaves_behind_is_ignored(path: str) -> None:
    done = subprocess.run(["git", "check-ignore", "--quiet", "--no-index", path], cwd=ROOT, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize("path", ["bot/demo/key.py", "docs/images/flags.csv", "deploy/deliverable.service"])
def test_a_file_of_the_project_is_not_ignored(path: str) -> None:
    done = subprocess.run(["git", "check-ignore", "--quiet", "--no-index", path], cwd=ROOT, check=False)
    assert done.returncode == 1
