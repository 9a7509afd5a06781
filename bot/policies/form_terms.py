"""What a flag form says that a flag is to keep: until when it can be traced, and on which days flags are shown.

The form carries it, and is checked when it is sent: what somebody chose under other terms comes back to be chosen
again. A flag that waits keeps the terms in its box.
"""

from __future__ import annotations

import hashlib
import json
from uuid import UUID

from bot.unit_of_work.unit_of_work import UnitOfWork

_TOKEN_BYTES = 8


def token(uow: UnitOfWork, policy_id: UUID) -> str:
    """What a form carries of its terms: another one as soon as one of them is another. Raises `Sealed`."""
    said = json.dumps([uow.wrapped_keys(policy_id).authors_day.isoformat(), uow.organisation.release_days]).encode()
    return hashlib.blake2b(said, digest_size=_TOKEN_BYTES).hexdigest()
