"""Prefill an announcement from a message that someone chose: its first line, its text and its link."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress

from adapters.slack.api.tokens import Access
from adapters.slack.api.web_api import SlackCallError, WebApi
from adapters.slack.handle.message_text import Reader, mentioned, named
from bot.interface.announcements import SUMMARY_LIMIT, TITLE_LIMIT, cut_at_word
from bot.interface.answers import Answers
from bot.interface.json_object import Json
from bot.interface.visible_text import is_blank

MOST_NAMES = 20
SECONDS = 0.8
"""How long names are looked up: a form must open within three seconds of the click."""

_STAMP = re.compile(r"\d{1,12}\.\d{1,9}")


async def announcement(body: Json, host: str, access: Access, web_api: WebApi) -> Answers:
    """Return the title, summary and link to prefill the announce form. `host` is the host of workspace addresses.

    Slack gives people and channels by their ids, so their names are looked up.
    """
    message = body.get("message")
    message = message if isinstance(message, dict) else {}
    names = await _names(mentioned(message), access, web_api)
    text = Reader(named(names), access.user).text(message)
    first = next((line.strip() for line in text.splitlines() if not is_blank(line)), "")
    given = {
        "title": cut_at_word(first, TITLE_LIMIT),
        "summary": cut_at_word(text, SUMMARY_LIMIT),
        "link": permalink(body, host),
    }
    return {name: (value,) for name, value in given.items() if value}


async def _names(wanted: Iterable[tuple[str, str]], access: Access, web_api: WebApi) -> Mapping[tuple[str, str], str]:
    """The names of people and channels that Slack gives in time."""
    found: dict[tuple[str, str], str] = {}

    async def look_up(sign: str, target: str) -> None:
        with suppress(SlackCallError):
            found[sign, target] = await _name(sign, target, access, web_api)

    with suppress(TimeoutError):
        async with asyncio.timeout(SECONDS):
            await asyncio.gather(*(look_up(*each) for each in sorted(wanted)[:MOST_NAMES]))
    return found


async def _name(sign: str, target: str, access: Access, web_api: WebApi) -> str:
    if sign == "#":
        channel = (await web_api.read(access.token, "conversations.info", channel=target)).get("channel") or {}
        # Who chose the message need not be in a private channel that it names.
        return "" if channel.get("is_private") else str(channel.get("name") or "")
    user = (await web_api.read(access.token, "users.info", user=target)).get("user") or {}
    profile = user.get("profile") or {}
    return str(profile.get("display_name") or profile.get("real_name") or user.get("real_name") or "")


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
