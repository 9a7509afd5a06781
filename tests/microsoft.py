"""What Microsoft publishes about its clients, for tests: the card renderer, its Markdown, the manifest's schemas."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from tests.npm_packages import MANIFEST, MARKDOWN, RENDERER, needed


@cache
def manifest_schema(version: str) -> Any:
    """The schema of the app manifest of that version, like `1.17`."""
    path = f"build/json-schemas/teams/v{version}/MicrosoftTeams.schema.json"
    return json.loads(MANIFEST.read(path))


@pytest.fixture(scope="session")
def renderer_scripts() -> tuple[str, ...]:
    """The renderer, and the Markdown that it reads TextBlocks with, as scripts for a page."""
    return (
        needed(MARKDOWN).read("dist/browser/markdown-it.umd.min.js"),
        needed(RENDERER).read("dist/adaptivecards.min.js"),
    )
