"""People who cannot be sent messages: the person who names them is told at once, and so are admins.

An owner named by e-mail address has two working days to join a connected channel. Then open flags go to the delegate
until the owner can be reached, as they do for an owner without the app.
"""

from __future__ import annotations

from uuid import UUID

import pytest

from bot.interface import intents
from bot.interface.parts import Form
from bot.interface.ports import BLOCKED, IN_NO_PLACE, NOT_INSTALLED, Never, Place, Sent
from bot.interface.views import Reachability
from bot.people import conversations, reachability
from bot.people.people import Member, Roster
from bot.sending import dead_letters
from storage import unreached as stored
from tests.bot.conftest import (
    FLAG,
    FULL_NAMES,
    WORKSPACE,
    Office,
    address_of,
    buttons,
    email_of,
    member,
    said,
    user_of,
)
from tests.fakes import FakePlatform

NIA = "nia.new@example.org"
NOT_INSTALLED_FOR_PRIYA = "I cannot message Priya Owneray yet: the app is not installed for them."
TOLD = "An admin has been told."
WEDNESDAY = "Wednesday 25 November 2026"

pytestmark = [pytest.mark.usefixtures("ada_is_told"), pytest.mark.rules]


def messages_saying(chat: FakePlatform, person: str, sentence: str) -> int:
    """How many messages to a person contain that sentence."""
    return sum(sentence in said(each.card) for each in chat.at(user_of(person)))


def digests(chat: FakePlatform, person: str) -> list[str]:
    """The texts of the digests that a person was sent."""
    return [text for each in chat.at(user_of(person)) if "You get this because" in (text := said(each.card))]


def refuse(office: Office, person: str, reason: str = NOT_INSTALLED) -> None:
    """Record that a person's account cannot be sent messages."""
    office.change(lambda uow: stored.refuse(uow.session, "chat", WORKSPACE, user_of(person), reason))


async def named(office: Office, **typed: str) -> Form:
    """Announce a policy and return what the announcer is shown."""
    typed = {"owner": email_of("priya"), "delegate": email_of("omar"), "senior": email_of("sal"), **typed}
    return await office.fill(intents.Announce(), "ben", title="Fishing licence", summary="By telephone.", **typed)


async def joins(office: Office) -> None:
    """A person with the awaited address joins the channel."""
    nia = Member("U-nia-7741", "Nia New", NIA, "Europe/London")
    await office.enrol(*(member(each) for each in FULL_NAMES), nia)


