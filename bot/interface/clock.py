"""The type of a clock: everything that needs the time gets one as an argument."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
"""Returns the time, aware UTC."""
