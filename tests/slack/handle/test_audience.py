"""Who is on a policy, in Slack: an outsider's clicks are answered as for one that never was, and leaving is at once."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from bot.interface.json_object import Json
from storage import Channel as ChannelRow
from storage import Policy
from tests.slack import envelopes
from tests.slack.serving import AMINA, CHANNEL, PUBLIC_URL, TOMOS, Served
from tests.slack.steps import seen, text
from tests.slack.workspace import Channel, User

ZARA, OTHER = "U0ZARA", "C0OTHER"
NOT_HERE = "This is not here any more, or you may not see it."
VARIES = re.compile(r'"(trigger_id|view_id|hash|private_metadata|external_id|ts)": "[^"]*"')


@pytest.fixture
async def card(served: Served) -> str:
    """The `ts` of a policy's card in the channel. Zara is in another channel that is connected."""
    served.workspace.add_user(User(ZARA, "Zara Elsewhere", "zara@example.org"))
    served.workspace.add_channel(Channel(OTHER, "elsewhere", members=[ZARA]), with_bot=False)
    await served.join(OTHER)
    return await served.announce()


def policy_of(served: Served) -> UUID:
    """The one policy."""
    with served.database.reading() as session:
        return session.exec(select(Policy.id)).one()


def renamed(value: Any, policy: UUID, other: UUID) -> Any:
    """The same payload about another id."""
    said = json.dumps(value).replace(str(policy), str(other)).replace(policy.hex, other.hex)
    return json.loads(said)


async def answers(served: Served, user: str, place: str, button: Json, message: Json) -> list[str]:
    """All that the program says to Slack after a click, without what differs each time."""
    served.slack.calls.clear()
    await served.driver.interact(envelopes.pressed_on_message(served.slack, user, place, message, button))
    said = [json.dumps([each.method, each.given], default=str) for each in served.slack.calls]
    said += [json.dumps(each, default=str) for each in served.slack.responses]
    served.slack.responses.clear()
    return [VARIES.sub("varies", each) for each in said]


@pytest.mark.parametrize("label", ["Give your view", "See flags", "How you are protected"])
async def test_a_button_of_a_card_that_an_outsider_has_is_one_of_no_policy(
    served: Served, card: str, label: str
) -> None:
    message = served.workspace.channels[CHANNEL].message(card)
    assert message is not None
    (button,) = (each for each in envelopes.buttons(message["blocks"]) if each["text"]["text"] == label)
    policy, never = policy_of(served), uuid4()
    of_nothing = renamed(button, policy, never)
    assert of_nothing != button
    about_nothing = renamed(message, policy, never)
    said = [
        await answers(served, ZARA, OTHER, button, message),
        await answers(served, ZARA, OTHER, of_nothing, about_nothing),
    ]
    assert said[0]
    assert [each.replace(str(policy), "id").replace(policy.hex, "id") for each in said[0]] == [
        each.replace(str(never), "id").replace(never.hex, "id") for each in said[1]
    ]
    assert "Single parking permit" not in " ".join(said[0])


async def test_an_outsider_finds_it_neither_at_home_nor_by_a_link(served: Served, card: str) -> None:
    for user, finds in ((ZARA, False), (TOMOS, True)):
        await served.driver.event({"type": "app_home_opened", "user": user, "channel": f"D{user}", "tab": "home"})
        assert ("Single parking permit" in text(served.workspace.homes[user]["blocks"])) is finds
    address = f"{PUBLIC_URL}/policies/{policy_of(served)}"
    for user, channel, shown in ((ZARA, OTHER, 0), (TOMOS, OTHER, 0), (TOMOS, f"D{TOMOS}", 0), (TOMOS, CHANNEL, 1)):
        served.slack.calls.clear()
        link = {"url": address, "domain": "deliverable.example.org"}
        shared = {"type": "link_shared", "user": user, "channel": channel, "message_ts": card, "links": [link]}
        await served.driver.event(shared)
        assert len(served.slack.asked("chat.unfurl")) == shown, (user, channel)


async def test_who_leaves_the_channel_stops_seeing_it_at_once(served: Served, card: str) -> None:
    await served.driver.event({"type": "app_home_opened", "user": AMINA, "channel": f"D{AMINA}", "tab": "home"})
    assert "Single parking permit" in text(served.workspace.homes[AMINA]["blocks"])
    left = {"type": "member_left_channel", "user": AMINA, "channel": CHANNEL, "channel_type": "C"}
    for _ in range(2):
        assert (await served.driver.event(left)).status == 200
    await served.driver.press_at_home(AMINA, "See flags")
    assert NOT_HERE in seen(served, AMINA)
    await served.driver.event({"type": "app_home_opened", "user": AMINA, "channel": f"D{AMINA}", "tab": "home"})
    assert "Single parking permit" not in text(served.workspace.homes[AMINA]["blocks"])
    with served.database.reading() as session:
        assert session.exec(select(ChannelRow.members).where(ChannelRow.address == CHANNEL)).one() == 4
    # She comes back, and presses the card before a roster says so.
    await served.driver.press(AMINA, CHANNEL, card, "See flags")
    assert NOT_HERE not in seen(served, AMINA)
