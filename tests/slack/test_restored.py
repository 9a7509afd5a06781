"""Slack has gone on since the backup from which the database is restored."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.admin import restore
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import State
from tests.restoring import Backup
from tests.slack.provider import Slack
from tests.slack.serving import AMINA, CHANNEL, PERMIT, RING, Served, serving

LATER = replace(PERMIT, title="A later one", link=f"{PERMIT.link}-later")


async def test_cards_are_updated_where_they_stand_and_what_is_found_is_not_sent_again(
    slack: Slack, migrated_sqlite_url: str
) -> None:
    async with serving(migrated_sqlite_url, slack) as served:
        await served.join()
        stands = await served.announce()
        await served.dispatcher.announce([LATER], owner="helen.marsh@example.org", channel="digital-delivery")
        backup = Backup.of(served.database)
        await ticks(served)
        before = messages(served)
        assert len(before[CHANNEL]) == 2
        backup.put_back(served.database)
        await ticks(served)
        assert messages(served) == before, "nothing is sent before an admin confirms"

        with served.database.writing() as session:
            assert restore.confirm(UnitOfWork(session, served.clock.now, RING))
        slack.calls.clear()
        await ticks(served)
        assert messages(served) == before
        assert {each["ts"] for each in slack.asked("chat.update")} == {stands}
        assert slack.asked("conversations.history"), "the message to the owner was looked for"

        # Slack cannot be asked about a card in a channel: a click shows that it is there.
        assert (await served.driver.press(AMINA, CHANNEL, before[CHANNEL][1], "Give your view")).status == 200
        served.clock.move(timedelta(hours=1))
        await ticks(served)
        assert messages(served) == before
        with served.database.reading() as session:
            states = session.connection().exec_driver_sql("SELECT state FROM deliveries").scalars().all()
        assert set(states) <= {State.SENT, State.SUPERSEDED}


async def ticks(served: Served) -> None:
    """Let the worker do all that is due."""
    for _ in range(8):
        served.clock.move(timedelta(seconds=2))
        await served.worker.tick()


def messages(served: Served) -> dict[str, list[str]]:
    """The `ts` of every message, by conversation."""
    return {name: [str(one["ts"]) for one in each.messages] for name, each in served.workspace.channels.items()}
