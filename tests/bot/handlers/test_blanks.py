"""A blank form that was opened just now is given again, and is never behind what this process has written."""

from datetime import timedelta
from uuid import UUID

import pytest

from bot.dispatcher import Dispatcher
from bot.handlers.form_cache import KEPT
from bot.interface import intents
from bot.interface.parts import ChoiceQuestion, Form
from bot.people.people import UnknownPerson
from storage import Database
from tests.bot.conftest import CHANNEL_SETTINGS, FLAG, Office, member, said


def offered(form: Form) -> tuple[str, ...]:
    """The promises that a form offers."""
    (promise,) = (each for each in form.questions if each.name == "promise")
    assert isinstance(promise, ChoiceQuestion)
    return tuple(each.value for each in promise.options)


async def test_everybody_gets_a_form_of_their_own(office: Office, policy: UUID) -> None:
    give = intents.GiveView(policy)
    forms = [await office.form(give, each) for each in ("asha", "ben", "asha", "ben", "asha")]
    assert len({each.nonce for each in forms}) == len(forms)
    assert len({id(each.body) for each in forms}) == 1


async def test_what_is_opened_again_can_be_sent(office: Office, policy: UUID) -> None:
    for _ in range(3):
        form = await office.form(intents.GiveView(policy), "asha")
        sent = await office.dispatcher.submit(
            intents.GiveView(policy), {name: (value,) for name, value in FLAG.items()}, office.actor("asha"), form.nonce
        )
        assert isinstance(sent, Form)
        assert sent.title == "Flag saved"
    assert len(office.rows("flags")) == 3


async def test_what_an_admin_has_set_shows_at_once(office: Office, policy: UUID) -> None:
    channel = UUID(str(office.rows("channels")[0]["id"]))
    give = intents.GiveView(policy)
    assert offered(await office.form(give, "asha")) == ("confidential", "named")
    assert offered(await office.form(give, "asha")) == ("confidential", "named")
    await office.fill(intents.ChannelSettings(channel), "ada", **{**CHANNEL_SETTINGS, "promises": ("named",)})  # type: ignore[arg-type]
    assert offered(await office.form(give, "asha")) == ("named",)


async def test_what_another_process_has_set_shows_within_seconds(
    office: Office, policy: UUID, database: Database
) -> None:
    give = intents.GiveView(policy)
    assert "Handled by others." not in said(await office.form(give, "asha"))
    with Database(database.url.render_as_string(hide_password=False)) as other:
        await Dispatcher(other, office.ring, office.clock).describe({"handling": "Handled by others."})
    office.clock.move_to(office.clock.now + KEPT)
    assert "Handled by others." in said(await office.form(give, "asha"))


async def test_a_policy_that_has_closed_meanwhile_takes_no_flags(office: Office, policy: UUID) -> None:
    give = intents.GiveView(policy)
    assert (await office.form(give, "asha")).questions
    office.clock.move_to(office.clock.now + timedelta(days=400))
    assert not (await office.form(give, "asha")).questions


async def test_nobody_is_let_in_because_somebody_else_was(office: Office, policy: UUID) -> None:
    give = intents.GiveView(policy)
    for _ in range(2):
        assert (await office.form(give, "asha")).questions
        assert not (await office.form(give, "asha", guest=True)).questions
        with pytest.raises(UnknownPerson):
            await office.dispatcher.open(give, office.actor("nobody"))


async def test_another_channel_has_its_own_form(office: Office, policy: UUID) -> None:
    give = intents.GiveView(policy)
    assert "About 1 minute" in said(await office.form(give, "asha"))
    await office.enrol(member("asha"), member("ben"), channel="c9")
    for _ in range(2):
        assert "This channel has 2 members." in said(await office.form(give, "asha", channel="c9"))
        assert "This channel has" not in said(await office.form(give, "asha"))


async def test_what_a_form_began_with_is_in_no_other(office: Office, policy: UUID) -> None:
    give = intents.GiveView(policy)
    await office.form(give, "asha")
    begun = await office.dispatcher.open(give, office.actor("asha"), {"because": ("Councils use 140 systems.",)})
    assert "Councils use" in repr(begun)
    for each in ("asha", "ben"):
        assert "Councils use" not in repr(await office.form(give, each))