class TestNamingPeople:
    async def test_an_unseen_address_is_reported_with_the_day(self, office: Office) -> None:
        text = said(await named(office, owner=NIA, senior="sam.boss@example.org"))
        assert f"{NIA} has not been here yet. They are told once they are in a connected channel." in text
        assert f"If they are in none by {WEDNESDAY}, an admin is told then." in text
        assert "sam.boss@example.org has not been here yet. They can be told once they are" in text
        assert "is told that you named them" not in text

    async def test_people_without_the_app_are_reported_and_admins_shown_how(
        self, office: Office, chat: FakePlatform
    ) -> None:
        for each in ("priya", "omar"):
            refuse(office, each)
            chat.always(Never(NOT_INSTALLED), address=user_of(each))
        text = said(await named(office))
        assert f"{NOT_INSTALLED_FOR_PRIYA} {TOLD}" in text
        assert f"I cannot message Omar Delegato yet: the app is not installed for them. {TOLD}" in text
        assert "Sal Seniorman" not in text
        await office.worker.tick()
        cards = [each.card for each in chat.at(user_of("ada"))]
        assert len(cards) == 2
        assert messages_saying(chat, "ada", "They are the policy owner of Fishing licence.") == 1
        assert messages_saying(chat, "ada", "They are the delegate of Fishing licence.") == 1
        for card in cards:
            (how,) = buttons(card, "Show me how")
            assert "Add to a team" in said(await office.form(how, "ada"))

    async def test_naming_another_owner_says_the_same(self, office: Office, chat: FakePlatform, policy: UUID) -> None:
        refuse(office, "dina", BLOCKED)
        text = said(await office.fill(intents.NameOwner(policy), "priya", owner=email_of("dina")))
        assert f"I cannot message Dina Oxenhopper: they have blocked or removed the app. {TOLD}" in text
        assert "They are told now." not in text
        await office.worker.tick()
        assert messages_saying(chat, "omar", "Flags on Single parking permit now come to you.") == 1

    async def test_without_an_admin_it_does_not_say_that_one_was_told(self, office: Office) -> None:
        await office.enrol(*(member(each) for each in FULL_NAMES if each != "ada"), member("ada", active=False))
        refuse(office, "priya")
        text = said(await named(office, senior=NIA))
        assert NOT_INSTALLED_FOR_PRIYA in text
        assert "admin" not in text

    async def test_a_closed_account_is_reported(self, office: Office) -> None:
        everybody = [member(each, active=each != "dina") for each in FULL_NAMES]
        await office.enrol(*everybody)
        text = said(await named(office, owner=f"chat/{WORKSPACE}/{user_of('dina')}"))
        assert f"I cannot message Dina Oxenhopper: their account is closed. {TOLD}" in text

    async def test_a_test_message_is_sent_anyway_and_clears_the_refusal_if_it_arrives(
        self, office: Office, chat: FakePlatform
    ) -> None:
        refuse(office, "priya")
        form = await office.fill(intents.TryPeople(), "ada", owner=email_of("priya"))
        assert NOT_INSTALLED_FOR_PRIYA in said(form)
        assert len(buttons(form, "Show me how")) == 1
        await office.worker.tick()
        assert messages_saying(chat, "priya", "This is a test message") == 1
        assert office.rows("unreached") == []

    async def test_a_person_who_cannot_be_reached_cannot_stand_in(self, office: Office) -> None:
        refuse(office, "omar")
        days = {"first_day": "2026-11-24", "last_day": "2026-11-25"}
        form = await office.fill(intents.Away(), "priya", stand_in=email_of("omar"), **days)
        assert form.problems == {"stand_in": "Omar Delegato cannot be reached here. Enter someone else"}


class TestAMessageThatIsRefused:
    async def test_the_person_who_named_them_is_told_and_the_delegate_gets_digests_meanwhile(
        self, office: Office, chat: FakePlatform
    ) -> None:
        chat.always(Never(NOT_INSTALLED), address=user_of("priya"))
        text = said(await named(office))
        assert "Priya Owneray is told that you named them." in text
        (policy,) = (UUID(str(each["id"])) for each in office.rows("policies"))
        await office.file(policy, "asha", promise="named")
        await office.until(23, 10, 5)
        assert messages_saying(chat, "ben", f"{NOT_INSTALLED_FOR_PRIYA} {TOLD}") == 1
        assert messages_saying(chat, "ada", NOT_INSTALLED_FOR_PRIYA) == 1
        await office.until(25, 12)
        assert [FLAG["because"] in each for each in digests(chat, "omar")] == [True]
        assert (
            messages_saying(chat, "omar", f"{NOT_INSTALLED_FOR_PRIYA} Flags on Fishing licence now come to you.") == 1
        )
        assert office.row("flags", UUID(str(office.rows("flags")[0]["id"])))["answer_by"] is not None
        # The app is installed, and the refused message is sent again.
        chat.always(Sent(""), address=user_of("priya"))
        assert office.change(dead_letters.again) == 1
        await office.until(26, 12)
        assert office.rows("unreached") == []
        assert [FLAG["because"] in each for each in digests(chat, "priya")] == [True]
        assert len(digests(chat, "omar")) == 1

    async def test_an_admin_who_named_them_is_told_once(self, office: Office, chat: FakePlatform, policy: UUID) -> None:
        chat.always(Never(NOT_INSTALLED), address=user_of("dina"))
        await office.fill(intents.NameOwner(policy), "ada", owner=email_of("dina"))
        await office.until(23, 10, 5)
        assert messages_saying(chat, "ada", "I cannot message Dina Oxenhopper yet") == 1

    async def test_a_fault_of_the_message_does_not_make_its_recipient_unreachable(
        self, office: Office, chat: FakePlatform
    ) -> None:
        chat.always(Never("msg_too_long"), address=user_of("priya"))
        chat.always(Never(NOT_INSTALLED), address=address_of("c1"))
        await office.announce()
        await office.worker.tick()
        assert office.rows("unreached") == []

    async def test_another_account_of_the_same_person_is_sent_the_message(
        self, office: Office, chat: FakePlatform
    ) -> None:
        office.organise(domains="example.org")
        mail = FakePlatform(office.clock, "mail")
        office.worker.add(mail)
        away = [Member(f"M-{each}", FULL_NAMES[each], email_of(each)) for each in FULL_NAMES]
        await office.enrol(*away, platform="mail", workspace="W-mail", channel="c9")
        refuse(office, "priya")
        await office.announce()
        await office.worker.tick()
        assert ["You are the policy owner" in said(each.card) for each in mail.at("M-priya")] == [True]
        assert chat.at(user_of("priya")) == []
        assert messages_saying(chat, "ada", "Priya") == 0


