"""A text is reported, opened by a records officer and taken down: it is in no row, digest, card or message then."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from bot.interface import intents
from bot.interface.announcements import Announcement
from bot.interface.parts import Form
from bot.interface.ports import Message, Never, Outcome, Sent
from bot.policies.policies import IfUnclear
from bot.screens.flag.report_form import TEXT
from storage import answers, commitments, flags, replies, seconds
from storage.encryption import Damaged
from tests.bot.admin.test_audit import log
from tests.bot.conftest import CHANNEL_SETTINGS, Office, buttons, email_of, member, said

pytestmark = pytest.mark.rules

BAD = "Wrothesly of desk nine cannot do this."
WHY = "It named a member of staff."
INSTEAD = f"by a records officer. Reason: personal data. {WHY}"
SEALED = {
    "flags": ("because", "remedy", "evidence"),
    "seconds": ("sentence",),
    "replies": ("text",),
    "answers": ("text",),
    "commitment_updates": ("text",),
    "digest_parts": ("sealed",),
}

BOUND: dict[str, Callable[[Any], bytes]] = {
    "flags": flags.bound,
    "seconds": seconds.bound,
    "replies": replies.bound,
    "answers": answers.bound,
    "commitment_updates": commitments.bound,
}


@pytest.fixture
async def officer(office: Office) -> Office:
    """The office, in which Eve is the records officer."""
    await office.fill(intents.ChooseOfficers(), "ada", records=email_of("eve"), auditor="")
    return office


def texts(office: Office, policy: UUID) -> str:
    """All that the database holds, with every sealed text of the policy opened."""
    found = [json.dumps(office.everything())]
    for table, columns in SEALED.items():
        for row in office.rows(table):
            found += [_opened(office, policy, table, each, row) for each in columns if row[each] is not None]
    return "\n".join(found)


def _opened(office: Office, policy: UUID, table: str, column: str, row: dict[str, Any]) -> str:
    bound = BOUND[table](SimpleNamespace(**row)) if table in BOUND else b""
    try:
        return office.change(lambda uow: uow.key(policy).open(table, column, row["id"], row[column], bound))
    except Damaged:
        return ""


def standing(office: Office) -> list[str]:
    """What each message says that stands on the platform, as it was last sent or changed."""
    newest: dict[tuple[str, str], str] = {}
    for verb, message, ref in office.chat.kept:
        newest[message.place.address, ref] = "" if verb == "withdraw" else said(message.card)
    return list(newest.values())


async def report(office: Office, intent: intents.Intent, person: str, which: str = "", reason: str = "names") -> Form:
    """Report a text; `which` is how its option in the form begins, where there are several."""
    form = await office.form(intent, person)
    options = [
        option for part in form.body for option in getattr(part, "options", ()) if getattr(part, "name", "") == TEXT
    ]
    chosen = next((each.value for each in options if each.label.startswith(which)), "")
    return await office.send(form, person, text=chosen, reason=reason)


async def the_reported(office: Office) -> intents.OpenText:
    """The first reported text, as the officer has it in the list."""
    found = buttons(await office.open(intents.SeeReports(), "eve"), "Open this text")
    assert found
    assert isinstance(found[0], intents.OpenText)
    return found[0]


async def take_down(office: Office, **typed: str) -> Form:
    """Open the first reported text, and take it down, answering yes when asked."""
    intent = await the_reported(office)
    opened = await office.press(intent, "eve")
    (to_form,) = buttons(opened, "Take it down")
    values = {"reason": "names", "sentence": WHY, **typed}
    form = await office.form(to_form, "eve")
    asked = await office.send(form, "eve", **values)
    (sure,) = (part for part in asked.body if getattr(part, "name", "") == "sure")
    assert INSTEAD in said(asked), "what stands instead is not shown before"
    return await office.send(asked, "eve", **values, sure=sure.options[0].value)  # type: ignore[union-attr]


async def everything_said(office: Office, policy: UUID) -> dict[str, UUID]:
    """A flag with a second, an answer and a reply, all with the words, in a digest; gives their ids."""
    flag = await office.file(policy, "asha", BAD, promise="named", remedy=f"Ask instead of {BAD}")
    await office.fill(intents.SecondFlag(flag), "ben", anything=BAD)
    await office.until(25, 12)
    answer = await office.answer((flag,), text=BAD)
    await office.fill(intents.NotSettled(answer, flag), "asha", text=BAD)
    (promised,) = office.rows("commitments")
    await office.fill(intents.SayDone(UUID(str(promised["id"]))), "priya", text=BAD)
    await office.until(1, 12, month=12)
    return {
        "flag": flag,
        "answer": answer,
        "second": UUID(str(office.rows("seconds")[0]["id"])),
        "reply": UUID(str(office.rows("replies")[0]["id"])),
        "update": UUID(str(office.rows("commitment_updates")[0]["id"])),
    }


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("kind", "which"),
    [("flag", "Flag"), ("second", "Sentence"), ("reply", "Reply"), ("answer", "Answer"), ("update", "Word")],
)
async def test_a_text_is_taken_down_everywhere_and_the_rest_stays(
    officer: Office, policy: UUID, kind: str, which: str
) -> None:
    office = officer
    await office.enrol()
    channel = UUID(str(office.rows("channels")[0]["id"]))
    await office.fill(intents.ChannelSettings(channel), "ada", **{**CHANNEL_SETTINGS, "digests": "yes"})  # type: ignore[arg-type]
    ids = await everything_said(office, policy)
    before = texts(office, policy).count(BAD)
    shown = sum(each.count(BAD) for each in standing(office))
    assert before > 4
    assert shown > 3
    clock = {name: office.row("flags", ids["flag"])[name] for name in ("answer_by", "standing", "seconds", "told")}
    assert (await report(office, intents.ReportText(ids["flag"]), "cai", which)).title == "Reported"
    assert (await the_reported(office)).text == ids[kind]
    assert "Taken down" in (await take_down(office)).title
    began = office.clock.now
    await office.until(began + timedelta(minutes=2))
    left = texts(office, policy)
    if kind == "flag":
        assert f"Ask instead of {BAD}" not in left
    everywhere = "\n".join(standing(office))
    assert INSTEAD in left
    assert INSTEAD in everywhere
    # Each of the five texts has the same words, so the words of the other four are still there.
    assert left.count(BAD) < before
    assert everywhere.count(BAD) < shown
    screen = said(await office.open(intents.SeeFlag(ids["flag"]), "ben"))
    assert screen.count(BAD) == (4 if kind == "flag" else 5)  # a flag has the words twice
    assert INSTEAD in screen
    assert {name: office.row("flags", ids["flag"])[name] for name in clock} == clock


async def one_bad(office: Office, policy: UUID) -> UUID:
    """A flag with the words that is shown, and was sent to the owner."""
    flag = await office.file(policy, "asha", BAD, promise="named", remedy=BAD)
    await office.until(24, 9)
    await report(office, intents.ReportText(flag), "cai")
    return flag


async def test_nothing_is_left_of_a_text_that_stood_alone(officer: Office, policy: UUID) -> None:
    flag = await one_bad(officer, policy)
    assert BAD in texts(officer, policy)
    assert any(BAD in each for each in standing(officer))
    done = said(await take_down(officer))
    assert "Out of reach" in done
    assert "Backups, until they are deleted" in done
    assert BAD not in texts(officer, policy)
    await officer.until(officer.clock.now + timedelta(minutes=2))
    assert not any(BAD in each for each in standing(officer))
    outcome = said(await officer.open(intents.SeeTakeDown("flag", flag), "eve"))
    assert "1 message with it was changed." in outcome
    assert "still to be changed" not in outcome
    mine = said(await officer.open(intents.MyFlags(), "asha"))
    assert INSTEAD in mine
    assert "Your flag still counts. You can send it again without personal data." in mine
    assert officer.row("flags", flag)["meaning"] is None


@pytest.mark.both_databases
async def test_a_digest_under_way_is_changed_once_it_has_arrived(officer: Office, policy: UUID) -> None:
    flag = await officer.file(policy, "asha", BAD, promise="named")
    await report(officer, intents.ReportText(flag), "cai")
    began, go_on = asyncio.Event(), asyncio.Event()
    send = officer.chat.send

    async def slowly(message: Message) -> Outcome:
        if BAD in said(message.card):
            began.set()
            await go_on.wait()
        return await send(message)

    officer.chat.send = slowly  # type: ignore[method-assign]
    due = await officer.worker.next_digest()
    assert due is not None
    officer.clock.move_to(due)
    sending = asyncio.create_task(officer.worker.tick())
    await began.wait()
    await take_down(officer)
    await officer.worker.prepare()
    go_on.set()
    await sending
    assert any(BAD in each for each in standing(officer)), "the digest was not under way"
    await officer.until(officer.clock.now + timedelta(minutes=2))
    assert not any(BAD in each for each in standing(officer))


async def test_what_cannot_be_changed_is_listed_to_the_officer(officer: Office, policy: UUID) -> None:
    flag = await one_bad(officer, policy)

    async def refused(message: Message, ref: str) -> Outcome:
        return Never("cant_update_message") if BAD not in said(message.card) and message.place.direct else Sent(ref)

    officer.chat.update = refused  # type: ignore[method-assign]
    await take_down(officer)
    await officer.until(officer.clock.now + timedelta(minutes=2))
    outcome = said(await officer.open(intents.SeeTakeDown("flag", flag), "eve"))
    assert "A message to one person in chat: cant_update_message." in outcome
    assert "0 messages with it were changed." in outcome
    assert not [each for each in officer.rows("deliveries") if each["state"] == "dead"], "admins are told of it again"


BAD_LINK = "https://example.org/People/desk-nine?utm_source=mail#the-desk-nine"


@pytest.mark.parametrize("entry_id", ["", "tag:example.org,2026:7", "https://example.org/People/desk-nine#1"])
async def test_an_announcement_is_taken_down_with_every_wording_and_its_link(officer: Office, entry_id: str) -> None:
    entry = Announcement(
        title=f"Permit, {BAD}",
        summary=f"First, {BAD}",
        link=BAD_LINK,
        announced_on=date(2026, 11, 23),
        feed="https://example.org/feed",
        entry_id=entry_id,
    )
    made = await officer.dispatcher.announce([entry], owner=email_of("priya"), channel="channel c1")
    policy = made.opened[0].id
    await officer.dispatcher.announce(
        [replace(entry, summary=BAD)], owner=email_of("priya"), if_unclear=IfUnclear.REWORD
    )
    await officer.file(policy, "asha", promise="named")
    await officer.until(24, 10)
    assert any(BAD in each for each in standing(officer))
    assert any(BAD_LINK in each for each in officer.sent_to("priya"))
    await report(officer, intents.ReportAnnouncement(policy), "cai")
    assert BAD_LINK in said(await officer.press(await the_reported(officer), "eve"))
    await take_down(officer)
    await officer.until(officer.clock.now + timedelta(minutes=2))
    listed = said(await officer.open(intents.SeeFlags(policy), "cai"))
    for each in (texts(officer, policy), *standing(officer), listed):
        assert BAD not in each
        assert "desk-nine" not in each.lower()
    assert INSTEAD in await officer.card_text()
    # A feed that still has it opens it no second time, and does not bring the words back.
    for again in (entry, replace(entry, summary=BAD), replace(entry, link=BAD_LINK.replace("?utm_source=mail", ""))):
        done = await officer.dispatcher.announce([again], owner=email_of("priya"), if_unclear=IfUnclear.REWORD)
        assert (done.opened, done.reworded) == ((), ())
    assert "desk-nine" not in texts(officer, policy).lower()
    other = replace(entry, link="https://example.org/other", entry_id="tag:example.org,2026:8", title="Another policy")
    assert len((await officer.dispatcher.announce([other], owner=email_of("priya"))).opened) == 1


@pytest.mark.both_databases
async def test_a_title_is_taken_down_with_every_wording_of_it(officer: Office) -> None:
    policy = await officer.announce(f"Permit, {BAD}", link="https://example.org/a")
    await officer.file(policy, "asha", promise="named")
    await officer.until(24, 10)
    assert any(BAD in each for each in standing(officer))
    await report(officer, intents.ReportAnnouncement(policy), "cai")
    await take_down(officer)
    await officer.until(officer.clock.now + timedelta(minutes=2))
    assert BAD not in texts(officer, policy)
    assert not any(BAD in each for each in standing(officer))
    assert INSTEAD in await officer.card_text()
    # A feed that still has the old words does not bring them back.
    entry = Announcement(
        title=f"Permit, {BAD}", summary=BAD, link="https://example.org/a", announced_on=date(2026, 11, 23)
    )
    done = await officer.dispatcher.announce([entry], owner=email_of("priya"), if_unclear=IfUnclear.REWORD)
    assert not done.reworded
    assert not done.opened
    assert BAD not in texts(officer, policy)


async def test_who_reported_is_written_nowhere_and_said_to_nobody(officer: Office, policy: UUID) -> None:
    flag = await officer.file(policy, "asha", BAD, promise="named")
    before = officer.everything()
    await report(officer, intents.ReportText(flag), "cai")
    new = "\n".join(row for table, rows in officer.everything().items() for row in rows if row not in before[table])
    cai = officer.person("cai")
    assert str(cai) not in new
    assert cai.hex not in new
    assert "cai" not in new
    await officer.worker.tick()
    told = [each for person in ("eve", "priya") for each in officer.sent_to(person) if "was reported" in each]
    assert len(told) == 2
    assert not any("Wrothesly" in each or "Cai" in each for each in told)
    assert all("Nobody is told who reported it." in each for each in told)
    assert [set(each) for each in officer.rows("reports")] == [
        {"id", "policy_id", "kind", "text_id", "reason", "reported_on", "left_on"}
    ]


async def test_reported_often_it_is_one_report_and_one_message_a_day(officer: Office, policy: UUID) -> None:
    flag = await officer.file(policy, "asha", BAD, promise="named")
    for person in ("cai", "dina", "finn"):
        await report(officer, intents.ReportText(flag), person)
    await report(officer, intents.ReportText(flag), "ben", reason="other")
    await officer.worker.tick()
    assert sorted(each["reason"] for each in officer.rows("reports")) == ["names", "other"]
    assert sum("was reported" in each for each in officer.sent_to("eve")) == 1
    assert "Names a person and Something else" in said(await officer.open(intents.SeeReports(), "eve"))


async def test_without_an_officer_admins_are_told(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha", BAD, promise="named")
    await report(office, intents.ReportText(flag), "cai")
    await office.worker.tick()
    assert any("There is no records officer" in each for each in office.sent_to("ada"))


@pytest.mark.both_databases
async def test_opening_leaving_and_taking_down_are_in_the_log(officer: Office, policy: UUID) -> None:
    flag = await one_bad(officer, policy)
    await officer.press(await the_reported(officer), "eve")
    await officer.press(intents.LeaveText("flag", flag), "eve")
    assert not buttons(await officer.open(intents.SeeReports(), "eve"), "Open this text")
    await report(officer, intents.ReportText(flag), "dina")
    await take_down(officer)
    acts = [(each["act"], each["subject"]) for each in log(officer)][1:]
    about = f"flag:{flag.hex}"
    assert acts == [("open-text", about), ("leave-text", about), ("open-text", about), ("take-down", about)]
    assert "Wrothesly" not in json.dumps(log(officer), default=str)


async def test_only_a_records_officer_opens_a_text_and_only_a_reported_one(officer: Office, policy: UUID) -> None:
    flag = await officer.file(policy, "asha", BAD, promise="named")
    entries = len(log(officer))
    for intent in (intents.OpenText("flag", flag), intents.LeaveText("flag", flag), intents.TakeTextDown("flag", flag)):
        assert "not here any more" in said(await officer.press(intent, "eve"))
    await report(officer, intents.ReportText(flag), "cai")
    for person in ("ada", "priya", "cai"):
        for intent in (intents.OpenText("flag", flag), intents.LeaveText("flag", flag)):
            assert "Only a records officer can do this." in said(await officer.press(intent, person))
        for opens in (intents.SeeReports(), intents.SeeTakeDown("flag", flag), intents.TakeTextDown("flag", flag)):
            assert "Only a records officer can do this." in said(await officer.open(opens, person))
    for odd in (intents.OpenText("nothing", flag), intents.OpenText("answer", flag), intents.OpenText("flag", policy)):
        assert "not here any more" in said(await officer.press(odd, "eve"))
    assert len(log(officer)) == entries, "what was refused is logged as done"


async def test_taken_down_twice_it_stays_as_it_was_the_first_time(officer: Office, policy: UUID) -> None:
    flag = await one_bad(officer, policy)
    opened = await officer.form(intents.TakeTextDown("flag", flag), "eve")
    await take_down(officer)
    again = await officer.send(opened, "eve", reason="other", sentence="Something else.")
    assert again.title == "Taken down"
    assert WHY in said(again)
    assert "Something else." not in said(again)
    assert len(officer.rows("take_downs")) == 1
    assert "not here any more" in said(await officer.press(intents.LeaveText("flag", flag), "eve"))


async def test_an_officer_who_wrote_it_for_all_to_read_can_take_it_down_and_not_leave_it(
    officer: Office, policy: UUID
) -> None:
    await officer.fill(intents.NameOwner(policy), "ada", owner=email_of("eve"))
    flag = await officer.file(policy, "asha", promise="named")
    answer = await officer.answer((flag,), "eve", text=BAD)
    await report(officer, intents.ReportText(flag), "cai", "Answer")
    opened = await officer.press(await the_reported(officer), "eve")
    assert "another records officer decides" in said(opened)
    assert not buttons(opened, "Leave it as it is")
    refused = await officer.press(intents.LeaveText("answer", answer), "eve")
    assert "another records officer decides" in said(refused)
    assert BAD not in said(await take_down(officer))


async def test_of_a_confidential_flag_nothing_shows_that_the_officer_wrote_it(officer: Office, policy: UUID) -> None:
    for person in ("eve", "asha", "ben"):
        await officer.file(policy, person, f"{BAD} {person}")
    await officer.until(24, 12)
    screens = []
    for row in officer.rows("flags"):
        flag = UUID(str(row["id"]))
        await report(officer, intents.ReportText(flag), "cai")
        opened = await officer.press(intents.OpenText("flag", flag), "eve")
        screens.append([getattr(each, "label", "") for each in opened.body])
    assert len(screens) == 3
    assert screens[0] == screens[1] == screens[2]


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"reason": ""}, "reason", "Select the reason"),
        ({"sentence": "  "}, "sentence", "Enter why, in one sentence"),
        ({"sentence": "x" * 151}, "sentence", "This must be 150 characters or fewer. You have 151"),
        ({}, "sure", "This cannot be undone."),
    ],
)
async def test_what_is_missing_is_said_beside_the_field(
    officer: Office, policy: UUID, typed: dict[str, str], field: str, sentence: str
) -> None:
    flag = await one_bad(officer, policy)
    form = await officer.form(intents.TakeTextDown("flag", flag), "eve")
    refused = await officer.send(form, "eve", **{"reason": "names", "sentence": WHY, **typed})
    assert refused.problems[field].startswith(sentence)
    if typed.get("sentence", "x").strip():
        assert typed.get("sentence", WHY) in said(refused)
    assert not officer.rows("take_downs")


async def test_a_yes_is_for_the_words_that_were_shown(officer: Office, policy: UUID) -> None:
    flag = await one_bad(officer, policy)
    form = await officer.form(intents.TakeTextDown("flag", flag), "eve")
    asked = await officer.send(form, "eve", reason="names", sentence=WHY)
    (sure,) = (part for part in asked.body if getattr(part, "name", "") == "sure")
    other = await officer.send(asked, "eve", reason="names", sentence="Else.", sure=sure.options[0].value)  # type: ignore[union-attr]
    assert "sure" in other.problems
    assert not officer.rows("take_downs")


async def test_a_report_needs_a_text_and_what_is_wrong_with_it(officer: Office, policy: UUID) -> None:
    flag = await officer.file(policy, "asha", BAD, promise="named")
    await officer.answer((flag,))
    refused = await officer.fill(intents.ReportText(flag), "cai", text="", reason="")
    assert refused.problems == {"reason": "Select what is wrong with it"}
    refused = await officer.fill(intents.ReportText(flag), "cai", text=f"flag:{policy.hex}", reason="names")
    assert refused.problems == {"text": "Select which text"}
    assert not officer.rows("reports")


async def test_what_is_not_shown_cannot_be_reported(officer: Office, policy: UUID) -> None:
    waiting = await officer.file(policy, "asha", BAD)
    assert "not here any more" in said(await officer.open(intents.ReportText(waiting), "cai"))


@pytest.mark.both_databases
async def test_a_text_that_is_gone_meanwhile_is_said_to_be_gone(officer: Office, policy: UUID) -> None:
    flag = await one_bad(officer, policy)
    officer.update("flags", flag, left_out=True)
    assert "not here any more" in said(await officer.press(intents.OpenText("flag", flag), "eve"))
    assert "not here any more" in said(await officer.press(intents.TakeTextDown("flag", flag), "eve"))


async def test_a_guest_is_no_officer_and_reports_where_let_in(officer: Office, policy: UUID) -> None:
    flag = await officer.file(policy, "asha", BAD, promise="named")
    await officer.enrol(member("ben", guest=True))
    assert "Only members of" in said(await officer.open(intents.ReportText(flag), "ben"))
    channel = UUID(str(officer.rows("channels")[0]["id"]))
    await officer.fill(intents.ChannelSettings(channel), "ada", **{**CHANNEL_SETTINGS, "guests": "yes"})  # type: ignore[arg-type]
    assert (await report(officer, intents.ReportText(flag), "ben")).title == "Reported"
