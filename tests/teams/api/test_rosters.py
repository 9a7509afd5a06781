"""Rosters: all members, page by page, with guests marked; read on connection and daily."""

from __future__ import annotations

import logging

import pytest

from adapters.teams.api.faults import TeamsUnanswered
from adapters.teams.api.members import member
from bot.interface.actor import Actor
from bot.people.people import Member, UnknownPerson
from tests.teams.activities import invoke, typed
from tests.teams.mounted import Mounted, as_members, channel
from tests.teams.provider import TENANT, Account, Provider, Trouble, refusal


async def connected(teams: Mounted, conversation: str, asker: Account) -> None:
    """Connect a channel, because a member mentions the bot in it."""
    await teams.post(typed(teams.provider, asker, "connect", conversation))
    await teams.platform.rosters.connect(teams.handler.heard[-1])


async def looked_up(teams: Mounted, person: Account, conversation: str = "") -> Member | None:
    """An unknown person clicks."""
    await teams.post(invoke(teams.provider, person, "task/fetch", {}, conversation))
    return await teams.platform.rosters.newcomer(teams.handler.heard[-1])


async def is_known(teams: Mounted, person: Account) -> bool:
    """Whether the dispatcher knows a person."""
    try:
        await teams.dispatcher.home(Actor("teams", TENANT, person.aad))
    except UnknownPerson:
        return False
    return True


async def test_connecting_a_channel_reads_all_its_members(teams: Mounted) -> None:
    provider = teams.provider
    everybody = [provider.account(f"Person{number} Quill") for number in range(1, 122)]
    provider.page = 50
    await connected(teams, provider.channel(everybody), everybody[0])
    (roster,) = teams.dispatcher.rosters
    assert roster.members == as_members(*everybody)
    assert (roster.platform, roster.workspace, roster.name) == ("teams", TENANT, "Housing, Design")
    assert provider.pages == [500, 500, 500], "as many as it gives are asked for"
    assert await is_known(teams, everybody[-1])


async def test_guests_and_people_of_other_tenants_are_guests(teams: Mounted) -> None:
    provider = teams.provider
    ada = provider.account("Ada Adminson")
    others = [
        provider.account("Gus Guest", role="guest"),
        provider.account("Ann Onymous", role="anonymous"),
        provider.account("Fay Federated", tenant="11111111-2222-3333-4444-555555555555"),
        provider.account("Ext Account", email="ext_partner.example#EXT#@example.onmicrosoft.com"),
    ]
    of_no_tenant = provider.account("Odd Id", tenant="29:1UX7p8Fkx7p93M")
    await connected(teams, provider.channel([ada, *others, of_no_tenant]), ada)
    found = {each.user: each.guest for each in teams.dispatcher.rosters[0].members}
    assert found == {ada.aad: False, of_no_tenant.aad: False} | {each.aad: True for each in others}


def test_odd_members_are_read() -> None:
    named = {"aadObjectId": "o1", "givenName": "Al", "surname": "Cu", "userRole": "user"}
    assert member(named, TENANT) == Member("o1", "Al Cu")
    only_account = {"objectId": "o1", "userPrincipalName": "b@x.org", "userRole": "owner", "tenantId": TENANT.upper()}
    assert member(only_account, TENANT) == Member("o1", "b@x.org", "b@x.org")
    assert member({"id": 7, "name": None, "email": [], "userRole": "user"}, TENANT) is None
    assert member({**named, "id": "28:an-app"}, TENANT) is None


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"tenantId": TENANT},
        {"userRole": None, "tenantId": TENANT},
        {"userRole": 7},
        {"userRole": "User of another kind"},
        {"userRole": "guest", "tenantId": TENANT},
        {"userRole": "user", "tenantId": "11111111-2222-3333-4444-555555555555"},
        {"userRole": "user", "userPrincipalName": "b_x.org#ext#@example.onmicrosoft.com"},
    ],
    ids=str,
)
def test_only_who_is_shown_to_be_a_member_is_one(said: dict[str, object]) -> None:
    found = member({"aadObjectId": "o1", "name": "Al Cu", "email": "al@example.org", **said}, TENANT)
    assert found is not None
    assert found.guest


async def test_removed_accounts_are_nobody(teams: Mounted) -> None:
    provider = teams.provider
    people = [provider.account(f"Member{number} Quill") for number in range(1, 5)]
    removed = [provider.removed(), provider.removed()]
    await connected(teams, provider.channel([*people, *removed]), people[0])
    assert teams.dispatcher.rosters[0].members == as_members(*people)
    await teams.platform.daily()
    assert teams.dispatcher.rosters[-1].members == as_members(*people)


