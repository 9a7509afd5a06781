"""Cards that change because a new day has begun, without anyone doing anything."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.bot.conftest import MONDAY, Office, said

pytestmark = pytest.mark.rules


async def test_the_card_of_a_policy_that_closed_at_midnight_says_so(office: Office) -> None:
    await office.announce(closes_on="2026-11-24")
    await office.wake(MONDAY + timedelta(hours=24))
    before = len(office.posted())
    assert "Closed for flags" not in said(office.posted()[-1].card)
    # London keeps UTC in November: the worker's first run on Wednesday.
    await office.wake(MONDAY.replace(day=25, hour=0))
    assert len(office.posted()) == before + 1
    assert "Closed for flags on Tuesday 24 November 2026." in said(office.posted()[-1].card)


@pytest.mark.both_databases
async def test_the_card_says_that_an_answer_became_late(office: Office) -> None:
    policy = await office.announce()
    await office.file(policy, "asha", promise="named")
    await office.until(24, 10)
    office.organise(delegate_after=5)
    await office.until(8, 23, month=12)
    assert "1 answer is late." not in said(office.posted()[-1].card)
    await office.until(9, 0, 1, month=12)
    assert "1 answer is late." in said(office.posted()[-1].card)


async def test_days_without_a_server_are_caught_up_once(office: Office) -> None:
    await office.announce(closes_on="2026-11-24")
    await office.announce("Another one")
    await office.wake(MONDAY + timedelta(minutes=1))
    await office.wake(MONDAY + timedelta(minutes=2))
    before = len(office.posted())
    await office.wake(MONDAY + timedelta(days=9))
    assert len(office.posted()) == before + 1
    await office.wake(MONDAY + timedelta(days=9, hours=1))
    await office.wake(MONDAY + timedelta(days=10))
    assert len(office.posted()) == before + 1
