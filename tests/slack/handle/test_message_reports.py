"""Messages from the outbox to Slack over TCP: each is posted once, whatever happens to a call."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.slack.draw.messages import marked
from adapters.slack.install.scopes import SCOPES
from bot.interface.ports import Health
from bot.policies.policies import IfUnclear
from tests.slack import envelopes
from tests.slack.faults import Broken, Drop, Fault, Hang, Refuse, TooFast
from tests.slack.serving import ADMIN, AMINA, CHANNEL, OWNER, PERMIT, Served, unplug

POST = "chat.postMessage"
HISTORY = ("channels:history", "groups:history")


async def announce(served: Served) -> None:
    """Announce a policy; its card goes to the channel, and a message to its owner."""
    await served.dispatcher.announce([PERMIT], owner="helen.marsh@example.org", channel="digital-delivery")


async def some_hours(served: Served) -> None:
    """Run the worker until no delivery is waiting for a retry."""
    for _ in range(12):
        await served.worker.tick()
        served.clock.move(timedelta(minutes=10))


def standing(served: Served) -> Counter[str]:
    """How many messages each delivery has, anywhere."""
    marks = [marked(each) for channel in served.workspace.channels.values() for each in channel.messages]
    return Counter(each.delivery for each in marks if each is not None)


def texts(served: Served, place: str) -> list[str]:
    """What the messages of a channel, or of a person's conversation, say in a notification."""
    there = served.workspace.channels.get(place) or served.workspace.direct(place)
    return [str(each["text"]) for each in there.messages] if there else []


@pytest.mark.parametrize(
    "fault",
    [Drop(taken=True), Drop(taken=False), Broken(500, taken=True), Broken(502), TooFast(5), Refuse("fatal_error")],
    ids=str,
)
async def test_a_message_whose_answer_was_lost_arrives_once(served: Served, fault: Fault) -> None:
    served.workspace.scopes |= {*HISTORY}
    served.slack.plan(POST, fault, fault)
    await announce(served)
    await some_hours(served)
    assert len(texts(served, CHANNEL)) == 1
    assert len(texts(served, OWNER)) == 1
    assert set(standing(served).values()) == {1}


async def test_cards_for_one_channel_come_no_faster_than_slack_takes_them(served: Served) -> None:
    served.slack.clock = served.clock
    served.slack.strict_pace = timedelta(seconds=1)
    several = [replace(PERMIT, title=f"Policy {n}", link=f"https://example.org/announcements/{n}") for n in range(5)]
    await served.dispatcher.announce(several, owner="helen.marsh@example.org", channel="digital-delivery")
    for _ in range(40):
        await served.worker.tick()
        served.clock.move(timedelta(seconds=0.3))
    assert len(texts(served, CHANNEL)) == 5
    assert set(standing(served).values()) == {1}
    assert served.slack.too_fast == 0


async def test_slack_away_for_an_hour_costs_nothing(served: Served) -> None:
    served.workspace.scopes |= {*HISTORY}
    served.slack.always(POST, Broken(503))
    served.slack.always("conversations.open", Broken(503))
    served.slack.always("conversations.history", Broken(503))
    await announce(served)
    for _ in range(120):
        await served.worker.tick()
        served.clock.move(timedelta(seconds=30))
    assert not standing(served)
    for method in (POST, "conversations.open", "conversations.history"):
        served.slack.always(method, None)
    await some_hours(served)
    assert len(texts(served, CHANNEL)) == 1
    assert len(texts(served, OWNER)) == 1


async def test_with_the_permissions_that_are_asked_for_an_older_copy_goes_when_it_shows(served: Served) -> None:
    assert served.workspace.scopes == set(SCOPES)
    served.slack.always("conversations.open", TooFast(60))
    served.slack.plan(POST, Drop(taken=True))
    await announce(served)
    await some_hours(served)
    older, newer = [str(each["ts"]) for each in served.workspace.channels[CHANNEL].messages]
    await served.driver.press(AMINA, CHANNEL, newer, "See flags")
    await served.adapter.settled()
    await served.worker.tick()
    assert len(texts(served, CHANNEL)) == 2, "the newer one is the one that counts"
    await served.driver.press(AMINA, CHANNEL, older, "See flags")
    await served.adapter.settled()
    served.clock.move(timedelta(minutes=1))
    await served.worker.tick()
    assert [str(each["ts"]) for each in served.workspace.channels[CHANNEL].messages] == [newer]


async def test_a_card_that_slack_tells_of_is_not_sent_again(served: Served) -> None:
    served.slack.always("conversations.open", TooFast(60))
    served.slack.plan(POST, Drop(taken=True))
    await announce(served)
    await served.worker.tick()
    (card,) = served.workspace.channels[CHANNEL].messages
    assert [each.status for each in await served.driver.tell_of_messages(CHANNEL)] == [200]
    await some_hours(served)
    assert [each["ts"] for each in served.workspace.channels[CHANNEL].messages] == [card["ts"]]
    # It is kept up to date, so it is known which one it is.
    double = replace(PERMIT, title="Double permit")
    await served.dispatcher.announce([double], owner="helen.marsh@example.org", if_unclear=IfUnclear.REWORD)
    await some_hours(served)
    assert "Double permit" in str(served.workspace.channels[CHANNEL].messages[0]["blocks"])


