"""Cards as messages and as the home tab, within what Slack takes of each."""

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
"""How the block id begins by which a delivery is found again; its id follows."""
POSTED = "deliverable_posted"
"""The metadata event type of a delivery that stands in a channel. The app subscribes to it: see `message_reports`."""
SENT = "deliverable_sent"
"""The same of one in a person's own conversation, where it can be looked for and nobody need be told."""


def message(card: Card) -> Json:
    """The `text` and `blocks` of a card, for a message that only one person sees and for what a link unfolds to."""
    blocks = fitted(card.parts, lambda parts, dense: draw(parts, dense=dense), fits_a_message, MESSAGE_IS_CUT)
    # A card of which nothing shows is still a message, and needs a block to be known by.
    return {"text": fallback(card.fallback), "blocks": blocks or draw((Paragraph(card.fallback),))}


def delivered(card: Card, delivery: UUID, attempt: int = 1, *, direct: bool = False) -> Json:
    """A card as the message of a delivery, with the two marks by which it is found again.

    `direct` is one in a person's own conversation.
    """
    drawn = message(card)
    # Slack wants another block id where the content changes, or a client may go on showing what stood there before.
    shown = zlib.crc32(json.dumps(drawn["blocks"]).encode())
    drawn["blocks"][0]["block_id"] = f"{MARK}{delivery}:{attempt}:{shown:08x}"
    kept = {"delivery_id": str(delivery), "attempt": attempt}
    drawn["metadata"] = {"event_type": SENT if direct else POSTED, "event_payload": kept}
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
            return Marked(delivery, _number(rest.partition(":")[0]))
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") not in (POSTED, SENT):
        return None
    kept = metadata.get("event_payload") or {}
    return Marked(str(kept.get("delivery_id", "")), _number(str(kept.get("attempt", ""))))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def home(card: Card) -> Json:
    """A card as the view of a home tab, for `views.publish`."""
    blocks = fitted(card.parts, lambda parts, dense: draw(parts, dense=dense), fits_a_view, VIEW_IS_CUT)
    return {"type": "home", "blocks": blocks}
