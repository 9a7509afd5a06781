"""The parser of the command line: the commands with their one-line help. Each command's own file adds its arguments."""

from __future__ import annotations

import argparse
import importlib
from typing import Any, NoReturn, Protocol, cast

from bot import __version__
from bot.cli import argument_types
from bot.runtime import logs
from bot.screens.phrases import first_large

COMMANDS = {
    "demo": "try it in a browser, with invented people, on this machine only",
    "serve": "serve the chat platforms that are set up",
    "doctor": "look at the database, the keys, the disk, the clock and each platform, and say what to fix",
    "migrate": "bring the database's tables up to date",
    "keys": "make a master key or the end-months file, prove a copy, or wrap what is stored by a new key",
    "hold": "put a policy on legal hold, or lift it",
    "backup": "copy the SQLite database to a new file, while it is in use",
    "restored": "after a restore from a backup: hold everything, or confirm that it may go on",
    "deliveries": "list messages that could not be sent, or send them again",
    "audit": "list what admins and operators did, or check that nothing in that log was changed",
    "announce": "announce policies from a feed, or one by hand",
    "export": "make a records export of what was shown in some months, with a reviewer between its two steps",
    "views": "list and draw the screens",
    "story": "play one policy through, from announcement to hearing back",
    "teams-package": "write the app package that an admin uploads to Teams",
    "people": "list whose accounts count as one person and who cannot be reached, or keep an account apart",
    "officers": "list records officers and auditors, or give and take these roles",
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


class Parser(argparse.ArgumentParser):
    """A parser whose refusals are JSON where logs are."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        # For every argument without a type of its own.
        self.register("type", None, argument_types.text)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with what was typed, and exit."""
        if logs.is_json():
            logs.say_aside(f"{self.prog}: {message}", refused=True)
            self.exit(2)
        super().error(message)


def parser(only: str | None = None) -> Parser:
    """The parser, with the arguments of every command, or of the command `only` for a quicker start.

    `command` is None where no command was typed.
    """
    whole = Parser(prog="deliverable", description="Say if a policy is deliverable, and be heard.")
    whole.add_argument("--version", action="version", version=f"deliverable {__version__}")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND")
    commands.type = str  # what follows a command is checked by the command's own parser
    for name, meaning in COMMANDS.items():
        one = commands.add_parser(name, help=meaning, description=f"{first_large(meaning)}.")
        if only in (None, name):
            command(name).arguments(one)
    return whole
