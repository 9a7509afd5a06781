"""A second: once a person, never on one's own flag, always confidential, and shown with a batch."""

import asyncio
from datetime import date
from uuid import UUID

import pytest

from bot.interface import intents
from bot.interface.parts import ChoiceQuestion, Form, answer_to
from bot.screens import refusals as says
from tests.bot.conftest import FLAG, Office, answers_of, said, world

pytestmark = pytest.mark.rules


@world
async def flag(office: Office, policy: UUID) -> UUID:
    """A confidential flag of Asha's, shown since Thursday the 26th; it is two in the afternoon of that day."""
    found = await office.file(policy, "asha")
    await office.until(26, 14)
    return office.shown(found)


async def test_a_second_is_counted_once_shown(office: Office, policy: UUID, flag: UUID) -> None:
    saved = await office.fill(intents.SecondFlag(flag), "ben", anything="Our team sees it as well.")
    assert "Nobody is shown" not in said(saved)
    assert "We show your name to nobody." in said(saved)
    for person in ("ben", "asha", "priya"):
        before = said(await office.form(intents.SeeFlag(flag), person))
        assert "1 person says this" in before
        assert "Our team sees it" not in before
    await office.until(30, 23)
    await office.until(1, 12, month=12)
    for person in ("dina", "asha", "priya"):
        after = said(await office.form(intents.SeeFlag(flag), person))
        assert "2 people say this" in after
        assert "Our team sees it as well." in after
        assert "Tarrandale" not in after


@pytest.mark.both_databases
async def test_a_flag_that_is_not_shown_yet_is_neither_seen_nor_seconded(office: Office, policy: UUID) -> None:
    hidden = await office.file(policy, "asha")
    for intent in (intents.SeeFlag(hidden), intents.SecondFlag(hidden)):
        refused = said(await office.form(intent, "ben"))
        assert says.NOT_FOUND in refused
        assert FLAG["because"] not in refused
    assert says.NOT_FOUND in said(await office.press(intents.SecondFlag(hidden), "ben"))
    assert office.number_of("seconds") == 0


async def test_ones_own_flag_cannot_be_seconded(office: Office, policy: UUID, flag: UUID) -> None:
    form = await office.form(intents.SecondFlag(flag), "ben")
    named = await office.file(policy, "dina", "By Dina, named.", promise="named")
    before = office.everything()
    for author, own in (("asha", flag), ("dina", named)):
        assert says.OWN_FLAG in said(await office.form(intents.SecondFlag(own), author))
        assert not (await office.form(intents.SecondFlag(own), author)).questions
    assert says.OWN_FLAG in said(await office.send(form, "asha", anything="Me too."))
    assert office.everything() == before
    assert intents.SecondFlag(flag) not in screens_buttons(await office.form(intents.SeeFlag(flag), "asha"))


def screens_buttons(form: Form) -> list[object]:
    """Every intent that a form leads to."""
    return [each.intent for each in form.body if hasattr(each, "intent")]


async def test_ones_own_flag_is_ones_own_with_either_account(office: Office, policy: UUID, flag: UUID) -> None:
    office.join("asha", into="ben")
    before = office.everything()
    assert says.OWN_FLAG in said(await office.form(intents.SecondFlag(flag), "ben"))
    assert office.everything() == before


async def test_a_second_second_is_refused(office: Office, policy: UUID, flag: UUID) -> None:
    forms = [await office.form(intents.SecondFlag(flag), "ben") for _ in range(2)]
    await office.send(forms[0], "ben", anything="First.")
    before = office.everything()
    assert says.SECOND_TWICE in said(await office.send(forms[1], "ben", anything="Second."))
    assert says.SECOND_TWICE in said(await office.form(intents.SecondFlag(flag), "ben"))
    assert office.everything() == before
    await office.until(30, 23)
    assert says.SECOND_TWICE in said(await office.form(intents.SecondFlag(flag), "ben"))
    office.join("ben", into="dina")
    assert says.SECOND_TWICE in said(await office.form(intents.SecondFlag(flag), "dina"))
    assert (await office.form(intents.SecondFlag(flag), "cai")).questions


