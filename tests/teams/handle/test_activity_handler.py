"""What people do in Teams and what happens, over HTTP with all checks on; and the answers to bad input."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest

from adapters.teams.draw import button_data
from adapters.teams.draw.button_data import KEY
from bot.interface.intents import AcknowledgeAll, AnswerFlags, GiveView, MyFlags, Settle, WithdrawFlag
from bot.interface.unavailable import Unavailable
from bot.people.connections import UNNAMED
from bot.screens import refusals as says
from bot.screens.notice import channel_lost
from bot.screens.notice.not_met import NOT_MET
from storage.boxes import BoxedFlag
from tests.teams.acting import FLAG, TYPED, button, every_intent, fill, flag, in_dialog, said, shown
from tests.teams.activities import activity, installed, invoke, members_added, typed
from tests.teams.client import Client, dialog_in
from tests.teams.provider import APP, TENANT, Posted, Provider, Trouble
from tests.teams.tenant import Tenant, metadata, policy_of, tenant

ACTION, FETCH, SUBMIT = "adaptiveCard/action", "task/fetch", "task/submit"


PAYLOAD: dict[str, Any] = {
    "id": "1700000000001",
    "subject": None,
    "linkToMessage": "https://teams.example/l/message/19:x/1700000000001?tenantId=t&parentMessageId=1",
    "body": {
        "contentType": "html",
        "content": "<div><p>Digital <b>fishing</b> licence</p><p>Anglers show it on a &lt;telephone&gt;.<br>Soon.</p>"
        "<script>alert(1)</script><attachment id='1'>x</attachment></div>",
    },
}
"""A message as a command on it is given it."""


ENDS = ["removed", "left", "channelDeleted", "teamDeleted", "teamHardDeleted", "teamArchived"]


def ending(office: Tenant, how: str) -> dict[str, Any]:
    """What Teams says when the app or the channel is gone."""
    priya, provider = office.people["priya"], office.provider
    if how == "removed":
        return installed(provider, priya, office.channel, action="remove")
    if how == "left":
        sent = members_added(provider, priya, office.channel)
        return {**sent, "membersRemoved": [{"id": f"28:{APP}"}]}
    sent = activity(provider, priya, office.channel, type="conversationUpdate")
    sent["channelData"]["eventType"] = how
    return sent


class TestInstalling:
    async def test_a_team_is_connected_and_told_what_can_be_done(self, bare: Tenant) -> None:
        await bare.install()
        (channel,) = bare.rows("channels")
        assert (channel["address"], channel["name"], channel["members"]) == (bare.channel, "Housing, Design", 4)
        (welcome,) = bare.provider.visible(bare.channel)
        assert "What you can do here" in said(welcome.card)

    async def test_the_chosen_channel_is_connected(self, bare: Tenant) -> None:
        team = bare.provider.team_of(bare.channel)
        chosen = bare.provider.channel([bare.people["priya"], bare.people["ben"]], name="Service design", team=team)
        sent = installed(bare.provider, bare.people["priya"], bare.channel)
        sent["channelData"]["settings"] = {"selectedChannel": {"id": chosen}}
        assert await bare.post(sent) == (200, None)
        (channel,) = bare.rows("channels")
        assert (channel["address"], channel["name"]) == (chosen, "Housing, Service design")
        assert bare.provider.visible(chosen)
        assert not bare.provider.visible(bare.channel)

    async def test_who_added_the_app_to_a_team_or_removed_it_is_in_the_audit_log_and_who_has_it_is_not(
        self, bare: Tenant
    ) -> None:
        provider, priya = bare.provider, bare.people["priya"]
        await bare.install()
        await bare.post(installed(provider, priya, bare.channel, action="add-upgrade"))
        await bare.post(installed(provider, bare.people["ben"]))
        await bare.post(installed(provider, bare.people["ben"], action="remove"))
        sent = installed(provider, priya, bare.channel, action="remove")
        provider.channels.pop(bare.channel)
        await bare.post(sent)
        (channel,) = bare.rows("channels")
        found = sorted(bare.rows("audit"), key=lambda each: each["number"])
        assert [(each["who"], each["act"], each["subject"]) for each in found] == [
            (f"teams/{TENANT}/{priya.aad}", act, f"teams {UUID(str(channel['id']))}")
            for act in ("add-app", "remove-app")
        ]

    async def test_a_new_version_is_not_announced(self, office: Tenant) -> None:
        before = len(office.provider.visible(office.channel))
        await office.post(installed(office.provider, office.people["priya"], office.channel, action="add-upgrade"))
        assert len(office.provider.visible(office.channel)) == before

    async def test_a_person_who_installs_the_app_is_known_and_shown_their_home(self, office: Tenant) -> None:
        card = await office.announce()
        nobody = office.client("nobody")
        await nobody.presses(button(card.card, "Give your view"), card)
        assert NOT_MET in shown(nobody)
        await office.post(installed(office.provider, office.people["nobody"]))
        (home,) = office.chat("nobody")
        assert "Open policies" in said(home.card)
        assert "Single parking permit" not in said(home.card), "they are in no channel that it was announced in"
        assert [each["connected"] for each in office.rows("channels")] == [True]

    async def test_adding_the_bot_to_a_team_connects_it_silently(self, bare: Tenant) -> None:
        await bare.post(members_added(bare.provider, bare.people["priya"], bare.channel, f"28:{APP}"))
        assert [each["connected"] for each in bare.rows("channels")] == [True]
        assert not bare.provider.messages

    @pytest.mark.parametrize("how", ENDS)
    async def test_nothing_is_posted_where_the_bot_is_gone(self, office: Tenant, how: str) -> None:
        sent = ending(office, how)
        del office.provider.channels[office.channel]
        assert await office.post(sent) == (200, None)
        assert [each["connected"] for each in office.rows("channels")] == [False]
        assert [each["screen"] for each in office.rows("deliveries")] == [channel_lost.SCREEN]

    @pytest.mark.parametrize("how", ENDS)
    async def test_an_end_that_is_told_late_or_again_ends_nothing(self, office: Tenant, how: str) -> None:
        """As when the app was removed and added again, and Teams repeats what it said in between."""
        for _ in range(2):
            assert await office.post({**ending(office, how), "id": str(uuid4())}) == (200, None)
        assert [each["connected"] for each in office.rows("channels")] == [True]
        assert office.rows("deliveries") == []
        office.provider.trouble("members", Trouble(503))
        await office.post({**ending(office, how), "id": str(uuid4())})
        assert [each["connected"] for each in office.rows("channels")] == [True], "it could not be looked at"

    async def test_another_member_leaving_disconnects_nothing(self, office: Tenant) -> None:
        sent = members_added(office.provider, office.people["priya"], office.channel)
        sent["membersRemoved"] = [{"id": office.people["ben"].mri}]
        await office.post(sent)
        assert [each["connected"] for each in office.rows("channels")] == [True]

    async def test_a_channel_is_called_what_its_team_calls_it(self, bare: Tenant) -> None:
        provider, priya = bare.provider, bare.people["priya"]
        team = provider.team_of(bare.channel)
        team.name = "Platform"
        first = provider.channel([priya], name=None)
        provider.team_of(first).name = "Parking"
        unlisted = provider.channel([priya], name="Hidden", team=team)
        del team.channels[unlisted]
        for each in (bare.channel, first):
            await bare.post(installed(provider, priya, each))
        sent = activity(provider, priya, bare.channel, type="installationUpdate", action="add")
        sent["conversation"]["id"] = sent["channelData"]["channel"]["id"] = unlisted
        await bare.post(sent)
        found = {each["address"]: each["name"] for each in bare.rows("channels")}
        assert found == {bare.channel: "Platform, Design", first: "Parking, General", unlisted: "Platform"}

    async def test_a_channel_whose_name_cannot_be_read_has_it_later(self, bare: Tenant) -> None:
        bare.provider.trouble("team", Trouble(500))
        bare.provider.trouble("channels", Trouble(500))
        await bare.install()
        assert [each["name"] for each in bare.rows("channels")] == [UNNAMED]
        await bare.client("ben").types("help", bare.channel)
        assert [each["name"] for each in bare.rows("channels")] == ["Housing, Design"]

    def renamed(self, office: Tenant, kind: str, **more: Any) -> dict[str, Any]:
        """An event about the name of a team or of a channel."""
        sent = activity(office.provider, office.people["priya"], office.channel, type="conversationUpdate")
        sent["channelData"] |= {"eventType": kind, **more}
        return sent

    @pytest.mark.parametrize("kind", ["channelRenamed", "teamRenamed"])
    async def test_renamed_channels_and_teams_have_their_new_names(self, office: Tenant, kind: str) -> None:
        team = office.provider.team_of(office.channel)
        other = office.provider.channel([office.people["ben"]], name="Research", team=team)
        await office.client("ben").types("help", other)
        before = office.provider.seen["members"]
        team.name, team.channels[office.channel] = "Homes", "Interaction design"
        assert await office.post(self.renamed(office, kind)) == (200, None)
        assert {each["name"] for each in office.rows("channels")} == {"Homes, Interaction design", "Homes, Research"}
        assert office.provider.seen["members"] == before

    async def test_an_event_names_what_the_list_does_not(self, office: Tenant) -> None:
        office.provider.trouble("channels", Trouble(500))
        named = {"id": office.channel, "name": "Research"}
        await office.post(self.renamed(office, "channelRenamed", channel=named))
        assert [each["name"] for each in office.rows("channels")] == ["Housing, Research"]

    async def test_what_cannot_be_asked_changes_no_name(self, office: Tenant) -> None:
        for operation in ("team", "channels"):
            office.provider.trouble(operation, Trouble(500))
        await office.post(self.renamed(office, "teamRenamed"))
        assert [each["name"] for each in office.rows("channels")] == ["Housing, Design"]

    async def test_another_channel_is_connected_by_mentioning_the_bot_there(self, office: Tenant) -> None:
        other = office.provider.channel([office.people["ben"]])
        await office.client("ben").types("help", other)
        assert {each["address"] for each in office.rows("channels")} == {office.channel, other}


async def test_ids_in_capital_letters_match_those_that_teams_sends(
    provider: Provider, migrated_sqlite_url: str
) -> None:
    async with tenant(provider, migrated_sqlite_url, tenant=TENANT.upper(), app_id=APP.upper()) as office:
        await office.install()
        card, asha = await office.announce(), office.client("asha")
        await asha.presses(button(card.card, "Give your view"), card)
        assert "Is this deliverable?" in shown(asha)
        await asha.types("home")
        assert "Single parking permit" in said(office.chat("asha")[-1].card)


class TestTyping:
    async def test_a_command_is_answered_with_a_button_that_opens_a_dialog(self, office: Tenant) -> None:
        for word, label in (
            ("announce", "Announce a policy"),
            ("mine", "Show my flags"),
            ("  Digest ", "See my newest digest"),
            ("SETTINGS", "Change settings"),
        ):
            for where in ("", office.channel):
                asha = office.client("asha")
                await asha.types(word, where)
                answer = office.provider.visible(where or asha.chat)[-1]
                assert "It opens in a window that only you see." in said(answer.card)
                await asha.presses(button(answer.card, label), answer)
                assert asha.dialog is not None, word

    async def test_help_and_an_empty_mention_are_answered_with_help(self, office: Tenant) -> None:
        for word in ("help", ""):
            await office.client("asha").types(word, office.channel)
            assert "What you can do here" in said(office.provider.visible(office.channel)[-1].card)

    @pytest.mark.parametrize(
        ("text", "said_of_it"),
        [
            ("<at>Deliverable</at>&nbsp;help\n", "<at>Deliverable</at>"),
            ("<at>Deliverable</at>\u00a0Help.", "<at>Deliverable</at>"),
            ("<at>Deliverable</at> /help", None),
            ('<at id="0">Deliverable</at> help', None),
            ("<at>Deliverable</at>", None),
            ("help <at>Deliverable</at>", "<at>Deliverable</at>"),
            ("<at>Deliverable</at>help", "<at>Deliverable</at>"),
        ],
    )
    async def test_a_mention_is_no_part_of_a_command(self, office: Tenant, text: str, said_of_it: str | None) -> None:
        mention: dict[str, Any] = {"type": "mention", "mentioned": {"id": f"28:{APP}", "name": "Deliverable"}}
        if said_of_it is not None:
            mention["text"] = said_of_it
        sent = typed(office.provider, office.people["asha"], "", office.channel)
        await office.post({**sent, "text": text, "entities": [mention]})
        assert "What you can do here" in said(office.provider.visible(office.channel)[-1].card)

    async def test_home_is_asked_for_in_a_channel_too(self, office: Tenant) -> None:
        await office.announce()
        asha = office.client("asha")
        await asha.types("Home", office.channel)
        answer = office.provider.visible(office.channel)[-1]
        assert "Single parking permit" not in said(answer.card)
        await asha.presses(button(answer.card, "See my home"), answer)
        assert "Single parking permit" in shown(asha)

    async def test_home_is_a_card_in_a_personal_chat(self, office: Tenant) -> None:
        await office.announce()
        await office.client("asha").types("hello")
        assert "Single parking permit" in said(office.chat("asha")[-1].card)

    async def test_anything_else_is_answered_by_where_flags_are_given_and_not_kept(
        self, office: Tenant, caplog: pytest.LogCaptureFixture
    ) -> None:
        await office.announce()
        caplog.set_level(logging.DEBUG)
        for where in ("", office.channel):
            await office.client("asha").types(TYPED, where)
            answer = office.provider.visible(where or office.client("asha").chat)[-1]
            assert "I cannot take flags as messages, because Teams keeps them." in said(answer.card)
            assert button(answer.card, "Give your view")
        assert "Zebulon" not in office.everything()
        assert "Zebulon" not in caplog.text
        assert not any("Zebulon" in str(each.activity) for each in office.provider.messages)

    async def test_a_repeated_activity_is_answered_once(self, office: Tenant) -> None:
        sent = typed(office.provider, office.people["asha"], "help")
        await asyncio.gather(*(office.post(sent) for _ in range(3)))
        assert len(office.chat("asha")) == 1
        await office.client("asha").types("help")
        assert len(office.chat("asha")) == 2

    async def test_a_failed_activity_is_answered_when_it_is_repeated(self, office: Tenant) -> None:
        sent = typed(office.provider, office.people["asha"], "help")
        office.provider.trouble("post", Trouble(status=502))
        for _ in range(2):
            assert await office.post(sent) == (200, None)
        assert len(office.chat("asha")) == 1

    async def test_an_unknown_person_is_told_so(self, office: Tenant) -> None:
        await office.client("nobody").types("home")
        assert NOT_MET in said(office.chat("nobody")[-1].card)


class TestFlags:
    async def test_a_flag_is_sent_and_the_card_shows_it_when_it_is_released(self, office: Tenant) -> None:
        card = await office.announce()
        asha = office.client("asha")
        await flag(asha, card, promise="named")
        assert "Your flag is saved. Priya Nair will see your name." in shown(asha)
        await asha.presses(in_dialog(asha, "Done"))
        assert asha.dialog is None
        await office.settle()
        assert "So far: 1 flag." in said(office.cards()[-1].card)
        assert office.cards()[-1].puts >= 1

    async def test_a_confidential_flag_writes_nothing_of_who_or_where(self, office: Tenant) -> None:
        card = await office.announce()
        posted, before = len(office.provider.messages), {name: office.rows(name) for name in metadata.tables}
        await flag(office.client("asha"), card)
        assert [each.texts.because for each in office.waiting() if isinstance(each, BoxedFlag)] == [TYPED]
        assert [name for name in metadata.tables if office.rows(name) != before[name]] == ["boxes"]
        (row,) = office.rows("boxes")
        told = b"".join(each if isinstance(each, bytes) else str(each).encode() for each in row.values())
        asha = office.people["asha"]
        for each in (asha.mri, asha.name, office.channel, "Zebulon"):
            assert each.encode() not in told
        (account,) = (each for each in office.rows("identities") if each["user"] == asha.aad)
        for one in (UUID(asha.aad), account["id"], account["person_id"], account["author_id"]):
            assert not [each for each in (one.bytes, one.hex.encode(), str(one).encode()) if each in told]
        # Nothing of it went to anybody, nor to any place.
        assert len(office.provider.messages) == posted

    async def test_closing_a_dialog_answers_nothing_at_all(self, office: Tenant) -> None:
        card = await office.announce()
        asha = office.client("asha")
        await flag(asha, card)
        await asha.presses(in_dialog(asha, "Done"))
        assert asha.dialog is None
        ben = office.client("ben")
        await ben.presses(button(card.card, "Give your view"), card)
        await ben.presses(in_dialog(ben, "Cancel"))
        assert ben.dialog is None
        for name in (SUBMIT, "composeExtension/submitAction"):
            sent = invoke(office.provider, office.people["asha"], name, {"data": button_data.closing()})
            assert await office.post(sent) == (200, None)

    async def test_a_form_with_errors_keeps_what_was_typed(self, office: Tenant) -> None:
        card = await office.announce()
        asha = office.client("asha")
        await flag(asha, card, promise="", evidence="not a link")
        text = shown(asha)
        assert "There is a problem" in text
        assert text.count(says.NO_PROMISE) == 2
        assert asha.dialog is not None
        assert asha.dialog.values["q-because"] == TYPED
        assert asha.dialog.values["q-evidence"] == "not a link"

    async def test_a_form_that_is_left_for_a_view_comes_back_as_it_was(self, office: Tenant) -> None:
        card = await office.announce()
        asha = office.client("asha")
        await asha.presses(button(card.card, "Give your view"), card)
        fill(asha, because=TYPED, verdict="if")
        await asha.presses(in_dialog(asha, "How you are protected"))
        assert "How you are protected" in shown(asha)
        await asha.presses(in_dialog(asha, "Go back"))
        assert asha.dialog is not None
        assert asha.dialog.values["q-because"] == TYPED
        assert asha.dialog.values["q-verdict"] == "if"
        assert office.number_of("flags") == 0

    async def test_two_quick_clicks_send_one_flag(self, office: Tenant) -> None:
        card = await office.announce()
        asha = office.client("asha")
        await asha.presses(button(card.card, "Give your view"), card)
        fill(asha, **FLAG)
        await asha.presses(in_dialog(asha, "Send flag"), times=3)
        assert office.number_of("flags") == 1

    async def test_guests_are_turned_away(self, office: Tenant) -> None:
        card = await office.announce()
        gus = office.client("gus")
        await gus.presses(button(card.card, "Give your view"), card)
        assert "Only members of" in shown(gus)

    async def test_a_new_member_is_looked_up_on_their_first_click(self, office: Tenant) -> None:
        card = await office.announce()
        office.provider.channels[office.channel].append(office.people["nobody"])
        nobody = office.client("nobody")
        await nobody.presses(button(card.card, "Give your view"), card)
        assert "Is this deliverable?" in shown(nobody)

    async def test_a_newcomer_need_not_wait_for_ten_thousand_others(self, office: Tenant) -> None:
        card, provider = await office.announce(), office.provider
        newcomers = [provider.account(f"New {number}") for number in range(3)]
        provider.channels[office.channel] += newcomers
        office.people["new"] = newcomers[0]
        before, known = provider.seen.copy(), len(office.rows("people"))
        provider.trouble("members", Trouble(hangs=True))
        new = office.client("new")
        for _ in range(2):
            await new.presses(button(card.card, "Give your view"), card)
            assert "Is this deliverable?" in shown(new)
        assert provider.seen["member"] == before["member"] + 1
        assert len(office.rows("people")) == known, "a click makes nobody known"
        fill(new, **FLAG)
        await new.presses(in_dialog(new, "Send flag"))
        assert "Flag saved" in shown(new)
        assert provider.seen["members"] == before["members"], "no roster is read because of it"
        assert len(office.rows("people")) == known, "nor does what they send"
        provider.let_go()
        await office.platform.daily()
        assert len(office.rows("people")) == known + 3, "the daily round does"

    async def test_who_is_in_no_channel_is_told_so_and_no_roster_is_read(self, office: Tenant) -> None:
        card, nobody = await office.announce(), office.client("nobody")
        before = office.provider.seen["members"]
        await nobody.presses(button(card.card, "Give your view"), card)
        assert NOT_MET in shown(nobody)
        assert office.provider.seen["members"] == before

    async def test_a_newcomer_who_cannot_be_looked_up_can_try_again(self, office: Tenant) -> None:
        card, provider = await office.announce(), office.provider
        office.people["new"] = provider.account("New Person")
        provider.channels[office.channel].append(office.people["new"])
        provider.trouble("member", Trouble(500))
        new = office.client("new")
        await new.presses(button(card.card, "Give your view"), card)
        assert "Try again in a few minutes" in shown(new)
        await new.presses(button(card.card, "Give your view"), card)
        assert "Is this deliverable?" in shown(new)

    async def test_a_guest_who_is_a_newcomer_is_a_guest(self, office: Tenant) -> None:
        card, provider = await office.announce(), office.provider
        office.people["new"] = provider.account("New Guest", role="guest")
        provider.channels[office.channel].append(office.people["new"])
        provider.trouble("members", Trouble(hangs=True))
        new = office.client("new")
        await new.presses(button(card.card, "Give your view"), card)
        assert "Is this deliverable?" not in shown(new)
        assert "Only members of this organisation can send flags here." in shown(new)

    async def test_whatever_a_newcomer_opens_is_answered(
        self, office: Tenant, caplog: pytest.LogCaptureFixture
    ) -> None:
        card, provider = await office.announce(), office.provider
        await flag(office.client("asha"), card)
        office.people["new"] = provider.account("New Person")
        provider.channels[office.channel].append(office.people["new"])
        provider.trouble("members", Trouble(hangs=True))
        known = len(office.rows("people"))
        subjects = [office.rows(table)[0]["id"] for table in ("boxes", "policies", "channels")]
        for intent in (each for subject in subjects for each in every_intent(subject)):
            for where in ("", office.channel):
                value = {"data": button_data.opening(intent)}
                status, answer = await office.post(
                    invoke(provider, office.people["new"], FETCH, value, where, "1" if where else "")
                )
                assert (status, bool(dialog_in(answer))) == (200, True), intent
                assert TYPED not in str(answer)
        await office.client("new").types("home")
        assert "Single parking permit" not in said(office.chat("new")[-1].card), "no roster has them"
        assert len(office.rows("people")) == known
        assert [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR] == []

    async def test_while_nothing_can_be_saved_what_was_typed_is_shown_and_can_be_sent_again(
        self, office: Tenant, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        card = await office.announce()
        asha = office.client("asha")
        for error in (Unavailable(), RuntimeError(TYPED)):
            await asha.presses(button(card.card, "Give your view"), card)
            fill(asha, **FLAG)
            with patch.object(type(office.dispatcher), "submit", side_effect=error):
                await asha.presses(in_dialog(asha, "Send flag"))
                assert says.DOWN in shown(asha)
                assert TYPED in shown(asha)
                await asha.presses(in_dialog(asha, "Try again"))
                assert TYPED in shown(asha)
        assert office.number_of("flags") == 0
        await asha.presses(in_dialog(asha, "Try again"))
        assert "Your flag is saved." in shown(asha)
        assert "Zebulon" not in caplog.text


class TestButtons:
    async def answered(self, office: Tenant) -> tuple[Client, Posted]:
        """A named flag of Asha's that was answered, and the message that tells her."""
        card = await office.announce()
        asha, priya = office.client("asha"), office.client("priya")
        await flag(asha, card, promise="named")
        await priya.types("home")
        flags = office.rows("flags")
        data = button_data.opening(AnswerFlags((flags[0]["id"],)))
        await priya.presses({"type": "Action.Submit", "data": {**data, **button_data.FETCH}}, office.chat("priya")[-1])
        fill(priya, kind="change", text="We begin with forty.", by_date="2027-03-31")
        await priya.presses(in_dialog(priya, "Send answer"))
        assert "Answer sent to 1 flag." in shown(priya)
        await office.settle()
        asha.dialog = priya.dialog = None
        return asha, office.chat("asha")[-1]

    async def test_a_button_acts_in_place(self, office: Tenant) -> None:
        asha, message = await self.answered(office)
        await asha.presses(button(message.card, "Settled"), message)
        assert "settled" in said(asha.card(message))
        assert [each["kind"] for each in office.rows("replies")] == ["settled"]

    async def test_a_client_without_action_execute_sends_a_message(self, office: Tenant) -> None:
        asha, message = await self.answered(office)
        await asha.presses(button(message.card, "Settled")["fallback"], message)
        assert [each["kind"] for each in office.rows("replies")] == ["settled"]
        assert "settled" in said(office.chat("asha")[-1].card)

    async def test_in_a_channel_the_card_stays_and_a_sentence_is_shown(self, office: Tenant) -> None:
        card = await office.announce()
        ben, standing = office.client("ben"), len(office.provider.messages)
        settle = {
            "type": "Action.Execute",
            "verb": "do",
            "data": button_data.doing(Settle(policy_of(card), policy_of(card))),
        }
        await ben.presses(settle, card)
        assert ben.said == says.NOT_FOUND
        assert ben.card(card) == card.card
        await ben.presses({"type": "Action.Submit", "data": settle["data"]}, card)
        assert len(office.provider.messages) == standing

    async def test_a_button_that_leads_to_questions_shows_the_way_to_them(self, office: Tenant) -> None:
        card = await office.announce()
        ben = office.client("ben")
        await ben.types("home")
        home = office.chat("ben")[-1]
        form = {"type": "Action.Execute", "verb": "open", "data": button_data.opening(GiveView(policy_of(card)))}
        await ben.presses(form, home)
        await ben.presses(button(ben.card(home), "Open the form"), home)
        assert "Is this deliverable?" in shown(ben)

    async def test_nothing_of_ones_own_comes_into_a_chat_however_it_is_asked_for(self, office: Tenant) -> None:
        """Not even to a client that sends a message where it should open a dialog."""
        card = await office.announce()
        asha = office.client("asha")
        await flag(asha, card)
        (row,) = office.rows("boxes")
        asha.dialog = None
        await asha.types("home")
        home, standing = office.chat("asha")[-1], len(office.chat("asha"))
        for data in (
            button_data.opening(MyFlags()),
            button_data.doing(MyFlags()),
            button_data.doing(WithdrawFlag(row["id"])),
        ):
            await asha.presses({"type": "Action.Submit", "data": data}, home)
            await asha.presses({"type": "Action.Execute", "verb": "do", "data": data}, home)
            assert "Zebulon" not in said(asha.card(home))
        assert not any("Zebulon" in str(each.activity) for each in office.provider.messages)
        assert len(office.chat("asha")) == standing + 3
        assert office.rows("boxes") == [row]


