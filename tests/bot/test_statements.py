"""How many statements a click takes, and that nothing long is read while others cannot write."""

from __future__ import annotations

from uuid import UUID

from bot.interface import intents
from tests.bot.conftest import FLAG, Office, said
from tests.statements import statements

ALIKE = "Sixty councils have contracts that end after April. All of them."


async def test_the_texts_of_others_are_compared_before_the_policy_is_locked(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", promise="named")
    form = await office.form(intents.GiveView(policy), "ben")
    with statements() as seen:
        step = await office.send(form, "ben", **{**FLAG, "because": ALIKE})
    assert "similar" in {each.name for each in step.questions}
    reads = [n for n, each in enumerate(seen) if "because" in each]
    locks = [n for n, each in enumerate(seen) if each == "BEGIN IMMEDIATE" or "FOR UPDATE" in each]
    assert reads
    assert max(locks) < min(reads)
    between = seen[max(locks) : min(reads)]
    assert not any("INSERT" in each for each in between)
    if office.database.name == "sqlite":
        assert "BEGIN" in between


async def test_a_form_that_was_saved_already_is_not_compared_when_it_is_sent_again(
    office: Office, policy: UUID
) -> None:
    form = await office.form(intents.GiveView(policy), "ben")
    first = await office.send(form, "ben", **FLAG)
    await office.file(policy, "asha", ALIKE, promise="named")
    again = await office.send(form, "ben", **FLAG)
    assert said(again) == said(first)
    assert len(office.rows("flags")) == 2
