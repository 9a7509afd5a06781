"""Long waits: a platform asks for a longer wait than we keep, and admins are told, once a day for each platform."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from bot.interface.ports import NotSent
from bot.outbox.outcomes import AttemptOutcome
from bot.people import admins
from bot.screens.notice.long_wait import SCREEN
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Delivery
from storage import throttles as stored_throttles

QUIET = timedelta(days=1)
"""How long to wait before admins are told again of the same platform."""


def tell(uow: UnitOfWork, outcomes: Iterable[tuple[Delivery, AttemptOutcome]]) -> None:
    """Tell admins of the attempts among these after which a platform asked for a long wait."""
    for row, outcome in outcomes:
        if isinstance(outcome, NotSent) and outcome.asked is not None and row.screen != SCREEN:
            throttle = stored_throttles.throttle(uow.session, f"told/{SCREEN}/{row.platform}", uow.now)
            if throttle.opens_at <= uow.now:
                throttle.opens_at = uow.now + QUIET
                admins.tell(uow, SCREEN, str(row.id), f"{SCREEN}:{row.id}:{row.fence}")
