"""Make the app manifest, for Slack's page "Create an app from a manifest", from what the code uses.

python -m adapters.slack.install.manifest                                  # Socket Mode: no public address is needed
python -m adapters.slack.install.manifest https://deliverable.example.org  # over HTTP, at that address
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from adapters.slack.draw.messages import POSTED
from adapters.slack.handle.commands import ANNOUNCE, ASK, COMMAND
from adapters.slack.install.scopes import CAN_BE_DENIED, EVENTS, METHODS, OF_LINKS, bot_scopes
from bot.interface.json_object import Json

EXAMPLE_ADDRESS = "https://deliverable.example.org"
FOR_LINKS = frozenset({"chat.unfurl"})

DESCRIPTION = "Say if an announced policy can be delivered, and what would make it so. Its owner answers."
LONG_DESCRIPTION = (
    "When a policy is announced, the people who would have to build it say here whether it is deliverable, and what "
    "would make it so. The first question of the form is who may know that it is from you, and each answer says what "
    "is kept. The policy's owner gets one digest, in working hours, answers in place, and everyone sees the answer. "
    "The app reads what people send it, and a message when someone chooses Ask if deliverable on it. It does not read "
    "other messages. Your organisation runs it on its own servers."
)


def manifest(address: str = "") -> Json:
    """Return the manifest. `address` is where Slack reaches us over HTTP; without it, the app uses Socket Mode."""
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Deliverable",
            "description": DESCRIPTION,
            "long_description": LONG_DESCRIPTION,
            "background_color": "#1d3c5a",
        },
        "features": _features(address),
        "oauth_config": _oauth(address),
        "settings": _settings(address),
    }


def _features(address: str) -> Json:
    command: Json = {
        "command": COMMAND,
        "description": "Open policies, your flags, your digest",
        "usage_hint": "help, announce, mine, digest or settings",
        "should_escape": False,
    }
    features: Json = {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
        "bot_user": {"display_name": "Deliverable", "always_online": True},
        "shortcuts": [
            {
                "name": "Ask if deliverable",
                "type": "message",
                "callback_id": ASK,
                "description": "Announce what this message says, and ask if it can be delivered",
            },
            {
                "name": "Announce a policy",
                "type": "global",
                "callback_id": ANNOUNCE,
                "description": "Announce a policy, and ask if it can be delivered",
            },
        ],
        "slash_commands": [{**command, "url": f"{address}/slack/events"} if address else command],
    }
    if address:
        features["unfurl_domains"] = [urlsplit(address).hostname]
    return features


def _oauth(address: str) -> Json:
    methods = {name: scopes for name, scopes in METHODS.items() if address or name not in FOR_LINKS}
    # Slack wants what is optional in both lists.
    scopes: Json = {
        "bot": [scope.name for scope in bot_scopes(methods, _events(address))],
        "bot_optional": [scope.name for scope in CAN_BE_DENIED],
    }
    redirect: Json = {"redirect_urls": [f"{address}/slack/oauth_redirect"]} if address else {}
    return {**redirect, "scopes": scopes}


def _events(address: str) -> Json:
    return {name: scopes for name, scopes in EVENTS.items() if address or name not in OF_LINKS}


def _settings(address: str) -> Json:
    url: Json = {"request_url": f"{address}/slack/events"} if address else {}
    return {
        "event_subscriptions": {
            **url,
            "bot_events": sorted(_events(address)),
            # The app has no id before it is created, so we subscribe to all apps and ignore the others.
            "metadata_subscriptions": [{"app_id": "*", "event_type": POSTED}],
        },
        "interactivity": {"is_enabled": True, **url},
        "org_deploy_enabled": True,
        "socket_mode_enabled": not address,
        "token_rotation_enabled": False,
    }


def written(found: Mapping[str, Any]) -> str:
    """Return a manifest as YAML. Strings are quoted as in JSON, which is valid YAML."""
    return "".join(f"{line}\n" for line in _lines(found, ""))


def _lines(found: Any, indent: str) -> Iterator[str]:
    if isinstance(found, Mapping):
        for name, value in found.items():
            if isinstance(value, Mapping | list):
                yield f"{indent}{name}:"
                yield from _lines(value, f"{indent}  ")
            else:
                yield f"{indent}{name}: {json.dumps(value)}"
        return
    for value in found:
        if isinstance(value, Mapping):
            first, *others = _lines(value, f"{indent}  ")
            yield f"{indent}- {first.strip()}"
            yield from others
        else:
            yield f"{indent}- {json.dumps(value)}"


if __name__ == "__main__":
    sys.stdout.write(written(manifest(sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "")))
