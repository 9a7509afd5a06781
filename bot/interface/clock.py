"""A clock, as everything that needs the time is given one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
"""Gives the time, aware UTC."""
