"""The world that stories are played in, on every platform, and its people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from bot.flags import flags, receipt_codes
from bot.flags.detached_limit import SentToday
from bot.flags.receipt_codes import Tries
from bot.people import joining_by_code
from bot.sending import relay
from bot.unit_of_work import sealed_text
from bot.worker import worker
from tests.stories.platforms import MARKS, WORLD, as_parameter, opening, parts
from tests.stories.player import Player
from tests.stories.stage import SECONDS
from tests.stories.world import World


def pytest_configure(config: pytest.Config) -> None:
    """Name the marks of a story."""
    for each in MARKS:
        config.addinivalue_line("markers", each)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Play every story on every platform, and list those that one cannot play."""
    if WORLD in metafunc.fixturenames:
        played = [as_parameter(each) for each in parts(metafunc.definition.iter_markers())]
        metafunc.parametrize(WORLD, played, indirect=True)


@pytest.fixture(autouse=True)
def _nothing_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker waits for what is under way: here nothing hangs, but a busy disk may take its time."""
    monkeypatch.setattr(relay, "PATIENCE_SECONDS", SECONDS / 2)


@pytest.fixture(autouse=True)
def _a_process_has_just_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process counts by itself and by account, it has not counted yet: all stories begin with one database."""
    sent = SentToday()
    for module in (flags, worker):
        monkeypatch.setattr(module, "SENT_TODAY", sent)
    monkeypatch.setattr(receipt_codes, "TRIES", Tries())
    monkeypatch.setattr(joining_by_code, "_wrong", {})
    monkeypatch.setattr(sealed_text, "_told", {})
    monkeypatch.setattr(sealed_text, "_found", set())


@pytest.fixture
def world(request: pytest.FixtureRequest, migrated_sqlite_url: str) -> Iterator[World]:
    """The organisation on a Monday morning, with three policies announced and no flags."""
    with ExitStack() as stack:
        yield World(opening(request.param)(request, migrated_sqlite_url, stack))


@pytest.fixture
def amina(world: World) -> Player:
    """A developer."""
    return world.person("amina")


@pytest.fixture
def tomos(world: World) -> Player:
    """A data engineer."""
    return world.person("tomos")


@pytest.fixture
def kezia(world: World) -> Player:
    """A service designer."""
    return world.person("kezia")


@pytest.fixture
def helen(world: World) -> Player:
    """The policy owner."""
    return world.person("helen")


@pytest.fixture
def daniel(world: World) -> Player:
    """The admin."""
    return world.person("daniel")


@pytest.fixture
def gus(world: World) -> Player:
    """A guest."""
    return world.person("gus")


@pytest.fixture
def nadia(world: World) -> Player:
    """A policy owner who has not joined yet."""
    return world.person("nadia")