class TestSeen:
    async def message_to_the_owner(self, office: Tenant) -> Posted:
        """What tells Priya that she was named."""
        await office.announce()
        (message,) = office.chat("priya")
        return message

    async def test_a_refreshed_card_is_current(self, office: Tenant) -> None:
        message = await self.message_to_the_owner(office)
        priya = office.client("priya")
        await priya.shows(message)
        assert "You are the policy owner of Single parking permit." in said(priya.card(message))
        assert "refresh" in priya.card(message)

    async def test_an_unconfirmed_message_is_confirmed_once_it_is_shown(self, office: Tenant) -> None:
        office.provider.trouble("post", Trouble(status=504, takes=True), Trouble(status=504, takes=True))
        message = await self.message_to_the_owner(office)
        states = {each["screen"]: each["state"] for each in office.rows("deliveries")}
        assert "unknown" in states.values()
        await office.client("priya").shows(message)
        (row,) = [each for each in office.rows("deliveries") if each["direct"]]
        assert (row["state"], row["ref"]) == ("sent", message.id)

    async def test_an_older_copy_is_replaced_and_withdrawn(self, office: Tenant) -> None:
        office.provider.trouble("post", Trouble(status=504, takes=True))
        message = await self.message_to_the_owner(office)
        office.clock.now = office.clock.now.replace(hour=office.clock.now.hour + 1)
        await office.settle()
        older, newer = office.chat("priya")
        assert older.id == message.id
        priya = office.client("priya")
        await priya.shows(newer)
        await priya.shows(older)
        assert "This message was sent a second time." in said(priya.card(older))
        await office.settle()
        assert [each.id for each in office.chat("priya")] == [newer.id]

    async def test_nobody_is_shown_what_was_sent_to_somebody_else(self, office: Tenant) -> None:
        message = await self.message_to_the_owner(office)
        ben = office.client("ben")
        await ben.presses({**message.card["refresh"]["action"], "title": ""}, message)
        assert ben.said == says.NOT_FOUND
        assert ben.card(message) == message.card


