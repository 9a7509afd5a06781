"""The check that a process's master keys fit the database: they must open everything that is wrapped in it."""

from __future__ import annotations

from storage import Session, installations, policies
from storage.keys import KeyRing


def must_open(session: Session, ring: KeyRing) -> None:
    """Raise `CannotOpen` if these master keys do not open the keys of policies and of installations."""
    ring.must_open(policies.wrapped_keys(session))
    ring.must_open(installations.wrapped_keys(session))
