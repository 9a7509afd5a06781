"""Who can be written to in Teams: people who have installed the app, or are in a team that has it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from bot.interface.actor import Actor
from bot.interface.intents import NameOwner
from bot.interface.parts import Screen
from bot.interface.ports import BLOCKED, IN_NO_PLACE, NOT_INSTALLED, REFUSED, Never
from storage import State
from tests.bot.conftest import said
from tests.stories.adaptive import pieces
from tests.stories.pieces import read
from tests.teams.activities import activity, installed
from tests.teams.mounted import Mounted, message, personal
from tests.teams.provider import TENANT, Account, Provider, Trouble, refusal
from tests.teams.tenant import Tenant, policy_of, tenant

MINUTE = timedelta(minutes=1)
SECONDS = 40.0


@pytest.fixture
async def office(provider: Provider, migrated_sqlite_url: str) -> AsyncIterator[Tenant]:
    """A tenant with the app installed in the team, whose admin is Priya."""
    async with tenant(provider, migrated_sqlite_url) as made:
        await made.install()
        yield made


def not_installed_for(person: Account) -> Trouble:
    """The refusal of a chat with that person; others who are written to at the same time get theirs."""
    return Trouble(403, refusal("ForbiddenOperationException"), about=person.aad)


async def until(holds: Callable[[], bool]) -> None:
    """Wait for other tasks to make a condition true."""
    async with asyncio.timeout(SECONDS):
        while not holds():  # noqa: ASYNC110 - nothing says when
            await asyncio.sleep(0.02)


def unreached(office: Tenant) -> dict[str, str]:
    """Why people are unreachable, by their first name in lower case."""
    users = {each["id"]: each["user"] for each in office.rows("identities")}
    names = {account.aad: name for name, account in office.people.items()}
    return {names[users[each["identity_id"]]]: each["reason"] for each in office.rows("unreached")}


def chat(office: Tenant, name: str) -> str:
    """All text in a person's own chat."""
    return "\n".join(read(pieces(each.card)) for each in office.chat(name))


async def names(office: Tenant, policy: UUID, owner: str, by: str = "priya") -> Screen:
    """Name another owner by their address."""
    actor = Actor("teams", TENANT, office.people[by].aad)
    return await office.dispatcher.submit(NameOwner(policy), {"owner": (f"{owner}@example.org",)}, actor, "a nonce")


async def removed(office: Tenant) -> None:
    """The app is removed from the team."""
    sent = installed(office.provider, office.people["priya"], office.channel, action="remove")
    office.provider.channels.pop(office.channel)
    await office.post(sent)


async def test_who_was_only_in_a_team_that_the_app_left_is_known_not_to_be_reached(office: Tenant) -> None:
    policy = policy_of(await office.announce())
    await office.post(installed(office.provider, office.people["asha"]))
    members = office.provider.channels[office.channel]
    await removed(office)
    # Priya has a chat, since she was told that she owns a policy. Asha has installed the app.
    await until(lambda: len(unreached(office)) == 2)
    assert unreached(office) == {"ben": IN_NO_PLACE, "gus": IN_NO_PLACE}
    office.provider.not_installed.add(office.people["ben"].aad)
    text = said(await names(office, policy, "ben"))
    assert "I cannot message Ben Osei yet: the app is not installed for them. An admin has been told." in text
    await office.settle()
    assert "They are the policy owner of Single parking permit." in chat(office, "priya")
    # The message to him was refused too. On the roster of a team that has the app again, he can be written to.
    assert unreached(office)["ben"] == IN_NO_PLACE
    office.provider.channels[office.channel] = members
    await office.install()
    assert unreached(office) == {}


async def test_a_person_in_another_team_with_the_app_is_reached(office: Tenant) -> None:
    other = office.provider.channel([office.people["ben"]])
    await office.client("ben").types("help", other)
    await removed(office)
    await until(lambda: "asha" in unreached(office))
    assert "ben" not in unreached(office)


async def test_a_roster_that_cannot_be_read_says_nothing_of_anybody(office: Tenant) -> None:
    other = office.provider.channel([office.people["ben"]])
    await office.client("ben").types("help", other)
    office.provider.trouble("members", Trouble(500))
    await office.platform.daily()
    assert unreached(office) == {}
    office.provider.channels[office.channel] = [office.people["priya"]]
    await office.platform.daily()
    assert unreached(office).keys() == {"asha", "gus"}


