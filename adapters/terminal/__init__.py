"""Screens drawn in a terminal, for reading: nothing can be pressed there."""

from __future__ import annotations

from adapters.terminal.render import draw
from adapters.terminal.views import UnknownView, show_views

__all__ = ["UnknownView", "draw", "show_views"]
