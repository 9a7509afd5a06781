"""People: created from rosters only, joined by the directory's address only, and never guessed."""

import asyncio
from uuid import UUID

import pytest

from bot.interface import intents
from bot.people.people import Member, Roster, UnknownPerson
from tests.bot.conftest import CHANNEL_SETTINGS, FULL_NAMES, Office, email_of, member, said, user_of
from tests.statements import queries, statements


def person_of(office: Office, platform: str, user: str) -> UUID:
    """The person behind an account."""
    rows = office.rows("identities")
    (found,) = {each["person_id"] for each in rows if (each["platform"], each["user"]) == (platform, user)}
    return UUID(str(found))


@pytest.fixture
def trusting(office: Office) -> Office:
    """An office that trusts addresses in example.org."""
    office.organise(domains="example.com example.org")
    return office


async def elsewhere(office: Office, *members: Member) -> None:
    """Enrol the roster of a channel on another platform."""
    await office.enrol(*members, platform="other", workspace="T1", channel="there")


async def test_an_address_in_a_trusted_domain_joins_two_accounts(trusting: Office) -> None:
    await elsewhere(trusting, Member("a1", "Asha Q.", "ASHA.7741@Example.ORG", "Asia/Tokyo"))
    assert person_of(trusting, "other", "a1") == trusting.person("asha")


async def test_nothing_else_joins(trusting: Office) -> None:
    await trusting.enrol(member("asha", email="asha.7741@example.net"), workspace="W2", channel="x")
    known = {UUID(str(each["id"])) for each in trusting.rows("people")}
    others = (
        Member("a guest", "Asha", "asha.7741@example.org", guest=True),
        Member("of no address", "Asha", ""),
        Member("of another domain", "Asha", "asha.7741@example.net"),
        Member("of a longer domain", "Asha", "asha.7741@notexample.org"),
        Member("of a subdomain", "Asha", "asha.7741@mail.example.org"),
    )
    for each in others:
        await elsewhere(trusting, each)
        person = person_of(trusting, "other", each.user)
        assert person not in known, each.user
        known.add(person)


async def test_a_closed_account_that_was_never_seen_is_nobody(trusting: Office) -> None:
    before = trusting.rows("identities"), trusting.rows("people")
    await elsewhere(trusting, Member("who left", "Asha", "asha.7741@example.org", active=False))
    assert (trusting.rows("identities"), trusting.rows("people")) == before
    await elsewhere(trusting, Member("b1", "Bo", "bo@example.org"))
    await elsewhere(trusting, Member("b1", "Bo", "bo@example.org", active=False))
    assert [each["active"] for each in trusting.rows("identities") if each["user"] == "b1"] == [False]


async def test_without_trusted_domains_no_accounts_are_joined(office: Office) -> None:
    await elsewhere(office, Member("a1", "Asha", email_of("asha")))
    assert person_of(office, "other", "a1") != office.person("asha")


async def test_a_guests_address_never_joins_accounts(trusting: Office) -> None:
    await elsewhere(trusting, Member("g1", "A guest", "new@example.org", guest=True))
    await trusting.enrol(Member("n1", "New", "new@example.org"), channel="c2")
    assert person_of(trusting, "chat", "n1") != person_of(trusting, "other", "g1")


async def test_ambiguous_accounts_are_never_joined(trusting: Office) -> None:
    await elsewhere(trusting, Member("a1", "One", email_of("asha")), Member("a2", "Two", email_of("asha")))
    people = {trusting.person("asha"), person_of(trusting, "other", "a1"), person_of(trusting, "other", "a2")}
    assert len(people) == 3
    await trusting.enrol(Member("a3", "Three", email_of("asha")), platform="third", workspace="T3", channel="z")
    assert person_of(trusting, "third", "a3") not in people


async def test_a_second_account_in_one_workspace_is_another_person(trusting: Office) -> None:
    await trusting.enrol(Member("asha-too", "Asha", email_of("asha")), channel="c2")
    assert person_of(trusting, "chat", "asha-too") != trusting.person("asha")


async def test_enrolling_again_updates_what_changed_and_creates_nobody_twice(office: Office) -> None:
    before = office.everything()
    await office.enrol()
    assert office.everything() == before
    await office.enrol(member("asha", name="Asha Newname", zone="Asia/Tokyo", email="NEW@example.org", guest=True))
    asha = office.row("people", office.person("asha"))
    assert (asha["name"], asha["zone"]) == ("Asha Newname", "Asia/Tokyo")
    (identity,) = (each for each in office.rows("identities") if each["user"] == user_of("asha"))
    assert (identity["email"], identity["guest"]) == ("new@example.org", True)
    assert len(office.rows("people")) == len(FULL_NAMES)
    assert next(each for each in office.rows("channels"))["members"] == 1


async def test_an_unknown_zone_is_ignored(office: Office) -> None:
    await office.enrol(member("asha", zone="Mars/Olympus"))
    assert office.row("people", office.person("asha"))["zone"] == "Europe/London"


async def test_people_have_no_timestamps(office: Office, policy: UUID) -> None:
    assert {name for each in office.rows("people") for name in each} == {"id", "name", "zone"}
    assert {name for each in office.rows("identities") for name in each} == {
        "id", "person_id", "author_id", "platform", "workspace", "user", "email", "guest", "active", "apart", "rank",
        "sealed",
    }  # fmt: skip


