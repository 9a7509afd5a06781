"""What is shown: tables without times and places, and rows that a digest takes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Date, DateTime
from sqlmodel import SQLModel

from storage import (
    Box,
    Conflict,
    Database,
    Digest,
    Flag,
    FlagStatus,
    Person,
    Policy,
    Promise,
    Reply,
    Second,
    Session,
    Verdict,
    metadata,
)
from storage import policies as stored_policies
from storage import release as stored

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture
def database(migrated_url: str) -> Iterator[Database]:
    """A database with all tables and no rows."""
    with Database(migrated_url, pool=2) as opened:
        yield opened


def announce(session: Session) -> UUID:
    """A policy that other rows refer to."""
    policy = Policy(title="Title", summary="", announced_on=MONDAY, closes_on=date(2027, 1, 1))
    session.add(policy)
    session.flush()
    return policy.id


def flag(policy_id: UUID, **values: Any) -> Flag:
    """A confidential flag, shown on Tuesday."""
    given: dict[str, Any] = {
        "policy_id": policy_id,
        "wording": 1,
        "verdict": Verdict.NOT,
        "theme": "timetable",
        "promise": Promise.CONFIDENTIAL,
        "tag": uuid4().bytes,
        "because": b"sealed",
        "status": FlagStatus.WAITING,
        "released_on": TUESDAY,
    }
    return Flag(**{**given, **values})


@pytest.mark.parametrize("kind", [Box, Flag, Second, Reply])
def test_a_table_of_what_waits_or_is_shown_has_only_days_and_ids(kind: type[SQLModel]) -> None:
    table = metadata.tables[str(kind.__tablename__)]
    days = set() if kind is Box else {"released_on", "sent_on", "answer_by", "told_on"}
    assert not [each.name for each in table.columns if isinstance(each.type, DateTime)]
    assert {each.name for each in table.columns if isinstance(each.type, Date)} <= days
    led_to = {each.column.table.name for column in table.columns for each in column.foreign_keys}
    assert led_to <= {"policies", "digests", "flags", "answers", *(("people",) if kind is Flag else ())}
    assert table.dialect_options["sqlite"]["with_rowid"] is False
    # A counting key would reveal the order of writing.
    assert [each.name for each in table.primary_key.columns] == ["id"]
    assert "UUID" in str(table.columns["id"].type).upper() or "CHAR" in str(table.columns["id"].type).upper()


def test_a_batch_of_a_day_is_claimed_once(database: Database) -> None:
    with database.writing() as session:
        policy_id = announce(session)
    claimed = []
    for day in (MONDAY, MONDAY, TUESDAY, MONDAY, TUESDAY):
        with database.writing() as session:
            claimed.append(stored_policies.claim_release(session, policy_id, day))
    assert claimed == [True, False, True, False, False]


def test_a_digest_takes_what_is_in_no_digest_yet(database: Database) -> None:
    with database.writing() as session:
        policy_id, owner = announce(session), Person(name="Owner")
        session.add(owner)
        session.flush()
        first, later = (
            Digest(owner_id=owner.id, slot=slot, zone="Europe/London", made_at=datetime(2026, 11, 25, 9, tzinfo=UTC))
            for slot in ("2026-11-24T09:00", "2026-11-25T09:00")
        )
        flags = [flag(policy_id) for _ in range(2)]
        session.add_all([first, later, flags[0]])
        session.flush()
        stored.take(session, Flag, {policy_id: first.id})
        session.add(flags[1])
        session.flush()
        stored.take(session, Flag, {policy_id: later.id})
        taken = [first.id, later.id]
        ids = [flags[0].id, flags[1].id]
    with database.reading() as session:
        assert [session.get_one(Flag, each).digest_id for each in ids] == taken


@pytest.mark.parametrize("column", ["verdict", "promise", "standing"])
def test_the_database_refuses_an_unknown_word(database: Database, column: str) -> None:
    with database.writing() as session:
        policy_id = announce(session)
        row = flag(policy_id)
        session.add(row)
    table = metadata.tables["flags"]
    with pytest.raises(Conflict), database.writing() as session:
        session.connection().exec_driver_sql(f"UPDATE {table.name} SET {column} = 'perhaps'")
