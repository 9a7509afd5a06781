"""The one place where adapters, rules and storage are put together, for each of the commands.

What not every command needs is imported where it is needed: half of a start is loading.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from aiohttp import web

import adapters.web as web_adapter
from adapters.http import CannotListen, Platform, Process, application, run
from bot.calendar.dates import count
from bot.dispatcher import Clock, Dispatcher, NoSuchChannel, NotAnAddress, Unavailable
from bot.interface.announcements import SUMMARY_LIMIT, TITLE_LIMIT, Announcement, LinkRefused, normalised_link
from bot.people.connections import Connections
from bot.runtime import command_line, logs
from bot.runtime.platforms import set_up
from bot.runtime.settings import BadSetting, Settings, read_settings
from bot.runtime.startup import Stop, key_ring, made_ready, migrated, opened, settled
from bot.screens.notice.message_not_sent import dead_letter_lines
from bot.screens.notice.not_reached import unreached_lines
from bot.sending import dead_letters
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.organisation import DESCRIBED, read
from bot.unit_of_work.runner import UnitOfWorkRunner
from bot.worker.status import Status
from bot.worker.worker import Worker
from storage import Database
from storage.faults import DatabaseUnavailable, StorageFault
from storage.keys import BadKey, KeyRing, new_master_key

if TYPE_CHECKING:
    from adapters.slack import SlackOptions

DEMO = Path("deliverable-demo")
NO_PLATFORM = (
    "No chat platform is set up, so there is nothing to serve. The settings of Slack and Teams are listed in "
    "docs/settings.md. To try it without either, use `python -m bot demo`."
)
TRY_LATER = 75
"""The exit code where the same command may well succeed later, as mail programs have it (`EX_TEMPFAIL`)."""
REFUSALS = (
    Stop,
    BadSetting,
    CannotListen,
    StorageFault,
    web_adapter.ClockUnreadable,
    web_adapter.NotLoopback,
)


def now() -> datetime:
    """The machine's clock, aware UTC."""
    return datetime.now(UTC)


def demo_parts(folder: Path) -> tuple[str, KeyRing, web_adapter.Sandbox]:
    """The sandbox's own database address, key and clock, kept in `folder` between runs. Raises `Stop`."""
    folder.mkdir(mode=0o700, exist_ok=True)
    kept, new = folder / "key", folder / "key.new"
    if not kept.exists():  # written beside it first: whoever is cut off in between leaves no half of a key
        new.touch(mode=0o600)
        new.write_text(new_master_key("sandbox") + "\n", encoding="utf-8")
        new.replace(kept)
    try:
        ring = KeyRing.from_text(kept.read_text(encoding="utf-8").strip())
    except BadKey:
        raise Stop(f"{kept} holds no key that can be used. Put the key back, or start afresh with --fresh.") from None
    sandbox = web_adapter.Sandbox(web_adapter.SandboxClock(folder / "clock.json"))
    return f"sqlite:///{folder / 'deliverable.db'}", ring, sandbox


def fresh(folder: Path) -> None:
    """Forget everything that earlier runs of the sandbox kept, and nothing else that is in the folder."""
    own = ("deliverable.db*", "deliverable-*-at-*.db*", "key", "key.new", "clock.json", "clock.json.new")
    for each in (path for name in own for path in folder.glob(name)):
        each.unlink(missing_ok=True)


async def demo(host: str, port: int, folder: Path) -> None:
    """Serve the sandbox until it is interrupted."""
    web_adapter.require_loopback(host)
    url, ring, sandbox = demo_parts(folder)
    with opened(url) as database:
        made_ready(database, now(), ring)
        dispatcher = Dispatcher(database, ring, sandbox.clock, admins=[sandbox.admin.email], called=web_adapter.CALLED)
        worker = Worker(database, ring, sandbox.clock, [sandbox.admin.email])
        pages = application()
        worker.add(web_adapter.connect(pages, dispatcher, worker, sandbox=sandbox))
        await web_adapter.seed(dispatcher, sandbox)
        await worker.tick()
        process = Process(Status(database, sandbox.clock), pages, worker)
        await run(process, host, port, lambda at: said(f"The sandbox is at {at}/ and keeps its data in {folder}/."))


@dataclass(frozen=True)
class Parts:
    """What a platform is connected to."""

    settings: Settings
    pages: web.Application
    dispatcher: Dispatcher
    connections: Connections
    hears: bool


