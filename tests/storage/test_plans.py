"""Queries that run every second, or for every owner, find their rows by a partial index.

SQLite explains its plan, without statistics, as in production. A plan that reads a whole table, or the news of all
policies to find that of one, shows only with many rows.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Column, Select, event
from sqlalchemy.sql.visitors import iterate

from storage import (
    Database,
    Reply,
    Second,
    Session,
    absences,
    authors,
    dead_letters,
    deliveries,
    digests,
    flags,
    metadata,
    policies,
    release,
    schedules,
    unreached,
)

NOW = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)
TODAY, LATER = date(2026, 12, 9), date(2026, 12, 10)
TAKING = {uuid4(): uuid4(), uuid4(): uuid4()}

TABLE_READ_WHOLE = re.compile(
    # A partial index holds only the rows asked for, so it is read from end to end.
    rf"^SCAN ({'|'.join(metadata.tables)})\b(?! USING INDEX ix_deliveries_dead)",
    re.MULTILINE,
)

Query = Callable[[Session], object]


@pytest.fixture
def database(migrated_sqlite_url: str) -> Iterator[Database]:
    """Tables without rows."""
    with Database(migrated_sqlite_url) as opened:
        yield opened


def plan(database: Database, query: Query) -> str:
    """The plan by which SQLite runs a query."""
    seen: list[tuple[str, Any]] = []

    def note(connection: object, cursor: object, statement: str, given: Any, *_: object) -> None:
        seen.append((statement, given[0] if isinstance(given, list) else given))

    with database.writing() as session:
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", note)
        query(session)
        event.remove(engine, "before_cursor_execute", note)
        connection = session.connection()
        found = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {each}", given) for each, given in seen]
        plans = "\n".join(str(row[3]) for each in found for row in each)
        return plans.replace(" COVERING ", " ")  # versions of SQLite differ in which indexes they call covering


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (
            lambda session: deliveries.due(
                session, "web", NOW, places_closed=(NOW, NOW), tenants_closed=(NOW, NOW), limit=32
            ),
            "deliveries USING INDEX ix_deliveries_due",
        ),
        (
            lambda session: policies.on_pages(session, {"https://example.org/"}),
            "policies USING INDEX ix_policies_link_page",
        ),
        (deliveries.earliest, "deliveries USING INDEX ix_deliveries_due"),
        (lambda session: schedules.due(session, NOW, 200), "schedules USING INDEX ix_schedules_due"),
        (dead_letters.number_dead, "deliveries USING INDEX ix_deliveries_dead"),
        (dead_letters.dead, "deliveries USING INDEX ix_deliveries_dead"),
        (schedules.earliest, "schedules USING INDEX ix_schedules_due"),
        (lambda session: policies.waiting_on(session, [uuid4()], []), "flags USING INDEX ix_flags_unanswered"),
        (lambda session: digests.take_flags(session, TAKING, TODAY, LATER), "flags USING INDEX ix_flags_news"),
        (lambda session: release.take(session, Second, TAKING), "seconds USING INDEX ix_seconds_news"),
        (lambda session: release.take(session, Reply, TAKING), "replies USING INDEX ix_replies_news"),
        (lambda session: digests.take_answers(session, TAKING), "answers USING INDEX ix_answers_policy_id"),
        (
            lambda session: digests.counts(session, TAKING, LATER),
            "flags USING INDEX ix_flags_policy_id_standing_answer_by (policy_id=? AND standing=?)",
        ),
        (
            lambda session: digests.most_urgent(session, TAKING, TODAY, LATER, (3, 10)),
            "flags USING INDEX ix_flags_policy_id_standing_answer_by (policy_id=? AND standing=?)",
        ),
        (lambda session: digests.unneeded(session, TAKING), "flags USING INDEX ix_flags_digest_id"),
        (lambda session: digests.with_news(session, list(TAKING), LATER), "flags USING INDEX ix_flags_news"),
        (
            lambda session: digests.with_news(session, list(TAKING), LATER),
            "flags USING INDEX ix_flags_policy_id_standing_answer_by",
        ),
        (
            lambda session: authors.of_policy(session, next(iter(TAKING)), uuid4()),
            "flags USING INDEX ix_flags_authors (policy_id=?)",
        ),
        (
            lambda session: authors.of_policy(session, next(iter(TAKING)), uuid4()),
            "boxes USING INDEX ix_boxes_policy_id_tag (policy_id=?)",
        ),
        (
            lambda session: authors.of_seconds(session, next(iter(TAKING)), uuid4()),
            "seconds USING INDEX ix_seconds_authors (policy_id=? AND flag_id=?)",
        ),
        (
            lambda session: authors.of_policies(session, list(TAKING)),
            "flags USING INDEX ix_flags_authors (policy_id=?)",
        ),
        (lambda session: policies.due_steps(session, NOW, 200), "policies USING INDEX ix_policies_next_step_at"),
        (policies.earliest_step, "policies USING INDEX ix_policies_next_step_at"),
        (
            lambda session: flags.on_the_clock(session, next(iter(TAKING))),
            "flags USING INDEX ix_flags_policy_id_standing_answer_by",
        ),
        (lambda session: unreached.reached(session, list(TAKING)), "identities USING INDEX ix_identities_person_id"),
        (
            lambda session: unreached.reached(session, list(TAKING)),
            "unreached USING INDEX sqlite_autoindex_unreached_1",
        ),
        (lambda session: absences.absences(session, list(TAKING)), "absences USING INDEX sqlite_autoindex_absences_1"),
    ],
)
def test_rows_are_found_by_their_partial_index(database: Database, query: Query, index: str) -> None:
    found = plan(database, query)
    assert index in found
    assert not TABLE_READ_WHOLE.search(found)


@pytest.mark.parametrize("query", [flags._TALLIES, flags._OF_THE_PAGE])
def test_what_counts_and_sorts_the_flags_of_a_policy_reads_no_row(query: Select[Any]) -> None:
    """SQLite reads the row for a column that the index lacks, also where all rows of the index have it alike."""
    (index,) = [each for each in metadata.tables["flags"].indexes if each.name == "ix_flags_shown"]
    read = {each.name for each in iterate(query) if isinstance(each, Column)}
    assert "left_out" in read
    assert read <= {each.name for each in index.columns} | {"id"}


@pytest.mark.parametrize("query", [dead_letters.number_dead, dead_letters.dead])
def test_postgresql_uses_the_index_of_dead_letters_too(migrated_postgresql_url: str, query: Query) -> None:
    """With few rows it would read the table. With that turned off, it uses whichever index it may use for them."""
    seen: list[tuple[str, Any]] = []

    def note(connection: object, cursor: object, statement: str, given: Any, *_: object) -> None:
        seen.append((statement, given))

    with Database(migrated_postgresql_url) as database, database.writing() as session:
        connection = session.connection()
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        event.listen(connection.engine, "before_cursor_execute", note)
        query(session)
        event.remove(connection.engine, "before_cursor_execute", note)
        ((statement, given),) = seen
        found = [str(each[0]) for each in connection.exec_driver_sql(f"EXPLAIN {statement}", given)]
    assert any("using ix_deliveries_dead" in each for each in found), found
