"""The type of a JSON object, as platforms send and accept it."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
