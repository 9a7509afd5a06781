"""Libraries that would say in a log what people typed, or who they are, or a token: they are told to say nothing."""

from __future__ import annotations

import logging

TOO_TALKATIVE = ("botbuilder", "botframework", "msrest", "msal", "urllib3", "requests", "requests_oauthlib", "oauthlib")


def hush() -> None:
    """Silence them at every level."""
    for name in TOO_TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
