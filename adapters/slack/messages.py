"""Cards as messages and as the home tab, within what Slack takes of each."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from uuid import UUID

from adapters.slack.blocks import draw
from adapters.slack.fitting import MESSAGE_IS_CUT, VIEW_IS_CUT, fits_a_message, fits_a_view, fitted
from adapters.slack.text import Json, fallback
from bot.parts import Card, Paragraph

MARK = "dg:"
"""How the block id begins by which a delivery is found again; its id follows."""
EVENT = "delivery"
"""The metadata event type of a message that is a delivery."""


def message(card: Card) -> Json:
    """The `text` and `blocks` of a card, for a message that only one person sees and for what a link unfolds to."""
    blocks = fitted(card.parts, lambda parts, dense: draw(parts, dense=dense), fits_a_message, MESSAGE_IS_CUT)
    # A card of which nothing shows is still a message, and needs a block to be known by.
    return {"text": fallback(card.fallback), "blocks": blocks or draw((Paragraph(card.fallback),))}


def delivered(card: Card, delivery: UUID, attempt: int = 1) -> Json:
    """A card as the message of a delivery, with the two marks by which it is found again."""
    drawn = message(card)
    # Slack wants another block id where the content changes, or a client may go on showing what stood there before.
    shown = zlib.crc32(json.dumps(drawn["blocks"]).encode())
    drawn["blocks"][0]["block_id"] = f"{MARK}{delivery}:{attempt}:{shown:08x}"
    drawn["metadata"] = {"event_type": EVENT, "event_payload": {"delivery_id": str(delivery)}}
    return drawn


@dataclass(frozen=True)
class Marked:
    """Whose message it is: the delivery's id, as text, and which try made it; 0 where that cannot be seen."""

    delivery: str
    attempt: int = 0


def marked(message: Json) -> Marked | None:
    """What the marks of a message object say; None for any message that is no delivery's."""
    for block in message.get("blocks") or ():
        block_id = str(block.get("block_id", ""))
        if block_id.startswith(MARK):
            delivery, _, rest = block_id.removeprefix(MARK).partition(":")
            attempt = rest.partition(":")[0]
            return Marked(delivery, int(attempt) if attempt.isascii() and attempt.isdigit() else 0)
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT:
        return None
    return Marked(str((metadata.get("event_payload") or {}).get("delivery_id", "")))


def home(card: Card) -> Json:
    """A card as the view of a home tab, for `views.publish`."""
    blocks = fitted(card.parts, lambda parts, dense: draw(parts, dense=dense), fits_a_view, VIEW_IS_CUT)
    return {"type": "home", "blocks": blocks}
