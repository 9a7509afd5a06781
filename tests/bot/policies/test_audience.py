"""Who is on a policy: to anyone else it does not exist, whatever they ask of it and wherever they ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any
from uuid import UUID, uuid4

import pytest

from bot.handlers import OPENS, SUBMITS
from bot.interface import intents
from bot.interface.actor import Actor
from bot.interface.intents import Intent
from bot.interface.ports import Place
from bot.people import conversations
from bot.people.people import Member
from bot.screens import refusals as says
from storage import Audience
from tests.bot.conftest import FLAG, WORKSPACE, Office, address_of, answers_of, email_of, member, said, user_of
from tests.statements import with_parameters

pytestmark = pytest.mark.rules

MEMBERS = ("asha", "ben", "priya", "omar", "sal", "ada")
"""Who is in the channel c2; the others of `FULL_NAMES` are in c1 only."""

TYPED = answers_of(
    {
        **FLAG,
        "similar": "none",
        "words": "as it is",
        "kind": "change",
        "text": "We start with forty councils.",
        "by_date": "2027-03-31",
        "until": "2026-12-30",
        "owner": email_of("dina"),
        "reason": "names",
        "sentence": "It names somebody.",
        "anything": "So do I.",
        "months": "12",
    }
)
"""Whatever a form may ask."""

NOT_OF_A_POLICY = frozenset({"channel", "account", "person"})
"""What an intent carries that is no policy, and nothing on one."""


@pytest.fixture
async def there(office: Office) -> dict[str, UUID]:
    """A policy of the channel c2 with all that may be on one, by the name that intents give it."""
    await office.enrol(*(member(each) for each in MEMBERS), channel="c2")
    (c2,) = (str(each["id"]) for each in office.rows("channels") if each["address"] == address_of("c2"))
    policy = await office.announce("Same-day address change", channels=(c2,))
    shown = await office.file(policy, "asha", "The first point.", channel="c2", promise="named")
    waiting = await office.file(policy, "ben", "One that waits.", channel="c2")
    await office.until(24, 12)
    answer = await office.answer((shown,))
    (digest,) = {UUID(str(each["id"])) for each in office.rows("digests")}
    (commitment,) = {UUID(str(each["id"])) for each in office.rows("commitments")}
    found = {"policy": policy, "flag": office.shown(shown), "waiting": waiting, "answer": answer}
    return {**found, "digest": digest, "commitment": commitment}


def asked(there: dict[str, UUID]) -> Iterator[Intent]:
    """Everything that can be asked of that policy."""
    for kind in sorted({*OPENS, *SUBMITS}, key=lambda each: each.name):
        for flag in (there["flag"], there["waiting"]):
            found = [_value(each.name, str(each.type), {**there, "flag": flag}) for each in fields(kind)]
            values = {name: value for name, value in found if value is not None}
            if any(isinstance(each, UUID | tuple) for each in values.values()):
                yield kind(**values)


def _value(name: str, kind: str, there: dict[str, UUID]) -> tuple[str, Any]:
    if name == "flags":
        return name, (there["flag"],)
    if name == "text":
        return name, there["flag"]
    if name == "kind":
        return name, "flag"
    if "UUID" not in kind:
        return name, None
    return name, UUID(int=9) if name in NOT_OF_A_POLICY else there[name]


def bytes_of(screen: object, there: dict[str, UUID]) -> str:
    """All of a screen as text, without the nonce and without the ids that were asked for."""
    text = re.sub(r"nonce='[^']*'", "nonce", repr(screen))
    for each in there.values():
        text = text.replace(str(each), "that id").replace(each.hex, "that id").replace(repr(each), "that id")
    return text


OUTSIDERS = {
    "in another channel": ("finn", {}),
    "in their own messages": ("finn", {"channel": ""}),
    "in a channel that is not connected": ("finn", {"channel": "c9"}),
}


@pytest.mark.parametrize("who", OUTSIDERS)
async def test_to_an_outsider_all_of_a_policy_is_what_never_was(
    office: Office, there: dict[str, UUID], who: str
) -> None:
    person, place = OUTSIDERS[who]
    actor = office.actor(person, **place)
    never = {name: uuid4() for name in there}
    before = office.everything()
    seen = 0
    for of_it, of_nothing in zip(asked(there), asked(never), strict=True):
        for answers in ({}, TYPED):
            opened = [await office.dispatcher.open(each, actor, answers) for each in (of_it, of_nothing)]
            sent = [await office.dispatcher.submit(each, answers, actor, "a nonce") for each in (of_it, of_nothing)]
            assert bytes_of(opened[0], there) == bytes_of(opened[1], never), of_it
            assert bytes_of(sent[0], there) == bytes_of(sent[1], never), of_it
            seen += 1
    assert seen > 50
    assert office.everything() == before


async def test_an_outsider_finds_it_on_no_list(office: Office, there: dict[str, UUID]) -> None:
    lists = (intents.Home(), intents.OpenPolicies(), intents.MyFlags(), intents.MyPolicies())
    for channel in ("c1", ""):
        shown = [said(await office.open(each, "finn", channel=channel)) for each in lists]
        shown.append(said(await office.dispatcher.home(office.actor("finn", channel))))
        assert "Same-day address change" not in " ".join(shown)
        assert str(there["policy"]) not in " ".join(shown)
    typed = await office.dispatcher.typed(office.actor("finn", ""))
    assert str(there["policy"]) not in said(typed)
    assert await office.dispatcher.card(there["policy"], office.actor("finn")) is None


async def test_its_members_find_it_wherever_they_ask(office: Office, there: dict[str, UUID]) -> None:
    for person in ("asha", "ben", "priya", "omar", "sal", "ada"):
        for channel in ("c1", "c2", ""):
            assert "Same-day address change" in said(await office.open(intents.OpenPolicies(), person, channel=channel))
            shown = said(await office.open(intents.SeeFlags(there["policy"]), person, channel=channel))
            assert "The first point." in shown


@pytest.mark.both_databases
@pytest.mark.parametrize("part", ["owner_id", "delegate_id", "senior_id", "announced_by", "read_by"])
async def test_who_has_a_part_in_it_is_on_it(office: Office, there: dict[str, UUID], part: str) -> None:
    assert says.NOT_FOUND in said(await office.open(intents.SeeFlags(there["policy"]), "finn"))
    office.update("policies", there["policy"], **{part: office.person("finn")})
    assert "The first point." in said(await office.open(intents.SeeFlags(there["policy"]), "finn", channel=""))
    assert "Same-day address change" in said(await office.open(intents.OpenPolicies(), "finn", channel=""))


async def test_who_stands_in_is_on_it_for_as_long(office: Office, there: dict[str, UUID]) -> None:
    away = {"first_day": "2026-11-25", "last_day": "2026-11-26", "stand_in": email_of("finn")}
    await office.fill(intents.Away(), "priya", **away)
    for day, is_on in ((24, False), (25, True), (26, True), (27, False)):
        await office.until(day, 13)
        flags = said(await office.open(intents.SeeFlags(there["policy"]), "finn", channel=""))
        listed = said(await office.open(intents.OpenPolicies(), "finn", channel=""))
        assert ("The first point." in flags, "Same-day address change" in listed) == (is_on, is_on), day


async def test_a_click_in_one_of_its_channels_is_on_it_before_a_roster_says_so(
    office: Office, there: dict[str, UUID]
) -> None:
    # Finn is on the roster of c1 and has just joined c2; Gus is on no roster.
    gus = Member("U-gus", "Gus Newcomer", "gus@example.org")
    for user, newcomer in ((user_of("finn"), None), ("U-gus", gus)):
        actor = Actor("chat", WORKSPACE, user, address_of("c2"))
        shown = await office.dispatcher.open(intents.SeeFlags(there["policy"]), actor, newcomer=newcomer)
        assert "The first point." in said(shown)
        form = await office.dispatcher.open(intents.GiveView(there["policy"]), actor, newcomer=newcomer)
        assert "Who can know this is from you?" in said(form)
        elsewhere = Actor("chat", WORKSPACE, user, "")
        hidden = await office.dispatcher.open(intents.SeeFlags(there["policy"]), elsewhere, newcomer=newcomer)
        assert says.NOT_FOUND in said(hidden)


async def test_who_is_no_longer_on_the_roster_is_not_on_it_but_keeps_their_own_flags(
    office: Office, there: dict[str, UUID]
) -> None:
    left = [member(each) for each in MEMBERS if each not in ("asha", "ben")]
    await office.enrol(*left, channel="c2")
    for person in ("asha", "ben"):
        assert says.NOT_FOUND in said(await office.open(intents.SeeFlags(there["policy"]), person, channel=""))
        assert "Same-day" not in said(await office.open(intents.OpenPolicies(), person, channel=""))
    mine = said(await office.open(intents.MyFlags(), "asha", channel=""))
    assert "The first point." in mine
    assert "We start with forty councils." in mine
    assert "The first point." in said(await office.open(intents.SeeFlag(there["flag"]), "asha", channel=""))
    settled = await office.press(intents.Settle(there["answer"], there["flag"]), "asha", channel="")
    assert "settled" in said(settled)
    changed = await office.fill(intents.ChangeFlag(there["waiting"]), "ben", channel="", **FLAG, words="as it is")
    assert changed.title == "Flag saved", said(changed)
    assert says.NOT_FOUND in said(await office.open(intents.SeeFlag(there["flag"]), "ben", channel=""))


async def test_who_is_in_two_of_its_channels_stays_on_it_in_one(office: Office, there: dict[str, UUID]) -> None:
    await office.enrol(*(member(each) for each in MEMBERS), channel="c3")
    channels = tuple(str(each["id"]) for each in office.rows("channels") if each["name"] != "channel c1")
    policy = await office.announce("In two channels", channels=channels)
    await office.enrol(member("ada"), channel="c2")
    assert says.NOT_FOUND not in said(await office.open(intents.SeeFlags(policy), "asha", channel=""))
    await office.enrol(member("ada"), channel="c3")
    assert says.NOT_FOUND in said(await office.open(intents.SeeFlags(policy), "asha", channel=""))


@pytest.mark.both_databases
async def test_a_channel_with_another_id_takes_its_policies_along(office: Office, there: dict[str, UUID]) -> None:
    await office.enrol(*(member(each) for each in MEMBERS), channel="c5")
    for old, new in (("c2", "c6"), ("c6", "c5")):
        place = Place("chat", WORKSPACE, address_of(old))
        office.change(lambda uow: conversations.move(uow, place, address_of(new)))  # noqa: B023
        for person, is_on in (("asha", True), ("finn", False)):
            listed = said(await office.open(intents.OpenPolicies(), person, channel=""))
            shown = said(await office.open(intents.SeeFlags(there["policy"]), person, channel=""))
            assert ("Same-day" in listed, "The first point." in shown) == (is_on, is_on), (old, person)


@pytest.mark.both_databases
async def test_everyone_are_full_members_of_a_connected_channel(office: Office, there: dict[str, UUID]) -> None:
    office.update("policies", there["policy"], audience=Audience.EVERYONE)
    await office.enrol(*(member(each, guest=each == "finn") for each in ("eve", "finn", "cai")), channel="c4")
    for person in ("eve", "asha"):
        assert "The first point." in said(await office.open(intents.SeeFlags(there["policy"]), person, channel=""))
        assert "Same-day" in said(await office.open(intents.OpenPolicies(), person, channel=""))
    (c1,) = (each["id"] for each in office.rows("channels") if each["name"] == "channel c1")
    office.update("channels", c1, guests=True)
    assert says.NOT_FOUND in said(await office.open(intents.SeeFlags(there["policy"]), "finn"))
    assert "Same-day" not in said(await office.open(intents.OpenPolicies(), "finn"))


async def test_without_a_channel_everyone_is_on_it(office: Office) -> None:
    policy = await office.announce("For everyone", channels=())
    assert "For everyone" in said(await office.open(intents.OpenPolicies(), "finn", channel=""))
    assert office.row("policies", policy)["audience"] == "everyone"


async def test_nobody_is_a_member_by_a_channel_that_is_gone(office: Office, there: dict[str, UUID]) -> None:
    (c2,) = (each["id"] for each in office.rows("channels") if each["name"] == "channel c2")
    assert says.NOT_FOUND not in said(await office.open(intents.SeeFlags(there["policy"]), "asha", channel=""))
    office.update("channels", c2, connected=False)
    assert says.NOT_FOUND in said(await office.open(intents.SeeFlags(there["policy"]), "asha", channel=""))
    assert says.NOT_FOUND not in said(await office.open(intents.SeeFlags(there["policy"]), "priya", channel=""))


async def test_no_statement_depends_on_which_member_opens_the_form(office: Office, there: dict[str, UUID]) -> None:
    logs = []
    await office.open(intents.GiveView(there["policy"]), "asha", channel="")  # reads the accounts and rosters
    for person in ("asha", "ben", "ada"):
        with with_parameters() as seen:
            await office.open(intents.GiveView(there["policy"]), person, channel="")
        logs.append(seen)
    assert len(logs[0]) >= 3
    assert logs[0] == logs[1] == logs[2]


async def test_an_admin_who_is_not_on_it_administers_without_reading(office: Office, there: dict[str, UUID]) -> None:
    await office.enrol(*(member(each) for each in MEMBERS if each != "ada"), channel="c2")
    office.update("policies", there["policy"], announced_by=None)
    assert says.NOT_FOUND in said(await office.open(intents.SeeFlags(there["policy"]), "ada"))
    assert says.NOT_FOUND in said(await office.open(intents.SeeFlag(there["flag"]), "ada"))
    assert "Same-day address change" in said(await office.open(intents.AllPolicies(), "ada"))
    assert "You are not on this policy" in said(await office.open(intents.LookAfterPolicy(there["policy"]), "ada"))
    kinds = (intents.PauseAnswers, intents.HoldPolicy, intents.KeepTexts, intents.NameOwner, intents.LookAfterPolicy)
    for each in kinds:
        shown = said(await office.open(each(there["policy"]), "ada"))
        assert "Same-day address change" in shown
        assert "The first point." not in shown


async def test_who_was_its_owner_reads_it_in_no_digest_any_more(office: Office, there: dict[str, UUID]) -> None:
    await office.enrol(*(member(each) for each in MEMBERS if each != "priya"), channel="c2")
    actor = office.actor("priya", "")
    before = await office.dispatcher.download(intents.DownloadCsv(there["digest"]), actor)
    assert before is not None
    assert b"The first point." in before.content
    await office.fill(intents.NameOwner(there["policy"]), "ada", owner=email_of("dina"))
    for intent in (intents.SeeDigest(there["digest"]), intents.NewestDigest(), intents.AcknowledgeAll(there["digest"])):
        assert "Same-day" not in said(await office.open(intent, "priya", channel="")), intent
    after = await office.dispatcher.download(intents.DownloadCsv(there["digest"]), actor)
    assert after is not None
    assert b"The first point." not in after.content


async def test_a_channel_gets_copies_of_what_was_announced_there_only(office: Office, there: dict[str, UUID]) -> None:
    for each in office.rows("channels"):
        office.update("channels", each["id"], digests=True)
    await office.file(await office.announce("In the other channel"), "finn", "Another point.", promise="named")
    await office.file(there["policy"], "asha", "The second point.", channel="c2", promise="named")
    await office.until(26, 12)
    for channel, mine, other in (("c1", "Another point.", "The second point."), ("c2", "The second point.", "Another")):
        copies = " ".join(said(each.card) for each in office.posted(channel) if "was sent this on" in said(each.card))
        assert mine in copies
        assert other not in copies


@pytest.mark.both_databases
async def test_a_public_page_is_for_everyones_policies_once_an_admin_turns_it_on(
    office: Office, there: dict[str, UUID]
) -> None:
    async def page() -> bool:
        return await office.dispatcher.public_card(there["policy"]) is not None

    assert not await page()
    refused = await office.fill(intents.PublicPage(there["policy"]), "ada", public="yes")
    assert "only a policy that everyone is on" in refused.problems["public"]
    assert "Only an admin" in said(await office.open(intents.PublicPage(there["policy"]), "priya"))
    office.update("policies", there["policy"], audience=Audience.EVERYONE)
    assert not await page()
    assert (await office.fill(intents.PublicPage(there["policy"]), "ada", public="yes")).title == "Saved"
    assert await page()
    office.update("policies", there["policy"], audience=Audience.MEMBERS)
    assert not await page()
    office.update("policies", there["policy"], audience=Audience.EVERYONE)
    await office.fill(intents.PublicPage(there["policy"]), "ada", public="no")
    assert not await page()


async def test_unfurls_only_in_its_channels(office: Office, there: dict[str, UUID]) -> None:
    assert await office.dispatcher.card(there["policy"], office.actor("asha", "c2")) is not None
    for channel in ("c1", "", "c9"):
        assert await office.dispatcher.card(there["policy"], office.actor("asha", channel)) is None


@pytest.fixture
async def quiet(office: Office) -> UUID:
    """A policy of the channel c2 on which nobody has said anything, announced by Ada."""
    await office.enrol(*(member(each) for each in MEMBERS), channel="c2")
    (c2,) = (str(each["id"]) for each in office.rows("channels") if each["address"] == address_of("c2"))
    return await office.announce("Same-day address change", channels=(c2,))


async def sees(office: Office, person: str, policy: UUID) -> bool:
    """Whether somebody finds the policy from their own messages."""
    return says.NOT_FOUND not in said(await office.open(intents.SeeFlags(policy), person, channel=""))


async def test_widening_says_first_who_will_see_what(office: Office, quiet: UUID) -> None:
    asked = await office.fill(intents.ChangeAudience(quiet), "ada", audience="everyone")
    assert asked.problems == {"sure": says.AUDIENCE_NOT_SURE}
    assert "On it now: the 6 members of channel c2, and anyone who joins." in said(asked)
    assert "4 more people, and anyone who joins a connected channel, will see its title, summary, link" in said(asked)
    assert not await sees(office, "finn", quiet)
    saved = await office.send(asked, "ada", audience="everyone", sure="yes")
    assert "are now all 10 members of the connected channels, and anyone who joins." in said(saved)
    assert await sees(office, "finn", quiet)


@pytest.mark.parametrize("promise", ["named", "confidential", "detached"])
async def test_what_a_form_promised_only_to_members_is_shown_to_nobody_else(
    office: Office, quiet: UUID, promise: str
) -> None:
    await office.file(quiet, "asha", "For members.", channel="c2", promise=promise)
    refused = await office.fill(intents.ChangeAudience(quiet), "ada", audience="everyone", sure="yes")
    assert refused.problems == {"audience": says.AUDIENCE_PROMISED}
    await office.until(27, 12)
    refused = await office.fill(intents.ChangeAudience(quiet), "ada", audience="everyone", sure="yes")
    assert refused.problems == {"audience": says.AUDIENCE_PROMISED}
    assert not await sees(office, "finn", quiet)


async def test_nobody_learns_by_asking_again_and_again_when_the_first_flag_came(office: Office, quiet: UUID) -> None:
    for answers in ({"audience": "everyone", "sure": "yes"}, {"audience": "members"}):
        assert (await office.fill(intents.ChangeAudience(quiet), "ada", **answers)).title == "Saved"
    for _ in range(2):
        refused = await office.fill(intents.ChangeAudience(quiet), "ada", audience="everyone", sure="yes")
        assert refused.problems == {"audience": says.AUDIENCE_NARROWED}
        await office.file(quiet, "asha", "For members.", channel="c2")


@pytest.mark.parametrize("promise", ["named", "confidential", "detached"])
async def test_a_form_that_was_open_meanwhile_comes_back_to_be_chosen_again(
    office: Office, quiet: UUID, promise: str
) -> None:
    form = await office.form(intents.GiveView(quiet), "asha", channel="c2")
    assert "Your flag can be read by the 6 members of channel c2, and anyone who joins." in said(form)
    await office.fill(intents.ChangeAudience(quiet), "ada", audience="everyone", sure="yes")
    typed = {**FLAG, "promise": promise, "similar": "none", "words": "as it is"}
    back = await office.send(form, "asha", channel="c2", **typed)
    assert "promise" in back.problems
    assert FLAG["because"] in said(back)
    assert "can be read by all 10 members of the connected channels" in said(back)
    assert office.number_of("flags") == 0
    assert (await office.send(back, "asha", channel="c2", **typed)).title == "Flag saved"


async def test_narrowing_hides_it_at_once_and_ends_its_public_page(office: Office, quiet: UUID) -> None:
    await office.fill(intents.ChangeAudience(quiet), "ada", audience="everyone", sure="yes")
    await office.fill(intents.PublicPage(quiet), "ada", public="yes")
    await office.file(quiet, "finn", "For everyone.")
    assert (await office.fill(intents.ChangeAudience(quiet), "priya", audience="members")).title == "Saved"
    assert not await sees(office, "finn", quiet)
    assert await sees(office, "asha", quiet)
    assert await office.dispatcher.public_card(quiet) is None
    assert office.row("policies", quiet)["public"] in (0, False)
    assert "For everyone." in said(await office.open(intents.MyFlags(), "finn", channel=""))


async def test_only_its_announcer_and_its_owner_say_who_is_on_it(office: Office, quiet: UUID) -> None:
    for person in ("asha", "omar", "sal"):
        for answers in ({"audience": "everyone", "sure": "yes"}, {"audience": "members"}):
            screen = await office.dispatcher.submit(
                intents.ChangeAudience(quiet), answers_of(answers), office.actor(person, "c2"), "a nonce"
            )
            assert says.AUDIENCE_BY_OTHERS in said(screen)
        assert "Change who is on it" not in said(await office.open(intents.SeeFlags(quiet), person, channel="c2"))
    for person in ("ada", "priya"):
        assert "Change who is on it" in said(await office.open(intents.SeeFlags(quiet), person, channel="c2"))
    # An admin who did not announce it makes a policy for everyone smaller, and none for members larger.
    office.update("policies", quiet, announced_by=None)
    assert says.AUDIENCE_BY_OTHERS in said(await office.open(intents.ChangeAudience(quiet), "ada"))
    office.update("policies", quiet, audience=Audience.EVERYONE)
    assert (await office.fill(intents.ChangeAudience(quiet), "ada", audience="members")).title == "Saved"


async def test_bad_input_gets_a_sentence(office: Office, quiet: UUID) -> None:
    for typed, problem in (("", says.NO_AUDIENCE), ("members", says.AUDIENCE_AS_IT_IS), ("?", says.NO_AUDIENCE)):
        refused = await office.fill(intents.ChangeAudience(quiet), "ada", audience=typed)
        assert refused.problems == {"audience": problem}
    (c2,) = (each["id"] for each in office.rows("channels") if each["name"] == "channel c2")
    office.update("policies", quiet, audience=Audience.EVERYONE)
    office.update("channels", c2, connected=False)
    refused = await office.fill(intents.ChangeAudience(quiet), "ada", audience="members")
    assert refused.problems == {"audience": says.AUDIENCE_WITHOUT_CHANNELS}
    office.update("policies", quiet, audience=Audience.MEMBERS)
    gone = said(await office.open(intents.SeeFlags(quiet), "priya", channel=""))
    assert "because its channels are gone" in gone


async def test_announcing_asks_who_is_on_it(office: Office) -> None:
    policy = await office.announce("For everyone, in a channel", audience="everyone")
    assert office.row("policies", policy)["audience"] == "everyone"
    values: dict[str, Any] = {"title": "In no channel", "summary": "Nobody.", "owner": email_of("priya")}
    values["channels"] = ()
    refused = await office.fill(intents.Announce(), "ada", audience="members", **values)
    assert refused.problems == {"channels": says.NO_CHANNEL}
    announced = await office.fill(intents.Announce(), "ada", audience="everyone", **values)
    assert "On it are all 10 members of the connected channels, and anyone who joins." in said(announced)


async def test_the_link_of_a_policy_tells_an_outsider_nothing_of_it(office: Office, quiet: UUID) -> None:
    link = "https://example.org/announcements/address"
    (c1,) = (str(each["id"]) for each in office.rows("channels") if each["name"] == "channel c1")
    (c2,) = (str(each["id"]) for each in office.rows("channels") if each["name"] == "channel c2")
    hidden = await office.announce("Only for some", link=link, channels=(c2,))
    values: dict[str, Any] = {"title": "Mine", "summary": "Something.", "owner": email_of("finn"), "channels": (c1,)}
    again = await office.fill(intents.Announce(), "asha", **values, link=link)
    assert again.problems == {"link": says.ANNOUNCED_ALREADY}
    before = office.row("policies", hidden)
    announced = await office.fill(intents.Announce(), "finn", **values, link=link)
    assert announced.title == "Policy announced", said(announced)
    elsewhere = await office.fill(intents.Announce(), "finn", **values, link=f"{link}/other")
    assert elsewhere.title == "Policy announced"
    assert office.row("policies", hidden) == before


async def test_a_receipt_says_who_can_read_the_flag(office: Office, quiet: UUID) -> None:
    saved = await office.flag(quiet, "asha", channel="c2")
    assert "with any others, to the 6 members of channel c2, and anyone who joins." in said(saved)
    named = await office.flag(quiet, "ben", channel="c2", promise="named")
    assert "It is shown now to the 6 members of channel c2, and anyone who joins." in said(named)
    flag = UUID(str(office.rows("flags")[0]["id"]))
    answering = said(await office.open(intents.AnswerFlags((flag,)), "priya", channel=""))
    assert "Everyone on this policy sees your answer and your name. On it are the 6 members of channel c2" in answering
