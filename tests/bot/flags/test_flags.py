"""A flag: what is refused and how, what is kept, and that a form is taken once."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from bot.dispatcher import Dispatcher
from bot.flags import boxes, flags, releases
from bot.interface import intents
from bot.interface.announcements import Announcement
from bot.people import people
from bot.screens import refusals as says
from bot.unit_of_work import errors
from bot.unit_of_work.unit_of_work import UnitOfWork
from bot.worker.worker import Worker
from storage import Database
from storage.authors_key import BOX_BYTES
from storage.boxes import Texts
from tests.bot.conftest import FLAG, MONDAY, Clock, Office, buttons, said
from tests.rings import new_ring

pytestmark = pytest.mark.rules

REFUSED = {
    "no promise": ({"promise": ""}, "promise", says.NO_PROMISE),
    "an unknown promise": ({"promise": "anonymous"}, "promise", says.NO_PROMISE),
    "no verdict": ({"verdict": ""}, "verdict", says.NO_VERDICT),
    "an unknown verdict": ({"verdict": "maybe"}, "verdict", says.NO_VERDICT),
    "no theme": ({"theme": ""}, "theme", says.NO_THEME),
    "nothing as a reason": ({"because": ""}, "because", says.NO_WHY),
    "blanks as a reason": ({"because": " \n\t "}, "because", says.NO_WHY),
    "3,001 characters": (
        {"because": "x" * 3001},
        "because",
        "Why must be 3,000 characters or fewer. You have 3,001",
    ),
    "3,001 characters of a remedy": (
        {"remedy": "y" * 3001},
        "remedy",
        "What would make it deliverable must be 3,000 characters or fewer. You have 3,001",
    ),
    "if without a remedy": ({"verdict": "if", "remedy": ""}, "remedy", says.NO_REMEDY),
    "if with a blank remedy": ({"verdict": "if", "remedy": "  "}, "remedy", says.NO_REMEDY),
    "evidence over http": ({"evidence": "http://example.org/a"}, "evidence", says.BAD_LINK),
    "evidence that is no link": ({"evidence": "ask me"}, "evidence", says.BAD_LINK),
    "two links as evidence": (
        {"evidence": "https://example.org/a https://example.org/b"},
        "evidence",
        says.BAD_LINK,
    ),
}


async def test_a_refused_flag_comes_back_as_it_was_typed_and_leaves_nothing(office: Office, policy: UUID) -> None:
    before = office.everything()
    form = await office.form(intents.GiveView(policy), "asha")
    for case, (changed, field, sentence) in REFUSED.items():
        typed = {**FLAG, "because": "  Exactly\r\nas *typed* <b>&amp; ünïcödé 🎏  ", "remedy": " so, too ", **changed}

        again = await office.send(form, "asha", **typed)

        assert (again.title, again.intent, again.nonce) == (form.title, form.intent, form.nonce), case
        assert dict(again.problems) == {field: sentence}, case
        kept = {each.name: getattr(each, "value", None) or getattr(each, "values", ()) for each in again.questions}
        for name in ("because", "remedy", "evidence"):
            assert (kept[name] or "") == typed.get(name, ""), case
        for name in {"promise", "verdict", "theme"} - {field}:
            assert kept[name] == (typed[name],), case
        assert office.everything() == before, case


async def test_every_problem_of_a_form_is_told_at_once(office: Office, policy: UUID) -> None:
    form = await office.fill(intents.GiveView(policy), "asha", evidence="ask me")
    assert dict(form.problems) == {
        "promise": says.NO_PROMISE,
        "verdict": says.NO_VERDICT,
        "theme": says.NO_THEME,
        "because": says.NO_WHY,
        "evidence": says.BAD_LINK,
    }


async def test_three_thousand_characters_are_taken_and_come_back_whole(office: Office, policy: UUID) -> None:
    because, remedy = "ß" * 2999 + "…", "🎏" * 3000
    flag = await office.file(policy, "asha", because, remedy=remedy, verdict="if")
    first, second = [await office.form(intents.SeeFlag(flag, part), "asha") for part in (1, 2)]
    assert because in said(first)
    assert remedy in said(second)


async def test_a_remedy_is_needed_for_no_other_verdict(office: Office, policy: UUID) -> None:
    for verdict in ("as-announced", "not", "cannot-tell"):
        assert (await office.flag(policy, "asha", verdict=verdict, remedy="")).title == "Flag saved", verdict


async def test_nothing_is_chosen_when_the_form_opens(office: Office, policy: UUID) -> None:
    form = await office.form(intents.GiveView(policy), "asha")
    assert next(each.name for each in form.questions) == "promise"
    assert all(not getattr(each, "values", ()) and not getattr(each, "value", "") for each in form.questions)


async def test_a_policy_that_closed_while_someone_wrote(office: Office) -> None:
    policy = await office.announce(closes_on="2026-11-25")
    form = await office.form(intents.GiveView(policy), "asha")
    await office.until(26, 10)
    before = office.everything()

    again = await office.send(form, "asha", **FLAG)

    assert "This policy closed for flags on Wednesday 25 November 2026." in again.problems[""]
    assert "Priya Owneray" in again.problems[""]
    assert FLAG["because"] in {getattr(each, "value", "") for each in again.questions}
    assert office.everything() == before
    assert not (await office.form(intents.GiveView(policy), "asha")).questions


async def test_a_policy_takes_flags_on_its_last_day(office: Office) -> None:
    policy = await office.announce(closes_on="2026-11-25")
    await office.until(25, 23, 59)
    assert (await office.flag(policy, "asha")).title == "Flag saved"


async def test_the_sixth_flag_is_refused_and_the_fifth_is_not(office: Office, policy: UUID) -> None:
    for n in range(5):
        promise = "named" if n % 2 else "confidential"
        await office.file(policy, "asha", f"Point number {n} of mine.", promise=promise)
    before = office.everything()

    for promise in ("named", "confidential"):
        again = await office.flag(policy, "asha", "One point more.", promise=promise)
        assert dict(again.problems) == {"": says.too_many(5)}
        assert "One point more." in {getattr(each, "value", "") for each in again.questions}
    assert office.everything() == before
    assert (await office.flag(policy, "ben")).title == "Flag saved"
    other = await office.announce("Another policy")
    assert (await office.flag(other, "asha")).title == "Flag saved"


async def test_a_withdrawn_flag_keeps_its_slot_until_it_would_be_shown(office: Office, policy: UUID) -> None:
    flags = [await office.file(policy, "asha", f"Point number {n} of mine.") for n in range(5)]
    await office.press(intents.WithdrawFlag(flags[2]), "asha")
    assert dict((await office.flag(policy, "asha")).problems) == {"": says.too_many(5)}
    await office.until(26, 12)
    assert len(office.rows("flags")) == 4
    assert office.rows("boxes") == []
    assert (await office.flag(policy, "asha")).title == "Flag saved"
    assert dict((await office.flag(policy, "asha")).problems) == {"": says.too_many(5)}


async def test_slots_are_counted_over_both_accounts(office: Office, policy: UUID) -> None:
    for n in range(3):
        await office.file(policy, "asha", f"Point number {n} of mine.")
    await office.file(policy, "ben", "As Ben.", promise="named")
    office.join("ben", into="asha")
    await office.file(policy, "asha", "The fifth.")
    assert dict((await office.flag(policy, "asha")).problems) == {"": says.too_many(5)}


async def test_a_joined_person_can_send_as_many_as_are_left(office: Office, policy: UUID) -> None:
    for n in range(4):
        await office.file(policy, "ben", f"As Ben, number {n}.")
    office.join("ben", into="asha")
    await office.file(policy, "asha", "The fifth.")
    assert (await office.form(intents.MyFlags(), "asha")).body
    assert said(await office.form(intents.MyFlags(), "asha")).count("As Ben, number") == 4


async def test_a_form_sent_twice_is_one_flag_with_one_receipt(office: Office, policy: UUID) -> None:
    form = await office.form(intents.GiveView(policy), "asha")
    first = await office.send(form, "asha", **FLAG)
    rows = office.everything()
    second = await office.send(form, "asha", **FLAG)
    assert first == second
    assert office.everything() == rows


async def test_a_form_sent_again_on_a_later_day_promises_what_it_promised(office: Office, policy: UUID) -> None:
    form = await office.form(intents.GiveView(policy), "asha")
    first = await office.send(form, "asha", **FLAG)
    await office.until(24, 12)
    assert await office.send(form, "asha", **FLAG) == first
    assert office.number_of("flags") == 1


@pytest.mark.parametrize("promise", ["confidential", "named"])
@pytest.mark.both_databases
async def test_a_form_sent_twice_at_once_is_one_flag(office: Office, policy: UUID, promise: str) -> None:
    for n in range(4):
        await office.file(policy, "asha", f"Point number {n} of mine.")
    form = await office.form(intents.GiveView(policy), "asha")
    typed = {**FLAG, "promise": promise, "because": "The fifth of mine."}
    receipts = await asyncio.gather(*(office.send(form, "asha", **typed) for _ in range(4)))
    assert [each.title for each in receipts] == ["Flag saved"] * 4
    assert len({said(each) for each in receipts}) == 1
    assert office.number_of("flags") == 5


@pytest.mark.both_databases
async def test_flags_sent_at_once_never_pass_the_limit(office: Office, policy: UUID) -> None:
    forms = [await office.form(intents.GiveView(policy), "asha") for _ in range(8)]
    sent = await asyncio.gather(*(office.send(each, "asha", **FLAG) for each in forms))
    assert sorted(each.title for each in sent) == ["Flag saved"] * 5 + ["Is this deliverable?"] * 3
    assert office.number_of("flags") == 5


async def test_the_nonce_of_somebody_else_takes_nothing_and_tells_nothing(office: Office, policy: UUID) -> None:
    form = await office.form(intents.GiveView(policy), "asha")
    await office.send(form, "asha", **{**FLAG, "because": "Nobody else knows this."})
    before = office.everything()
    refused = await office.send(form, "ben", **FLAG)
    assert refused.problems == {"": says.COULD_NOT_SAVE}
    assert "Nobody else knows" not in said(refused)
    assert office.everything() == before


async def test_a_flag_keeps_the_wording_that_it_answered(office: Office) -> None:
    policy = await office.announce(link="https://example.org/permit")
    flag = await office.file(policy, "asha")
    changed = Announcement("Single parking permit", "Now for businesses.", "https://example.org/permit", None)
    await office.dispatcher.announce([changed], owner="priya.7741@example.org")
    shown = said(await office.form(intents.SeeFlag(flag), "asha"))
    assert "Single parking permit for every resident." in shown
    assert "Single parking permit for every resident." not in said(await office.form(intents.SeeFlags(policy), "asha"))


async def test_change_and_withdraw_until_it_is_shown(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha")
    form = await office.form(intents.ChangeFlag(flag), "asha")
    written = {each.name: getattr(each, "value", "") or getattr(each, "values", ()) for each in form.questions}
    assert written["because"] == FLAG["because"]
    assert written["verdict"] == ("not",)
    assert "promise" not in written

    changed = await office.send(form, "asha", **{**FLAG, "because": "Put better.", "verdict": "as-announced"})
    assert changed.title == "Flag saved"
    shown = said(await office.form(intents.SeeFlag(flag), "asha"))
    assert "Put better." in shown
    assert FLAG["because"] not in shown

    refused = await office.fill(intents.ChangeFlag(flag), "asha", **{**FLAG, "because": ""})
    assert refused.problems == {"because": says.NO_WHY}
    withdrawn = said(await office.press(intents.WithdrawFlag(flag), "asha"))
    assert "It counts as 1 of your 5 flags on this policy until Thursday 26 November 2026 at the latest." in withdrawn
    assert "You have 4 left." in withdrawn
    for screen in (
        await office.press(intents.WithdrawFlag(flag), "asha"),
        await office.form(intents.ChangeFlag(flag), "asha"),
    ):
        assert says.WITHDRAWN_ALREADY in said(screen)
    assert says.SHOWN_ALREADY in said(await office.press(intents.WithdrawFlag(flag), "ben"))
    assert "Put better." not in said(await office.form(intents.MyFlags(), "asha"))
    assert office.waiting_flag(flag).withdrawn
    assert office.waiting_flag(flag).texts == Texts()
    await office.until(30)
    assert says.SHOWN_ALREADY in said(await office.press(intents.WithdrawFlag(flag), "asha"))
    assert "Put better." not in said(await office.form(intents.SeeFlags(policy), "ben"))
    assert office.digests_to("priya") == []


async def test_a_change_begins_the_wait_again(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha")
    await office.until(25, 12)
    await office.fill(intents.ChangeFlag(flag), "asha", **FLAG)
    await office.until(26, 12)
    assert office.rows("flags") == []
    await office.until(30, 12)
    assert office.number_of("flags") == 1


async def test_a_withdrawn_flag_is_in_no_list_after_the_release_either(office: Office, policy: UUID) -> None:
    withdrawn = await office.file(policy, "asha", "Withdrawn before anybody read it.")
    await office.press(intents.WithdrawFlag(withdrawn), "asha")
    await office.file(policy, "ben", "What stays.")
    await office.until(1, 12, month=12)
    assert office.number_of("flags") == 1
    assert office.rows("boxes") == []
    for person in ("asha", "cai", "priya"):
        shown = await office.form(intents.SeeFlags(policy), person)
        assert "What stays." in said(shown)
        # Its text was deleted, so an empty flag would stand there.
        assert "flag 1" in said(shown)
        assert "flag 2" not in said(shown)
        assert "Withdrawn before anybody read it." not in said(shown)


async def test_nobody_but_the_author_changes_or_withdraws(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha")
    before = office.everything()
    form = await office.form(intents.ChangeFlag(flag), "asha")
    for other in ("ben", "priya", "ada"):
        assert not (await office.form(intents.ChangeFlag(flag), other)).questions
        assert (await office.press(intents.WithdrawFlag(flag), other)).title == "Not possible"
        assert (await office.send(form, other, **FLAG)).title == "Not possible"
    assert office.everything() == before


async def test_a_shown_flag_is_neither_changed_nor_withdrawn(office: Office, policy: UUID) -> None:
    named = await office.file(policy, "asha", promise="named")
    flag = await office.file(policy, "ben")
    form = await office.form(intents.ChangeFlag(flag), "ben")
    await office.until(30)
    before = office.everything()
    for author, each in (("asha", named), ("ben", flag)):
        assert says.SHOWN_ALREADY in said(await office.form(intents.ChangeFlag(each), author))
        assert says.SHOWN_ALREADY in said(await office.press(intents.WithdrawFlag(each), author))
    assert says.SHOWN_ALREADY in said(await office.send(form, "ben", **FLAG))
    assert office.everything() == before


async def test_the_promise_of_a_flag_cannot_be_changed(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha")
    await office.fill(intents.ChangeFlag(flag), "asha", **{**FLAG, "promise": "named"})
    assert office.waiting_flag(flag).promise == "confidential"
    await office.until(26, 12)
    row = office.row("flags", flag)
    assert row["promise"] == "confidential"
    assert row["person_id"] is None


async def test_two_flags_of_one_person_have_nothing_in_common(office: Office, policy: UUID) -> None:
    for n in range(3):
        await office.file(policy, "asha", f"Point {n}.")
    waiting = office.rows("boxes")
    for half in (slice(None, 8), slice(8, None)):
        assert len({bytes(each["tag"])[half] for each in waiting}) == 3
    assert {len(each["sealed"]) for each in waiting} == {BOX_BYTES}
    await office.until(26, 12)
    rows = office.rows("flags")
    for column in ("tag", "id", "because", "remedy"):
        assert len({each[column] for each in rows}) == 3


async def test_my_flags_are_found_over_fifty_policies(office: Office) -> None:
    policies = [await office.announce(f"Policy {n}", channels=()) for n in range(51)]
    for policy in policies[::10]:
        await office.file(policy, "asha")
        await office.file(policy, "ben", "From Ben.")
    mine = said(await office.form(intents.MyFlags(), "asha"))
    assert mine.count(FLAG["because"]) == 6
    assert "From Ben." not in mine
    assert says.NOT_FOUND not in mine


def test_a_change_that_comes_while_its_batch_is_released_is_refused_and_loses_nothing(
    migrated_postgresql_url: str,
) -> None:
    with Database(migrated_postgresql_url) as database:
        asyncio.run(_change_during_release(database))


async def _change_during_release(database: Database) -> None:
    ring, clock = new_ring("test"), Clock()
    office = Office(database, ring, clock, Dispatcher(database, ring, clock), Worker(database, ring, clock))
    await office.enrol()
    policy = await office.announce()
    flag = await office.file(policy, "asha")
    later = MONDAY + timedelta(days=3)
    with database.writing() as session:
        uow = UnitOfWork(session, later, ring)
        visitor = people.recognise(uow, office.actor("asha"))
        assert boxes.own_flag(uow, visitor, flag) is not None
        with database.writing() as other:
            released = UnitOfWork(other, later, ring)
            batch = releases.prepare(released, policy)
            assert batch is not None
            assert releases.show(released, batch) == 1
        with pytest.raises(errors.FormRefused):
            flags.withdraw(uow, visitor, flag)
    assert FLAG["because"] in said(await office.open(intents.SeeFlag(flag), "ben"))


async def test_flags_on_policies_that_closed_long_ago_are_a_press_away(office: Office, policy: UUID) -> None:
    other = await office.announce("Change of address")
    await office.file(policy, "asha", "On the permit.", promise="named", verdict="as-announced")
    await office.file(other, "asha", "On the address.", promise="named", verdict="as-announced")
    label = "See older flags"
    first = await office.form(intents.MyFlags(), "asha")
    assert buttons(first, label) == []

    office.update("policies", policy, closes_on=office.clock.now.date() - timedelta(days=31))
    current = await office.form(intents.MyFlags(), "asha")
    assert "On the address." in said(current)
    assert "On the permit." not in said(current)
    (earlier,) = buttons(current, label)
    over = await office.form(earlier, "asha")
    assert "On the permit." in said(over)
    assert "On the address." not in said(over)
    assert buttons(over, "See current flags") == [intents.MyFlags()]
    assert "You have no flags on these policies." in said(await office.form(earlier, "ben"))


@pytest.mark.both_databases
async def test_a_flag_that_waits_keeps_its_policy_among_the_current_ones(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", "Still waiting.", promise="named")
    office.update("policies", policy, closes_on=office.clock.now.date() - timedelta(days=31))
    assert "Still waiting." in said(await office.form(intents.MyFlags(), "asha"))
