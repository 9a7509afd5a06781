"""A row with a word that this version does not know stops only itself, and the operator is told of it once a day."""

import logging
import time
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from bot.interface import intents
from tests.bot.conftest import Office, said


def spoil(office: Office, table: str, column: str, row: object) -> None:
    """Write a word that only another version knows, past the CHECK that refuses it."""
    constraints = f"ck_{table}_{column}"
    with office.database.writing() as session:
        connection = session.connection()
        if office.database.name == "sqlite":
            connection.execute(text("PRAGMA ignore_check_constraints = 1"))
        else:
            connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {constraints}"))
        given = {"row": UUID(str(row)).hex if office.database.name == "sqlite" else UUID(str(row))}
        done = connection.execute(text(f"UPDATE {table} SET {column} = 'of-tomorrow' WHERE id = :row"), given)
        assert done.rowcount == 1
        if office.database.name == "sqlite":
            connection.execute(text("PRAGMA ignore_check_constraints = 0"))


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the log says since the last time."""
    found = [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING]
    caplog.clear()
    return found


async def test_other_flags_are_shown_and_sent(
    office: Office, policy: UUID, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = await office.file(policy, "asha", "Sixty contracts end.", promise="named")
    await office.file(policy, "ben", "No councils agreed.", promise="named")
    spoil(office, "flags", "verdict", odd)
    shown = said(await office.open(intents.SeeFlags(policy), "cai"))
    assert "No councils agreed." in shown
    assert "Sixty contracts end." not in shown
    await office.until(26)
    assert any("No councils agreed." in said(each) for each in office.digests_to("priya"))
    line = f"flags: the row {odd} is left out, because its verdict is not known to this version"
    assert told(caplog) == [line]

    later = time.monotonic() + timedelta(days=1, seconds=1).total_seconds()
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert "No councils agreed." in said(await office.open(intents.SeeFlags(policy), "cai"))
    assert told(caplog) == [line]


async def test_other_messages_are_sent(office: Office, policy: UUID, caplog: pytest.LogCaptureFixture) -> None:
    await office.file(policy, "asha", "Sixty contracts end.", promise="named")
    before = {each["id"] for each in office.rows("deliveries")}
    await office.announce("Another policy")
    odd = next(each["id"] for each in office.rows("deliveries") if each["id"] not in before)
    spoil(office, "deliveries", "verb", odd)
    await office.until(26)
    assert any("Sixty contracts end." in said(each) for each in office.digests_to("priya"))
    assert odd not in {message.delivery for _, message, _ in office.chat.kept}
    assert told(caplog) == [f"deliveries: the row {odd} is left out, because its verb is not known to this version"]


async def test_a_lookup_error_of_our_own_passes(office: Office) -> None:
    def wrong(_: object) -> None:
        raise LookupError("a bug")

    with pytest.raises(LookupError, match="a bug"):
        await office.database.read(wrong)