async def test_a_person_on_no_roster_is_unknown_and_nothing_is_written(office: Office, policy: UUID) -> None:
    before = office.everything()
    form = await office.form(intents.GiveView(policy), "asha")
    stranger = office.actor("stranger")
    for actor in (stranger, office.actor("asha", platform="other"), office.actor("asha", workspace="W2")):
        with pytest.raises(UnknownPerson):
            await office.dispatcher.home(actor)
        with pytest.raises(UnknownPerson):
            await office.dispatcher.open(intents.GiveView(policy), actor)
        with pytest.raises(UnknownPerson):
            await office.dispatcher.submit(intents.GiveView(policy), {"because": ("Typed.",)}, actor, form.nonce)
        with pytest.raises(UnknownPerson):
            await office.dispatcher.submit(intents.WithdrawFlag(policy), {}, actor)
    assert office.everything() == before
    await office.enrol(*(member(each) for each in FULL_NAMES), Member("stranger", "Known Now"))
    assert "Is this deliverable?" in said(await office.form(intents.GiveView(policy), "stranger"))


async def test_two_rosters_at_once_create_each_person_once(office: Office) -> None:
    crowd = tuple(Member(f"p{n}", f"Person {n}") for n in range(20))
    await asyncio.gather(*(office.enrol(*crowd, channel=f"crowd{n}") for n in range(3)))
    assert len(office.rows("people")) == len(FULL_NAMES) + 20
    assert len(office.rows("channels")) == 4


async def test_guests_are_refused_unless_an_admin_allowed_them(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha", promise="named")
    await office.enrol(*(member(each) for each in FULL_NAMES), Member("gus", "Gus Guestly", guest=True))
    before = office.everything()
    form = await office.form(intents.GiveView(policy), "asha")
    asked = (intents.GiveView(policy), intents.SeeFlags(policy), intents.SeeFlag(flag), intents.SecondFlag(flag))
    for intent in (*asked, intents.Announce()):
        for turned in (
            await office.form(intent, "gus"),
            await office.form(intent, "gus", channel=""),
            await office.open(intent, "asha", guest=True),
        ):
            assert "Only members of this organisation can send flags here." in said(turned)
    assert "Only members" in said(await office.send(form, "gus", because="Typed."))
    assert "Announce a policy" not in said(await office.dispatcher.home(office.actor("gus")))
    assert office.everything() == before

    channel = UUID(str(office.rows("channels")[0]["id"]))
    chosen = {**CHANNEL_SETTINGS, "promises": ("named",), "guests": "yes"}
    await office.fill(intents.ChannelSettings(channel), "ada", **chosen)  # type: ignore[arg-type]
    assert (await office.form(intents.GiveView(policy), "gus")).questions
    assert "Only members" in said(await office.form(intents.GiveView(policy), "gus", channel=""))
    assert (await office.flag(policy, "gus", "From a guest.", promise="named")).title == "Flag saved"


async def test_an_admin_is_known_by_the_address_of_a_full_member(office: Office) -> None:
    channel = UUID(str(office.rows("channels")[0]["id"]))
    assert (await office.form(intents.ChannelSettings(channel), "ada")).questions
    await office.enrol(*(member(each, guest=each == "ada") for each in FULL_NAMES))
    assert not (await office.form(intents.ChannelSettings(channel), "ada")).questions
    await office.enrol(*(member(each) for each in FULL_NAMES), Member("x", "X", email_of("ada"), guest=True))
    assert not (await office.form(intents.ChannelSettings(channel), "x")).questions


async def test_a_roster_without_a_name_keeps_the_channels_name(office: Office) -> None:
    async def enrolled(name: str) -> str:
        await office.dispatcher.enrol(Roster("other", "T1", "there", name, (member("asha"),)))
        (channel,) = (each for each in office.rows("channels") if each["address"] == "there")
        return str(channel["name"])

    assert await enrolled("Housing, Design") == "Housing, Design"
    assert await enrolled("") == "Housing, Design"
    assert await enrolled("Homes, Design") == "Homes, Design"


async def test_people_of_no_channel_are_stored_and_no_channel_is_connected(office: Office) -> None:
    channels = len(office.rows("channels"))
    await office.dispatcher.enrol(Roster("other", "T1", "", "", (Member("alone", "Una Reyes", "una@example.org"),)))
    assert person_of(office, "other", "alone") is not None
    assert len(office.rows("channels")) == channels


async def test_a_long_roster_takes_no_more_statements_than_a_short_one(trusting: Office) -> None:
    async def taken_for(number: int) -> int:
        members = [Member(f"m{n}", f"Member {n}", f"m{n}@example.org") for n in range(number)]
        with statements() as asked:
            await elsewhere(trusting, *members)
        return len(queries(asked))

    for number in (40, 400):
        first, again = await taken_for(number), await taken_for(number)
        assert first < 40, "new accounts are looked for, and made, together"
        assert again < 20, "what is known is brought up to date together"
    assert len({each["person_id"] for each in trusting.rows("identities") if each["platform"] == "other"}) == 400
