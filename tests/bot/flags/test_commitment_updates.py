"""What is said about a commitment after it was made: done, a new day, or that it will not happen."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest

from bot.interface import intents
from bot.interface.intents import Intent
from bot.screens import refusals as says
from tests.bot.conftest import Office, Row, buttons, email_of, said

pytestmark = pytest.mark.rules

SAYS: dict[str, Callable[[UUID], Intent]] = {
    "done": intents.SayDone,
    "new-day": intents.SetNewDay,
    "will-not-happen": intents.SayWillNotHappen,
}
TYPED = {"text": " Forty *councils* share\none permit. ", "by_date": "2027-01-29"}
REFUSED = {
    "no how": ("done", {"text": ""}, "text", says.NO_HOW_DONE),
    "no reason": ("will-not-happen", {"text": " \n"}, "text", says.NO_WHY_NOT),
    "no reason for a new day": ("new-day", {"text": ""}, "text", says.NO_WHY_LATER),
    "3,001 characters": ("done", {"text": "x" * 3001}, "text", says.too_long("How", 3000, 3001)),
    "no day": ("new-day", {"by_date": ""}, "by_date", says.NO_DATE_AHEAD),
    "today": ("new-day", {"by_date": "2026-11-24"}, "by_date", says.NO_DATE_AHEAD),
    "the same day": ("new-day", {"by_date": "2026-12-18"}, "by_date", says.SAME_DAY),
    "a day in 2099": ("new-day", {"by_date": "2099-01-04"}, "by_date", says.no_later_than(date(2027, 6, 18))),
}


@pytest.fixture
async def promised(office: Office, policy: UUID) -> UUID:
    """A commitment of Priya's for Friday 18 December, to Asha, confidential, and to Ben, named; Tuesday the 24th."""
    asha = await office.file(policy, "asha", "Contracts end after April.")
    for person in ("cai", "eve"):
        await office.file(policy, person, "It needs a law.")  # or Asha's would wait for more people
    ben = await office.file(policy, "ben", "Nobody can test this.", promise="named")
    await office.until(24, 12)
    await office.answer((asha, ben), text="Forty councils go first.", by_date="2026-12-18")
    await office.until(24, 13)
    (row,) = office.rows("commitments")
    return UUID(str(row["id"]))


def the_commitment(office: Office) -> Row:
    (row,) = office.rows("commitments")
    return row


async def test_what_is_refused_comes_back_as_it_was_typed_and_leaves_nothing(office: Office, promised: UUID) -> None:
    before = office.everything()
    for case, (kind, changed, field, sentence) in REFUSED.items():
        typed = {**TYPED, **changed}
        form = await office.form(SAYS[kind](promised), "priya")
        assert "Forty councils go first." in said(form), case
        again = await office.send(form, "priya", **typed)
        assert (again.title, again.intent, dict(again.problems)) == (form.title, form.intent, {field: sentence}), case
        kept = {each.name: getattr(each, "value", "") for each in again.questions}
        assert kept == {name: typed[name] for name in kept}, case
        assert office.everything() == before, case


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("kind", "state", "beside"),
    [
        ("done", "done", "Done, on Tuesday 24 November 2026."),
        ("will-not-happen", "will-not-happen", "Will not happen."),
        ("new-day", "promised", "New day: Friday 29 January 2027. First promised for Friday 18 December 2026."),
    ],
)
async def test_everyone_reads_it_under_the_card_and_beside_the_flag(
    office: Office, policy: UUID, promised: UUID, kind: str, state: str, beside: str
) -> None:
    sent = await office.fill(SAYS[kind](promised), "priya", **TYPED)
    assert sent.title == "Sent"
    row = the_commitment(office)
    assert (row["state"], row["ended_on"]) == (state, None if kind == "new-day" else date(2026, 11, 24))
    assert row["first_by"] == date(2026, 12, 18)
    assert (row["by_date"], row["ask_on"]) == (
        (date(2027, 1, 29), date(2027, 1, 27)) if kind == "new-day" else (date(2026, 12, 18), date(2026, 12, 16))
    )
    await office.worker.tick()
    (posted,) = [each.card for each in office.posted() if TYPED["text"] in said(each.card)]
    assert "Priya Owneray" in posted.fallback
    assert "Forty councils go first." in said(posted)
    for screen in (
        await office.form(intents.SeePromises(policy), "dina"),
        await office.form(intents.MyFlags(), "asha"),
        await office.form(intents.MyFlags(), "ben"),
    ):
        assert beside in said(screen)
        assert TYPED["text"] in said(screen)


