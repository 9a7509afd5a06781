"""Forms and views that replace a message in its reader's own chat, and those that never may."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest

from adapters.teams.draw import button_data
from adapters.teams.draw.button_data import KEY
from adapters.teams.draw.chat import ASKED, SHOWN
from bot.dispatcher import Dispatcher
from bot.interface.intents import (
    AnswerFlags,
    ChangeFlag,
    DownloadCsv,
    GiveView,
    MyFlags,
    MyPolicies,
    NotSettled,
    Practise,
    ReplyToQuestion,
    SecondFlag,
    SeeFlag,
    SeeFlags,
    Snooze,
    WithdrawFlag,
)
from bot.interface.parts import Card, Form, Heading, Quote
from bot.interface.ports import Message, Sent
from bot.interface.unavailable import Unavailable
from bot.screens import refusals as says
from bot.screens.notice.way_in import ONLY_YOU
from tests.statements import queries, statements
from tests.stories.adaptive import fields, initial, pieces
from tests.stories.pieces import Action, read
from tests.teams.acting import TYPED, button, every_intent, fill, flag, in_dialog, shown
from tests.teams.activities import invoke
from tests.teams.client import CARD, Client
from tests.teams.mounted import PATH, personal
from tests.teams.provider import Posted
from tests.teams.tenant import Tenant, policy_of

ACTION = "adaptiveCard/action"
ANSWER = "Yolanda  begins with *forty* councils.\n1. {{DATE(2026-02-14T06:08:39Z)}}"
"""What an owner types, which Teams could read something into."""
ANSWERED = "Priya Nair answered this flag on Tuesday 24 November 2026: We will change it, by 31 March 2027."
MORNING = datetime(2026, 11, 24, 9, tzinfo=UTC)
"""When the digest comes."""


NEVER = {ChangeFlag, GiveView, MyFlags, NotSettled, Practise, ReplyToQuestion, SecondFlag, SeeFlag, WithdrawFlag}
"""What asks for a flag's text, or shows one's own."""


class Owner:
    """Priya, with a digest in her chat that holds a flag of Asha's."""

    def __init__(self, office: Tenant, client: Client, digest: Posted) -> None:
        self.office = office
        self.client = client
        self.digest = digest

    @property
    def reads(self) -> str:
        """All that can be read of the digest's message now."""
        return read(pieces(self.card, self.client.values(self.digest)))

    @property
    def card(self) -> dict[str, Any]:
        """The card that stands in its place."""
        return self.client.card(self.digest)

    @property
    def labels(self) -> list[str]:
        """What can be pressed on it."""
        found = pieces(self.card, self.client.values(self.digest))
        return [each.text for each in found if isinstance(each, Action)]

    async def presses(self, label: str, *, times: int = 1) -> None:
        """Press the button of that label on it."""
        await self.client.presses(self.button(label), self.digest, times=times)

    def button(self, label: str) -> Any:
        """The button of that label on it."""
        found = pieces(self.card, self.client.values(self.digest))
        (action,) = [each.handle for each in found if isinstance(each, Action) and each.text == label]
        return action

    def fills_in(self, **answers: str) -> None:
        """Fill in the fields that stand on it."""
        standing = self.client.values(self.digest)
        asked = {each["id"] for each in fields(self.card)}
        assert {f"q-{name}" for name in answers} <= asked
        standing |= {f"q-{name}": value for name, value in answers.items()}

    def answers(self) -> list[dict[str, Any]]:
        """What has been answered."""
        return self.office.rows("answers")


@pytest.fixture
async def priya(office: Tenant) -> Owner:
    """The owner, on the morning of her digest."""
    card = await office.announce()
    asha = office.client("asha")
    await flag(asha, card, promise="named")
    await _morning(office)
    digest = office.chat("priya")[-1]
    assert "1 flag needs your answer" in read(pieces(digest.card))
    return Owner(office, office.client("priya"), digest)


async def _morning(office: Tenant) -> None:
    office.clock.now = MORNING
    await office.settle()


async def test_answer_takes_at_most_eight_statements(priya: Owner) -> None:
    with statements() as seen:
        await priya.presses("Answer")
    assert len(queries(seen)) <= 8, "\n".join(seen)


def _old(office: Tenant, name: str) -> Client:
    return Client(office.provider, office.people[name], office.post, old=True)


