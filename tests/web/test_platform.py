"""The pages as a chat platform: what is sent has arrived, and a second attempt is the same message."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from adapters.web.sandbox import channel_place, inbox_of
from bot.interface.ports import Absent, ChatPlatform, Found, Message, Never, Place, Sent
from tests.web import screens
from tests.web.conftest import Mounted

HELENS = inbox_of("helen")
CHANNEL = channel_place("digital-delivery")


def message(place: Place) -> Message:
    """A digest to be sent."""
    return Message(uuid4(), place, screens.digest())


async def test_what_is_sent_twice_is_one_message(mounted: Mounted) -> None:
    platform: ChatPlatform = mounted.platform
    sent = message(HELENS)
    assert await platform.send(sent) == await platform.send(replace(sent, attempt=2)) == Sent(str(sent.delivery))


async def test_what_the_dispatcher_lists_is_found(mounted: Mounted) -> None:
    posted = mounted.dispatcher.post(CHANNEL, screens.policy_card())
    found = Message(posted.delivery, CHANNEL, screens.policy_card())
    assert await mounted.platform.find(found) == Found(posted.ref)
    assert await mounted.platform.find(message(CHANNEL)) == Absent()


@pytest.mark.parametrize(
    "place",
    [
        Place("web", "sandbox", "nobody", direct=True),
        Place("web", "sandbox", "helen"),
        Place("web", "sandbox", "digital-delivery", direct=True),
        Place("web", "elsewhere", "helen", direct=True),
        Place("slack", "sandbox", "helen", direct=True),
    ],
)
async def test_an_unknown_place_never_gets_a_message(mounted: Mounted, place: Place) -> None:
    lost = message(place)
    assert isinstance(await mounted.platform.send(lost), Never)
    assert isinstance(await mounted.platform.update(lost, "ref"), Never)
    assert isinstance(await mounted.platform.withdraw(lost, "ref"), Never)


async def test_changes_keep_the_ref(mounted: Mounted) -> None:
    sent = message(CHANNEL)
    assert await mounted.platform.update(sent, "ref") == Sent("ref")
    assert await mounted.platform.withdraw(sent, "ref") == Sent("ref")


async def test_watching_collects_each_delivery_once_and_ends(mounted: Mounted) -> None:
    sent = message(HELENS)
    with mounted.platform.watching() as arrived, mounted.platform.watching() as too:
        await mounted.platform.send(sent)
        await mounted.platform.send(sent)
    await mounted.platform.send(message(HELENS))
    assert arrived == too == {sent.delivery: HELENS}
