"""The digest: its worked example word for word, its order, its limits and what it leaves out."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.calendar.dates import long_date
from bot.interface.intents import AcknowledgeAll, AnswerFlags, MyPolicies, NameOwner, SeeFlags
from bot.interface.parts import Button, FormButton, Heading, Link, Notice, Quote
from bot.interface.views import DigestItem, DigestPartView, DigestView
from bot.screens import invented
from bot.screens.digest.digest import digest_card, digest_example, subject
from storage import AnswerKind, FlagStatus, Verdict
from tests.bot.screens.extremes import DAY, digest_of
from tests.bot.screens.reading import parts_of, read_aloud

WORKED_EXAMPLE = """\
4 flags need your answer. 1 is due today, 3 by Wednesday 23 December 2026.
Start with Single parking permit: 7 people say it is not deliverable as announced.
Single parking permit (3 flags to answer)
[Read the announcement]
1. Not deliverable as announced. Timetable. 7 people say this. Due today.
Why: "Councils use about 140 permit systems. For 60 of them the supplier's contract ends after April, \
so those cannot be joined up by then."
What would make it deliverable: "Start in April with councils that share a system. Add the others as contracts end."
Added by someone who sees this too: "The same is true of the contracts for enforcement."
Confidential. First sent to you on Wednesday 25 November 2026. If there is no answer, we tell the delegate, \
Tom Adeyemi, on Thursday 10 December 2026.
[Answer]
2. Deliverable if… Legacy systems and data. 3 people say this. New.
Why: "A third of vehicle records have no address we can match."
What would make it deliverable: "Let people confirm their address when they apply, in place of a bulk match."
From: Ana Lopes, who chose to be named.
[Answer]
3. Cannot tell yet. Law, privacy and security. 1 person says this. New.
Question: "May councils share blue badge data for this purpose?"
Confidential.
[Answer]
[Answer together]
Same-day address change (1 flag to answer)
[Read the announcement]
4. Deliverable if… Funding and whole-life cost. 2 people say this. New.
Why: "It works at today's volume. At ten times the volume, support at night is needed and is not in the plan."
What would make it deliverable: "Fund night support, or promise 'next working day' instead."
Confidential.
[Answer]
1 more flag says: deliverable as announced. No answer is needed.
Since your last digest: 2 answers settled.
[Acknowledge all]
[Remind me later]
[See everything]
[Download CSV]
You get this because Sam Okoro named you policy owner.
[Name someone else]
[Change when this arrives]"""

ITEM = invented.DIGEST.parts[0].items[0]
PART = replace(invented.DIGEST.parts[0], as_announced=0)


def digest(*parts: DigestPartView) -> DigestView:
    return replace(invented.DIGEST, parts=parts)


def part_of(*items: DigestItem, title: str = "Single parking permit") -> DigestPartView:
    due: dict[date, int] = {}
    for each in items:
        if each.answer_by:
            due[each.answer_by] = due.get(each.answer_by, 0) + 1
    return replace(PART, title=title, items=items, needing=len(items), due=tuple(sorted(due.items())))


def due_in(days: int, **changes: object) -> DigestItem:
    return replace(ITEM, answer_by=DAY + timedelta(days=days), **changes)  # type: ignore[arg-type]


def headings(view: DigestView, level: int) -> list[str]:
    return [each.text for each in parts_of(digest_card(view)) if isinstance(each, Heading) and each.level == level]


def ask(view: DigestView) -> str:
    return headings(view, 1)[0]


def test_the_worked_example_reads_as_it_was_written() -> None:
    assert "\n".join(read_aloud(digest_card(invented.DIGEST))) == WORKED_EXAMPLE


def test_subject_and_notification_of_the_worked_example() -> None:
    line = "4 flags need your answer, 1 by today: Single parking permit, Same-day address change"
    assert subject(invented.DIGEST) == line
    assert digest_card(invented.DIGEST).fallback == line + "."


@pytest.mark.parametrize(
    ("days", "line"),
    [
        ([5], f"1 flag needs your answer by {long_date(DAY + timedelta(5))}."),
        ([0], "1 flag needs your answer today."),
        ([-1], "1 flag needs your answer. It is late."),
        ([-1, -3], "2 flags need your answer. All are late."),
        ([0, 0], "2 flags need your answer today."),
        ([-1, 0], "2 flags need your answer. 1 is late, 1 is due today."),
        ([-1, 5, 5], f"3 flags need your answer. 1 is late, 2 are due by {long_date(DAY + timedelta(5))}."),
        ([-2, -1, 0], "3 flags need your answer. 2 are late, 1 is due today."),
        (
            [1, 2, 3, 4, 4],
            f"5 flags need your answer. 1 is due by {long_date(DAY + timedelta(1))}, "
            f"1 by {long_date(DAY + timedelta(2))}, 3 by {long_date(DAY + timedelta(4))}.",
        ),
    ],
)
def test_what_is_asked_and_by_when(days: list[int], line: str) -> None:
    assert ask(digest(part_of(*(due_in(each) for each in days)))) == line


@pytest.mark.parametrize(
    ("days", "line"),
    [
        ([5], "1 flag needs your answer: Single parking permit"),
        ([0], "1 flag needs your answer today: Single parking permit"),
        ([-1], "1 flag needs your answer and is late: Single parking permit"),
        ([-1, 0, 3], "3 flags need your answer, 1 late, 1 by today: Single parking permit"),
    ],
)
def test_subjects(days: list[int], line: str) -> None:
    assert subject(digest(part_of(*(due_in(each) for each in days)))) == line


def test_a_digest_that_only_brings_news_says_so() -> None:
    view = digest(replace(PART, items=(), needing=0, due=(), as_announced=2, settled=1))
    read = read_aloud(digest_card(view))
    assert read[0] == "No flag needs your answer."
    assert "2 flags say: deliverable as announced. No answer is needed." in read
    assert "Since your last digest: 1 answer settled." in read
    assert "[Acknowledge all]" not in read
    assert subject(view) == "No flag needs your answer. There is news of Same-day address change"


def test_flags_stand_late_first_then_due_then_by_verdict_then_by_people() -> None:
    items = (
        due_in(5, because="e", verdict=Verdict.CANNOT_TELL, people=90),
        due_in(5, because="d", verdict=Verdict.IF, people=2),
        due_in(0, because="b", verdict=Verdict.CANNOT_TELL),
        due_in(5, because="c", verdict=Verdict.NOT, people=1),
        due_in(-1, because="a", verdict=Verdict.CANNOT_TELL, people=1),
    )
    views = [digest(part_of(*items)), digest(part_of(*reversed(items)))]
    for view in views:
        shown = [each.text for each in parts_of(digest_card(view)) if isinstance(each, Quote) and each.text in "abcde"]
        assert shown == ["a", "b", "c"]
    fewer = digest(part_of(*items[:2], replace(items[1], because="f", people=3)))
    shown = [each.text for each in parts_of(digest_card(fewer)) if isinstance(each, Quote) and len(each.text) == 1]
    assert shown == ["f", "d", "e"]


def test_policies_stand_by_their_most_urgent_flag() -> None:
    calm = part_of(due_in(5, verdict=Verdict.NOT, people=50), title="Calm")
    late = part_of(due_in(-1, verdict=Verdict.CANNOT_TELL), title="Late")
    assert headings(digest(calm, late), 2) == ["Late (1 flag to answer)", "Calm (1 flag to answer)"]


def test_what_is_answered_or_needs_nothing_is_not_quoted() -> None:
    left_out = (FlagStatus.ANSWERED, FlagStatus.SETTLED, FlagStatus.UNNEEDED)
    items = tuple(due_in(3, because="hidden", status=each) for each in left_out)
    view = digest(replace(part_of(due_in(3), *items), needing=1))
    assert "hidden" not in "\n".join(read_aloud(digest_card(view)))


def test_numbers_run_on_over_policies_and_name_the_buttons() -> None:
    view = digest(part_of(due_in(1), due_in(2), title="First"), part_of(due_in(3), title="Second"))
    numbers = [each[:2] for each in headings(view, 3)]
    assert numbers == ["1.", "2.", "3."]
    answers = [
        each.name for each in parts_of(digest_card(view)) if isinstance(each, FormButton) and each.label == "Answer"
    ]
    assert answers == ["Answer, flag 1, First", "Answer, flag 2, First", "Answer, flag 3, Second"]


def test_three_flags_a_policy_and_a_way_to_the_others() -> None:
    view = digest(part_of(*(due_in(n) for n in range(7))))
    card = digest_card(view)
    read = read_aloud(card)
    assert len(headings(view, 3)) == 3
    assert "4 more flags on this policy need your answer." in read
    assert FormButton("See all", SeeFlags(PART.policy), "See all, Single parking permit") in card.parts


def test_the_biggest_digest_stays_small() -> None:
    view = digest_of(500, 4, "delivery " * 333)
    card = digest_card(view)
    assert len(headings(view, 3)) == 10
    assert len([each for each in card.parts if isinstance(each, FormButton) and each.label == "Answer"]) == 10
    assert len(card.parts) < 200
    read = read_aloud(card)
    assert "496 more policies have 1,984 flags that need your answer." in read
    (more,) = [each for each in read if each.endswith(" and 481 more policies.")]
    assert len(more) < 800
    assert read[0].startswith("2,000 flags need your answer. ")
    assert len(card.fallback) < 300
    assert card.fallback.endswith("and 497 more policies.")


def test_no_flag_is_counted_twice_or_lost() -> None:
    view = digest_of(7, 5, "short")
    read = "\n".join(read_aloud(digest_card(view)))
    more = 4 * 5 - 10 + 3 * 5
    assert "35 flags need your answer" in read
    assert len(headings(view, 3)) + more == 35
    assert "3 more policies have 15 flags that need your answer." in read
    assert read.count("short: 5 flags.\n[See flags]") == 3


def test_long_text_is_cut_and_leads_to_the_rest() -> None:
    item = due_in(3, because="because " * 375, remedy="remedy " * 375, status=FlagStatus.NOT_SETTLED, reply="no " * 900)
    quotes = [each for each in parts_of(digest_card(digest(part_of(item)))) if isinstance(each, Quote)]
    assert [len(each.text) <= limit for each, limit in zip(quotes, (300, 200, 300), strict=True)] == [True] * 3
    assert all(each.rest for each in quotes)


@pytest.mark.parametrize(
    ("item", "state"),
    [
        (due_in(-1, new=False), "Late: it was due on Tuesday 8 December 2026."),
        (due_in(0, new=False), "Due today."),
        (due_in(1, new=False), "Due by Thursday 10 December 2026."),
        (due_in(1, new=True), "New."),
        (
            due_in(1, status=FlagStatus.NOT_SETTLED),
            "The last answer did not settle it. Due by Thursday 10 December 2026.",
        ),
        (due_in(0, status=FlagStatus.ACKNOWLEDGED), "It was acknowledged. Due today."),
        (due_in(0, status=FlagStatus.ASKED), "The question has no reply. Due today."),
    ],
)
def test_each_flag_says_how_it_stands(item: DigestItem, state: str) -> None:
    assert headings(digest(part_of(item)), 3)[0].endswith(f"this. {state}")


def test_new_flags_say_their_day_when_there_are_several_days() -> None:
    view = digest(part_of(due_in(1), due_in(2)))
    assert headings(view, 3)[0].endswith("New. Due by Thursday 10 December 2026.")


def test_new_people_are_counted() -> None:
    view = digest(part_of(due_in(1, new=False, people=7, more_people=2)))
    assert "7 people say this, 2 more since your last digest." in headings(view, 3)[0]


def test_buttons_lead_where_they_say() -> None:
    card = digest_card(invented.DIGEST)
    found = {each.label: each.intent for each in card.parts if isinstance(each, FormButton)}
    assert found["Acknowledge all"] == AcknowledgeAll(invented.DIGEST.id)
    assert found["Answer"] == AnswerFlags((ITEM.flag,))
    assert found["Name someone else"] == MyPolicies()
    one = digest_card(digest(PART))
    assert FormButton("Name someone else", NameOwner(PART.policy)) in one.parts


def test_a_digest_whose_every_flag_is_answered_asks_for_nothing() -> None:
    answers = {ITEM.flag: invented.ANSWER}
    one = read_aloud(digest_card(digest(PART), answers))
    assert one[3:5] == [
        "1. Deliverable if… Funding and whole-life cost. Priya Nair answered this flag on Wednesday 9 December 2026: "
        "We will change it, by 31 March 2027.",
        "[Change answer]",
    ]
    assert one[0] == "The 1 flag in this digest has been answered."
    acknowledged = {ITEM.flag: replace(invented.ANSWER, kind=AnswerKind.ACKNOWLEDGED)}
    assert read_aloud(digest_card(digest(PART), acknowledged))[0].startswith("1 flag needs your answer")
    more = digest(replace(PART, needing=2))
    assert read_aloud(digest_card(more, answers))[0].startswith("2 flags need your answer")


def test_the_example_says_that_it_is_one_and_has_nothing_to_press() -> None:
    card = digest_example()
    assert card.parts[0] == Notice("This is an example. Nothing in it is real, and its buttons are left out.")
    assert not [each for each in card.parts if isinstance(each, (Button, FormButton, Link))]
    assert card.fallback.startswith("An example of a digest: ")


def test_policies_without_links_and_owners_named_by_nobody_known() -> None:
    card = digest_card(replace(digest(replace(PART, link="")), named_by=""))
    assert not [each for each in card.parts if isinstance(each, Link)]
    assert "You get this because you are the policy owner." in read_aloud(card)
