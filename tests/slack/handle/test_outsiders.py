"""People of other organisations in a shared channel, as Slack shows them: guests, on every way in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace

import pytest

from adapters.slack.handle.commands import ANNOUNCE, ASK
from bot.interface.json_object import Json
from tests.bench.measuring import raw_connection
from tests.slack import envelopes
from tests.slack.provider import Slack
from tests.slack.serving import AMINA, CHANNEL, PUBLIC_URL, Served, serving
from tests.slack.steps import seen, text, title
from tests.slack.workspace import User

OLGA = "U8OLGA"
TURNED_AWAY = "can send flags here"
OUTSIDERS = {
    "of another workspace": User(OLGA, "Olga Outside", "olga@supplier.example", team="T8"),
    "of another organisation": User(OLGA, "Olga Outside", "olga@supplier.example", team="T8", enterprise="E8"),
    "of an organisation without a name": User(OLGA, "Olga Outside", team="T8", enterprise="?"),
    "of nowhere": User(OLGA, "Olga Outside", "olga@example.org", unsaid=True),
    "a stranger": User(OLGA, "Olga Outside", "olga@example.org", stranger=True),
    "restricted": User(OLGA, "Olga Outside", "olga@example.org", restricted=True),
}
PLACES = ("workspace", "workspace of an organisation", "organisation")


@pytest.fixture(params=PLACES)
async def shared(request: pytest.FixtureRequest, slack: Slack, migrated_sqlite_url: str) -> AsyncIterator[Served]:
    """The program in a workspace, in a workspace of an organisation, or in a whole organisation."""
    space = slack.workspace
    if request.param == "organisation":
        space = slack.workspaces.pop(space.id)
        space.become_organisation("E0ORG", "T0001", "T0TWO")
        slack.add(space)
        space.channels[CHANNEL].teams = ["T0001"]
    elif request.param == "workspace of an organisation":
        space.enterprise = "E0ORG"
        for each in space.users.values():
            each.enterprise = "E0ORG"
    async with serving(migrated_sqlite_url, slack) as served:
        yield served


async def joined(served: Served, outsider: User) -> str:
    """The bot and an outsider are in the channel, where a card was posted; its `ts`."""
    served.workspace.add_user(replace(outsider))
    served.workspace.channels[CHANNEL].members.append(outsider.id)
    await served.join()
    return await served.announce()


def guests(served: Served) -> dict[str, bool]:
    """Who is a guest, by user."""
    with closing(raw_connection(served.database.file)) as raw:
        return {user: bool(guest) for user, guest in raw.execute("SELECT user, guest FROM identities")}


@pytest.mark.parametrize("outsider", OUTSIDERS.values(), ids=OUTSIDERS)
async def test_only_who_is_shown_to_be_ours_is_a_member(shared: Served, outsider: User) -> None:
    await joined(shared, outsider)
    assert [user for user, guest in guests(shared).items() if guest] == [OLGA]


@pytest.mark.parametrize("says_team", [True, False])
async def test_every_way_in_is_closed_to_an_outsider(shared: Served, says_team: bool) -> None:
    card = await joined(shared, OUTSIDERS["of another workspace"])
    slack, driver, space = shared.slack, shared.driver, shared.workspace
    with closing(raw_connection(shared.database.file)) as raw:
        raw.execute("UPDATE channels SET reactions = 1")

    async def interact(payload: Json) -> None:
        payload["user"] = {**payload["user"], "team_id": "T8"}
        if not says_team:
            del payload["user"]["team_id"]
        assert (await driver.interact(payload)).status == 200

    message = space.channels[CHANNEL].message(card)
    assert message is not None
    for button in envelopes.buttons(message["blocks"]):
        if button["text"]["text"] in ("Give your view", "See flags"):
            space.window(OLGA).views.clear()
            await interact(envelopes.pressed_on_message(slack, OLGA, CHANNEL, message, button))
            assert TURNED_AWAY in seen(shared, OLGA)
    shortcuts = (
        envelopes.shortcut(slack, OLGA, ANNOUNCE),
        envelopes.message_action(slack, OLGA, CHANNEL, message, ASK),
    )
    for each in shortcuts:
        space.window(OLGA).views.clear()
        await interact(each)
        assert TURNED_AWAY in seen(shared, OLGA)
    space.window(OLGA).views.clear()
    assert (await driver.command(OLGA, CHANNEL, "announce")).status == 200
    assert TURNED_AWAY in seen(shared, OLGA)

    from_outside = {"user": OLGA, **({"user_team": "T8"} if says_team else {})}
    assert (await driver.event({"type": "app_home_opened", "tab": "home", **from_outside})).status == 200
    assert TURNED_AWAY in text(space.homes[OLGA]["blocks"])
    assert "Single parking permit" not in str(space.homes[OLGA])
    item = {"type": "message", "channel": CHANNEL, "ts": card}
    assert (await driver.event({"type": "reaction_added", "item": item, **from_outside})).status == 200
    assert space.ephemerals == []
    policy = next(each for each in envelopes.buttons(message["blocks"]))["value"].split(":")[1]
    links = [{"url": f"{PUBLIC_URL}/policies/{policy}", "domain": "deliverable.example.org"}]
    link = {"type": "link_shared", "channel": CHANNEL, "message_ts": "1.5", "links": links}
    assert (await driver.event({**link, **from_outside})).status == 200
    assert space.unfurls == []
    assert (await driver.event({**link, "user": AMINA})).status == 200
    assert len(space.unfurls) == 1


async def test_someone_of_another_workspace_of_ours_is_a_member(slack: Slack, migrated_sqlite_url: str) -> None:
    async with serving(migrated_sqlite_url, slack) as served:
        await served.connections.install("slack", "T8", "Our other one", {"token": "xoxb-8", "team": "T8"})
        await served.adapter.daily()
        card = await joined(served, OUTSIDERS["of another workspace"])
        assert guests(served)[OLGA] is False
        message = served.workspace.channels[CHANNEL].message(card)
        assert message is not None
        button = next(each for each in envelopes.buttons(message["blocks"]) if each["text"]["text"] == "Give your view")
        pressed = envelopes.pressed_on_message(slack, OLGA, CHANNEL, message, button, team="T8")
        assert (await served.driver.interact(pressed)).status == 200
        assert title(served.workspace.window(OLGA).top.json) == "Is this deliverable?"
