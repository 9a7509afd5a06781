"""A records export: a draft, a reviewer's pass, and the CSV and HTML file; and an account that is forgotten."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bot.admin.records import HEADER
from tests.cli.conftest import Run
from tests.cli.register import rows

ROW = ("Permit", "2026-11", "Not deliverable as announced", "Timetable", "Too <soon> for Jo.", "", "", "1", "", "")


def draft(file: Path, *marks: str) -> None:
    """A draft as a reviewer saved it, with these marks in its rows."""
    with file.open("w", newline="", encoding="utf-8-sig") as made:
        csv.writer(made).writerows([("Leave out", *HEADER), *((mark, *ROW) for mark in marks)])


@pytest.mark.usefixtures("key")
def test_a_draft_is_written_once_and_noted_in_the_log(run: Run) -> None:
    given = ("export", "draft", "draft.csv", "--first", "2026-01", "--last", "2026-12")
    done = run(*given)
    assert (done.code, done.out.split(" in ")[0]) == (0, "0 rows")
    assert Path("draft.csv").read_text("utf-8-sig").startswith('"Leave out","Policy"')
    assert Path("draft.csv").stat().st_mode & 0o077 == 0
    assert "draft.csv is there already" in run(*given).sentence
    assert [act for (act,) in rows("audit", "act")] == ["export"]
    assert (
        "The first month is after"
        in run("export", "draft", "x.csv", "--first", "2026-02", "--last", "2026-01").sentence
    )


def test_the_final_files_have_what_the_reviewer_left(run: Run) -> None:
    draft(Path("draft.csv"), "", "x", " X ")
    done = run("export", "final", "draft.csv", "--reviewer", "Records team", "--to", "out")
    assert done.out == "1 row in out.csv and out.html.\n"
    page, table = Path("out.html").read_text("utf-8"), Path("out.csv").read_text("utf-8-sig")
    assert page.count("<tr>") == 2
    assert "Too &lt;soon&gt; for Jo." in page
    assert "Reviewed by Records team" in page
    assert table.count("Too <soon> for Jo.") == 1
    assert "Reviewed by Records team" in table


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Policy,Why\r\n", "is not a draft"),
        (b"\xff\xfe\x00", "cannot be read as CSV in UTF-8"),
        (None, "cannot be read as CSV in UTF-8"),
    ],
)
def test_what_is_no_draft_is_refused(run: Run, content: bytes | None, said: str) -> None:
    if content is not None:
        Path("draft.csv").write_bytes(content)
    assert said in run("export", "final", "draft.csv", "--reviewer", "Me", "--to", "out").sentence
    assert not Path("out.csv").exists()


def test_a_mark_that_means_nothing_is_named_by_its_row(run: Run) -> None:
    draft(Path("draft.csv"), "", "no")
    assert "Row 3 of draft.csv" in run("export", "final", "draft.csv", "--reviewer", "Me", "--to", "out").sentence


@pytest.mark.usefixtures("key")
def test_an_account_that_is_not_there_cannot_be_forgotten(run: Run) -> None:
    assert run("people").code == 0
    assert run("people", "--forget", "slack/T1/nobody").sentence.startswith("There is no such account.")


@pytest.mark.usefixtures("key")
def test_officers_are_given_and_taken(run: Run) -> None:
    assert run("officers").out.splitlines() == ["Records officers: nobody.", "Auditors: nobody."]
    assert "a@example.org, not seen yet" in run("officers", "--give", "records", "A@example.org").out
    assert run("officers", "--take", "records", "a@example.org").out.startswith("Records officers: nobody.")
    assert "has not that role" in run("officers", "--take", "auditor", "a@example.org").sentence
    assert "Write the role" in run("officers", "--give", "owner", "a@example.org").sentence
    assert "Enter e-mail addresses" in run("officers", "--give", "auditor", "Sam").sentence
    assert [act for (act,) in rows("audit", "act")] == ["officers", "officers"]
