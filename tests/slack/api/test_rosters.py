"""Rosters: all members of a channel are read page by page and stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.slack import service
from bot.policies.policies import IfUnclear
from storage import metadata
from tests.bench.measuring import raw_connection
from tests.slack import envelopes
from tests.slack.faults import Broken, Drop, Refuse, TooFast
from tests.slack.provider import Slack
from tests.slack.serving import AMINA, CHANNEL, KEZIA, PERMIT, TOMOS, Served, serving
from tests.slack.workspace import Channel, User


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


async def test_all_members_are_known_once_the_bot_joins(served: Served) -> None:
    known = people(served)
    assert len(known) == 5
    assert known[AMINA] == ("Amina Yusuf", "amina.yusuf@example.org", "Europe/London", 0, 1)
    assert channel(served) == ("digital-delivery", 1, 5)


async def test_guests_strangers_and_closed_accounts_are_marked_and_bots_left_out(served: Served) -> None:
    space = served.workspace
    for user in (
        User("U1GUEST", "Guest One", "guest@supplier.example", restricted=True),
        User("U2GUEST", "Guest Two", ultra_restricted=True),
        User("U3AWAY", "Stranger", "s@elsewhere.example", team="T0ELSE"),
        User("U6AWAY", "Marked", "m@elsewhere.example", stranger=True),
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
        "U6AWAY": (1, 1),
    }
    assert channel(served)[2] == 9
    space.users[TOMOS].deleted = True
    await served.adapter.daily()
    assert people(served)[TOMOS][4] == 0, "someone who was known is kept"
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


async def test_a_large_roster_is_not_read_one_by_one(served: Served) -> None:
    for number in range(120):
        user = served.workspace.add_user(User(f"U1{number:03}", f"Member {number}"))
        served.workspace.channels[CHANNEL].members.append(user.id)
    served.slack.calls.clear()
    await served.adapter.daily()
    assert channel(served)[2] == 125
    assert len(served.slack.asked("users.info")) < 5


async def test_reading_waits_for_as_long_as_slack_says(served: Served) -> None:
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


async def test_a_user_who_is_gone_when_they_are_read_is_left_out(served: Served) -> None:
    served.workspace.channels[CHANNEL].members.append("U0GHOST")
    await served.adapter.daily()
    assert channel(served)[2] == 5


async def test_a_new_member_does_not_cause_a_roster_to_be_read(served: Served) -> None:
    served.slack.calls.clear()
    event = {"type": "member_joined_channel", "user": AMINA, "channel": CHANNEL, "channel_type": "C"}
    assert (await served.driver.event(event)).status == 200
    await served.adapter.settled()
    assert served.slack.calls == []


async def test_a_closed_account_is_known_at_the_next_daily_reading(served: Served) -> None:
    """Slack's event for it would tell us of everybody in the workspace."""
    served.workspace.users[TOMOS].deleted = True
    for gone in (TOMOS, AMINA):  # Amina has only left the channel
        served.workspace.channels[CHANNEL].members.remove(gone)
    assert (people(served)[TOMOS][4], people(served)[AMINA][4]) == (1, 1)
    await served.adapter.daily()
    await served.adapter.settled()
    assert (people(served)[TOMOS][4], people(served)[AMINA][4]) == (0, 1)
    assert channel(served)[2] == len(served.workspace.channels[CHANNEL].members) - 1, "the bot is no member"


async def test_a_renamed_channel_has_its_new_name(served: Served) -> None:
    served.workspace.channels[CHANNEL].name = "delivery"
    event = {"type": "channel_rename", "channel": {"id": CHANNEL, "name": "delivery", "created": 1}}
    assert (await served.driver.event(event)).status == 200
    await served.adapter.settled()
    assert channel(served)[0] == "delivery"


GONE = [f"{what}_{how}" for what in ("channel", "group") for how in ("archive", "deleted", "left")] + [
    "member_left_channel"
]


def gone(served: Served, kind: str) -> None:
    """Make it so in the workspace."""
    space = served.workspace
    if kind.endswith("archive"):
        space.channels[CHANNEL].archived = True
    elif kind.endswith("deleted"):
        space.channels["C0DELETED"] = space.channels.pop(CHANNEL)
    else:
        space.channels[CHANNEL].members.remove(space.bot_user)


def lost_event(served: Served, kind: str) -> dict[str, Any]:
    """The event of that type."""
    user = {"user": served.workspace.bot_user} if kind == "member_left_channel" else {}
    return {"type": kind, "channel": CHANNEL, "event_ts": "1.1", **user}