def slack(parts: Parts) -> Platform:
    """Slack; where this process does not hear, it opens no link and answers no request."""
    from adapters.slack import connect

    options = slack_options(parts.settings)
    if not parts.hears:
        options = replace(options, app_token="", signing_secret="")
    return connect(parts.pages, parts.dispatcher, parts.connections, options, clock=now)


def slack_options(given: Settings) -> SlackOptions:
    """What an operator set for Slack."""
    from adapters.slack import SlackOptions

    return SlackOptions(
        bot_token=given.slack_bot_token.get_secret_value(),
        app_token=given.slack_app_token.get_secret_value(),
        signing_secret=given.slack_signing_secret.get_secret_value(),
        client_id=given.slack_client_id,
        client_secret=given.slack_client_secret.get_secret_value(),
        api_url=given.slack_api_url,
        public_url=given.public_url,
    )


async def doctor(settings: Settings) -> bool:
    """Print what is found out about Slack, a sentence a line; whether all is well. Raises `Stop`."""
    from adapters.slack.install.doctor import Doctor

    ring = key_ring(settings)
    well = True
    with opened(settings.database_url.get_secret_value()) as database:
        made_ready(database, now(), ring)
        connections = Connections(database, ring, now, admins=settings.admin_emails)
        async for found in Doctor(connections, slack_options(settings), now).examine():
            print(f"{'Good' if found.good else 'Mend'}: {found.sentence}")
            well = well and found.good
    return well


def teams(parts: Parts) -> Platform:
    """Teams. Raises `Stop`."""
    from adapters.teams import NotSetUp, TeamsOptions, connect

    given = parts.settings
    try:
        options = TeamsOptions(
            app_id=given.teams_app_id,
            tenant=given.teams_tenant_id,
            password=given.teams_app_password.get_secret_value(),
            certificate=given.teams_certificate.get_secret_value(),
            managed_identity=given.teams_managed_identity,
            openid_url=given.teams_openid_url,
            token_url=given.teams_token_url,
            issuer=given.teams_issuer,
            service_hosts=given.service_hosts,
            host=given.host,
            insecure_local=given.teams_insecure_local,
        )
        return connect(parts.pages, parts.dispatcher, parts.connections, options, clock=now)
    except NotSetUp as problem:
        raise Stop(str(problem)) from None


CONNECT: dict[str, Callable[[Parts], Platform]] = {"slack": slack, "teams": teams}
"""How each platform is connected. Its libraries are loaded by the process that serves it, and by no other."""


async def composed(
    settings: Settings, only: str | None, database: Database, ring: KeyRing, names: Sequence[str]
) -> Process:
    """One process of those platforms, with nothing opened yet; `only` is "inbound" or "rounds", or None for both."""
    from adapters.health import connect as connect_health

    called = {name: name.capitalize() for name in names}
    dispatcher = Dispatcher(database, ring, now, admins=settings.admin_emails, called=called)
    await dispatcher.describe({"zone": settings.timezone})
    connections = Connections(database, ring, now, admins=settings.admin_emails)
    pages, hears = application(), only != "rounds"
    # What comes in goes elsewhere where this process only sends: it has its routes on what nobody serves.
    parts = Parts(settings, pages if hears else application(), dispatcher, connections, hears)
    platforms = tuple(CONNECT[name](parts) for name in names)
    worker = None if only == "inbound" else turning(database, ring, settings, platforms)
    status = Status(database, now)
    connect_health(pages, status, platforms)
    if hears and settings.public_url:
        web_adapter.connect_public(pages, dispatcher, settings.public_url)
    return Process(status, pages, worker, platforms)


def turning(database: Database, ring: KeyRing, settings: Settings, platforms: Sequence[Platform]) -> Worker:
    """Rounds that send through those platforms, and read their rosters once a day."""
    worker = Worker(database, ring, now, admins=settings.admin_emails)
    for each in platforms:
        worker.add(each)
        worker.daily(f"{each.name} rosters", each.daily)
    return worker


