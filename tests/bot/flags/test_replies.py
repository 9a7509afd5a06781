"""A reply: by the author alone, once an answer, shown with a batch, or at once when the flag is Named."""

import asyncio
from datetime import date
from uuid import UUID

import pytest

from bot.interface import intents
from bot.screens import refusals as says
from tests.bot.conftest import Office, buttons, said, world

pytestmark = pytest.mark.rules


@world
async def flag(office: Office, policy: UUID) -> UUID:
    """A confidential flag of Asha's, shown and told on Thursday the 26th; it is noon of that day."""
    found = await office.file(policy, "asha")
    await office.until(26, 12)
    return office.shown(found)


@world
async def answer(office: Office, flag: UUID) -> UUID:
    """Priya's answer to it: We will change it."""
    found = await office.answer((flag,))
    await office.worker.tick()
    return found


def status(office: Office, flag: UUID) -> tuple[str, date | None]:
    """How far a flag has come, and the day its answer is due."""
    row = office.row("flags", flag)
    return str(row["standing"]), row["answer_by"]


async def test_settled_is_shown_and_counts_with_the_next_batch(office: Office, flag: UUID, answer: UUID) -> None:
    mine = await office.form(intents.MyFlags(), "asha")
    (settle,) = buttons(mine, "Settled")
    done = await office.press(settle, "asha")
    assert "Others see this from the next working day." in said(done)
    assert "You said that this is settled." in said(await office.form(intents.MyFlags(), "asha"))
    assert status(office, flag) == ("answered", None)
    for person in ("ben", "priya"):
        assert "it is settled" not in said(await office.form(intents.SeeFlag(flag), person))
    sent = len(office.digests_to())
    await office.until(30, 23)
    assert status(office, flag) == ("answered", None)
    assert len(office.digests_to()) == sent
    await office.until(1, 23, month=12)
    assert status(office, flag) == ("settled", None)
    assert "it is settled" in said(await office.form(intents.SeeFlag(flag), "ben"))
    assert "Since your last digest: 1 answer settled." in said(office.digests_to()[-1])
    assert office.sent_to("asha") == []


async def test_not_settled_starts_the_clock_again_when_it_is_shown(office: Office, flag: UUID, answer: UUID) -> None:
    form = await office.form(intents.NotSettled(answer, flag), "asha")
    saved = await office.send(form, "asha", text="The suppliers\r\n are *not* ready.")
    assert "the time to answer starts again" in said(saved)
    assert status(office, flag) == ("answered", None)
    assert "suppliers" not in said(await office.form(intents.SeeFlag(flag), "priya"))
    await office.until(1, 12, month=12)
    assert status(office, flag) == ("not-settled", date(2026, 12, 15))
    assert "The suppliers\r\n are *not* ready." in said(office.digests_to()[-1])
    assert "did not settle it" in said(office.digests_to()[-1])
    assert "The suppliers\r\n are *not* ready." in said(await office.form(intents.SeeFlag(flag), "ben"))
    await office.answer((flag,), text="Then we fund the suppliers.")
    assert status(office, flag) == ("answered", None)
    assert len(buttons(await office.form(intents.MyFlags(), "asha"), "Settled")) == 1


async def test_a_named_author_replies_at_once(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "dina", "By Dina.", promise="named")
    await office.until(24, 12)
    answer = await office.answer((flag,))
    await office.fill(intents.NotSettled(answer, flag), "dina", text="The suppliers.")
    assert status(office, flag) == ("not-settled", date(2026, 12, 8))
    assert "The suppliers." in said(await office.form(intents.SeeFlag(flag), "ben"))
    await office.until(25, 12)
    assert "The suppliers." in said(office.digests_to()[-1])

    second = await office.answer((flag,))
    done = await office.press(intents.Settle(second, flag), "dina")
    assert "Others see this" not in said(done)
    assert status(office, flag) == ("settled", None)


async def test_nobody_but_the_author_replies(office: Office, flag: UUID, answer: UUID) -> None:
    form = await office.form(intents.NotSettled(answer, flag), "asha")
    before = office.everything()
    for other in ("ben", "priya", "ada", "omar"):
        for refused in (
            await office.form(intents.NotSettled(answer, flag), other),
            await office.send(form, other, text="Not mine."),
            await office.press(intents.Settle(answer, flag), other),
            await office.form(intents.ReplyToQuestion(answer, flag), other),
        ):
            assert refused.title == "Not possible", other
    assert office.everything() == before


async def test_the_author_is_known_with_either_account(office: Office, flag: UUID, answer: UUID) -> None:
    office.join("asha", into="eve")
    assert (await office.press(intents.Settle(answer, flag), "eve")).title == "Saved"


async def test_a_reply_is_given_once_an_answer(office: Office, flag: UUID, answer: UUID) -> None:
    forms = [await office.form(intents.NotSettled(answer, flag), "asha") for _ in range(2)]
    await office.send(forms[0], "asha", text="The suppliers.")
    before = office.everything()
    assert says.REPLIED_ALREADY in said(await office.send(forms[1], "asha", text="And more."))
    assert says.REPLIED_ALREADY in said(await office.form(intents.NotSettled(answer, flag), "asha"))
    assert says.REPLIED_ALREADY in said(await office.press(intents.Settle(answer, flag), "asha"))
    assert office.everything() == before
    assert buttons(await office.form(intents.MyFlags(), "asha"), "Settled") == []


