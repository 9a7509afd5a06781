"""Ended cards: admins are told, once, that a policy's card was deleted from a channel and is not put back."""

from __future__ import annotations

from collections.abc import Iterable

from bot.interface.ports import Gone
from bot.outbox.outcomes import AttemptOutcome
from bot.people import admins
from bot.screens.notice.card_deleted import SCREEN
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Delivery
from storage import postings as stored_postings
from storage.postings import ENDED


def tell(uow: UnitOfWork, outcomes: Iterable[tuple[Delivery, AttemptOutcome]]) -> None:
    """Tell admins of the cards that have ended, among those that these attempts were about."""
    for row, outcome in outcomes:
        if not isinstance(outcome, Gone) or row.posting_id is None:
            continue
        posting = stored_postings.posting(uow.session, row.posting_id)
        if posting is not None and posting.ref == ENDED:
            admins.tell(uow, SCREEN, f"{posting.policy_id} {posting.channel_id}", f"{SCREEN}:{posting.id}")
