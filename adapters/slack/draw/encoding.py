"""Serialise API arguments to JSON, reusing the JSON of blocks that were serialised before."""

from __future__ import annotations

import json
from collections.abc import Iterable

from bot.interface.json_object import Json


class Encoded(list[Json]):
    """A list of blocks that must not change, with its JSON in `text`."""

    def __init__(self, blocks: Iterable[Json]) -> None:
        super().__init__(blocks)
        self.text = json.dumps(self)


def encode(call: Json) -> str:
    """Return the arguments of an API call as JSON. If the blocks of its view are `Encoded`, they come last."""
    view = call.get("view")
    blocks = view.get("blocks") if isinstance(view, dict) else None
    if not isinstance(view, dict) or not isinstance(blocks, Encoded):
        return json.dumps(call)
    around = {name: each for name, each in view.items() if name != "blocks"}
    others = {name: each for name, each in call.items() if name != "view"}
    before_the_end = json.dumps({**others, "view": around})[:-2]
    return f'{before_the_end}{", " if around else ""}"blocks": {blocks.text}}}}}'
