"""The audit log: what admins do is in it, who flagged is not, and no change to it goes unnoticed."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from bot.admin import audit
from bot.admin.audit import Head, Tampered
from bot.interface import intents
from storage import AuditEntry, Conflict
from storage.faults import DatabaseRefused
from tests.bot.conftest import CHANNEL_SETTINGS, WORKSPACE, Office, email_of, user_of
from tests.rings import new_ring


def log(office: Office) -> list[dict[str, Any]]:
    """All entries, oldest first, with their changes read."""
    return [{**row, "changes": json.loads(row["changes"])} for row in sorted(office.rows("audit"), key=_number)]


def _number(row: dict[str, Any]) -> int:
    return int(row["number"])


async def change_settings(office: Office, floor: str = "7") -> None:
    """Change the channel's settings as an admin."""
    channel = UUID(str(office.rows("channels")[0]["id"]))
    form = await office.form(intents.ChannelSettings(channel), "ada")
    chosen: dict[str, Any] = {**CHANNEL_SETTINGS, "floor": floor, "guests": "yes"}
    assert (await office.send(form, "ada", **chosen)).title == "Settings saved"


def in_transaction(office: Office, change: str) -> None:
    """Change the database as someone would who can write to it, past the triggers."""
    with office.database.writing() as session:
        if office.database.name == "sqlite":
            for trigger in ("audit_no_update", "audit_no_delete"):
                session.connection().execute(text(f"DROP TRIGGER IF EXISTS {trigger}"))
        else:
            session.connection().execute(text("DROP TRIGGER IF EXISTS audit_no_change ON audit"))
        session.connection().execute(text(change))


async def test_what_an_admin_changes_is_an_entry_with_values_before_and_after(office: Office) -> None:
    before = len(log(office))
    await change_settings(office)
    (entry,) = log(office)[before:]
    channel = str(office.rows("channels")[0]["id"])
    assert entry["who"] == f"chat/{WORKSPACE}/{user_of('ada')}"
    assert entry["act"] == "channel"
    assert UUID(entry["subject"]) == UUID(channel)
    assert entry["changes"][f"channels:{UUID(channel)}.guests"] == [False, True]
    assert entry["changes"]["organisation.floor"] == [5, 7]
    assert entry["at"] == office.clock.now or str(office.clock.now)[:19] in str(entry["at"])


async def test_what_is_refused_is_no_entry(office: Office) -> None:
    channel = UUID(str(office.rows("channels")[0]["id"]))
    form = await office.form(intents.ChannelSettings(channel), "ada")
    before = log(office)
    await office.send(form, "ada", **{**CHANNEL_SETTINGS, "floor": "0"})  # type: ignore[arg-type]
    await office.send(form, "asha", **CHANNEL_SETTINGS)  # type: ignore[arg-type]
    assert log(office) == before


async def test_members_and_owners_leave_no_entry(office: Office) -> None:
    policy = await office.announce()
    before = log(office)
    named = await office.file(policy, "asha", promise="named")
    await office.file(policy, "ada")
    await office.fill(intents.SecondFlag(named), "ben")
    await office.answer((named,))
    assert log(office) == before


async def test_an_admin_who_names_an_owner_leaves_one_and_the_owner_does_not(office: Office) -> None:
    policy = await office.announce()
    office.update("policies", policy, announced_by=None)  # else Ada would do it as the one who announced it
    before = len(log(office))
    await office.fill(intents.NameOwner(policy), "priya", owner=email_of("omar"))
    assert len(log(office)) == before
    await office.fill(intents.NameOwner(policy), "ada", owner=email_of("priya"))
    (entry,) = log(office)[before:]
    assert entry["changes"][f"policies:{policy}.owner_id"]


async def test_practising_leaves_nothing(office: Office) -> None:
    before = log(office)
    await office.fill(intents.Practise(), "ada", title="Parking", summary="One permit")
    assert log(office) == before


