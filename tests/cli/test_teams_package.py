"""Writing the app package for Teams from the command line."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from tests.cli.conftest import Run

GIVEN = ("teams-package", "--app-id", "6f1b7c1e-7d2a-4b59-9b6e-0d6f7f3a9c10", "--host", "deliverable.example.org")


def test_the_package_is_written_and_never_overwrites_another(run: Run) -> None:
    made = run(*GIVEN, "--organisation", "Department for Practice", "--privacy", "https://example.org/privacy")
    assert (made.code, made.out) == (
        0,
        "The app package is deliverable-teams.zip. What to do with it: deploy/teams/README.md.\n",
    )
    with zipfile.ZipFile("deliverable-teams.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["developer"]["name"] == "Department for Practice"
    assert manifest["developer"]["privacyUrl"] == "https://example.org/privacy"
    before = Path("deliverable-teams.zip").read_bytes()
    assert run(*GIVEN).sentence == "deliverable-teams.zip is there already. Name another file with --output."
    assert Path("deliverable-teams.zip").read_bytes() == before
    assert run(*GIVEN, "--output", "another.zip").code == 0


def test_a_wrong_argument_is_reported_and_nothing_is_written(run: Run) -> None:
    said = run("teams-package", "--app-id", "the-app", "--host", "deliverable.example.org")
    assert said.sentence.startswith("--app-id is the application (client) ID")
    assert not Path("deliverable-teams.zip").exists()
    assert run(*GIVEN, "--output", "no/such/folder/x.zip").sentence.startswith(
        "no/such/folder/x.zip cannot be written."
    )
