"""Silence libraries that would log what people typed, who they are, or tokens."""

from __future__ import annotations

import logging

TOO_TALKATIVE = ("botbuilder", "botframework", "msrest", "msal", "urllib3", "requests", "requests_oauthlib", "oauthlib")
SERVER = "aiohttp.server"
"""Logs failed requests with the error's text, which may contain a part of the request, such as a token."""


class ErrorTypeOnly(logging.Filter):
    """Reduces a logged error to its type."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, without the error's text and without the client's address."""
        if record.exc_info:
            kind = record.exc_info[0]
            record.msg, record.args = "a request failed: %s", (kind.__name__ if kind else "unknown",)
            record.exc_info = record.exc_text = None
        return True


_error_type_only = ErrorTypeOnly()


def silence_logs() -> None:
    """Silence these libraries at every level."""
    for name in TOO_TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    logging.getLogger(SERVER).addFilter(_error_type_only)  # adding the same filter again has no effect
