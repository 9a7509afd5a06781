"""The import contracts of pyproject.toml hold, and each reports what it forbids."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.shape.tree import PACKAGES, ROOT

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
# Libraries without one place, because every layer may use their types.
EVERYWHERE = {"pydantic", "pydantic_core"}


@dataclass(frozen=True)
class Plant:
    """A line that breaks a contract, the file it is added to, and the import that the linter must name."""

    contract: str
    module: str
    line: str
    imported: str


PLANTS = (
    Plant("layers", "bot.rule", "from adapters import planted", "adapters.planted"),
    Plant("layers", "bot.__main__", "from adapters import planted", "adapters.planted"),
    Plant("layers", "storage.query", "import bot", "bot"),
    Plant("storage-alone", "storage.query", "from bot import planted", "bot.planted"),
    Plant("storage-alone", "storage.query", "import adapters.planted", "adapters.planted"),
    Plant("adapters-storage", "adapters.web.table", "from storage.planted import Flag", "storage.planted"),
    Plant("adapters-storage", "adapters.slack.table", "from storage import Flag", "storage"),
    Plant("bot-packages", "bot.dispatcher", "import bot.cli.planted", "bot.cli.planted"),
    Plant("bot-packages", "bot.interface.rule", "from bot.flags import planted", "bot.flags.planted"),
    Plant("bot-packages", "bot.unit_of_work.rule", "import bot.sending.planted", "bot.sending.planted"),
    Plant("bot-packages", "bot.handlers.rule", "from bot.worker import planted", "bot.worker.planted"),
    Plant("bot-packages", "bot.runtime.rule", "from bot import dispatcher", "bot.dispatcher"),
    Plant("screen-packages", "bot.screens.notice.rule", "import bot.screens.flag.planted", "bot.screens.flag.planted"),
    Plant(
        "slack-packages", "adapters.slack.draw.rule", "import adapters.slack.api.planted", "adapters.slack.api.planted"
    ),
    Plant(
        "teams-packages",
        "adapters.teams.api.rule",
        "import adapters.teams.handle.planted",
        "adapters.teams.handle.planted",
    ),
    Plant("platforms", "adapters.slack.borrowed", "from adapters.teams import planted", "adapters.teams.planted"),
    Plant("platforms", "adapters.web.borrowed", "import adapters.email.planted", "adapters.email.planted"),
    Plant("platforms", "adapters.newcomer.borrowed", "import adapters.web.planted", "adapters.web.planted"),
    Plant("composition-root", "bot.rule", "from bot.__main__ import main", "bot.__main__"),
    Plant("composition-root", "adapters.web.rule", "from bot import __main__", "bot.__main__"),
    Plant("sql", "bot.rule", "from sqlmodel import select", "sqlmodel"),
    Plant("sql", "bot.rule", "from sqlalchemy.sql import select", "sqlalchemy"),
    Plant("sql", "bot.screens.rule", "import sqlite3", "sqlite3"),
    Plant("sql", "adapters.web.table", "from sqlmodel import Session", "sqlmodel"),
    Plant("sql", "adapters.web.table", "import psycopg", "psycopg"),
    Plant("sql", "bot.cli.rule", "from alembic import command", "alembic"),
    Plant("slack-sdk", "bot.rule", "from slack_sdk.web import WebClient", "slack_sdk"),
    Plant("slack-sdk", "adapters.teams.rule", "from slack_bolt.async_app import AsyncApp", "slack_bolt"),
    Plant("teams-sdk", "adapters.slack.rule", "from botbuilder.core import Bot", "botbuilder"),
    Plant("teams-sdk", "bot.cli.rule", "from botframework.connector import auth", "botframework"),
    Plant("teams-sdk", "storage.query", "import msrest", "msrest"),
    Plant("web-tokens", "bot.rule", "import jwt", "jwt"),
    Plant("web-tokens", "adapters.slack.rule", "from jwt import decode", "jwt"),
    Plant("metrics", "bot.cli.rule", "from prometheus_client import Counter", "prometheus_client"),
    Plant("metrics", "adapters.slack.rule", "import prometheus_client", "prometheus_client"),
    Plant("tests-only", "adapters.slack.rule", "from slackblocks import Message", "slackblocks"),
    Plant("tests-only", "adapters.teams.rule", "import adaptive_cards", "adaptive_cards"),
    Plant("tests-only", "bot.rule", "from jsonschema import validate", "jsonschema"),
    Plant("tests-only", "storage.query", "import time_machine", "time_machine"),
    Plant("feed-parsers", "bot.rule", "from defusedxml.expatreader import create_parser", "defusedxml"),
    Plant("feed-parsers", "adapters.web.rule", "import defusedxml.ElementTree", "defusedxml"),
    Plant("templates", "bot.rule", "from jinja2 import Template", "jinja2"),
    Plant("templates", "adapters.email.rule", "import jinja2", "jinja2"),
    Plant("http", "bot.rule", "from aiohttp import web", "aiohttp"),
    Plant("http", "storage.query", "import yarl", "yarl"),
    Plant("terminal", "bot.rule", "from rich.console import Console", "rich"),
    Plant(
        "ciphers",
        "bot.rule",
        "from cryptography.hazmat.primitives.ciphers.aead import AESGCM",
        "cryptography",
    ),
    Plant("ciphers", "adapters.teams.rule", "import cryptography.x509", "cryptography"),
    Plant("clocks", "storage.query", "from apscheduler.triggers.cron import CronTrigger", "apscheduler"),
    Plant("clocks", "adapters.web.rule", "import holidays", "holidays"),
    Plant("settings", "adapters.slack.rule", "from pydantic_settings import BaseSettings", "pydantic_settings"),
)
# What must stay allowed.
ALLOWED = (
    ("bot.cli.allowed", "from adapters.slack.api import planted"),
    ("bot.cli.allowed", "from aiohttp import web"),
    ("bot.cli.allowed", "from rich.console import Console"),
    ("bot.handlers.allowed", "from storage import planted"),
    ("adapters.slack.receive.allowed", "from slack_bolt.async_app import AsyncApp"),
    ("adapters.teams.receive.allowed", "from botbuilder.core import Bot"),
    ("adapters.teams.api.deep.allowed", "import msrest"),
    ("adapters.teams.receive.allowed", "import jwt"),
    ("adapters.health.allowed", "import prometheus_client"),
    ("adapters.feeds.allowed", "import defusedxml"),
    ("adapters.web.allowed", "import jinja2"),
    ("adapters.web.allowed", "from bot.interface import planted"),
)


def _copy(to: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, to / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", to)
    return to


def _plant(tree: Path, module: str, line: str) -> None:
    *packages, leaf = module.split(".")
    folder = tree
    for package in packages:
        folder /= package
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").touch()
    if "planted" in line:
        imported = line.replace(" import planted", ".planted").split()[1]
        target = tree.joinpath(*imported.split("."))
        target.parent.mkdir(parents=True, exist_ok=True)
        (target.parent / "__init__.py").touch()
        target.with_suffix(".py").touch()
    with (folder / f"{leaf}.py").open("a", encoding="utf-8") as source:
        source.write(f"\n{line}\n")


def _lint(tree: Path) -> tuple[int, str]:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache", "--no-logo"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
        env={"COLUMNS": "500", "PATH": ""},
    )
    return done.returncode, done.stdout + done.stderr


def _broken(report: str) -> dict[str, str]:
    """What the report says about each broken contract, by its name."""
    names = [contract["name"] for contract in CONTRACTS]
    _, _, details = report.partition("Broken contracts\n")
    heading = re.compile(rf"^({'|'.join(map(re.escape, names))})\n-+$", re.MULTILINE)
    _, *rest = heading.split(details)
    return dict(zip(rest[::2], rest[1::2], strict=True))


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What the linter reports for a copy of the project with everything forbidden planted in it."""
    tree = _copy(tmp_path_factory.mktemp("planted"))
    for plant in PLANTS:
        _plant(tree, plant.module, plant.line)
    _, report = _lint(tree)
    yield _broken(report)
    shutil.rmtree(tree)


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: f"{plant.contract}-{plant.module}-{plant.imported}")
def test_a_planted_violation_is_named(plant: Plant, broken: dict[str, str]) -> None:
    name = next(contract["name"] for contract in CONTRACTS if contract["id"] == plant.contract)
    assert f"{plant.module} -> {plant.imported} (" in broken.get(name, "")


def test_a_package_outside_the_order_is_named(broken: dict[str, str]) -> None:
    # Plants are in modules that no contract lists, such as `bot.rule`.
    assert "bot.rule" in broken["bot's packages stand in one order"]
    assert "adapters.slack.borrowed" in broken["Slack's packages stand in one order"]


def test_what_is_allowed_and_the_project_itself_break_nothing(tmp_path: Path) -> None:
    tree = _copy(tmp_path)
    for module, line in ALLOWED:
        _plant(tree, module, line)
    status, report = _lint(tree)
    assert status == 0, report


def test_every_contract_has_been_seen_to_fail() -> None:
    assert {contract["id"] for contract in CONTRACTS} == {plant.contract for plant in PLANTS}


def test_every_library_has_been_given_its_place() -> None:
    placed = {module for contract in CONTRACTS for module in contract.get("forbidden_modules", ())}
    assert _libraries() - placed - EVERYWHERE == set(), "give it a place in a contract of pyproject.toml"


def _libraries() -> set[str]:
    return {
        name
        for package in PACKAGES
        for source in (ROOT / package).rglob("*.py")
        for name in _imported(ast.parse(source.read_text(encoding="utf-8")))
        if name not in sys.stdlib_module_names and name not in PACKAGES
    }


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
