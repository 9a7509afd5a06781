"""A platform is on if its settings are there; missing settings are named."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from aiohttp import web

from adapters import slack, teams
from bot.cli.platforms import Adapter, adapter, set_up
from bot.dispatcher import Dispatcher
from bot.interface.platforms import REGISTERED, listed
from bot.people.connections import Connections
from bot.runtime.settings import BadSetting, read_settings
from storage import Database
from tests.rings import new_ring
from tests.shape.tree import PACKAGES, ROOT, files, name, text

PACKAGES_OF_PLATFORMS: dict[str, Adapter] = {"slack": slack, "teams": teams}
"""The type check verifies that each package implements `Adapter`."""

SECRET = "hunter2-never-shown"
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SOCKET = {"SLACK_BOT_TOKEN": SECRET, "SLACK_APP_TOKEN": SECRET}
HTTP = {"SLACK_BOT_TOKEN": SECRET, "SLACK_SIGNING_SECRET": SECRET}
SEVERAL = {
    "SLACK_SIGNING_SECRET": SECRET,
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": SECRET,
    "PUBLIC_URL": "https://deliverable.example.org",
}
TEAMS = {"TEAMS_APP_ID": "an-app", "TEAMS_TENANT_ID": "a-tenant", "TEAMS_APP_PASSWORD": SECRET}
LOCAL = {"TEAMS_APP_ID": "an-app", "TEAMS_TENANT_ID": "a-tenant", "TEAMS_INSECURE_LOCAL": "true"}


def platforms(values: dict[str, str]) -> tuple[str, ...]:
    return set_up(read_settings({f"DELIVERABLE_{name}": value for name, value in values.items()}, dotenv=None))


@pytest.mark.parametrize(
    ("values", "on"),
    [
        ({}, ()),
        ({"SLACK_API_URL": "https://slack-gov.com/api/", "PUBLIC_URL": "https://deliverable.example.org"}, ()),
        ({"SLACK_BOT_TOKEN": "", "TEAMS_APP_ID": "", "TEAMS_MANAGED_IDENTITY": ""}, ()),
        (SOCKET, ("slack",)),
        (HTTP, ("slack",)),
        (SOCKET | HTTP, ("slack",)),
        (SEVERAL, ("slack",)),
        (TEAMS, ("teams",)),
        (LOCAL, ("teams",)),
        (LOCAL | {"HOST": "::1"}, ("teams",)),
        (SOCKET | TEAMS, ("slack", "teams")),
    ],
)
def test_a_platform_is_on_if_its_settings_are_there(values: dict[str, str], on: tuple[str, ...]) -> None:
    assert platforms(values) == on


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        *((SOCKET, {each}) for each in SOCKET),
        *((HTTP, {each}) for each in HTTP),
        *((SEVERAL, {each}) for each in SEVERAL),
        *((TEAMS, {each}) for each in TEAMS),
        *((LOCAL, {each}) for each in ("TEAMS_APP_ID", "TEAMS_TENANT_ID")),
        (TEAMS, {"TEAMS_APP_ID", "TEAMS_TENANT_ID"}),
    ],
)
def test_what_is_missing_of_one_is_named(values: dict[str, str], missing: set[str]) -> None:
    with pytest.raises(BadSetting) as refused:
        platforms({name: value for name, value in values.items() if name not in missing})
    said = str(refused.value)
    assert all(f"DELIVERABLE_{each}" in said for each in missing)
    assert said.endswith(".")
    assert SECRET not in said


def test_teams_takes_exactly_one_credential() -> None:
    with pytest.raises(BadSetting, match="exactly one of"):
        platforms(TEAMS | {"TEAMS_MANAGED_IDENTITY": "true"})


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "deliverable.example.org"])
def test_token_checks_can_be_off_on_this_machine_only(host: str) -> None:
    with pytest.raises(BadSetting, match="TEAMS_INSECURE_LOCAL"):
        platforms(LOCAL | {"HOST": host})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "deliverable.example.org"),
        ("PUBLIC_URL", "http://deliverable.example.org"),
        ("PUBLIC_URL", "https://deliverable.example.org/below"),
        ("PUBLIC_URL", "https://me:hunter2-never-shown@deliverable.example.org"),
        ("PUBLIC_URL", "https://deliverable.example.org?a=b"),
        ("SLACK_API_URL", "http://slack.example.org/api/"),
        ("TEAMS_OPENID_URL", "ftp://127.0.0.1/"),
        ("TEAMS_TOKEN_URL", "hunter2-never-shown"),
        ("TEAMS_ISSUER", "https://"),
        ("TEAMS_SERVICE_HOSTS", "https://smba.example.org"),
        ("TEAMS_SERVICE_HOSTS", "*"),
        ("TEAMS_SERVICE_HOSTS", "127.0.0.1:8081"),
        ("TEAMS_SERVICE_HOSTS", "smba.*.example.org"),
        ("TEAMS_MANAGED_IDENTITY", "perhaps"),
        ("TEAMS_INSECURE_LOCAL", "perhaps"),
        ("PORT", "hunter2-never-shown"),
        ("PORT", "65536"),
        ("TIMEZONE", "Europe/hunter2-never-shown"),
        ("LOG_LEVEL", "hunter2-never-shown"),
        ("LOG_FORMAT", "hunter2-never-shown"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_and_not_repeated(name: str, value: str) -> None:
    with pytest.raises(BadSetting) as refused:
        platforms({name: value})
    assert re.match(f"DELIVERABLE_{name} (must be|is not) ", str(refused.value))
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://deliverable.example.org/", "https://deliverable.example.org"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:8080/", "http://localhost:8080"),
    ],
)
def test_the_public_url_is_stored_without_a_trailing_slash(given: str, kept: str) -> None:
    assert read_settings({"DELIVERABLE_PUBLIC_URL": given}, dotenv=None).public_url == kept


def test_hosts_are_parsed_from_a_list() -> None:
    listed = "smba.example.org, *.Teams.example.org,127.0.0.1"
    read = read_settings({"DELIVERABLE_TEAMS_SERVICE_HOSTS": listed}, dotenv=None)
    assert read.service_hosts == ("smba.example.org", "*.teams.example.org", "127.0.0.1")


def test_secrets_are_not_in_the_repr_of_the_settings() -> None:
    values = {f"DELIVERABLE_{name}": value for name, value in (SOCKET | HTTP | TEAMS).items()}
    assert SECRET not in repr(read_settings(values, dotenv=None))


def test_every_registered_platform_has_its_package() -> None:
    assert {each.name: adapter(each.name) for each in REGISTERED} == PACKAGES_OF_PLATFORMS


def test_reading_the_settings_loads_no_vendors_library() -> None:
    vendors = {"slack_bolt", "slack_sdk", "botbuilder", "msrest", "jwt"}
    code = (
        "import sys; from bot.cli.platforms import set_up; from bot.runtime.settings import read_settings;"
        f"print(set_up(read_settings({{}}, dotenv=None)), *{vendors} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "()"


def test_platforms_are_listed_from_the_registry() -> None:
    assert (listed("or"), listed("and", ["teams"]), listed("and", ["slack", "web", "teams"])) == (
        "Slack or Teams",
        "Teams",
        "Slack, the sandbox and Teams",
    )
    by_hand = re.compile(r"(Slack|Teams) (or|and) (Slack|Teams)")
    sources = [path for path in files() if path.suffix == ".py" and name(path).startswith(PACKAGES)]
    found = {name(path) for path in sources for _ in by_hand.finditer(text(path))}
    assert found == {"bot/interface/platforms.py"}  # the example in a docstring


async def test_a_connected_platform_has_its_registered_name_and_is_unhealthy_before_it_starts(
    migrated_sqlite_url: str,
) -> None:
    settings = read_settings({f"DELIVERABLE_{name}": value for name, value in (SOCKET | TEAMS).items()}, dotenv=None)
    ring = new_ring("test")
    with Database(migrated_sqlite_url) as database:
        dispatcher, connections = Dispatcher(database, ring, lambda: NOW), Connections(database, ring, lambda: NOW)
        for each in REGISTERED:
            platform = adapter(each.name).connect(
                web.Application(), dispatcher, connections, settings, clock=lambda: NOW, receives=False
            )
            assert platform.name == each.name
            assert not platform.health().ok
            await platform.close()