@pytest.mark.parametrize("kind", GONE)
async def test_a_channel_that_is_gone_gets_no_more_cards_and_admins_are_told(served: Served, kind: str) -> None:
    gone(served, kind)
    assert (await served.driver.event(lost_event(served, kind))).status == 200
    assert channel(served)[1] == 0
    await served.worker.tick()
    told = served.workspace.direct("U0DANIEL")
    assert told is not None
    assert "digital-delivery" in str(told.messages[-1]["blocks"])
    served.clock.move(timedelta(minutes=2))
    space = served.workspace
    there = space.channels[CHANNEL] = space.channels["C0DELETED" if "C0DELETED" in space.channels else CHANNEL]
    there.archived = False
    there.members = [each for each in there.members if each != space.bot_user]
    await served.join()
    assert channel(served)[1] == 1


@pytest.mark.parametrize("kind", GONE)
async def test_a_channel_that_is_said_to_be_gone_late_or_again_is_kept(served: Served, kind: str) -> None:
    for retry in (0, 1):
        assert (await served.driver.event(lost_event(served, kind), retry=retry)).status == 200
    assert channel(served)[1] == 1
    await served.worker.tick()
    assert served.workspace.direct("U0DANIEL") is None


async def test_an_event_about_a_lost_channel_that_cannot_be_checked_comes_again(served: Served) -> None:
    gone(served, "channel_left")
    served.slack.plan("conversations.info", Broken())
    assert (await served.driver.event(lost_event(served, "channel_left"))).status == 500
    assert channel(served)[1] == 1
    assert (await served.driver.event(lost_event(served, "channel_left"), retry=1)).status == 200
    assert channel(served)[1] == 0


async def test_another_member_who_leaves_disconnects_nothing(served: Served) -> None:
    served.slack.calls.clear()
    event = {"type": "member_left_channel", "channel": CHANNEL, "user": AMINA}
    assert (await served.driver.event(event)).status == 200
    assert served.slack.calls == []


@pytest.mark.parametrize("code", ["channel_not_found", "is_archived"])
async def test_a_channel_that_one_answer_says_is_gone_is_read_again(served: Served, code: str) -> None:
    served.slack.plan("conversations.info", Refuse(code))
    await served.adapter.daily()
    assert channel(served) == ("digital-delivery", 1, 5)


async def reword(served: Served) -> None:
    """Change the policy's title."""
    double = replace(PERMIT, title="Double permit")
    await served.dispatcher.announce([double], owner="helen.marsh@example.org", if_unclear=IfUnclear.REWORD)


async def test_a_channel_given_up_by_mistake_is_found_again_and_gets_what_it_missed(served: Served) -> None:
    await served.announce()
    served.slack.plan("conversations.info", Refuse("channel_not_found"))
    await served.driver.event(lost_event(served, "channel_deleted"))
    assert channel(served)[1] == 0
    await reword(served)
    served.slack.plan("chat.update", Refuse("channel_not_found"))
    served.slack.plan("conversations.info", Refuse("channel_not_found"))
    served.clock.move(timedelta(minutes=1))
    await served.worker.tick()
    assert len(served.slack.asked("chat.update")) == 1
    assert "Double permit" not in str(served.workspace.channels[CHANNEL].messages)
    await served.adapter.daily()
    await served.adapter.settled()
    assert channel(served)[1] == 1
    served.clock.move(timedelta(minutes=1))
    await served.worker.tick()
    assert "Double permit" in str(served.workspace.channels[CHANNEL].messages)


@pytest.mark.parametrize("kind", ["channel_unarchive", "group_unarchive"])
@pytest.mark.parametrize("still_in_it", [True, False])
async def test_a_channel_that_is_opened_again_gets_cards_if_the_bot_is_in_it(
    served: Served, kind: str, still_in_it: bool
) -> None:
    served.workspace.channels[CHANNEL].archived = True
    assert (await served.driver.event({"type": "channel_archive", "channel": CHANNEL})).status == 200
    assert channel(served)[1] == 0
    served.workspace.channels[CHANNEL].archived = False
    if not still_in_it:
        served.workspace.channels[CHANNEL].members.remove(served.workspace.bot_user)
    assert (await served.driver.event({"type": kind, "channel": CHANNEL, "user": AMINA})).status == 200
    await served.adapter.settled()
    assert channel(served)[1] == still_in_it


async def test_a_channel_found_archived_is_disconnected(served: Served) -> None:
    served.workspace.channels[CHANNEL].archived = True
    await served.adapter.daily()
    assert channel(served)[1] == 0


