"""A form that is sent again: on the same day it gives what it made, and on a later one it makes nothing by itself."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from bot.calendar.dates import short_date
from bot.flags import boxes
from bot.interface import intents
from bot.interface.parts import ChoiceQuestion, Form
from bot.policies import ends
from bot.screens import refusals as says
from storage import boxes as stored_boxes
from tests.bot.conftest import FLAG, Office, said

pytestmark = pytest.mark.rules

PROMISES = ("confidential", "detached")
TRACED_UNTIL = re.compile(r"(?:work it out|be traced) until (\d+ \w+ \d+)")
KEPT_UNTIL = re.compile(r"After [\w ]+ it is closed for good")


def chosen(form: Form) -> tuple[str, ...]:
    """The promise that is chosen in a form."""
    (question,) = [each for each in form.questions if each.name == "promise"]
    assert isinstance(question, ChoiceQuestion)
    return question.values


def number(office: Office) -> int:
    """How many flags there are, shown or waiting."""
    return len(office.rows("flags")) + len(office.rows("boxes"))


@pytest.mark.parametrize("promise", PROMISES)
async def test_after_its_flag_was_shown_a_form_makes_no_second_one(office: Office, policy: UUID, promise: str) -> None:
    office.organise(batch_least=1)
    typed = {**FLAG, "promise": promise, "similar": "none"}
    form = await office.form(intents.GiveView(policy), "asha")
    assert (await office.send(form, "asha", **typed)).title == "Flag saved"
    await office.until(24, 12)
    assert (len(office.rows("flags")), len(office.rows("boxes"))) == (1, 0)
    before = office.everything()
    for _ in range(3):
        again = await office.send(form, "asha", **typed)
        assert again.problems == {"": says.OPENED_EARLIER}
        assert FLAG["because"] in said(again)
        assert chosen(again) == (promise,)
    assert office.everything() == before


async def test_who_opened_it_on_an_earlier_day_is_asked_once_and_can_send_it(office: Office, policy: UUID) -> None:
    form = await office.form(intents.GiveView(policy), "asha")
    await office.until(24, 12)
    asked = await office.send(form, "asha", **FLAG)
    assert asked.problems == {"": says.OPENED_EARLIER}
    assert asked.nonce != form.nonce
    for _ in range(2):
        assert (await office.send(asked, "asha", **FLAG)).title == "Flag saved"
    assert number(office) == 1


async def test_what_is_wrong_with_a_form_does_not_make_it_a_new_one(office: Office, policy: UUID) -> None:
    form = await office.form(intents.GiveView(policy), "asha")
    await office.until(24, 12)
    refused = await office.send(form, "asha", **{**FLAG, "because": ""})
    assert refused.problems == {"because": says.NO_WHY}
    assert (await office.send(refused, "asha", **FLAG)).problems == {"": says.OPENED_EARLIER}


async def test_the_step_that_asks_for_similar_flags_keeps_the_day(office: Office, policy: UUID) -> None:
    await office.file(policy, "ben", promise="named")
    form = await office.form(intents.GiveView(policy), "asha")
    step = await office.send(form, "asha", **FLAG)
    assert "Nothing is sent yet." in said(step)
    assert (await office.send(step, "asha", similar="none")).title == "Flag saved"
    await office.until(26, 12)
    assert len(office.rows("flags")) == 2
    assert (await office.send(step, "asha", similar="none")).problems == {"": says.OPENED_EARLIER}
    assert len(office.rows("flags")) == 2


async def test_a_named_flag_is_known_again_on_any_day(office: Office, policy: UUID) -> None:
    form = await office.form(intents.GiveView(policy), "asha")
    typed = {**FLAG, "promise": "named"}
    first = await office.send(form, "asha", **typed)
    await office.until(26, 12)
    assert (await office.send(form, "asha", **typed)).title == first.title == "Flag saved"
    assert len(office.rows("flags")) == 1


async def test_a_form_that_does_not_say_when_it_was_opened_is_asked_about(office: Office, policy: UUID) -> None:
    form = await office.form(intents.GiveView(policy), "asha")
    assert isinstance(form.intent, intents.GiveView)
    for opened in ("", "2026-11-22", "2026-11-24", "today"):
        changed = replace(form, intent=replace(form.intent, opened=opened))
        assert (await office.send(changed, "asha", **FLAG)).problems == {"": says.OPENED_EARLIER}
    assert office.rows("boxes") == []


@pytest.mark.parametrize("promise", PROMISES)
async def test_sent_again_after_the_policy_was_extended_it_is_the_same_flag(
    office: Office, policy: UUID, promise: str
) -> None:
    """Another authors' key begins, by which the same form would make another box."""
    form = await office.form(intents.GiveView(policy), "asha")
    first = await office.send(form, "asha", **{**FLAG, "promise": promise})
    office.change(lambda uow: ends.begin_generation(uow, policy, date(2027, 6, 30)))
    again = await office.send(form, "asha", **{**FLAG, "promise": promise})
    # What a policy's texts are kept for is longer once it is extended. The author's own day stays.
    assert KEPT_UNTIL.sub("", said(again)) == KEPT_UNTIL.sub("", said(first))
    assert len(office.rows("boxes")) == 1


