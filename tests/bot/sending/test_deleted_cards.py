"""A policy's card is deleted from a channel: it is put back once, and what hangs under it stands nowhere else."""

from __future__ import annotations

from uuid import UUID

import pytest

from bot.interface import intents
from bot.interface.ports import Gone, Message, Outcome
from bot.outbox import deliveries
from bot.outbox.outcomes import LOOK_AGAIN
from bot.screens.notice import message_replaced
from bot.sending import unconfirmed
from bot.unit_of_work.unit_of_work import UnitOfWork
from bot.worker.worker import Worker
from storage import Database
from storage import deliveries as stored
from storage.keys import KeyRing
from tests.bot.conftest import Clock, Notebook, Office, address_of, email_of, said, user_of

GONE = "message_not_found"


class Deleting(Notebook):
    """A platform on which people delete messages, by their refs."""

    def __init__(self) -> None:
        super().__init__()
        self.deleted: set[str] = set()
        self.wrong = 0
        """How many of the next calls say that a message is gone, although it is there."""
        self.stray: str = ""
        """The ref of the next reply, which is posted in the channel itself."""

    def _gone(self, ref: str) -> bool:
        self.wrong -= 1
        return ref in self.deleted or self.wrong >= 0

    async def send(self, message: Message) -> Outcome:
        if message.under and self.stray:
            stray, self.stray = self.stray, ""
            return Gone(message.under, GONE, stray)
        if message.under and self._gone(message.under):
            return Gone(message.under, GONE)
        return await super().send(message)

    async def update(self, message: Message, ref: str) -> Outcome:
        return Gone(ref, GONE) if self._gone(ref) else await super().update(message, ref)

    async def withdraw(self, message: Message, ref: str) -> Outcome:
        return Gone(ref, GONE) if self._gone(ref) else await super().withdraw(message, ref)

    def channel(self, verb: str = "send") -> list[tuple[Message, str]]:
        """What was done in the channel, with the ref of each message."""
        return [(each, ref) for done, each, ref in self.kept if done == verb and each.place.address == address_of("c1")]


@pytest.fixture
def worker(database: Database, ring: KeyRing, clock: Clock) -> Worker:
    """A worker that knows who is an admin: Ada."""
    return Worker(database, ring, clock, admins=[email_of("ada")])


@pytest.fixture
def chat(office: Office) -> Deleting:
    made = Deleting()
    office.worker.add(made)
    return made


async def a_minute(office: Office) -> None:
    for _ in range(3):
        office.clock.move_to(office.clock.now + LOOK_AGAIN)
        await office.worker.tick()


async def a_card(office: Office, chat: Deleting) -> tuple[UUID, str]:
    policy = await office.announce()
    await office.worker.tick()
    ((_, ref),) = chat.channel()
    return policy, ref


async def an_answer(office: Office, policy: UUID, person: str = "asha") -> None:
    flag = await office.file(policy, person, promise="named")
    await office.answer((flag,))
    await office.worker.tick()


async def answer_sent(office: Office, policy: UUID) -> str:
    """Answer a flag of Dina's; what is said then."""
    flag = await office.file(policy, "dina", promise="named")
    typed = {"kind": "change", "text": "We start with forty councils.", "by_date": "2027-03-31"}
    return said(await office.fill(intents.AnswerFlags((flag,)), "priya", **typed))


async def test_where_an_answer_is_read_is_said_as_it_is(office: Office, chat: Deleting) -> None:
    policy = await office.announce()
    assert "People read it in See flags." in await answer_sent(office, policy), "the card is not there yet"
    await office.worker.tick()
    assert "People read it in channel c1, and in See flags." in await answer_sent(office, policy)
    office.update("channels", office.rows("channels")[0]["id"], connected=False)
    assert "People read it in See flags." in await answer_sent(office, policy)


def card_row(office: Office, ref: str) -> UUID:
    """The id of the delivery that posted a card."""
    rows = office.rows("deliveries")
    (found,) = [each["id"] for each in rows if each["key"].startswith("post:") and each["ref"] == ref]
    return UUID(str(found))


def told(chat: Deleting) -> list[str]:
    """What Ada was told of cards and of messages."""
    texts = [said(each.card) for each in chat.to(user_of("ada"))]
    return [each for each in texts if "deleted twice" in each or "could not be sent" in each]


