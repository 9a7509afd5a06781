"""How many statements a click takes, and that nothing long is read while others cannot write."""

from __future__ import annotations

from collections.abc import Awaitable
from uuid import UUID

import pytest

from bot.interface import intents
from tests.bot.conftest import FLAG, Office, said
from tests.statements import BEGIN, ROLLBACK, queries, statements

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
    assert office.number_of("flags") == 2


async def number_of(step: Awaitable[object]) -> int:
    """How many statements a step sends."""
    with statements() as seen:
        await step
    return len(queries(seen))


async def test_a_flag_takes_at_most_seven_statements(office: Office, policy: UUID) -> None:
    form = await office.form(intents.GiveView(policy), "ben")
    assert await number_of(office.send(form, "ben", **FLAG)) <= 7
    await office.file(policy, "asha", ALIKE, promise="named")
    form = await office.form(intents.GiveView(policy), "cai")
    assert await number_of(office.send(form, "cai", **FLAG, similar="none")) <= 7


async def test_opening_the_form_of_a_flag_takes_at_most_four(office: Office, policy: UUID) -> None:
    await office.open(intents.GiveView(policy), "asha")  # the first click of a process reads the accounts
    assert await number_of(office.open(intents.GiveView(policy), "ben")) <= 4


LISTS = (
    (intents.Home(), "ben"),
    (intents.Home(), "priya"),
    (intents.OpenPolicies(), "ben"),
    (intents.MyPolicies(), "priya"),
)


@pytest.mark.parametrize(("intent", "person"), LISTS, ids=lambda each: str(each))
async def test_a_list_takes_as_many_statements_however_many_policies_there_are(
    office: Office, intent: intents.Intent, person: str
) -> None:
    async def shown() -> int:
        return await number_of(office.open(intent, person))

    for n in range(3):
        await office.file(await office.announce(f"Policy {n}"), "asha", promise="named")
    few = await shown()
    for n in range(3, 7):
        await office.file(await office.announce(f"Policy {n}"), "asha", promise="named")
    assert await shown() == few


async def test_the_flags_of_a_policy_take_as_many_however_many_there_are(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", promise="named")
    few = await number_of(office.open(intents.SeeFlags(policy), "ben"))
    for person in ("cai", "dina", "eve"):
        await office.file(policy, person, promise="named")
    assert await number_of(office.open(intents.SeeFlags(policy), "ben")) == few