FILLED = {"kind": "change", "text": ANSWER, "by_date": "2027-03-31"}


class TestAnswering:
    async def test_the_form_stands_in_the_place_of_the_digest(self, priya: Owner) -> None:
        await priya.presses("Answer")
        assert priya.client.dialog is None
        for each in ("Answer a flag", "Everyone on this policy sees your answer and your name.", TYPED):
            assert each in priya.reads
        assert [each["id"] for each in fields(priya.card)] == ["q-kind", "q-text", "q-by_date"]
        assert priya.labels == ["Send answer", "Cancel"]

    async def test_a_form_that_is_half_filled_in_is_not_refreshed_away(self, priya: Owner) -> None:
        assert "refresh" in priya.digest.card
        await priya.presses("Answer")
        assert "refresh" not in priya.card

    async def test_what_lacks_is_said_beside_the_field_and_what_was_typed_stays(self, priya: Owner) -> None:
        await priya.presses("Answer")
        priya.fills_in(kind="change", text=ANSWER)
        await priya.presses("Send answer")
        assert "There is a problem" in priya.reads
        assert priya.reads.count(says.NO_DATE_AHEAD) == 2
        assert priya.client.values(priya.digest) == {"q-kind": "change", "q-text": ANSWER, "q-by_date": ""}
        assert not priya.answers()
        priya.fills_in(by_date="2027-03-31")
        await priya.presses("Send answer")
        assert len(priya.answers()) == 1

    async def test_what_was_done_is_said_over_the_digest_as_it_stands_now(self, priya: Owner) -> None:
        await priya.presses("Answer")
        priya.fills_in(**FILLED)
        await priya.presses("Send answer")
        assert priya.reads.startswith("Answer sent to 1 flag.")
        assert "You get this because" in priya.reads
        assert ANSWERED in priya.reads
        assert priya.card["refresh"] == priya.digest.card["refresh"]
        await priya.client.shows(priya.digest)
        assert ANSWERED in priya.reads
        assert "Answer sent" not in priya.reads
        # Pressed again, it is another answer: the first stands above it, exactly as it was typed.
        await priya.presses("Change answer")
        assert ANSWER in "".join(run["text"] for run in _runs(priya.card)).replace("\u00a0", " ")

    async def test_an_answer_in_place_leaves_nothing_in_the_chat(
        self, priya: Owner, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        before = len(priya.office.provider.messages)
        await priya.presses("Answer")
        priya.fills_in(**FILLED)
        await priya.presses("Send answer")
        assert (len(priya.office.provider.messages), priya.digest.puts) == (before, 0)
        assert "Yolanda" not in str([each.activity for each in priya.office.provider.messages])
        assert "Yolanda" not in caplog.text + priya.office.everything()

    @pytest.mark.parametrize("typed", ["31/03/2027", "31.03.2027", "2027-03-31T00:00:00Z", "2027-03-31"])
    async def test_a_date_is_passed_on_as_it_was_typed(self, priya: Owner, typed: str) -> None:
        await priya.presses("Answer")
        priya.fills_in(**{**FILLED, "by_date": typed})
        await priya.presses("Send answer")
        (answer,) = priya.answers()
        assert str(answer["by_date"]) == "2027-03-31"

    async def test_a_refused_form_shows_what_was_typed(self, priya: Owner) -> None:
        """Another person owns the policy when she submits."""
        await priya.presses("Answer")
        priya.fills_in(**FILLED)
        await priya.client.presses(button(priya.digest.card, "Name someone else"), priya.digest)
        fill(priya.client, owner="ben@example.org")
        await priya.client.presses(in_dialog(priya.client, "Name policy owner"))
        priya.client.dialog = None
        await priya.presses("Send answer")
        assert priya.reads.startswith("Only the policy owner, the delegate")
        assert "Your text is still here. You wrote" in priya.reads
        assert ANSWER in "".join(run["text"] for run in _runs(priya.card)).replace("\u00a0", " ")
        assert not priya.answers()

    async def test_leaving_the_form_sends_nothing(self, priya: Owner) -> None:
        await priya.presses("Answer")
        priya.fills_in(text=ANSWER)
        sent: list[Any] = []

        async def seen(activity: dict[str, Any]) -> tuple[int, Any]:
            sent.append(activity)
            return await priya.office.post(activity)

        with patch.object(priya.client, "_post", seen):
            await priya.presses("Cancel")
        assert "Yolanda" not in str(sent)
        assert "1 flag needs your answer" in priya.reads
        assert priya.card["refresh"] == priya.digest.card["refresh"]

    async def test_an_impatient_owner_answers_once(self, priya: Owner) -> None:
        await priya.presses("Answer")
        priya.fills_in(**FILLED)
        await priya.presses("Send answer", times=3)
        assert len(priya.answers()) == 1
        assert priya.reads.startswith("Answer sent to 1 flag.")

    async def test_what_teams_sends_again_answers_once(self, priya: Owner) -> None:
        await priya.presses("Answer")
        priya.fills_in(**FILLED)
        sent: list[dict[str, Any]] = []

        async def again(activity: dict[str, Any]) -> tuple[int, Any]:
            sent.append(activity)
            first = await priya.office.post(activity)
            assert await priya.office.post(activity) == first
            return first

        with patch.object(priya.client, "_post", again):
            await priya.presses("Send answer")
        assert len(sent) == len(priya.answers()) == 1

    async def test_while_nothing_can_be_saved_what_was_typed_is_shown_and_can_be_sent_again(
        self, priya: Owner, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        for error in (Unavailable(), RuntimeError(ANSWER)):
            await priya.client.shows(priya.digest)
            await priya.presses("Answer")
            priya.fills_in(**FILLED)
            with patch.object(Dispatcher, "submit", side_effect=error):
                for label in ("Send answer", "Try again"):
                    await priya.presses(label)
                    assert says.DOWN in priya.reads
                    assert "Yolanda" in priya.reads
                    assert priya.labels == ["Try again", "Go back"]
            with patch.object(Dispatcher, "was_sent_to", side_effect=error):
                await priya.presses("Try again")
                assert "Yolanda" in priya.reads
        assert not priya.answers()
        await priya.presses("Try again")
        assert priya.reads.startswith("Answer sent to 1 flag.")
        assert "Yolanda" not in caplog.text

    async def test_the_result_is_shown_although_the_digest_cannot_be_drawn(self, priya: Owner) -> None:
        await priya.presses("Answer")
        priya.fills_in(**FILLED)
        with patch.object(Dispatcher, "drawn", side_effect=Unavailable()):
            await priya.presses("Send answer")
        assert "Answer sent to 1 flag." in priya.reads
        assert priya.labels == ["See flags", "Go back"]
        await priya.presses("Go back")
        assert "You get this because" in priya.reads


class TestTheOtherButtons:
    async def test_all_flags_are_acknowledged_in_place(self, priya: Owner) -> None:
        await priya.presses("Acknowledge all")
        assert "You will acknowledge 1 flag on Single parking permit." in priya.reads
        await priya.presses("Acknowledge 1 flag")
        assert says.NO_DATE_AHEAD in priya.reads
        priya.fills_in(by_date="2026-12-04")
        await priya.presses("Acknowledge 1 flag", times=2)
        assert priya.reads.startswith("You acknowledged 1 flag.")
        assert [each["kind"] for each in priya.answers()] == ["acknowledged"]

    async def test_the_digest_is_moved_in_place(self, priya: Owner) -> None:
        await priya.presses("Remind me later")
        priya.fills_in(until="2026-11-30")
        await priya.presses("Move my digest")
        assert priya.reads.startswith("Next digest: Monday 30 November 2026, 9am.")
        assert "1 flag needs your answer" in priya.reads

    async def test_a_view_leads_on_and_back(self, priya: Owner) -> None:
        await priya.presses("See everything")
        assert "My policies" in priya.reads
        assert fields(priya.card) == []
        await priya.presses("See flags")
        assert TYPED in priya.reads
        await priya.presses("Go back")
        await priya.presses("See everything")
        await priya.presses("Answer 1 flag")
        assert "Answer a flag" in priya.reads
        await priya.presses("Cancel")
        assert "You get this because" in priya.reads

    async def test_what_is_refused_whole_leads_back(self, priya: Owner) -> None:
        await priya.presses("Acknowledge all")
        priya.fills_in(by_date="2026-12-04")
        await priya.presses("Acknowledge 1 flag")
        await priya.presses("Acknowledge all")
        assert says.NOTHING_WAITS in priya.reads
        assert priya.labels == ["Go back"]

    async def test_settings_and_one_flag_are_dialogs(self, priya: Owner) -> None:
        for label in ("Change when this arrives", "Name someone else"):
            await priya.presses(label)
            assert priya.client.dialog is not None, label
            assert priya.card == priya.digest.card
            priya.client.dialog = None

    async def test_emoji_make_neither_a_message_nor_an_answer_too_large(self, priya: Owner) -> None:
        office, provider = priya.office, priya.office.provider
        emoji = "👩🏽‍💻 " * 300
        card = Card((Heading("Emoji"), *(Quote("Why", emoji) for _ in range(20))), "A card of emoji.")
        provider.largest = 0
        sent_card = await office.platform.send(Message(UUID(int=7), personal(office.people["priya"]), card))
        assert isinstance(sent_card, Sent)
        assert 20_000 < provider.largest < 28 * 1024
        for number in range(4):
            because = f"{number} {emoji}"
            await flag(office.client("ben"), office.cards()[-1], promise="named", because=because, remedy=because)
        message_ref = button_data.read(priya.digest.card["refresh"]["action"]["data"]).message_ref
        data = button_data.opening(SeeFlags(policy_of(office.cards()[-1])), message_ref)
        value = {"action": {"type": "Action.Execute", "verb": "open", "data": data}}
        sent = invoke(provider, office.people["priya"], ACTION, value)
        answer = await office.web.post(PATH, json=sent, headers={"Authorization": provider.bearer()})
        assert 10_000 < len(await answer.read()) < 28 * 1024
        assert (answer.content_type, answer.charset) == ("application/json", "utf-8")

    async def test_what_teams_cannot_do_is_not_offered(self, priya: Owner) -> None:
        await priya.client.types("digest")
        way_in = priya.office.chat("priya")[-1]
        await priya.client.presses(button(way_in.card, "See my newest digest"), way_in)
        assert "1 flag needs your answer" in shown(priya.client)
        assert "Download CSV" not in shown(priya.client) + str(priya.digest.activity)
        (made,) = priya.office.rows("digests")
        old = button_data.FETCH | button_data.opening(DownloadCsv(made["id"]))
        await priya.client.presses({"type": "Action.Submit", "data": old})
        assert "Download CSV is not available in Teams." in shown(priya.client)

    async def test_flags_are_answered_from_the_home_too(self, priya: Owner) -> None:
        await priya.client.types("home")
        home = Owner(priya.office, priya.client, priya.office.chat("priya")[-1])
        await home.presses("See my policies")
        await home.presses("Answer 1 flag")
        home.fills_in(**FILLED)
        await home.presses("Send answer")
        assert home.reads.startswith("Answer sent to 1 flag.")
        assert "Show my flags" in home.labels
        await home.presses("See my policies")
        await home.presses("Go back")
        assert home.reads.startswith("Deliverable")
        assert len(priya.answers()) == 1


class TestOlderClients:
    async def test_a_client_that_knows_no_such_buttons_is_asked_in_a_dialog(self, priya: Owner) -> None:
        old = _old(priya.office, "priya")
        await old.presses(button(priya.digest.card, "Answer"), priya.digest)
        assert "Answer a flag" in shown(old)
        fill(old, kind="change", text=ANSWER)
        await old.presses(in_dialog(old, "Send answer"))
        assert says.NO_DATE_AHEAD in shown(old)
        fill(old, by_date="2027-03-31")
        await old.presses(in_dialog(old, "Send answer"))
        assert "Answer sent to 1 flag." in shown(old)
        assert len(priya.answers()) == 1

    async def test_every_button_of_a_digest_works_there(self, priya: Owner) -> None:
        for each in ("Acknowledge all", "Remind me later", "See everything", "Answer"):
            old = _old(priya.office, "priya")
            await old.presses(button(priya.digest.card, each), priya.digest)
            assert old.dialog is not None, each

    async def test_a_form_from_a_fallback_button_is_submitted(self, priya: Owner) -> None:
        await priya.presses("Answer")
        priya.fills_in(**FILLED)
        send = priya.button("Send answer")
        await priya.client.presses(send["fallback"], priya.digest)
        assert "Answer sent to 1 flag." in shown(priya.client)
        assert len(priya.answers()) == 1

    async def test_a_button_of_an_earlier_version_opens_a_dialog(self, priya: Owner) -> None:
        (row,) = priya.office.rows("flags")
        own = {"k": "open", "i": AnswerFlags((row["id"],)).to_text()}
        earlier = {"type": "Action.Submit", "data": {"msteams": {"type": "task/fetch"}, KEY: own}}
        await priya.client.presses(earlier, priya.digest)
        assert "Answer a flag" in shown(priya.client)

    async def test_a_client_that_sends_a_message_gets_a_button_to_the_dialog(self, priya: Owner) -> None:
        (row,) = priya.office.rows("flags")
        data = button_data.opening(AnswerFlags((row["id"],)))
        await priya.client.presses({"type": "Action.Submit", "data": data}, priya.digest)
        answer = priya.office.chat("priya")[-1]
        opener = button(answer.card, "Open the form")
        assert opener["type"] == "Action.Submit"
        await priya.client.presses(opener, answer)
        assert "Answer a flag" in shown(priya.client)


class TestNobodyElse:
    async def test_nothing_is_drawn_for_whom_the_message_is_not(self, priya: Owner) -> None:
        ben = priya.office.client("ben")
        open_form = button(priya.digest.card, "Answer")
        await priya.presses("Answer")
        send = priya.button("Send answer")
        for action in (open_form, {**send, "data": {**send["data"], "q-kind": "cannot", "q-text": "No."}}):
            await ben.presses(action, priya.digest)
            assert ben.said == says.NOT_FOUND
            assert ben.card(priya.digest) == priya.digest.card
        assert not priya.answers()

    async def test_a_person_who_may_not_answer_is_told_so_in_their_message(self, priya: Owner) -> None:
        """Permissions are checked on submission: a forged answer form is refused."""
        (row,) = priya.office.rows("flags")
        ben = priya.office.client("ben")
        await ben.types("home")
        home = priya.office.chat("ben")[-1]
        data = button_data.opening(AnswerFlags((row["id"],)))
        await ben.presses({"type": "Action.Execute", "verb": "open", "data": data}, home)
        assert "Only the policy owner, the delegate" in read(pieces(ben.card(home)))
        assert TYPED not in read(pieces(ben.card(home)))

    async def test_in_a_channel_nothing_is_drawn_in_place(self, priya: Owner) -> None:
        card = priya.office.cards()[-1]
        for how in (button_data.opening(MyPolicies()), button_data.sending(Form("", (), nonce="n"), Snooze())):
            await priya.client.presses({"type": "Action.Execute", "verb": "open", "data": how}, card)
            assert priya.client.said
            assert priya.client.card(card) == card.card


async def test_only_what_is_on_the_list_is_drawn_in_a_chat(priya: Owner) -> None:
    """Of all that can be pressed, asked for in every way, by an owner who has a flag of her own that is not shown."""
    office = priya.office
    await flag(priya.client, office.cards()[-1], because="Xanadu")
    (own,), (other,) = office.rows("boxes"), office.rows("flags")
    (digest,), (policy,) = office.rows("digests"), office.rows("policies")
    message_ref = button_data.read(priya.digest.card["refresh"]["action"]["data"]).message_ref
    asking, showing = set(), set()
    for intent in (each for one in (own, other, digest, policy) for each in every_intent(one["id"])):
        for data in (
            button_data.opening(intent, message_ref),
            button_data.opening(intent),
            button_data.sending(Form("", (), nonce="n"), intent, message_ref),
        ):
            value = {"action": {"type": "Action.Execute", "verb": "open", "data": data}, "trigger": "manual"}
            sent = invoke(office.provider, office.people["priya"], ACTION, value, reply_to=priya.digest.id)
            status, answer = await office.post(sent)
            assert (status, answer["statusCode"]) == (200, 200)
            assert "Xanadu" not in str(answer), intent
            if answer["type"] != CARD:
                continue
            text = read(pieces(answer["value"], initial(answer["value"])))
            if fields(answer["value"]):
                asking.add(type(intent))
            elif ONLY_YOU not in text and says.CHANGED_SINCE not in text:
                showing.add(type(intent))
    assert asking == set(ASKED)
    assert showing - set(ASKED) == set(SHOWN)
    assert NEVER.isdisjoint(asking | showing)


def _runs(drawn: object) -> list[dict[str, Any]]:
    if isinstance(drawn, list):
        return [run for each in drawn for run in _runs(each)]
    if not isinstance(drawn, dict):
        return []
    return [drawn] if drawn.get("type") == "TextRun" else [run for each in drawn.values() for run in _runs(each)]
