"""Parse the JSON of an activity. The content is untrusted: a body that is not an activity is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from adapters.teams.activity import IncomingActivity


class NotAnActivity(ValueError):
    """The body is not JSON, or not an activity. The message contains nothing of the body."""


def read(body: bytes) -> IncomingActivity:
    """Parse the activity in a request body. Raises `NotAnActivity`."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise NotAnActivity("not JSON") from None
    if not isinstance(found, dict):
        raise NotAnActivity("not a JSON object")
    activity = _activity(found)
    if not activity.type or not activity.conversation:
        raise NotAnActivity("no type or no conversation")
    if not all(each.isprintable() for each in _ids(activity)):
        raise NotAnActivity("an id that is none")
    return activity


def _ids(activity: IncomingActivity) -> tuple[str, ...]:
    """What is stored, or part of an address. Half a character could be neither."""
    where = (activity.conversation, activity.activity, activity.reply_to, activity.service, activity.team)
    return (*where, activity.tenant, activity.user, activity.aad_id, activity.bot)


def _activity(found: Mapping[str, Any]) -> IncomingActivity:
    channel_data = _object(found, "channelData")
    conversation = _object(found, "conversation")
    sender = _object(found, "from")
    bot = _text(_object(found, "recipient"), "id")
    return IncomingActivity(
        type=_text(found, "type"),
        name=_text(found, "name"),
        tenant=(_text(_object(channel_data, "tenant"), "id") or _text(conversation, "tenantId")).lower(),
        user=_text(sender, "id"),
        aad_id=_text(sender, "aadObjectId"),
        conversation=_text(conversation, "id"),
        conversation_type=_text(conversation, "conversationType"),
        activity=_text(found, "id"),
        reply_to=_text(found, "replyToId"),
        service=_text(found, "serviceUrl"),
        locale=_text(found, "locale"),
        bot=bot,
        channel_name=_text(_object(channel_data, "channel"), "name"),
        team=_text(_object(channel_data, "team"), "id"),
        team_name=_text(_object(channel_data, "team"), "name"),
        value=_object(found, "value"),
        text=_without_mention(found, bot),
        raw=found,
    )


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""


def _object(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = found.get(name)
    return value if isinstance(value, dict) else {}


def _without_mention(found: Mapping[str, Any], bot: str) -> str:
    """The text that was typed, without mentions of the bot. Some clients leave out the text of a mention."""
    text = _text(found, "text")
    entities = found.get("entities")
    for each in entities if isinstance(entities, list) else ():
        mentioned = _object(each, "mentioned") if isinstance(each, dict) else {}
        if isinstance(each, dict) and each.get("type") == "mention" and _text(mentioned, "id") == bot:
            named = re.escape(_text(mentioned, "name") or _text(_object(found, "recipient"), "name"))
            said = _text(each, "text")
            text = text.replace(said, " ") if said else re.sub(rf"<at[^<>]*>{named}</at>", " ", text)
    return text.strip()
