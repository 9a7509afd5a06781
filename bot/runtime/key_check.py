"""The check that a process's master keys fit the database: they must open everything that is wrapped in it."""

from __future__ import annotations

from storage import KnownFile, Session, audit, endings, installations, people, policy_keys
from storage.audit import ChainKey
from storage.authors_key import AuthorsKey
from storage.encryption import CannotOpen
from storage.keys import KeyRing
from storage.text_key import TextKey

MOST_TRIED = 100
"""How many accounts are tried until one opens."""
MOST_KEYS = 20
"""How many keys of policies are read for each master key, until one opens."""
FOREIGN = (
    "The end-months file is that of another deployment: this database was used with another one. Put the right file "
    "back, and set DELIVERABLE_END_KEYS to its path."
)


def is_own_file(session: Session, ring: KeyRing, *, note: bool = True) -> bool:
    """Whether the end-months file is the one that this database was used with; the first one is noted, unless told."""
    fingerprint, known = ring.months.current().fingerprint, endings.known_file(session)
    if known is None and note:
        session.add(KnownFile(fingerprint=fingerprint))
        session.flush()
    return known is None or known.fingerprint == fingerprint


def must_open(session: Session, ring: KeyRing) -> None:
    """Raise `CannotOpen` if these master keys do not open the keys of policies, installations and the audit log.

    Of policies a few keys are read for each master key, however many there are. Of accounts one is enough: a row that
    was changed or damaged stops nothing.
    """
    months = ring.months.current().months
    for kind in (TextKey, AuthorsKey):
        ring.must_open(kind, policy_keys.some_wrapped(session, kind, ring.heads, months, MOST_KEYS))
    ring.must_open(TextKey, installations.wrapped_keys(session))
    of_the_log = audit.wrapped_keys(session)
    accounts = ((each.account, each.sealed) for each in people.some_accounts(session, MOST_TRIED))
    if not ring.accounts.opens_any(accounts):
        raise CannotOpen("No account opens: DELIVERABLE_KEY lacks the master key under which they are sealed.")
    ring.must_open(ChainKey, [(audit.KEY_CONTEXT, of_the_log.wrapped)] if of_the_log else [])
    ring.must_open(TextKey, [(audit.KEY_CONTEXT, of_the_log.text)] if of_the_log else [])
