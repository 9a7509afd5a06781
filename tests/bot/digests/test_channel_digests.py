"""Copies of digests in channels: only where an admin wants them, of what concerns the channel, and without names."""

from __future__ import annotations

from uuid import UUID

import pytest

from bot.digests import channel_digests, digests
from bot.interface import intents
from bot.interface.parts import Button, Card, FormButton
from bot.interface.views import DigestView
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import digests as stored_digests
from tests.bot.conftest import CHANNEL_SETTINGS, FLAG, Office, email_of, said, user_of

pytestmark = pytest.mark.rules


def channel_id(office: Office, name: str = "channel c1") -> UUID:
    """The id of a channel."""
    (found,) = (each["id"] for each in office.rows("channels") if each["name"] == name)
    return UUID(str(found))


async def copy_to(office: Office, channel: str = "c1") -> None:
    """Have digests copied to a channel."""
    intent = intents.ChannelSettings(channel_id(office, f"channel {channel}"))
    form = await office.fill(intent, "ada", **{**CHANNEL_SETTINGS, "digests": "yes"})  # type: ignore[arg-type]
    assert form.title == "Settings saved"


def copies(office: Office, channel: str = "c1") -> list[Card]:
    """The copies of digests that were sent to a channel."""
    return [each.card for each in office.posted(channel) if "was sent this on" in said(each.card)]


async def test_no_channel_gets_one_unless_an_admin_wants_it(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", promise="named")
    await office.until(24, 12)
    assert len(office.digests_to()) == 1
    assert copies(office) == []


async def test_it_says_what_is_asked_and_names_nobody_who_asked_it(office: Office, policy: UUID) -> None:
    await copy_to(office)
    await office.file(policy, "asha", "Named, said Asha.", promise="named")
    for person in ("ben", "cai", "dina"):
        # Less urgent than the named one, which is so among the three that are shown.
        await office.file(policy, person, f"{person[0]}: {FLAG['because']}", verdict="if")
    await office.until(24, 12)
    (digest,) = office.digests_to()
    assert "Asha Quillfeather, who chose to be named" in said(digest)
    (copy,) = copies(office)
    told = said(copy)
    assert "4 flags need an answer." in told
    assert "Priya Owneray was sent this on Tuesday 24 November 2026." in told
    assert "From: someone who is named to the policy owner." in told
    for person in ("asha", "ben", "cai", "dina"):
        assert user_of(person) not in told
    assert not [name for name in ("Quillfeather", "Tarrandale", "Wrothesly", "Oxenhopper") if name in told]
    opened = {type(each.intent) for each in copy.parts if isinstance(each, Button | FormButton)}
    assert opened == {intents.SeeFlags}


async def test_its_screen_is_not_even_given_a_name(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", promise="named")
    await office.until(24, 12)
    (row,) = office.rows("digests")

    def views(uow: UnitOfWork) -> tuple[DigestView, DigestView]:
        digest = stored_digests.digest(uow.session, UUID(str(row["id"])))
        assert digest is not None
        whole = digests.view(uow, digest, [office.person("priya")])
        return whole, channel_digests.for_everyone(uow, whole, channel_id(office))

    whole, shown = office.change(views)
    assert "Asha Quillfeather" in repr(whole)
    assert "Asha Quillfeather" not in repr(shown)
    assert [len(each.items) for each in shown.parts] == [1]


async def test_it_holds_only_the_policies_whose_card_stands_there(office: Office, policy: UUID) -> None:
    await office.enrol(channel="c2")
    other = await office.announce("Same-day address change", channels=(str(channel_id(office, "channel c2")),))
    await copy_to(office, "c2")
    await office.file(policy, "asha", "On the permit.", promise="named")
    await office.file(other, "asha", "On the address.", promise="named")
    await office.until(24, 12)
    (digest,) = office.digests_to()
    assert "On the permit." in said(digest)
    assert copies(office) == []
    (copy,) = copies(office, "c2")
    assert "On the address." in said(copy)
    assert "permit" not in said(copy)
    assert "1 flag needs an answer." in said(copy)


async def test_it_is_sent_once_a_digest_whoever_else_makes_rounds(office: Office, policy: UUID) -> None:
    await copy_to(office)
    await office.file(policy, "asha", promise="named")
    await office.until(24, 9)
    for _ in range(5):
        await office.worker.tick()
    assert len(copies(office)) == 1
    # The next digest has something new to say, and so has its copy.
    await office.file(policy, "ben", "Another thing.", promise="named")
    await office.until(25, 12)
    assert len(copies(office)) == 2


async def test_two_owners_on_one_morning_are_two_copies_each_of_its_own(office: Office, policy: UUID) -> None:
    await copy_to(office)
    other = await office.announce("Same-day address change", owner=email_of("eve"))
    await office.file(policy, "asha", "On the permit.", promise="named")
    await office.file(other, "asha", "On the address.", promise="named")
    await office.until(24, 12)
    told = sorted(("On the permit." in said(each), "On the address." in said(each)) for each in copies(office))
    assert told == [(False, True), (True, False)]


@pytest.mark.parametrize("lost", ["disconnected", "turned off"])
async def test_it_stops_when_the_channel_is_lost_or_it_is_turned_off(office: Office, policy: UUID, lost: str) -> None:
    await copy_to(office)
    if lost == "disconnected":
        office.update("channels", channel_id(office), connected=False)
    else:
        await office.fill(intents.ChannelSettings(channel_id(office)), "ada", **CHANNEL_SETTINGS)  # type: ignore[arg-type]
    await office.file(policy, "asha", promise="named")
    await office.until(24, 12)
    assert len(office.digests_to()) == 1
    assert copies(office) == []


async def test_a_digest_that_asks_nothing_is_not_copied(office: Office, policy: UUID) -> None:
    await copy_to(office)
    await office.file(policy, "asha", verdict="as-announced", promise="named")
    await office.until(24, 12)
    assert len(office.digests_to()) == 1
    assert copies(office) == []
