"""What was taken down is in no file of the database after the night: table, index, log and free pages are read."""

import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from bot.admin import take_downs
from bot.runtime import self_checks
from bot.worker import erasing
from storage import Database, ReportReason, TextKind
from storage.keys import KeyRing
from tests.bot.conftest import Office
from tests.missing import missing

TITLE = "Quillwort permits for Wrothesly"
NIGHT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def files(office: Office) -> Iterator[Path]:
    """Every file in which the database may keep something."""
    if office.database.name == "sqlite":
        yield from office.database.file.parent.glob(f"{office.database.file.name}*")
        return
    with office.database.reading() as session:
        connection = session.connection()
        folder = Path(str(connection.execute(text("SHOW data_directory")).scalar_one()))
        here = connection.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()")).scalar_one()
    if not folder.exists():
        missing("the PostgreSQL server is on another machine")
    for each in (folder / "base" / str(here), folder / "pg_wal"):
        yield from (file for file in each.rglob("*") if file.is_file())


def found(office: Office, *words: bytes) -> set[bytes]:
    """Those of the words that are in a file."""
    read = [each.read_bytes() for each in files(office)]
    return {word for word in words if any(word in each for each in read)}


@pytest.fixture
def keeps_no_log(office: Office) -> Iterator[None]:
    """A PostgreSQL server that deletes its log, as the operators' guide has it set."""
    if office.database.name == "sqlite":
        yield
        return
    _set(office.database, "off")
    yield
    _set(office.database, "on")


def _set(database: Database, recycle: str) -> None:
    engine = database._writer.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"ALTER SYSTEM SET wal_recycle = {recycle}"))
        connection.execute(text("SELECT pg_reload_conf()"))


@pytest.mark.usefixtures("keeps_no_log")
async def test_what_was_taken_down_is_in_no_file_after_the_night(office: Office, ring: KeyRing) -> None:
    policy = await office.announce(TITLE)
    flag = await office.file(policy, "asha", promise="named")
    if office.database.name == "postgresql":
        for each in ("ANALYZE", "CHECKPOINT"):  # in the tables' own files a row is never cut in two, as in the log
            office.change(lambda uow, run=each: uow.session.connection().execute(text(run)))  # type: ignore[misc]
    sealed = bytes(office.row("flags", flag)["because"])[:40]
    words = TITLE.encode(), sealed
    assert found(office, *words) == set(words), "nothing is found of what is there"
    for kind, text_id in ((TextKind.FLAG, flag), (TextKind.POLICY, policy)):
        office.change(lambda uow, k=kind, i=text_id: take_downs.take_down(uow, k, i, ReportReason.OTHER, "Why."))  # type: ignore[misc]
    before = office.counted()
    await erasing.erase(office.database)
    assert found(office, *words) == set()
    assert office.counted() == before
    assert office.change(lambda uow: uow.key(policy)) is not None
    assert UUID(str(office.rows("flags")[0]["id"])) == flag


async def said_by_doctor(database: Database, office: Office) -> list[tuple[bool, str]]:
    """What `doctor` says of PostgreSQL's files."""
    found = [each async for each in self_checks.examine(database, office.ring, lambda: office.clock.now)]
    return [(each.good, each.sentence) for each in found if re.search(r"erased", each.sentence)]


@pytest.mark.usefixtures("keeps_no_log")
async def test_doctor_finds_nothing_to_fix_where_the_server_is_set_as_the_guide_says(office: Office) -> None:
    good = (True, "What is erased is gone from PostgreSQL's own files at night.")
    assert await said_by_doctor(office.database, office) == ([good] if office.database.name == "postgresql" else [])


async def test_doctor_says_what_the_server_is_not_set_to_and_what_its_user_may_not(office: Office) -> None:
    if office.database.name == "sqlite":
        return
    user = f"limited_{uuid4().hex[:8]}"
    admin = office.database._writer.execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE ROLE {user} LOGIN PASSWORD 'limited'"))
        connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {user}"))
        connection.execute(text(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {user}"))
    try:
        url = office.database.url.set(username=user, password="limited")
        with Database(url.render_as_string(hide_password=False)) as limited:
            found = await said_by_doctor(limited, office)
            assert not any(good for good, _ in found)
            recycle, switch, checkpoint, tables = (sentence for _, sentence in found)
            assert "ALTER SYSTEM SET wal_recycle = off" in recycle
            assert "GRANT EXECUTE ON FUNCTION pg_switch_wal()" in switch
            assert "GRANT pg_checkpoint" in checkpoint
            assert "flags" in tables
            with admin.connect() as connection:
                connection.execute(text(f"GRANT pg_checkpoint TO {user}"))
                connection.execute(text(f"GRANT EXECUTE ON FUNCTION pg_switch_wal() TO {user}"))
            assert [sentence for _, sentence in await said_by_doctor(limited, office)] == [recycle, tables]
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP OWNED BY {user}"))
            connection.execute(text(f"DROP ROLE {user}"))


async def test_it_is_run_at_night_and_once(office: Office) -> None:
    ran: list[datetime] = []

    async def note() -> None:
        ran.append(office.clock.now)

    office.worker.daily(erasing.NAME, note, erasing.HOUR)
    await office.worker.tick()  # at the first start, when nothing is known of the night before
    for hours in (1, 10, 16, 17, 18, 30, 41, 42):
        await office.wake(datetime(2026, 11, 23, 10, tzinfo=UTC) + timedelta(hours=hours))
    assert ran == [datetime(2026, 11, 23, 10, tzinfo=UTC), NIGHT, NIGHT + timedelta(days=1)]


async def test_a_log_that_someone_reads_is_emptied_later(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    if office.database.name == "postgresql":
        with caplog.at_level(logging.WARNING, "bot.worker.erasing"):
            await erasing.erase(office.database)
        assert "wal_recycle" in caplog.text
        return
    with office.database.reading() as session:
        session.connection().execute(text("SELECT count(*) FROM policies")).scalar_one()
        await office.announce(TITLE)
        with pytest.raises(erasing.StillInUse):
            await erasing.erase(office.database)
    await erasing.erase(office.database)


async def test_after_a_release_the_log_is_folded_as_soon_as_nobody_reads_it(office: Office, policy: UUID) -> None:
    if office.database.name == "postgresql":
        assert await office.database.folded()  # there is nothing to fold
        return
    for person in ("asha", "ben", "cai"):
        await office.file(policy, person)
    log = office.database.file.with_name(f"{office.database.file.name}-wal")
    with office.database.reading() as session:
        session.connection().execute(text("SELECT count(*) FROM flags")).scalar_one()
        await office.wake(datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
        assert all(each["released_on"] for each in office.rows("flags"))
        assert log.stat().st_size > 0
    await office.wake(datetime(2026, 11, 24, 8, 1, tzinfo=UTC))
    assert log.stat().st_size == 0
