"""Draw cards as messages and as the home tab, within Slack's limits."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from uuid import UUID

from adapters.slack.draw.blocks import draw
from adapters.slack.draw.fitting import MESSAGE_IS_CUT, VIEW_IS_CUT, fits_a_message, fits_a_view, fitted
from adapters.slack.draw.text import fallback
from bot.interface.json_object import Json
from bot.interface.parts import Card, Paragraph

MARK = "dg:"
"""Prefix of the first block's id in a delivered message. The delivery's id follows."""
POSTED = "deliverable_posted"
"""The metadata event type of a delivery to a channel. The app subscribes to it: see `message_reports`."""
SENT = "deliverable_sent"
"""The metadata event type of a direct message. Its history can be read, so the app does not subscribe to it."""


def message(card: Card) -> Json:
    """Return the `text` and `blocks` of a card, for an ephemeral message or a link preview."""
    blocks = fitted(card.parts, lambda parts, dense: draw(parts, dense=dense), fits_a_message, MESSAGE_IS_CUT)
    # A message needs at least one block, whose id carries the delivery's id.
    return {"text": fallback(card.fallback), "blocks": blocks or draw((Paragraph(card.fallback),))}


def delivered(card: Card, delivery: UUID, attempt: int = 1, *, direct: bool = False) -> Json:
    """Return a card as the message of a delivery, with the delivery's id in its metadata and its first block id.

    `direct` is True for a direct message.
    """
    drawn = message(card)
    # The block id must change with the content, or clients may keep showing the old content.
    shown = zlib.crc32(json.dumps(drawn["blocks"]).encode())
    drawn["blocks"][0]["block_id"] = f"{MARK}{delivery}:{attempt}:{shown:08x}"
    kept = {"delivery_id": str(delivery), "attempt": attempt}
    drawn["metadata"] = {"event_type": SENT if direct else POSTED, "event_payload": kept}
    return drawn


@dataclass(frozen=True)
class Marked:
    """The delivery's id, as text, and the number of the attempt that posted the message; 0 if it is not known."""

    delivery: str
    attempt: int = 0


def marked(message: Json) -> Marked | None:
    """Read the delivery's id from a message object. None if the message is not a delivery."""
    for block in message.get("blocks") or ():
        block_id = str(block.get("block_id", ""))
        if block_id.startswith(MARK):
            delivery, _, rest = block_id.removeprefix(MARK).partition(":")
            return Marked(delivery, _number(rest.partition(":")[0]))
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") not in (POSTED, SENT):
        return None
    kept = metadata.get("event_payload") or {}
    return Marked(str(kept.get("delivery_id", "")), _number(str(kept.get("attempt", ""))))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def home(card: Card) -> Json:
    """Return a card as a home tab view, for `views.publish`."""
    blocks = fitted(card.parts, lambda parts, dense: draw(parts, dense=dense), fits_a_view, VIEW_IS_CUT)
    return {"type": "home", "blocks": blocks}