class TestMessageExtension:
    async def test_a_message_prefills_an_announcement(self, office: Tenant) -> None:
        asha = office.client("asha")
        await asha.commands("askIfDeliverable", PAYLOAD, office.channel)
        assert asha.dialog is not None
        assert asha.dialog.title == "Announce a policy"
        assert asha.dialog.values["q-title"] == "Digital fishing licence"
        assert asha.dialog.values["q-summary"] == "Digital fishing licence\n\nAnglers show it on a <telephone>.\nSoon."
        assert asha.dialog.values["q-link"] == PAYLOAD["linkToMessage"]
        fill(asha, owner="priya@example.org")
        await asha.presses(in_dialog(asha, "Announce"))
        assert "Digital fishing licence is announced." in shown(asha)

    async def test_a_subject_is_the_title(self, office: Tenant) -> None:
        asha = office.client("asha")
        body = {"contentType": "text", "content": "Anglers show it."}
        await asha.commands("askIfDeliverable", {**PAYLOAD, "subject": "Licence", "body": body}, office.channel)
        assert asha.dialog is not None
        assert (asha.dialog.values["q-title"], asha.dialog.values["q-summary"]) == ("Licence", "Anglers show it.")

    async def test_a_view_is_given_on_the_card_that_was_chosen(self, office: Tenant) -> None:
        card = await office.announce()
        asha = office.client("asha")
        attachments = [{"contentType": "application/vnd.microsoft.card.adaptive", "content": str(card.card)}]
        await asha.commands("giveYourView", {**PAYLOAD, "attachments": attachments}, office.channel)
        assert "Is this deliverable?" in shown(asha)
        await asha.commands("giveYourView", PAYLOAD, office.channel)
        assert "Open policies" in shown(asha)

    async def test_the_form_opens_from_the_compose_box(self, office: Tenant) -> None:
        asha = office.client("asha")
        await asha.commands("announce", conversation=office.channel)
        assert asha.dialog is not None
        assert asha.dialog.values["q-title"] == ""

    async def test_an_owner_is_picked_from_the_directory(self, office: Tenant) -> None:
        ben = office.client("ben")
        await ben.commands("announce")
        fill(ben, title="Fishing", summary="Licences on a telephone.", owner=office.people["priya"].aad)
        await ben.presses(in_dialog(ben, "Announce"))
        assert "Fishing is announced." in shown(ben)
        assert "Priya Nair is told that you named them." in shown(ben)

    @pytest.mark.parametrize("by", ["aad", "mri"])
    async def test_who_is_on_no_roster_is_met_when_they_are_picked(self, office: Tenant, by: str) -> None:
        ben, nobody = office.client("ben"), office.people["nobody"]
        await ben.commands("announce")
        fill(ben, title="Fishing", summary="Licences on a telephone.", owner=getattr(nobody, by))
        await ben.presses(in_dialog(ben, "Announce"))
        assert "Nobody Known is told that you named them." in shown(ben)
        assert len(office.rows("policies")) == 1

    async def test_who_cannot_be_met_is_named_by_an_address(self, office: Tenant) -> None:
        ben, nobody = office.client("ben"), office.people["nobody"]
        office.provider.not_installed.add(nobody.aad)
        await ben.commands("announce")
        fill(ben, title="Fishing", summary="Licences on a telephone.", owner=nobody.aad)
        before = office.provider.seen["create"]
        for _ in range(2):
            await ben.presses(in_dialog(ben, "Announce"))
            assert says.NO_SUCH_PERSON in shown(ben)
        assert ben.dialog is not None
        assert ben.dialog.values["q-owner"] == nobody.aad
        assert ben.dialog.values["q-title"] == "Fishing"
        assert office.provider.seen["create"] == before + 1, "once a minute at most"
        ben.dialog.values["address-owner"] = "nobody@example.org"
        await ben.presses(in_dialog(ben, "Announce"))
        assert "Fishing is announced." in shown(ben)

    async def test_a_client_that_does_not_name_itself_is_asked_for_an_address(self, office: Tenant) -> None:
        sent = invoke(office.provider, office.people["ben"], "composeExtension/fetchTask", {"commandId": "announce"})
        for entities in ([], None, "x", [{"type": "clientInfo"}], [{"type": "clientInfo", "platform": 7}]):
            _, answer = await office.post({**sent, "entities": entities})
            assert "choices.data" not in str(answer)
        _, answer = await office.post(sent)
        assert str(answer).count("choices.data") == 3

    async def test_an_odd_message_opens_an_empty_form(self, office: Tenant) -> None:
        asha = office.client("asha")
        odd: tuple[dict[str, Any], ...] = (
            {},
            {"body": None},
            {"body": {"content": 7}, "attachments": "x", "subject": []},
        )
        for payload in odd:
            for command in ("askIfDeliverable", "giveYourView"):
                await asha.commands(command, {"id": "1", **payload}, office.channel)
                assert asha.dialog is not None


