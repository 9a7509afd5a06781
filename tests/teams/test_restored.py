"""Teams has gone on since the backup from which the database is restored."""

from __future__ import annotations

from datetime import timedelta

from bot.admin import restore
from bot.interface.announcements import Announcement
from bot.unit_of_work.unit_of_work import UnitOfWork
from tests.restoring import Backup
from tests.rings import new_ring
from tests.teams.provider import Provider
from tests.teams.tenant import Tenant, tenant

LATER = Announcement("A later one", "Another summary.", "https://example.org/later", None)


async def test_cards_are_updated_where_they_stand_and_none_comes_twice(
    provider: Provider, migrated_sqlite_url: str
) -> None:
    async with tenant(provider, migrated_sqlite_url) as office:
        await office.install()
        await office.announce()
        await office.dispatcher.announce([LATER], owner="priya@example.org", channel="Housing, Design")
        backup = Backup.of(office.database)
        await ticks(office)
        before = messages(office)
        assert len(office.cards()) == 2
        backup.put_back(office.database)
        await ticks(office)
        assert messages(office) == before, "nothing is sent before an admin confirms"

        with office.database.writing() as session:
            ring = new_ring("k1")
            assert restore.confirm(UnitOfWork(session, office.clock.now, ring))
        updated = provider.seen["put"]
        await ticks(office)
        assert messages(office) == before
        assert provider.seen["put"] == updated + 1, "the card that stands"

        # Teams cannot be asked: whoever looks at the newer messages shows that they are there.
        for each in (*office.cards(), *office.chat("priya")):
            await office.client("priya").shows(each)
        office.clock.now += timedelta(hours=1)
        await ticks(office)
        assert messages(office) == before
        assert {each["state"] for each in office.rows("deliveries")} <= {"sent", "superseded"}


async def ticks(office: Tenant) -> None:
    """Let the worker do all that is due."""
    for _ in range(8):
        office.clock.now += timedelta(seconds=6)
        await office.worker.tick()


def messages(office: Tenant) -> list[str]:
    """The ids of all messages that stand."""
    return [each.id for each in office.provider.visible()]
