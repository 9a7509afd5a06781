"""Commitments: what an answer promises, and what everyone reads of it until it has ended."""

from datetime import date
from uuid import UUID

import pytest

from bot.interface import intents
from tests.bot.conftest import Office, said

pytestmark = pytest.mark.rules


@pytest.fixture
async def flags(office: Office, policy: UUID) -> tuple[UUID, ...]:
    """Three confidential flags, by Asha, Ben and Cai, told in the digest of Tuesday the 24th; it is noon."""
    texts = ("Contracts end after April.", "Nobody can test this.", "It needs a law.")
    made = [await office.file(policy, person, text) for person, text in zip(("asha", "ben", "cai"), texts, strict=True)]
    await office.until(24, 12)
    return tuple(office.shown(each) for each in made)


def states(office: Office) -> list[str]:
    """The states of all commitments, in no order but that of the letters."""
    return sorted(str(each["state"]) for each in office.rows("commitments"))


@pytest.mark.both_databases
async def test_one_answer_to_three_flags_is_one_commitment(office: Office, flags: tuple[UUID, ...]) -> None:
    answer = await office.answer(flags, by_date="2026-12-18")
    (row,) = office.rows("commitments")
    assert (row["answer_id"], row["state"]) == (answer, "promised")
    assert (row["by_date"], row["first_by"]) == (date(2026, 12, 18), date(2026, 12, 18))
    assert row["ask_on"] == date(2026, 12, 16)
    assert row["ended_on"] is None


@pytest.mark.parametrize("kind", ["handled", "cannot", "more", "acknowledged"])
async def test_no_other_answer_promises_anything(office: Office, flags: tuple[UUID, ...], kind: str) -> None:
    await office.answer(flags[:1], kind=kind, by_date="2026-12-04" if kind == "acknowledged" else "")
    assert office.rows("commitments") == []


async def test_what_is_promised_for_tomorrow_is_asked_about_at_once(office: Office, flags: tuple[UUID, ...]) -> None:
    await office.answer(flags[:1], by_date="2026-11-25")
    (row,) = office.rows("commitments")
    assert row["ask_on"] == date(2026, 11, 24)


async def test_a_day_off_is_taken_as_it_is_and_asked_about_on_working_days(
    office: Office, flags: tuple[UUID, ...]
) -> None:
    typed = {"kind": "change", "text": "After the holidays.", "by_date": "2026-12-28"}
    sent = await office.fill(intents.AnswerFlags(flags[:1]), "priya", **typed)
    asked = "is no working day. You are asked about it from Wednesday 23 December 2026 on."
    assert f"Monday 28 December 2026 {asked}" in said(sent)
    (row,) = office.rows("commitments")
    assert (row["by_date"], row["ask_on"]) == (date(2026, 12, 28), date(2026, 12, 23))


@pytest.mark.parametrize(("kind", "ends"), [("handled", True), ("cannot", True), ("change", True), ("more", False)])
async def test_it_is_replaced_once_each_of_its_flags_has_a_later_answer(
    office: Office, flags: tuple[UUID, ...], kind: str, ends: bool
) -> None:
    await office.answer(flags, by_date="2026-12-18")
    await office.until(24, 13)
    later = {"kind": kind, "by_date": "2027-03-31" if kind == "change" else ""}
    await office.answer(flags[:2], **later)
    assert "replaced" not in states(office)
    await office.until(24, 14)
    await office.answer(flags[2:], **later)
    assert ("replaced" in states(office)) is ends
    assert ("Replaced by a later answer" in said(await office.form(intents.SeeFlag(flags[0]), "dina"))) is ends


async def test_the_flag_that_has_a_later_answer_says_so_while_the_others_wait(
    office: Office, flags: tuple[UUID, ...]
) -> None:
    await office.answer(flags, by_date="2026-12-18")
    await office.until(24, 13)
    await office.answer(flags[:1], kind="cannot", by_date="")
    replaced = "Replaced by a later answer on Tuesday 24 November 2026."
    assert replaced in said(await office.form(intents.SeeFlag(flags[0]), "dina"))
    assert replaced not in said(await office.form(intents.SeeFlag(flags[1]), "dina"))


@pytest.mark.both_databases
async def test_who_wrote_the_flag_reads_what_became_of_it(office: Office, flags: tuple[UUID, ...]) -> None:
    await office.answer(flags, by_date="2026-12-18")
    for each in office.rows("commitments"):
        office.update("commitments", each["id"], state="asked", asked_on=date(2026, 12, 16))
    asked = "We asked on Wednesday 16 December 2026 whether this is done."
    assert asked in said(await office.form(intents.MyFlags(), "asha"))
    assert asked in said(await office.form(intents.SeeFlag(flags[0]), "dina"))
    assert asked not in said(await office.form(intents.MyFlags(), "dina"))