@pytest.mark.both_databases
async def test_a_form_sent_twice_is_one_second_with_one_receipt(office: Office, policy: UUID, flag: UUID) -> None:
    form = await office.form(intents.SecondFlag(flag), "ben")
    receipts = await asyncio.gather(*(office.send(form, "ben", anything="Here too.") for _ in range(3)))
    assert {each.title for each in receipts} == {"Saved"}
    assert receipts[0] == receipts[1] == receipts[2]
    assert await office.send(form, "ben", anything="Here too.") == receipts[0]
    assert office.number_of("seconds") == 1


@pytest.mark.both_databases
async def test_two_forms_sent_at_once_are_one_second(office: Office, policy: UUID, flag: UUID) -> None:
    forms = [await office.form(intents.SecondFlag(flag), "ben") for _ in range(3)]
    sent = await asyncio.gather(*(office.send(each, "ben", anything="Here too.") for each in forms))
    assert sorted(each.title for each in sent) == ["Not possible", "Not possible", "Saved"]
    assert office.number_of("seconds") == 1


async def test_the_nonce_of_someone_else_takes_nothing(office: Office, policy: UUID, flag: UUID) -> None:
    form = await office.form(intents.SecondFlag(flag), "ben")
    await office.send(form, "ben", anything="Only Ben.")
    before = office.everything()
    refused = await office.send(form, "cai", anything="By Cai.")
    assert refused.title == "Not possible"
    assert "Only Ben" not in said(refused)
    assert office.everything() == before


async def test_a_sentence_that_is_too_long_stays_in_the_form(office: Office, policy: UUID, flag: UUID) -> None:
    before = office.everything()
    again = await office.fill(intents.SecondFlag(flag), "ben", anything="z" * 301)
    assert again.problems == {"anything": "What you add must be 300 characters or fewer. You have 301"}
    assert "z" * 301 in said(again)
    assert office.everything() == before
    assert (await office.send(again, "ben", anything="z" * 300)).title == "Saved"


async def test_a_closed_policy_takes_no_second(office: Office) -> None:
    policy = await office.announce(closes_on="2026-11-30")
    flag = await office.file(policy, "asha", promise="named")
    form = await office.form(intents.SecondFlag(flag), "ben")
    await office.until(1, 12, month=12)
    before = office.everything()
    assert "closed for flags on Monday 30 November 2026" in said(await office.send(form, "ben", anything="Too late."))
    assert "closed for flags" in said(await office.form(intents.SecondFlag(flag), "ben"))
    assert office.everything() == before


