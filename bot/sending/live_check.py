"""The live check: a message in a real channel and one to a real admin are sent, changed and deleted, past the outbox.

Nothing of it is stored. What the platform said to each step is told in a sentence.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import uuid4

from bot.interface.finding import Finding, bad, good
from bot.interface.platforms import display_name
from bot.interface.ports import Absent, ChatPlatform, Found, Gone, Message, Outcome, Place, Sent, Unknown
from bot.screens.notice.live_check import OPEN_A_FORM, admin_card, channel_card

Opened = Callable[[], Awaitable[bool | None]]
"""Asks whoever is at the terminal if a form opened; None where nobody is there to ask."""


async def in_channel(platform: ChatPlatform, place: Place, name: str) -> AsyncIterator[Finding]:
    """Post a message in a channel, look it up, change it and delete it; yield what came of each step."""
    vendor = display_name(platform.name)
    message = Message(uuid4(), place, channel_card(changed=False))
    posted = await platform.send(message)
    if not isinstance(posted, Sent):
        yield bad(f"{vendor} took no message in {name}: {reason(posted)}. Is the app in that channel?")
        return
    yield good(f"{vendor} took a message in {name}.")
    found = await platform.find(message)
    if isinstance(found, Found):
        yield good(f"{vendor} shows it when it is asked.")
    elif isinstance(found, Absent):
        yield bad(f"{vendor} says that it is not there, although it took it: a message may come twice.")
    else:
        yield good(f"{vendor} cannot be asked whether it is there, so a message whose fate is not known is sent again.")
    await _pause(platform)
    changed = await platform.update(Message(message.delivery, place, channel_card(changed=True), attempt=2), posted.ref)
    yield _told(changed, f"{vendor} changed it.", f"{vendor} did not change it")
    yield await _deleted(platform, message, posted.ref, f"the message in {name}")


async def to_admin(platform: ChatPlatform, place: Place, opened: Opened) -> AsyncIterator[Finding]:
    """Send an admin a message with a form's button, ask whether it opened, and delete it; yield what came of each."""
    vendor = display_name(platform.name)
    message = Message(uuid4(), place, admin_card())
    posted = await platform.send(message)
    if not isinstance(posted, Sent):
        yield bad(f"{vendor} took no message to an admin: {reason(posted)}.")
        return
    yield good(f"{vendor} took a message to an admin.")
    is_open = await opened()
    if is_open:
        yield good(f"{OPEN_A_FORM} opens a form.")
    elif is_open is None:
        yield good(f"Nobody was asked to press {OPEN_A_FORM}: run it in a terminal for that.")
    else:
        yield bad(f"{OPEN_A_FORM} opened no form: requests from {vendor} do not reach `serve`, or it does not run.")
    yield await _deleted(platform, message, posted.ref, "the message to the admin")


async def _pause(platform: ChatPlatform) -> None:
    """Let as much time pass as the platform wants between two messages in one place."""
    await asyncio.sleep(platform.pace.place.total_seconds())


async def _deleted(platform: ChatPlatform, message: Message, ref: str, what: str) -> Finding:
    vendor = display_name(platform.name)
    await _pause(platform)
    done = await platform.withdraw(message, ref)
    return _told(done, f"{vendor} deleted {what}.", f"{vendor} did not delete {what}, which you can do by hand")


def _told(outcome: Outcome, well: str, ill: str) -> Finding:
    return good(well) if isinstance(outcome, Sent) else bad(f"{ill}: {reason(outcome)}.")


def reason(outcome: Outcome) -> str:
    """Why a step failed, in words of our own or the platform's code."""
    if isinstance(outcome, Unknown):
        return f"what became of it is not known ({outcome.reason})"
    if isinstance(outcome, Gone):
        return f"it is gone ({outcome.reason})"
    return "" if isinstance(outcome, Sent) else outcome.reason
