"""What is held back: tables without times and places, and rows that a release writes again."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Date, DateTime

from storage import (
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
from storage import flags as stored_flags
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
    """A confidential flag written on Monday."""
    given: dict[str, Any] = {
        "policy_id": policy_id,
        "wording": 1,
        "verdict": Verdict.NOT,
        "theme": "timetable",
        "promise": Promise.CONFIDENTIAL,
        "tag": uuid4().bytes,
        "because": b"sealed",
        "status": FlagStatus.WAITING,
        "written_on": MONDAY,
        "nonce_hash": uuid4().bytes,
    }
    return Flag(**{**given, **values})


@pytest.mark.parametrize("kind", [Flag, Second, Reply])
def test_a_table_of_held_back_rows_has_only_days_and_ids(kind: type[stored.KeptBack]) -> None:
    table = metadata.tables[str(kind.__tablename__)]
    days = {"written_on", "released_on", "sent_on", "answer_by", "told_on"}
    assert not [each.name for each in table.columns if isinstance(each.type, DateTime)]
    assert {each.name for each in table.columns if isinstance(each.type, Date)} <= days
    led_to = {each.column.table.name for column in table.columns for each in column.foreign_keys}
    assert led_to <= {"policies", "digests", "flags", "answers", *(("people",) if kind is Flag else ())}
    assert table.dialect_options["sqlite"]["with_rowid"] is False
    # A counting key would reveal the order of writing.
    assert [each.name for each in table.primary_key.columns] == ["id"]
    assert "UUID" in str(table.columns["id"].type).upper() or "CHAR" in str(table.columns["id"].type).upper()


def test_rows_are_rewritten_unchanged_in_the_given_order(database: Database) -> None:
    with database.writing() as session:
        policy_id = announce(session)
        session.add_all(flag(policy_id, remedy=bytes([n]), theme=f"theme {n}") for n in range(12))
    with database.writing() as session:
        rows = stored.unreleased(session, Flag, policy_id)
        before = {each.id: each.model_dump() for each in rows}
        for each in rows:
            each.released_on, each.written_on, each.nonce_hash = TUESDAY, None, None
        stored.rewrite(session, Flag, rows[::-1])
    with database.reading() as session:
        after = {each.id: each.model_dump() for each in stored_flags.shown(session, policy_id)}
    changed = {"released_on": TUESDAY, "written_on": None, "nonce_hash": None}
    assert after == {key: {**value, **changed} for key, value in before.items()}


def test_policies_with_something_of_an_earlier_day(database: Database) -> None:
    with database.writing() as session:
        early, today, shown = announce(session), announce(session), announce(session)
        session.add_all([flag(early), flag(early, written_on=TUESDAY), flag(today, written_on=TUESDAY)])
        session.add(flag(shown, released_on=TUESDAY, written_on=None))
    with database.reading() as session:
        assert stored.policies_with_unreleased(session, Flag, TUESDAY) == {early}
        assert stored.policies_with_unreleased(session, Second, TUESDAY) == set()


def test_a_batch_of_a_day_is_claimed_once(database: Database) -> None:
    with database.writing() as session:
        policy_id = announce(session)
    claimed = []
    for day in (MONDAY, MONDAY, TUESDAY, MONDAY, TUESDAY):
        with database.writing() as session:
            claimed.append(stored_policies.claim_release(session, policy_id, day))
    assert claimed == [True, False, True, False, False]


def test_a_digest_takes_what_is_shown_and_in_no_digest_yet(database: Database) -> None:
    with database.writing() as session:
        policy_id, owner = announce(session), Person(name="Owner")
        session.add(owner)
        session.flush()
        first, later = (
            Digest(owner_id=owner.id, slot=slot, zone="Europe/London", made_at=datetime(2026, 11, 25, 9, tzinfo=UTC))
            for slot in ("2026-11-24T09:00", "2026-11-25T09:00")
        )
        flags = [flag(policy_id, released_on=TUESDAY, written_on=None, nonce_hash=None) for _ in range(2)]
        hidden = flag(policy_id)
        session.add_all([first, later, flags[0], hidden])
        session.flush()
        stored.take(session, Flag, {policy_id: first.id})
        session.add(flags[1])
        session.flush()
        stored.take(session, Flag, {policy_id: later.id})
        taken = [first.id, later.id, None]
        ids = [flags[0].id, flags[1].id, hidden.id]
    with database.reading() as session:
        assert [session.get_one(Flag, each).digest_id for each in ids] == taken


def test_nonces_of_what_was_shown_on_an_earlier_day_are_deleted(database: Database) -> None:
    with database.writing() as session:
        policy_id = announce(session)
        session.add_all([flag(policy_id, released_on=MONDAY), flag(policy_id, released_on=TUESDAY), flag(policy_id)])
    with database.writing() as session:
        stored.forget_nonces(session, Flag, TUESDAY)
    with database.reading() as session:
        rows = [*stored_flags.shown(session, policy_id), *stored.unreleased(session, Flag, policy_id)]
        assert [each.nonce_hash is None for each in sorted(rows, key=lambda each: str(each.released_on))] == [
            True, False, False
        ]  # fmt: skip


@pytest.mark.parametrize("column", ["tag", "nonce_hash"])
def test_a_tag_and_a_nonce_are_unique(database: Database, column: str) -> None:
    with database.writing() as session:
        policy_id = announce(session)
        session.add(flag(policy_id, **{column: b"same"}))
    with pytest.raises(Conflict) as caught, database.writing() as session:
        session.add(flag(policy_id, **{column: b"same"}))
    assert caught.value.constraint == f"uq_flags_{column}"


@pytest.mark.parametrize("column", ["verdict", "promise", "standing"])
def test_the_database_refuses_an_unknown_word(database: Database, column: str) -> None:
    with database.writing() as session:
        policy_id = announce(session)
        row = flag(policy_id)
        session.add(row)
    table = metadata.tables["flags"]
    with pytest.raises(Conflict), database.writing() as session:
        session.connection().exec_driver_sql(f"UPDATE {table.name} SET {column} = 'perhaps'")


def test_more_tags_than_one_statement_takes(database: Database) -> None:
    tags = [n.to_bytes(16, "big") for n in range(25_000)]
    with database.writing() as session:
        policy_id = announce(session)
        session.add_all(flag(policy_id, tag=tags[n]) for n in (0, 9_999, 10_000, 24_999))
        session.add(flag(policy_id, tag=b"another person's"))
    with database.reading() as session:
        assert {each.tag for each in stored_flags.by_tags(session, tags)} == {
            tags[0], tags[9_999], tags[10_000], tags[24_999]
        }  # fmt: skip
        assert stored_flags.by_tags(session, []) == []
