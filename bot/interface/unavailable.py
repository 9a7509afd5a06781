"""The error for a database that cannot be used right now, or that this process has an old key for."""

from __future__ import annotations

SENTENCE = "I cannot save anything right now. Nothing you sent before is lost. Try again in a few minutes."


class Unavailable(Exception):
    """Nothing can be saved or read right now, and nothing saved before is lost. The text is the sentence to show.

    `reason` is for the operator's log: what the database's fault is, in a sentence that holds nothing stored.
    """

    def __init__(self, reason: str = "The database cannot be used.") -> None:
        super().__init__(SENTENCE)
        self.reason = reason
