"""The first migration is the one that the tables give."""

from pathlib import Path

import pytest

from storage.migrations import first
from storage.version import VERSIONS


def test_it_is_what_the_tables_give(tmp_path: Path) -> None:
    if not (VERSIONS / first.NAME).exists():
        pytest.fail(f"There is no first migration. Run `{first.COMMAND}`.")
    wanted = first.write(tmp_path).read_text()
    assert "sqlmodel" not in wanted, "it would change with the library"
    if (VERSIONS / first.NAME).read_text() != wanted:
        pytest.fail(f"A table has changed, or the migration was edited by hand. Run `{first.COMMAND}`.")


def test_there_is_no_other_before_0_1_0() -> None:
    assert [each.name for each in VERSIONS.glob("v*.py")] == [first.NAME], (
        f"run `{first.COMMAND}` instead of adding one"
    )


def test_a_later_one_freezes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "v0101_more.py").touch()
    monkeypatch.setattr(first, "VERSIONS", tmp_path)
    assert first.main() == 1
    assert "frozen, for v0101_more.py" in capsys.readouterr().err
    assert not (tmp_path / first.NAME).exists()
