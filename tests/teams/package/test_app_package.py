"""The app package matches Microsoft's manifest schema, and what the schema does not check."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft4Validator
from playwright.sync_api import Page

from adapters.teams.handle.dialogs import ANNOUNCE, ASK, VIEW
from adapters.teams.package.app_package import (
    COMMANDS,
    OLDER_SCHEMA,
    SCHEMA,
    CannotPackage,
    Described,
    manifest,
    package,
)
from bot.interface import commands
from bot.screens.admin.help import WORDS
from tests.microsoft import manifest_schema
from tests.npm_packages import MANIFEST, needed
from tests.teams.package.icons import SIZES, rendered

APP = "6f1b7c1e-7d2a-4b59-9b6e-0d6f7f3a9c10"
DESCRIBED = Described(APP, "deliverable.example.org", "Department for Practice")


def opened(content: bytes) -> dict[str, bytes]:
    """The files of an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def pixels(png: bytes) -> tuple[int, int, list[tuple[int, ...]]]:
    """Width, height, and every pixel of a picture of our own making: eight bits, four channels, no filter."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth, kind, *rest = struct.unpack(">IIBBBBB", png[16:29])
    assert (depth, kind, rest) == (8, 6, [0, 0, 0])
    length = struct.unpack(">I", png[33:37])[0]
    rows = zlib.decompress(png[41 : 41 + length])
    assert len(rows) == height * (1 + 4 * width)
    found = []
    for start in range(0, len(rows), 1 + 4 * width):
        assert rows[start] == 0
        found += [tuple(rows[at : at + 4]) for at in range(start + 1, start + 1 + 4 * width, 4)]
    return width, height, found


def test_the_archive_holds_the_manifest_and_two_icons_and_nothing_else() -> None:
    files = opened(package(DESCRIBED))
    made = json.loads(files["manifest.json"])
    assert made == manifest(DESCRIBED)
    assert set(files) == {"manifest.json", made["icons"]["color"], made["icons"]["outline"]}
    assert package(DESCRIBED) == package(DESCRIBED)


def wrong(made: dict[str, Any], version: str = SCHEMA) -> list[str]:
    """What Microsoft's schema finds wrong."""
    needed(MANIFEST)
    return [each.message for each in Draft4Validator(manifest_schema(version)).iter_errors(made)]


def test_the_manifest_keeps_to_its_schema() -> None:
    made = manifest(DESCRIBED)
    assert wrong(made) == []
    assert wrong({**made, "name": {"short": "Much too long a name for an app in Teams"}})
    assert wrong({name: value for name, value in made.items() if name != "icons"})


@pytest.mark.parametrize("version", ["1.25", "1.26", "1.30"])
def test_the_manifest_is_valid_in_newer_versions_too(version: str) -> None:
    for described in (DESCRIBED, replace(DESCRIBED, private_channels=True)):
        made = manifest(described)
        address = made["$schema"].replace(SCHEMA, version)
        assert wrong({**made, "manifestVersion": version, "$schema": address}, version) == []


@pytest.mark.parametrize("version", ["1.16", "1.17", "1.19", "1.22"])
def test_an_older_manifest_is_valid_where_no_newer_one_is_taken(version: str) -> None:
    made = manifest(replace(DESCRIBED, older=True))
    assert made["manifestVersion"] == OLDER_SCHEMA
    assert "supportsChannelFeatures" not in made
    address = made["$schema"].replace(OLDER_SCHEMA, version)
    assert wrong({**made, "manifestVersion": version, "$schema": address}, version) == []


def test_private_channels_need_a_permission_that_is_asked_for_on_demand_only() -> None:
    assert manifest(DESCRIBED)["supportsChannelFeatures"] == "tier1"
    asked = manifest(replace(DESCRIBED, private_channels=True))
    (permission,) = asked["authorization"]["permissions"]["resourceSpecific"]
    assert permission == {"name": "ChannelMember.Read.Group", "type": "Application"}
    assert asked["webApplicationInfo"]["id"] == APP


