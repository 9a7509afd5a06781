"""`deliverable announce`: open or reword policies from a feed, or one by hand."""

from __future__ import annotations

import argparse
import asyncio
from datetime import datetime

from bot.calendar.dates import count
from bot.cli.argument_types import day, text
from bot.cli.sandbox import FOLDER, sandbox_parts
from bot.dispatcher import Dispatcher, NoSuchChannel, NotAnAddress
from bot.interface.announcements import SUMMARY_LIMIT, TITLE_LIMIT, Announcement, LinkRefused, normalised_link
from bot.interface.clock import Clock
from bot.interface.visible_text import is_blank, stripped
from bot.policies.ends import TooFar
from bot.policies.policies import AnnouncementsUnclear, IfUnclear
from bot.runtime.clock import now
from bot.runtime.settings import Settings
from bot.runtime.startup import Stop, configure, key_ring, made_ready, opened
from bot.screens.notice.not_reached import unreached_lines
from storage import Audience


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be typed after `announce`."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--feed", type=str, metavar="FILE_OR_URL", help="an Atom or RSS feed")
    what.add_argument("--title", type=text, help="the title of one announcement; with --summary and --link")
    parser.add_argument("--summary", type=text, default="", help="what is announced, in a few sentences")
    parser.add_argument("--link", type=text, default="", metavar="URL", help="the page on which it was announced")
    parser.add_argument("--announced-on", type=day, metavar="YYYY-MM-DD", help="the day of the announcement")
    parser.add_argument("--owner", type=text, required=True, metavar="EMAIL", help="who answers for these policies")
    parser.add_argument(
        "--channel", type=text, metavar="NAME", help="the channel that gets the cards; without it, none does"
    )
    parser.add_argument(
        "--audience",
        choices=[each.value for each in Audience],
        help="who sees that there is such a policy: members of the channel, which is the default with one, or everyone "
        "in a connected channel, which is the default without",
    )
    parser.add_argument(
        "--leave-out",
        action="store_true",
        help="take what can be used of a feed, and name the rest; without it, one entry that cannot be used stops all",
    )
    parser.add_argument(
        "--reword",
        action="store_true",
        help="take what may be a new wording of a policy, or another announcement on its page, as the new wording",
    )
    parser.add_argument("--demo", action="store_true", help="announce in the sandbox")


def run(given: argparse.Namespace) -> int:
    """Open or reword policies, and print how many. Raises `Stop`."""
    asyncio.run(announce(configure(), given))
    return 0


async def announce(settings: Settings, given: argparse.Namespace) -> None:
    """Open or reword policies from the feed, or the one that was typed. Raises `Stop`."""
    clock: Clock = now
    if given.demo:
        url, ring, sandbox = sandbox_parts(FOLDER)
        clock, admins = sandbox.clock, [sandbox.admin.email]
    else:
        url, ring = settings.database_url.get_secret_value(), key_ring(settings)
        admins = list(settings.admin_emails)
    announcements = await announced(given, clock())
    with opened(url) as database:
        made_ready(database, now(), ring)
        dispatcher = Dispatcher(database, ring, clock, admins=admins)
        if not given.demo:
            await dispatcher.describe({"zone": settings.timezone})
        try:
            done = await dispatcher.announce(
                announcements,
                owner=given.owner,
                channel=given.channel,
                audience=_audience(given),
                if_unclear=_if_unclear(given),
            )
        except (NoSuchChannel, NotAnAddress, TooFar) as error:
            raise Stop(str(error)) from None
        except AnnouncementsUnclear as error:
            raise Stop(_why_unclear(error.unclear, len(announcements))) from None
    counts = [f"{len(done.opened)} opened", f"{len(done.reworded)} reworded", f"{len(done.unchanged)} unchanged"]
    counts += [f"{len(done.unclear)} left out"] if done.unclear else []
    titles = (f"Left out, because it may be new or a new wording: {each.title}" for each in done.unclear)
    print(f"Policies: {', '.join(counts)}.", *titles, *unreached_lines(done.unreached), sep="\n")


def _audience(given: argparse.Namespace) -> Audience | None:
    """Who is on the policies, if that was said. Raises `Stop` where nobody would be."""
    chosen = Audience(given.audience) if given.audience else None
    if chosen is Audience.MEMBERS and not given.channel:
        raise Stop("--audience members needs a --channel: nobody would be on these policies.")
    return chosen


def _if_unclear(given: argparse.Namespace) -> IfUnclear:
    if given.reword:
        return IfUnclear.REWORD
    return IfUnclear.LEAVE_OUT if given.leave_out else IfUnclear.REFUSE


def _why_unclear(unclear: tuple[Announcement, ...], number: int) -> str:
    """A sentence that counts and names the announcements that may be new wordings of a policy or may be others."""
    titles = "; ".join(each.title for each in unclear)
    return (
        f"{len(unclear)} of {count(number, 'announcement')} cannot be told from a policy on the same page whose words "
        "are different, so nothing was opened or changed. Add --reword if they are its new wording, or --leave-out to "
        f"go on without them: {titles}"
    )


async def announced(given: argparse.Namespace, at: datetime) -> list[Announcement]:
    """The entries of the feed, or the announcement that was typed; `at` is aware UTC. Raises `Stop`."""
    if given.feed:
        return await _from_feed(given.feed, at, given.leave_out)
    for what, typed, limit in (("title", given.title, TITLE_LIMIT), ("summary", given.summary, SUMMARY_LIMIT)):
        if is_blank(typed) or len(typed) > limit:
            raise Stop(f"The {what} must be 1 to {limit:,} characters long.")
    try:
        link = stripped(given.link)
        if link:
            normalised_link(link)
    except LinkRefused as refused:
        raise Stop(str(refused)) from None
    return [Announcement(given.title.strip(), given.summary.strip(), link, given.announced_on)]


async def _from_feed(source: str, at: datetime, leave_out: bool) -> list[Announcement]:
    from rich.console import Console

    from adapters.feeds import FeedRefused, read_feed
    from adapters.terminal.progress import reading

    left_out: list[str] = []
    try:
        with reading(Console(stderr=True), source) as progress:
            found = await read_feed(source, now=at, progress=progress, left_out=left_out.append if leave_out else None)
    except FeedRefused as refused:
        raise Stop(refused.sentence) from None
    print(*(f"Left out: {each}" for each in left_out), sep="\n", end="\n" if left_out else "")
    return found
