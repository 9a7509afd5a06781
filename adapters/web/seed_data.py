"""The sandbox's seed data: its people, its organisation, and what has been announced there."""

from __future__ import annotations

from uuid import UUID

from adapters.web.sandbox import Sandbox, actor
from bot.dispatcher import Dispatcher
from bot.interface.announcements import Announcement

ORGANISATION: dict[str, str | int] = {
    "name": "the Department for Practice",
    "team": "you, on your own machine",
    "contact": "whoever started the sandbox",
    "key_holder": "you: it lies beside the sandbox's data",
    "wrongdoing": "your own organisation's whistleblowing procedure",
    # A flag is shown on the next working day even when it is alone, so that one person can try the whole way.
    "batch_least": 1,
    "batch_wait_days": 1,
    # Four of its people may flag. With the usual five, every form would begin with the warning.
    "floor": 4,
}


async def seed(dispatcher: Dispatcher, sandbox: Sandbox) -> tuple[UUID, ...]:
    """Add what is not there yet, and leave what people did in the sandbox as it is; the policies that are new."""
    await dispatcher.describe({**ORGANISATION, "zone": sandbox.zone})
    for roster in sandbox.rosters:
        await dispatcher.enrol(roster)
    announced = [Announcement(each.title, each.summary, each.link, None) for each in sandbox.announcements]
    channel, announcer = sandbox.channels[0], actor(sandbox.admin.user)
    done = await dispatcher.announce(announced, owner=sandbox.owner.email, channel=channel.name, by=announcer)
    return tuple(each.id for each in done.opened)
