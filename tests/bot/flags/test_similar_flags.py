"""The three shown flags that are offered before a new one is sent: which, and what is kept of the comparing."""

from collections.abc import Iterator
from unittest import mock
from uuid import UUID

import pytest

from bot.flags import meaning, ranking
from bot.interface import intents
from bot.interface.parts import ChoiceQuestion, Form
from tests.bench.similar import by_meaning, recall
from tests.bot.conftest import FLAG, Office, said

pytestmark = pytest.mark.rules

MEANING = pytest.mark.skipif(not meaning.installed(), reason="wordllama is not installed (requirements-meaning.txt)")
WAYS = ("letters", pytest.param("meaning", marks=MEANING))
COUNCILS = "April is too early: sixty councils hold supplier contracts that run until September."
SAYS_THE_SAME = (
    "No money was set aside and the timetable is too early: "
    "sixty councils hold contracts with a supplier that run until September."
)


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each way to compare: by letters, as where the optional library is missing, and by meaning."""
    with mock.patch.object(meaning, "installed", return_value=request.param == "meaning"):
        yield request.param


@pytest.fixture
async def policy(office: Office) -> UUID:
    """An announced policy without flags."""
    return await office.announce()


async def offered(office: Office, policy: UUID, because: str) -> list[str]:
    """The labels of the flags that are offered for what Ben types, before the two that choose none of them."""
    step = await office.fill(intents.GiveView(policy), "ben", **{**FLAG, "because": because})
    asked = [each for each in step.questions if isinstance(each, ChoiceQuestion) and each.name == "similar"]
    return [option.label for option in asked[0].options[:-2]] if asked else []


async def show(office: Office, policy: UUID, *texts: str) -> None:
    """Have others say these, each by name, so that they are shown at once."""
    for person, each in zip(("asha", "cai", "dina", "eve", "finn"), texts, strict=False):
        await office.file(policy, person, each, promise="named")


async def test_short_flags_do_not_crowd_out_the_one_that_says_the_same(office: Office, policy: UUID, way: str) -> None:
    await show(office, policy, "Timetable.", "Money", "No.", COUNCILS)
    assert "April is too early" in (await offered(office, policy, SAYS_THE_SAME))[0]


async def test_the_nearest_are_offered_although_none_is_alike(office: Office, policy: UUID, way: str) -> None:
    await show(office, policy, COUNCILS)
    labels = await offered(office, policy, "Nobody on the team knows COBOL.")
    assert len(labels) == 1


@pytest.mark.parametrize("because", ["?!", "…", "日本", "\U0001f642"])
async def test_what_has_no_words_can_be_sent(office: Office, policy: UUID, way: str, because: str) -> None:
    await show(office, policy, because, COUNCILS)
    assert len(await offered(office, policy, because)) == 2


async def test_where_nothing_is_shown_nothing_is_asked(office: Office, policy: UUID, way: str) -> None:
    await office.file(policy, "asha", COUNCILS)
    assert await offered(office, policy, COUNCILS) == []


async def test_nothing_is_sent_yet_and_one_press_sends_the_flag(office: Office, policy: UUID) -> None:
    await show(office, policy, COUNCILS)
    typed = {**FLAG, "because": SAYS_THE_SAME}
    step = await office.fill(intents.GiveView(policy), "ben", **typed)
    assert isinstance(step, Form)
    assert "Nothing is sent yet" in said(step)
    prefilled = {each.name: each.values for each in step.questions if isinstance(each, ChoiceQuestion)}
    assert (await office.send(step, "ben", similar=prefilled["similar"][0])).title == "Flag saved"


def test_the_one_that_says_the_same_is_among_three() -> None:
    assert recall(ranking.scores) >= 0.75


@MEANING
def test_by_meaning_it_is_found_more_often() -> None:
    assert recall(by_meaning) >= 0.9


def meaning_kept(office: Office, flag: UUID) -> bytes | None:
    """The sealed vector in a flag's row."""
    found: bytes | None = office.row("flags", flag)["meaning"]
    return found


@MEANING
async def test_a_flag_that_is_shown_at_once_has_a_sealed_vector(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha", COUNCILS, promise="named")
    vector, kept = meaning.vector(COUNCILS), meaning_kept(office, flag)
    assert kept
    assert vector is not None
    assert vector[1:] not in kept


@MEANING
async def test_a_flag_that_waits_has_no_vector_and_gets_one_at_its_release(office: Office, policy: UUID) -> None:
    with mock.patch.object(meaning, "vector") as made:
        flag = await office.file(policy, "asha", COUNCILS)
    made.assert_not_called()
    await office.until(30)
    vector, kept = meaning.vector(COUNCILS), meaning_kept(office, flag)
    assert kept
    assert vector is not None
    assert vector[1:] not in kept
    with mock.patch.object(meaning, "vector", return_value=vector) as made:
        assert "April is too early" in (await offered(office, policy, SAYS_THE_SAME))[0]
    made.assert_called_once_with(SAYS_THE_SAME)  # and the kept one opened under the released row's id


@MEANING
async def test_a_changed_flag_is_found_by_its_new_text(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha", "Nobody on the team knows COBOL.")
    form = await office.form(intents.ChangeFlag(flag), "asha")
    await office.send(form, "asha", **{**FLAG, "because": COUNCILS})
    await show(office, policy, "Nobody on the team knows COBOL.")
    await office.until(30)
    assert "April is too early" in (await offered(office, policy, SAYS_THE_SAME))[0]


@MEANING
async def test_flags_from_before_the_library_was_installed_are_compared_too(office: Office, policy: UUID) -> None:
    with mock.patch.object(meaning, "installed", return_value=False):
        await show(office, policy, "Nobody on the team knows COBOL.", COUNCILS)
    assert {row["meaning"] for row in office.rows("flags")} == {None}
    assert "April is too early" in (await offered(office, policy, SAYS_THE_SAME))[0]


@MEANING
async def test_a_vector_of_another_model_is_not_compared(office: Office, policy: UUID) -> None:
    with mock.patch.object(meaning, "MODEL", b"\x02"):
        await show(office, policy, COUNCILS, "Nobody on the team knows COBOL.")
    assert "April is too early" in (await offered(office, policy, SAYS_THE_SAME))[0]


@MEANING
def test_reading_the_model_sets_up_no_log() -> None:
    import logging

    meaning._model.cache_clear()
    before = list(logging.getLogger().handlers)
    meaning.vector("A text.")
    assert logging.getLogger().handlers == before
