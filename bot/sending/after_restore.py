"""After a restore is confirmed: what may have been sent since the backup is looked up, and cards are updated.

The worker first makes what was due meanwhile, as after any downtime. Digests and messages get the ids that they had
when they were first made (`storage/stable_ids.py`). So a platform that can look messages up finds them, and on another
one a client that shows them says so: see `bot.sending.unconfirmed`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from bot.admin import checklist
from bot.escalation import pauses
from bot.flags import answers, withdrawn_announcements
from bot.outbox import restore_hold
from bot.people import told_first
from bot.policies import policies
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import deliveries as stored
from storage import postings as stored_postings
from storage import restores as stored_restores
from storage import throttles as stored_throttles
from storage.restores import RestoreState

_NEVER_MADE_AGAIN = (
    policies.OWNER_NAMED,
    answers.NOTICE,
    answers.MESSAGE,
    pauses.PAUSED,
    pauses.RESUMED,
    withdrawn_announcements.SCREEN,
    told_first.OWN_TEST,
    *checklist.TEST_MESSAGES.values(),
)
"""The screens of messages that only somebody's own click causes: the worker makes none of them again. A policy owner
whom a roster brings is told again, and that message is unconfirmed from the start (`policies.meet`)."""
_KEY = "daily/restore"
_LEASE = timedelta(minutes=15)
"""How long one process may take to catch up before another one begins."""


def claim(uow: UnitOfWork) -> bool:
    """Whether this process is the one that makes what was missed: a restore is confirmed, and no other has begun."""
    if restore_hold.state(uow) is not RestoreState.CONFIRMED:
        return False
    throttle = stored_throttles.throttle(uow.session, _KEY, uow.now)
    if throttle.is_closed(uow.now, uow.now + _LEASE):
        return False
    throttle.opens_at = uow.now + _LEASE
    uow.session.flush()
    return True


def posted(uow: UnitOfWork) -> list[UUID]:
    """The policies whose cards stand in a channel."""
    return stored_postings.posted_policies(uow.session)


def refresh(uow: UnitOfWork, policy_ids: Sequence[UUID]) -> None:
    """Bring the cards of policies up to date where they stand."""
    for each in policy_ids:
        policies.refresh_cards(uow, each)


def resume(uow: UnitOfWork) -> int:
    """Have every message that may have been sent since the backup looked up first, and end the hold. How many."""
    row = stored_restores.locked(uow.session)
    confirmed_at, since = row.confirmed_at or uow.now, row.since or uow.now
    number = stored.doubt(uow.session, uow.now, made_after=confirmed_at, since=since, never_again=_NEVER_MADE_AGAIN)
    stored_throttles.throttle(uow.session, _KEY, uow.now).opens_at = uow.now
    restore_hold.end(uow)
    return number
