"""The pages as a place: what is sent has arrived, and a second try is the same message."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from adapters.web.sandbox import channel_place, inbox_of
from bot.interface.ports import Absent, ChatPlatform, Found, Message, Never, Place, Sent
from tests.web import screens
from tests.web.conftest import Set

HELENS = inbox_of("helen")
CHANNEL = channel_place("digital-delivery")


def message(place: Place) -> Message:
    """A digest on its way."""
    return Message(uuid4(), place, screens.digest())


async def test_what_is_sent_twice_is_one_message(web_set: Set) -> None:
    platform: ChatPlatform = web_set.platform
    sent = message(HELENS)
    assert await platform.send(sent) == await platform.send(replace(sent, attempt=2)) == Sent(str(sent.delivery))


async def test_what_the_desk_holds_as_sent_is_found(web_set: Set) -> None:
    standing = web_set.dispatcher.stand(CHANNEL, screens.policy_card())
    found = Message(standing.delivery, CHANNEL, screens.policy_card())
    assert await web_set.platform.find(found) == Found(standing.ref)
    assert await web_set.platform.find(message(CHANNEL)) == Absent()


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
async def test_a_place_that_is_not_there_never_gets_anything(web_set: Set, place: Place) -> None:
    lost = message(place)
    assert isinstance(await web_set.platform.send(lost), Never)
    assert isinstance(await web_set.platform.update(lost, "ref"), Never)
    assert isinstance(await web_set.platform.withdraw(lost, "ref"), Never)


async def test_changes_keep_the_ref(web_set: Set) -> None:
    sent = message(CHANNEL)
    assert await web_set.platform.update(sent, "ref") == Sent("ref")
    assert await web_set.platform.withdraw(sent, "ref") == Sent("ref")


async def test_watching_counts_each_delivery_once_and_ends(web_set: Set) -> None:
    sent = message(HELENS)
    with web_set.platform.watching() as arrived, web_set.platform.watching() as too:
        await web_set.platform.send(sent)
        await web_set.platform.send(sent)
    await web_set.platform.send(message(HELENS))
    assert arrived == too == {sent.delivery: HELENS}
