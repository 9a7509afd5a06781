"""Words that may show who wrote a flag are shown to its author before it is sent, and nothing is kept of that."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, event

from bot.interface import intents
from bot.interface.parts import ChoiceQuestion, Form
from storage.boxes import BoxedFlag
from tests.bot.conftest import FLAG, FULL_NAMES, Office, said

pytestmark = pytest.mark.rules

TELLS = "As the only tester I know that six weeks are not enough."
HARMLESS = "Six weeks of testing are not enough."


@pytest.fixture
async def policy(office: Office) -> UUID:
    return await office.announce()


async def typed(office: Office, policy: UUID, because: str = TELLS, **more: str) -> Form:
    """What comes after the form with that text."""
    return await office.fill(intents.GiveView(policy), "asha", **{**FLAG, "because": because, **more})


def waiting_text(office: Office) -> str:
    """The text of the only flag that waits."""
    ((_, flag),) = office.waiting()
    assert isinstance(flag, BoxedFlag)
    return flag.texts.because


def is_asked(form: Form) -> bool:
    return any(isinstance(each, ChoiceQuestion) and each.name == "words" for each in form.questions)


@pytest.mark.parametrize("promise", ["confidential", "detached"])
async def test_nothing_is_written_before_the_author_has_seen_the_words(
    office: Office, policy: UUID, promise: str
) -> None:
    before = office.everything()
    step = await typed(office, policy, promise=promise)
    assert is_asked(step)
    assert "These words may show who you are: 'As the only tester'." in said(step)
    assert office.everything() == before
    sent = await office.send(step, "asha", words="as it is")
    assert sent.title == "Flag saved"
    assert waiting_text(office) == TELLS


async def test_the_author_can_go_back_and_is_asked_again_until_the_words_are_gone(office: Office, policy: UUID) -> None:
    step = await typed(office, policy)
    form = await office.send(step, "asha", words="back")
    assert form.title == "Is this deliverable?"
    assert not is_asked(form)
    assert TELLS in [getattr(each, "value", "") for each in form.questions]
    values = {**FLAG, "promise": "confidential"}
    assert is_asked(await office.send(form, "asha", **{**values, "because": TELLS}))
    assert (await office.send(form, "asha", **{**values, "because": HARMLESS})).title == "Flag saved"


async def test_nothing_chosen_sends_nothing(office: Office, policy: UUID) -> None:
    step = await typed(office, policy)
    assert is_asked(await office.send(step, "asha"))
    assert office.rows("boxes") == []


async def test_a_named_flag_may_say_who_wrote_it(office: Office, policy: UUID) -> None:
    assert (await typed(office, policy, promise="named")).title == "Flag saved"


@pytest.mark.parametrize("of", ["asha", "ben"])
async def test_names_of_people_who_have_an_account_are_found(office: Office, policy: UUID, of: str) -> None:
    assert f"'{FULL_NAMES[of]}'" in said(await typed(office, policy, f"{FULL_NAMES[of]} has measured it."))


async def test_what_would_make_it_deliverable_is_looked_at_too(office: Office, policy: UUID) -> None:
    step = await typed(office, policy, HARMLESS, verdict="if", remedy="Ask my team, which has the figures.")
    assert "'my team'" in said(step)


async def test_the_answer_goes_along_to_the_next_step(office: Office, policy: UUID) -> None:
    await office.file(policy, "ben", "Testing takes twelve weeks.", promise="named")
    step = await typed(office, policy)
    similar = await office.send(step, "asha", words="as it is")
    assert not is_asked(similar)
    assert "Is yours one of these?" in said(similar)
    assert (await office.send(similar, "asha", similar="none")).title == "Flag saved"


async def test_a_changed_text_is_looked_at_too(office: Office, policy: UUID) -> None:
    box = await office.file(policy, "asha", HARMLESS)
    step = await office.fill(intents.ChangeFlag(box), "asha", **{**FLAG, "because": TELLS})
    assert is_asked(step)
    back = await office.send(step, "asha", words="back")
    assert TELLS in [getattr(each, "value", "") for each in back.questions]
    assert (await office.send(step, "asha", words="as it is")).title == "Flag saved"
    assert waiting_text(office) == TELLS


async def test_the_words_are_in_no_statement_and_in_no_parameter(office: Office, policy: UUID) -> None:
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        sent.append(f"{statement} {parameters!r}")

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert is_asked(await typed(office, policy, f"{FULL_NAMES['ben']} and my kestrel team know."))
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert sent
    assert not [each for each in sent if "kestrel" in each or FULL_NAMES["ben"] in each]