async def test_a_channel_left_while_nobody_listened_is_given_up_and_admins_are_told(
    slack: Slack, migrated_sqlite_url: str
) -> None:
    async with serving(migrated_sqlite_url, slack) as served:
        await served.join()
    slack.workspace.channels[CHANNEL].members.remove(slack.workspace.bot_user)
    async with serving(migrated_sqlite_url, slack) as served:
        await served.adapter.settled()
        assert channel(served)[1] == 0
        await served.worker.tick()
        told = slack.workspace.direct("U0DANIEL")
        assert told is not None
        assert "digital-delivery" in str(told.messages[-1]["blocks"])


async def test_a_channel_that_is_not_listed_but_says_that_the_bot_is_in_it_is_kept(served: Served) -> None:
    served.workspace.channels[CHANNEL].unlisted = True
    await served.adapter.daily()
    assert channel(served)[1] == 1


@pytest.mark.parametrize("fault", [Refuse("missing_scope"), Broken(), Drop(taken=False)], ids=str)
async def test_no_channel_is_disconnected_if_slack_cannot_list_them(
    served: Served, fault: Refuse | Broken | Drop
) -> None:
    served.slack.always("users.conversations", fault)
    await served.adapter.daily()
    assert channel(served)[1] == 1


async def test_a_channel_joined_while_nobody_listened_is_found(slack: Slack, migrated_sqlite_url: str) -> None:
    slack.workspace.channels[CHANNEL].members.append(slack.workspace.bot_user)
    slack.workspace.add_channel(Channel("C0OLD", "old", archived=False, members=[AMINA]), with_bot=False)
    async with serving(migrated_sqlite_url, slack) as served:
        await served.adapter.settled()
        assert channel(served) == ("digital-delivery", 1, 5)
        assert len(rows(served, "SELECT id FROM channels")) == 1


async def test_with_slack_away_at_the_start_the_channels_are_read_later(
    slack: Slack, migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "FIRST_PAUSE", 0.01)
    slack.workspace.channels[CHANNEL].members.append(slack.workspace.bot_user)
    slack.plan("users.conversations", Broken(), Drop(taken=False))
    async with serving(migrated_sqlite_url, slack) as served:
        await slack.called("users.conversations", times=3)
        await slack.called("conversations.members")
        await served.adapter.settled()
        assert channel(served) == ("digital-delivery", 1, 5)


# An organisation of several workspaces.


@pytest.fixture
async def everywhere(slack: Slack, migrated_sqlite_url: str) -> AsyncIterator[Served]:
    """The program installed by a whole organisation, with the bot invited to a channel before we knew."""
    space = slack.workspaces.pop(slack.workspace.id)
    space.become_organisation("E0ORG", "T0ONE", "T0TWO", "T0THREE")
    slack.add(space)
    space.channels[CHANNEL].teams = ["T0TWO"]
    space.channels[CHANNEL].members.append(space.bot_user)
    both = space.add_channel(Channel("C0BOTH", "both", members=[AMINA, TOMOS], teams=["T0ONE", "T0TWO"]))
    both.private = True
    slack.most_in_a_page = 1
    async with serving(migrated_sqlite_url, slack) as running:
        await running.adapter.settled()
        yield running


def connected(served: Served) -> dict[str, tuple[Any, ...]]:
    """The connected channels by address: workspace and number of known members."""
    found = rows(served, "SELECT address, workspace, members FROM channels WHERE connected")
    return {row[0]: row[1:] for row in found}


async def test_in_an_organisation_every_workspace_is_asked(everywhere: Served) -> None:
    assert connected(everywhere) == {CHANNEL: ("E0ORG", 5), "C0BOTH": ("E0ORG", 2)}
    asked = everywhere.slack.asked("users.conversations")
    assert {each["team_id"] for each in asked} == {"T0ONE", "T0TWO", "T0THREE"}
    assert len(everywhere.slack.asked("auth.teams.list")) == 3, "to its last page"


async def test_in_an_organisation_a_card_is_posted_and_answered(everywhere: Served) -> None:
    card = await everywhere.announce()
    await everywhere.driver.press(AMINA, CHANNEL, card, "Give your view")
    assert everywhere.workspace.window(AMINA).top.json["title"]["text"] == "Is this deliverable?"


async def test_in_an_organisation_a_large_roster_is_looked_up_in_the_channels_workspace(everywhere: Served) -> None:
    everywhere.slack.most_in_a_page = 1000
    for number in range(60):
        user = everywhere.workspace.add_user(User(f"U1{number:03}", f"Member {number}"))
        everywhere.workspace.channels[CHANNEL].members.append(user.id)
    await everywhere.adapter.daily()
    assert connected(everywhere)[CHANNEL] == ("E0ORG", 65)
    assert {each["team_id"] for each in everywhere.slack.asked("users.list")} == {"T0TWO"}


