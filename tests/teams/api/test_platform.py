"""Messages to Teams: posted, updated and withdrawn as documented, and the outcome of every failure."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from adapters.teams.api.platform import PACE
from bot.interface.ports import (
    NO_ACCESS,
    REFUSED,
    CannotTell,
    Gone,
    Message,
    Never,
    NotSent,
    Outcome,
    Place,
    Sent,
    Unknown,
)
from bot.interface.unavailable import Unavailable
from bot.outbox.claims import BURST
from bot.people.connections import Conversing
from bot.sending import send_deadline
from tests.teams.activities import installed, typed
from tests.teams.mounted import Mounted, channel, message, mounted, personal
from tests.teams.provider import BLOCKED, TENANT, Provider, Trouble, refusal

JSON = {"Content-Type": "application/json"}
NOW = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)
SEVEN_SECONDS = timedelta(seconds=7)
OF_A_CHAT = "not installed for this person"
OF_A_BLOCK = "this person has blocked or removed the app"


@pytest.fixture
async def furnished(teams: Mounted) -> Mounted:
    """Teams, with the app installed in the tenant."""
    await teams.furnish()
    return teams


async def sent(teams: Mounted, message: Message) -> str:
    """Send a message that arrives. Returns its ref."""
    outcome = await teams.platform.send(message)
    assert isinstance(outcome, Sent), outcome
    return outcome.ref


class TestWhatIsPosted:
    async def test_a_person_gets_a_card_in_a_chat_that_is_opened_once(self, furnished: Mounted) -> None:
        provider, ada = furnished.provider, furnished.provider.account("Ada Adminson")
        first, second = message(personal(ada)), message(personal(ada), "More.", attempt=2)
        refs = [await sent(furnished, first), await sent(furnished, second)]
        standing = provider.visible(provider.chat_of(ada))
        assert refs == [each.id for each in standing]
        assert provider.seen["create"] == 1
        assert [each.card["body"][0]["text"] for each in standing] == ["Two flags need an answer.", "More."]
        assert standing[0].card["data"] == {"d": str(first.delivery), "a": 1, "reader": ada.aad}
        assert standing[1].card["data"]["a"] == 2
        assert standing[0].activity["summary"] == "Your digest has arrived."
        assert "text" not in standing[0].activity
        assert standing[0].activity["channelData"] == {"notification": {"alert": True}}

    async def test_a_channel_gets_a_thread_and_replies_in_it(self, furnished: Mounted) -> None:
        provider = furnished.provider
        design = provider.channel()
        root = await sent(furnished, message(channel(design)))
        under = await sent(furnished, message(channel(design), "Answered.", under=root))
        deeper = await sent(furnished, message(channel(design), "Again.", under=under))
        first, second, third = provider.visible(design)
        assert (root, under, deeper) == (first.id, f"{first.id}/{second.id}", f"{first.id}/{third.id}")
        assert (first.under, second.under, third.under) == ("", first.id, first.id)
        assert "reader" in first.card["data"]
        assert first.card["data"]["reader"] == ""
        assert "channelData" not in first.activity

    async def test_a_group_chat_has_no_threads(self, furnished: Mounted) -> None:
        provider = furnished.provider
        chat = provider.channel(chat=True)
        root = await sent(furnished, message(channel(chat)))
        await sent(furnished, message(channel(chat), "Answered.", under=root))
        assert [each.under for each in provider.visible(chat)] == ["", ""]
        assert provider.seen["create"] == 0

    async def test_cards_are_updated_and_withdrawn_everywhere(self, furnished: Mounted) -> None:
        provider = furnished.provider
        ada, design, chat = provider.account("Ada Adminson"), provider.channel(), provider.channel(chat=True)
        for place in (personal(ada), channel(design), channel(chat)):
            root = await sent(furnished, message(place))
            under = await sent(furnished, message(place, under=root))
            for ref in (root, under):
                assert await furnished.platform.update(message(place, "As it is now."), ref) == Sent(ref)
            assert [each.card["body"][0]["text"] for each in provider.visible()] == ["As it is now."] * 2
            for ref in (under, root):
                assert await furnished.platform.withdraw(message(place), ref) == Sent(ref)
                gone = Gone(ref, "HTTP 404 ActivityNotFoundInConversation")
                assert await furnished.platform.withdraw(message(place), ref) == gone, "it is gone already"
            assert provider.visible() == []

    async def test_a_deleted_card_is_gone_and_nothing_is_posted_without_it(self, furnished: Mounted) -> None:
        design = furnished.provider.channel()
        outcome = await furnished.platform.update(message(channel(design)), "17")
        assert outcome == Gone("17", "HTTP 404 ActivityNotFoundInConversation")
        outcome = await furnished.platform.send(message(channel(design), under="17"))
        assert outcome == Gone("17", "HTTP 404 ConversationNotFound")
        assert furnished.provider.visible(design) == []
        root = await sent(furnished, message(channel(design)))
        furnished.provider.trouble("put", Trouble(403, refusal("ServiceError", "Unknown")))
        assert await furnished.platform.update(message(channel(design)), root) == Gone(root, "HTTP 403 ServiceError")
        assert await furnished.platform.update(message(channel(design)), "") == Never("the message has no id")

    async def test_find_cannot_tell(self, furnished: Mounted) -> None:
        assert await furnished.platform.find(message(channel("19:x@thread.tacv2"))) == CannotTell()

    async def test_an_answer_goes_into_the_thread_of_the_question(self, teams: Mounted) -> None:
        provider, ada = teams.provider, teams.provider.account("Ada Adminson")
        design = provider.channel([ada])
        await teams.furnish()
        root = await sent(teams, message(channel(design)))
        await teams.post(typed(provider, ada, "help", design, under=root))
        card = {"type": "AdaptiveCard", "version": "1.5", "body": []}
        ref = await teams.platform.answer(teams.handler.heard[-1], card, "What I can do.")
        first, second = provider.visible(design)
        assert (ref, second.under) == (f"{first.id}/{second.id}", first.id)


ENDINGS: dict[str, tuple[Trouble, Outcome]] = {
    "too many": (
        Trouble(429, refusal("Throttled"), {"Retry-After": "7"}),
        NotSent("HTTP 429 Throttled", timedelta(seconds=7)),
    ),
    "too many, no word when": (Trouble(429), NotSent("HTTP 429")),
    "too many, for days": (
        Trouble(429, None, {"Retry-After": "2592000"}),
        NotSent("HTTP 429", timedelta(hours=1), timedelta(days=30)),
    ),
    "at once with another": (Trouble(412, refusal("PreconditionFailed")), NotSent("HTTP 412 PreconditionFailed")),
    "a token that is not taken": (Trouble(401, refusal("Unauthorized")), NotSent("HTTP 401 Unauthorized")),
    "pointed elsewhere": (Trouble(307, None, {"Location": "http://127.0.0.1:9/"}), NotSent("HTTP 307")),
    "time-out": (Trouble(408), Unknown("HTTP 408")),
    "broken": (Trouble(500, refusal("ServiceError")), Unknown("HTTP 500 ServiceError")),
    "bad gateway": (Trouble(502, "<html>"), Unknown("HTTP 502")),
    "unavailable": (Trouble(503, None, {"Retry-After": "7"}), Unknown("HTTP 503")),
    "late": (Trouble(504), Unknown("HTTP 504")),
    "cut off": (Trouble(breaks=True), Unknown("the connection broke")),
    "taken, then cut off": (Trouble(breaks=True, takes=True), Unknown("the connection broke")),
    "no JSON": (Trouble(200, "<html>", {"Content-Type": "text/html"}), Unknown("an answer that is not JSON")),
    "half an answer": (
        Trouble(201, '{"id": ', {"Content-Type": "application/json"}),
        Unknown("an answer that cannot be read"),
    ),
    "not registered": (Trouble(401, refusal("BotNotRegistered")), NotSent("HTTP 401 BotNotRegistered")),
    "blocked": (Trouble(403, refusal("ConversationBlockedByUser")), NotSent("HTTP 403 ConversationBlockedByUser")),
    "blocked, in the other shape": (Trouble(403, BLOCKED), NotSent("HTTP 403 MessageWritesBlocked")),
    "switched off": (Trouble(403, refusal("BotDisabledByAdmin")), NotSent("HTTP 403 BotDisabledByAdmin")),
    "too big": (Trouble(413, refusal("MessageSizeTooBig")), Never("MessageSizeTooBig")),
    "wrong": (Trouble(400, refusal("Bad Argument")), Never("Bad Argument")),
    "wrong without a word": (Trouble(400, "nothing that could be read"), Never("HTTP 400")),
    "a code that is a sentence": (Trouble(400, refusal("The text 'Zebulon' cannot be sent!")), Never("HTTP 400")),
}


class TestEndings:
    @pytest.mark.parametrize("ending", ENDINGS)
    async def test_every_ending_of_a_post_is_known_for_what_it_is(self, furnished: Mounted, ending: str) -> None:
        provider = furnished.provider
        trouble, outcome = ENDINGS[ending]
        chat = provider.channel(chat=True)
        provider.trouble("post", trouble)
        assert await furnished.platform.send(message(channel(chat))) == outcome
        assert provider.seen["post"] == 1, "it was sent once, whatever came of it"
        assert len(provider.visible(chat)) == int(trouble.takes)

    @pytest.mark.parametrize("ending", ENDINGS)
    async def test_the_same_holds_for_a_new_thread(self, furnished: Mounted, ending: str) -> None:
        trouble, outcome = ENDINGS[ending]
        design = furnished.provider.channel()
        furnished.provider.trouble("create", trouble)
        assert await furnished.platform.send(message(channel(design))) == outcome
        assert furnished.provider.seen["create"] == 1

    @pytest.mark.parametrize("ending", [name for name, (_, outcome) in ENDINGS.items() if isinstance(outcome, Unknown)])
    async def test_a_failure_to_open_a_chat_is_not_sent(self, furnished: Mounted, ending: str) -> None:
        provider, ada = furnished.provider, furnished.provider.account("Ada Adminson")
        provider.trouble("create", ENDINGS[ending][0])
        assert isinstance(await furnished.platform.send(message(personal(ada))), NotSent)
        assert provider.messages == []
        await sent(furnished, message(personal(ada)))

    async def test_a_refused_connection_is_not_sent(self, provider: Provider, migrated_sqlite_url: str) -> None:
        async with mounted(provider, migrated_sqlite_url) as teams:
            await teams.connections.install("teams", TENANT, "", {"service": "http://127.0.0.1:1/teams/"})
            outcome = await teams.platform.send(message(channel(provider.channel())))
            assert outcome == NotSent("ClientConnectorError")

    async def test_before_the_app_is_installed_nothing_is_sent(self, teams: Mounted) -> None:
        ada = teams.provider.account("Ada Adminson")
        for place in (personal(ada), channel(teams.provider.channel())):
            outcome = await teams.platform.send(message(place))
            assert outcome == NotSent("no service address is known before the app is installed")
        assert teams.provider.seen["create"] == 0

    async def test_a_person_without_the_app_is_reported_as_such(self, furnished: Mounted) -> None:
        provider, ada = furnished.provider, furnished.provider.account("Ada Adminson")
        provider.not_installed.add(ada.aad)
        assert await furnished.platform.send(message(personal(ada))) == Never(OF_A_CHAT)
        provider.not_installed.clear()
        await sent(furnished, message(personal(ada)))
        provider.trouble("post", *[Trouble(403, refusal("BotNotInConversationRoster"))] * 2)
        assert await furnished.platform.send(message(personal(ada))) == Never(OF_A_CHAT)

    @pytest.mark.parametrize(
        ("trouble", "account"),
        [
            (Trouble(403, refusal("ConversationBlockedByUser")), OF_A_BLOCK),
            (Trouble(403, BLOCKED), OF_A_BLOCK),
            (Trouble(403, refusal("BotNotInConversationRoster")), OF_A_CHAT),
            (Trouble(403, refusal("BotDisabledByAdmin")), NO_ACCESS),
            (Trouble(401, refusal("BotNotRegistered")), NO_ACCESS),
            (Trouble(403, refusal("SomethingNew")), REFUSED),
            (Trouble(403), REFUSED),
            (Trouble(413, refusal("MessageSizeTooBig")), ""),
            (Trouble(400, refusal("Bad Argument")), ""),
        ],
    )
    async def test_a_refusal_says_whether_the_account_or_the_message_is_refused(
        self, furnished: Mounted, trouble: Trouble, account: str
    ) -> None:
        provider, ada = furnished.provider, furnished.provider.account("Ada Adminson")
        await sent(furnished, message(personal(ada)))
        provider.trouble("post", trouble, trouble)
        outcome = await furnished.platform.send(message(personal(ada)))
        assert isinstance(outcome, Never)
        assert outcome.account_ended == account

    async def test_a_chat_that_no_longer_exists_is_opened_again_once(self, furnished: Mounted) -> None:
        provider, ada = furnished.provider, furnished.provider.account("Ada Adminson")
        await sent(furnished, message(personal(ada)))
        provider.chats.clear()
        await sent(furnished, message(personal(ada)))
        known = await furnished.connections.conversation(personal(ada))
        assert known == Conversing(provider.chat_of(ada), provider.service)
        provider.trouble("post", *[Trouble(404, refusal("ConversationNotFound"))] * 2)
        assert await furnished.platform.send(message(personal(ada))) == Never(OF_A_CHAT)
        assert provider.seen["post"] == 5

    @pytest.mark.parametrize("code", ["BotNotInConversationRoster", "ConversationNotFound"])
    async def test_a_channel_without_the_bot_is_disconnected(self, furnished: Mounted, code: str) -> None:
        design, _ = await self._connected(furnished)
        furnished.provider.trouble("create", Trouble(403, refusal(code)))
        furnished.provider.trouble("members", Trouble(403, refusal(code)))
        assert await furnished.platform.send(message(channel(design))) == Never(code)
        assert await furnished.connections.channels("teams") == ()

    @pytest.mark.parametrize(
        "trouble",
        [
            Trouble(404, refusal("ConversationNotFound")),
            Trouble(403, refusal("BotNotInConversationRoster")),
            Trouble(403, refusal("Forbidden")),
            Trouble(404, "<html>"),
        ],
        ids=lambda each: f"{each.status} {each.body}",
    )
    @pytest.mark.parametrize("call", ["create", "post", "put", "delete"])
    async def test_one_answer_that_says_the_bot_is_gone_ends_nothing_and_it_is_tried_again(
        self, furnished: Mounted, call: str, trouble: Trouble
    ) -> None:
        design, root = await self._connected(furnished)

        async def attempt() -> Outcome:
            platform, sent_there = furnished.platform, message(channel(design))
            match call:
                case "create":
                    return await platform.send(sent_there)
                case "post":
                    return await platform.send(message(channel(design), under=root))
                case "put":
                    return await platform.update(sent_there, root)
            return await platform.withdraw(sent_there, root)

        furnished.provider.trouble(call, trouble)
        outcome = await attempt()
        assert isinstance(outcome, NotSent | Gone)
        assert isinstance(outcome, NotSent) == (call == "create" or trouble.status == 403)
        assert await furnished.connections.channels("teams") == (channel(design),)
        assert isinstance(await attempt(), Sent)

    @pytest.mark.parametrize("look", [Trouble(500), Trouble(429), Trouble(breaks=True)], ids=str)
    async def test_what_cannot_be_looked_at_now_is_not_believed(self, furnished: Mounted, look: Trouble) -> None:
        design, _ = await self._connected(furnished)
        furnished.provider.trouble("create", Trouble(404, refusal("ConversationNotFound")))
        furnished.provider.trouble("members", *[look] * 3)
        assert await furnished.platform.send(message(channel(design))) == NotSent("HTTP 404 ConversationNotFound")
        assert await furnished.connections.channels("teams") == (channel(design),)

    @pytest.mark.parametrize("code", ["BotDisabledByAdmin", "BotNotRegistered", "MessageWritesBlocked"])
    async def test_that_a_channel_takes_nothing_is_believed_if_its_roster_says_so_too(
        self, furnished: Mounted, code: str
    ) -> None:
        design, _ = await self._connected(furnished)
        refused = Trouble(401 if code == "BotNotRegistered" else 403, refusal(code))
        furnished.provider.trouble("create", refused, refused)
        assert await furnished.platform.send(message(channel(design))) == NotSent(f"HTTP {refused.status} {code}")
        furnished.provider.trouble("members", refused)
        assert await furnished.platform.send(message(channel(design))) == Never(code)

    @pytest.mark.parametrize("code", ["BotNotRegistered", "ConversationBlockedByUser"])
    async def test_a_change_of_a_persons_message_is_tried_again(self, furnished: Mounted, code: str) -> None:
        ada = furnished.provider.account("Ada Adminson")
        ref = await sent(furnished, message(personal(ada)))
        furnished.provider.trouble("delete", Trouble(403, refusal(code)))
        assert await furnished.platform.withdraw(message(personal(ada)), ref) == NotSent(f"HTTP 403 {code}")
        assert isinstance(await furnished.platform.withdraw(message(personal(ada)), ref), Sent)

    async def test_in_a_group_chat_such_an_answer_says_nothing_of_a_message(self, furnished: Mounted) -> None:
        chat = furnished.provider.channel([furnished.provider.account("Ada Adminson")], chat=True)
        furnished.provider.trouble("post", Trouble(404, refusal("ConversationNotFound")))
        answered = message(channel(chat), "Answered.", under="17")
        assert await furnished.platform.send(answered) == NotSent("HTTP 404 ConversationNotFound")
        await sent(furnished, answered)

    @pytest.mark.parametrize("call", ["create", "post"])
    @pytest.mark.parametrize(
        ("status", "code"),
        [
            (404, "ConversationNotFound"),
            (403, "BotNotInConversationRoster"),
            (403, "ConversationBlockedByUser"),
            (403, "MessageWritesBlocked"),
            (403, "BotDisabledByAdmin"),
            (401, "BotNotRegistered"),
        ],
    )
    async def test_one_such_answer_about_a_person_ends_nothing(
        self, furnished: Mounted, call: str, status: int, code: str
    ) -> None:
        ada = furnished.provider.account("Ada Adminson")
        furnished.provider.trouble(call, Trouble(status, refusal(code)))
        await sent(furnished, message(personal(ada)))

    @staticmethod
    async def _connected(furnished: Mounted) -> tuple[str, str]:
        """A connected channel with a card in it."""
        provider, ada = furnished.provider, furnished.provider.account("Ada Adminson")
        design = provider.channel([ada])
        await furnished.post(typed(provider, ada, "connect", design))
        await furnished.platform.rosters.connect(furnished.handler.heard[-1])
        assert await furnished.connections.channels("teams") == (channel(design),)
        return design, await sent(furnished, message(channel(design)))

    async def test_nothing_is_sent_while_the_database_is_away(
        self, furnished: Mounted, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def unavailable(*_: object) -> None:
            raise Unavailable

        monkeypatch.setattr(furnished.connections, "conversation", unavailable)
        place = channel(furnished.provider.channel())
        assert isinstance(await furnished.platform.send(message(place)), NotSent)
        assert isinstance(await furnished.platform.update(message(place), "17"), NotSent)
        assert furnished.provider.seen["create"] == 0

    async def test_a_chat_is_used_even_if_it_cannot_be_stored(
        self, furnished: Mounted, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def unavailable(*_: object) -> None:
            raise Unavailable

        monkeypatch.setattr(furnished.connections, "converse", unavailable)
        await sent(furnished, message(personal(furnished.provider.account("Ada Adminson"))))

    async def test_what_a_server_said_and_what_was_sent_is_in_no_log(
        self, furnished: Mounted, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        provider, ada = furnished.provider, furnished.provider.account("Ada Adminson")
        typed_text = "The boiler of flat 7 is haunted by Zebulon"
        for trouble in (
            Trouble(400, refusal("Bad", typed_text)),
            Trouble(500, typed_text),
            Trouble(200, typed_text),
            Trouble(breaks=True),
        ):
            provider.trouble("post", trouble)
            outcome = await furnished.platform.send(message(personal(ada), typed_text))
            assert "Zebulon" not in repr(outcome)
        said = caplog.text + "".join(str(each.exc_info) for each in caplog.records)
        for secret in ("Zebulon", ada.aad, ada.name, "Bearer", provider.chat_of(ada)):
            assert secret not in said, secret


class TestHanging:
    async def test_sends_that_hang_delay_nobody(self, furnished: Mounted) -> None:
        provider = furnished.provider
        hung, good = provider.channel(chat=True), provider.channel(chat=True)
        provider.trouble("post", *[Trouble(hangs=True)] * 6)
        hanging = [asyncio.create_task(furnished.platform.send(message(channel(hung)))) for _ in range(6)]
        await provider.until("post", 6)
        for _ in range(6):
            await sent(furnished, message(channel(good)))
        assert not any(each.done() for each in hanging), "the good ones did not wait for those that hang"
        provider.let_go()
        assert {type(each) for each in await asyncio.gather(*hanging)} == {Unknown}

    async def test_a_send_that_hangs_times_out_as_unknown(
        self, furnished: Mounted, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("adapters.teams.api.sdk.SEND_SECONDS", 0.5)
        chat = furnished.provider.channel(chat=True)
        furnished.provider.trouble("post", Trouble(hangs=True))
        assert await furnished.platform.send(message(channel(chat))) == Unknown("no answer in time")

    async def test_nothing_is_sent_after_the_send_deadline(self, furnished: Mounted) -> None:
        """As if the process had stopped for longer than its lease, and another one had taken over."""
        chat = furnished.provider.channel(chat=True)
        await sent(furnished, message(channel(chat)))
        instants = [NOW]
        with send_deadline.begun_by(NOW, lambda: instants[-1]):
            await sent(furnished, message(channel(chat)))
            instants.append(NOW + timedelta(seconds=1))
            with pytest.raises(send_deadline.DeadlinePassed):
                await furnished.platform.send(message(channel(chat)))
        assert len(furnished.provider.visible(chat)) == furnished.provider.seen["post"] == 2

    async def test_many_sends_share_few_connections(self, furnished: Mounted) -> None:
        provider = furnished.provider
        chats = [provider.channel(chat=True) for _ in range(40)]
        for each in chats:
            await sent(furnished, message(channel(each)))
        assert provider.connections() <= 2, "keys and token were asked for at the same time, over one each"
        assert provider.seen["token"] == 1


class TestPace:
    def test_it_keeps_each_of_the_four_limits_of_a_conversation(self) -> None:
        for most, seconds in ((7, 1), (8, 2), (60, 30), (1800, 3600)):
            assert 1 + int((seconds - 1e-6) // PACE.place.total_seconds()) <= most

    def test_it_keeps_the_limit_of_a_tenant(self) -> None:
        assert BURST + 1 / PACE.tenant.total_seconds() <= 50


async def test_a_chat_with_the_app_installed_is_not_opened_again(teams: Mounted) -> None:
    provider, ada = teams.provider, teams.provider.account("Ada Adminson")
    provider.chats[f"a:{ada.aad}"] = ada
    await teams.post(installed(provider, ada))
    await sent(teams, message(personal(ada), delivery=uuid4()))
    assert provider.seen["create"] == 0


async def test_typed_messages_add_no_conversation(teams: Mounted) -> None:
    provider, ada = teams.provider, teams.provider.account("Ada Adminson")
    await teams.post(typed(provider, ada, "help"))
    assert await teams.connections.conversation(personal(ada)) is None
    await teams.post(installed(provider, ada))
    assert await teams.connections.conversation(personal(ada)) is not None


def renewed(provider: Provider, activity: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The activity from a service address that has moved, and its token."""
    moved = f"{provider.address}/elsewhere/"
    return {**activity, "serviceUrl": moved}, provider.bearer(serviceurl=moved)


async def test_typed_messages_update_a_known_conversation(teams: Mounted) -> None:
    provider, ada = teams.provider, teams.provider.account("Ada Adminson")
    await teams.post(installed(provider, ada))
    body, token = renewed(provider, typed(provider, ada, "help"))
    await teams.post(body, bearer=token)
    known = await teams.connections.conversation(Place("teams", TENANT, ada.aad, direct=True))
    assert known == Conversing(f"a:{ada.aad}", f"{provider.address}/elsewhere/")
