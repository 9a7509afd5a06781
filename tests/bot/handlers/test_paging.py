"""Lists that go on over several pages: every item can be reached, the most useful ones come first."""

from __future__ import annotations

from collections import Counter
from datetime import date
from uuid import UUID, uuid4

import pytest

from bot.interface import intents
from bot.interface.intents import Intent, UnknownIntent, parse
from bot.interface.pages import PAGE_SIZE, Page
from bot.interface.parts import Card, Form, FormButton
from bot.people.people import Roster
from storage import Delivery, State, Verb
from tests.bot.conftest import WORKSPACE, Office, member, said

pytestmark = pytest.mark.rules

PEOPLE = ("asha", "ben", "cai", "dina", "eve")
LATE = date(2026, 11, 20)


async def pages(office: Office, intent: Intent, person: str) -> list[Form]:
    """All pages of a list, as somebody comes through them by the button to the next one."""
    shown = [await office.form(intent, person)]
    while on := _next(shown[-1], len(shown)):
        shown.append(await office.form(on, person))
        assert len(shown) < 50, "the list never ends"
    return shown


def _next(form: Form, number: int) -> Intent | None:
    turns = (each.intent for each in form.body if isinstance(each, FormButton) and each.replaces)
    return next((each for each in turns if getattr(each, "page", 1) == number + 1), None)


def led_to(form: Form, kind: type[Intent]) -> list[Intent]:
    """What the buttons of a page lead to, of one kind."""
    return [each.intent for each in form.body if isinstance(each, FormButton) and type(each.intent) is kind]


async def flags_by_all(office: Office, policy: UUID, number: int) -> list[UUID]:
    """Send so many *Named* flags, which are shown at once."""
    writers = [each for each in PEOPLE for _ in range(5)][:number]
    return [await office.file(policy, each, f"Reason {n}", promise="named") for n, each in enumerate(writers)]


@pytest.mark.both_databases
async def test_every_flag_can_be_reached_late_ones_first_then_those_that_most_people_say(
    office: Office, policy: UUID
) -> None:
    sent = await flags_by_all(office, policy, 23)
    office.update("flags", sent[4], answer_by=LATE)
    office.update("flags", sent[11], answer_by=LATE, seconds=3)
    office.update("flags", sent[17], seconds=9)
    shown = await pages(office, intents.SeeFlags(policy), "finn")
    seen = [each.flag for form in shown for each in led_to(form, intents.SecondFlag)]  # type: ignore[attr-defined]
    assert seen[:3] == [sent[11], sent[4], sent[17]]
    assert Counter(seen) == Counter(sent)
    assert [len(led_to(each, intents.SecondFlag)) for each in shown] == [10, 10, 3]
    assert "Here are 1 to 10 of 23 flags." in said(shown[0])
    assert "21. Not deliverable as announced." in said(shown[2])


async def test_every_open_policy_can_be_reached_those_with_a_late_answer_first(office: Office) -> None:
    ids = [await office.announce(f"Policy {n}") for n in range(21)]
    flag = await office.file(ids[3], "asha", promise="named")
    office.update("flags", flag, answer_by=LATE)
    for person in ("asha", "ben"):
        await office.file(ids[7], person, promise="named")
    shown = await pages(office, intents.OpenPolicies(), "finn")
    seen = [each.policy for form in shown for each in led_to(form, intents.GiveView)]  # type: ignore[attr-defined]
    assert seen[:2] == [ids[3], ids[7]]
    assert Counter(seen) == Counter(ids)
    assert "1 answer is late." in said(shown[0])
    assert "Here is the last of 21 policies." in said(shown[2])


