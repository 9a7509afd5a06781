"""A channel's settings: what the form offers there, to whom, and how small a group is warned."""

from uuid import UUID

import pytest

from bot.flags import small_group
from bot.interface import intents
from bot.people.people import Member
from bot.policies import policies
from bot.screens import refusals as says
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import channels as stored_channels
from storage import policies as stored_policies
from tests.bot.conftest import CHANNEL_SETTINGS, FLAG, FULL_NAMES, WORKSPACE, Office, address_of, member, said


def channel(office: Office) -> UUID:
    """The id of the channel."""
    return UUID(str(office.rows("channels")[0]["id"]))


async def choose(office: Office, **chosen: str | tuple[str, ...]) -> None:
    """Change the settings as an admin."""
    values = {**CHANNEL_SETTINGS, **chosen}
    form = await office.form(intents.ChannelSettings(channel(office)), "ada")
    assert (await office.send(form, "ada", **values)).title == "Settings saved"  # type: ignore[arg-type]


async def test_what_is_refused_is_said_beside_its_field(office: Office) -> None:
    form = await office.form(intents.ChannelSettings(channel(office)), "ada")
    shown = {each.name: getattr(each, "values", ()) or getattr(each, "value", "") for each in form.questions}
    assert shown == {
        "promises": ("confidential", "named", "detached"),
        "guests": ("no",), "reactions": ("no",), "digests": ("no",), "floor": "5"
    }  # fmt: skip
    before = office.everything()
    for field, value, sentence in (
        ("promises", (), says.NO_PROMISES),
        ("promises", ("anonymous",), says.NO_PROMISES),
        ("guests", "", says.NO_YES_OR_NO),
        ("guests", "perhaps", says.NO_YES_OR_NO),
        ("reactions", "", says.NO_YES_OR_NO),
        ("reactions", "on", says.NO_YES_OR_NO),
        ("digests", "", says.NO_YES_OR_NO),
        ("floor", "", says.NO_FLOOR),
        ("floor", "0", says.NO_FLOOR),
        ("floor", "-3", says.NO_FLOOR),
        ("floor", "five", says.NO_FLOOR),
        ("floor", "٥", says.NO_FLOOR),
        ("floor", "99999999999999999999", says.NO_FLOOR),
    ):
        again = await office.send(form, "ada", **{**CHANNEL_SETTINGS, field: value})  # type: ignore[arg-type]
        assert dict(again.problems) == {field: sentence}, (field, value)
    assert office.everything() == before


async def test_only_an_admin_sees_or_changes_them(office: Office) -> None:
    form = await office.form(intents.ChannelSettings(channel(office)), "ada")
    before = office.everything()
    for person in ("asha", "priya"):
        assert says.ADMINS_ONLY in said(await office.form(intents.ChannelSettings(channel(office)), person))
        refused = await office.send(form, person, **CHANNEL_SETTINGS)  # type: ignore[arg-type]
        assert says.ADMINS_ONLY in said(refused)
        assert "Change settings" not in said(await office.dispatcher.home(office.actor(person)))
    assert "Change settings" in said(await office.dispatcher.home(office.actor("ada")))
    assert office.everything() == before


async def test_a_promise_that_the_channel_does_not_offer(office: Office, policy: UUID) -> None:
    open_form = await office.form(intents.GiveView(policy), "asha")
    await choose(office, promises=("named",))
    form = await office.form(intents.GiveView(policy), "asha")
    offered = next(each for each in form.questions if each.name == "promise")
    assert [each.value for each in getattr(offered, "options", ())] == ["named"]
    before = office.everything()
    for each in (form, open_form):
        refused = await office.send(each, "asha", **FLAG)
        assert refused.problems == {"promise": "This channel does not offer Confidential. It offers Named."}
        assert FLAG["because"] in said(refused)
    assert (await office.send(form, "asha", **{**FLAG, "promise": "detached"})).problems == {
        "promise": "This channel does not offer Detached. It offers Named."
    }
    assert office.everything() == before
    await choose(office, promises=("confidential",))
    refused = await office.send(form, "asha", **{**FLAG, "promise": "named"})
    assert refused.problems == {"promise": "This channel does not offer Named. It offers Confidential."}


async def test_what_was_promised_is_not_weakened_by_what_is_offered_later(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha")
    await choose(office, promises=("named",))
    form = await office.form(intents.ChangeFlag(flag), "asha")
    assert (await office.send(form, "asha", **{**FLAG, "because": "Put better."})).title == "Flag saved"
    assert office.waiting_flag(flag).promise == "confidential"
    await office.until(26, 12)
    row = office.row("flags", flag)
    assert (row["promise"], row["person_id"]) == ("confidential", None)
    for person in ("priya", "ada"):
        assert "Quillfeather" not in said(await office.form(intents.SeeFlag(flag), person))


async def test_a_small_group_is_warned_before_it_is_asked(office: Office, policy: UUID) -> None:
    warning = "In a group this small, people may guess who wrote a flag, whatever you choose."
    assert warning not in said(await office.form(intents.GiveView(policy), "asha"))
    # The owner, the delegate and the senior owner would not be guessed.
    others = len(FULL_NAMES) - 3
    await choose(office, floor=str(others))
    assert warning not in said(await office.form(intents.GiveView(policy), "asha"))
    await choose(office, floor=str(others + 1))
    small = await office.form(intents.GiveView(policy), "asha")
    assert f"{others} people can send a flag on this policy, without those who answer for it." in said(small)
    assert warning in said(small)
    assert said(small).index(warning) < said(small).index("Who can know this is from you?")
    again = await office.send(small, "asha", **{**FLAG, "because": ""})
    assert warning in said(again)
    assert (await office.send(small, "asha", **FLAG)).title == "Flag saved"


def post(uow: UnitOfWork, policy_id: UUID, name: str) -> None:
    """Post the policy's card in another channel."""
    channel = stored_channels.by_address(uow.session, "chat", WORKSPACE, address_of(name))
    policy = stored_policies.policy(uow.session, policy_id)
    assert channel is not None
    assert policy is not None
    policies.post(uow, policy, [channel])


async def test_members_of_all_channels_of_the_policy_count_once_and_guests_only_where_they_may(
    office: Office, policy: UUID
) -> None:
    def members(*names: str, **changes: bool) -> list[Member]:
        return [member(each, **changes) for each in names]

    def writers() -> int | None:
        return office.change(lambda uow: small_group.writers(uow, uow.policy(policy) or pytest.fail("no policy")))

    await choose(office, floor="100")
    await office.enrol(*members("asha", "ben", "priya", "omar", "sal"), *members("finn", guest=True))
    assert writers() == 2
    # Another channel, where the policy is not announced, does not count, nor who has left or is a guest.
    await office.enrol(*members("asha", "cai", "dina"), *members("eve", guest=True), channel="c2")
    assert writers() == 2
    office.change(lambda uow: post(uow, policy, "c2"))
    assert writers() == 4
    await office.enrol(*members("asha", "cai"), *members("dina", active=False), channel="c2")
    assert writers() == 3
    for each in office.rows("channels"):
        office.update("channels", each["id"], guests=True)
    assert writers() == 4
    office.update("policies", policy, owner_id=None, delegate_id=None)
    assert writers() == 6
