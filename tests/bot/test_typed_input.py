"""What people type and paste: text that only looks empty, characters that cannot be stored, addresses, dates."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import pytest

from bot.interface import intents
from bot.interface.parts import Form
from bot.interface.pasted_addresses import address_in
from bot.interface.visible_text import is_blank, speakable, stripped
from bot.screens import refusals as says
from bot.unit_of_work import organisation
from tests.bot.conftest import FLAG, Office, email_of

pytestmark = pytest.mark.rules

INVISIBLE = [
    *"\u200b\u2060\u3164\u2800\ufeff\u00ad\u202e\u115f\u1160\uffa0\u034f\u17b4\u180e\u180b\ufe0f\u2063",
    *"\u00a0\u2003\u2028\x07\x7f\x00\ue000\U000e0041\U000e0100\U0001d173\U000f0000\u0378\ufffe",
]
TOGETHER = " \u200b\u3164\u2800\n\U000e0041"

KEPT = {"keep_months": "24", "end_keys_kept_days": "14"}


@pytest.mark.parametrize("character", INVISIBLE, ids=lambda each: f"U+{ord(each):04X}")
def test_a_character_that_shows_nothing_is_blank(character: str) -> None:
    assert is_blank(character)
    assert is_blank(f" {character}\n{character}")
    assert not is_blank(f"{character}a")
    assert stripped(f"{character} a{character}b {character}") == f"a{character}b"


@pytest.mark.parametrize("text", ["a", "-", "。", "é", "👍", "§", "ⴰ", "0", "\u0301e"])
def test_a_character_that_shows_something_is_not_blank(text: str) -> None:
    assert not is_blank(text)


def test_what_cannot_be_stored_is_replaced() -> None:
    assert speakable("a\ud800b\0c\udfffd é👍") == "a\ufffdb\ufffdc\ufffdd é👍"


@pytest.fixture
async def forms(office: Office) -> Mapping[str, tuple[intents.Intent, str, Mapping[str, str]]]:
    """Forms by name: what opens each, who fills it in, and what is typed of what it asks."""
    policy = await office.announce(closes_on="2027-02-26")
    flags = [await office.file(policy, person, promise="named") for person in ("asha", "ben")]
    await office.until(24, 12)
    question = await office.answer((flags[1],), kind="more", by_date="", text="What is missing?")
    await office.worker.tick()
    announced = {"title": "T", "summary": "S", "owner": email_of("priya")}
    return {
        "flag": (intents.GiveView(policy), "cai", {**FLAG, "verdict": "if"}),
        "answer": (intents.AnswerFlags((flags[0],)), "priya", {"kind": "change", "by_date": "2027-03-31"}),
        "reply": (intents.ReplyToQuestion(question, flags[1]), "ben", {}),
        "announcement": (intents.Announce(), "ada", announced),
        "owner": (intents.NameOwner(policy), "priya", {}),
        "pause": (intents.PauseAnswers(policy), "ada", {"until": "2026-12-20"}),
        "away": (intents.Away(), "priya", {"first_day": "2026-12-01", "last_day": "2026-12-03"}),
        "who runs it": (intents.SayWhoRunsIt(), "ada", {"team": "t", "contact": "c", "key_holder": "k", "name": "n"}),
        "lines": (intents.SetLines(), "ada", {"handling": "h", "wrongdoing": "w", "foi_contact": "f", **KEPT}),
        "try people": (intents.TryPeople(), "ada", {}),
    }


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ("flag", "because"),
        ("flag", "remedy"),
        ("answer", "text"),
        ("reply", "text"),
        ("announcement", "title"),
        ("announcement", "summary"),
        ("announcement", "owner"),
        ("owner", "owner"),
        ("pause", "reason"),
        ("away", "stand_in"),
        ("who runs it", "team"),
        ("who runs it", "contact"),
        ("lines", "wrongdoing"),
        ("try people", "owner"),
    ],
)
async def test_text_that_looks_empty_is_empty(
    office: Office, forms: Mapping[str, tuple[intents.Intent, str, Mapping[str, str]]], form: str, field: str
) -> None:
    intent, person, typed = forms[form]
    empty = await office.fill(intent, person, **{**typed, field: ""})
    before = office.everything()
    invisible = await office.fill(intent, person, **{**typed, field: TOGETHER})
    assert isinstance(invisible, Form)
    assert field in invisible.problems
    assert invisible.problems == empty.problems
    assert office.everything() == before


async def test_optional_text_that_looks_empty_is_left_out(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha", remedy=TOGETHER, evidence=TOGETHER)
    texts = office.waiting_flag(flag).texts
    assert (texts.remedy, texts.evidence) == ("", "")
    named = await office.file(policy, "asha", remedy=TOGETHER, evidence=TOGETHER, promise="named")
    assert office.row("flags", named)["remedy"] is None
    policy = await office.announce("Another", delegate=TOGETHER, senior=TOGETHER, link=TOGETHER, closes_on=TOGETHER)
    row = office.row("policies", policy)
    assert (row["delegate_id"], row["delegate_email"], row["link"]) == (None, None, "")


def test_terms_that_look_empty_are_empty_on_the_command_line_too() -> None:
    assert organisation.read({"name": TOGETHER, "team": "\u3164"}) == {"name": "", "team": ""}


@pytest.mark.parametrize("field", ["title", "summary"])
async def test_a_lone_surrogate_or_a_nul_is_stored_as_a_replacement(office: Office, field: str) -> None:
    policy = await office.announce(**{"title": "T", field: "One \ud800 two \0 three"})
    assert office.row("policies", policy)[field] == "One \ufffd two \ufffd three"


@pytest.mark.parametrize(
    "pasted",
    [
        "helen.marsh@example.org",
        "mailto:helen.marsh@example.org",
        "MAILTO:helen.marsh@example.org?subject=Permit&cc=a@b.example",
        "mailto:helen.marsh%40example.org",
        "<helen.marsh@example.org>",
        "<mailto:helen.marsh@example.org>",
        "<mailto:helen.marsh@example.org|helen.marsh@example.org>",
        "helen.marsh@example.org;",
        "helen.marsh@example.org.",
        "helen.marsh@example.org,",
        "Helen Marsh <helen.marsh@example.org>",
        '"Marsh, Helen" <helen.marsh@example.org>;',
        "helen.marsh@example.org (Helen Marsh)",
        "'helen.marsh@example.org'",
        "“helen.marsh@example.org”",
        "(helen.marsh@example.org).",
        "\u200bhelen.marsh@example.org\u00a0",
    ],
)
def test_an_address_is_read_as_people_paste_it(pasted: str) -> None:
    assert address_in(pasted) == "helen.marsh@example.org"


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "Helen Marsh",
        "helen@",
        "@example.org",
        "a@example.org; b@example.org",
        "<a@example.org>, <b@example.org>",
        "a@b@example.org",
        "helen marsh@example.org",
        "Helen Marsh helen@example.org",
        "hel\u200ben@example.org",
        "hel\ufffden@example.org",
        "mailto:",
        "<>",
        "<<<<<<" * 5000,
    ],
)
def test_what_holds_no_address_or_two_is_refused(pasted: str) -> None:
    assert address_in(pasted) is None


def test_other_letters_of_an_address_are_kept() -> None:
    assert address_in("o'Brien+x@Exämple.org") == "o'Brien+x@Exämple.org"


@pytest.mark.parametrize("pasted", ["mailto:{}", "<{}>", "Priya <{}>;", "{}.", "\u200b{}\u200b"])
async def test_a_pasted_address_names_the_person(office: Office, pasted: str) -> None:
    policy = await office.announce(owner=pasted.format(email_of("priya")))
    assert office.row("policies", policy)["owner_id"] == office.person("priya")


@pytest.mark.parametrize(
    "typed", ["31/03/2027", "31.03.2027", "2027-03-31T00:00:00Z", "31 March 2027", "Wed, 31 Mar 2027"]
)
async def test_a_date_is_taken_as_people_write_it(office: Office, typed: str) -> None:
    policy = await office.announce(closes_on=typed)
    assert str(office.row("policies", policy)["closes_on"]) == "2027-03-31"
    flag = await office.file(policy, "asha", promise="named")
    await office.until(24, 12)
    for form, values in (
        (intents.AnswerFlags((flag,)), {"kind": "change", "text": "We do.", "by_date": typed}),
        (intents.Snooze(), {"until": "04/12/26"}),
    ):
        sent = await office.fill(form, "priya", **values)
        assert sent.problems == ({} if "by_date" in values else {"until": says.NO_DATE})
    assert [str(each["by_date"]) for each in office.rows("answers")] == ["2027-03-31"]
