"""`deploy/command` gives a command all that the unit has: asked of stand-ins for systemd's programs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.test_unit import TEXT, UNIT, value
from tests.shape.tree import ROOT

COMMAND = ROOT / "deploy" / "command"
SECRET = "LoadCredential=slack_bot_token:/etc/deliverable/slack_bot_token"
SYSTEMCTL = """#!/bin/sh
case "$1" in
    cat) cat "$UNIT_FILES" ;;
    show) echo "HOME=/var/lib/deliverable DELIVERABLE_KEY_FILE=/run/credentials/deliverable.service/key" ;;
esac
"""
SYSTEMD_RUN = """#!/bin/sh
for each in "$@"; do printf '%s\\n' "$each"; done
"""


@pytest.fixture
def given(tmp_path: Path) -> list[str]:
    """What systemd-run is given for `deliveries --again "two words"`, where the unit has a secret more."""
    for name, text in (("systemctl", SYSTEMCTL), ("systemd-run", SYSTEMD_RUN)):
        program = tmp_path / name
        program.write_text(text)
        program.chmod(0o700)
    units = tmp_path / "units"
    units.write_text(f"{UNIT.read_text(encoding='utf-8')}\n[Service]\n{SECRET}\n")
    environment = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "UNIT_FILES": str(units)}
    command = [str(COMMAND), "deliveries", "--again", "two words"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=True)
    return done.stdout.splitlines()


def test_it_runs_the_units_program_with_what_was_typed(given: list[str]) -> None:
    assert [*value("ExecStart").split()[:-1], "deliveries", "--again", "two words"] == given[-6:]


def test_it_has_the_units_user_data_settings_and_secrets(given: list[str]) -> None:
    for name in ("DynamicUser", "StateDirectory", "StateDirectoryMode", "WorkingDirectory", "UMask"):
        assert f"{name}={value(name)}" in given
    assert f"User={UNIT.stem}" in given
    assert f"EnvironmentFile={value('EnvironmentFile')}" in given
    assert {each for each in given if each.startswith("LoadCredential=")} == {
        *re.findall(r"^LoadCredential=.*$", TEXT, re.MULTILINE),
        SECRET,
    }


def test_its_secrets_are_where_the_settings_say(given: list[str]) -> None:
    (unit,) = (each.removeprefix("--unit=") for each in given if each.startswith("--unit="))
    (environment,) = (each for each in given if each.startswith("Environment="))
    assert f"DELIVERABLE_KEY_FILE=/run/credentials/{unit}/key" in environment


def test_shellcheck_finds_nothing() -> None:
    program = shutil.which("shellcheck")
    if program is None:
        pytest.skip("no shellcheck on this machine")
    done = subprocess.run([program, COMMAND], capture_output=True, text=True, timeout=50, check=False)
    assert (done.returncode, done.stdout) == (0, "")
