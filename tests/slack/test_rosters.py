"""Who is in a channel: read whole from Slack, page by page, and known on the desk."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from tests.bench.measuring import raw_connection
from tests.slack.faults import Broken, Drop, Refuse, TooFast
from tests.slack.provider import Slack
from tests.slack.serving import AMINA, CHANNEL, KEZIA, TOMOS, Served, serving
from tests.slack.workspace import Channel, User

Json = dict[str, Any]


def rows(served: Served, query: str) -> list[tuple[Any, ...]]:
    with closing(raw_connection(served.database.file)) as raw:
        return raw.execute(query).fetchall()


def people(served: Served) -> dict[str, tuple[Any, ...]]:
    """By user: name, address, zone, guest, active."""
    found = rows(
        served,
        "SELECT user, name, email, zone, guest, active FROM identities JOIN people ON people.id = person_id",
    )
    return {row[0]: row[1:] for row in found}


def channel(served: Served) -> tuple[Any, ...]:
    """Its name, whether it is connected, and how many members are known."""
    return rows(served, f"SELECT name, connected, members FROM channels WHERE address = '{CHANNEL}'")[0]


async def test_everybody_in_the_channel_is_known_once_the_bot_is_in_it(served: Served) -> None:
    known = people(served)
    assert len(known) == 5
    assert known[AMINA] == ("Amina Yusuf", "amina.yusuf@example.org", "Europe/London", 0, 1)
    assert channel(served) == ("digital-delivery", 1, 5)


async def test_guests_strangers_and_those_who_left_are_known_as_such_and_bots_are_not(served: Served) -> None:
    space = served.workspace
    for user in (
        User("U1GUEST", "Guest One", "guest@supplier.example", restricted=True),
        User("U2GUEST", "Guest Two", ultra_restricted=True),
        User("U3AWAY", "Stranger", "s@elsewhere.example", stranger=True, team="T0ELSE"),
        User("U4LEFT", "Left Us", "left@example.org", deleted=True),
        User("U5BOT", "A Robot", bot=True),
    ):
        space.add_user(user)
        space.channels[CHANNEL].members.append(user.id)
    await served.adapter.daily()
    known = people(served)
    assert {user: known[user][3:] for user in known if user[1].isdigit() and user != AMINA} == {
        **dict.fromkeys((TOMOS, KEZIA, "U0HELEN", "U0DANIEL"), (0, 1)),
        "U1GUEST": (1, 1),
        "U2GUEST": (1, 1),
        "U3AWAY": (1, 1),
        "U4LEFT": (0, 0),
    }
    assert channel(served)[2] == 8


@pytest.mark.parametrize("most_in_a_page", [1, 7, 1000])
async def test_a_roster_is_read_to_its_last_page(served: Served, most_in_a_page: int) -> None:
    for number in range(60):
        user = served.workspace.add_user(User(f"U1{number:03}", f"Member {number}", f"m{number}@example.org"))
        served.workspace.channels[CHANNEL].members.append(user.id)
    served.slack.most_in_a_page = most_in_a_page
    await served.adapter.daily()
    assert channel(served)[2] == 65
    assert len(people(served)) == 65


async def test_a_large_roster_is_not_asked_for_one_by_one(served: Served) -> None:
    for number in range(120):
        user = served.workspace.add_user(User(f"U1{number:03}", f"Member {number}"))
        served.workspace.channels[CHANNEL].members.append(user.id)
    served.slack.calls.clear()
    await served.adapter.daily()
    assert channel(served)[2] == 125
    assert len(served.slack.asked("users.info")) < 5


async def test_slack_is_left_alone_for_as_long_as_it_says(served: Served) -> None:
    served.workspace.add_user(User("U0NEW", "Nia Price"))
    served.workspace.channels[CHANNEL].members.append("U0NEW")
    served.slack.plan("conversations.members", TooFast(0))
    served.slack.plan("users.info", TooFast(0), TooFast(0))
    await served.adapter.daily()
    assert "U0NEW" in people(served)


@pytest.mark.parametrize("fault", [Refuse("missing_scope"), Broken(), Drop(taken=False)], ids=str)
async def test_a_roster_that_cannot_be_read_whole_changes_nothing(
    served: Served, fault: Refuse | Broken | Drop
) -> None:
    before = people(served), channel(served)
    served.workspace.channels[CHANNEL].members.remove(KEZIA)
    served.slack.plan("users.info", fault)
    await served.adapter.daily()
    assert (people(served), channel(served)) == before
    await served.adapter.daily()
    assert channel(served)[2] == 4


async def test_who_is_not_there_any_more_by_the_time_they_are_asked_for_is_left_out(served: Served) -> None:
    served.workspace.channels[CHANNEL].members.append("U0GHOST")
    await served.adapter.daily()
    assert channel(served)[2] == 5


async def test_somebody_who_joins_is_no_reason_to_read_a_roster(served: Served) -> None:
    served.slack.calls.clear()
    event = {"type": "member_joined_channel", "user": AMINA, "channel": CHANNEL, "channel_type": "C"}
    assert (await served.driver.event(event)).status == 200
    await served.adapter.settled()
    assert served.slack.calls == []


async def test_a_closed_account_is_known_at_once(served: Served) -> None:
    user = served.workspace.users[TOMOS]
    user.deleted = True
    served.workspace.channels[CHANNEL].members.remove(TOMOS)
    event = {"type": "user_change", "user": user.to_json(email=True), "cache_ts": 1, "event_ts": "1.1"}
    assert (await served.driver.event(event)).status == 200
    await served.adapter.settled()
    assert people(served)[TOMOS][4] == 0
    served.slack.calls.clear()
    profile = {"type": "user_change", "user": served.workspace.users[AMINA].to_json(email=True), "event_ts": "1.2"}
    assert (await served.driver.event(profile)).status == 200
    await served.adapter.settled()
    assert served.slack.calls == []


async def test_a_renamed_channel_has_its_new_name(served: Served) -> None:
    served.workspace.channels[CHANNEL].name = "delivery"
    event = {"type": "channel_rename", "channel": {"id": CHANNEL, "name": "delivery", "created": 1}}
    assert (await served.driver.event(event)).status == 200
    await served.adapter.settled()
    assert channel(served)[0] == "delivery"


@pytest.mark.parametrize("kind", ["channel_archive", "channel_deleted", "channel_left", "group_left"])
async def test_a_channel_that_is_gone_gets_no_more_cards_and_admins_are_told(served: Served, kind: str) -> None:
    assert (await served.driver.event({"type": kind, "channel": CHANNEL, "event_ts": "1.1"})).status == 200
    assert channel(served)[1] == 0
    await served.rounds.tick()
    told = served.workspace.direct("U0DANIEL")
    assert told is not None
    assert "digital-delivery" in str(told.messages[-1]["blocks"])
    served.clock.move(timedelta(minutes=2))
    served.workspace.channels[CHANNEL].members.remove(served.workspace.bot_user)
    await served.join()
    assert channel(served)[1] == 1


async def test_a_channel_that_turns_out_to_be_archived_is_given_up(served: Served) -> None:
    served.workspace.channels[CHANNEL].archived = True
    await served.adapter.daily()
    assert channel(served)[1] == 0


async def test_a_channel_joined_while_nobody_listened_is_found(slack: Slack, migrated_sqlite_url: str) -> None:
    slack.workspace.channels[CHANNEL].members.append(slack.workspace.bot_user)
    slack.workspace.add_channel(Channel("C0OLD", "old", archived=False, members=[AMINA]), with_bot=False)
    async with serving(migrated_sqlite_url, slack) as served:
        await served.adapter.settled()
        assert channel(served) == ("digital-delivery", 1, 5)
        assert len(rows(served, "SELECT id FROM channels")) == 1