async def test_a_newcomer_is_looked_up_alone_and_stored_by_the_next_round(teams: Mounted) -> None:
    provider = teams.provider
    ada, ben = provider.account("Ada Adminson"), provider.account("Ben Tarrandale")
    design, other = provider.channel([ada]), provider.channel([ada])
    for each in (design, other):
        await connected(teams, each, ada)
    provider.channels[design].append(ben)
    before = provider.seen["members"]
    for _ in range(5):
        assert [await looked_up(teams, ben, design)] == [*as_members(ben)]
    assert (provider.seen["member"], provider.seen["members"]) == (1, before)
    assert len(teams.dispatcher.rosters) == 2
    assert not await is_known(teams, ben)
    await teams.platform.daily()
    assert await is_known(teams, ben)


async def test_from_a_chat_channels_are_asked_until_the_person_is_found(teams: Mounted) -> None:
    provider = teams.provider
    ada, ben = provider.account("Ada Adminson"), provider.account("Ben Tarrandale")
    channels = [provider.channel([ada]) for _ in range(3)]
    for each in channels:
        await connected(teams, each, ada)
    provider.channels[channels[1]].append(ben)
    assert [await looked_up(teams, ben)] == [*as_members(ben)]
    assert await looked_up(teams, provider.account("No Body")) is None
    asked = provider.seen["member"]
    assert await looked_up(teams, provider.account("Else Where"), provider.channel([ada])) is None
    assert provider.seen["member"] == asked, "a channel that is not connected is not asked"


async def test_all_rosters_are_read_daily_and_a_failure_does_not_stop_the_others(
    teams: Mounted, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    provider = teams.provider
    ada = provider.account("Ada Adminson")
    channels = [provider.channel([ada]) for _ in range(3)]
    for each in channels:
        await connected(teams, each, ada)
    twice = [Trouble(403, refusal("BotNotInConversationRoster"))] * 2
    provider.trouble("members", Trouble(500), *twice)
    await teams.platform.daily()
    assert len(teams.dispatcher.rosters) == 4
    left = {each.address for each in await teams.connections.channels("teams")}
    assert len(left) == 2
    assert await is_known(teams, ada)
    assert not any(each in caplog.text for each in (*channels, ada.aad, ada.name))


@pytest.mark.parametrize("code", ["BotNotInConversationRoster", "ConversationNotFound"])
async def test_a_roster_that_is_refused_once_ends_nothing(teams: Mounted, code: str) -> None:
    ada = teams.provider.account("Ada Adminson")
    design = teams.provider.channel([ada])
    await connected(teams, design, ada)
    teams.provider.trouble("members", Trouble(404, refusal(code)))
    await teams.platform.daily()
    assert await teams.connections.channels("teams") == (channel(design),)


async def test_a_channel_given_up_by_mistake_is_found_again_daily(teams: Mounted) -> None:
    ada = teams.provider.account("Ada Adminson")
    design, gone = teams.provider.channel([ada]), teams.provider.channel([ada])
    for each in (design, gone):
        await connected(teams, each, ada)
    teams.provider.trouble("members", *[Trouble(404, refusal("ConversationNotFound"))] * 4)
    await teams.platform.daily()
    assert await teams.connections.channels("teams") == ()
    del teams.provider.channels[gone]
    await teams.platform.daily()
    assert await teams.connections.channels("teams") == (channel(design),)


async def test_a_roster_keeps_the_name_of_its_channel(teams: Mounted) -> None:
    ada = teams.provider.account("Ada Adminson")
    await connected(teams, teams.provider.channel([ada]), ada)
    await teams.platform.daily()
    assert [each.name for each in teams.dispatcher.rosters] == ["Housing, Design", ""]


async def test_a_roster_with_too_many_pages_is_given_up(
    provider: Provider, teams: Mounted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.teams.api.connector.MOST_PAGES", 3)
    ada = provider.account("Ada Adminson")
    design = provider.channel([ada])
    endless = {"members": [ada.member()], "continuationToken": "from 0"}
    provider.trouble("members", *[Trouble(200, endless)] * 3)
    await teams.post(typed(provider, ada, "connect", design))
    with pytest.raises(TeamsUnanswered, match="the roster has too many pages"):
        await teams.platform.rosters.connect(teams.handler.heard[-1])
    assert channel(design) not in await teams.connections.channels("teams")
