"""The error for a database that cannot be reached."""

from __future__ import annotations

SENTENCE = "I cannot save anything right now. Nothing you sent before is lost. Try again in a few minutes."


class Unavailable(Exception):
    """Nothing can be saved or read right now, and nothing saved before is lost. The text is the sentence to show."""

    def __init__(self) -> None:
        super().__init__(SENTENCE)