class TestAwaiting:
    async def test_after_two_working_days_the_delegate_gets_digests_and_admins_are_told_once(
        self, office: Office, chat: FakePlatform
    ) -> None:
        policy = await office.announce(owner=NIA)
        await office.file(policy, "asha", promise="named")
        await office.until(25, 8, 59)
        assert messages_saying(chat, "ada", "no policy owner") == 0
        await office.until(25, 9, 1)
        assert (
            messages_saying(chat, "ada", f"Single parking permit has no policy owner yet: {NIA} has not been here.")
            == 1
        )
        assert messages_saying(chat, "ada", "Omar Delegato gets its digests until they are in a connected channel") == 1
        assert (
            messages_saying(
                chat, "omar", f"{NIA} has not been here yet. Flags on Single parking permit now come to you."
            )
            == 1
        )
        await office.until(27, 12)
        assert [FLAG["because"] in each for each in digests(chat, "omar")] == [True]
        (flag,) = office.rows("flags")
        assert flag["answer_by"] is not None
        await office.until(4, 12, month=12)
        assert messages_saying(chat, "ada", "no policy owner") == 1

    async def test_notices_about_many_policies_are_few(self, office: Office, chat: FakePlatform) -> None:
        """As when a feed is announced whose owner is in no channel yet."""
        for number in range(13):
            await office.announce(f"Policy {number}", owner=NIA, channels=())
        await office.until(25, 12)
        cards = [each.card for each in chat.at(user_of("ada"))]
        intents_opened = [intent for card in cards for intent in buttons(card, "Name an owner")]
        assert len(intents_opened) == len(set(intents_opened)) == 13
        assert messages_saying(chat, "ada", f"10 policies have no policy owner yet: {NIA} has not been here.") == 1
        assert messages_saying(chat, "ada", f"3 policies have no policy owner yet: {NIA} has not been here.") == 1
        assert messages_saying(chat, "omar", "policies now come to you.") == 2
        await office.until(1, 12, month=12)
        assert len(chat.at(user_of("ada"))) == len(cards)

    async def test_an_owner_who_is_seen_gets_all_open_flags(self, office: Office, chat: FakePlatform) -> None:
        policy = await office.announce(owner=NIA)
        await office.file(policy, "asha", promise="named")
        await office.until(27, 12)
        assert len(digests(chat, "omar")) == 1
        await joins(office)
        row = office.row("policies", policy)
        assert (row["read_by"], row["awaited_until"], row["owner_email"]) == (None, None, None)
        await office.until(30, 12)
        (digest,) = (text for each in chat.at("U-nia-7741") if "You get this because" in (text := said(each.card)))
        assert FLAG["because"] in digest
        assert len(digests(chat, "omar")) == 1

    async def test_an_owner_seen_in_time_is_no_longer_awaited(self, office: Office, chat: FakePlatform) -> None:
        await office.announce(owner=NIA)
        await joins(office)
        await office.until(30, 12)
        assert messages_saying(chat, "ada", "no policy owner") == 0
        assert messages_saying(chat, "omar", "now come to you") == 0

    async def test_the_days_are_working_days(self, office: Office, chat: FakePlatform) -> None:
        await office.until(27, 12)
        await office.announce(owner=NIA)
        await office.until(1, 8, month=12)
        assert messages_saying(chat, "ada", "no policy owner") == 0
        await office.until(1, 9, 1, month=12)
        assert messages_saying(chat, "ada", "no policy owner") == 1

    async def test_a_delegate_who_joins_later_gets_the_digests_from_then_on(
        self, office: Office, chat: FakePlatform
    ) -> None:
        policy = await office.announce(owner="sam.boss@example.org", delegate=NIA)
        await office.file(policy, "asha", promise="named")
        await office.until(26, 12)
        assert messages_saying(chat, "ada", "nobody gets its digests until they are in a connected channel") == 1
        await joins(office)
        await office.until(1, 12, month=12)
        (digest,) = (text for each in chat.at("U-nia-7741") if "You get this because" in (text := said(each.card)))
        assert FLAG["because"] in digest

    async def test_admins_are_told_again_when_the_delegate_leaves_too(self, office: Office, chat: FakePlatform) -> None:
        policy = await office.announce(owner=NIA)
        await office.until(26, 12)
        await office.enrol(*(member(each, active=each != "omar") for each in FULL_NAMES))
        await office.file(policy, "asha", promise="named")
        await office.until(1, 12, month=12)
        assert messages_saying(chat, "ada", "no policy owner") == 2
        assert messages_saying(chat, "ada", "nobody gets its digests") == 1
        # When the delegate is back, they get the digests.
        await office.enrol()
        await office.until(3, 12, month=12)
        assert [FLAG["because"] in each for each in digests(chat, "omar")] == [True]

    async def test_the_current_reader_keeps_the_digests_until_a_new_owner_is_seen(
        self, office: Office, chat: FakePlatform, policy: UUID
    ) -> None:
        await office.enrol(*(member(each, active=each != "priya") for each in FULL_NAMES))
        await office.until(24, 12)
        await office.fill(intents.NameOwner(policy), "ada", owner=NIA)
        await office.file(policy, "asha", promise="named")
        await office.until(25, 12)
        assert [FLAG["because"] in each for each in digests(chat, "omar")] == [True]
        await office.until(30, 12)
        assert messages_saying(chat, "ada", f"no policy owner yet: {NIA}") == 1