async def test_people_are_counted_when_flags_and_seconds_are_shown(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha", promise="named")
    assert office.row("policies", policy)["people"] == 1
    for person in ("ben", "cai", "dina"):
        await office.fill(intents.SecondFlag(flag), person)
        await office.file(policy, person)
    assert office.row("policies", policy)["people"] == 1, "what is not shown is not counted"
    await office.until(24)
    assert office.row("policies", policy)["people"] == 1 + 3 + 3


async def test_every_policy_of_an_owner_can_be_reached_late_ones_first(office: Office) -> None:
    ids = [await office.announce(f"Policy {n}") for n in range(12)]
    flag = await office.file(ids[5], "asha", promise="named")
    office.update("flags", flag, answer_by=LATE)
    for person in ("asha", "ben"):
        await office.file(ids[2], person, promise="named")
    shown = await pages(office, intents.MyPolicies(), "priya")
    seen = [each.policy for form in shown for each in led_to(form, intents.SeeFlags)]  # type: ignore[attr-defined]
    assert seen[:2] == [ids[5], ids[2]]
    assert Counter(seen) == Counter(ids)
    assert all("3 flags need your answer." in said(each) for each in shown)


async def test_every_flag_of_ones_own_can_be_reached_questions_first(office: Office) -> None:
    ids = [await office.announce(f"Policy {n}") for n in range(3)]
    sent = [await office.file(each, "asha", f"Reason {n}") for each in ids for n in range(5)]
    asked = await office.file(await office.announce("The last one"), "asha", promise="named")
    await office.answer((asked,), kind="more", text="Which councils?", by_date="")
    shown = await pages(office, intents.MyFlags(), "asha")
    changes = [each.flag for form in shown for each in led_to(form, intents.ChangeFlag)]  # type: ignore[attr-defined]
    assert Counter(changes) == Counter(sent)
    assert said(shown[0]).index("Which councils?") < said(shown[0]).index("Reason")
    assert len(shown) == 2


async def test_every_channel_can_be_reached(office: Office) -> None:
    for n in range(12):
        roster = Roster("chat", WORKSPACE, f"C-{n}", f"channel {n:02}", (member("ada"),))
        await office.dispatcher.enrol(roster)
    shown = await pages(office, intents.ChooseChannel(), "ada")
    seen = [each.channel for form in shown for each in led_to(form, intents.ChannelSettings)]  # type: ignore[attr-defined]
    assert Counter(seen) == Counter(each["id"] for each in office.rows("channels"))


async def test_every_message_that_could_not_be_sent_can_be_reached(office: Office) -> None:
    def fail(n: int) -> Delivery:
        return Delivery(
            id=uuid4(), verb=Verb.SEND, screen="digest", subject=str(uuid4()), platform="chat", workspace=WORKSPACE,
            address=f"U{n}", direct=True, state=State.DEAD, due_at=None, error=f"reason_{n}",
            made_at=office.clock.now, key=f"k{n}",
        )  # fmt: skip

    office.change(lambda uow: uow.session.add_all([fail(n) for n in range(34)]))
    shown = await pages(office, intents.SeeNotSent(), "ada")
    assert {f"reason_{n}" for n in range(34)} == {
        each for n in range(34) if (each := f"reason_{n}") and any(f"{each}." in said(form) for form in shown)
    }
    assert all("34 messages could not be sent." in said(each) for each in shown)


async def test_ten_of_many_flags_are_answered_at_once_and_the_rest_remain(office: Office, policy: UUID) -> None:
    sent = await flags_by_all(office, policy, 13)
    office.update("flags", sent[12], answer_by=LATE)
    form = await office.form(intents.AnswerPolicy(policy), "priya")
    assert isinstance(form.intent, intents.AnswerFlags)
    assert form.intent.flags[0] == sent[12]
    assert len(form.intent.flags) == PAGE_SIZE
    assert "Here are 10 of 13 flags." in said(form)
    await office.send(form, "priya", kind="change", text="We start with forty.", by_date="2027-03-31")
    rest = await office.form(intents.AnswerPolicy(policy), "priya")
    assert isinstance(rest.intent, intents.AnswerFlags)
    assert {*form.intent.flags, *rest.intent.flags} == set(sent)


async def test_a_page_past_the_end_is_the_last_one(office: Office, policy: UUID) -> None:
    await flags_by_all(office, policy, 12)
    for wanted in (2, 3, 999_999):
        assert "Here are 11 to 12 of 12 flags." in said(await office.form(intents.SeeFlags(policy, wanted), "finn"))


async def test_the_home_reads_no_more_than_it_shows(office: Office) -> None:
    ids = [await office.announce(f"Policy {n}") for n in range(7)]
    card = await office.dispatcher.home(office.actor("finn"))
    assert isinstance(card, Card)
    shown = [each.intent for each in card.parts if isinstance(each, FormButton) and each.label == "Give your view"]
    assert len(shown) == 5
    assert {each.policy for each in shown} < set(ids)  # type: ignore[attr-defined]
    assert "2 more policies are open." in said(card)


@pytest.mark.parametrize("text", ["policies:0", "policies:7", "flags:" + "0" * 31 + "1:3"])
def test_a_page_is_a_number_from_one(text: str) -> None:
    assert parse(text).page == max(1, int(text[-1]))  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["policies:", "policies:-1", "policies:x", "policies:²", "policies:9999999", "flags"])
def test_any_other_page_is_an_unknown_intent(text: str) -> None:
    with pytest.raises(UnknownIntent):
        parse(text)


def test_the_first_page_has_the_text_that_the_list_always_had() -> None:
    assert intents.OpenPolicies().to_text() == "policies"
    assert intents.SeeFlags(UUID(int=1), 2).to_text() == f"flags:{UUID(int=1).hex}:2"


@pytest.mark.parametrize(
    ("number", "total", "first", "last"), [(1, 0, 1, 0), (1, 10, 1, 10), (2, 11, 11, 11), (9, 25, 21, 25)]
)
def test_where_a_page_begins_and_ends(number: int, total: int, first: int, last: int) -> None:
    page = Page.of(number, total)
    assert (page.first, page.last) == (first, last)
    assert page.after() is None or page.after() == Page(page.number + 1, total)
