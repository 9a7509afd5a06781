"""Long waits: a platform asks us to wait for a month; we ask again after an hour, and admins hear of it once a day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.interface.ports import NotSent
from bot.interface.retry_after import LONGEST_WAIT
from bot.sending.long_waits import QUIET
from tests.bot.conftest import Office, address_of, said, user_of
from tests.fakes import FakePlatform

A_MONTH = NotSent("ratelimited", LONGEST_WAIT, timedelta(days=30))

pytestmark = [pytest.mark.usefixtures("ada_is_told"), pytest.mark.rules]


def told(chat: FakePlatform) -> list[str]:
    """What Ada was told of long waits."""
    texts = [said(each.card) for each in chat.at(user_of("ada"))]
    return [each for each in texts if "asks Deliverable to wait" in each]


async def hours(office: Office, number: int) -> None:
    for _ in range(number):
        office.clock.move_to(office.clock.now + timedelta(hours=1, minutes=1))
        await office.worker.tick()
        office.clock.move_to(office.clock.now + timedelta(minutes=1))
        await office.worker.tick()


async def test_admins_are_told_once_a_day_and_it_is_tried_every_hour(office: Office, chat: FakePlatform) -> None:
    chat.plan(*[A_MONTH] * 4, address=address_of("c1"))
    await office.announce()
    await office.worker.tick()
    await hours(office, 3)
    (text,) = told(chat)
    assert "Reason: ratelimited, with a wait of 30 days." in text
    assert "tries again every hour" in text
    assert not chat.at(address_of("c1"))
    await hours(office, 1)
    assert chat.at(address_of("c1")), "an hour later it is taken"


async def test_a_wait_that_goes_on_is_told_again_the_next_day(office: Office, chat: FakePlatform) -> None:
    chat.always(A_MONTH, address=address_of("c1"))
    for title in ("Single parking permit", "Double permit"):
        await office.announce(title)
    await office.worker.tick()
    await hours(office, QUIET // LONGEST_WAIT - 3)
    assert len(told(chat)) == 1
    await hours(office, 5)
    assert len(told(chat)) == 2
