"""The database is put back from a backup: nothing goes on until an admin confirms, and nothing is sent twice."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from bot.admin import restore
from bot.flags import answers
from bot.interface import intents
from bot.interface.ports import Absent, CannotTell, Finding, Found, Message
from bot.outbox import restore_hold
from bot.people.people import Member
from bot.policies.policies import OWNER_NAMED
from bot.screens.admin.restored import HELD
from bot.worker.restore_watch import RestoreWatch
from storage import State
from storage import restores as stored
from storage.restores import RestoreState
from tests.bot.conftest import FULL_NAMES, Office, Row, member, said
from tests.restoring import Backup


class Remembering:
    """A platform's memory of what was sent, for its `find`."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.asked: list[UUID] = []

    async def find(self, message: Message) -> Finding:
        self.asked.append(message.delivery)
        sent = (each for verb, each, _ in self.office.chat.kept if verb == "send")
        since = message.since
        assert since is not None
        found = any(each.delivery == message.delivery for each in sent)
        return Found(f"ref-{message.delivery.hex}") if found else Absent()


@pytest.fixture
def remembering(office: Office, monkeypatch: pytest.MonkeyPatch) -> Remembering:
    found = Remembering(office)
    monkeypatch.setattr(office.chat, "find", found.find)
    return found


def sends(office: Office) -> list[UUID]:
    """What was sent so far, as new messages."""
    return [message.delivery for verb, message, _ in office.chat.kept if verb == "send"]


def is_new(office: Office, row: Row) -> bool:
    """Whether a message was written since the restore."""
    (since,) = {each["since"] for each in office.rows("restores")}
    return bool(row["made_at"] > since)


def digest_of(office: Office) -> UUID:
    """The delivery of the digest that was sent."""
    (found,) = (
        message.delivery
        for verb, message, _ in office.chat.kept
        if verb == "send" and "You get this because" in said(message.card)
    )
    return found


def state(office: Office) -> RestoreState:
    return RestoreState(office.rows("restores")[0]["state"])


async def a_day_later(office: Office, policy: UUID) -> Backup:
    """A confidential flag waits in the backup and a named one stands; since then the owner had a digest with both."""
    await office.flag(policy, "asha")
    await office.flag(policy, "cai", "The data is elsewhere.", promise="named")
    await office.worker.tick()
    backup = Backup.of(office.database)
    await office.until(24)
    assert len(office.digests_to()) == 1
    return backup


async def test_nothing_is_released_or_sent_until_an_admin_confirms(office: Office, policy: UUID) -> None:
    backup = await a_day_later(office, policy)
    before = list(office.chat.kept)
    backup.put_back(office.database)
    await office.wake(office.clock.now + timedelta(days=1))
    await office.wake(office.clock.now + timedelta(days=1))
    assert office.chat.kept == before
    assert state(office) is RestoreState.HELD
    assert len(office.waiting()) == 1
    assert office.rows("digests") == []
    # Clicks go on.
    form = await office.flag(policy, "ben", "Councils cannot start.")
    assert form.title == "Flag saved"
    assert HELD in said(await office.dispatcher.home(office.actor("ada")))
    assert HELD not in said(await office.dispatcher.home(office.actor("ben")))


async def test_once_confirmed_cards_are_refreshed_and_nothing_is_sent_twice(
    office: Office, policy: UUID, remembering: Remembering
) -> None:
    backup = await a_day_later(office, policy)
    before, digest = list(office.chat.kept), digest_of(office)
    backup.put_back(office.database)
    await office.wake(office.clock.now + timedelta(minutes=1))
    form = await office.form(intents.ConfirmRestore(), "ada")
    assert "None is posted again." in said(form)
    assert "Confirmed." in said(await office.press(intents.ConfirmRestore(), "ada"))
    assert "Nothing waits to be confirmed." in said(await office.press(intents.ConfirmRestore(), "ada"))
    await office.until(25, 12)  # a digest that is this late is made in the morning
    assert state(office) is RestoreState.NORMAL
    assert sends(office) == [each.delivery for verb, each, _ in before if verb == "send"]
    assert digest in remembering.asked, "it was made again, and found"
    cards = {ref for verb, _, ref in office.chat.kept[len(before) :] if verb == "update"}
    assert cards == {str(each["ref"]) for each in office.rows("postings")}
    assert all(each["state"] == State.SENT for each in office.rows("deliveries"))


