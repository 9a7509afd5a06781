"""What a person chose and typed in a form."""

from __future__ import annotations

from collections.abc import Mapping

Answers = Mapping[str, tuple[str, ...]]
"""The values of each question, by its name: several where several may be chosen, none where nothing was."""