@pytest.mark.parametrize("kind", ["team_access_revoked", "team_access_granted"])
async def test_workspaces_added_or_removed_by_an_organisation_are_known_at_once(everywhere: Served, kind: str) -> None:
    space = everywhere.workspace
    space.channels[CHANNEL].members.remove(space.bot_user)
    space.add_channel(Channel("C0NEW", "new", members=[KEZIA], teams=["T0ONE"]))
    assert (await everywhere.driver.event({"type": kind, "team_ids": ["T0TWO"]})).status == 200
    await everywhere.adapter.settled()
    assert set(connected(everywhere)) == {"C0BOTH", "C0NEW"}


async def test_a_workspace_without_access_does_not_hide_the_others(everywhere: Served) -> None:
    everywhere.slack.plan("users.conversations", Refuse("team_access_not_granted"))
    await everywhere.adapter.daily()
    assert set(connected(everywhere)) == {CHANNEL, "C0BOTH"}


async def test_members_of_an_organisations_other_workspaces_are_not_guests(
    slack: Slack, migrated_sqlite_url: str
) -> None:
    slack.workspace.enterprise = "E0ORG"
    nia = slack.workspace.add_user(User("U0NIA", "Nia Price", team="T0OTHER", enterprise="E0ORG"))
    slack.workspace.channels[CHANNEL].members.append(nia.id)
    async with serving(migrated_sqlite_url, slack) as served:
        await served.join()
        assert people(served)[nia.id][3] == 0
        card = await served.announce()
        message = served.workspace.channels[CHANNEL].message(card)
        assert message is not None
        give = next(each for each in envelopes.buttons(message["blocks"]) if each["text"]["text"] == "Give your view")
        pressed = envelopes.pressed_on_message(slack, nia.id, CHANNEL, message, give, team="T0OTHER")
        assert (await served.driver.interact(pressed)).status == 200
        assert served.workspace.window(nia.id).top.json["title"]["text"] == "Is this deliverable?"


async def test_nothing_is_sent_to_an_organisation_that_removed_the_app(everywhere: Served) -> None:
    everywhere.workspace.revoked = True
    assert (await everywhere.driver.event({"type": "app_uninstalled"})).status == 200
    assert await everywhere.connections.installed("slack", "E0ORG") is None


# A channel that gets another id.

MOVED = "C0MOVED"


def move(served: Served) -> dict[str, Any]:
    """Give the channel another id, as when it is shared. Returns the event."""
    with served.database.writing() as session:
        session.connection().execute(metadata.tables["channels"].update().values(reactions=True, guests=True))
    there = served.workspace.channels.pop(CHANNEL)
    there.id = MOVED
    served.workspace.add_channel(there)
    return {"type": "channel_id_changed", "old_channel_id": CHANNEL, "new_channel_id": MOVED, "event_ts": "1.1"}


async def a_change(served: Served) -> None:
    """Reword the policy, and let the worker update its card."""
    await reword(served)
    served.clock.move(timedelta(minutes=1))
    await served.worker.tick()


@pytest.mark.parametrize("before", ["nothing", "a roster", "a card that could not be updated"])
async def test_a_channel_with_another_id_keeps_its_settings_and_its_card(served: Served, before: str) -> None:
    card = await served.announce()
    event = move(served)
    if before == "a roster":
        await served.join(MOVED)
    if before == "a card that could not be updated":
        await a_change(served)
        assert channel(served)[1] == 0, "the old id is dead"
    for retry in (0, 1):
        assert (await served.driver.event(event, retry=retry)).status == 200
        await served.adapter.settled()
    settings = "SELECT address, connected, reactions, guests FROM channels"
    assert rows(served, settings) == [(MOVED, 1, 1, 1)]
    await a_change(served)
    served.clock.move(timedelta(minutes=1))
    await served.worker.tick()
    (shown,) = served.workspace.channels[MOVED].messages
    assert shown["ts"] == card
    assert "Double permit" in str(shown["blocks"])


async def test_a_channel_does_not_get_an_id_that_is_none_of_ours(served: Served) -> None:
    event = {"type": "channel_id_changed", "old_channel_id": CHANNEL, "new_channel_id": "C0NOWHERE"}
    assert (await served.driver.event(event)).status == 200
    assert rows(served, "SELECT address, connected FROM channels") == [(CHANNEL, 1)]
    served.slack.plan("conversations.info", Broken())
    assert (await served.driver.event(event)).status == 500
