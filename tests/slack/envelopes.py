"""The payloads that Slack sends, in the shapes of its reference: interactions, commands and events.

They are made from Slack's published examples, not from what our code reads. What a client knows, such as the stack of
views, comes from the fake workspace.
"""

from __future__ import annotations

import secrets

from bot.interface.json_object import Json
from tests.slack.provider import APP_ID, Slack
from tests.slack.window import Window
from tests.slack.workspace import Workspace

TOKEN = "verification-token-that-nobody-should-read"


def _of(workspace: Workspace) -> Json:
    within = {"enterprise_id": workspace.enterprise} if workspace.enterprise else {}
    return {"id": _team(workspace), "domain": workspace.domain, **within}


def _team(workspace: Workspace) -> str:
    return workspace.teams[0] if workspace.teams else workspace.id


def _enterprise(workspace: Workspace) -> Json | None:
    return {"id": workspace.enterprise, "name": workspace.name} if workspace.enterprise else None


def _user(workspace: Workspace, user: str, team: str = "") -> Json:
    return {"id": user, "username": user.lower(), "name": user.lower(), "team_id": team or _team(workspace)}


def _interaction(kind: str, slack: Slack, user: str, team: str = "") -> Json:
    workspace = slack.workspace
    return {
        "type": kind,
        "team": _of(workspace),
        "user": _user(workspace, user, team),
        "api_app_id": APP_ID,
        "token": TOKEN,
        "trigger_id": slack.trigger(user),
        "enterprise": _enterprise(workspace),
        "is_enterprise_install": bool(workspace.teams),
    }


def _action(button: Json, block_id: str) -> Json:
    if button["type"] == "option":
        chosen = {"action_id": button["action_id"], "selected_option": button["option"]}
        return {"type": "overflow", "block_id": block_id, **chosen, "action_ts": "1763812800.000100"}
    named: Json = {name: button[name] for name in ("action_id", "value", "style") if name in button}
    return {"type": "button", "block_id": block_id, "text": button["text"], **named, "action_ts": "1763812800.000100"}


def pressed_on_message(slack: Slack, user: str, channel: str, message: Json, button: Json, *, team: str = "") -> Json:
    """`block_actions` of a button on a message in a channel or a direct message."""
    return {
        **_interaction("block_actions", slack, user, team),
        "container": {
            "type": "message",
            "message_ts": message["ts"],
            "channel_id": channel,
            "is_ephemeral": False,
            **({"thread_ts": message["thread_ts"]} if "thread_ts" in message else {}),
        },
        "channel": {"id": channel, "name": slack.workspace.channels[channel].name or "directmessage"},
        "message": message,
        "state": {"values": {}},
        "response_url": slack.response_url(user, channel),
        "actions": [_action(button, block_of(message["blocks"], button))],
    }


def pressed_on_ephemeral(slack: Slack, user: str, channel: str, button: Json) -> Json:
    """`block_actions` of a button on an ephemeral message, which the payload does not contain."""
    return {
        **_interaction("block_actions", slack, user),
        "container": {
            "type": "message",
            "message_ts": "1763812800.000200",
            "channel_id": channel,
            "is_ephemeral": True,
        },
        "channel": {"id": channel, "name": slack.workspace.channels[channel].name or "directmessage"},
        "state": {"values": {}},
        "response_url": slack.response_url(user, channel),
        "actions": [_action(button, "abcd")],
    }


def pressed_at_home(slack: Slack, user: str, button: Json) -> Json:
    """`block_actions` of a button on a home tab."""
    view = slack.workspace.homes[user]
    return {
        **_interaction("block_actions", slack, user),
        "container": {"type": "view", "view_id": view["id"]},
        "view": view,
        "actions": [_action(button, block_of(view["blocks"], button))],
    }


def pressed_in_window(slack: Slack, user: str, button: Json) -> Json:
    """`block_actions` of a button in the modal on top."""
    view = on_top(slack.workspace.window(user))
    return {
        **_interaction("block_actions", slack, user),
        "container": {"type": "view", "view_id": view["id"]},
        "view": view,
        "actions": [_action(button, block_of(view["blocks"], button))],
    }


