"""Practising: an admin goes the whole way of a flag in one form, and nothing of it is kept."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.interface import intents
from bot.interface.parts import Form
from bot.screens import invented
from bot.screens import refusals as says
from storage import Promise
from tests.bot.conftest import FULL_NAMES, Office, buttons, said

pytestmark = pytest.mark.rules

POLICY = {"title": "Ferry tickets at quayside", "summary": "Zebras board before giraffes from June."}
FLAG = {
    "promise": "confidential",
    "verdict": "if",
    "theme": "timetable",
    "because": "Quokkas sleep until noon.",
    "remedy": "Wait for the wombats.",
    "evidence": "https://www.example.org/marsupials",
}
ANSWER = {"kind": "change", "text": "Numbats go first.", "by_date": "2027-03-31"}
ALL = {**POLICY, **FLAG, **ANSWER}
TOLD = "Set up Deliverable. {} of 9 steps done."


def held(form: Form) -> dict[str, str]:
    """What a form holds, by question."""
    return {each.name: "".join(getattr(each, "values", ())) or getattr(each, "value", "") for each in form.questions}


async def walk(office: Office, person: str = "ada", channel: str = "c1", **changes: str) -> list[Form]:
    """Open the form and send it step by step with what is asked; every form on the way."""
    typed = {**ALL, **changes}
    forms = [await office.form(intents.Practise(), person, channel=channel)]
    for _ in range(3):
        asked = {each.name: typed[each.name] for each in forms[-1].questions}
        forms.append(await office.send(forms[-1], person, channel=channel, **asked))
    return forms


async def test_one_form_grows_from_a_policy_to_what_the_author_hears(office: Office) -> None:
    policy, flag, answer, end = await walk(office)
    assert {policy.intent, flag.intent, answer.intent} == {intents.Practise()}
    assert [each.send for each in (policy, flag, answer)] == ["Continue", "Send flag", "Send answer"]
    assert held(policy) == {"title": invented.PERMIT.title, "summary": invented.PERMIT.summary}
    assert held(flag) == {**dict.fromkeys(FLAG, ""), **POLICY}
    assert held(answer) == {**dict.fromkeys(ANSWER, ""), **FLAG, **POLICY}
    for form in (policy, flag, answer):
        assert "Nothing that you type here is kept, and nobody else sees it." in said(form)
    assert end.questions == ()
    assert "Nothing that you typed was kept." in said(end)
    assert buttons(end, "See settings") == [intents.SeeSettings()]


async def test_the_dates_are_those_that_a_flag_of_this_day_would_have(office: Office) -> None:
    _, flag, answer, _ = await walk(office)
    assert (
        "Sent on Monday 23 November 2026, a flag that is not named would be shown on Tuesday 24 November 2026, or by "
        "Thursday 26 November 2026 if few others wait. One that is named would be shown at once."
    ) in said(flag)
    told = said(answer)
    assert "would get this digest on Tuesday 24 November 2026, 9am." in told
    assert "1 flag needs your answer by Tuesday 8 December 2026." in told
    assert "we tell the delegate on Wednesday 9 December 2026" in told


async def test_the_digest_is_what_was_typed_and_names_only_who_chose_to_be_named(office: Office) -> None:
    confidential = said((await walk(office))[2])
    assert f"{POLICY['title']} (1 flag to answer)" in confidential
    assert "1. Deliverable if… Timetable. 1 person says this. New." in confidential
    assert confidential.count(FLAG["because"]) == confidential.count(FLAG["remedy"]) == 2
    assert FULL_NAMES["ada"] not in confidential
    named = said((await walk(office, promise="named"))[2])
    assert "From: Ada Adminson, who chose to be named." in named


async def test_the_author_hears_by_message_only_where_the_flag_is_named(office: Office) -> None:
    confidential = (await walk(office))[-1]
    assert "would get no message" in said(confidential)
    assert "Ada Adminson answered a flag about Timetable: We will change it, by 31 March 2027." in said(confidential)
    assert ANSWER["text"] in said(confidential)
    named = (await walk(office, promise="named"))[-1]
    assert f"Ada Adminson answered your flag on {POLICY['title']}: We will change it, by 31 March 2027." in said(named)
    assert "would get this in a message of their own" in said(named)
    assert FLAG["because"] in said(named)


@pytest.mark.parametrize("promise", ["confidential", "named"])
async def test_its_screens_lead_nowhere_but_back(office: Office, promise: str) -> None:
    """There is no such policy, flag or answer, so no button and no cut text leads to one."""
    typed = {"because": "Quokkas sleep. " * 150, "text": "Numbats. " * 150, "promise": promise}
    for form in await walk(office, **typed):
        leading = {getattr(each, "intent", None) or getattr(each, "rest", None) for each in form.body}
        assert leading <= {None, intents.SeeSettings(), intents.ReadFirst()}


async def test_nothing_is_kept_but_that_it_was_done(office: Office) -> None:
    before, counted = office.everything(), office.counted()
    assert TOLD.format(1) in said(await office.open(intents.SeeSettings(), "ada"))
    forms = [await office.form(intents.Practise(), "ada")]
    for typed in (POLICY, {**POLICY, **FLAG}):
        forms.append(await office.send(forms[-1], "ada", **typed))
        assert office.everything() == before
    await office.send(forms[-1], "ada", **ALL)
    after = office.everything()
    assert office.counted() == counted
    assert {name for name in after if after[name] != before[name]} == {"organisation"}
    (row,) = office.rows("organisation")
    assert row["set_up"] == "practice"
    held_now = "\n".join(line for lines in after.values() for line in lines)
    for text in (*POLICY.values(), FLAG["because"], FLAG["remedy"], FLAG["evidence"], ANSWER["text"]):
        assert text not in held_now
        assert text.encode().hex() not in held_now
    assert "9. Practise. Done." in said(await office.open(intents.SeeSettings(), "ada"))
    assert TOLD.format(2) in said(await office.open(intents.SeeSettings(), "ada"))
    await office.until(30)
    assert office.sent_to("ada") == []
    assert TOLD.format(2) in said(await office.open(intents.SeeSettings(), "ada"))


@pytest.mark.parametrize(
    ("typed", "problems"),
    [
        ({"title": " ", "summary": ""}, {"title": says.NO_TITLE, "summary": says.NO_SUMMARY}),
        ({**POLICY, "title": "x" * 301}, {"title": says.too_long("Title", 300, 301)}),
        (
            # As a browser sends it where nothing was chosen.
            {**POLICY, "because": "", "remedy": "", "evidence": ""},
            {
                "promise": says.NO_PROMISE,
                "verdict": says.NO_VERDICT,
                "theme": says.NO_THEME,
                "because": says.NO_WHY,
            },
        ),
        (
            {**POLICY, **FLAG, "title": "", "remedy": "", "evidence": "http://example.org"},
            {"title": says.NO_TITLE, "remedy": says.NO_REMEDY, "evidence": says.BAD_LINK},
        ),
        ({**POLICY, **FLAG, "verdict": "as-announced"}, {"verdict": says.NOTHING_TO_ANSWER}),
        ({**ALL, "kind": ""}, {"kind": says.NO_ANSWER}),
        # As Slack sends it, which leaves out what is empty.
        ({**POLICY, **FLAG, "kind": "change"}, {"text": "Enter what will change", "by_date": says.NO_DATE_AHEAD}),
        ({**ALL, "by_date": "2026-11-23"}, {"by_date": says.NO_DATE_AHEAD}),
        ({**ALL, "because": "", "text": ""}, {"because": says.NO_WHY, "text": "Enter what will change"}),
    ],
)  # fmt: skip
async def test_problems_are_said_beside_their_fields_and_all_that_was_typed_stays(
    office: Office, typed: Mapping[str, str], problems: dict[str, str]
) -> None:
    before = office.everything()
    form = await office.fill(intents.Practise(), "ada", **typed)
    assert dict(form.problems) == problems
    assert {name: text for name, text in held(form).items() if text} == {
        name: text for name, text in typed.items() if text
    }
    assert office.everything() == before


async def test_once_corrected_it_goes_on_where_it_was(office: Office) -> None:
    refused = await office.fill(intents.Practise(), "ada", **{**ALL, "because": ""})
    assert "(1 flag to answer)" not in said(refused)
    assert (await office.send(refused, "ada", **ALL)).title == "You have practised"


async def test_only_promises_that_are_offered_there_can_be_practised(office: Office) -> None:
    (channel,) = office.rows("channels")
    office.update("channels", channel["id"], offers_named=False)
    form = await office.fill(intents.Practise(), "ada", **{**POLICY, **FLAG, "promise": "named"})
    assert dict(form.problems) == {"promise": says.not_offered(Promise.NAMED, (Promise.CONFIDENTIAL, Promise.DETACHED))}
    assert "One that is named" not in said(form)
    (question,) = [each for each in form.questions if each.name == "promise"]
    offered = [each.value for each in getattr(question, "options")]  # noqa: B009 - only a choice has options
    assert offered == ["confidential", "detached"]
    assert (await walk(office))[-1].title == "You have practised"


async def test_only_an_admin_practises(office: Office) -> None:
    before = office.everything()
    for person in ("asha", "priya"):
        assert says.ADMINS_ONLY in said(await office.form(intents.Practise(), person))
        sent = await office.dispatcher.submit(
            intents.Practise(), {name: (text,) for name, text in ALL.items()}, office.actor(person), "nonce"
        )
        assert says.ADMINS_ONLY in said(sent)
    assert office.everything() == before
