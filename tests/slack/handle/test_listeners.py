"""Clicks, forms, typed text and choices over HTTP, from the signed request to what people see."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import timedelta
from typing import Any
from uuid import UUID

import aiohttp
import pytest

from adapters.slack.api import newcomers
from bot.interface.actor import Actor
from bot.interface.announcements import Announcement
from bot.interface.intents import ChannelSettings
from storage import metadata
from tests.bench.measuring import raw_connection
from tests.slack import envelopes
from tests.slack.driver import Answer
from tests.slack.faults import Broken, Drop, Hang, Refuse, TooFast
from tests.slack.serving import ADMIN, AMINA, CHANNEL, KEZIA, OWNER, PUBLIC_URL, TOMOS, Served, unplug
from tests.slack.steps import BECAUSE, NAMED, REMEDY, fill_in, flag, open_form, seen, text, title
from tests.slack.window import OpenView
from tests.slack.workspace import Channel, User

DOWN = "I cannot save anything right now. Nothing you sent before is lost. Try again in a few minutes."
LATE = "That took too long and the form did not open. Nothing was lost."
NOT_MET = "I do not know you here yet."


def everything(served: Served) -> dict[str, set[tuple[Any, ...]]]:
    """Every row, as the database holds it, by table."""
    with closing(raw_connection(served.database.file)) as raw:
        return {each: set(raw.execute(f'SELECT * FROM "{each}"').fetchall()) for each in metadata.tables}


def calls(served: Served) -> list[str]:
    """The methods that have been called, since the last time."""
    found = [each.method for each in served.slack.calls]
    served.slack.calls.clear()
    return found


# Giving a flag.


async def test_a_flag_is_given_in_a_modal_and_ends_in_its_receipt(served: Served) -> None:
    card = await served.announce()
    calls(served)
    form = await open_form(served, AMINA, card)
    assert title(form.json) == "Is this deliverable?"
    assert calls(served) == ["views.open"]
    fill_in(form)
    answer = await served.driver.submit(AMINA)
    assert answer.status == 200
    assert calls(served) == []
    assert title(served.workspace.window(AMINA).top.json) == "Flag saved"
    assert "Nobody is shown your name." in seen(served, AMINA)
    assert served.number_of("flags") == 1


async def test_a_missing_answer_is_reported_beside_its_field_and_nothing_typed_is_lost(served: Served) -> None:
    form = await open_form(served, AMINA, await served.announce())
    fill_in(form)
    form.write("What would make it deliverable?", "")
    await served.driver.submit(AMINA)
    window = served.workspace.window(AMINA).top
    assert list(window.errors.values()) == ["Enter what would make it deliverable, or choose another answer above"]
    assert window.text("Why?") == BECAUSE
    assert served.number_of("flags") == 0
    window.write("What would make it deliverable?", REMEDY)
    await served.driver.submit(AMINA)
    assert served.number_of("flags") == 1


async def test_a_refused_form_shows_what_was_typed(served: Served) -> None:
    """The policy is closed for good while someone writes."""
    form = await open_form(served, AMINA, await served.announce())
    fill_in(form)
    with closing(raw_connection(served.database.file)) as raw:
        raw.execute("DELETE FROM policy_keys")
        raw.execute("UPDATE policies SET sealed_on = '2026-11-23'")
        raw.commit()
    await served.driver.submit(AMINA)
    assert served.number_of("flags") == 0
    assert "Your text is still here." in seen(served, AMINA)
    assert BECAUSE in seen(served, AMINA)
    assert REMEDY in seen(served, AMINA)


async def test_a_confidential_flag_is_one_sealed_box_and_no_other_row_changes(served: Served) -> None:
    form = await open_form(served, AMINA, await served.announce())
    fill_in(form)
    before = everything(served)
    await served.driver.submit(AMINA)
    assert title(served.workspace.window(AMINA).top.json) == "Flag saved"
    written = {table: rows - before[table] for table, rows in everything(served).items() if rows != before[table]}
    assert list(written) == ["boxes"]
    ((_, _, tag, sealed),) = written["boxes"]
    for told in (AMINA, CHANNEL, BECAUSE, REMEDY, "confidential", served.workspace.id):
        assert told.encode() not in tag + sealed


async def test_the_same_form_sent_twice_is_one_flag(served: Served) -> None:
    form = await open_form(served, AMINA, await served.announce())
    fill_in(form)
    first, second = envelopes.submitted(served.slack, AMINA), envelopes.submitted(served.slack, AMINA)
    answers = await asyncio.gather(served.driver.interact(first), served.driver.interact(second))
    assert [each.status for each in answers] == [200, 200]
    assert answers[0].json["response_action"] == answers[1].json["response_action"] == "update"
    assert served.number_of("flags") == 1


async def test_another_persons_form_is_not_mistaken_for_ones_own(served: Served) -> None:
    form = await open_form(served, AMINA, await served.announce())
    fill_in(form)
    payload = envelopes.submitted(served.slack, AMINA)
    assert (await served.driver.interact(payload)).status == 200
    stolen = {**payload, "user": {**payload["user"], "id": TOMOS}}
    answer = await served.driver.interact(stolen)
    assert "Flag saved" not in answer.text
    assert served.number_of("flags") == 1


async def test_similar_flags_are_offered_in_the_same_modal(served: Served) -> None:
    card = await served.announce()
    fill_in(await open_form(served, AMINA, card), promise=NAMED)
    await served.driver.submit(AMINA)
    await flag(served, TOMOS, card)
    window = served.workspace.window(TOMOS).top
    assert "Nothing is sent yet." in seen(served, TOMOS)
    assert window.labels() == ["Is yours one of these?", "Anything to add?"]
    assert BECAUSE not in [window.text(label) for label in window.labels()[1:]]
    assert served.number_of("flags") == 1
    await served.driver.submit(TOMOS)
    assert title(served.workspace.window(TOMOS).top.json) == "Flag saved"
    assert served.number_of("flags") == 2


async def test_a_text_that_slack_cannot_carry_stands_below_and_is_sent(served: Served) -> None:
    card = await served.announce()
    fill_in(await open_form(served, AMINA, card), promise=NAMED)
    await served.driver.submit(AMINA)
    rare = "".join(chr(0x4E00 + n * 7919 % 9973) for n in range(3000))
    form = await open_form(served, TOMOS, card)
    fill_in(form)
    form.write("Why?", rare)
    await served.driver.submit(TOMOS)
    window = served.workspace.window(TOMOS).top
    assert window.labels()[0] == "Is yours one of these?"
    assert window.text("Why?") == rare
    await served.driver.submit(TOMOS)
    assert served.number_of("flags") == 2


async def test_a_form_refused_as_a_whole_shows_what_was_kept_too(served: Served) -> None:
    card = await served.announce()
    fill_in(await open_form(served, AMINA, card), promise=NAMED)
    await served.driver.submit(AMINA)
    await flag(served, TOMOS, card)
    with closing(raw_connection(served.database.file)) as raw:
        raw.execute("DELETE FROM policy_keys")
        raw.execute("UPDATE policies SET sealed_on = '2026-11-23'")
        raw.commit()
    await served.driver.submit(TOMOS)
    assert "Your text is still here." in seen(served, TOMOS)
    assert BECAUSE in seen(served, TOMOS)
    assert REMEDY in seen(served, TOMOS)


async def test_how_people_are_protected_opens_on_top_of_the_form(served: Served) -> None:
    form = await open_form(served, AMINA, await served.announce())
    form.write("Why?", BECAUSE)
    await served.driver.press_in_window(AMINA, "How you are protected")
    window = served.workspace.window(AMINA)
    assert [len(window.views), title(window.top.json)] == [2, "How you are protected"]
    window.close()
    assert window.top.text("Why?") == BECAUSE


async def test_my_flags_open_in_a_modal_and_one_is_withdrawn_there(served: Served) -> None:
    await flag(served, AMINA, await served.announce())
    served.workspace.window(AMINA).views.clear()
    assert (await served.driver.command(AMINA, CHANNEL, "mine")).text == ""
    assert BECAUSE in seen(served, AMINA)
    await served.driver.press_in_window(AMINA, "Withdraw")
    assert title(served.workspace.window(AMINA).top.json) == "Withdraw your flag?"
    await served.driver.press_in_window(AMINA, "Withdraw my flag")
    assert title(served.workspace.window(AMINA).top.json) == "Flag withdrawn"
    assert len(served.workspace.window(AMINA).views) == 2


@pytest.mark.parametrize("code", ["hash_conflict", "not_found"])
async def test_a_modal_that_changed_or_was_closed_is_not_updated(served: Served, code: str) -> None:
    await flag(served, AMINA, await served.announce())
    served.workspace.window(AMINA).views.clear()
    await served.driver.command(AMINA, CHANNEL, "mine")
    await served.driver.press_in_window(AMINA, "Withdraw")
    stood = served.workspace.window(AMINA).top.json
    served.slack.plan("views.update", Refuse(code))
    assert (await served.driver.press_in_window(AMINA, "Withdraw my flag")).status == 200
    (asked,) = served.slack.asked("views.update")
    assert (asked["view_id"], asked["hash"]) == (stood["id"], stood["hash"])


async def test_a_flag_reaches_slack_in_no_message(served: Served) -> None:
    await flag(served, AMINA, await served.announce())
    await served.worker.tick()
    sent = [each.given for each in served.slack.calls if each.method.startswith("chat.")]
    assert not any(BECAUSE in str(each) for each in sent)
    assert served.workspace.ephemerals == []
    assert served.workspace.direct(AMINA) is None


async def test_a_fourth_window_does_not_cost_what_was_typed(served: Served) -> None:
    card = await served.announce()
    await served.driver.press(AMINA, CHANNEL, card, "See flags")
    window = served.workspace.window(AMINA)
    await served.driver.press_in_window(AMINA, "Give your view")
    window.views.insert(0, OpenView({**window.views[0].json, "id": "V0BELOW"}))
    window.top.write("Why?", BECAUSE)
    await served.driver.press_in_window(AMINA, "How you are protected")
    assert len(window.views) == 3
    assert "We never log or export" in seen(served, AMINA)
    assert window.top.text("Why?") == BECAUSE
    assert window.top.labels()[0] == "Who can know this is from you?"


async def test_the_pages_of_a_list_turn_in_one_window(served: Served) -> None:
    """Slack stacks three modals: a page that opened on top of another would end the list after three."""
    await served.announce()
    many = [Announcement(f"Policy {n}", "", f"https://example.org/{n}", None) for n in range(44)]
    await served.dispatcher.announce(many, owner="helen.marsh@example.org")
    await served.driver.event(
        {"type": "app_home_opened", "user": AMINA, "channel": "D0", "tab": "home", "event_ts": "1.1"}
    )
    await served.driver.press_at_home(AMINA, "See open policies")
    window, read = served.workspace.window(AMINA), set()
    for page in range(1, 6):
        assert len(window.views) == 1
        read |= {line for line in seen(served, AMINA).splitlines() if line.startswith("Policy ")}
        if page < 5:
            await served.driver.press_in_window(AMINA, f"See the next {10 if page < 4 else 5} policies")
    assert read == {each.title for each in many}
    await served.driver.press_in_window(AMINA, "See the first 10 policies")
    assert "Here are 1 to 10 of 45 policies." in seen(served, AMINA)


# What goes wrong.


async def test_a_form_that_opens_too_late_is_said_with_a_button_that_opens_it(served: Served) -> None:
    card = await served.announce()
    served.slack.plan("views.open", Refuse("expired_trigger_id"))
    await served.driver.press(AMINA, CHANNEL, card, "Give your view")
    said = served.slack.responses[-1]
    assert said.user == AMINA
    assert said.message["response_type"] == "ephemeral"
    assert LATE in text(said.message["blocks"])
    await served.driver.press_for_them(AMINA, CHANNEL, said.message, "Open the form")
    assert title(served.workspace.window(AMINA).top.json) == "Is this deliverable?"


async def test_on_the_home_tab_it_is_said_there(served: Served) -> None:
    await served.announce()
    event = {"type": "app_home_opened", "user": AMINA, "channel": "D0AMINA", "tab": "home", "event_ts": "1.1"}
    await served.driver.event(event)
    for _ in range(2):
        served.slack.plan("views.open", Refuse("expired_trigger_id"))
        assert (await served.driver.press_at_home(AMINA, "Show my flags")).status == 200
        shown = text(served.workspace.homes[AMINA]["blocks"])
        assert shown.count(LATE) == 1
        assert "Single parking permit" in shown
    await served.driver.press_at_home(AMINA, "Open the form")
    assert title(served.workspace.window(AMINA).top.json) == "My flags"


async def test_of_a_shortcut_it_is_said_to_them_in_private(served: Served) -> None:
    served.slack.plan("views.open", Refuse("expired_trigger_id"))
    payload = envelopes.shortcut(served.slack, TOMOS, "announce_a_policy")
    assert (await served.driver.interact(payload)).status == 200
    (said,) = served.workspace.ephemerals
    direct = served.workspace.direct(TOMOS)
    assert direct is not None
    assert (said.user, said.channel) == (TOMOS, direct.id)
    assert LATE in text(said.message["blocks"])
    await served.driver.press_for_them(TOMOS, direct.id, said.message, "Open the form")
    assert "Announce" in title(served.workspace.window(TOMOS).top.json)


@pytest.mark.parametrize("fault", [TooFast(30), Refuse("missing_scope")], ids=str)
async def test_a_refused_modal_is_reported_to_the_person(served: Served, fault: TooFast | Refuse) -> None:
    card = await served.announce()
    served.slack.plan("views.open", fault)
    assert (await served.driver.press(AMINA, CHANNEL, card, "Give your view")).status == 200
    assert LATE in text(served.slack.responses[-1].message["blocks"])


async def test_the_same_click_twice_opens_one_modal_and_nothing_else(served: Served) -> None:
    card = await served.announce()
    message = served.workspace.channels[CHANNEL].message(card)
    assert message is not None
    button = next(each for each in envelopes.buttons(message["blocks"]) if each["text"]["text"] == "Give your view")
    payload = envelopes.pressed_on_message(served.slack, AMINA, CHANNEL, message, button)
    for _ in range(2):
        assert (await served.driver.interact({**payload, "is_enterprise_install": False})).status == 200
        served.clock.move(timedelta(seconds=1))
    assert len(served.workspace.window(AMINA).views) == 1
    assert served.slack.responses == []


@pytest.mark.parametrize("fault", [Broken(), Drop(taken=False), Drop(taken=True)], ids=str)
async def test_if_it_is_unknown_whether_a_modal_opened_the_click_fails(served: Served, fault: Broken | Drop) -> None:
    card = await served.announce()
    served.slack.plan("views.open", fault)
    assert (await served.driver.press(AMINA, CHANNEL, card, "Give your view")).status == 500


async def test_a_hanging_slack_delays_nobody_else(served: Served) -> None:
    card = await served.announce()
    served.slack.plan("views.open", Hang())
    waiting = asyncio.create_task(served.driver.press(AMINA, CHANNEL, card, "Give your view"))
    await served.slack.called("views.open")
    assert (await flag(served, TOMOS, card)).status == 200
    served.slack.let_go()
    assert (await waiting).status == 200
    assert served.number_of("flags") == 1


async def test_a_click_is_answered_although_slack_hangs_and_logged_in_one_line(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    card = await served.announce()
    caplog.clear()
    monkeypatch.setattr(served.adapter._quick_web_api, "_timeout", aiohttp.ClientTimeout(total=0.2))
    served.slack.plan("views.open", Hang())
    assert (await served.driver.press(AMINA, CHANNEL, card, "Give your view")).status == 500
    assert [(each.levelname, each.getMessage()) for each in caplog.records if each.name.startswith("adapters")] == [
        ("WARNING", "A request from Slack failed: TimeoutError")
    ]


async def test_when_nothing_can_be_saved_the_form_stays_and_says_so(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await open_form(served, AMINA, await served.announce())
    fill_in(form)
    with monkeypatch.context() as away:
        unplug(served, away)
        assert (await served.driver.submit(AMINA)).status == 200
    window = served.workspace.window(AMINA).top
    assert list(window.errors.values()) == [DOWN]
    assert window.text("Why?") == BECAUSE
    await served.driver.submit(AMINA)
    assert served.number_of("flags") == 1


async def test_with_the_database_away_the_person_who_clicks_is_told(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = await served.announce()
    with monkeypatch.context() as away:
        unplug(served, away)
        await served.driver.press(AMINA, CHANNEL, card, "Give your view")
        assert DOWN in seen(served, AMINA)
        said = await served.driver.command(AMINA, CHANNEL, "help")
        assert DOWN in said.json["text"]
        event = {"type": "app_home_opened", "user": AMINA, "channel": "D1", "tab": "home", "event_ts": "1.1"}
        assert (await served.driver.event(event)).status == 200
    assert DOWN in text(served.workspace.homes[AMINA]["blocks"])


async def test_a_fault_of_our_own_leaves_the_form_as_it_is(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_in(await open_form(served, AMINA, await served.announce()))

    async def fails(*_: object) -> None:
        raise ValueError(BECAUSE)

    with monkeypatch.context() as broken:
        broken.setattr(served.dispatcher, "submit", fails)
        answer = await served.driver.submit(AMINA)
    assert (answer.status, answer.text) == (500, "")
    assert served.workspace.window(AMINA).top.text("Why?") == BECAUSE


async def test_an_outdated_button_shows_the_current_home(served: Served) -> None:
    card = await served.announce()
    message = served.workspace.channels[CHANNEL].message(card)
    assert message is not None
    button = {**envelopes.buttons(message["blocks"])[0], "value": "vote:7"}
    message["blocks"].append({"type": "actions", "block_id": "old", "elements": [button]})
    payload = envelopes.pressed_on_message(served.slack, AMINA, CHANNEL, message, button)
    assert (await served.driver.interact(payload)).status == 200
    assert "This has changed since. Here is how it stands now." in seen(served, AMINA)


async def test_a_foreign_modal_is_answered(served: Served) -> None:
    form = await open_form(served, AMINA, await served.announce())
    fill_in(form)
    payload = envelopes.submitted(served.slack, AMINA)
    for private in ("", "{", "[]", '{"intent": "vote:7", "nonce": "", "channel": ""}'):
        answer = await served.driver.interact({**payload, "view": {**payload["view"], "private_metadata": private}})
        assert answer.json["response_action"] == "update"
        assert BECAUSE in answer.text
    assert served.number_of("flags") == 0


# Who asks.


def newcomer(served: Served, *, restricted: bool = False) -> str:
    """Somebody who has joined the channel since its roster was read."""
    user = served.workspace.add_user(User("U0NEW", "Nia Price", "nia.price@example.org", restricted=restricted)).id
    served.workspace.channels[CHANNEL].members.append(user)
    return user


def of_people(served: Served) -> tuple[list[object], ...]:
    """Every row about people."""
    with closing(raw_connection(served.database.file)) as raw:
        tables = ("people", "identities", "newcomers_keys", "channels")
        return tuple(raw.execute(f"SELECT * FROM {each}").fetchall() for each in tables)


async def test_a_newcomer_flags_at_once_and_no_row_is_made_because_they_pressed(served: Served) -> None:
    card, new = await served.announce(), newcomer(served)
    before = of_people(served)
    calls(served)
    assert (await flag(served, new, card)).status == 200
    assert served.number_of("flags") == 1
    asked = [each for each in calls(served) if each.startswith(("users.", "conversations."))]
    assert asked == ["users.conversations", "users.info"], "two requests, however many members there are"
    assert of_people(served) == before
    await served.driver.command(new, CHANNEL, "mine")
    assert BECAUSE in seen(served, new)
    await served.adapter.daily()
    assert len(of_people(served)[1]) == len(before[1]) + 1
    await served.driver.command(new, CHANNEL, "mine")
    assert BECAUSE in seen(served, new), "the account has kept the secret that it wrote with"


async def test_a_guest_who_is_a_newcomer_is_a_guest(served: Served) -> None:
    card, new = await served.announce(), newcomer(served, restricted=True)
    await served.driver.press(new, CHANNEL, card, "Give your view")
    assert "Only members of" in seen(served, new)


async def test_a_person_in_no_channel_is_told_so_and_looked_up_once(served: Served) -> None:
    await served.announce()
    served.workspace.add_user(User("U0ELSE", "Somebody Else"))
    served.workspace.add_channel(Channel("C0OTHER", "other", members=["U0ELSE"]), with_bot=False)
    calls(served)
    for _ in range(3):
        said = await served.driver.command("U0ELSE", "C0OTHER", "help")
        assert NOT_MET in said.json["text"]
        served.clock.move(timedelta(seconds=1))
    made = calls(served)
    assert made.count("users.conversations") == 1
    assert "conversations.members" not in made
    assert "users.info" not in made


async def test_a_newcomer_is_waited_for_a_moment_only(served: Served) -> None:
    card, new = await served.announce(), newcomer(served)
    served.slack.plan("users.conversations", Hang())
    newcomers.PATIENCE_SECONDS = 0.1
    assert (await served.driver.press(new, CHANNEL, card, "Give your view")).status == 200
    newcomers.PATIENCE_SECONDS = 30.0
    said = served.slack.responses[-1].message
    assert LATE in text(said["blocks"])
    served.slack.let_go()
    await served.adapter.settled()
    await served.driver.press_for_them(new, CHANNEL, said, "Open the form")
    assert title(served.workspace.window(new).top.json) == "Is this deliverable?"


async def test_a_newcomer_who_cannot_be_looked_up_can_try_again(served: Served) -> None:
    card, new = await served.announce(), newcomer(served)
    served.slack.plan("users.info", TooFast(1))
    await served.driver.press(new, CHANNEL, card, "Give your view")
    said = served.slack.responses[-1].message
    assert LATE in text(said["blocks"])
    await served.driver.press_for_them(new, CHANNEL, said, "Open the form")
    assert title(served.workspace.window(new).top.json) == "Is this deliverable?"


async def test_members_of_other_workspaces_are_guests(served: Served) -> None:
    card = await served.announce()
    message = served.workspace.channels[CHANNEL].message(card)
    assert message is not None
    button = next(each for each in envelopes.buttons(message["blocks"]) if each["text"]["text"] == "Give your view")
    payload = envelopes.pressed_on_message(served.slack, KEZIA, CHANNEL, message, button, team="T0ELSEWHERE")
    await served.driver.interact(payload)
    assert "can send flags here" in seen(served, KEZIA)


# Other ways in.


@pytest.mark.parametrize(
    ("word", "called"),
    [("announce", "Announce a policy"), ("MINE", "My flags"), ("  settings ", ""), ("digest", "")],
)
async def test_the_words_of_the_command_open_modals(served: Served, word: str, called: str) -> None:
    await served.announce()
    answer = await served.driver.command(OWNER, CHANNEL, word)
    assert (answer.status, answer.text) == (200, "")
    assert called in title(served.workspace.window(OWNER).top.json)


@pytest.mark.parametrize("typed", ["", "help", "HELP"])
async def test_help_is_ephemeral(served: Served, typed: str) -> None:
    answer = await served.driver.command(AMINA, CHANNEL, typed)
    assert answer.json["response_type"] == "ephemeral"
    assert "What you can do here" in text(answer.json["blocks"])


async def test_typed_text_is_answered_with_the_button_and_not_stored(served: Served) -> None:
    await served.announce()
    typed = "the supplier cannot deliver this by April"
    answer = await served.driver.command(AMINA, CHANNEL, typed)
    assert answer.json["response_type"] == "ephemeral"
    assert "I cannot take flags as messages, because Slack keeps them." in text(answer.json["blocks"])
    direct = served.workspace.add_channel(Channel("D0AMINA", with_user=AMINA, members=[AMINA]))
    event = {"type": "message", "channel_type": "im", "user": AMINA, "channel": direct.id, "ts": "1.2"}
    assert (await served.driver.event({**event, "text": typed, "client_msg_id": "c", "team": "T0001"})).status == 200
    assert "delete it if it should not be there" in text(served.workspace.ephemerals[-1].message["blocks"])
    assert "thread_ts" not in served.workspace.ephemerals[-1].message
    assert typed.encode() not in served.database.file.read_bytes()
    log = served.database.file.with_name(served.database.file.name + "-wal")
    assert not log.exists() or typed.encode() not in log.read_bytes()


async def test_what_is_typed_in_a_thread_is_answered_there(served: Served) -> None:
    direct = served.workspace.add_channel(Channel("D0AMINA", with_user=AMINA, members=[AMINA]))
    event = {"type": "message", "channel_type": "im", "user": AMINA, "channel": direct.id, "ts": "1.2"}
    thread = {"thread_ts": "1.1", "parent_user_id": served.workspace.bot_user}
    assert (await served.driver.event({**event, **thread, "text": "We will move the date."})).status == 200
    assert served.workspace.ephemerals[-1].message["thread_ts"] == "1.1"


async def test_what_is_said_of_a_click_in_a_thread_is_said_there(served: Served) -> None:
    card = await served.announce()
    message = served.workspace.channels[CHANNEL].message(card)
    assert message is not None
    message["thread_ts"] = "1.1"
    served.slack.plan("views.open", Refuse("expired_trigger_id"))
    await served.driver.press(AMINA, CHANNEL, card, "Give your view")
    assert served.slack.responses[-1].message["thread_ts"] == "1.1"


async def test_messages_of_bots_and_edits_are_ignored(served: Served) -> None:
    direct = served.workspace.add_channel(Channel("D0AMINA", with_user=AMINA, members=[AMINA]))
    event = {"type": "message", "channel_type": "im", "channel": direct.id, "ts": "1.2", "text": "x"}
    for more in (
        {"bot_id": "B0OTHER", "user": "U0OTHERBOT"},
        {"subtype": "message_changed", "message": {"user": AMINA, "text": "x"}},
        {"subtype": "message_deleted"},
        {"user": served.workspace.bot_user},
        {"user": AMINA, "channel_type": "channel"},
    ):
        assert (await served.driver.event({**event, **more})).status == 200
    assert served.workspace.ephemerals == []


async def test_a_message_prefills_an_announcement(served: Served) -> None:
    said = "*Single* parking &amp; permits <https://example.org/p|read it>\n<!channel> from April"
    message = {"type": "message", "user": OWNER, "ts": "1765270800.000100", "team": "T0001", "text": said}
    payload = envelopes.message_action(served.slack, TOMOS, CHANNEL, message, "ask_if_deliverable")
    assert (await served.driver.interact(payload)).status == 200
    form = served.workspace.window(TOMOS).top
    assert form.text("Title") == "*Single* parking & permits read it (https://example.org/p)"
    assert "@channel from April" in form.text("Summary")
    assert f"https://digital.127.0.0.1/archives/{CHANNEL}/p1765270800000100" in str(form.state())


async def test_a_quoted_message_names_people_and_channels_but_not_the_bot(served: Served) -> None:
    own = served.slack.workspace.bot_user
    said = f"<@{own}> <@{OWNER}> has announced it in <#{CHANNEL}>, with <@U0GONE>"
    message = {"type": "message", "user": OWNER, "ts": "1765270800.000100", "team": "T0001", "text": said}
    payload = envelopes.message_action(served.slack, TOMOS, CHANNEL, message, "ask_if_deliverable")
    assert (await served.driver.interact(payload)).status == 200
    owner, channel = served.workspace.users[OWNER].name, served.workspace.channels[CHANNEL].name
    title_of_form = served.workspace.window(TOMOS).top.text("Title")
    assert title_of_form == f"@{owner} has announced it in #{channel}, with someone"


async def test_the_global_shortcut_opens_the_announce_form(served: Served) -> None:
    payload = envelopes.shortcut(served.slack, TOMOS, "announce_a_policy")
    assert (await served.driver.interact(payload)).status == 200
    assert "Announce" in title(served.workspace.window(TOMOS).top.json)


async def test_the_home_tab_is_published_when_opened_and_contains_no_flag(served: Served) -> None:
    await flag(served, AMINA, await served.announce())
    calls(served)
    event = {"type": "app_home_opened", "user": AMINA, "channel": "D0AMINA", "tab": "home", "event_ts": "1.1"}
    assert (await served.driver.event(event)).status == 200
    assert calls(served) == ["views.publish"]
    shown = text(served.workspace.homes[AMINA]["blocks"])
    assert "Single parking permit" in shown
    assert BECAUSE not in shown
    assert (await served.driver.event({**event, "tab": "messages"})).status == 200
    assert calls(served) == []


async def test_a_link_to_our_own_page_unfurls_as_the_card(served: Served) -> None:
    ts = await served.announce()
    message = served.workspace.channels[CHANNEL].message(ts)
    assert message is not None
    value = envelopes.buttons(message["blocks"])[0]["value"]
    policy = UUID(value.split(":")[1])
    ours, other = f"{PUBLIC_URL}/policies/{policy}", f"{PUBLIC_URL}/policies/{UUID(int=7)}"
    links = [{"url": each, "domain": "deliverable.example.org"} for each in (ours, other, f"{PUBLIC_URL}/policies/x")]
    event = {"type": "link_shared", "channel": CHANNEL, "user": AMINA, "message_ts": "1.5", "links": links}
    assert (await served.driver.event({**event, "is_bot_user_member": True})).status == 200
    unfurled = served.workspace.unfurls[-1]
    assert list(unfurled["unfurls"]) == [ours]
    assert (unfurled["channel"], unfurled["ts"]) == (CHANNEL, "1.5")
    shown = text(unfurled["unfurls"][ours]["blocks"])
    assert "Single parking permit" in shown
    assert "Announced" in shown
    assert "Helen Marsh" not in str(unfurled)
    by_id = {**event, "unfurl_id": "C0.1.a", "source": "conversations_history"}
    assert (await served.driver.event(by_id)).status == 200
    assert (served.workspace.unfurls[-1]["unfurl_id"], "ts" in served.workspace.unfurls[-1]) == ("C0.1.a", False)
    before = len(served.workspace.unfurls)
    composing = {**by_id, "channel": "COMPOSER", "source": "composer"}
    assert (await served.driver.event(composing)).status == 200
    assert len(served.workspace.unfurls) == before, "nobody knows who will read what is being written"


async def test_turning_reactions_on_says_how_to_allow_them_where_that_was_left_out(served: Served) -> None:
    with closing(raw_connection(served.database.file)) as raw:
        (channel_id,) = raw.execute("SELECT id FROM channels").fetchone()
    where, actor = ChannelSettings(UUID(channel_id)), Actor("slack", served.workspace.id, ADMIN, CHANNEL)
    switches = {"guests": ("no",), "digests": ("no",), "reactions": ("yes",)}
    answers = {"promises": ("confidential",), "floor": ("5",), **switches}
    allowed = str(await served.dispatcher.submit(where, answers, actor, "a"))
    installed = await served.connections.installed("slack", served.workspace.id)
    assert installed is not None
    kept = {**installed.secrets, "lacks": "reactions"}
    await served.connections.install("slack", served.workspace.id, "Digital", kept)
    denied = str(await served.dispatcher.submit(where, answers, actor, "b"))
    assert "Settings saved." in allowed
    assert "reactions" not in allowed.casefold()
    assert "Slack does not tell Deliverable of them" in denied
    assert "allows it to view reactions" in denied


async def test_a_reaction_is_ignored_unless_an_admin_turned_answers_on(served: Served) -> None:
    assert (await _react(served, await served.announce())).status == 200
    assert served.workspace.ephemerals == []


async def _react(served: Served, ts: str, user: str = AMINA) -> Answer:
    event = {
        "type": "reaction_added",
        "user": user,
        "reaction": "thumbsdown",
        "item_user": served.workspace.bot_user,
        "item": {"type": "message", "channel": CHANNEL, "ts": ts},
        "event_ts": "1.1",
    }
    return await served.driver.event(event)


async def test_a_reaction_is_answered_to_that_person_only_if_turned_on(served: Served) -> None:
    ts = await served.announce()
    with closing(raw_connection(served.database.file)) as raw:
        raw.execute("UPDATE channels SET reactions = 1")
    assert (await _react(served, ts)).status == 200
    said = served.workspace.ephemerals[-1]
    assert (said.user, said.channel) == (AMINA, CHANNEL)
    assert "Your reaction is public" in text(said.message["blocks"])
    assert (await _react(served, "1.1")).status == 200
    assert len(served.workspace.ephemerals) == 1


async def test_a_reaction_of_an_unknown_person_is_ignored_without_a_lookup(served: Served) -> None:
    ts = await served.announce()
    with closing(raw_connection(served.database.file)) as raw:
        raw.execute("UPDATE channels SET reactions = 1")
    served.clock.move(timedelta(minutes=2))
    calls(served)
    assert (await _react(served, ts, "U0NOBODY")).status == 200
    await served.adapter.settled()
    assert calls(served) == []


async def test_an_event_that_slack_certainly_did_not_let_us_answer_comes_again(served: Served) -> None:
    event = {"type": "app_home_opened", "user": AMINA, "channel": "D0AMINA", "tab": "home", "event_ts": "1.1"}
    served.slack.plan("views.publish", TooFast(1))
    assert (await served.driver.event(event)).status == 500
    assert (await served.driver.event(event, retry=1)).status == 200
    assert AMINA in served.workspace.homes


# Digests.


async def press_download(served: Served) -> Answer:
    """Give a flag, send its owner the digest, and press Download CSV."""
    fill_in(
        await open_form(served, AMINA, await served.announce(OTHER)),
        promise=NAMED,
    )
    await served.driver.submit(AMINA)
    served.clock.move(timedelta(days=8))
    await served.worker.tick()
    direct = served.workspace.direct(OWNER)
    assert direct is not None
    digest = next(each for each in reversed(direct.messages) if "Download CSV" in text(each["blocks"]))
    answer = await served.driver.press(OWNER, direct.id, digest["ts"], "Download CSV")
    await served.adapter.settled()
    return answer


async def test_a_digest_changes_when_it_is_answered(served: Served) -> None:
    card = await served.announce()
    fill_in(await open_form(served, AMINA, card), promise=NAMED)
    await served.driver.submit(AMINA)
    served.clock.move(timedelta(days=1))
    await served.worker.tick()
    direct = served.workspace.direct(OWNER)
    assert direct is not None
    digest = next(each for each in reversed(direct.messages) if "Download CSV" in text(each["blocks"]))
    assert "1 flag needs your answer" in text(digest["blocks"])
    await served.driver.press(OWNER, direct.id, digest["ts"], "Answer")
    form = served.workspace.window(OWNER).top
    form.choose("What is your answer?", "Already handled")
    form.write("Your answer", "The contracts were extended.")
    await served.driver.submit(OWNER)
    served.clock.move(timedelta(seconds=5))
    await served.worker.tick()
    now = direct.message(digest["ts"])
    assert now is not None
    assert "The 1 flag in this digest has been answered." in text(now["blocks"])
    assert len([each for each in direct.messages if "Download CSV" in text(each["blocks"])]) == 1


async def test_a_digest_is_uploaded_as_a_file(served: Served) -> None:
    assert (await press_download(served)).status == 200
    file = next(iter(served.workspace.files.values()))
    direct = served.workspace.direct(OWNER)
    assert direct is not None
    assert file.channels == [direct.id]
    assert BECAUSE.encode() in (file.content or b"")


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
@pytest.mark.parametrize("fault", [Refuse("missing_scope"), TooFast(30), Broken(), Drop(taken=False)], ids=str)
async def test_a_failed_upload_is_reported_to_the_person(
    served: Served, method: str, fault: Refuse | TooFast | Broken | Drop
) -> None:
    served.slack.plan(method, fault)
    assert (await press_download(served)).status == 200
    said = served.slack.responses[-1]
    assert said.user == OWNER
    assert "The file could not be sent" in text(said.message["blocks"])


OTHER = Announcement("Same-day address change", "Tell one public body that you have moved.", "", None)