async def test_the_log_is_found_whole(office: Office) -> None:
    await change_settings(office)
    await change_settings(office, floor="8")
    head = office.change(audit.verify)
    assert head == office.change(audit.head)
    assert head.number == len(log(office))
    assert office.change(lambda uow: audit.verify(uow, head)) == head


CHANGES: dict[str, Callable[[int], str]] = {
    "another person": lambda n: f"UPDATE audit SET who = 'web/office/asha' WHERE number = {n}",
    "other values": lambda n: f"UPDATE audit SET changes = '{{}}' WHERE number = {n}",
    "another time": lambda n: f"UPDATE audit SET at = '2026-01-01 00:00:00+00:00' WHERE number = {n}",
    "taken out": lambda n: f"DELETE FROM audit WHERE number = {n}",
    "put in": lambda n: (
        f"INSERT INTO audit SELECT number + 10, at, who, act, subject, changes, mac FROM audit WHERE number = {n}"
    ),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_changed_log_is_noticed(office: Office, change: str) -> None:
    await change_settings(office)
    number = len(log(office))
    await change_settings(office, floor="8")
    in_transaction(office, CHANGES[change](number))
    with pytest.raises(Tampered) as found:
        office.change(audit.verify)
    assert found.value.number == (number + 2 if change == "put in" else number)


async def test_a_log_cut_short_is_noticed_by_its_end_noted_elsewhere(office: Office) -> None:
    await change_settings(office)
    head = office.change(audit.head)
    in_transaction(office, f"DELETE FROM audit WHERE number = {head.number}")
    assert office.change(audit.verify).number == head.number - 1
    with pytest.raises(Tampered):
        office.change(lambda uow: audit.verify(uow, head))
    await change_settings(office, floor="9")
    with pytest.raises(Tampered):
        office.change(lambda uow: audit.verify(uow, head))


@pytest.mark.parametrize("change", ["UPDATE audit SET who = 'x'", "DELETE FROM audit"])
async def test_the_database_itself_refuses_a_change(office: Office, change: str) -> None:
    await change_settings(office)
    with pytest.raises((Conflict, DatabaseRefused)), office.database.writing() as session:
        session.connection().execute(text(change))
    assert office.change(audit.verify).number == len(log(office))


async def test_it_outlives_a_new_master_key(office: Office) -> None:
    await change_settings(office)
    head = office.change(audit.head)
    both = new_ring("k9")
    both._ciphers._ciphers.update(office.ring._ciphers._ciphers)
    office.ring = both
    assert office.change(audit.rewrap) == 1
    assert office.change(audit.rewrap) == 0
    row = office.rows("audit_keys")[0]
    assert office.ring.wraps(row["wrapped"])
    assert office.ring.wraps(row["text"])
    assert office.change(lambda uow: audit.verify(uow, head)) == head


async def test_the_reason_of_a_pause_is_sealed_in_it_and_bound_to_its_entry(office: Office, policy: UUID) -> None:
    until = (office.clock.now + timedelta(days=3)).date().isoformat()
    for reason in ("A kestrel nests.", "A kite nests."):
        await office.fill(intents.PauseAnswers(policy), "ada", until=until, reason=reason)
    entries = office.change(lambda uow: [(each, audit.changes_of(uow, each)) for each in audit.entries(uow)])[-2:]
    column = f"policies:{policy}.paused_reason"
    assert [changes[column] for _, changes in entries] == [
        ["", "A kestrel nests."],
        ["A kestrel nests.", "A kite nests."],
    ]
    assert not any("nests" in entry.changes for entry, _ in entries)
    moved = AuditEntry(**{**entries[0][0].model_dump(), "number": entries[1][0].number})
    assert office.change(lambda uow: audit.changes_of(uow, moved))[column] == ["", audit.NOT_OPENED]


def test_an_empty_log_is_whole(office: Office) -> None:
    assert not office.rows("audit")
    assert office.change(audit.verify) == Head(0, "")
