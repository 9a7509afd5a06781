"""Channels say on which platform, and in which workspace, they are where two could be taken for each other."""

from __future__ import annotations

from uuid import UUID

import pytest

from bot.dispatcher import NoSuchChannel
from bot.interface import intents
from bot.interface.announcements import Announcement
from bot.interface.parts import ChoiceQuestion, Form
from bot.people import installations
from bot.people.people import Member
from bot.unit_of_work.unit_of_work import UnitOfWork
from tests.bot.conftest import WORKSPACE, Office, address_of, email_of, said
from tests.bot.elsewhere import Elsewhere

LISTED = [Announcement("Title", "Summary.", "", None)]


def offered(form: Form) -> list[str]:
    """The channels that an announcement can be posted in, as they are called."""
    (asked,) = (each for each in form.body if isinstance(each, ChoiceQuestion) and each.name == "channels")
    return [each.label for each in asked.options]


async def connected(office: Office, *, platform: str = "chat", workspace: str = WORKSPACE, channel: str = "c1") -> None:
    """Connect another channel, which one stranger is in."""
    stranger = Member(f"{workspace}-{channel}", "A stranger")
    await office.enrol(stranger, platform=platform, workspace=workspace, channel=channel)


async def test_on_one_platform_a_channel_is_called_by_its_name(office: Office) -> None:
    await connected(office, channel="c2")
    assert offered(await office.form(intents.Announce(), "ben")) == ["channel c1", "channel c2"]


async def test_on_two_platforms_it_says_on_which_it_is(office: Office) -> None:
    await connected(office, platform="other", workspace="T1")
    assert offered(await office.form(intents.Announce(), "ben")) == ["channel c1 (chat)", "channel c1 (other)"]
    ids = tuple(str(each["id"]) for each in office.rows("channels"))
    policy = await office.announce(channels=ids)
    done = await office.fill(intents.Announce(), "ben", title="A", summary="B", owner=email_of("priya"), channels=ids)
    assert "Its card goes to channel c1 (chat) and channel c1 (other)." in said(done)
    channel = UUID(ids[0])
    assert "channel c1 (" in said(await office.form(intents.ChannelSettings(channel), "ada"))
    assert "channel c1 (chat)" in said(await office.form(intents.ChooseOffers(), "ada"))
    listed = said(await office.form(intents.ChooseChannel(), "ada"))
    assert "channel c1 on chat" in listed
    assert "channel c1 on other" in listed
    office.worker.add(Elsewhere())
    flag = await office.file(policy, "asha", promise="named")
    await office.until(23, 12)
    sent = await office.fill(intents.AnswerFlags((flag,)), "priya", kind="change", text="We do.", by_date="2027-03-31")
    assert "channel c1 (chat)" in said(sent)
    assert "channel c1 (other)" in said(sent)


async def test_in_two_workspaces_of_one_platform_it_says_in_which(office: Office) -> None:
    await connected(office, workspace="W2")
    names = {WORKSPACE: "Digital", "W2": "Policy"}

    def install(uow: UnitOfWork) -> None:
        for workspace, name in names.items():
            installations.install(uow, "chat", workspace, name, {})

    assert offered(await office.form(intents.Announce(), "ben")) == [
        f"channel c1 (chat, {WORKSPACE})",
        "channel c1 (chat, W2)",
    ]
    office.change(install)
    options = offered(await office.form(intents.Announce(), "ben"))
    assert sorted(options) == ["channel c1 (chat, Digital)", "channel c1 (chat, Policy)"]
    listed = said(await office.form(intents.ChooseChannel(), "ada"))
    assert "channel c1 (Policy) on chat" in listed


async def test_the_command_line_takes_what_a_channel_is_called(office: Office) -> None:
    await connected(office, platform="other", workspace="T1")
    with pytest.raises(NoSuchChannel) as refused:
        await office.dispatcher.announce(LISTED, owner=email_of("priya"), channel="channel c1")
    assert str(refused.value).endswith("Enter one of these: channel c1 (chat); channel c1 (other)")
    await office.dispatcher.announce(LISTED, owner=email_of("priya"), channel="channel c1 (chat)")
    (posting,) = office.rows("postings")
    (channel,) = (each for each in office.rows("channels") if each["id"] == posting["channel_id"])
    assert (channel["platform"], channel["address"]) == ("chat", address_of("c1"))
