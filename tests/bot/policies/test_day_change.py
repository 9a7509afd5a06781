"""What stands differently on a card because another day has come, and nobody has done anything."""

from __future__ import annotations

from datetime import timedelta

from tests.bot.conftest import MONDAY, Office, said


async def test_a_policy_that_closed_at_midnight_says_so_where_it_stands(office: Office) -> None:
    await office.announce(closes_on="2026-11-24")
    await office.wake(MONDAY + timedelta(hours=24))
    before = len(office.posted())
    assert "Closed for flags" not in said(office.posted()[-1].card)
    # London keeps UTC in November: the first round of Wednesday.
    await office.wake(MONDAY.replace(day=25, hour=0))
    assert len(office.posted()) == before + 1
    assert "Closed for flags on Tuesday 24 November 2026." in said(office.posted()[-1].card)


async def test_an_answer_that_became_late_says_so_where_it_stands(office: Office) -> None:
    policy = await office.announce()
    await office.file(policy, "asha", promise="named")
    await office.until(24, 10)
    office.organise(delegate_after=5)
    await office.until(8, 23, month=12)
    assert "1 answer is late." not in said(office.posted()[-1].card)
    await office.until(9, 0, 1, month=12)
    assert "1 answer is late." in said(office.posted()[-1].card)


async def test_days_without_a_server_are_made_up_for_once(office: Office) -> None:
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