@pytest.mark.parametrize("promise", PROMISES)
async def test_what_was_chosen_under_another_authors_day_is_chosen_again(
    office: Office, policy: UUID, promise: str
) -> None:
    form = await office.form(intents.GiveView(policy), "asha")
    (first,) = TRACED_UNTIL.findall(said(form))
    office.change(lambda uow: ends.begin_generation(uow, policy, date(2027, 6, 30)))
    again = await office.send(form, "asha", **{**FLAG, "promise": promise})
    assert again.problems == {"promise": says.TERMS_CHANGED}
    assert chosen(again) == ()
    assert FLAG["because"] in said(again)
    assert TRACED_UNTIL.findall(said(again)) != [first]
    assert office.rows("boxes") == []
    assert (await office.send(again, "asha", **{**FLAG, "promise": promise})).title == "Flag saved"


@pytest.mark.both_databases
async def test_what_was_chosen_for_other_days_is_chosen_again(office: Office, policy: UUID) -> None:
    office.organise(release_days="thu")
    form = await office.form(intents.GiveView(policy), "asha")
    office.organise(release_days="")
    again = await office.send(form, "asha", **FLAG)
    assert again.problems == {"promise": says.TERMS_CHANGED}
    assert "shown from the next working day" in said(again)
    assert (await office.send(again, "asha", **{**FLAG, "promise": "named"})).title == "Flag saved"


async def test_a_flag_that_waits_keeps_the_authors_day_of_its_form(office: Office, policy: UUID) -> None:
    box = await office.file(policy, "asha")
    ((_, contents),) = office.waiting()
    promised = contents.written.terms.authors_day
    office.change(lambda uow: ends.begin_generation(uow, policy, date(2027, 6, 30)))
    form = await office.form(intents.ChangeFlag(box), "asha")
    assert TRACED_UNTIL.findall(said(form)) == [short_date(promised)]
    assert (await office.send(form, "asha", **{**FLAG, "because": "Put better."})).title == "Flag saved"
    found = office.change(lambda uow: boxes.all_opened(uow, stored_boxes.of_policies(uow.session, [policy])))
    assert [each.contents.written.terms.authors_day for each in found] == [promised]


async def test_a_form_of_a_flag_that_was_withdrawn_saves_nothing(office: Office, policy: UUID) -> None:
    form = await office.form(intents.GiveView(policy), "asha")
    await office.send(form, "asha", **FLAG)
    (box,) = office.rows("boxes")
    await office.press(intents.WithdrawFlag(box["id"]), "asha")
    assert says.WITHDRAWN_ALREADY in said(await office.send(form, "asha", **FLAG))
    assert len(office.rows("boxes")) == 1
