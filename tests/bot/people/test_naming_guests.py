"""Guests hold no role on a policy unless an admin lets them; what digests and screens show them then agrees."""

from uuid import UUID

import pytest

from bot.dispatcher import Dispatcher, NotAnAddress
from bot.interface import intents
from bot.interface.announcements import Announcement
from bot.people.people import Member
from bot.screens import refusals as says
from tests.bot.conftest import FULL_NAMES, WORKSPACE, Office, email_of, member, said, user_of

pytestmark = pytest.mark.rules

TURNED_AWAY = "Only members of"
GUS = Member("gus", "Gus Guestly", "gus@supplier.example", guest=True)
PICKED = f"chat/{WORKSPACE}/gus"
TYPED = "gus@supplier.example"
ROLES = ("owner", "delegate", "senior")


@pytest.fixture
async def gus(office: Office) -> Office:
    """An office with a guest in its channel."""
    await office.enrol(*(member(each) for each in FULL_NAMES), GUS)
    return office


async def let_guests_be_named(office: Office, answer: str = "yes") -> None:
    """Choose in the form whether guests can be named."""
    typed = {"name": "Org", "team": "Team", "contact": "Contact", "key_holder": "Holder", "guests_named": answer}
    assert (await office.fill(intents.SayWhoRunsIt(), "ada", **typed)).title == "Settings saved"


async def announced(office: Office, **typed: str) -> dict[str, str]:
    """Announce; the problems beside the fields."""
    values = {"title": "A title", "summary": "A summary.", "owner": email_of("priya"), **typed}
    return dict((await office.fill(intents.Announce(), "ada", **values)).problems)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("text", [PICKED, TYPED, TYPED.upper()])
async def test_a_guest_is_refused_beside_the_field(gus: Office, role: str, text: str) -> None:
    before = gus.everything()
    assert await announced(gus, **{role: text}) == {role: says.GUEST_NAMED}
    assert gus.everything() == before
    await let_guests_be_named(gus)
    assert await announced(gus, **{role: text}) == {}
    (policy,) = gus.rows("policies")
    (found,) = (each["person_id"] for each in gus.rows("identities") if each["user"] == "gus")
    assert policy[f"{role}_id"] == found


async def test_a_guest_is_refused_wherever_someone_is_named(gus: Office, dispatcher: Dispatcher) -> None:
    policy = await gus.announce()
    assert (await gus.fill(intents.NameOwner(policy), "ada", owner=PICKED)).problems == {"owner": says.GUEST_NAMED}
    away = {"first_day": "2026-11-30", "last_day": "2026-12-01", "stand_in": PICKED}
    assert (await gus.fill(intents.Away(), "priya", **away)).problems == {"stand_in": says.GUEST_NAMED}
    tried = await gus.fill(intents.TryPeople(), "ada", owner=email_of("priya"), delegate=PICKED, senior=TYPED)
    assert tried.problems == {"delegate": says.GUEST_NAMED, "senior": says.GUEST_NAMED}
    with pytest.raises(NotAnAddress, match="a guest"):
        await dispatcher.announce([Announcement("A title", "A summary.", "", None)], owner=TYPED)
    await let_guests_be_named(gus)
    assert (await gus.fill(intents.NameOwner(policy), "ada", owner=PICKED)).title != "Name an owner"
    assert (await gus.fill(intents.Away(), "priya", **away)).problems == {}


@pytest.mark.both_databases
async def test_a_guests_address_never_takes_the_place_of_ours(office: Office) -> None:
    await let_guests_be_named(office)
    office.organise(domains="example.org")
    spoofed = Member("olga", "Olga Outside", "nadia@example.org", guest=True)
    await office.enrol(*(member(each) for each in FULL_NAMES), spoofed)
    policy = await office.announce(owner="nadia@example.org")
    assert office.row("policies", policy)["owner_email"] == "nadia@example.org"
    await office.enrol(*(member(each) for each in FULL_NAMES), spoofed, Member("nadia", "Nadia", "nadia@example.org"))
    (nadia,) = (each["person_id"] for each in office.rows("identities") if each["user"] == "nadia")
    assert office.row("policies", policy)["owner_id"] == nadia


async def test_a_named_guest_reads_in_the_digest_and_on_screens_the_same_and_nothing_else(gus: Office) -> None:
    await let_guests_be_named(gus)
    policy, other = await gus.announce(owner=PICKED), await gus.announce("Another policy")
    flag = await gus.file(policy, "asha", "Sixty contracts end.", promise="named")
    await gus.until(26)
    (digest,) = gus.digests_to("gus")
    assert "Sixty contracts end." in said(digest)
    for intent in (intents.SeeFlags(policy), intents.SeeFlag(flag), intents.NewestDigest(), intents.MyPolicies()):
        assert TURNED_AWAY not in said(await gus.open(intent, "gus", channel=""))
    assert "Sixty contracts end." in said(await gus.open(intents.SeeFlags(policy), "gus", channel=""))
    assert "My policies" in said(await gus.dispatcher.home(gus.actor("gus", channel="")))
    for refused in (intents.SeeFlags(other), intents.Announce(), intents.OpenPolicies(), intents.GiveView(policy)):
        assert TURNED_AWAY in said(await gus.open(refused, "gus", channel=""))
    await gus.answer((flag,), "gus")


async def test_a_guest_who_may_not_hold_the_role_is_sent_nothing_and_shown_nothing(gus: Office) -> None:
    """They were named while it was allowed, or were a member then."""
    await let_guests_be_named(gus)
    policy = await gus.announce(owner=PICKED)
    await gus.file(policy, "asha", "Sixty contracts end.", promise="named")
    await let_guests_be_named(gus, "no")
    await gus.until(26)
    assert gus.digests_to("gus") == []
    assert any("Sixty contracts end." in said(each) for each in gus.digests_to("omar"))
    assert any("Gus Guestly about policies: they are a guest here" in each for each in gus.sent_to("omar"))
    for intent in (
        intents.SeeFlags(policy),
        intents.NewestDigest(),
        intents.MyPolicies(),
        intents.AnswerPolicy(policy),
    ):
        assert TURNED_AWAY in said(await gus.open(intent, "gus", channel=""))
    await let_guests_be_named(gus)
    await gus.until(30)
    assert any("Sixty contracts end." in said(each) for each in gus.digests_to("gus"))


async def test_an_owner_who_becomes_a_guest_loses_the_digests_to_the_delegate(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", "Sixty contracts end.", promise="named")
    await office.enrol(*(member(each, guest=each == "priya") for each in FULL_NAMES))
    await office.until(26)
    assert office.digests_to("priya") == []
    assert any("Sixty contracts end." in said(each) for each in office.digests_to("omar"))
    assert user_of("priya") in {each["user"] for each in office.rows("identities") if each["guest"]}
