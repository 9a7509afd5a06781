"""Joining by code: two accounts are one author after the person has shown that both are theirs, and not before."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest

from bot.interface import intents
from bot.interface.parts import Form
from bot.people import joining_by_code
from bot.screens import refusals as says
from storage import Audience
from tests.bot.conftest import FLAG, Office, answers_of, said, user_of
from tests.bot.elsewhere import Both

pytestmark = pytest.mark.rules

NOTHING = "You have no flags here"


@pytest.fixture
async def both(office: Office, monkeypatch: pytest.MonkeyPatch) -> Both:
    monkeypatch.setattr(joining_by_code, "_wrong", {})
    office.organise(domains="example.org")
    made = Both(office)
    await made.enrol("asha", "ben", "cai", "dina")
    return made


async def a_code(both: Both, person: str) -> str:
    """What somebody is given on the second platform."""
    shown = said(await both.office.dispatcher.submit(intents.GetJoiningCode(), {}, both.actor(person)))
    (code,) = re.findall(r"\b[A-Z2-9]{5}-[A-Z2-9]{5}\b", shown)
    return str(code)


async def enters(both: Both, person: str, code: str) -> Form:
    """What becomes of a code on the first platform."""
    return await both.office.fill(intents.EnterJoiningCode(), person, code=code)


async def flags_there(both: Both, policy: UUID, person: str, because: str, **typed: str) -> Form:
    values = {**FLAG, "because": because, "similar": "none", **typed}
    form = await both.office.dispatcher.open(intents.GiveView(policy), both.actor(person))
    assert isinstance(form, Form)
    assert form.intent is not None
    found = await both.office.dispatcher.submit(form.intent, answers_of(values), both.actor(person))
    assert isinstance(found, Form)
    return found


async def mine(both: Both, person: str) -> tuple[str, str]:
    """*My flags* on the first and on the second platform."""
    return said(await both.office.open(intents.MyFlags(), person)), await both.open(intents.MyFlags(), person)


async def test_accounts_with_one_address_share_nothing_that_was_written_until_a_code_joins_them(
    both: Both, policy: UUID
) -> None:
    await both.office.file(policy, "asha", "Written here.")
    await flags_there(both, policy, "asha", "Written there.")
    await flags_there(both, policy, "asha", "Signed there.", promise="named")
    here, there = await mine(both, "asha")
    assert "there." not in here
    assert "Written here." not in there
    assert "You also use Deliverable in other" in said(await both.office.dispatcher.home(both.office.actor("asha")))
    assert (await enters(both, "asha", await a_code(both, "asha"))).title == "My accounts"
    for shown in await mine(both, "asha"):
        for text in ("Written here.", "Written there.", "Signed there."):
            assert text in shown
    assert "You also use" not in said(await both.office.dispatcher.home(both.office.actor("asha")))
    assert NOTHING in (await mine(both, "ben"))[0]
    # Joined by address as well, they stay so: a code changes no role.
    assert "what you sent in other" in said(await both.office.open(intents.MyAccounts(), "asha"))
    await both.office.press(intents.SeparateAccounts(), "asha")
    here, there = await mine(both, "asha")
    assert ("Written here." in here, "Written there." in here) == (True, False)
    assert ("Written here." in there, "Written there." in there, "Signed there." in there) == (False, True, True)


async def test_who_joined_them_is_one_person_for_the_five_flags_and_for_seconds(both: Both, policy: UUID) -> None:
    office = both.office
    flag = await office.file(policy, "asha", promise="named")
    for n in range(4):
        assert (await flags_there(both, policy, "asha", f"Point {n}.")).title == "Flag saved"
    assert says.JOIN_FIRST in await both.open(intents.SecondFlag(flag), "asha")
    await enters(both, "asha", await a_code(both, "asha"))
    assert says.OWN_FLAG in await both.open(intents.SecondFlag(flag), "asha")
    assert says.too_many(5) in said(await flags_there(both, policy, "asha", "A sixth point."))


async def test_a_code_is_read_as_people_type_it_and_works_once_for_ten_minutes(both: Both, policy: UUID) -> None:
    office = both.office
    code = await a_code(both, "asha")
    assert not [row for rows in office.everything().values() for row in rows if code in row]
    assert (await enters(both, "asha", f"  {code.lower().replace('-', ' ')} ")).problems == {}
    unknown = {"code": says.UNKNOWN_JOINING_CODE}
    assert (await enters(both, "asha", code)).problems == unknown
    earlier, later = await a_code(both, "ben"), await a_code(both, "ben")
    assert (await enters(both, "ben", earlier)).problems == unknown
    office.clock.move_to(office.clock.now + timedelta(minutes=10))
    refused = await enters(both, "ben", later)
    assert refused.problems == unknown
    assert later in said(refused), "what was typed is kept"


async def test_the_code_of_the_account_itself_is_told_apart_and_stays_good(both: Both) -> None:
    code = await a_code(both, "asha")
    found = await both.office.dispatcher.submit(
        intents.EnterJoiningCode(), answers_of({"code": code}), both.actor("asha")
    )
    assert isinstance(found, Form)
    assert found.problems == {"code": says.OWN_JOINING_CODE}
    assert (await enters(both, "asha", code)).problems == {}


async def test_after_five_wrong_codes_none_is_right_for_ten_minutes(both: Both) -> None:
    for n in range(100):
        assert (await enters(both, "asha", f"AAAAA-{n:05}")).problems == {"code": says.UNKNOWN_JOINING_CODE}
    assert (await enters(both, "asha", await a_code(both, "asha"))).problems == {"code": says.UNKNOWN_JOINING_CODE}
    assert (await enters(both, "ben", await a_code(both, "ben"))).problems == {}, "it is counted for each account"
    both.office.clock.move_to(both.office.clock.now + timedelta(minutes=10))
    assert (await enters(both, "asha", await a_code(both, "asha"))).problems == {}


@pytest.mark.both_databases
async def test_a_code_whose_row_was_pointed_at_another_account_opens_nothing(both: Both, policy: UUID) -> None:
    office = both.office
    await office.file(policy, "dina", "Written by Dina.")
    code = await a_code(both, "cai")
    (row,) = office.rows("joining_codes")
    dina = next(each["id"] for each in office.rows("identities") if each["user"] == user_of("dina"))
    office.update("joining_codes", row["id"], identity_id=dina)
    assert (await enters(both, "cai", code)).problems == {"code": says.UNKNOWN_JOINING_CODE}
    office.update("joining_codes", row["id"], identity_id=row["identity_id"], expires_at=office.clock.now)
    office.clock.move_to(office.clock.now + timedelta(minutes=11))
    later = office.clock.now + timedelta(minutes=5)
    office.update("joining_codes", row["id"], expires_at=later)
    assert (await enters(both, "cai", code)).problems == {"code": says.UNKNOWN_JOINING_CODE}
    assert NOTHING in (await mine(both, "cai"))[0]


async def test_four_accounts_can_be_joined_and_a_fifth_is_refused(both: Both, policy: UUID) -> None:
    office = both.office
    for person in ("ben", "cai", "dina"):
        await flags_there(both, policy, person, f"By {person}.")
        assert (await enters(both, "asha", await a_code(both, person))).problems == {}
    await flags_there(both, policy, "asha", "By asha there.")
    assert (await enters(both, "asha", await a_code(both, "asha"))).problems == {"code": says.TOO_MANY_ACCOUNTS}
    for shown in ((await mine(both, "asha"))[0], (await mine(both, "dina"))[1]):
        assert [name for name in ("ben", "cai", "dina") if f"By {name}." in shown] == ["ben", "cai", "dina"]
    found = await office.dispatcher.submit(intents.SeparateAccounts(), {}, both.actor("cai"))
    assert "Separated" in said(found)
    here, there = (await mine(both, "asha"))[0], (await mine(both, "cai"))[1]
    assert [name for name in ("ben", "cai", "dina") if f"By {name}." in here] == ["ben", "dina"]
    assert [name for name in ("ben", "cai", "dina") if f"By {name}." in there] == ["cai"]


async def seconds_there(both: Both, flag: UUID, person: str) -> str:
    """What becomes of a second that is sent on the second platform, whether its form opens or not."""
    flag = both.office.shown(flag)
    return said(await both.submit(intents.SecondFlag(flag), person, nonce=f"{person} {flag}", anything=""))


@pytest.fixture
async def flags(both: Both, policy: UUID) -> dict[str, UUID]:
    """Shown flags: of Asha's on each platform, and of Dina's, who has one account."""
    await both.enrol("asha", "ben", "cai")
    office, found = both.office, {}
    office.update("policies", policy, audience=Audience.EVERYONE)
    for whose, there in (("here", False), ("there", True)):
        before = office.ids()
        if there:
            await flags_there(both, policy, "asha", f"Written {whose}.")
        else:
            await office.flag(policy, "asha", f"Written {whose}.")
        found[whose] = office.new_since(before)
    found["dina"] = await office.file(policy, "dina", "Another point.")
    await office.until(27, 12)
    return found


async def test_nobody_seconds_with_one_account_what_they_wrote_with_another(both: Both, flags: dict[str, UUID]) -> None:
    office = both.office
    before = office.everything()
    # The same for each flag that this account did not write: it must not show which are the other account's.
    for flag in (flags["there"], flags["dina"]):
        shown = await office.form(intents.SecondFlag(flag), "asha")
        assert "My accounts" in said(shown)
        assert says.JOIN_FIRST in said(shown)
        assert says.JOIN_FIRST in said(await office.press(intents.SecondFlag(flag), "asha"))
    for flag in (flags["here"], flags["dina"]):
        assert says.JOIN_FIRST in await both.open(intents.SecondFlag(office.shown(flag)), "asha")
        assert says.JOIN_FIRST in await seconds_there(both, flag, "asha")
    assert says.OWN_FLAG in said(await office.form(intents.SecondFlag(flags["here"]), "asha"))
    assert office.everything() == before
    assert "I see this too" in said(await office.form(intents.SeeFlag(flags["dina"]), "asha"))
    await enters(both, "asha", await a_code(both, "asha"))
    for flag in (flags["here"], flags["there"]):
        assert says.OWN_FLAG in said(await office.form(intents.SecondFlag(flag), "asha"))
        assert says.OWN_FLAG in await both.open(intents.SecondFlag(office.shown(flag)), "asha")
    assert (await office.fill(intents.SecondFlag(flags["dina"]), "asha", anything="")).title == "Saved"
    assert says.SECOND_TWICE in await seconds_there(both, flags["dina"], "asha")
    await office.press(intents.SeparateAccounts(), "asha")
    assert says.JOIN_FIRST in await both.open(intents.SecondFlag(office.shown(flags["dina"])), "asha")


async def test_a_flag_that_is_like_ones_own_keeps_what_was_typed_beside_what_must_be_done_first(
    both: Both, flags: dict[str, UUID], policy: UUID
) -> None:
    step = await both.office.fill(intents.GiveView(policy), "ben", **{**FLAG, "because": "Another point, of mine."})
    refused = await both.office.send(step, "ben", similar=str(both.office.shown(flags["dina"])), anything="So do I.")
    assert refused.problems == {"similar": says.JOIN_FIRST}
    assert "So do I." in said(refused)
    assert "Another point, of mine." in said(refused)
    assert (await both.office.send(refused, "ben", similar="none", anything="")).title == "Flag saved"


async def test_accounts_that_are_not_one_persons_second_as_before(both: Both, flags: dict[str, UUID]) -> None:
    office, flag = both.office, flags["dina"]
    assert says.JOIN_FIRST in said(await office.form(intents.SecondFlag(flag), "ben"))
    there = next(each["id"] for each in office.rows("identities") if each["user"] == "o-ben")
    await office.press(intents.KeepApart(there), "ada")
    assert (await office.fill(intents.SecondFlag(flag), "ben", anything="")).title == "Saved"
    assert "Saved" in await seconds_there(both, flag, "ben")
    await both.enrol(*(both.account(each, f"{each}@other.example") for each in ("asha", "cai")))
    assert (await office.fill(intents.SecondFlag(flag), "asha", anything="")).title == "Saved"
    await both.enrol("cai")
    office.organise(domains="elsewhere.example")
    assert (await office.fill(intents.SecondFlag(flag), "cai", anything="")).title == "Saved"


async def test_the_account_of_a_guest_and_that_of_a_newcomer_count_too(both: Both, flags: dict[str, UUID]) -> None:
    office, flag = both.office, flags["dina"]
    await both.enrol(both.account("eve", guest=True))
    assert says.JOIN_FIRST in said(await office.form(intents.SecondFlag(flag), "eve"))
    newcomer = both.account("finn")
    opened = await office.dispatcher.open(intents.SecondFlag(office.shown(flag)), both.actor("finn"), newcomer=newcomer)
    assert says.JOIN_FIRST in said(opened)
    assert (await office.form(intents.SecondFlag(flag), "finn")).intent is not None
