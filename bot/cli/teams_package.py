"""`deliverable teams-package`: write the app package that an admin uploads to Teams."""

from __future__ import annotations

import argparse
from pathlib import Path

from adapters.teams.package.app_package import CannotPackage, Described, package
from bot.cli.argument_types import text
from bot.runtime.startup import Stop


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be typed after `teams-package`."""
    parser.add_argument("--app-id", required=True, metavar="ID", help="the application (client) ID of the Azure Bot")
    parser.add_argument("--host", required=True, metavar="NAME", help="where people reach it: a name, no address")
    parser.add_argument("--organisation", type=text, default="Deliverable", metavar="NAME", help="who runs it")
    for page in ("website", "privacy", "terms"):
        parser.add_argument(f"--{page}", default="", metavar="URL", help="a page of the organisation's own")
    parser.add_argument(
        "--private-channels", action="store_true", help="ask to read who is in private and shared channels too"
    )
    parser.add_argument(
        "--older-manifest", action="store_true", help="for a cloud that takes no newer one, such as a government's"
    )
    output = Path("deliverable-teams.zip")
    parser.add_argument("--output", type=Path, default=output, metavar="FILE", help="default: %(default)s")


def run(given: argparse.Namespace) -> int:
    """Write the app package to a new file. Raises `Stop`."""
    try:
        described = Described(
            given.app_id,
            given.host,
            given.organisation,
            given.website,
            given.privacy,
            given.terms,
            private_channels=given.private_channels,
            older=given.older_manifest,
        )
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
    return 0
