"""The end-months file: what it says, what is refused, and that a crash leaves the old file or the new one."""

import copy
import os
import pickle
import threading
import traceback
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from storage import end_months
from storage.authors_key import AuthorsKey
from storage.encryption import CannotOpen
from storage.end_months import BadEndMonths, EndMonths, EndMonthsFile, last_day, month_after, month_of, read, write
from storage.keys import KeyRing, MonthGone, Term, new_master_key
from storage.text_key import TextKey
from tests.rings import MONTHS, ring_of

FIRST = date(2026, 11, 23)
POLICY = Term(uuid4(), "2027-03", 1, date(2027, 4, 15))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with a year of months."""
    write(tmp_path / "end-months", EndMonths.new(FIRST, 12))
    return tmp_path / "end-months"


class TestWhatItSays:
    def test_it_comes_back_the_same_and_only_its_owner_reads_it(self, path: Path) -> None:
        found = read(path)
        assert found.months[0] == "2026-11"
        assert found.months[-1] == "2027-10"
        assert EndMonths.from_text(found.to_text()).agrees(found)
        assert path.stat().st_mode & 0o777 == 0o600

    def test_months_are_added_and_none_is_touched(self, path: Path) -> None:
        before = read(path)
        after = before.with_months(date(2027, 5, 31), 12)
        assert after.months == (*before.months, *(month_after(date(2027, 11, 1), n) for n in range(6)))
        assert before.agrees(after)
        assert after.fingerprint == before.fingerprint

    def test_a_month_that_is_over_is_not_made_again(self, path: Path) -> None:
        assert "2026-11" not in read(path).without("2026-11").with_months(date(2026, 12, 1), 3).months

    def test_no_two_files_are_alike(self) -> None:
        one, other = EndMonths.new(FIRST, 2), EndMonths.new(FIRST, 2)
        assert not one.agrees(other)
        assert one.line("2026-11") != other.line("2026-11")

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            (lambda text: "", "is empty"),
            (lambda text: "# only a comment\n", "is empty"),
            (lambda text: text[: len(text) // 2], "is cut off"),
            (lambda text: text.replace("\nend\n", "\n"), "is cut off"),
            (lambda text: "\n".join(row for row in text.split("\n") if not row.startswith("id")), "has no line `id`"),
            (lambda text: text.replace("2026-12:", "2026-13:"), "is no month"),
            (lambda text: text.replace("2026-12:", "2026-11:"), "is there twice"),
            (lambda text: text.replace("2026-12:", "2026-12:xx"), "is no month"),
            (lambda text: text.replace("2026-12:", "2026-12 "), "is no month"),
        ],
    )
    def test_anything_else_is_refused_in_a_sentence_without_a_secret(
        self, path: Path, change: Callable[[str], str], sentence: str
    ) -> None:
        text = path.read_text()
        path.write_text(change(text))
        with pytest.raises(BadEndMonths, match=sentence) as raised:
            read(path)
        shown = "".join(traceback.format_exception(raised.value))
        assert not [row for row in text.splitlines() if ":" in row and row.split(":")[1][:10] in shown]

    def test_what_an_editor_leaves_is_read(self, path: Path) -> None:
        path.write_text(path.read_text().replace("\n", "\r\n") + "\n# looked at by the operator\n\n")
        assert len(read(path).months) == 12

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(BadEndMonths, match="There is no end-months file"):
            EndMonthsFile(tmp_path / "nowhere")

    def test_nothing_is_shown_or_copied(self, path: Path) -> None:
        found = read(path)
        assert "2026-11" not in repr(found)
        for spread in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="cannot be pickled"):
                spread(found)

    def test_days_and_months(self) -> None:
        assert (month_of(date(2026, 12, 31)), month_after(date(2026, 12, 31), 1)) == ("2026-12", "2027-01")
        assert (last_day("2028-02"), last_day("2026-12")) == (date(2028, 2, 29), date(2026, 12, 31))


class TestTheFile:
    def test_it_is_read_again_when_it_has_changed(self, path: Path) -> None:
        file = EndMonthsFile(path)
        before = file.current()
        assert file.current() is before
        EndMonthsFile(path).remove("2026-11")
        assert file.current().line("2026-11") is None
        file.remove("2026-11")  # a second time, by another process, changes nothing
        assert len(read(path).months) == 11

    @pytest.mark.parametrize("text", ["", "2026-12:half", None])
    def test_while_it_cannot_be_read_what_it_said_stands_and_the_problem_is_told(
        self, path: Path, text: str | None
    ) -> None:
        file, before = EndMonthsFile(path), path.read_text()
        path.unlink()
        if text is not None:
            path.write_text(text)
        assert len(file.current().months) == 12
        assert "end-months file" in file.problem
        path.write_text(before)
        assert len(file.current().months) == 12
        assert file.problem == ""

    def test_that_of_another_deployment_is_not_taken(self, path: Path) -> None:
        file = EndMonthsFile(path)
        write(path, EndMonths.new(FIRST, 3))
        assert len(file.current().months) == 12
        assert "another deployment" in file.problem

    def test_one_that_cannot_be_written_is_said_so(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        file = EndMonthsFile(path)
        assert file.is_writable()

        def refused(*given: object, **more: object) -> None:
            raise PermissionError

        monkeypatch.setattr("tempfile.mkstemp", refused)
        with pytest.raises(BadEndMonths, match="cannot be written"):
            file.remove("2026-11")
        assert len(read(path).months) == 12

    @pytest.mark.parametrize("step", ["fsync", "replace", "folder"])
    def test_killed_at_any_step_it_is_the_old_file_or_the_new_one(
        self, path: Path, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        class Killed(BaseException):
            pass

        def die(*given: object) -> None:
            raise Killed

        with monkeypatch.context() as patched:
            if step == "fsync":
                patched.setattr("os.fsync", die)
            elif step == "replace":
                patched.setattr(Path, "replace", die)
            else:
                patched.setattr(end_months, "_sync", die)
            with pytest.raises(Killed):
                EndMonthsFile(path).remove("2026-11")
        assert len(read(path).months) == (11 if step == "folder" else 12)
        EndMonthsFile(path).remove("2026-11")
        assert read(path).months[0] == "2026-12"
        assert [each.name for each in path.parent.iterdir()] == [path.name]

    def test_two_that_write_at_once_lose_nothing(self, path: Path) -> None:
        months = read(path).months
        removers = [threading.Thread(target=EndMonthsFile(path).remove, args=(each,)) for each in months[:6]]
        for each in removers:
            each.start()
        for each in removers:
            each.join()
        assert read(path).months == months[6:]


class TestKeysUnderAMonth:
    def test_with_the_line_gone_nothing_opens_and_with_a_backup_of_the_file_it_does(self, path: Path) -> None:
        master = new_master_key("k1")
        file = EndMonthsFile(path)
        ring = KeyRing.from_text(master, file)
        for kind in (TextKey, AuthorsKey):
            _, wrapped = ring.new_key(kind, POLICY)
            backup = path.read_text()
            ring.unwrap(kind, POLICY, wrapped)
            file.remove("2027-03")
            with pytest.raises(MonthGone, match="2027-03"):
                ring.unwrap(kind, POLICY, wrapped)
            with pytest.raises(MonthGone):
                KeyRing.from_text(master, read(path)).unwrap(kind, POLICY, wrapped)
            KeyRing.from_text(master, EndMonths.from_text(backup)).unwrap(kind, POLICY, wrapped)
            path.write_text(backup)
            os.utime(path)

    def test_another_line_for_the_month_does_not_open_it(self) -> None:
        master = new_master_key("k1")
        _, wrapped = ring_of(master).new_key(TextKey, POLICY)
        with pytest.raises(CannotOpen):
            KeyRing.from_text(master, EndMonths.new(FIRST, 12)).unwrap(TextKey, POLICY, wrapped)

    @pytest.mark.parametrize(
        "changed", [{"month": "2027-04"}, {"generation": 2}, {"day": date(2027, 4, 16)}, {"day": None}]
    )
    def test_the_term_is_bound(self, changed: dict[str, object]) -> None:
        ring = ring_of(new_master_key("k1"))
        _, wrapped = ring.new_key(AuthorsKey, POLICY)
        with pytest.raises(CannotOpen):
            ring.unwrap(AuthorsKey, POLICY._replace(**changed), wrapped)  # type: ignore[arg-type]

    def test_a_new_key_until_a_month_without_a_line_is_refused(self) -> None:
        ring = KeyRing.from_text(new_master_key("k1"), EndMonths.new(FIRST, 2))
        with pytest.raises(MonthGone):
            ring.new_key(TextKey, POLICY)

    def test_keys_that_have_ended_do_not_keep_a_process_from_starting(self) -> None:
        master = new_master_key("k1")
        _, wrapped = ring_of(master).new_key(TextKey, POLICY)
        KeyRing.from_text(master, MONTHS.without("2027-03")).must_open(TextKey, [(POLICY, wrapped)])
