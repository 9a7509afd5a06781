"""Telling words are found in texts that may show who wrote them, and hardly ever in those that do not."""

from __future__ import annotations

import pytest

from bot.flags import telling_words

AUTHOR = "Amina Yusuf"
NAMES = telling_words.Names(
    (AUTHOR, "Priya Nair", "Tom Adeyemi", "Helen Marsh", "Mark Will", "May Day", "Siân Lloyd-Jones")
)
HARMLESS = (
    "Councils use 140 permit systems, and the contracts for most of them end after April.",
    "The timetable leaves six weeks for testing, which has taken twelve each time.",
    "Sixty councils have contracts that run until September.",
    "The team that runs the register needs three months to change the schema.",
    "We cannot connect to the pension service before its new interface is live.",
    "If the date moves to October, all of it can be done as announced.",
    "Nobody has said who pays for the helpdesk after launch.",
    "The only supplier of the card readers has a waiting list of nine months.",
    "Identity checks need the agreement of the Information Commissioner's Office.",
    "Staff in local offices would have to be trained; there are 4,000 of them.",
    "The form asks for a National Insurance number, which a third of applicants do not have.",
    "As the law stands, data of this kind may not be shared between departments.",
    "It works if the service manager can hire two developers by January.",
    "The mainframe is switched off at night, so real-time answers are impossible.",
    "Start with the councils that share one system, and move the others as contracts end.",
    "The same was tried in 2019 and stopped after the pilot because addresses did not match.",
    "Accessibility testing is missing from the plan.",
    "This can be done as it stands. The interface exists and has spare capacity.",
    "Where is the money for the second year? The business case covers one.",
    "The head of the programme should publish the data standard first.",
    "Our systems cannot tell a household from a family.",
    "We need the API from HMRC by March; they say May at the earliest.",
    "Will the Minister accept that paper forms stay for two years?",
    "A new team of ten people would be needed for eighteen months.",
    "The service team and the policy team read the commitment in different ways.",
    "Thanks to the new register, most of the checks can be automated.",
    "One of the two data centres closes in June, and the backup is there.",
    "I think the deadline is not realistic because the procurement takes nine months.",
    "I do not know how the fee would be collected from people without a bank account.",
    "Each department would have to change its own system, and there are 23 of them.",
    "The lead time for hardware is twenty weeks.",
    "It depends on the last release of the vendor, which is not tested.",
    "My view is that it works if the first phase leaves out appeals.",
    "The person who applies may not be the one who pays.",
    "What happens to applications that are under way on the day of the change?",
    "Being the largest benefit, it cannot move first.",
    "The one service that could do it is at its limit.",
    "Migration of the old cases needs a freeze of two weeks.",
    "The design system has no component for this yet.",
    "Users with a screen reader cannot finish the current form.",
)
TELLING = (
    "As the only tester on the register, I can say that six weeks are not enough.",
    "I am the only person who knows the batch job.",
    "My team has three people and none is free before May.",
    "My manager has told us not to raise this, but the interface does not exist.",
    "I wrote the matching code in 2017 and it cannot do this.",
    "When I worked at HMRC we tried the same.",
    "Ask Priya Nair, she has the figures.",
    "See my mail to helen.marsh@dept.gov.uk of last week.",
    "The contracts run until September. Regards, Amina",
    "It needs a new schema.\n— AY",
    "It needs a new schema.\n\nKind regards,\nAmina Yusuf",
    "As I said in the steering group on Tuesday, the date is wrong.",
    "I maintain the permit gateway and it has no capacity.",
    "I sit in the data team in Leeds and see this every day.",
    "In my 20 years on the mainframe nobody has done this.",
    "As lead architect of the gateway I cannot sign this off.",
    "I'm one of the two DBAs for this system.",
    "Our team lead Tom Adeyemi has warned about this.",
    "I told the director in May that this cannot work.",
    "Since I joined in March nothing has been documented.",
    "I am the lead developer for payments.",
    "My project has the same problem.",
    "this is what siân lloyd-jones measured last year",
    "Being the sole maintainer of the library, I know that it cannot scale.",
    "I run the helpdesk in Swansea.",
    "My line manager and I measured it twice.",
    "Before I moved to policy I built this interface.",
    "@tomos has the numbers",
    "As a developer on the gateway I know its limits.",
    "Amina here: the API is not ready.",
    "We warned the board last year.",
    "My colleagues in Newport had to do it by hand.",
)


def found(text: str) -> tuple[str, ...]:
    return telling_words.found(text, AUTHOR, NAMES)


@pytest.mark.parametrize("text", TELLING)
def test_what_may_show_who_wrote_it_is_found(text: str) -> None:
    some = found(text)
    assert some
    assert all(each in " ".join(text.split()) for each in some)


def test_of_harmless_texts_at_most_one_in_ten_is_stopped() -> None:
    stopped = [each for each in HARMLESS if found(each)]
    assert len(stopped) <= len(HARMLESS) // 10, stopped


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("As the only tester, I know.", "As the only tester"),
        ("Ask priya  nair about it.", "priya nair"),
        ("Write to tom.adeyemi@dept.gov.uk today.", "tom.adeyemi@dept.gov.uk"),
        ("Amina has seen it.", "Amina"),
        ("Costs will rise.\n\n- AY", "- AY"),
    ],
)
def test_the_words_are_shown_as_they_were_typed(text: str, words: str) -> None:
    assert found(text) == (words,)


def test_a_part_of_anothers_name_is_no_name() -> None:
    assert found("Will the helpdesk be open in May? Mark the day.") == ()


def test_few_are_shown_however_many_there_are() -> None:
    assert len(found("My team knows. " * 50)) == telling_words.MOST


def test_a_long_text_is_read_at_once() -> None:
    """No expression tries the same words again and again: the longest text that a flag can have takes no time."""
    for text in (
        "as the only " * 250,
        "my " * 1_000,
        "a" * 3_000,
        "- " * 1_500,
        "only I we me " * 230,
        "Thanks\n" * 400,
    ):
        found(text[:3_000])