async def serve(settings: Settings, only: str | None) -> None:
    """Serve the platforms that are set up until SIGINT or SIGTERM. Raises `Stop`."""
    ring, names = key_ring(settings), set_up(settings)
    with opened(settings.database_url.get_secret_value()) as database:
        made_ready(database, now(), ring)
        if not names:
            raise Stop(NO_PLATFORM)
        process = await composed(settings, only, database, ring, names)
        settled()
        doing = {"inbound": ", for what comes in only", "rounds": ", for what goes out only"}.get(only or "", "")
        served = " and ".join(each.capitalize() for each in names)
        await run(process, settings.host, settings.port, lambda at: said(f"Serving {served} at {at}/{doing}."))


def said(sentence: str) -> None:
    """Say where it is served: the line for which whoever started it waits."""
    print(f"{sentence} Stop it with Ctrl+C.", flush=True)


def backup(settings: Settings, path: Path) -> None:
    """Copy the SQLite database to a new file, while others may write. Raises `Stop`."""
    with opened(settings.database_url.get_secret_value()) as database:
        try:
            database.backup(path)
        except FileExistsError:
            raise Stop(f"{path} is there already. Name a new file.") from None
        except NotImplementedError as error:
            raise Stop(str(error)) from None
    print(f"The database is copied to {path}.")


def bring_up_to_date(settings: Settings) -> None:
    """Bring the tables up to date, and say at which version they are."""
    with opened(settings.database_url.get_secret_value()) as database:
        print(f"The tables are at version {migrated(database, now())}.")


async def announce(settings: Settings, given: argparse.Namespace) -> None:
    """Open or reword policies from a feed, or one by hand."""
    clock: Clock = now
    if given.demo:
        url, ring, sandbox = demo_parts(DEMO)
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
            done = await dispatcher.announce(announcements, owner=given.owner, channel=given.channel)
        except (NoSuchChannel, NotAnAddress) as error:
            raise Stop(str(error)) from None
    counts = [f"{len(done.opened)} opened", f"{len(done.reworded)} reworded", f"{len(done.unchanged)} unchanged"]
    print(f"Policies: {', '.join(counts)}.", *unreached_lines(done.unreached), sep="\n")


async def announced(given: argparse.Namespace, at: datetime) -> list[Announcement]:
    """What is announced: the entries of the feed, or the one that is typed on the command line. Raises `Stop`."""
    from rich.console import Console

    from adapters.feeds import FeedRefused, read_feed
    from adapters.terminal.progress import reading

    if given.feed:
        try:
            with reading(Console(stderr=True), given.feed) as progress:
                return await read_feed(given.feed, now=at, progress=progress)
        except FeedRefused as refused:
            raise Stop(refused.sentence) from None
    for what, text, limit in (("title", given.title, TITLE_LIMIT), ("summary", given.summary, SUMMARY_LIMIT)):
        if not text.strip() or len(text) > limit:
            raise Stop(f"The {what} must be 1 to {limit:,} characters long.")
    try:
        if given.link:
            normalised_link(given.link)
    except LinkRefused as refused:
        raise Stop(str(refused)) from None
    return [Announcement(given.title.strip(), given.summary.strip(), given.link, given.announced_on)]


async def describe(settings: Settings, given: argparse.Namespace) -> None:
    """Set what is said of the organisation, and print it."""
    try:
        values = read({name: getattr(given, name) for name in DESCRIBED if getattr(given, name) is not None})
    except FormRefused as refused:
        wrong = [f"--{name.replace('_', '-')}: {sentence}." for name, sentence in refused.problems.items()]
        raise Stop("\n".join(wrong)) from None
    ring = key_ring(settings)
    with opened(settings.database_url.get_secret_value()) as database:
        made_ready(database, now(), ring)
        stands = await Dispatcher(database, ring, now).describe({**values, "zone": settings.timezone})
    for name, value in stands.items():
        print(f"{name}: {value}")


async def rewrap(settings: Settings) -> None:
    """Wrap every policy's key by the first master key that is set."""
    ring = key_ring(settings)
    with opened(settings.database_url.get_secret_value()) as database:
        made_ready(database, now(), ring)
        changed = await Dispatcher(database, ring, now).rewrap()
    print(f"{count(changed, 'key')} wrapped anew. All are now wrapped by {ring.names[0]}.")


