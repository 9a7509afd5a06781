"""A JSON object, as platforms send and take it."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
