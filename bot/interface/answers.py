"""The type of a submitted form: what a person chose and typed."""

from __future__ import annotations

from collections.abc import Mapping

Answers = Mapping[str, tuple[str, ...]]
"""The values of each question by its name: several where several may be chosen, none where it was left empty."""