async def test_what_waited_is_shown_on_the_next_release_day_and_not_when_an_admin_confirms(
    office: Office, policy: UUID, remembering: Remembering
) -> None:
    backup = await a_day_later(office, policy)
    backup.put_back(office.database)
    await office.wake(office.clock.now + timedelta(days=1, hours=3))
    assert state(office) is RestoreState.HELD
    await office.press(intents.ConfirmRestore(), "ada")
    for _ in range(3):
        await office.wake(office.clock.now + timedelta(minutes=1))
    assert len(office.waiting()) == 1
    await office.until(office.clock.now + timedelta(days=4))
    assert office.waiting() == []
    assert len(office.rows("flags")) == 2


@pytest.mark.parametrize("when", ["held", "confirmed"])
async def test_the_card_of_a_policy_that_is_announced_since_the_restore_is_sent_at_once(
    office: Office, policy: UUID, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    asked: list[UUID] = []

    async def cannot_tell(message: Message) -> Finding:
        asked.append(message.delivery)
        return CannotTell()

    monkeypatch.setattr(office.chat, "find", cannot_tell)
    in_backup = await office.announce("In the backup")  # its card may have been sent since
    backup = Backup.of(office.database)
    await office.worker.tick()
    await a_day_later(office, policy)
    backup.put_back(office.database)
    await office.wake(office.clock.now + timedelta(minutes=1))
    before = len(office.chat.kept)
    if when == "confirmed":
        await office.press(intents.ConfirmRestore(), "ada")
    new = await office.announce("Announced since")
    await office.enrol()
    if when == "held":
        await office.wake(office.clock.now + timedelta(minutes=1))
        assert not sends(office)[before:]
        await office.press(intents.ConfirmRestore(), "ada")
    await office.wake(office.clock.now + timedelta(minutes=1))
    cards = {UUID(each["subject"]): each for each in office.rows("deliveries") if each["key"].startswith("post:")}
    assert cards[new]["state"] == State.SENT
    assert cards[new]["id"] not in asked
    assert cards[in_backup]["state"] == State.UNKNOWN
    assert [
        each for verb, each, _ in office.chat.kept[before:] if verb == "send" and "In the backup" in said(each.card)
    ] == []


async def test_who_is_named_owner_since_the_restore_is_told_at_once(
    office: Office, policy: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[UUID] = []

    async def cannot_tell(message: Message) -> Finding:
        asked.append(message.delivery)
        return CannotTell()

    monkeypatch.setattr(office.chat, "find", cannot_tell)
    backup = await a_day_later(office, policy)
    backup.put_back(office.database)
    await office.wake(office.clock.now + timedelta(minutes=1))
    before = len(office.sent_to("priya"))
    await office.announce("Announced since")
    await office.press(intents.ConfirmRestore(), "ada")
    await office.wake(office.clock.now + timedelta(minutes=1))
    (told,) = (each for each in office.rows("deliveries") if each["screen"] == OWNER_NAMED and is_new(office, each))
    assert told["state"] == State.SENT
    assert told["id"] not in asked
    assert any("Announced since" in each for each in office.sent_to("priya")[before:])


async def test_the_answer_to_a_flag_since_the_restore_is_sent_at_once(
    office: Office, policy: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cannot_tell(message: Message) -> Finding:
        return CannotTell()

    monkeypatch.setattr(office.chat, "find", cannot_tell)
    backup = await a_day_later(office, policy)
    backup.put_back(office.database)
    await office.wake(office.clock.now + timedelta(minutes=1))
    (flag,) = office.rows("flags")
    await office.answer((UUID(str(flag["id"])),))
    await office.press(intents.ConfirmRestore(), "ada")
    await office.wake(office.clock.now + timedelta(minutes=1))
    told = [each for each in office.rows("deliveries") if each["screen"] in (answers.NOTICE, answers.MESSAGE)]
    assert [each["state"] for each in told] == [State.SENT, State.SENT]


async def test_an_owner_whom_a_roster_brings_again_is_told_once(office: Office, remembering: Remembering) -> None:
    await office.announce("Waits for Nova", owner="nova@example.org")
    await office.worker.tick()
    backup = Backup.of(office.database)
    everybody = [member(each) for each in FULL_NAMES]
    nova = Member("U-nova-1", "Nova Latecomer", "nova@example.org", "Europe/London")
    await office.enrol(*everybody, nova)
    for _ in range(2):
        await office.wake(office.clock.now + timedelta(minutes=1))
    (first,) = (each.delivery for each in office.chat.to("U-nova-1"))
    backup.put_back(office.database)
    await office.wake(office.clock.now + timedelta(minutes=1))
    await office.enrol(*everybody, nova)
    await office.press(intents.ConfirmRestore(), "ada")
    for _ in range(3):
        await office.wake(office.clock.now + timedelta(minutes=1))
    assert first in remembering.asked
    assert [each.delivery for each in office.chat.to("U-nova-1")] == [first]


async def test_where_the_platform_cannot_tell_it_waits_for_a_client_to_show_the_message(
    office: Office, policy: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cannot_tell(message: Message) -> Finding:
        return CannotTell()

    monkeypatch.setattr(office.chat, "find", cannot_tell)
    backup = await a_day_later(office, policy)
    sent = sends(office)
    digest = digest_of(office)
    backup.put_back(office.database)
    await office.wake(office.clock.now + timedelta(minutes=1))
    await office.press(intents.ConfirmRestore(), "ada")
    await office.until(25, 9, 20)
    assert sends(office) == sent
    assert office.row("deliveries", digest)["state"] == State.UNKNOWN
    # Whoever opens the digest that they have shows that it arrived.
    assert await office.dispatcher.seen(digest, f"ref-{digest.hex}", 1) is None
    await office.wake(office.clock.now + timedelta(hours=2))
    assert digest not in sends(office)[len(sent) :]


class TestNoticing:
    def test_a_mark_that_went_back_is_noticed_by_the_next_process_too(self, office: Office, tmp_path: Path) -> None:
        file = tmp_path / "deliverable.mark"
        backup = self.backed_up(office)
        first = RestoreWatch(file)
        self.sent(office)
        assert not office.change(first.has_news)
        backup.put_back(office.database)
        second = RestoreWatch(file)
        assert office.change(second.stops_sending)
        assert office.change(second.has_news)
        office.change(second.look)
        assert office.change(restore_hold.state) is RestoreState.HELD
        # A process without a memory of its own sees it in the database.
        assert office.change(RestoreWatch().stops_sending)

    def test_a_second_restore_of_the_same_backup_is_noticed(self, office: Office, tmp_path: Path) -> None:
        backup = self.backed_up(office)
        watch = RestoreWatch(tmp_path / "deliverable.mark")
        for _ in range(2):
            self.sent(office)
            office.change(watch.has_news)
            backup.put_back(office.database)
            assert office.change(watch.has_news)
            office.change(watch.look)
            assert office.change(restore.confirm)
            office.change(restore_hold.end)
            assert not office.change(watch.has_news)
            assert not office.change(watch.stops_sending)

    def test_downtime_and_another_database_are_no_restore(self, office: Office, tmp_path: Path) -> None:
        file = tmp_path / "deliverable.mark"
        self.backed_up(office)
        self.sent(office)
        office.change(RestoreWatch(file).has_news)
        assert not office.change(RestoreWatch(file).stops_sending)
        office.change(lambda uow: uow.session.delete(stored.locked(uow.session)))
        office.change(RestoreWatch(file).look)
        assert not office.change(RestoreWatch(file).stops_sending)

    @pytest.mark.parametrize("content", [b"", b"no marks\n", b"\xff\xfe", b"0 1 2\n"])
    def test_a_file_that_cannot_be_read_stops_nothing(self, office: Office, tmp_path: Path, content: bytes) -> None:
        file = tmp_path / "deliverable.mark"
        file.write_bytes(content)
        self.backed_up(office)
        watch = RestoreWatch(file)
        assert not office.change(watch.stops_sending)
        assert not office.change(watch.has_news)
        assert len(RestoreWatch(file)._marks) == 1, "it was written again"

    def backed_up(self, office: Office) -> Backup:
        office.change(lambda uow: stored.locked(uow.session))
        return Backup.of(office.database)

    def sent(self, office: Office) -> None:
        office.change(lambda uow: stored.raise_mark(uow.session))
