"""Whether a payload has a shape that Slack uses. Signed payloads of another shape could never be handled.

Source: Slack's reference of interaction payloads and of the Events API. A field that is not listed may be anything, and
a listed one may be missing, unless it is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.interface.json_object import Json

TEXT: tuple[type, ...] = (str, type(None))
OBJECT: tuple[type, ...] = (dict, type(None))
EITHER: tuple[type, ...] = (str, dict, type(None))

_OUTSIDE = {
    **dict.fromkeys(("type", "trigger_id", "response_url", "team_id", "channel_id", "user_id", "callback_id"), TEXT),
    **dict.fromkeys(("team", "enterprise", "container", "message", "event", "view"), OBJECT),
    **dict.fromkeys(("user", "channel"), EITHER),
}
_LISTS = ("actions", "authorizations", "links", "blocks")
_INSIDE = {
    "event": {
        **dict.fromkeys(("type", "channel_type", "text", "subtype", "thread_ts", "ts", "bot_id", "tab"), TEXT),
        **dict.fromkeys(("user", "channel"), EITHER),
        **dict.fromkeys(("item", "tokens", "metadata", "message", "view"), OBJECT),
        **dict.fromkeys(("old_channel_id", "new_channel_id", "message_ts", "unfurl_id", "source"), TEXT),
    },
    "view": {
        **dict.fromkeys(("id", "type", "hash", "callback_id", "private_metadata"), TEXT),
        **dict.fromkeys(("state",), OBJECT),
    },
    "user": dict.fromkeys(("id", "team_id"), TEXT),
    "team": dict.fromkeys(("id",), TEXT),
    "enterprise": dict.fromkeys(("id",), TEXT),
    "channel": dict.fromkeys(("id",), TEXT),
    "message": dict.fromkeys(("ts", "thread_ts", "text"), TEXT),
    "container": dict.fromkeys(("channel_id", "thread_ts", "message_ts"), TEXT),
}
_NEEDED = {
    "event_callback": ("event",),
    "block_actions": ("user", "actions"),
    "view_submission": ("user", "view"),
    "message_action": ("user", "message"),
    "shortcut": ("user",),
}


def is_known(payload: Json) -> bool:
    """Whether every field that we read is of its kind, and nothing is missing that we need."""
    if not isinstance(payload.get("type"), TEXT):
        return False
    kind = payload.get("type") or ""
    if any(not payload.get(name) for name in _NEEDED.get(kind, ())):
        return False
    return all(_checks(payload))


def _checks(payload: Json) -> Iterator[bool]:
    yield _is_of(payload, _OUTSIDE)
    yield _has_lists(payload)
    for name, fields in _INSIDE.items():
        inside = payload.get(name)
        if isinstance(inside, dict):
            yield _is_of(inside, fields) and _has_lists(inside)
    event, view = payload.get("event"), payload.get("view")
    if isinstance(event, dict):
        yield isinstance(event.get("type"), str)
    if isinstance(view, dict):
        yield _is_state(view.get("state"))


def _is_of(found: Json, fields: dict[str, tuple[type, ...]]) -> bool:
    return all(isinstance(found.get(name), kinds) for name, kinds in fields.items())


def _has_lists(found: Json) -> bool:
    lists = [found[name] for name in _LISTS if found.get(name) is not None]
    return all(isinstance(each, list) and all(isinstance(one, dict) for one in each) for each in lists)


def _is_state(state: Any) -> bool:
    """Whether it is `{"values": {block: {action: {…}}}}`, as far as there is any."""
    values = state.get("values") if isinstance(state, dict) else None
    blocks = values.values() if isinstance(values, dict) else () if values is None else (None,)
    return all(isinstance(each, dict) and all(isinstance(one, dict) for one in each.values()) for each in blocks)