async def test_a_second_names_nobody_whatever_the_promise_of_the_flag(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha", promise="named")
    await office.fill(intents.SecondFlag(flag), "ben", anything="Here too.")
    assert office.rows("seconds") == []
    (box,) = office.rows("boxes")
    assert set(box) == {"id", "policy_id", "tag", "sealed"}
    await office.until(26, 23)
    (row,) = office.rows("seconds")
    assert set(row) == {"id", "policy_id", "flag_id", "tag", "sentence", "released_on", "digest_id"}
    assert row["released_on"] == date(2026, 11, 26)
    assert office.rows("boxes") == []
    for person in ("asha", "priya", "omar", "sal", "ada", "cai"):
        assert "Tarrandale" not in said(await office.form(intents.SeeFlag(flag), person))
    assert all("Tarrandale" not in said(message.card) for _, message, _ in office.chat.kept)


async def test_seconds_are_only_told_with_the_next_digest(office: Office, policy: UUID, flag: UUID) -> None:
    sent = len(office.digests_to())
    await office.fill(intents.SecondFlag(flag), "ben", anything="Here too.")
    await office.fill(intents.SecondFlag(flag), "cai")
    await office.until(30, 23)
    assert len(office.digests_to()) == sent
    await office.until(1, 23, month=12)
    assert len(office.digests_to()) == sent + 1
    told = said(office.digests_to()[-1])
    assert "3 people say this, 2 more since your last digest" in told
    await office.until(4, 23, month=12)
    assert len(office.digests_to()) == sent + 1


# Already said?


async def test_what_is_shown_already_is_asked_about_with_every_answer_kept(
    office: Office, policy: UUID, flag: UUID
) -> None:
    form = await office.form(intents.GiveView(policy), "ben")
    typed = {
        **FLAG,
        "because": "Contracts of sixty councils end after April.\n  Mine.",
        "evidence": "https://example.org/e",
    }
    before = office.everything()
    step = await office.send(form, "ben", **typed)

    assert (step.title, step.intent, step.nonce) == (form.title, form.intent, form.nonce)
    assert not step.problems
    asked = next(each for each in step.questions if each.name == "similar")
    assert isinstance(asked, ChoiceQuestion)
    assert [each.value for each in asked.options] == [str(flag), "none", "back"]
    assert [each.label for each in asked.options[1:]] == ["None of these. Send my flag", "Go back to my flag"]
    assert asked.values == ("none",)
    assert [each.name for each in step.questions] == ["similar", "anything"]
    assert {each.name: answer_to(each) for each in step.kept} == answers_of(typed)
    assert office.everything() == before

    unanswered = await office.send(step, "ben", similar="")
    assert unanswered.problems == {"similar": says.NO_SIMILAR}
    foreign = await office.send(step, "ben", similar="00000000-0000-0000-0000-000000000000")
    assert foreign.problems == {"similar": says.NO_SIMILAR}
    assert office.everything() == before


async def test_none_of_these_sends_the_flag(office: Office, policy: UUID, flag: UUID) -> None:
    step = await office.fill(intents.GiveView(policy), "ben", **FLAG)
    saved = await office.send(step, "ben", similar="none")
    assert saved.title == "Flag saved"
    assert office.number_of("flags") == 2
    assert office.number_of("seconds") == 0


async def test_going_back_opens_the_first_step_with_everything(office: Office, policy: UUID, flag: UUID) -> None:
    step = await office.fill(intents.GiveView(policy), "ben", **FLAG)
    before = office.everything()
    first = await office.send(step, "ben", similar="back")
    assert (first.nonce, first.kept, dict(first.problems)) == (step.nonce, (), {})
    assert {each.name: answer_to(each) for each in first.questions if answer_to(each)} == answers_of(FLAG)
    assert office.everything() == before
    again = await office.send(first, "ben", **{**FLAG, "because": "Other words."})
    assert [each.name for each in again.questions] == ["similar", "anything"]
    assert (await office.send(again, "ben", similar="none")).title == "Flag saved"


async def test_one_of_these_makes_a_second_and_no_flag(office: Office, policy: UUID, flag: UUID) -> None:
    step = await office.fill(intents.GiveView(policy), "ben", **FLAG)
    typed = {"similar": str(flag), "anything": "We have the same contracts."}
    saved = await office.send(step, "ben", **typed)
    assert saved.title == "Saved"
    assert office.number_of("flags") == 1
    assert office.number_of("seconds") == 1
    assert await office.send(step, "ben", **typed) == saved
    assert office.number_of("seconds") == 1
    await office.until(1, 12, month=12)
    assert "We have the same contracts." in said(await office.form(intents.SeeFlag(flag), "dina"))


async def test_a_sentence_too_long_at_that_step_keeps_the_step(office: Office, policy: UUID, flag: UUID) -> None:
    step = await office.fill(intents.GiveView(policy), "ben", **FLAG)
    before = office.everything()
    again = await office.send(step, "ben", similar=str(flag), anything="z" * 301)
    assert set(again.problems) == {"anything"}
    assert [each.name for each in again.questions] == ["similar", "anything"]
    assert "z" * 301 in said(again)
    assert again.kept == step.kept
    assert office.everything() == before


@pytest.mark.parametrize(
    ("changed", "about"), [({"because": "z" * 3001}, "because"), ({"promise": "shouted"}, "promise")]
)
async def test_a_problem_with_what_was_kept_opens_the_first_step_with_everything(
    office: Office, policy: UUID, flag: UUID, changed: dict[str, str], about: str
) -> None:
    step = await office.fill(intents.GiveView(policy), "ben", **FLAG)
    again = await office.send(step, "ben", **changed, similar="none")
    assert set(again.problems) == {about}
    assert not again.kept
    held = {each.name: answer_to(each) for each in again.questions}
    expected = {**FLAG, **changed}
    assert held["because"] == (expected["because"],)
    assert held["verdict"] == (FLAG["verdict"],)
    assert "similar" not in held
    assert office.number_of("flags") == 1


async def test_a_policy_that_closed_meanwhile_gives_the_text_back(office: Office) -> None:
    policy = await office.announce(closes_on="2026-11-30")
    await office.file(policy, "asha", promise="named")
    step = await office.fill(intents.GiveView(policy), "ben", **FLAG)
    assert step.kept
    await office.until(1, 12, month=12)
    again = await office.send(step, "ben", similar="none")
    assert set(again.problems) == {""}
    assert FLAG["because"] in {value for each in again.questions for value in answer_to(each)}
    assert office.number_of("flags") == 1


async def test_a_second_second_by_that_step_is_refused(office: Office, policy: UUID, flag: UUID) -> None:
    await office.fill(intents.SecondFlag(flag), "ben")
    step = await office.fill(intents.GiveView(policy), "ben", **FLAG)
    before = office.everything()
    assert says.SECOND_TWICE in said(await office.send(step, "ben", **FLAG, similar=str(flag)))
    assert office.everything() == before


async def test_similar_flags_are_never_ones_own_nor_unshown_nor_of_another_policy(
    office: Office, policy: UUID, flag: UUID
) -> None:
    hidden = await office.file(policy, "dina", FLAG["because"])
    other = await office.announce("Another policy")
    elsewhere = await office.file(other, "dina", FLAG["because"], promise="named")
    assert (await office.fill(intents.GiveView(policy), "asha", **FLAG)).title == "Flag saved"
    step = said(await office.fill(intents.GiveView(policy), "ben", **FLAG))
    assert str(flag) in step
    assert str(hidden) not in step
    assert str(elsewhere) not in step


async def test_at_most_three_and_the_closest_first(office: Office, policy: UUID) -> None:
    texts = [
        "Sixty councils have contracts that end after April.",
        "Sixty councils have contracts that end in summer.",
        "Many councils have contracts that end after April next year.",
        "Sixty councils have suppliers that end support after winter.",
        "Nobody can hire a designer.",
    ]
    for person, because in zip(("asha", "cai", "dina", "eve", "finn"), texts, strict=True):
        await office.file(policy, person, because, promise="named")
    step = await office.fill(intents.GiveView(policy), "ben", **FLAG)
    asked = next(each for each in step.questions if isinstance(each, ChoiceQuestion) and each.name == "similar")
    assert [each.value for each in asked.options[3:]] == ["none", "back"]
    assert "Sixty councils have contracts that end after" in asked.options[0].label
    assert "designer" not in said(step)


async def test_what_a_person_added_is_read_wherever_the_flag_is(office: Office, policy: UUID, flag: UUID) -> None:
    await office.fill(intents.SecondFlag(flag), "ben", anything="Scotland has the same problem.")
    await office.until(4, 12, month=12)
    for screen in (
        await office.form(intents.SeeFlags(policy), "cai"),
        await office.form(intents.SeeFlag(flag), "cai"),
        await office.form(intents.MyFlags(), "asha"),
    ):
        assert said(screen).count("Scotland has the same problem.") == 1
    await office.until(8, 12, month=12)
    assert "Scotland has the same problem." in said(office.digests_to()[-1])
    assert "Scotland has the same problem." in said(await office.form(intents.AnswerFlags((flag,)), "priya"))


async def test_of_what_several_people_added_a_list_shows_one_and_says_how_many(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha", promise="named")
    await office.until(24, 12)
    people = ("ben", "cai", "dina", "eve")
    for person in people:
        await office.fill(intents.SecondFlag(flag), person, anything=f"Added by {person}.")
    await office.until(8, 12, month=12)
    for screen in (await office.form(intents.SeeFlags(policy), "cai"), office.digests_to()[-1]):
        assert "the newest of 4" in said(screen)
        assert sum(f"Added by {person}." in said(screen) for person in people) == 1
