"""What an owner downloads: the flags of their own digest's policies, in a form that no spreadsheet runs."""

from __future__ import annotations

import csv
from io import StringIO
from uuid import UUID, uuid4

import pytest

from bot.digests import csv_export
from bot.interface import intents
from bot.screens import refusals as says
from bot.screens.digest.csv_file import HEADER
from tests.bot.conftest import FLAG, FULL_NAMES, Office, buttons, said

pytestmark = pytest.mark.rules

NASTY = 'He said "no",\r\n=1+1; <b>*x*</b> \u202eتقليد\u202c 👩🏽‍💻'


async def digest_of(office: Office, person: str = "priya") -> UUID:
    """The digest that a person was sent last, by the button at its end."""
    (button,) = buttons(office.digests_to(person)[-1], "Download CSV")
    assert isinstance(button, intents.DownloadCsv)
    return button.digest


async def read(office: Office, digest: UUID, person: str = "priya") -> list[dict[str, str]]:
    """The rows of a person's download."""
    found = await office.dispatcher.download(intents.DownloadCsv(digest), office.actor(person, channel=""))
    assert found is not None
    text = found.content.decode("utf-8-sig")
    assert found.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(text, newline="")))


async def test_everything_typed_comes_out_as_it_was_typed(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", NASTY, promise="named", evidence="https://www.example.org/a?b=c&d")
    await office.until(24, 12)
    flag = UUID(str(office.rows("flags")[0]["id"]))
    await office.fill(intents.SecondFlag(flag), "ben", sentence="So do we.")
    await office.until(25, 12)
    await office.answer((flag,), text="Forty councils, then the rest.\nIn that order.")
    (row,) = await read(office, await digest_of(office))
    assert tuple(row) == HEADER
    assert row["Policy"] == "Single parking permit"
    assert row["Is it deliverable?"] == "Not deliverable as announced"
    assert row["What it is mainly about"] == "Timetable"
    assert row["Why"] == NASTY.replace("\n=", "\n'=")
    assert row["What would make it deliverable"] == FLAG["remedy"]
    assert row["Link to evidence"] == "https://www.example.org/a?b=c&d"
    assert row["Shown on"] == "2026-11-23"
    assert row["Status"] == "Answered"
    assert row["Answers"] == (
        "We will change it by 2027-03-31. Priya Owneray, 2026-11-25. Forty councils, then the rest.\nIn that order."
    )


async def test_what_was_added_and_replied_is_there_once_it_is_shown(office: Office, policy: UUID) -> None:
    for person in ("asha", "ben", "cai"):
        await office.file(policy, person, f"{person}: {FLAG['because']}")
    await office.until(24, 12)
    flag = next(UUID(str(each["id"])) for each in office.rows("flags"))
    for person in ("dina", "eve", "finn"):
        await office.fill(intents.SecondFlag(flag), person, anything=f"Seen by the one called {person[0]}.")
    digest = await digest_of(office)
    assert {row["People who say this"] for row in await read(office, digest)} == {"1"}
    await office.until(25, 12)
    rows = {row["People who say this"]: row for row in await read(office, digest)}
    assert set(rows) == {"1", "4"}
    assert sorted(rows["4"]["Added by others"].splitlines()) == [f"Seen by the one called {c}." for c in "def"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝"])
async def test_no_cell_is_a_formula(office: Office, start: str) -> None:
    policy = await office.announce(f"{start}HYPERLINK(1)" if start.strip() else "Plain", closes_on="2027-02-26")
    typed = f'{start}cmd|" /C calc"!A0'
    await office.file(policy, "asha", typed, remedy=typed, promise="named")
    await office.until(24, 12)
    (row,) = await read(office, await digest_of(office))
    assert (row["Why"], row["What would make it deliverable"]) == (f"'{typed}", f"'{typed}")
    assert not [cell for cell in row.values() if cell.startswith(start)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
async def test_no_cell_is_a_formula_whatever_separates_them(office: Office, policy: UUID, delimiter: str) -> None:
    starts = ("=", "+", "-", "@", "＝")
    texts = [f'No;{each}cmd()\tx\t{each}cmd() |{each}a; {each}b;"{each}c\n{each}d' for each in starts]
    texts += [f' {each}cmd()"";{each}cmd()' for each in starts]
    for person, text in zip(FULL_NAMES, texts, strict=False):
        await office.file(policy, person, text, promise="named")
    await office.until(24, 12)
    found = await office.dispatcher.download(intents.DownloadCsv(await digest_of(office)), office.actor("priya"))
    assert found is not None
    content = found.content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(content.splitlines(), delimiter=delimiter) for cell in row]
    bare = [cell for line in content.splitlines() for cell in line.split(delimiter)]
    assert not [cell for cell in (*cells, *bare) if cell.lstrip('" ').startswith(starts)]
    assert content.count("cmd()") == 2 * len(texts)


async def test_a_name_stands_there_only_for_whom_it_was_promised_to(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", "Named.", promise="named")
    for person in ("ben", "cai", "dina"):
        await office.file(policy, person, f"Not named {len(person)} {person[0]}.")
    await office.until(24, 12)
    digest = await digest_of(office)
    rows = await read(office, digest)
    assert sorted(row["From"] for row in rows) == [
        "Asha Quillfeather, who chose to be named", "Confidential", "Confidential", "Confidential",
    ]  # fmt: skip
    await office.fill(intents.NameOwner(policy), "ada", owner="eve.7741@example.org")
    # The former owner still has the digest as it was sent, and sees now what everyone sees.
    rows = await read(office, digest)
    assert "Quillfeather" not in str(rows)
    assert [row["From"] for row in rows].count("someone who is named to the policy owner") == 1


async def test_only_the_reader_of_a_digest_gets_it_and_no_id_is_in_it(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", promise="named")
    await office.until(24, 12)
    digest = await digest_of(office)
    for person in ("asha", "omar", "sal", "ada"):
        asked = intents.DownloadCsv(digest)
        assert await office.dispatcher.download(asked, office.actor(person)) is None
        assert says.NOT_FOUND in said(await office.form(asked, person))
    assert await office.dispatcher.download(intents.DownloadCsv(uuid4()), office.actor("priya")) is None
    text = str(await read(office, digest))
    for table in ("flags", "policies", "people", "digests"):
        for row in office.rows(table):
            assert str(row["id"]) not in text
            assert row["id"].hex not in text


async def test_what_is_not_shown_is_not_in_the_file(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", "Shown at once.", promise="named")
    await office.until(24, 12)
    await office.file(policy, "ben", "Waits for its day.")
    assert [row["Why"] for row in await read(office, await digest_of(office))] == ["Shown at once."]


async def test_a_file_has_an_end_and_says_what_did_not_fit(
    office: Office, policy: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in ("asha", "ben", "cai"):
        await office.file(policy, person, f"By {person[0]}.", promise="named")
    await office.until(24, 12)
    monkeypatch.setattr(csv_export, "MOST_FLAGS", 2)
    rows = await read(office, await digest_of(office))
    assert [bool(row["Why"]) for row in rows] == [True, True, False]
    assert rows[-1]["Answers"] == "1 more flag on this policy did not fit into this file."


async def test_where_no_file_can_be_given_the_button_says_so(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", promise="named")
    await office.until(24, 12)
    form = await office.form(intents.DownloadCsv(await digest_of(office)), "priya")
    assert "Download CSV is not available in chat." in said(form)


async def test_the_newest_digest_is_shown_again_or_that_there_is_none(office: Office, policy: UUID) -> None:
    none = await office.open(intents.NewestDigest(), "asha")
    assert "You own no policies here. If that is wrong, ask your Deliverable admin." in said(none)
    waits = await office.open(intents.NewestDigest(), "priya")
    assert "You have been sent no digest yet. Next digest: Tuesday 24 November 2026, 9am" in said(waits)
    await office.file(policy, "asha", promise="named")
    await office.until(24, 12)
    assert await office.open(intents.NewestDigest(), "priya") == office.digests_to()[-1]
    await office.file(policy, "ben", "Another thing.", promise="named")
    await office.until(25, 12)
    assert len(office.digests_to()) == 2
    assert await office.open(intents.NewestDigest(), "priya") == office.digests_to()[-1]