async def test_a_person_who_removed_the_app_is_reached_through_their_team(office: Tenant) -> None:
    ben = office.people["ben"]
    await office.post(installed(office.provider, ben))
    office.provider.channels[office.channel].remove(office.people["asha"])
    office.provider.not_installed.add(ben.aad)
    await office.post(activity(office.provider, ben, type="installationUpdate", action="remove"))
    await until(lambda: "asha" in unreached(office))
    assert "ben" not in unreached(office)
    assert not [each for each in office.rows("conversations") if each["direct"] and each["address"] == ben.aad]
    office.provider.channels[office.channel].remove(ben)
    await office.platform.daily()
    assert unreached(office)["ben"] == IN_NO_PLACE
    office.provider.not_installed.clear()
    await office.post(installed(office.provider, ben))
    assert "ben" not in unreached(office)


async def test_a_person_who_is_said_late_to_have_removed_the_app_is_still_reached(office: Tenant) -> None:
    ben = office.people["ben"]
    await office.post(installed(office.provider, ben))
    office.provider.channels[office.channel].remove(ben)
    await office.post(activity(office.provider, ben, type="installationUpdate", action="remove"))
    await office.platform.daily()
    assert "ben" not in unreached(office)


async def test_an_owner_who_seemed_not_to_have_the_app_is_found_again_daily(office: Tenant) -> None:
    policy = policy_of(await office.announce())
    office.provider.trouble("create", *[not_installed_for(office.people["ben"])] * 2)
    await names(office, policy, "ben")
    await office.settle()
    assert unreached(office)["ben"] == NOT_INSTALLED
    await office.platform.daily()
    assert "ben" not in unreached(office)
    assert office.chat("ben") == [], "opening a chat posts nothing"


@pytest.mark.parametrize(
    ("refused", "reason"),
    [
        (Trouble(403, refusal("ConversationBlockedByUser")), BLOCKED),
        (Trouble(403, refusal("SomethingNew")), REFUSED),
    ],
)
async def test_an_account_that_seemed_to_refuse_messages_is_found_again_daily(
    office: Tenant, refused: Trouble, reason: str
) -> None:
    policy = policy_of(await office.announce())
    office.provider.trouble("post", refused, refused)
    await names(office, policy, "ben")
    await office.settle()
    assert unreached(office)["ben"] == reason
    posted = len(office.provider.messages)
    office.provider.trouble("post", refused)
    await office.platform.daily()
    assert unreached(office)["ben"] == reason
    await office.platform.daily()
    assert "ben" not in unreached(office)
    assert len(office.provider.messages) == posted, "typing posts nothing"


async def test_a_person_who_has_blocked_the_app_stays_so_however_often_it_is_tried(office: Tenant) -> None:
    policy = policy_of(await office.announce())
    office.provider.blocking.add(office.people["ben"].aad)
    await names(office, policy, "ben")
    await office.settle()
    await office.platform.daily()
    assert unreached(office)["ben"] == BLOCKED
    office.provider.blocking.clear()
    await office.platform.daily()
    assert "ben" not in unreached(office)


async def test_a_person_who_named_someone_without_the_app_is_told(office: Tenant) -> None:
    policy = policy_of(await office.announce())
    await office.dispatcher.submit(
        NameOwner(policy), {"owner": ("asha@example.org",)}, Actor("teams", TENANT, office.people["priya"].aad), "n1"
    )
    await office.settle()
    office.provider.trouble("create", *[not_installed_for(office.people["ben"])] * 2)
    assert "They are told now." in said(await names(office, policy, "ben", "asha"))
    await office.settle()
    assert unreached(office) == {"ben": NOT_INSTALLED}
    office.clock.now += MINUTE
    await office.settle()
    sentence = "I cannot message Ben Osei yet: the app is not installed for them."
    assert f"{sentence} An admin has been told." in chat(office, "asha")
    assert sentence in chat(office, "priya")
    # Installed for him, as the admin was shown; what was not sent can be sent again.
    await office.post(installed(office.provider, office.people["ben"]))
    assert unreached(office) == {}
    assert [each["state"] for each in office.rows("deliveries") if each["state"] is State.DEAD] == [State.DEAD]


@pytest.mark.parametrize("code", ["ConversationBlockedByUser", "MessageWritesBlocked"])
async def test_a_person_who_blocked_the_app_is_distinguished(teams: Mounted, code: str) -> None:
    await teams.furnish()
    ada = teams.provider.account("Ada Adminson")
    teams.provider.trouble("create", *[Trouble(403, refusal(code))] * 2)
    assert await teams.platform.send(message(personal(ada))) == Never(BLOCKED)
    assert not isinstance(await teams.platform.send(message(personal(ada))), Never)
    teams.provider.trouble("post", *[Trouble(403, refusal(code))] * 2)
    assert await teams.platform.send(message(personal(ada))) == Never(BLOCKED)