async def deliveries(settings: Settings, again: str | None) -> None:
    """List what was given up and what nobody can say of, or have what was given up sent again. Raises `Stop`."""
    ring = key_ring(settings)
    with opened(settings.database_url.get_secret_value()) as database:
        made_ready(database, now(), ring)
        runner = UnitOfWorkRunner(database, ring, now)
        if again is None:
            for line in dead_letter_lines(await runner.read(dead_letters.listed)):
                print(line)
            return
        number = await runner.write(lambda uow: dead_letters.again(uow, delivery_id(again)))
    if not number and again != "all":
        raise Stop("No message of that id was given up. List them with `python -m bot deliveries`.")
    print(f"{count(number, 'message')} to be sent again.")


def delivery_id(text: str) -> UUID | None:
    """The id that was typed; None for all. Raises `Stop`."""
    if text == "all":
        return None
    try:
        return UUID(text)
    except ValueError:
        raise Stop('Name one message by its id, or "all". List them with `python -m bot deliveries`.') from None


async def story() -> bool:
    """Play the story on a temporary database; whether it ended as it should."""
    from rich.console import Console

    from adapters.terminal.story import Storyteller, StoryTime
    from storage.migrate import migrate

    with tempfile.TemporaryDirectory() as folder, opened(f"sqlite:///{folder}/story.db") as database:
        migrate(database, now=now())
        ring = KeyRing.from_text(new_master_key("story"))
        time = StoryTime()
        dispatcher, worker = Dispatcher(database, ring, time), Worker(database, ring, time)
        teller = Storyteller(Console(), dispatcher, worker, time)
        worker.add(teller)
        return await teller.tell()


def write_teams_package(given: argparse.Namespace) -> None:
    """Write the app package for Teams to a new file. Raises `Stop`."""
    from adapters.teams.package.app_package import CannotPackage, Described, package

    try:
        described = Described(given.app_id, given.host, given.organisation, given.website, given.privacy, given.terms)
    except CannotPackage as wrong:
        raise Stop(str(wrong)) from None
    try:
        with given.output.open("xb") as file:
            file.write(package(described))
    except FileExistsError:
        raise Stop(f"{given.output} is there already. Name another file with --output.") from None
    except OSError:
        raise Stop(f"{given.output} cannot be written. Name another file with --output.") from None
    print(f"The app package is {given.output}. What to do with it: deploy/teams/README.md.")


def views(name: str | None) -> bool:
    """List the screens, or draw those of that name; whether there are any."""
    from rich.console import Console

    from adapters.terminal.views import show_views

    return show_views(Console(), name)


def act(given: argparse.Namespace) -> int:
    """Do what was typed; the exit code. Raises `Stop`."""
    match given.command:
        case "views":
            return 0 if views(given.name) else 2
        case "story":
            return 0 if asyncio.run(story()) else 1
        case "teams-package":
            write_teams_package(given)
        case "keys" if given.keys == "new":
            print(new_master_key(f"k{now():%Y%m%d%H%M%S}"))
        case _:
            settings = read_settings()
            logs.set_up(settings.log_level, settings.log_format)
            if given.command == "doctor":
                return 0 if asyncio.run(doctor(settings)) else 1
            WITH_SETTINGS[given.command](settings, given)
    return 0


def _demo(settings: Settings, given: argparse.Namespace) -> None:
    if given.fresh:
        fresh(DEMO)
    asyncio.run(demo(given.host, settings.port if given.port is None else given.port, DEMO))


WITH_SETTINGS: dict[str, Callable[[Settings, argparse.Namespace], None]] = {
    "demo": _demo,
    "serve": lambda settings, given: asyncio.run(serve(settings, given.only)),
    "migrate": lambda settings, given: bring_up_to_date(settings),
    "backup": lambda settings, given: backup(settings, given.file),
    "announce": lambda settings, given: asyncio.run(announce(settings, given)),
    "deliveries": lambda settings, given: asyncio.run(deliveries(settings, given.again)),
    "keys": lambda settings, given: asyncio.run(rewrap(settings)),
    "organisation": lambda settings, given: asyncio.run(describe(settings, given)),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; gives the exit code: 0 done, 1 a fault, 2 refused with a sentence, 75 refused for now."""
    given = command_line.parser().parse_args(arguments)
    try:
        return act(given)
    except (DatabaseUnavailable, Unavailable) as refused:
        print(refused, file=sys.stderr)
        return TRY_LATER
    except REFUSALS as refused:
        print(refused, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        logging.getLogger("bot").critical("%s", logs.told(error), exc_info=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
