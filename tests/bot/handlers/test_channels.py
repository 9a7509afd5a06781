"""A channel's settings: what the form offers there, to whom, and how small a group is warned."""

from uuid import UUID

from bot.interface import intents
from bot.screens import refusals as says
from tests.bot.conftest import CHANNEL_SETTINGS, FLAG, FULL_NAMES, Office, member, said


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
        "promises": ("confidential", "named"), "guests": ("no",), "reactions": ("no",), "digests": ("no",), "floor": "5"
    }  # fmt: skip
    before = office.everything()
    for field, value, sentence in (
        ("promises", (), says.NO_PROMISES),
        ("promises", ("detached",), says.NO_PROMISES),
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
    row = office.row("flags", flag)
    assert (row["promise"], row["person_id"]) == ("confidential", None)
    await office.until(26, 12)
    for person in ("priya", "ada"):
        assert "Quillfeather" not in said(await office.form(intents.SeeFlag(flag), person))


async def test_a_small_group_is_warned_before_it_is_asked(office: Office, policy: UUID) -> None:
    warning = "In a group this small, people may guess who wrote a flag, whatever you choose."
    assert warning not in said(await office.form(intents.GiveView(policy), "asha"))
    await office.enrol(member("asha"), member("ben"), member("cai"), member("dina", active=False), channel="c2")
    small = await office.form(intents.GiveView(policy), "asha", channel="c2")
    assert "This channel has 3 members." in said(small)
    assert warning in said(small)
    assert "You can use Deliverable from a larger channel instead: channel c1." in said(small)
    assert said(small).index(warning) < said(small).index("Who can know this is from you?")
    again = await office.send(small, "asha", channel="c2", **{**FLAG, "because": ""})
    assert warning in said(again)
    assert (await office.send(small, "asha", channel="c2", **FLAG)).title == "Flag saved"
    await choose(office, floor=str(len(FULL_NAMES)))
    assert warning not in said(await office.form(intents.GiveView(policy), "asha"))
    await choose(office, floor=str(len(FULL_NAMES) + 1))
    assert warning in said(await office.form(intents.GiveView(policy), "asha"))
