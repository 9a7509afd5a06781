"""Read a message that someone chose: to prefill an announcement, or to find the policy of a card."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from adapters.teams.handle.message_text import text_of
from bot.interface.announcements import SUMMARY_LIMIT, TITLE_LIMIT, cut_at_word
from bot.interface.answers import Answers
from bot.interface.intents import GiveView
from bot.interface.visible_text import is_blank

_POLICY = re.compile(rf"\b{GiveView.name}:([0-9a-f]{{32}})\b")


def announcement(value: Mapping[str, Any], bot: str = "") -> Answers:
    """Return the title, summary and link to prefill the announce form. `bot` is the bot's own id in the activity."""
    message = _object(value.get("messagePayload"))
    text = text_of(message, bot)
    first = next((line.strip() for line in text.splitlines() if not is_blank(line)), "")
    link = _text(message.get("linkToMessage"))
    given = {
        "title": cut_at_word(_text(message.get("subject")).strip() or first, TITLE_LIMIT),
        "summary": cut_at_word(text, SUMMARY_LIMIT),
        "link": link if link.startswith("https://") else "",
    }
    return {name: (value,) for name, value in given.items() if value}


def policy(value: Mapping[str, Any]) -> UUID | None:
    """Return the policy whose card the message is; None for any other message."""
    attachments = _object(value.get("messagePayload")).get("attachments")
    for each in attachments if isinstance(attachments, list) else ():
        content = _object(each).get("content")
        found = _POLICY.search(content if isinstance(content, str) else repr(content))
        if found:
            return UUID(hex=found[1])
    return None


def _object(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}


def _text(found: Any) -> str:
    return found if isinstance(found, str) else ""
