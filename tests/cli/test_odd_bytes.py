"""A byte that is not UTF-8, typed after a command or set in the environment, is refused in a sentence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Run

BYTE = os.fsdecode(b"\xe9")
"""How Python holds a Latin-1 e with an acute accent that was typed where UTF-8 is expected."""
BY_HAND = ("announce", "--title", "A title", "--summary", "A summary", "--owner", "priya@example.org")

pytestmark = pytest.mark.usefixtures("key")


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ((*BY_HAND, "--title", f"Caf{BYTE}"), "--title"),
        ((*BY_HAND, "--summary", f"Caf{BYTE}"), "--summary"),
        ((*BY_HAND, "--link", f"https://example.org/{BYTE}"), "--link"),
        ((*BY_HAND, "--owner", f"caf{BYTE}@example.org"), "--owner"),
        ((*BY_HAND, "--channel", BYTE), "--channel"),
        (("organisation", "--team", BYTE), "--team"),
        (("deliveries", "--again", BYTE), "--again"),
        (("views", BYTE), "name"),
        (("backup", f"{BYTE}.db"), "file"),
    ],
)
def test_what_is_typed_is_refused_by_name(run: Run, typed: tuple[str, ...], named: str) -> None:
    done = run(*typed)
    assert done.code == 2
    assert f"argument {named}: This has bytes that are not text in UTF-8." in done.err


def test_a_feed_may_be_in_a_file_of_any_name(run: Run, tmp_path: Path) -> None:
    done = run("announce", "--feed", str(tmp_path / f"caf{BYTE}.xml"), "--owner", "priya@example.org")
    assert done.code == 2
    assert "UTF-8" not in done.err


def test_a_setting_is_refused_by_name(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DELIVERABLE_ADMINS", f"caf{BYTE}@example.org")
    assert run("organisation").sentence == "DELIVERABLE_ADMINS is not text in UTF-8."