class TestReactions:
    async def reacts(self, office: Tenant, to: str, **more: Any) -> None:
        """Asha puts a smile on a message of the channel."""
        sent = activity(
            office.provider,
            office.people["asha"],
            office.channel,
            to,
            type="messageReaction",
            replyToId=to,
            **{"reactionsAdded": [{"type": "like"}], **more},
        )
        assert await office.post(sent) == (200, None)

    async def test_reactions_are_ignored_unless_an_admin_turned_answers_on(self, office: Tenant) -> None:
        card = await office.announce()
        await self.reacts(office, card.id)
        assert office.chat("asha") == []

    async def test_a_person_who_reacts_is_told_that_everyone_sees_it(self, office: Tenant) -> None:
        card = await office.announce()
        with office.database.writing() as session:
            session.connection().execute(metadata.tables["channels"].update().values(reactions=True))
        standing = len(office.provider.visible(office.channel))
        await self.reacts(office, "1699999999999")
        await self.reacts(office, card.id, reactionsAdded=[], reactionsRemoved=[{"type": "like"}])
        assert office.chat("asha") == []
        await self.reacts(office, card.id)
        (told,) = office.chat("asha")
        assert "Your reaction is public: everyone here can see it." in said(told.card)
        assert len(office.provider.visible(office.channel)) == standing


