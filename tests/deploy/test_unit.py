"""The systemd unit: what it starts, what it may do, and what systemd itself reports about it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.cli.parser import parser
from bot.runtime.shutdown import WITHIN_SECONDS
from bot.worker.heartbeat import STOPPED_SECONDS
from tests.shape.tree import ROOT

UNIT = ROOT / "deploy" / "deliverable.service"
TEXT = UNIT.read_text(encoding="utf-8")
OLDEST = 250
MOST_EXPOSED = 20
"""Systemd's exposure level in tenths, from 0 to 100."""


def value(name: str) -> str:
    """The last value of a directive."""
    found: list[str] = re.findall(rf"^{name}=(.*)$", TEXT, re.MULTILINE)
    return found[-1]


def test_it_starts_the_program_and_waits_for_its_end() -> None:
    program, *arguments = value("ExecStart").partition(" -m bot ")[::2]
    assert program == "/opt/deliverable/.venv/bin/python"
    assert parser().parse_args(arguments[0].split()).command == "serve"
    assert int(value("TimeoutStopSec")) > WITHIN_SECONDS


def test_a_process_that_no_longer_says_that_it_is_alive_is_restarted() -> None:
    assert value("Type") == "notify"
    assert float(value("WatchdogSec")) >= 2 * STOPPED_SECONDS
    # A core dump would hold keys and texts.
    assert value("WatchdogSignal") == "SIGKILL"


def test_its_home_is_known_though_its_user_is_in_no_list() -> None:
    assert re.search(r"^Environment=.*\bHOME=%S/deliverable$", TEXT, re.MULTILINE)


def test_a_refusal_is_not_restarted() -> None:
    assert (value("Restart"), value("RestartPreventExitStatus")) == ("on-failure", "2")


def test_the_key_is_not_in_the_environment() -> None:
    assert "DELIVERABLE_KEY=" not in TEXT
    assert "LoadCredential=key:/etc/deliverable/key" in TEXT


@pytest.fixture
def analyze() -> str:
    """The program that checks units."""
    found = shutil.which("systemd-analyze")
    if found is None or _version(found) < OLDEST:
        pytest.skip(f"no systemd-analyze {OLDEST} or later on this machine")
    return found


def _version(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=50, check=True).stdout
    return int(re.findall(r"^systemd (\d+)", said)[0])


def test_systemd_understands_it(analyze: str, tmp_path: Path) -> None:
    copy = tmp_path / UNIT.name
    copy.write_text(TEXT.replace("/opt/deliverable/.venv/bin/python", "/bin/true"), encoding="utf-8")
    done = subprocess.run([analyze, "verify", copy], capture_output=True, text=True, timeout=50, check=False)
    about_it = [line for line in done.stderr.splitlines() if UNIT.name in line]
    assert (done.returncode, about_it) == (0, [])


def test_systemd_rates_its_exposure_low(analyze: str) -> None:
    done = subprocess.run(
        [analyze, "security", "--offline=yes", f"--threshold={MOST_EXPOSED}", "--no-pager", UNIT],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-500:]
