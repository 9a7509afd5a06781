"""A roster line, a name or an id that no database takes stops only itself."""

import logging
from uuid import UUID

import pytest

from bot.interface.actor import Actor
from bot.people.people import Member, Roster, UnknownPerson
from tests.bot.conftest import FULL_NAMES, WORKSPACE, Office, member

ODD = (
    Member("odd", "Jo \ud83d"),
    Member("odd-2", "Jo\0"),
    Member("odd-3\0", "Jo"),
    Member("odd-4", "Jo", "jo\udce9@example.org"),
)


async def test_the_lines_are_left_out_and_told_and_all_others_are_known(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    everybody = [member(each) for each in FULL_NAMES]
    for _ in range(2):
        await office.enrol(Member("first", "Asha"), *ODD, *everybody, Member("last", "Ben"))
    known = {each["user"] for each in office.rows("identities")}
    assert {"first", "last"} <= known
    assert not any(each.startswith("odd") for each in known)
    assert office.rows("channels")[0]["members"] == len(FULL_NAMES) + 2
    await office.until(23, 15)
    told = [each for each in office.sent_to("ada") if "is left out" in each]
    assert len(told) == 1
    assert "Someone in channel c1 is left out" in told[0]
    assert "4 lines of a roster on chat cannot be stored and were left out" in caplog.text
    assert "Jo" not in caplog.text


async def test_someone_known_whose_name_becomes_odd_stays_as_they_were(office: Office) -> None:
    before = office.row("people", office.person("asha"))
    await office.enrol(*(member(each, name="A\ud83d" if each == "asha" else FULL_NAMES[each]) for each in FULL_NAMES))
    assert office.row("people", office.person("asha")) == before


async def test_names_of_channels_and_workspaces_are_stored_with_a_sign_for_what_cannot_be(office: Office) -> None:
    await office.dispatcher.enrol(Roster("chat", WORKSPACE, "C-odd", "Caf\udce9\0", (member("asha"),)))
    (channel,) = (each for each in office.rows("channels") if each["address"] == "C-odd")
    assert channel["name"] == "Caf\ufffd\ufffd"


async def test_an_id_that_cannot_be_stored_is_nobodys(office: Office, policy: UUID) -> None:
    for actor in (Actor("chat", WORKSPACE, "U\0"), Actor("chat", "W\ud800", "U"), Actor("chat", WORKSPACE, "U", "C\0")):
        with pytest.raises(UnknownPerson):
            await office.dispatcher.home(actor)