class TestLinks:
    async def asked(self, office: Tenant, url: Any) -> Any:
        """What a link becomes in a message that is being written."""
        sent = invoke(office.provider, office.people["ben"], "composeExtension/queryLink", {"url": url}, office.channel)
        status, answer = await office.post(sent)
        assert status == 200
        return answer["composeExtension"]

    async def test_a_policys_page_is_shown_as_its_card_and_names_nobody(self, office: Tenant) -> None:
        card = await office.announce()
        shown = await self.asked(office, f"https://deliverable.example.org/policies/{policy_of(card)}?x=1#top")
        (attachment,) = shown["attachments"]
        assert "Is this deliverable?" in said(attachment["content"])
        assert button(attachment["content"], "Give your view")
        assert "Policy owner" in said(card.card)
        assert "Policy owner" not in said(attachment["content"])
        assert attachment["preview"]["content"] == {"title": "Single parking permit"}

    async def test_any_other_link_stays_a_link(self, office: Tenant) -> None:
        ours = "https://deliverable.example.org"
        strangers = (f"{ours}/policies/{UUID(int=1)}", f"{ours}/flags/{UUID(int=1)}", f"{ours}/policies/x")
        for url in (None, 7, "", "https://[", f"{ours}/", *strangers):
            assert (await self.asked(office, url))["attachments"] == [], url