@pytest.mark.both_databases
async def test_a_form_sent_twice_is_one_reply(office: Office, flag: UUID, answer: UUID) -> None:
    form = await office.form(intents.NotSettled(answer, flag), "asha")
    sent = await asyncio.gather(*(office.send(form, "asha", text="The suppliers.") for _ in range(3)))
    assert {each.title for each in sent} == {"Saved"}
    assert sent[0] == sent[1] == sent[2] == await office.send(form, "asha", text="The suppliers.")
    assert office.number_of("replies") == 1


@pytest.mark.both_databases
async def test_settled_pressed_twice_is_one_reply(office: Office, flag: UUID, answer: UUID) -> None:
    pressed = await asyncio.gather(*(office.press(intents.Settle(answer, flag), "asha") for _ in range(3)))
    assert {each.title for each in pressed} == {"Saved"}
    assert office.number_of("replies") == 1


async def test_what_is_refused_stays_in_the_form(office: Office, flag: UUID, answer: UUID) -> None:
    form = await office.form(intents.NotSettled(answer, flag), "asha")
    before = office.everything()
    for typed, sentence in (
        ("", says.NO_STILL_IN_THE_WAY),
        (" \n ", says.NO_STILL_IN_THE_WAY),
        ("x" * 3001, "Your reply must be 3,000 characters or fewer. You have 3,001"),
    ):
        again = await office.send(form, "asha", text=typed)
        assert again.problems == {"text": sentence}
        assert (again.nonce, again.intent) == (form.nonce, form.intent)
        assert [each.value for each in again.questions if hasattr(each, "value")] == [typed]
    assert office.everything() == before
    assert (await office.send(form, "asha", text="x" * 3000)).title == "Saved"


async def test_a_question_takes_a_reply_and_nothing_else(office: Office, flag: UUID) -> None:
    question = await office.answer((flag,), kind="more", text="Which councils?", by_date="")
    before = office.everything()
    assert (await office.form(intents.NotSettled(question, flag), "asha")).title == "Not possible"
    assert (await office.press(intents.Settle(question, flag), "asha")).title == "Not possible"
    again = await office.fill(intents.ReplyToQuestion(question, flag), "asha", text="")
    assert again.problems == {"text": says.NO_REPLY}
    assert office.everything() == before
    mine = await office.form(intents.MyFlags(), "asha")
    assert buttons(mine, "Reply") == [intents.ReplyToQuestion(question, flag)]
    assert (await office.fill(intents.ReplyToQuestion(question, flag), "asha", text="Kent.")).title == "Saved"
    assert says.REPLIED_ALREADY in said(await office.form(intents.ReplyToQuestion(question, flag), "asha"))


async def test_an_acknowledgement_takes_no_reply(office: Office, flag: UUID) -> None:
    read = await office.answer((flag,), kind="acknowledged", by_date="2026-12-04", text="")
    mine = await office.form(intents.MyFlags(), "asha")
    assert not [*buttons(mine, "Settled"), *buttons(mine, "Reply"), *buttons(mine, "Not settled")]
    before = office.everything()
    for kind in (intents.NotSettled, intents.ReplyToQuestion):
        assert (await office.form(kind(read, flag), "asha")).title == "Not possible"
    assert (await office.press(intents.Settle(read, flag), "asha")).title == "Not possible"
    assert office.everything() == before


async def test_an_answer_to_other_flags_takes_no_reply_of_mine(office: Office, policy: UUID, flag: UUID) -> None:
    other = await office.file(policy, "ben", "By Ben.", promise="named")
    elsewhere = await office.answer((other,))
    before = office.everything()
    assert (await office.press(intents.Settle(elsewhere, flag), "asha")).title == "Not possible"
    assert (await office.form(intents.NotSettled(elsewhere, flag), "asha")).title == "Not possible"
    assert office.everything() == before


async def test_a_reply_to_an_answer_that_was_replaced_moves_nothing(office: Office, flag: UUID, answer: UUID) -> None:
    await office.fill(intents.NotSettled(answer, flag), "asha", text="The suppliers.")
    await office.until(26, 13)
    await office.answer((flag,), kind="cannot", text="It is the law.", by_date="")
    await office.until(1, 23, month=12)
    assert status(office, flag) == ("answered", None)
    assert "The suppliers." in said(await office.form(intents.SeeFlag(flag), "ben"))


async def test_replies_to_one_answer_by_several_authors_stay_apart(office: Office, policy: UUID) -> None:
    pair = [await office.file(policy, each, f"From {each}.") for each in ("asha", "ben")]
    await office.until(26, 12)
    answer = await office.answer(tuple(pair))
    await office.press(intents.Settle(answer, pair[0]), "asha")
    await office.fill(intents.NotSettled(answer, pair[1]), "ben", text="The suppliers.")
    assert "The suppliers." not in said(await office.form(intents.MyFlags(), "asha"))
    await office.until(1, 12, month=12)
    assert [status(office, each)[0] for each in pair] == ["settled", "not-settled"]
    assert office.number_of("replies") == 2
