"""Libraries that would say in a log what people typed, or who they are, or a token: they are told not to."""

from __future__ import annotations

import logging

TOO_TALKATIVE = ("botbuilder", "botframework", "msrest", "msal", "urllib3", "requests", "requests_oauthlib", "oauthlib")
SERVER = "aiohttp.server"
"""It says that a request failed, with an error whose text may be a piece of the request: a header with a token."""


class Kinds(logging.Filter):
    """Leaves of an error its kind."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let a record through, without the text of what was raised and without who asked."""
        if record.exc_info:
            kind = record.exc_info[0]
            record.msg, record.args = "a request failed: %s", (kind.__name__ if kind else "unknown",)
            record.exc_info = record.exc_text = None
        return True


_kinds = Kinds()


def silence_logs() -> None:
    """Silence them at every level."""
    for name in TOO_TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    logging.getLogger(SERVER).addFilter(_kinds)  # the same one again is no second one
