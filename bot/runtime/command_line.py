"""What can be typed on the command line; `bot/__main__.py` does it."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from bot.unit_of_work.organisation import DESCRIBED


def parser() -> argparse.ArgumentParser:
    """What can be typed."""
    whole = argparse.ArgumentParser(prog="deliverable", description="Say if a policy is deliverable, and be heard.")
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    trying = commands.add_parser("demo", help="try it in a browser, with invented people, on this machine only")
    trying.add_argument("--fresh", action="store_true", help="forget what earlier runs kept")
    trying.add_argument("--host", default="127.0.0.1", help="a loopback address (default: %(default)s)")
    trying.add_argument("--port", type=int, default=None, help="default: DELIVERABLE_PORT, else 8080")
    serving = commands.add_parser("serve", help="serve the chat platforms that are set up")
    serving.add_argument("--only", choices=("inbound", "rounds"), help="only what comes in, or only what goes out")
    commands.add_parser("doctor", help="look at what is set up for Slack, and say what is to be mended")
    commands.add_parser("migrate", help="bring the database's tables up to date")
    keys = commands.add_parser("keys", help="master keys")
    what = keys.add_subparsers(dest="keys", required=True)
    what.add_parser("new", help="make a new master key and print it")
    what.add_parser("rewrap", help="wrap every policy's key by the first of several master keys")
    copying = commands.add_parser("backup", help="copy the SQLite database to a new file, while it is in use")
    copying.add_argument("file", type=Path)
    sending = commands.add_parser("deliveries", help="list messages that could not be sent, or have them sent again")
    sending.add_argument("--again", metavar="ID", help='send this one again, or "all" that were given up')
    _announcing(commands.add_parser("announce", help="announce policies from a feed, or one by hand"))
    viewing = commands.add_parser("views", help="list and draw the screens")
    viewing.add_argument("name", nargs="?", help="draw the screen of that name, in all its states")
    commands.add_parser("story", help="play one policy through, from announcement to hearing back")
    _packaging(commands.add_parser("teams-package", help="write the app package that an admin uploads to Teams"))
    describing = commands.add_parser("organisation", help="say who runs this, and the lines that people rely on")
    for name, meaning in DESCRIBED.items():
        describing.add_argument(f"--{name.replace('_', '-')}", help=meaning)
    return whole


def _announcing(command: argparse.ArgumentParser) -> None:
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument("--feed", metavar="FILE_OR_URL", help="an Atom or RSS feed")
    what.add_argument("--title", help="the title of one announcement; with --summary and --link")
    command.add_argument("--summary", default="")
    command.add_argument("--link", default="", metavar="URL")
    command.add_argument("--announced-on", type=date.fromisoformat, metavar="YYYY-MM-DD")
    command.add_argument("--owner", required=True, metavar="EMAIL", help="who answers for these policies")
    command.add_argument("--channel", metavar="NAME", help="where the cards stand; without it, in the register only")
    command.add_argument("--demo", action="store_true", help="in the sandbox")


def _packaging(command: argparse.ArgumentParser) -> None:
    command.add_argument("--app-id", required=True, metavar="ID", help="the application (client) ID of the Azure Bot")
    command.add_argument("--host", required=True, metavar="NAME", help="where people reach it: a name, no address")
    command.add_argument("--organisation", default="Deliverable", metavar="NAME", help="who runs it")
    for page in ("website", "privacy", "terms"):
        command.add_argument(f"--{page}", default="", metavar="URL", help="a page of the organisation's own")
    command.add_argument("--output", type=Path, default=Path("deliverable-teams.zip"), metavar="FILE")
