"""The platform user who made a request, and the channel it came from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """Who acted and where, in the platform's own ids. `channel` is empty in a private conversation.

    A `guest` is not a full member of the workspace or tenant.
    """

    platform: str
    workspace: str
    user: str
    channel: str = ""
    guest: bool = False