async def test_only_the_named_author_gets_a_message(office: Office, promised: UUID) -> None:
    await office.fill(intents.SayDone(promised), "priya", **TYPED)
    await office.until(25, 12)
    assert sum("It was promised to you" in each for each in office.sent_to("ben")) == 1
    assert not any("promise" in each for each in office.sent_to("asha"))


async def test_only_who_may_answer_says_anything_of_it(office: Office, policy: UUID, promised: UUID) -> None:
    form = await office.form(intents.SayDone(promised), "priya")
    before = office.everything()
    for person in ("asha", "dina", "ada", "sal"):
        for refused in (await office.form(intents.SayDone(promised), person), await office.send(form, person, **TYPED)):
            assert refused.title == "Not possible", person
        shown = await office.form(intents.SeePromises(policy), person)
        assert "Forty councils go first." in said(shown)
        assert buttons(shown, "Done") == [], person
    assert office.everything() == before
    assert buttons(await office.form(intents.SeePromises(policy), "omar"), "Done") == [intents.SayDone(promised)]


async def test_a_new_owner_has_the_buttons_and_the_former_one_has_not(
    office: Office, policy: UUID, promised: UUID
) -> None:
    await office.fill(intents.NameOwner(policy), "priya", owner=email_of("dina"))
    assert buttons(await office.form(intents.SeePromises(policy), "priya"), "Done") == []
    form = await office.form(intents.SayDone(promised), "dina")
    assert "Priya Owneray said that this would change by Friday 18 December 2026." in said(form)
    await office.send(form, "dina", **TYPED)
    assert the_commitment(office)["state"] == "done"


async def test_a_form_sent_twice_says_it_once(office: Office, promised: UUID) -> None:
    form = await office.form(intents.SayDone(promised), "priya")
    assert await office.send(form, "priya", **TYPED) == await office.send(form, "priya", **TYPED)
    assert len(office.rows("commitment_updates")) == 1


async def test_nothing_is_said_of_what_has_ended(office: Office, policy: UUID, promised: UUID) -> None:
    late = await office.form(intents.SayWillNotHappen(promised), "omar")
    await office.fill(intents.SayDone(promised), "priya", **TYPED)
    assert late.title == "Will not happen"
    again = await office.send(late, "omar", **TYPED)
    assert dict(again.problems) == {} or "" in again.problems
    assert the_commitment(office)["state"] == "done"
    assert len(office.rows("commitment_updates")) == 1
    shown = await office.form(intents.SayWillNotHappen(promised), "omar")
    assert shown.intent is None
    assert "Done, on Tuesday 24 November 2026." in said(shown)


@pytest.mark.both_databases
async def test_an_owner_has_all_that_is_promised_on_their_policies_by_day(
    office: Office, policy: UUID, promised: UUID
) -> None:
    other = await office.announce("Same-day address change")
    flag = await office.file(other, "asha", promise="named")
    await office.until(25, 12)
    await office.answer((flag,), text="Night support is funded.", by_date="2026-12-11")
    assert buttons(await office.form(intents.MyPolicies(), "priya"), "See promises") == [intents.MyPromises()]
    shown = said(await office.form(intents.MyPromises(), "priya"))
    assert shown.index("1. By Friday 11 December 2026") < shown.index("2. By Friday 18 December 2026")
    assert shown.index("On Same-day address change.") < shown.index("Forty councils go first.")
    await office.fill(intents.SayDone(promised), "priya", **TYPED)
    assert "Forty councils go first." not in said(await office.form(intents.MyPromises(), "priya"))
    for person in ("omar", "asha"):
        assert "Nothing is promised on your policies" in said(await office.form(intents.MyPromises(), person))
