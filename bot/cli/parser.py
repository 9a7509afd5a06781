"""The parser of the command line: the commands with their one-line help. Each command's own file adds its arguments."""

from __future__ import annotations

import argparse
import importlib
from typing import Protocol, cast

from bot import __version__

COMMANDS = {
    "demo": "try it in a browser, with invented people, on this machine only",
    "serve": "serve the chat platforms that are set up",
    "doctor": "look at what is set up for Slack, and say what to fix",
    "migrate": "bring the database's tables up to date",
    "keys": "master keys",
    "backup": "copy the SQLite database to a new file, while it is in use",
    "deliveries": "list messages that could not be sent, or send them again",
    "announce": "announce policies from a feed, or one by hand",
    "views": "list and draw the screens",
    "story": "play one policy through, from announcement to hearing back",
    "teams-package": "write the app package that an admin uploads to Teams",
    "organisation": "set who runs this, and the sentences about it that people read",
}
"""Each command with its help. `teams-package` is in `bot/cli/teams_package.py`, and so on."""


class Command(Protocol):
    """What the file of a command gives."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add what can be typed after the command."""
        ...

    def run(self, given: argparse.Namespace) -> int:
        """Run the command; gives the exit code. Raises `Stop` with the sentence to print."""
        ...


def command(name: str) -> Command:
    """The file of a command, imported only here: half of a start is loading, and each command needs other things."""
    return cast(Command, importlib.import_module(f"bot.cli.{name.replace('-', '_')}"))


def parser(only: str | None = None) -> argparse.ArgumentParser:
    """The parser, with the arguments of every command, or of the command `only` for a quicker start."""
    whole = argparse.ArgumentParser(prog="deliverable", description="Say if a policy is deliverable, and be heard.")
    whole.add_argument("--version", action="version", version=f"deliverable {__version__}")
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, meaning in COMMANDS.items():
        one = commands.add_parser(name, help=meaning)
        if only in (None, name):
            command(name).arguments(one)
    return whole
