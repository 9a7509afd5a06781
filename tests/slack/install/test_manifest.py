"""The manifests ask for what the code uses and nothing else, and are valid for Slack."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.handle.commands import ANNOUNCE, ASK, COMMAND
from adapters.slack.handle.listeners import ENDED
from adapters.slack.install import scopes
from adapters.slack.install.manifest import EXAMPLE_ADDRESS, manifest, written
from tests.shape.tree import ROOT
from tests.slack.methods import METHODS

FILES = {"manifest.yaml": "", "manifest-http.yaml": EXAMPLE_ADDRESS}
ADAPTER = sorted((ROOT / "adapters" / "slack").rglob("*.py"))


def texts(path: Path) -> set[str]:
    """Every text in the code of a file, but not in its list of what is used."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {each.value for each in ast.walk(tree) if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def used() -> set[str]:
    """The methods that the code calls by name, and those it calls through the SDK's own functions."""
    known = {**scopes.METHODS, **METHODS}
    by_name = {text for path in ADAPTER if path.name != "scopes.py" for text in texts(path)}
    functions = {each.replace(".", "_").casefold(): each for each in known}
    called = {
        functions[name.casefold()]
        for path in ADAPTER
        for name in re.findall(r"\.(\w+)\(", path.read_text(encoding="utf-8"))
        if name.casefold() in functions
    }
    return (by_name & known.keys()) | called


def texts_like_methods() -> set[str]:
    families = {name.split(".")[0] for name in METHODS}
    found = {text for path in ADAPTER for text in texts(path) if re.fullmatch(r"[a-z]+(\.[a-zA-Z0-9]+){1,2}", text)}
    return {each for each in found if each.split(".")[0] in families}


def bot_scopes(made: dict[str, Any]) -> set[str]:
    return set(made["oauth_config"]["scopes"]["bot"])


@pytest.mark.parametrize("name", FILES)
def test_the_manifest_files_match_the_code(name: str) -> None:
    there = (ROOT / "deploy" / "slack" / name).read_text(encoding="utf-8")
    assert there == written(manifest(FILES[name])), f"python -m adapters.slack.install.manifest {FILES[name]}"


def test_the_list_of_methods_is_what_the_code_calls() -> None:
    # Socket Mode's address is asked for by the SDK itself.
    assert used() | {"apps.connections.open"} == scopes.METHODS.keys()
    assert texts_like_methods() <= scopes.METHODS.keys()


@pytest.mark.parametrize("method", scopes.METHODS)
def test_the_scopes_of_each_method_match_slacks_reference(method: str) -> None:
    ours = {scope.name for scope in scopes.METHODS[method]}
    theirs = set(METHODS[method].scopes)
    assert theirs <= ours


def test_the_list_of_events_matches_the_listeners() -> None:
    assert {name.partition(".")[0] for name in scopes.EVENTS} == handled() | set(ENDED)


def handled() -> set[str]:
    tree = ast.parse((ROOT / "adapters" / "slack" / "handle" / "events.py").read_text(encoding="utf-8"))
    tables = [
        each.value
        for each in ast.walk(tree)
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Attribute) and each.target.attr == "handled"
    ]
    assert len(tables) == 1
    assert isinstance(tables[0], ast.Dict)
    return {key.value for key in tables[0].keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}


@pytest.mark.parametrize("address", FILES.values(), ids=FILES)
def test_every_scope_that_is_asked_for_is_used(address: str) -> None:
    events = set(manifest(address)["settings"]["event_subscriptions"]["bot_events"])
    needed = {scope.name for event in events for scope in scopes.EVENTS[event]}
    for method, wanted in scopes.METHODS.items():
        if address or method != "chat.unfurl":
            needed |= {scope.name for scope in wanted}
    spare = {scope.name for scope in (*scopes.OPTIONAL, scopes.CONNECT)}
    assert bot_scopes(manifest(address)) == (needed | {"commands"}) - spare


@pytest.mark.parametrize("address", FILES.values(), ids=FILES)
def test_what_is_optional_stands_in_both_lists(address: str) -> None:
    """Slack takes no scope as optional that is not among the others."""
    assert manifest(address)["oauth_config"]["scopes"]["bot_optional"] == ["reactions:read"]
    assert "reactions:read" in bot_scopes(manifest(address))


def test_the_app_is_not_told_of_everybody_in_the_workspace() -> None:
    events = set(manifest(EXAMPLE_ADDRESS)["settings"]["event_subscriptions"]["bot_events"])
    assert not events & {"user_change", "team_join", "user_profile_changed", "user_status_changed"}


def test_what_people_say_to_each_other_cannot_be_read() -> None:
    for address in FILES.values():
        asked = bot_scopes(manifest(address))
        assert not asked & {"channels:history", "groups:history", "mpim:history", "search:read", "files:read"}
        assert "It does not read other messages." in manifest(address)["display_information"]["long_description"]


@pytest.mark.parametrize("address", FILES.values(), ids=FILES)
def test_slack_accepts_the_manifest(address: str) -> None:
    made = manifest(address)
    about, features = made["display_information"], made["features"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 175 <= len(about["long_description"]) <= 4000
    assert len(features["bot_user"]["display_name"]) <= 80
    assert len(features["shortcuts"]) <= 10
    for each in features["shortcuts"]:
        assert len(each["name"]) <= 24
        assert len(each["description"]) <= 150
    assert [len(each["command"]) <= 32 for each in features["slash_commands"]] == [True]
    assert len(made["settings"]["event_subscriptions"]["bot_events"]) <= 100
    assert {each["callback_id"] for each in features["shortcuts"]} == {ASK, ANNOUNCE}
    assert features["slash_commands"][0]["command"] == COMMAND


def test_with_socket_mode_there_is_no_address_in_it_and_nothing_that_needs_one() -> None:
    there = written(manifest())
    assert "http" not in there
    assert "links:" not in there
    assert "socket_mode_enabled: true" in there


def test_over_http_every_request_comes_to_the_one_address() -> None:
    there = written(manifest("https://flags.example.gov"))
    assert there.count('"https://flags.example.gov/slack/events"') == 3
    assert '- "flags.example.gov"' in there
    assert "socket_mode_enabled: false" in there
