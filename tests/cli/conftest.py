"""An empty folder for every command, without settings in the environment."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.runtime.clock import now
from storage.keys import new_master_key
from tests.rings import end_keys
from tests.slack.provider import Slack
from tests.slack.serving import workspace

Run = Callable[..., "Done"]


@dataclass(frozen=True)
class Done:
    """A command's exit code and output."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one sentence that a refused command prints: exit code 2, no other output, no traceback."""
        assert self.code == 2
        return self.said

    @property
    def said(self) -> str:
        """What a command without output prints to standard error, without a traceback."""
        assert self.out == ""
        assert "Traceback" not in self.err
        return self.err.strip()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, empty, with no setting in the environment."""
    for name in [each for each in os.environ if each.startswith("DELIVERABLE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def quiet_after() -> Iterator[None]:
    """Restore logging, which a command sets up for the whole process."""
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in ("", "apscheduler", "alembic")}
    handlers = root.handlers[:]
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    yield
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A master key, in the environment, as is an end-months file."""
    monkeypatch.setenv("DELIVERABLE_END_KEYS", end_keys(folder))
    made = new_master_key("k1")
    monkeypatch.setenv("DELIVERABLE_KEY", made)
    return made


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    """Slack, with one workspace and five people."""
    space = workspace()
    async with Slack(clock=now, workspaces={space.id: space}) as running:
        yield running
        assert running.faults == []


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process, which is faster than starting one and does the same."""

    def done(*arguments: str) -> Done:
        capsys.readouterr()
        try:
            code = main(arguments)
        except SystemExit as ended:  # by argparse
            code = int(ended.code or 0)
        printed = capsys.readouterr()
        return Done(code, printed.out, printed.err)

    return done
