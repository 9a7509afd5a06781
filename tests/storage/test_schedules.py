"""Claims on due schedules and releases: conditional updates, so that only one of several processes proceeds."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from storage import Database, Organisation, Person, Schedule
from storage import organisation as organisations
from storage import schedules as stored

NINE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def database(migrated_url: str) -> Iterator[Database]:
    """A database with all tables and no rows."""
    with Database(migrated_url, pool=6) as opened:
        yield opened


def planned(database: Database, *due: datetime | None) -> list[Schedule]:
    """Schedules that are due at these instants."""
    rows = []
    with database.writing() as session:
        for each in due:
            person = Person(name="Priya")
            session.add(person)
            session.flush()
            slot = each.isoformat() if each else None
            row = Schedule(
                person_id=person.id,
                cron="0 9 * * *",
                zone="UTC",
                calendar="GB-ENG",
                next_slot=slot,
                next_due_at=each,
            )
            session.add(row)
            rows.append(row)
    return rows


def test_due_schedules_come_longest_overdue_first(database: Database) -> None:
    rows = planned(database, NINE, NINE - DAY, None, NINE + DAY, NINE - 2 * DAY)
    with database.reading() as session:
        found = stored.due(session, NINE, 10)
        assert [each.person_id for each in found] == [rows[4].person_id, rows[1].person_id, rows[0].person_id]
        assert all(each.next_due_at and each.next_due_at.utcoffset() == timedelta(0) for each in found)
        assert len(stored.due(session, NINE, 2)) == 2
        assert stored.earliest(session) == NINE - 2 * DAY


def test_a_schedule_without_a_due_time_is_never_due(database: Database) -> None:
    planned(database, None)
    with database.reading() as session:
        assert stored.due(session, NINE + 1000 * DAY, 10) == []
        assert stored.earliest(session) is None


def test_only_one_of_several_claims_a_slot(database: Database) -> None:
    (row,) = planned(database, NINE)

    def claim() -> bool:
        with database.writing() as session:
            return stored.claim(session, [(row, "2026-11-25T09:00", NINE + DAY)]) == {row.person_id}

    with ThreadPoolExecutor(4) as threads:
        won = [each.result() for each in [threads.submit(claim) for _ in range(8)]]
    assert won.count(True) == 1
    with database.reading() as session:
        found = stored.schedule(session, row.person_id)
        assert found is not None
        assert (found.next_slot, found.next_due_at) == ("2026-11-25T09:00", NINE + DAY)


def test_only_one_of_several_moves_the_release_hour(database: Database) -> None:
    with database.writing() as session:
        organisations.keep(session, Organisation(next_release_at=NINE))

    def claim() -> bool:
        with database.writing() as session:
            return organisations.claim_release(session, NINE, NINE + DAY)

    with ThreadPoolExecutor(4) as threads:
        won = [each.result() for each in [threads.submit(claim) for _ in range(8)]]
    assert won.count(True) == 1
    with database.reading() as session:
        assert organisations.next_release(session) == NINE + DAY
