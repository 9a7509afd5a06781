"""Calls as JSON, where blocks that were written out before are not written out again."""

from __future__ import annotations

import json
from collections.abc import Iterable

from bot.interface.json_object import Json


class Encoded(list[Json]):
    """Blocks that stay as they are, and `text`, which is their JSON."""

    def __init__(self, blocks: Iterable[Json]) -> None:
        super().__init__(blocks)
        self.text = json.dumps(self)


def encode(call: Json) -> str:
    """The arguments of a call as JSON; the blocks of its view last, if they are `Encoded`."""
    view = call.get("view")
    blocks = view.get("blocks") if isinstance(view, dict) else None
    if not isinstance(view, dict) or not isinstance(blocks, Encoded):
        return json.dumps(call)
    around = {name: each for name, each in view.items() if name != "blocks"}
    others = {name: each for name, each in call.items() if name != "view"}
    before_the_end = json.dumps({**others, "view": around})[:-2]
    return f'{before_the_end}{", " if around else ""}"blocks": {blocks.text}}}}}'
