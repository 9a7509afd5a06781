"""An answer: by whom, to what, what it needs, what it does to a flag, and who hears of it."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

import pytest

from bot.calendar.dates import long_date
from bot.interface import intents
from bot.interface.parts import Button, ChoiceQuestion, DateQuestion
from bot.policies import answer_deadlines
from bot.screens import refusals as says
from tests.bot.conftest import Office, buttons, said, world

pytestmark = pytest.mark.rules

TYPED = {"kind": "change", "text": " We start with\r\nforty *councils*. ", "by_date": "2027-03-31"}
REFUSED = {
    "no kind": ({"kind": ""}, "kind", says.NO_ANSWER),
    "an unknown kind": ({"kind": "maybe"}, "kind", says.NO_ANSWER),
    "no change": ({"text": ""}, "text", "Enter what will change"),
    "a blank change": ({"text": " \n"}, "text", "Enter what will change"),
    "no how": ({"kind": "handled", "text": ""}, "text", "Enter how it is handled"),
    "no reason": ({"kind": "cannot", "text": ""}, "text", "Enter why it cannot change"),
    "no question": ({"kind": "more", "text": ""}, "text", "Enter your question"),
    "3,001 characters": ({"text": "x" * 3001}, "text", "Your answer must be 3,000 characters or fewer. You have 3,001"),
    "no day": ({"by_date": ""}, "by_date", says.NO_DATE_AHEAD),
    "a day that is none": ({"by_date": "2027-02-30"}, "by_date", says.NO_DATE),
    "today": ({"by_date": "2026-11-24"}, "by_date", says.NO_DATE_AHEAD),
    "a day in 2099": ({"by_date": "2099-01-04"}, "by_date", "Enter a date no later than Wednesday 24 November 2027"),
    "an acknowledgement without a day": ({"kind": "acknowledged", "by_date": ""}, "by_date", says.NO_DATE_AHEAD),
}


@world
async def flags(office: Office, policy: UUID) -> list[UUID]:
    """Three confidential flags, by Asha, Ben and Cai, told in the digest of Tuesday the 24th; it is noon."""
    texts = ("Contracts end after April.", "Nobody can test this.", "It needs a law.")
    made = [await office.file(policy, person, text) for person, text in zip(("asha", "ben", "cai"), texts, strict=True)]
    await office.until(24, 12)
    return made


def status(office: Office, flag: UUID) -> tuple[str, date | None]:
    """How far a flag has come, and the day its answer is due."""
    row = office.row("flags", flag)
    return str(row["standing"]), row["answer_by"]


async def test_a_refused_answer_comes_back_as_it_was_typed_and_leaves_nothing(
    office: Office, flags: list[UUID]
) -> None:
    before = office.everything()
    form = await office.form(intents.AnswerFlags(tuple(flags[:2])), "priya")
    for case, (changed, field, sentence) in REFUSED.items():
        typed = {**TYPED, **changed}
        again = await office.send(form, "priya", **typed)
        assert (again.title, again.intent, again.nonce) == (form.title, form.intent, form.nonce), case
        assert dict(again.problems) == {field: sentence}, case
        kept = {each.name: getattr(each, "value", "") for each in again.questions}
        assert (kept["text"], kept["by_date"]) == (typed["text"], typed["by_date"]), case
        assert office.everything() == before, case


@pytest.mark.parametrize(
    ("kind", "by_date", "expected", "due"),
    [
        ("change", "2027-03-31", "answered", None),
        ("handled", "", "answered", None),
        ("cannot", "", "answered", None),
        # Ten working days to reply, and then the ten that were left: to Tuesday 8 December, to Tuesday the 22nd.
        ("more", "", "asked", date(2026, 12, 22)),
        ("acknowledged", "2026-12-04", "acknowledged", date(2026, 12, 4)),
    ],
)
async def test_each_kind_brings_the_flags_to_where_it_says(
    office: Office, flags: list[UUID], kind: str, by_date: str, expected: str, due: date | None
) -> None:
    assert status(office, flags[0]) == ("waiting", date(2026, 12, 8))
    await office.answer(tuple(flags[:2]), kind=kind, by_date=by_date, text="Said in one sentence.")
    assert status(office, flags[0]) == status(office, flags[1]) == (expected, due)
    assert status(office, flags[2]) == ("waiting", date(2026, 12, 8))


async def test_three_thousand_characters_are_taken(office: Office, flags: list[UUID]) -> None:
    await office.answer((flags[0],), text="é" * 3000)
    assert "é" * 3000 in said(await office.form(intents.SeeFlag(flags[0]), "dina"))


async def test_who_may_not_answer_is_told_who_may(office: Office, policy: UUID, flags: list[UUID]) -> None:
    form = await office.form(intents.AnswerFlags((flags[0],)), "priya")
    before = office.everything()
    for person in ("asha", "dina", "ada", "sal"):
        for refused in (
            await office.form(intents.AnswerFlags((flags[0],)), person),
            await office.send(form, person, **TYPED),
            await office.form(intents.AnswerPolicy(policy), person),
        ):
            assert refused.title == "Not possible", person
            assert "Only the policy owner, the delegate, or the senior owner once told, can answer." in said(refused)
            assert "This policy's owner is Priya Owneray" in said(refused)
        assert "Answer this flag" not in said(await office.form(intents.SeeFlag(flags[0]), person))
    assert office.everything() == before


@pytest.mark.both_databases
async def test_the_senior_owner_answers_once_told(office: Office, policy: UUID, flags: list[UUID]) -> None:
    assert (await office.form(intents.AnswerFlags((flags[0],)), "sal")).title == "Not possible"
    office.update("policies", policy, senior_told_on=date(2026, 11, 24))
    await office.answer((flags[0],), "sal")
    (row,) = office.rows("answers")
    assert row["role"] == "senior"
    assert "Sal Seniorman (senior owner)" in said(await office.form(intents.SeeFlag(flags[0]), "dina"))


async def test_the_delegate_answers_and_the_owner_is_told_in_the_digest(office: Office, flags: list[UUID]) -> None:
    await office.answer((flags[0],), "omar")
    (row,) = office.rows("answers")
    assert row["role"] == "delegate"
    await office.until(25, 12)
    assert "Omar Delegato also answered" in said(office.digests_to()[-1])
    await office.until(27, 23)
    assert sum("also answered" in said(each) for each in office.digests_to()) == 1


async def test_a_former_owner_may_not_answer(office: Office, policy: UUID, flags: list[UUID]) -> None:
    form = await office.form(intents.AnswerFlags((flags[0],)), "priya")
    await office.fill(intents.NameOwner(policy), "priya", owner="dina.7741@example.org")
    assert "This policy's owner is Dina Oxenhopper" in said(await office.send(form, "priya", **TYPED))
    assert office.rows("answers") == []


@pytest.mark.both_databases
async def test_a_form_sent_twice_is_one_answer(office: Office, flags: list[UUID]) -> None:
    form = await office.form(intents.AnswerFlags(tuple(flags)), "priya")
    sent = await asyncio.gather(*(office.send(form, "priya", **TYPED) for _ in range(3)))
    assert sent[0] == sent[1] == sent[2] == await office.send(form, "priya", **TYPED)
    assert "Answer sent to 3 flags." in said(sent[0])
    await office.worker.tick()
    assert len(office.rows("answers")) == 1
    assert len(office.rows("answered_flags")) == 3
    assert sum("Priya Owneray answered 3 flags" in each.card.fallback for each in office.posted()) == 1


async def test_flags_of_two_policies_are_not_answered_together(office: Office, flags: list[UUID]) -> None:
    other = await office.announce("Another policy")
    elsewhere = await office.file(other, "asha", promise="named")
    before = office.everything()
    assert (await office.form(intents.AnswerFlags((flags[0], elsewhere)), "priya")).title == "Not possible"
    assert (await office.form(intents.AnswerFlags(()), "priya")).title == "Not possible"
    assert office.everything() == before


async def test_what_needs_no_answer_takes_none(office: Office, policy: UUID) -> None:
    fine = await office.file(policy, "asha", verdict="as-announced", promise="named")
    form = await office.form(intents.AnswerFlags((fine,)), "priya")
    before = office.everything()
    assert (await office.send(form, "priya", **TYPED)).title != "Answer sent"
    assert office.everything() == before
    assert (await office.form(intents.AnswerPolicy(policy), "priya")).title == "Not possible"


async def test_the_decision_is_at_most_twenty_working_days_away(office: Office, flags: list[UUID]) -> None:
    form = await office.form(intents.AnswerFlags((flags[0],)), "priya")
    day = next(each for each in form.questions if isinstance(each, DateQuestion))
    last, after = last_day_to_decide(office)
    assert f"by {long_date(last)} at the latest" in day.hint
    refused = await office.send(form, "priya", kind="acknowledged", by_date=after.isoformat(), text="")
    assert refused.problems == {"by_date": f"Enter a date no later than {long_date(last)}"}
    sent = await office.send(form, "priya", kind="acknowledged", by_date=last.isoformat(), text="")
    assert "Answer sent to 1 flag." in said(sent)
    assert status(office, flags[0]) == ("acknowledged", last)


async def test_a_change_may_be_further_away(office: Office, flags: list[UUID]) -> None:
    _, after = last_day_to_decide(office)
    await office.answer((flags[0],), kind="change", by_date=after.isoformat())
    assert status(office, flags[0])[0] == "answered"


def last_day_to_decide(office: Office) -> tuple[date, date]:
    """The last day for a decision, and the day after."""
    last = office.change(answer_deadlines.put_off_until)
    return last, last + timedelta(days=1)


async def test_acknowledged_is_once_a_flag(office: Office, flags: list[UUID]) -> None:
    late = await office.form(intents.AnswerFlags(tuple(flags[:2])), "priya")
    await office.answer((flags[0],), kind="acknowledged", by_date="2026-12-04", text="")
    again = await office.form(intents.AnswerFlags((flags[0],)), "priya")
    offered = next(each for each in again.questions if isinstance(each, ChoiceQuestion))
    assert "acknowledged" not in {each.value for each in offered.options}
    before = office.everything()
    for form in (again, late):
        refused = await office.send(form, "priya", kind="acknowledged", by_date="2026-12-07", text="More time.")
        assert refused.problems == {"kind": says.ACKNOWLEDGED_ALREADY}
        assert "More time." in said(refused)
    assert office.everything() == before
    await office.answer((flags[0],))
    assert status(office, flags[0])[0] == "answered"


async def test_acknowledge_all_takes_what_waits_of_a_digest(office: Office, policy: UUID, flags: list[UUID]) -> None:
    digest = UUID(str(office.rows("digests")[0]["id"]))
    await office.answer((flags[0],))
    await office.file(policy, "dina", "Named since.", promise="named")
    form = await office.form(intents.AcknowledgeAll(digest), "priya")
    before = office.everything()
    refused = await office.send(form, "priya", by_date="2026-11-24")
    assert refused.problems == {"by_date": says.NO_DATE_AHEAD}
    assert (await office.form(intents.AcknowledgeAll(digest), "omar")).title == "Not possible"
    assert office.everything() == before

    done = await office.send(form, "priya", by_date="2026-12-04")
    assert "You acknowledged 2 flags." in said(done)
    assert status(office, flags[0])[0] == "answered"
    assert status(office, flags[1]) == status(office, flags[2]) == ("acknowledged", date(2026, 12, 4))
    waiting = [each for each in office.rows("flags") if each["standing"] == "waiting"]
    assert len(waiting) == 1
    before = office.everything()
    assert await office.send(form, "priya", by_date="2026-12-04") == done
    assert office.everything() == before
    assert says.NOTHING_WAITS in said(await office.form(intents.AcknowledgeAll(digest), "priya"))
    numbers = "4 flags ask for an answer: 1 answered, 2 read but not decided, 1 waiting."
    assert numbers in said(await office.form(intents.SeeFlags(policy), "dina"))


async def test_acknowledge_all_says_what_the_digest_does_not_show(
    office: Office, policy: UUID, flags: list[UUID]
) -> None:
    for person in ("asha", "ben"):
        await office.file(policy, person, f"More by {person}.", promise="named")
    await office.until(25, 12)
    newest = await office.open(intents.NewestDigest(), "priya")
    assert "2 flags need your answer by" in said(newest)
    (everything,) = buttons(newest, "Acknowledge all")
    form = said(await office.form(everything, "priya"))
    assert "You will acknowledge 5 flags on Single parking permit." in form
    assert "3 of them are not in your digest. Read them first: 3 flags on Single parking permit." in form
    assert "Everyone on this policy sees that you will decide on 5 flags by this date, in your name." in form


async def test_a_question_stops_the_clock_and_a_reply_starts_it_where_it_stood(
    office: Office, flags: list[UUID]
) -> None:
    await office.until(26, 12)
    answer = await office.answer((flags[0],), kind="more", text="Which councils?", by_date="")
    # Eight working days were left; ten are given to reply: Thursday 10 December, and eight more.
    assert status(office, flags[0]) == ("asked", date(2026, 12, 22))
    reply_by = "Reply by Thursday 10 December 2026. If you do not, the flag stays open."
    assert reply_by in said(await office.form(intents.MyFlags(), "asha"))
    await office.fill(intents.ReplyToQuestion(answer, flags[0]), "asha", text="All of Kent.")
    assert status(office, flags[0])[0] == "asked"
    await office.until(1, 12, month=12)
    assert status(office, flags[0]) == ("waiting", date(2026, 12, 11))
    assert "All of Kent." in said(office.digests_to()[-1])


async def test_no_reply_and_the_question_comes_back_to_the_owner(office: Office, flags: list[UUID]) -> None:
    for each in flags[1:]:
        await office.answer((each,))
    await office.answer((flags[0],), kind="more", text="Which councils?", by_date="")
    sent = len(office.digests_to())
    await office.until(18, 12, month=12)
    assert len(office.digests_to()) == sent
    assert "Reply by" not in said(await office.form(intents.MyFlags(), "asha"))
    await office.until(22, 12, month=12)
    assert len(office.digests_to()) > sent
    assert "Contracts end after April." in said(office.digests_to()[-1])


async def test_everyone_hears_under_the_card_and_only_a_named_author_in_person(
    office: Office, policy: UUID, flags: list[UUID]
) -> None:
    named = await office.file(policy, "dina", "By Dina, named.", promise="named")
    await office.answer((flags[0], named), text="We start with forty councils.")
    await office.worker.tick()
    notices = [each for each in office.posted() if each.under is not None]
    assert len(notices) == 1
    assert "We start with forty councils." in said(notices[0].card)
    (message,) = office.sent_to("dina")
    assert "We start with forty councils." in message
    assert "By Dina, named." in message
    for person in ("asha", "ben", "cai"):
        assert office.sent_to(person) == []
    assert "4 flags ask for an answer: 2 answered, 2 waiting." in await office.card_text()


async def test_one_answer_to_several_flags_is_one_message_to_their_named_author(office: Office, policy: UUID) -> None:
    texts = ("Contracts end after April.", "Nobody can test this.", "It needs a law.")
    flags = [await office.file(policy, "asha", text, promise="named") for text in texts]
    other = await office.file(policy, "ben", "By Ben, named.", promise="named")
    await office.until(24, 12)
    answer = await office.answer((flags[0], other, flags[2]), text="We start with forty councils.")
    await office.worker.tick()
    (message,) = office.sent_to("asha")
    assert "answered your 2 flags on Single parking permit" in message
    assert message.count("We start with forty councils.") == 1
    assert [text in message for text in texts] == [True, False, True]
    assert "By Ben" not in message
    (card,) = (each.card for place, each, _ in office.chat.kept if "your 2 flags" in said(each.card))
    settle = [each.intent for each in card.parts if isinstance(each, Button) and each.label == "Settled"]
    assert settle == [intents.Settle(answer, flags[0]), intents.Settle(answer, flags[2])]
    assert len(office.sent_to("ben")) == 1
