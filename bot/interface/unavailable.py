"""The error that says: nothing can be saved or read right now."""

from __future__ import annotations

SENTENCE = "I cannot save anything right now. Nothing you sent before is lost. Try again in a few minutes."


class Unavailable(Exception):
    """Nothing can be saved or read right now; what was sent before is not lost. Its text is the sentence to show."""

    def __init__(self) -> None:
        super().__init__(SENTENCE)