async def test_it_is_put_back_once_with_the_answer_under_it(office: Office, chat: Deleting) -> None:
    policy, first = await a_card(office, chat)
    chat.deleted.add(first)
    await an_answer(office, policy)
    await a_minute(office)
    (_, (card, second), (notice, _)) = chat.channel()
    assert second != first
    assert "answered a flag about Timetable" not in said(card.card)
    assert notice.under == second
    assert "answered a flag about Timetable" in said(notice.card)
    assert "On Single parking permit." in said(notice.card)
    assert told(chat) == []
    await a_minute(office)
    assert len(chat.channel()) == 3, "and not again"


async def test_deleted_twice_it_has_ended_with_one_message_and_answers_go_elsewhere(
    office: Office, chat: Deleting
) -> None:
    policy, first = await a_card(office, chat)
    chat.deleted.add(first)
    await an_answer(office, policy)
    await a_minute(office)
    chat.deleted.add(chat.channel()[1][1])
    for person in ("ben", "cai"):
        await an_answer(office, policy, person)
        await a_minute(office)
    assert len(chat.channel()) == 3, "the card, the card again, and the first answer"
    (text,) = told(chat)
    assert "The card of Single parking permit was deleted twice in channel c1" in text
    assert "People read it in See flags." in await answer_sent(office, policy)
    await a_minute(office)
    assert len(chat.channel()) == 3
    assert {str(each["state"]) for each in office.rows("deliveries") if each["posting_id"]} == {"sent", "superseded"}


async def test_what_is_said_to_be_gone_once_is_there(office: Office, chat: Deleting) -> None:
    policy, first = await a_card(office, chat)
    chat.wrong = 1
    await an_answer(office, policy)
    await a_minute(office)
    assert [each.under for each, _ in chat.channel()] == [None, first]
    assert {ref for _, ref in chat.channel("update")} == {first}
    assert told(chat) == []


async def test_a_reply_that_landed_in_the_channel_is_taken_away_and_posted_under_the_card(
    office: Office, chat: Deleting
) -> None:
    policy, first = await a_card(office, chat)
    chat.deleted.add(first)
    chat.stray = "ref-stray"
    await an_answer(office, policy)
    # The platform reports what was posted, late.
    (notice,) = [each for each in office.rows("deliveries") if each["screen"] == "answer-notice"]
    office.change(lambda uow: unconfirmed.seen(uow, notice["id"], "ref-stray", 1))
    await a_minute(office)
    assert [ref for _, ref in chat.channel("withdraw")] == ["ref-stray"]
    assert [each.under for each, _ in chat.channel()] == [None, None, chat.channel()[1][1]]


async def test_a_card_that_is_seen_after_all_gives_way_to_the_one_that_was_put_back(
    office: Office, chat: Deleting
) -> None:
    policy, first = await a_card(office, chat)
    chat.deleted.add(first)
    await an_answer(office, policy)
    await a_minute(office)
    chat.deleted.clear()
    seen: list[object] = []
    office.change(lambda uow: seen.append(unconfirmed.seen(uow, card_row(office, first), first, 1)))
    assert seen[0] is not None
    await a_minute(office)
    assert [ref for _, ref in chat.channel("withdraw")] == [first]


async def test_a_card_that_is_seen_before_it_was_put_back_counts_again(office: Office, chat: Deleting) -> None:
    policy, first = await a_card(office, chat)
    chat.deleted.add(first)
    await an_answer(office, policy)
    chat.refusing = 1
    office.clock.move_to(office.clock.now + LOOK_AGAIN)
    await office.worker.tick()
    chat.deleted.clear()
    office.change(lambda uow: unconfirmed.seen(uow, card_row(office, first), first, 1))
    await a_minute(office)
    assert [each.under for each, _ in chat.channel()] == [None, first]


async def test_a_withdrawal_is_done_when_the_message_is_gone_twice(office: Office, chat: Deleting) -> None:
    await a_card(office, chat)
    office.change(lambda uow: _withdraw(uow, card_row(office, chat.channel()[0][1])))
    chat.deleted.add("ref-old")
    await office.worker.tick()
    (withdrawal,) = [each for each in office.rows("deliveries") if each["verb"] == "withdraw"]
    assert withdrawal["state"] == "waiting"
    await a_minute(office)
    (withdrawal,) = [each for each in office.rows("deliveries") if each["verb"] == "withdraw"]
    assert withdrawal["state"] == "sent"


def _withdraw(uow: UnitOfWork, delivery: UUID) -> None:
    row = stored.delivery(uow.session, delivery)
    assert row is not None
    deliveries.withdraw(uow, row, "ref-old", message_replaced.SCREEN, "w")
