"""What operators type about the end-months file and legal holds, and what a start refuses."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from bot.cli.keys import add_months
from storage.end_months import EndMonths, read, write
from tests.cli.conftest import Run
from tests.cli.register import rows

PERMIT = ("announce", "--title", "Permit", "--summary", "One.", "--owner", "priya.nair@example.org")


@pytest.fixture
def path(key: str) -> Path:
    """The end-months file that is set."""
    return Path(os.environ["DELIVERABLE_END_KEYS"])


class TestMonths:
    def test_they_are_made_for_five_years_and_only_their_owner_reads_them(self, run: Run, folder: Path) -> None:
        done = run("keys", "months", "elsewhere")
        assert done.code == 0
        assert done.out.startswith("Made the end-months file elsewhere. It has the months from ")
        assert len(read(folder / "elsewhere").months) == 60
        assert (folder / "elsewhere").stat().st_mode & 0o777 == 0o600

    def test_added_again_they_touch_no_line(self, folder: Path) -> None:
        add_months(folder / "it", date(2026, 11, 23))
        before = read(folder / "it")
        assert add_months(folder / "it", date(2026, 11, 30)).startswith("0 months added")
        assert (
            add_months(folder / "it", date(2027, 1, 5))
            == f"2 months added: {folder / 'it'} has the months up to 2031-12. Copy it again, and prove the copy."
        )
        assert read(folder / "it").agrees(before)

    def test_a_bad_file_is_refused_and_left(self, run: Run, folder: Path) -> None:
        (folder / "it").write_text("2026-11:half")
        assert "is cut off" in run("keys", "months", "it").sentence
        assert (folder / "it").read_text() == "2026-11:half"

    def test_without_a_path_it_says_what_to_set(self, run: Run) -> None:
        assert "DELIVERABLE_END_KEYS" in run("keys", "months").sentence


class TestAStart:
    @pytest.mark.parametrize("command", [("serve",), PERMIT, ("keys", "rewrap")])
    def test_without_the_setting_it_is_refused(
        self, run: Run, key: str, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
    ) -> None:
        monkeypatch.delenv("DELIVERABLE_END_KEYS")
        assert run(*command).sentence.startswith("There is no end-months file. Make one with")

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [(None, "There is no end-months file"), ("", "is empty"), ("2026-11:ha", "is cut off"), ("\xff\0", "cut off")],
    )
    def test_with_a_bad_file_it_is_refused(self, run: Run, path: Path, text: str | None, sentence: str) -> None:
        path.unlink()
        if text is not None:
            path.write_text(text)
        assert sentence in run("serve").sentence

    def test_with_a_foreign_file_it_is_refused(self, run: Run, path: Path) -> None:
        assert run(*PERMIT).code == 0
        ours = path.read_text()
        write(path, EndMonths.new(date(2026, 11, 1), 60))
        for command in (("serve",), PERMIT):
            assert "is that of another deployment" in run(*command).sentence
        path.write_text(ours)
        assert run("deliveries").code == 0

    def test_that_does_not_reach_far_enough_nothing_is_announced(self, run: Run, path: Path) -> None:
        short = read(path)
        for each in short.months[12:]:
            short = short.without(each)
        write(path, short)
        assert "has no line for" in run(*PERMIT).sentence
        assert rows("policies", "id") == []


class TestACopy:
    def test_a_good_one_is_noted_and_nothing_secret_is_printed(self, run: Run, path: Path, folder: Path) -> None:
        shutil.copy(path, folder / "copy")
        done = run("keys", "prove", "copy")
        assert done.code == 0
        assert done.out.startswith("copy is a good copy: it has every month up to ")
        assert not [each for each in path.read_text().split() if ":" in each and each.partition(":")[2] in done.out]
        assert rows("end_months_file", "proved_on") != [(None,)]

    def test_any_other_is_refused_in_a_sentence(self, run: Run, path: Path, folder: Path) -> None:
        ours, copy = read(path), folder / "copy"
        assert "That is the end-months file itself" in run("keys", "prove", str(path)).sentence
        os.link(path, folder / "link")
        assert "That is the end-months file itself" in run("keys", "prove", "link").sentence
        assert "There is no end-months file" in run("keys", "prove", "copy").sentence
        write(copy, ours.without(ours.months[3]))
        assert f"copy lacks {ours.months[3]}. Copy the file again." in run("keys", "prove", "copy").sentence
        write(copy, EndMonths.new(date(2026, 11, 1), 60))
        assert "of another deployment" in run("keys", "prove", "copy").sentence
        text, month = path.read_text(), ours.months[3]
        line = next(each for each in text.splitlines() if each.startswith(month))
        copy.write_text(text.replace(line, f"{month}:{'A' * 43}"))
        assert "differs from the end-months file" in run("keys", "prove", "copy").sentence

    def test_one_from_before_an_end_is_good_and_must_go(self, run: Run, path: Path, folder: Path) -> None:
        shutil.copy(path, folder / "copy")
        ours = read(path)
        write(path, ours.without(ours.months[0]))
        done = run("keys", "prove", "copy")
        assert f"It still has {ours.months[0]}, whose line has been removed. Destroy this copy" in done.out


class TestDoctor:
    def test_it_says_what_is_to_be_done_until_it_is(self, run: Run, path: Path, folder: Path) -> None:
        assert run("migrate").code == 0
        said = run("doctor").out
        assert "Good: The end-months file has the months up to " in said
        assert "Fix: No copy of the end-months file was proved." in said
        assert "Fix: Nobody has said for how many days backups of the end-months file are kept." in said
        shutil.copy(path, folder / "copy")
        assert run("keys", "prove", "copy").code == 0
        assert run("organisation", "--end-keys-kept-days", "14").code == 0
        said = run("doctor").out
        assert "end-months" not in "".join(each for each in said.splitlines() if each.startswith("Fix"))
        write(path, EndMonths.from_text(path.read_text()).without("2099-12"))
        short = read(path)
        for each in short.months[12:]:
            short = short.without(each)
        write(path, short)
        assert "is needed: python -m bot keys months" in run("doctor").out


class TestHold:
    def test_it_is_set_and_lifted(self, run: Run, key: str) -> None:
        assert run(*PERMIT).code == 0
        ((policy,),) = rows("policies", "id")
        done = run("hold", str(policy), "--reason", "A request for information came.")
        assert done.out == "Permit is on legal hold. Its texts are kept.\n"
        ((sealed,),) = rows("policies", "held_reason")
        assert b"request" not in bytes(sealed)  # type: ignore[call-overload]
        assert "request" not in "".join(str(changes) for (changes,) in rows("audit", "changes"))
        assert 'held_reason: "" -> "A request for information came."' in run("audit", "list").out
        assert run("hold", str(policy), "--lift").out.startswith("Permit is not on hold. It is closed for good after ")
        assert rows("policies", "held_reason") == [(None,)]
        acts = [act for (act,) in rows("audit", "act")]
        assert acts[-2:] == ["hold", "lift-hold"]

    def test_what_cannot_be_is_refused_in_a_sentence(self, run: Run, key: str) -> None:
        assert "There is no policy with this id" in run("hold", str(uuid4()), "--lift").sentence
        assert "is not the id of a policy" in run("hold", "permit", "--lift").sentence
        assert "Give a reason" in run("hold", str(uuid4()), "--reason", " ").sentence