ODD_DATA: tuple[Any, ...] = (
    None,
    "text",
    7,
    [],
    {},
    {"msteams": {"type": "task/fetch"}},
    {KEY: "x"},
    {KEY: {"k": "open", "i": "an-intent-of-an-older-version"}},
    {KEY: {"k": "open", "i": "give-view:zz"}},
    {KEY: {"k": "send", "i": "give-view:" + "0" * 32, "n": "", "q": {}}},
    {KEY: {"k": "send"}},
    {KEY: {"k": "seen", "d": "0" * 32}},
    {KEY: {"k": "do", "i": AcknowledgeAll(UUID(int=1)).to_text()}},
    {"somebody": "else's card"},
)


async def test_whatever_a_button_sends_is_answered_with_what_a_client_can_show(office: Tenant) -> None:
    ben, there = office.people["ben"], (office.channel, "1", "1")
    for data in ODD_DATA:
        for name in (FETCH, SUBMIT, "composeExtension/submitAction"):
            status, answer = await office.post(invoke(office.provider, ben, name, {"data": data}, *there))
            assert (status, answer["task"]["type"]) == (200, "continue"), data
            assert said(answer["task"]["value"]["card"]["content"])
        execute = {"type": "Action.Execute", "data": data}
        for action in (data, execute, {**execute, "verb": 7}):
            for where in (("", "", "1"), there):
                value = {"action": action, "trigger": "manual"}
                status, answer = await office.post(invoke(office.provider, ben, ACTION, value, *where))
                assert (status, answer["statusCode"]) == (200, 200), data
                assert answer["value"]


