"""What a flag form says that a flag is to keep: until when it can be traced, on which days flags are shown, to whom.

The form carries it, and is checked when it is sent: what somebody chose under other terms comes back to be chosen
again. A flag that waits keeps the terms in its box.
"""

from __future__ import annotations

import hashlib
import json

from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Policy

_TOKEN_BYTES = 8


def token(uow: UnitOfWork, policy: Policy) -> str:
    """What a form carries of its terms: another one as soon as one of them is another. Raises `Sealed`."""
    day = uow.wrapped_keys(policy.id).authors_day.isoformat()
    said = json.dumps([day, uow.organisation.release_days, policy.audience]).encode()
    return hashlib.blake2b(said, digest_size=_TOKEN_BYTES).hexdigest()
