"""The type of a JSON object, as platforms send and accept it, and how one is written."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]


def written(found: object) -> bytes:
    """JSON as short as it can be written, in UTF-8. Escaped, an emoji takes three times as long.

    Half a character, which a person can have typed and UTF-8 cannot hold, is escaped.
    """
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
