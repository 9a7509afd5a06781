"""Prefill an announcement from a message that someone chose: its first line, its text and its link.

Slack gives the text of a message in its own mark-up. Source: its page on formatting text.
"""

from __future__ import annotations

import re

from bot.interface.announcements import SUMMARY_LIMIT, TITLE_LIMIT, cut_at_word
from bot.interface.answers import Answers
from bot.interface.json_object import Json

_LINK = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_STAMP = re.compile(r"\d{1,12}\.\d{1,9}")


def announcement(body: Json, host: str) -> Answers:
    """Return the title, summary and link to prefill the announce form. `host` is the host of workspace addresses."""
    message: Json = body.get("message") or {}
    text = as_read(str(message.get("text") or "")).strip()
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    given = {
        "title": cut_at_word(first, TITLE_LIMIT),
        "summary": cut_at_word(text, SUMMARY_LIMIT),
        "link": permalink(body, host),
    }
    return {name: (value,) for name, value in given.items() if value}


def as_read(text: str) -> str:
    """Convert Slack's mark-up to plain text: links with their label, and people and channels by name."""
    return re.sub("|".join(_ENTITIES), lambda found: _ENTITIES[found[0]], _LINK.sub(_replacement, text))


def _replacement(found: re.Match[str]) -> str:
    target, label = found[1], found[2] or ""
    if target.startswith(("#", "@")):
        return f"{target[0]}{label or target[1:]}"
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    if label and label != target.removeprefix("mailto:"):
        return f"{label} ({target})" if not target.startswith("mailto:") else label
    return label or target


def permalink(body: Json, host: str) -> str:
    """Return the permalink of the message, in Slack's own form; empty if the payload lacks a part of it."""
    team, channel, message = body.get("team") or {}, body.get("channel") or {}, body.get("message") or {}
    domain, place = str(team.get("domain", "")), str(channel.get("id", ""))
    stamp = str(body.get("message_ts") or message.get("ts") or "")
    if not (re.fullmatch(r"[a-z0-9-]+", domain) and re.fullmatch(r"[A-Z0-9]+", place) and _STAMP.fullmatch(stamp)):
        return ""
    address = f"https://{domain}.{host}/archives/{place}/p{stamp.replace('.', '')}"
    thread = str(message.get("thread_ts") or "")
    if thread and thread != stamp and _STAMP.fullmatch(thread):
        address += f"?thread_ts={thread}&cid={place}"
    return address
