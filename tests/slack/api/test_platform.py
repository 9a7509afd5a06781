"""Sending messages to Slack over TCP: the outcomes of a call, and finding messages whose delivery is unconfirmed."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from adapters.slack.api.outcomes import outcome
from adapters.slack.api.platform import A_PAGE, MOST_PAGES, PACE, SlackPlatform
from adapters.slack.api.tokens import SlackTokens, secrets_of
from adapters.slack.api.web_api import SlackDeclined, SlackUnanswered, WebApi
from adapters.slack.draw.messages import Marked, marked
from bot.digests.csv_export import Download
from bot.dispatcher import Dispatcher
from bot.interface.intents import Home
from bot.interface.parts import Card, FormButton, Heading, Paragraph
from bot.interface.ports import (
    CLOSED,
    NO_ACCESS,
    REFUSED,
    Absent,
    CannotTell,
    Found,
    Gone,
    Message,
    Never,
    NotSent,
    Outcome,
    Place,
    Sent,
    Unknown,
)
from bot.people.connections import Connections
from bot.people.people import Roster
from bot.sending import send_deadline
from storage import Database
from tests.rings import new_ring
from tests.slack.faults import Broken, Drop, Fault, Hang, Refuse, TooFast
from tests.slack.provider import ALL_SCOPES, Slack, asked_for
from tests.slack.workspace import Channel, User

Json = dict[str, object]

NOW = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)
SECONDS = 30.0
"""How long a call may take here: longer than any test."""
CHANNEL = Place("slack", "T0001", "C1")
PRIYA = Place("slack", "T0001", "U1", direct=True)
CARD = Card((Heading("Title", 1), Paragraph("Text"), FormButton("Home", Home())), "A card & <more>.")
OTHER = Card((Paragraph("Other"),), "Another.")


def clock() -> datetime:
    return NOW


@dataclass
class Office:
    """A platform, and the Slack that it sends to."""

    slack: Slack
    platform: SlackPlatform
    connections: Connections
    tokens: SlackTokens
    dispatcher: Dispatcher

    async def enrol(self) -> None:
        """Connect the channel."""
        await self.dispatcher.enrol(Roster("slack", "T0001", "C1", "delivery", ()))

    def shown(self, place: Place = CHANNEL) -> list[dict[str, object]]:
        """The messages in a place."""
        space = self.slack.workspace
        there = space.direct(place.address) if place.direct else space.channels[place.address]
        return there.messages if there else []


@pytest.fixture
def database(migrated_sqlite_url: str) -> Iterator[Database]:
    with Database(migrated_sqlite_url) as opened:
        yield opened


@pytest.fixture
async def office(database: Database) -> AsyncIterator[Office]:
    ring = new_ring("slack")
    connections, dispatcher = Connections(database, ring, clock), Dispatcher(database, ring, clock)
    tokens = SlackTokens(connections, None, clock)
    async with Slack(clock=clock) as slack:
        await connections.install("slack", "T0001", "Digital", secrets_of(slack.workspace.token, team="T0001"))
        slack.workspace.scopes = set(ALL_SCOPES)
        slack.workspace.add_user(User("U1", "Priya Nair"))
        slack.workspace.add_channel(Channel("C1", "delivery"))
        api = WebApi(slack.address, seconds=SECONDS)
        yield Office(slack, SlackPlatform(api, tokens, connections), connections, tokens, dispatcher)
        await api.close()
        assert slack.faults == []


def message(place: Place = CHANNEL, card: Card = CARD, under: str | None = None) -> Message:
    return Message(uuid4(), place, card, under, since=NOW)


def ref_of(outcome: Outcome) -> str:
    assert isinstance(outcome, Sent)
    return outcome.ref


class TestSending:
    async def test_a_card_is_posted_in_its_channel_without_previews_or_repetition(self, office: Office) -> None:
        sent = message()
        ref = ref_of(await office.platform.send(sent))
        (shown,) = office.shown()
        assert shown["ts"] == ref
        assert shown["text"] == "A card &amp; &lt;more&gt;."
        assert marked(shown) == Marked(str(sent.delivery), 1)
        (asked,) = office.slack.asked("chat.postMessage")
        assert (asked["unfurl_links"], asked["unfurl_media"], asked["mrkdwn"]) == (False, False, False)

    async def test_the_metadata_and_the_block_id_each_identify_the_delivery(self, office: Office) -> None:
        sent = message()
        await office.platform.send(sent)
        (shown,) = office.shown()
        assert marked({**shown, "metadata": None}) == Marked(str(sent.delivery), 1)
        assert marked({**shown, "blocks": []}) == Marked(str(sent.delivery), 1)
        assert marked({"text": "x", "blocks": [{"type": "divider", "block_id": "other"}]}) is None
        assert marked({"text": "x"}) is None

    async def test_a_message_carries_the_number_of_its_attempt(self, office: Office) -> None:
        await office.platform.send(replace(message(), attempt=2))
        (shown,) = office.shown()
        mark = marked(shown)
        assert mark is not None
        assert mark.attempt == 2

    async def test_a_reply_is_posted_in_the_thread_of_its_card_only(self, office: Office) -> None:
        card = ref_of(await office.platform.send(message()))
        reply = ref_of(await office.platform.send(message(under=card)))
        channel = office.slack.workspace.channels["C1"]
        assert [each["ts"] for each in channel.main()] == [card]
        assert [each["ts"] for each in channel.thread(card)] == [card, reply]
        assert office.slack.asked("chat.postMessage")[1]["reply_broadcast"] is False

    async def test_a_direct_message_is_opened_once_and_stored(self, office: Office) -> None:
        for _ in range(3):
            ref_of(await office.platform.send(message(PRIYA)))
        assert len(office.shown(PRIYA)) == 3
        assert len(office.slack.asked("conversations.open")) == 1
        conversation = await office.connections.conversation(PRIYA)
        assert conversation is not None
        assert conversation.conversation == office.slack.asked("chat.postMessage")[0]["channel"]

    async def test_a_direct_message_that_no_longer_exists_is_opened_again(self, office: Office) -> None:
        await office.connections.converse(PRIYA, "D9999")
        ref_of(await office.platform.send(message(PRIYA)))
        assert len(office.shown(PRIYA)) == 1

    async def test_a_time_out_while_opening_a_conversation_is_not_sent(self, office: Office) -> None:
        office.slack.plan("conversations.open", Broken(503))
        assert await office.platform.send(message(PRIYA)) == NotSent("http_503")
        assert office.slack.asked("chat.postMessage") == []


class TestOutcomes:
    @pytest.mark.parametrize(
        ("fault", "outcome"),
        [
            (TooFast(7), NotSent("ratelimited", timedelta(seconds=7))),
            (Refuse("ratelimited"), NotSent("ratelimited", timedelta(seconds=30))),
            (Refuse("token_expired"), NotSent("token_expired")),
            (Refuse("message_limit_exceeded"), NotSent("message_limit_exceeded")),
            (Broken(400), NotSent("http_400")),
            (Broken(500), Unknown("http_500")),
            (Broken(504, taken=True), Unknown("http_504")),
            (Broken(200), Unknown("malformed_answer")),
            (Refuse("fatal_error"), Unknown("fatal_error")),
            (Refuse("internal_error"), Unknown("internal_error")),
            (
                Refuse("channel_not_found"),
                Never("the channel was deleted, or the app was removed from it (channel_not_found)"),
            ),
            (Refuse("is_archived"), Never("the channel was archived (is_archived)")),
            (
                Refuse("not_in_channel"),
                Never("the app was removed from the channel, and can be invited again (not_in_channel)"),
            ),
            (Refuse("msg_too_long"), Never("msg_too_long")),
            (Refuse("msg_blocks_too_long"), Never("msg_blocks_too_long")),
            (Refuse("invalid_blocks"), Never("invalid_blocks")),
            (
                Refuse("invalid_auth"),
                Never("Slack does not take the bot token, of which python -m bot doctor says more (invalid_auth)"),
            ),
            (Refuse("account_inactive"), Never("the app was removed from the workspace (account_inactive)")),
            (Refuse("token_revoked"), Never("the app was removed from the workspace (token_revoked)")),
            (
                Refuse("missing_scope"),
                Never("the app lacks a permission, which python -m bot doctor names (missing_scope)"),
            ),
            (
                Refuse("restricted_action_read_only_channel"),
                Never("only some people may write there (restricted_action_read_only_channel)"),
            ),
        ],
        ids=str,
    )
    async def test_what_slack_says_decides(self, office: Office, fault: Fault, outcome: Outcome) -> None:
        office.slack.plan("chat.postMessage", fault)
        # What it says of the channel and of the app is looked at, and is so.
        if isinstance(fault, Refuse):
            if fault.code != "not_in_channel":
                office.slack.plan("conversations.info", fault)
            office.slack.plan("auth.test", fault)
            if fault.code == "not_in_channel":
                office.slack.workspace.channels["C1"].members.clear()
        assert await office.platform.send(message()) == outcome
        assert len(office.slack.asked("chat.postMessage")) == 1, "a try is one call"

    @pytest.mark.parametrize(
        "code",
        ["channel_not_found", "is_archived", "not_in_channel", "account_inactive", "token_revoked", "invalid_auth"],
    )
    @pytest.mark.parametrize("method", ["chat.postMessage", "chat.update", "chat.delete"])
    async def test_what_one_answer_says_is_gone_is_looked_at_and_tried_again(
        self, office: Office, code: str, method: str
    ) -> None:
        await office.connections.install("slack", "T0001", "Digital", secrets_of("xoxb-1", team="T0001"))
        await office.enrol()
        ref = ref_of(await office.platform.send(message()))
        office.slack.plan(method, Refuse(code))

        async def attempt() -> Outcome:
            if method == "chat.postMessage":
                return await office.platform.send(message())
            change = office.platform.update if method == "chat.update" else office.platform.withdraw
            return await change(message(), ref)

        assert await attempt() == NotSent(code)
        assert await office.connections.channels("slack") == (CHANNEL,)
        assert await office.connections.installed("slack", "T0001") is not None
        ref_of(await attempt())

    @pytest.mark.parametrize("code", ["channel_not_found", "account_inactive", "user_disabled"])
    async def test_what_cannot_be_looked_at_now_is_not_believed(self, office: Office, code: str) -> None:
        direct = code == "user_disabled"
        office.slack.plan("conversations.open" if direct else "chat.postMessage", Refuse(code))
        for look in ("conversations.info", "auth.test", "users.info"):
            office.slack.plan(look, Broken())
        assert await office.platform.send(message(PRIYA if direct else CHANNEL)) == NotSent(code)
        assert await office.connections.installed("slack", "T0001") is not None

    @pytest.mark.parametrize("code", ["user_disabled", "user_not_found"])
    async def test_an_account_that_one_answer_says_is_closed_is_looked_at(self, office: Office, code: str) -> None:
        office.slack.plan("conversations.open", Refuse(code))
        assert await office.platform.send(message(PRIYA)) == NotSent(code)
        ref_of(await office.platform.send(message(PRIYA)))

    async def test_a_refused_token_that_was_replaced_ends_nothing(self, office: Office) -> None:
        ref_of(await office.platform.send(message()))
        office.slack.workspace.token = "xoxb-2"
        await office.connections.install("slack", "T0001", "Digital", secrets_of("xoxb-2", team="T0001"))
        office.slack.plan("chat.postMessage", Refuse("token_revoked"))
        assert await office.platform.send(message()) == NotSent("token_revoked")
        ref_of(await office.platform.send(message()))

    @pytest.mark.parametrize(
        ("header", "wait", "asked"),
        [
            ("2592000", timedelta(hours=1), timedelta(days=30)),
            ("99999999999999", timedelta(hours=1), timedelta(days=732)),
            ("-5", timedelta(0), None),
            ("Wed, 09 Dec 2015 09:00:00 GMT", timedelta(0), None),
            ("soon", timedelta(seconds=30), None),
        ],
    )
    async def test_how_long_slack_asks_to_wait_is_bounded(
        self, office: Office, header: str, wait: timedelta, asked: timedelta | None
    ) -> None:
        office.slack.plan("chat.postMessage", TooFast(header))
        assert await office.platform.send(message()) == NotSent("ratelimited", wait, asked)

    @pytest.mark.parametrize("taken", [True, False])
    async def test_a_connection_that_breaks_is_not_tried_again(self, office: Office, taken: bool) -> None:
        office.slack.plan("chat.postMessage", Drop(taken=taken))
        assert isinstance(await office.platform.send(message()), Unknown)
        assert len(office.slack.asked("chat.postMessage")) == 1
        assert len(office.shown()) == taken

    async def test_a_call_that_hangs_times_out(self, office: Office) -> None:
        api = WebApi(office.slack.address, seconds=3.0)
        office.slack.plan("chat.postMessage", Hang(taken=True))
        platform = SlackPlatform(api, office.tokens, office.connections)
        assert await platform.send(message()) == Unknown("TimeoutError")
        await api.close()

    async def test_a_call_that_hangs_does_not_delay_others(self, office: Office) -> None:
        office.slack.plan("chat.postMessage", Hang())
        slow = asyncio.create_task(office.platform.send(message()))
        await office.slack.called("chat.postMessage")
        ref_of(await office.platform.send(message()))
        assert not slow.done()
        office.slack.let_go()
        ref_of(await slow)

    async def test_nothing_is_sent_after_the_send_deadline(self, office: Office) -> None:
        """As if the process had stopped while it opened a conversation, and another one had taken over."""
        instants = [NOW]
        office.slack.plan("conversations.open", Hang())
        with send_deadline.begun_by(NOW, lambda: instants[-1]):
            sending = asyncio.create_task(office.platform.send(message(PRIYA)))
        await office.slack.called("conversations.open")
        instants.append(NOW + timedelta(minutes=5))
        office.slack.let_go()
        with pytest.raises(send_deadline.DeadlinePassed):
            await sending
        assert office.slack.asked("chat.postMessage") == []
        ref_of(await office.platform.send(message(PRIYA)))

    async def test_a_refused_connection_is_not_sent(self, office: Office) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            api = WebApi(f"http://127.0.0.1:{taken.getsockname()[1]}/api/")
            platform = SlackPlatform(api, office.tokens, office.connections)
            assert await platform.send(message()) == NotSent("ClientConnectorError")
            await api.close()

    async def test_a_closed_account_is_never_reached(self, office: Office) -> None:
        office.slack.workspace.add_user(User("U9", "Gone", deleted=True))
        assert await office.platform.send(message(replace(PRIYA, address="U9"))) == Never(
            "their account was closed (user_disabled)", CLOSED
        )
        assert await office.platform.send(message(replace(PRIYA, address="U8"))) == Never(
            "their account was deleted (user_not_found)", CLOSED
        )

    @pytest.mark.parametrize(
        ("code", "account"),
        [
            *((each, CLOSED) for each in ("user_disabled", "user_not_found")),
            *((each, NO_ACCESS) for each in ("account_inactive", "token_revoked", "invalid_auth", "not_installed")),
            *((each, NO_ACCESS) for each in ("missing_scope", "team_access_not_granted", "ekm_access_denied")),
            *((each, REFUSED) for each in ("cannot_dm_bot", "channel_not_found", "messages_tab_disabled")),
            *((each, REFUSED) for each in ("user_not_visible", "restricted_action_read_only_channel")),
            *((each, "") for each in ("msg_too_long", "invalid_blocks", "no_text", "metadata_too_large")),
        ],
    )
    def test_a_code_says_whether_the_account_or_the_message_is_refused(self, code: str, account: str) -> None:
        ended = outcome(SlackDeclined(code), PRIYA)
        assert isinstance(ended, Never)
        assert ended.account_ended == account
        in_channel = outcome(SlackDeclined(code), CHANNEL)
        assert isinstance(in_channel, Never)
        assert in_channel.account_ended == "", "a channel has other ways"

    async def test_nothing_is_sent_to_a_workspace_without_the_app(self, office: Office) -> None:
        assert await office.platform.send(message(replace(CHANNEL, workspace="T9"))) == Never(
            "the app is not installed in the workspace (not_installed)"
        )
        assert office.slack.calls == []

    async def test_nothing_is_sent_after_the_app_is_removed(self, office: Office) -> None:
        office.slack.workspace.revoked = True
        assert await office.platform.send(message()) == Never("the app was removed from the workspace (token_revoked)")
        assert await office.connections.installed("slack", "T0001") is None
        assert await office.platform.send(message()) == Never(
            "the app is not installed in the workspace (not_installed)"
        )

    async def test_the_pace_is_at_most_a_message_a_second(self, office: Office) -> None:
        assert PACE.place > timedelta(seconds=1)
        assert office.platform.pace == PACE
        assert office.platform.name == "slack"

    async def test_nothing_is_sent_while_the_database_is_away(self, office: Office, database: Database) -> None:
        office.tokens.drop("T0001")
        database.close()
        assert await office.platform.send(message()) == NotSent("the database cannot be used")
        assert await office.platform.find(message()) == CannotTell(for_now=True)


class TestChanging:
    async def test_update_replaces_the_card(self, office: Office) -> None:
        sent = message()
        ref = ref_of(await office.platform.send(sent))
        (before,) = [dict(each) for each in office.shown()]
        assert await office.platform.update(message(card=OTHER), ref) == Sent(ref)
        (after,) = office.shown()
        assert after["text"] == "Another."
        first = [each["blocks"][0]["block_id"] for each in (before, after)]  # type: ignore[index]
        assert first[0] != first[1], "what has changed has another id"

    async def test_updating_an_unchanged_card_succeeds(self, office: Office) -> None:
        sent = message()
        ref = ref_of(await office.platform.send(sent))
        assert await office.platform.update(sent, ref) == Sent(ref)

    async def test_a_card_that_was_deleted_is_gone(self, office: Office) -> None:
        assert await office.platform.update(message(), "1.000000") == Gone("1.000000", "message_not_found")

    async def test_a_reply_to_a_card_that_was_deleted_is_not_posted_in_the_channel(self, office: Office) -> None:
        assert await office.platform.send(message(under="1.1")) == Gone("1.1", "message_not_found")
        assert office.shown() == []

    async def test_a_reply_whose_card_is_deleted_meanwhile_is_known_to_stand_elsewhere(self, office: Office) -> None:
        card = ref_of(await office.platform.send(message()))
        office.slack.plan("chat.postMessage", Hang())
        sending = asyncio.create_task(office.platform.send(message(under=card)))
        await office.slack.called("chat.postMessage", 2)
        office.slack.workspace.channels["C1"].messages.clear()
        office.slack.let_go()
        outcome = await sending
        assert isinstance(outcome, Gone)
        assert (outcome.ref, outcome.stray > card) == (card, True)
        assert office.shown() == [], "it was deleted at once"

    async def test_a_slack_that_gives_no_links_takes_replies_all_the_same(self, office: Office) -> None:
        card = ref_of(await office.platform.send(message()))
        office.slack.plan("chat.getPermalink", Refuse("unknown_method"))
        reply = ref_of(await office.platform.send(message(under=card)))
        assert office.slack.workspace.channels["C1"].message(reply)["thread_ts"] == card  # type: ignore[index]

    async def test_whether_a_card_is_there_that_cannot_be_asked_posts_nothing(self, office: Office) -> None:
        office.slack.plan("chat.getPermalink", Broken())
        assert await office.platform.send(message(under="1.1")) == NotSent("http_500")
        assert office.slack.asked("chat.postMessage") == []

    async def test_withdraw_deletes_a_card_and_says_if_it_is_gone(self, office: Office) -> None:
        sent = message()
        ref = ref_of(await office.platform.send(sent))
        assert await office.platform.withdraw(sent, ref) == Sent(ref)
        assert office.shown() == []
        assert await office.platform.withdraw(sent, ref) == Gone(ref, "message_not_found")

    async def test_an_archived_channel_is_disconnected(self, office: Office) -> None:
        office.slack.workspace.channels["C1"].archived = True
        assert await office.platform.send(message()) == Never("the channel was archived (is_archived)")
        assert CHANNEL not in await office.connections.channels("slack")


class TestFinding:
    @pytest.mark.parametrize("place", [PRIYA, CHANNEL], ids=["person", "channel"])
    async def test_what_arrived_is_found_and_what_did_not_is_absent(self, office: Office, place: Place) -> None:
        arrived, lost = message(place), message(place)
        office.slack.plan("chat.postMessage", Drop(taken=True), Drop(taken=False))
        assert isinstance(await office.platform.send(arrived), Unknown)
        assert isinstance(await office.platform.send(lost), Unknown)
        (stands,) = office.shown(place)
        assert await office.platform.find(arrived) == Found(str(stands["ts"]))
        assert await office.platform.find(lost) == Absent()
        asked = office.slack.asked("conversations.history")
        assert {int(each["limit"]) for each in asked} == {15}, "the most that an app gets that is distributed"
        assert len(asked) == 2

    async def test_a_reply_is_looked_for_in_its_thread(self, office: Office) -> None:
        card = ref_of(await office.platform.send(message()))
        reply = message(under=card)
        ref = ref_of(await office.platform.send(reply))
        assert await office.platform.find(reply) == Found(ref)
        assert await office.platform.find(message(under=card)) == Absent()
        assert await office.platform.find(message(under="1.000000")) == Absent()

    async def test_a_person_without_a_direct_message_has_no_messages(self, office: Office) -> None:
        assert await office.platform.find(message(PRIYA)) == Absent()

    async def test_a_message_is_found_among_many_later_ones(self, office: Office) -> None:
        office.slack.most_in_a_page = A_PAGE
        sent = message()
        ref = ref_of(await office.platform.send(sent))
        talk = office.slack.workspace.channels["C1"].messages
        talk += [
            {"type": "message", "user": "U1", "ts": f"{NOW.timestamp() + n:.6f}", "text": "x"} for n in range(1, 90)
        ]
        assert await office.platform.find(sent) == Found(ref)

    async def test_messages_older_than_the_first_attempt_are_not_read(self, office: Office) -> None:
        talk = office.slack.workspace.channels["C1"].messages
        old = NOW - timedelta(days=1)
        talk += [{"type": "message", "user": "U1", "ts": f"{old.timestamp() + n:.6f}", "text": "x"} for n in range(900)]
        assert await office.platform.find(message()) == Absent()
        assert len(office.slack.asked("conversations.history")) == 1

    async def test_find_cannot_tell_after_too_many_messages(self, office: Office) -> None:
        talk = office.slack.workspace.channels["C1"].messages
        many = A_PAGE * (MOST_PAGES + 1)
        talk += [
            {"type": "message", "user": "U1", "ts": f"{NOW.timestamp() + n:.6f}", "text": "x"} for n in range(many)
        ]
        assert await office.platform.find(message()) == CannotTell()
        assert len(office.slack.asked("conversations.history")) == MOST_PAGES

    @pytest.mark.parametrize("fault", [TooFast(60), Broken(500), Drop(), Refuse("token_expired")], ids=str)
    async def test_find_tries_again_if_the_history_is_unreadable_for_now(self, office: Office, fault: Fault) -> None:
        office.slack.plan("conversations.history", fault)
        assert await office.platform.find(message()) == CannotTell(for_now=True)

    @pytest.mark.parametrize("code", ["missing_scope", "invalid_auth", "not_in_channel", "channel_not_found"])
    async def test_find_cannot_tell_if_the_history_is_unreadable(self, office: Office, code: str) -> None:
        office.slack.plan("conversations.history", Refuse(code))
        assert await office.platform.find(message()) == CannotTell()

    async def test_without_the_history_of_channels_nobody_can_tell_there(self, office: Office) -> None:
        office.slack.workspace.scopes = asked_for()
        sent = message()
        ref_of(await office.platform.send(sent))
        assert await office.platform.find(sent) == CannotTell()
        to_priya = message(PRIYA)
        ref = ref_of(await office.platform.send(to_priya))
        assert await office.platform.find(to_priya) == Found(ref)

    async def test_find_cannot_tell_in_a_workspace_without_the_app(self, office: Office) -> None:
        assert await office.platform.find(message(replace(CHANNEL, workspace="T9"))) == CannotTell()


class TestFiles:
    FILE = Download("flags-2026-12-09.csv", "text/csv; charset=utf-8", "\ufeffWhy\r\n".encode())

    async def test_a_file_arrives_unchanged(self, office: Office) -> None:
        await office.platform.send_file(PRIYA, self.FILE)
        (file,) = office.slack.workspace.files.values()
        conversation = office.slack.workspace.direct("U1")
        assert conversation is not None
        assert (file.name, file.content, file.channels) == (self.FILE.name, self.FILE.content, [conversation.id])

    @pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
    async def test_a_lost_upload_raises(self, office: Office, method: str) -> None:
        office.slack.plan(method, Refuse("internal_error"))
        with pytest.raises(SlackUnanswered, match="internal_error"):
            await office.platform.send_file(PRIYA, self.FILE)

    async def test_a_refused_upload_raises(self, office: Office) -> None:
        api = WebApi(office.slack.address)
        with pytest.raises(SlackDeclined, match="http_404"):
            await api.upload(f"{office.slack.origin}/elsewhere", b"x")
        await api.close()
        with pytest.raises(SlackDeclined, match="not_installed"):
            await office.platform.send_file(replace(PRIYA, workspace="T9"), self.FILE)


async def test_no_log_at_any_level_contains_what_is_sent(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said = "sacred-words-7319"
    card = Card((Paragraph(said),), said)
    faults = (
        Broken(500),
        Broken(200, text=said),
        TooFast(1),
        Refuse("invalid_blocks"),
        Drop(),
        Refuse("token_revoked"),
    )
    for fault in faults:
        office.slack.plan("chat.postMessage", fault)
        office.slack.plan("conversations.history", fault)
        sent = message(card=card)
        outcome = await office.platform.send(sent)
        found = await office.platform.find(sent)
        assert said not in f"{outcome} {found}"
    assert len(office.slack.asked("chat.postMessage")) == len(faults)
    secret = office.slack.workspace.token
    assert not [each for each in caplog.messages if said in each or secret in each]


@pytest.mark.parametrize(
    ("place", "kind"), [(CHANNEL, "deliverable_posted"), (PRIYA, "deliverable_sent")], ids=("channel", "person")
)
async def test_the_metadata_holds_nothing_but_ids(office: Office, place: Place, kind: str) -> None:
    await office.platform.send(replace(message(place=place), delivery=UUID(int=5), attempt=3))
    (asked,) = office.slack.asked("chat.postMessage")
    payload = {"delivery_id": str(UUID(int=5)), "attempt": 3}
    assert asked["metadata"] == {"event_type": kind, "event_payload": payload}