async def test_an_invoke_with_any_value_is_answered(office: Tenant) -> None:
    extension = ("composeExtension/fetchTask", "composeExtension/submitAction", "composeExtension/queryLink")
    odd: tuple[Any, ...] = (None, "text", 7, [], {}, {"data": {}}, {"commandId": 7}, {"commandId": "of an older one"})
    for value in odd:
        for name in (FETCH, SUBMIT, ACTION, *extension):
            sent = invoke(office.provider, office.people["ben"], name, value, office.channel, "1", "1")
            status, answer = await office.post(sent)
            assert (status, bool(answer)) == (200, True), (name, value)


async def test_an_unknown_invoke_is_answered(office: Tenant) -> None:
    for name in ("", "composeExtension/query", "config/fetch", "signin/verifyState", "fileConsent/invoke", "tab/fetch"):
        sent = invoke(office.provider, office.people["ben"], name, {"a": 1}, office.channel)
        assert (await office.post(sent))[0] == 200, name


@pytest.mark.parametrize("odd", ["\ud800", "a\0b", "19:\u202e"], ids=ascii)
async def test_ids_that_are_no_ids_are_refused(office: Tenant, caplog: pytest.LogCaptureFixture, odd: str) -> None:
    ben, provider = office.people["ben"], office.provider
    kinds = (
        typed(provider, ben, "help", office.channel),
        typed(provider, ben, "home"),
        installed(provider, ben, office.channel),
        invoke(provider, ben, FETCH, {"data": button_data.opening(MyFlags())}, office.channel, "1", "1"),
    )
    for sent in kinds:
        for path in (
            ("conversation", "id"),
            ("from", "id"),
            ("from", "aadObjectId"),
            ("channelData", "team", "id"),
            ("recipient", "id"),
            ("id",),
            ("replyToId",),
        ):
            changed = json.loads(json.dumps(sent))
            at = changed
            for name in path[:-1]:
                at = at.setdefault(name, {})
            at[path[-1]] = odd
            assert (await office.post(changed))[0] == 400, path
    assert [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR] == []


async def test_an_unknown_activity_is_ignored(office: Tenant) -> None:
    before = len(office.provider.messages)
    for kind in ("typing", "event", "messageReaction", "messageUpdate", "endOfConversation", "odd"):
        sent = activity(office.provider, office.people["ben"], office.channel, type=kind)
        assert await office.post(sent) == (200, None), kind
    assert len(office.provider.messages) == before


async def test_many_at_once_are_all_answered(office: Tenant) -> None:
    card = await office.announce()
    clients = [office.client(each) for each in ("asha", "ben", "priya") for _ in range(10)]
    await asyncio.gather(*(each.presses(button(card.card, "Give your view"), card) for each in clients))
    assert all("Is this deliverable?" in shown(each) for each in clients)
