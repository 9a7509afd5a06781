"""What people typed stands on screens exactly as they typed it, cut only where a list needs it."""

from dataclasses import replace

import pytest

from bot.interface.intents import SeeFlag
from bot.interface.parts import FormButton, Quote, Screen, TextQuestion
from bot.interface.views import FlagView
from bot.screens import invented
from bot.screens.answer.answer_form import answer_form
from bot.screens.flag.flag_form import flag_form
from bot.screens.flag.policy_flags import policy_flags_form
from bot.screens.flag.whole_flag import whole_flag_form
from storage import Promise
from tests.bot.screens.extremes import EXTREMES, TYPED, extreme, flag_of
from tests.bot.screens.reading import parts_of


@pytest.fixture(params=TYPED, ids=str)
def text(request: pytest.FixtureRequest) -> str:
    return TYPED[request.param]


def quotes(screen: Screen) -> list[Quote]:
    return [part for part in parts_of(screen) if isinstance(part, Quote)]


def read_on(flag: FlagView) -> list[Screen]:
    """All the parts of a flag, as a reader comes through them."""
    shown: list[Screen] = [whole_flag_form(flag)]
    while on := [each for each in parts_of(shown[-1]) if isinstance(each, FormButton) and each.label == "Read on"]:
        (button,) = on
        assert isinstance(button.intent, SeeFlag)
        shown.append(whole_flag_form(flag, number=button.intent.page))
    return shown


def test_a_whole_flag_holds_every_character(text: str) -> None:
    said = [each for form in read_on(flag_of(text)) for each in quotes(form)]
    assert [each.text for each in said].count(text) >= 2 + 5 + 1  # why and remedy, five answers, one reply
    assert not [each for each in said if each.rest]


def test_whatever_many_people_add_can_be_read_to_the_end() -> None:
    remarks = tuple(f"{n} " + "🅿" * 290 for n in range(500))
    said = [each.text for form in read_on(replace(flag_of("x"), remarks=remarks)) for each in quotes(form)]
    assert [each for each in said if each in set(remarks)] == list(remarks)


def test_in_a_list_the_first_words_stand_and_lead_to_the_rest(text: str) -> None:
    flag = flag_of(text)
    for quote in quotes(policy_flags_form(invented.PERMIT, (flag,), invented.ORGANISATION)):
        if quote.rest is None:
            assert quote.text == text
        else:
            assert quote.rest == SeeFlag(flag.id)
            assert quote.text.endswith("…")
            assert text.startswith(quote.text[:-1])
            assert len(quote.text) <= 300


def test_a_refused_flag_keeps_what_was_typed(text: str) -> None:
    answers = {"because": (text,), "remedy": (text,), "evidence": (text,), "verdict": ("if",), "theme": ("law",)}
    form = flag_form(
        invented.PERMIT,
        invented.ORGANISATION,
        invented.ENDS,
        platform_name="Slack",
        offers=(Promise.CONFIDENTIAL,),
        answers=answers,
        problems={"promise": "Select who can know this is from you"},
        nonce="n",
    )
    typed = {each.name: each.value for each in form.questions if isinstance(each, TextQuestion)}
    assert typed == {"because": text, "remedy": text, "evidence": text}


def test_a_refused_answer_keeps_what_was_typed(text: str) -> None:
    form = answer_form(
        invented.PERMIT,
        (invented.TIMETABLE,),
        answers={"kind": ("change",), "text": (text,), "by_date": ("2020-01-01",)},
        problems={"by_date": "Enter a date after today"},
        nonce="n",
    )
    kept = {each.name: each for each in form.questions}
    assert kept["text"] == TextQuestion(**{**vars(kept["text"]), "value": text})
    assert vars(kept["kind"])["values"] == ("change",)
    assert vars(kept["by_date"])["value"] == "2020-01-01"


def test_quotes_of_flags_in_cards_that_stand_in_places_are_cut() -> None:
    for name in EXTREMES:
        if name.startswith(("digest", "flags", "my flags", "answer 200")):
            found = quotes(extreme(name))
            assert found, name
            lists = [each for each in found if each.label in ("Why", "Question", "What would make it deliverable")]
            assert all(len(each.text) <= 300 for each in lists if each.rest), name