class TestWhereTheAppIs:
    def here(self, office: Office, *listed: str) -> int:
        """Record from rosters that only these people are where the app is."""
        users = {user_of(each) for each in listed}
        return office.change(lambda uow: reachability.without_place(uow, "chat", WORKSPACE, users))

    def of(self, office: Office, person: str) -> Reachability:
        """Whether a person can be reached."""
        return office.change(lambda uow: reachability.of(uow, office.person(person)))

    @pytest.mark.both_databases
    async def test_a_person_on_no_roster_and_without_a_chat_cannot_be_reached(self, office: Office) -> None:
        everybody = set(FULL_NAMES)
        place = Place("chat", WORKSPACE, user_of("dina"), direct=True)
        office.change(lambda uow: conversations.converse(uow, place, "a:dina", "https://service.example"))
        assert self.here(office, *(everybody - {"priya", "dina"})) == 1
        assert self.of(office, "priya") is Reachability.NOT_INSTALLED
        assert [self.of(office, each) for each in ("dina", "omar")] == [Reachability.REACHED] * 2
        assert self.here(office, *(everybody - {"priya", "dina"})) == 0
        office.change(lambda uow: reachability.forget_conversation(uow, place))
        assert self.here(office, *(everybody - {"priya", "dina"})) == 1
        assert self.of(office, "dina") is Reachability.NOT_INSTALLED
        await office.enrol()
        assert self.of(office, "priya") is Reachability.REACHED

    async def test_a_roster_does_not_clear_a_refusal(self, office: Office) -> None:
        refuse(office, "priya", BLOCKED)
        refuse(office, "omar", IN_NO_PLACE)
        await office.enrol()
        assert [self.of(office, each) for each in ("priya", "omar")] == [Reachability.BLOCKED, Reachability.REACHED]
        # Now they have the app installed for themselves.
        await office.dispatcher.enrol(Roster("chat", WORKSPACE, "", "", (member("priya"),)))
        assert self.of(office, "priya") is Reachability.REACHED