def test_pages_of_the_deployment_are_named_unless_others_are_given() -> None:
    own = manifest(DESCRIBED)["developer"]
    at = "https://deliverable.example.org"
    assert (own["websiteUrl"], own["privacyUrl"], own["termsOfUseUrl"]) == (f"{at}/", f"{at}/privacy", f"{at}/terms")
    given = manifest(replace(DESCRIBED, privacy="https://www.example.org/privacy"))["developer"]
    assert given["privacyUrl"] == "https://www.example.org/privacy"


def test_the_manifest_names_one_bot_and_only_its_own_host() -> None:
    made = manifest(Described(APP.upper(), "deliverable.example.org"))
    assert {made["id"], made["bots"][0]["botId"], made["composeExtensions"][0]["botId"]} == {APP}
    assert made["validDomains"] == ["deliverable.example.org"]
    assert all(made["developer"][each] for each in ("websiteUrl", "privacyUrl", "termsOfUseUrl"))


def test_the_manifest_asks_to_read_nothing_but_what_is_sent_to_it() -> None:
    made = manifest(DESCRIBED)
    assert made["permissions"] == ["identity", "messageTeamMembers"]
    # Reading what is said in a channel, or acting for people, would be asked for in these.
    assert not {"authorization", "webApplicationInfo", "devicePermissions"} & made.keys()


def test_the_offered_commands_are_those_that_are_answered() -> None:
    assert {title for title, _ in COMMANDS} == {*commands.COMMANDS} == {word for word, _ in WORDS}
    made = manifest(DESCRIBED)
    assert {each["id"] for each in made["composeExtensions"][0]["commands"]} == {ASK, VIEW, ANNOUNCE}


def test_the_colour_icon_has_the_required_size_and_is_opaque() -> None:
    width, height, found = pixels(opened(package(DESCRIBED))["color.png"])
    assert (width, height) == (192, 192)
    assert {each[3] for each in found} == {255}
    assert len(set(found)) > 50


def test_the_outline_icon_is_white_on_transparent() -> None:
    width, height, found = pixels(opened(package(DESCRIBED))["outline.png"])
    assert (width, height) == (32, 32)
    assert {each[:3] for each in found} == {(255, 255, 255)}
    clear = [each for each in found if each[3] == 0]
    solid = [each for each in found if each[3] == 255]
    assert len(clear) > len(found) / 3
    assert len(solid) > 80


@pytest.mark.parametrize("name", SIZES)
def test_an_icon_is_what_its_source_says(page: Page, name: str) -> None:
    _, _, found = pixels(opened(package(DESCRIBED))[f"{name}.png"])
    wanted = rendered(page, name)
    assert len(found) == len(wanted)
    # Another version of a browser may shade the pixels of an edge a little otherwise.
    off = [each for each in zip(found, wanted, strict=True) if max(abs(a - b) for a, b in zip(*each, strict=True)) > 24]
    assert len(off) < len(found) / 200


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"app_id": ""}, "--app-id"),
        ({"app_id": "deliverable"}, "--app-id"),
        ({"app_id": "{6f1b7c1e-7d2a-4b59-9b6e-0d6f7f3a9c10}"}, "--app-id"),
        ({"host": ""}, "--host"),
        ({"host": "https://deliverable.example.org"}, "--host"),
        ({"host": "deliverable.example.org/"}, "--host"),
        ({"host": "deliverable.example.org:8080"}, "--host"),
        ({"host": "*.example.org"}, "--host"),
        ({"host": "localhost"}, "--host"),
        ({"host": "127.0.0.1"}, "--host"),
        ({"organisation": ""}, "--organisation"),
        ({"organisation": "x" * 33}, "--organisation"),
        ({"website": "http://example.org"}, "--website"),
        ({"privacy": "javascript:alert(1)"}, "--privacy"),
        ({"terms": "https://"}, "--terms"),
        ({"private_channels": True, "older": True}, "--private-channels"),
    ],
    ids=lambda given: str(given),
)
def test_invalid_values_are_refused_in_a_sentence(given: dict[str, Any], says: str) -> None:
    with pytest.raises(CannotPackage, match=says):
        Described(**{"app_id": APP, "host": "deliverable.example.org", **given})