async def test_a_card_that_slack_tells_of_before_its_answer_is_lost_is_not_sent_again(served: Served) -> None:
    served.slack.always("conversations.open", TooFast(60))
    served.slack.plan(POST, Hang(taken=True, drops=True))
    await announce(served)
    ticking = asyncio.create_task(served.worker.tick())
    await served.slack.called(POST)
    assert [each.status for each in await served.driver.tell_of_messages(CHANNEL)] == [200]
    served.slack.let_go()
    await ticking
    await some_hours(served)
    assert len(served.slack.asked(POST)) == len(texts(served, CHANNEL)) == 1


async def test_of_two_cards_that_slack_tells_of_one_goes_by_itself(served: Served) -> None:
    served.slack.always("conversations.open", TooFast(60))
    served.slack.plan(POST, Drop(taken=True))
    await announce(served)
    await some_hours(served)
    newer = str(served.workspace.channels[CHANNEL].messages[-1]["ts"])
    assert len(texts(served, CHANNEL)) == 2
    await served.driver.tell_of_messages(CHANNEL)
    served.clock.move(timedelta(minutes=1))
    await served.worker.tick()
    assert [str(each["ts"]) for each in served.workspace.channels[CHANNEL].messages] == [newer]


async def test_a_report_of_a_confirmed_message_changes_nothing(served: Served) -> None:
    await announce(served)
    await some_hours(served)
    calls = len(served.slack.calls)
    for _ in range(2):
        assert [each.status for each in await served.driver.tell_of_messages(CHANNEL)] == [200]
    await some_hours(served)
    assert len(served.slack.calls) == calls
    assert await served.driver.tell_of_messages(served.workspace.direct(OWNER).id) == []  # type: ignore[union-attr]


@pytest.mark.parametrize("by", ["another app", "nobody that is known", "a try that was never made"])
async def test_a_mark_that_somebody_else_made_is_believed_of_nobody(served: Served, by: str) -> None:
    served.slack.always("conversations.open", TooFast(60))
    served.slack.plan(POST, Drop(taken=True))
    await announce(served)
    await served.worker.tick()
    (card,) = served.workspace.channels[CHANNEL].messages
    event = envelopes.metadata_posted(served.slack, CHANNEL, {**card, "ts": "1763812800.000900"})
    payload = dict(card["metadata"]["event_payload"])
    if by == "another app":
        event |= {"bot_id": "B0OTHER", "user_id": "U0OTHER", "app_id": "A0OTHER"}
    elif by == "nobody that is known":
        payload["delivery_id"] = "not-an-id"
    else:
        payload["attempt"] = 7
    event["metadata"] = {**card["metadata"], "event_payload": payload}
    assert (await served.driver.event(event)).status == 200
    await some_hours(served)
    assert len(texts(served, CHANNEL)) == 2, "it was sent again, since nothing was heard of it"


async def test_a_report_while_the_database_is_away_is_sent_again(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.slack.always("conversations.open", TooFast(60))
    served.slack.plan(POST, Drop(taken=True))
    await announce(served)
    await served.worker.tick()
    with monkeypatch.context() as away:
        unplug(served, away)
        assert [each.status for each in await served.driver.tell_of_messages(CHANNEL)] == [500]
    assert [each.status for each in await served.driver.tell_of_messages(CHANNEL)] == [200]
    await some_hours(served)
    assert len(texts(served, CHANNEL)) == 1


@pytest.mark.parametrize("why", ["archived", "removed"])
async def test_admins_are_told_in_words_about_a_channel_that_takes_no_cards(served: Served, why: str) -> None:
    if why == "archived":
        served.workspace.channels[CHANNEL].archived = True
    else:
        served.workspace.channels[CHANNEL].members.remove(served.workspace.bot_user)
    await announce(served)
    await some_hours(served)
    assert await served.connections.channels("slack") == ()
    direct = served.workspace.direct(ADMIN)
    assert direct is not None
    told = str([each["blocks"] for each in direct.messages])
    assert "digital-delivery on Slack no longer takes messages." in told
    assert ("the channel was archived" if why == "archived" else "the app was removed from the channel") in told


async def test_a_revoked_token_is_not_used_again(served: Served) -> None:
    served.workspace.revoked = True
    await announce(served)
    await served.worker.tick()
    await served.adapter.settled()
    assert served.adapter.health() == Health(ok=False, text="installed in no workspace")
    tried = len(served.slack.calls)
    await some_hours(served)
    assert len(served.slack.calls) == tried


async def test_everything_works_with_the_scopes_that_are_asked_for(served: Served) -> None:
    assert served.workspace.scopes == set(SCOPES)
    await announce(served)
    await some_hours(served)
    assert len(texts(served, CHANNEL)) == len(texts(served, OWNER)) == 1
    assert served.slack.scopes_used <= {*SCOPES, *HISTORY}
