"""Other Pythons are found, and only those that work."""

from pathlib import Path

import pytest

from tests import versions


def python(path: Path, version: str) -> str:
    """A program that passes as a Python of this version only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\ncase "$2" in *"!= \'{version}\'"*) exit 0;; esac\nexit 1\n', encoding="utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def pyenv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of pyenv's versions; there are no others."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    return tmp_path / "pyenv" / "versions"


def test_one_on_the_path_comes_first(pyenv: Path, tmp_path: Path) -> None:
    python(pyenv / "3.13.0" / "bin" / "python3.13", "3.13")
    assert versions.find("3.13") == str(pyenv / "3.13.0" / "bin" / "python3.13")
    on_path = python(tmp_path / "bin" / "python3.13", "3.13")
    assert versions.find("3.13") == on_path


def test_a_name_that_does_not_start_that_version_is_passed_over(pyenv: Path, tmp_path: Path) -> None:
    python(tmp_path / "bin" / "python3.13", "none at all")
    assert versions.find("3.13") is None
    newest = python(pyenv / "3.13.9" / "bin" / "python3.13", "3.13")
    python(pyenv / "3.13.1" / "bin" / "python3.13", "3.13")
    assert versions.find("3.13") == newest


def test_a_missing_version_is_reported_and_fails_nothing(pyenv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert versions.main([]) == 0
    others = [each for each in versions.VERSIONS if each != versions.OWN]
    said = [f"Python {each} is not here: these tests were not run on it." for each in others]
    assert capsys.readouterr().out.splitlines() == said
    assert not pyenv.exists()


def test_a_failure_on_one_version_fails_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "run", lambda version, arguments: version != "3.12")
    monkeypatch.setattr(versions, "OWN", "3.11")
    assert versions.main([]) == 1
    monkeypatch.setattr(versions, "OWN", "3.12")
    assert versions.main([]) == 0
