"""Addresses are compared composed and in lower case: what a mail server may tell apart is never one person."""

import pytest

from bot.dispatcher import Dispatcher
from bot.interface import intents
from bot.interface.actor import Actor
from bot.interface.email_addresses import comparable
from bot.people.people import Member
from bot.runtime.settings import read_settings
from tests.bot.conftest import FULL_NAMES, Office, email_of, member, said
from tests.bot.people.test_people import person_of

ADMIN = "fiona.strauss@example.org"
LOOK_ALIKES = (
    "fiona.strauß@example.org",
    "\ufb01ona.strauss@example.org",
    "fiona.\u017ftrauss@example.org",
    "f\u0131ona.strauss@example.org",
    "f\u0130ona.strauss@example.org",
    "ｆiona.strauss@example.org",
)
KELVIN = "\u212a"
COMPOSED, DECOMPOSED = "jos\u00e9.n@example.org", "jose\u0301.n@example.org"


@pytest.mark.parametrize("address", LOOK_ALIKES)
def test_look_alikes_are_different_addresses(address: str) -> None:
    assert comparable(address) != comparable(ADMIN)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (COMPOSED, DECOMPOSED),
        (COMPOSED.upper(), DECOMPOSED),
        ("Ada@Example.ORG", "ada@example.org"),
        (" ada@example.org\n", "ada@example.org"),
        ("STRAẞ@example.org", "straß@example.org"),
    ],
)
def test_spellings_of_one_address_are_equal(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)


def test_nothing_but_a_capital_becomes_an_ascii_character() -> None:
    assert comparable(f"{KELVIN}im@example.org") != comparable("Kim@example.org")
    letters = [chr(each) for each in range(128, 0x30000) if not 0xD800 <= each < 0xE000]
    changed = [each for each in letters if comparable(f"a{each}b").isascii()]
    assert changed == []


def test_what_was_made_comparable_stays_so() -> None:
    for each in map(chr, [*range(0xD800), *range(0xE000, 0x30000)]):
        once = comparable(f"a{each}b")
        assert comparable(once) == once, hex(ord(each))


@pytest.mark.parametrize("address", LOOK_ALIKES)
async def test_an_admins_look_alike_is_no_admin_and_nobody_we_know(office: Office, address: str) -> None:
    office.organise(domains="example.org")
    dispatcher = Dispatcher(office.database, office.ring, office.clock, admins=read_admins(ADMIN.upper()))
    await office.enrol(member("asha"), member("ben", email=ADMIN))
    await office.enrol(Member("alike", "Someone Else", address), platform="other", workspace="T1", channel="there")
    assert person_of(office, "other", "alike") != office.person("ben")
    form = intents.SayWhoRunsIt()
    alike = Actor("other", "T1", "alike", "C-there-5519")
    assert "Only an admin" in said(await dispatcher.open(form, alike))
    assert "Only an admin" not in said(await dispatcher.open(form, office.actor("ben")))


def read_admins(typed: str) -> tuple[str, ...]:
    """The admins of a deployment whose setting is this text."""
    return read_settings({"DELIVERABLE_ADMINS": typed}, None).admin_emails


async def test_an_owner_typed_decomposed_is_the_person_with_the_composed_address(office: Office) -> None:
    await office.enrol(*(member(each, email=COMPOSED if each == "priya" else email_of(each)) for each in FULL_NAMES))
    policy = await office.announce(owner=DECOMPOSED)
    assert office.row("policies", policy)["owner_id"] == office.person("priya")


async def test_an_owner_named_before_they_are_seen_is_met_in_either_form(office: Office) -> None:
    policy = await office.announce(owner=DECOMPOSED.upper())
    look_alike = Member("alike", "Someone Else", "jose.n@example.org")
    await office.enrol(*(member(each) for each in FULL_NAMES), look_alike)
    assert office.row("policies", policy)["owner_id"] is None
    await office.enrol(*(member(each) for each in FULL_NAMES), Member("jose", "José N", COMPOSED))
    assert office.row("policies", policy)["owner_id"] == person_of(office, "chat", "jose")


async def test_a_trusted_domain_is_not_its_look_alike(office: Office) -> None:
    office.organise(domains="Stra\u00df.example")
    for number, (address, joined) in enumerate(
        [("ada@strass.example", False), ("ada@STRA\u00df.example", True), ("ada@stra\u017f\u017f.example", False)]
    ):
        here, there = f"H{number}", f"T{number}"
        await office.enrol(Member("a", "Ada", address), platform="one", workspace=here, channel=here)
        await office.enrol(Member("b", "Ada", address), platform="two", workspace=there, channel=there)
        found = {(each["workspace"]): each["person_id"] for each in office.rows("identities")}
        assert (found[here] == found[there]) is joined, address
