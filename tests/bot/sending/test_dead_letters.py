"""Dead letters: admins are told, of all at once and not again and again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.interface.ports import Never
from bot.sending.dead_letters import GATHER, QUIET
from storage import State
from tests.bot.conftest import Office, address_of, said, user_of
from tests.fakes import FakePlatform

MINUTE = timedelta(minutes=1)

pytestmark = [pytest.mark.usefixtures("ada_is_told"), pytest.mark.rules]


async def every_minute(office: Office, minutes: int) -> None:
    for _ in range(minutes):
        office.clock.move_to(office.clock.now + MINUTE)
        await office.worker.tick()


def told(chat: FakePlatform) -> list[str]:
    """What Ada was told of messages that could not be sent."""
    texts = [said(each.card) for each in chat.at(user_of("ada"))]
    return [each for each in texts if "could not be sent" in each]


async def test_several_at_once_are_one_message_that_names_the_place_and_the_reason(
    office: Office, chat: FakePlatform
) -> None:
    chat.always(Never("is_archived"), address=address_of("c1"))
    for n in range(3):
        await office.announce(f"Policy {n}")
    await office.worker.tick()
    assert told(chat) == []
    await every_minute(office, GATHER // MINUTE)
    (message,) = told(chat)
    assert message.startswith("3 messages could not be sent.")
    assert message.count("The card of an announced policy in channel c1 on") == 3
    assert message.count("Reason: is_archived.") == 3
    await every_minute(office, 60)
    assert len(told(chat)) == 1


async def test_what_dies_soon_after_is_told_of_after_a_while(office: Office, chat: FakePlatform) -> None:
    chat.always(Never("is_archived"), address=address_of("c1"))
    await office.announce("One")
    await every_minute(office, 2)
    await office.announce("Two")
    await office.announce("Three")
    await every_minute(office, 5)
    assert len(told(chat)) == 1
    await every_minute(office, QUIET // MINUTE)
    _, second = told(chat)
    assert second.startswith("2 messages could not be sent.")


async def test_that_admins_could_not_be_told_is_told_to_nobody(office: Office, chat: FakePlatform) -> None:
    chat.always(Never("is_archived"), address=address_of("c1"))
    chat.always(Never("user_not_found"), address=user_of("ada"))
    await office.announce()
    await every_minute(office, 60)
    dead = [each["screen"] for each in office.rows("deliveries") if each["state"] is State.DEAD]
    assert sorted(dead) == ["message-not-sent", "policy-card"]


async def test_the_author_of_a_named_flag_is_not_named_to_admins(office: Office, chat: FakePlatform) -> None:
    policy = await office.announce()
    flag = await office.file(policy, "cai", promise="named")
    chat.always(Never("user_not_found"), address=user_of("cai"))
    await office.answer((flag,))
    await every_minute(office, 3)
    (message,) = told(chat)
    assert message.startswith("1 message could not be sent.")
    assert "Cai" not in message
    assert "Reason: user_not_found." in message
