"""How many statements a click takes, and that nothing long is read while others cannot write."""

from __future__ import annotations

from uuid import UUID

from bot.interface import intents
from tests.bot.conftest import FLAG, Office, said
from tests.statements import BEGIN, ROLLBACK, statements

ALIKE = "Sixty councils have contracts that end after April. All of them."


async def test_the_texts_of_others_are_compared_before_the_policy_is_locked(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", promise="named")
    form = await office.form(intents.GiveView(policy), "ben")
    with statements() as seen:
        step = await office.send(form, "ben", **{**FLAG, "because": ALIKE})
    assert "similar" in {each.name for each in step.questions}
    begun = [n for n, each in enumerate(seen) if each == BEGIN]
    assert len(begun) == 2
    asked, compared = seen[: begun[1]], seen[begun[1] :]
    assert ROLLBACK in asked
    assert not any("because" in each for each in asked)
    assert any("because" in each for each in compared)
    assert not any("FOR UPDATE" in each or "INSERT" in each for each in compared)


async def test_a_form_that_was_saved_already_is_not_compared_when_it_is_sent_again(
    office: Office, policy: UUID
) -> None:
    form = await office.form(intents.GiveView(policy), "ben")
    first = await office.send(form, "ben", **FLAG)
    await office.file(policy, "asha", ALIKE, promise="named")
    again = await office.send(form, "ben", **FLAG)
    assert said(again) == said(first)
    assert len(office.rows("flags")) == 2
