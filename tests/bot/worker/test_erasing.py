"""What was taken down is in no file of the database after the night: table, index, log and free pages are read."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from bot.admin import take_downs
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
        office.change(lambda uow: uow.session.connection().execute(text("ANALYZE")))
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
