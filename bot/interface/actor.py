"""Who clicked, and where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """The platform's own word for who clicked and in which place. `channel` is its id, empty in a private place.

    A `guest` is not a full member of the workspace or tenant.
    """

    platform: str
    workspace: str
    user: str
    channel: str = ""
    guest: bool = False