def submitted(slack: Slack, user: str, *, team: str = "") -> Json:
    """`view_submission` of the modal on top, with what is typed in it."""
    return {
        **_interaction("view_submission", slack, user, team),
        "view": on_top(slack.workspace.window(user)),
        "response_urls": [],
    }


def closed(slack: Slack, user: str) -> Json:
    """`view_closed`, which comes only where a view asks for it."""
    found = _interaction("view_closed", slack, user)
    del found["trigger_id"]
    return {**found, "view": on_top(slack.workspace.window(user)), "is_cleared": False}


def shortcut(slack: Slack, user: str, callback_id: str) -> Json:
    """A global `shortcut`: it has no channel and no `response_url`."""
    return {
        **_interaction("shortcut", slack, user),
        "callback_id": callback_id,
        "action_ts": "1763812800.000300",
    }


def message_action(slack: Slack, user: str, channel: str, message: Json, callback_id: str) -> Json:
    """A `message_action`: a shortcut chosen on a message."""
    return {
        **_interaction("message_action", slack, user),
        "callback_id": callback_id,
        "action_ts": "1763812800.000300",
        "channel": {"id": channel, "name": "digital-delivery"},
        "message_ts": message["ts"],
        "message": message,
        "response_url": slack.response_url(user, channel),
    }


def command(slack: Slack, user: str, channel: str, text: str) -> dict[str, str]:
    """The fields of a slash command."""
    workspace = slack.workspace
    within = {"enterprise_id": workspace.enterprise, "enterprise_name": workspace.name} if workspace.enterprise else {}
    return {
        **within,
        "token": TOKEN,
        "team_id": _team(workspace),
        "team_domain": workspace.domain,
        "channel_id": channel,
        "channel_name": slack.workspace.channels[channel].name if channel in workspace.channels else "directmessage",
        "user_id": user,
        "user_name": user.lower(),
        "command": "/deliverable",
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "true" if workspace.teams else "false",
        "response_url": slack.response_url(user, channel),
        "trigger_id": slack.trigger(user),
    }


def event(slack: Slack, inner: Json) -> Json:
    """An `event_callback` around an event."""
    workspace = slack.workspace
    return {
        "token": TOKEN,
        "team_id": _team(workspace),
        "context_team_id": _team(workspace),
        "context_enterprise_id": workspace.enterprise or None,
        "api_app_id": APP_ID,
        "event": inner,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": 1763812800,
        "authorizations": [
            {
                "enterprise_id": workspace.enterprise or None,
                "team_id": _team(workspace),
                "user_id": workspace.bot_user,
                "is_bot": True,
                "is_enterprise_install": bool(workspace.teams),
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": "4-eyJldCI6Im1lc3NhZ2UifQ",
    }


def metadata_posted(slack: Slack, channel: str, message: Json) -> Json:
    """`message_metadata_posted`, the event about a message with metadata of a subscribed type."""
    return {
        "type": "message_metadata_posted",
        "app_id": message["app_id"],
        "bot_id": message["bot_id"],
        "user_id": message["user"],
        "team_id": message["team"],
        "channel_id": channel,
        "metadata": message["metadata"],
        "message_ts": message["ts"],
        "event_ts": message["ts"],
    }


def on_top(window: Window) -> Json:
    """The view on top, as in a payload: with what is typed, and the ids of the views below."""
    views = window.views
    return {
        **window.top.json,
        "state": window.top.state(),
        "root_view_id": views[0].id,
        "previous_view_id": views[-2].id if len(views) > 1 else None,
        "app_installed_team_id": window.top.json.get("team_id"),
    }


def buttons(blocks: list[Json]) -> list[Json]:
    """All buttons of some blocks, in order."""
    rows = [block for block in blocks if block["type"] == "actions"]
    return [button for row in rows for each in row["elements"] for button in _pressable(each)]


def _pressable(element: Json) -> list[Json]:
    """A button, or the options of a menu, each with what a client sends of it."""
    if element["type"] != "overflow":
        return [element] if element["type"] == "button" else []
    return [
        {**each, "type": "option", "action_id": element["action_id"], "option": each} for each in element["options"]
    ]


def block_of(blocks: list[Json], button: Json) -> str:
    """The id of the block that a button is in."""
    named = button["action_id"]
    found = [block for block in blocks if any(named == each.get("action_id") for each in block.get("elements", ()))]
    return str(found[0]["block_id"])
