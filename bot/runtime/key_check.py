"""The check that a process's master keys fit the database: they must open everything that is wrapped in it."""

from __future__ import annotations

from storage import Session, audit, installations, policies
from storage.keys import KeyRing


def must_open(session: Session, ring: KeyRing) -> None:
    """Raise `CannotOpen` if these master keys do not open the keys of policies, installations and the audit log."""
    ring.must_open(policies.wrapped_keys(session))
    ring.must_open(installations.wrapped_keys(session))
    of_the_log = audit.wrapped_key(session)
    ring.must_open([(audit.KEY_CONTEXT, of_the_log.wrapped)] if of_the_log else [])
