"""Deleted cards: a policy's card that people, or a retention rule, deleted from a channel is put back once.

A message that hangs under a card stands nowhere else, so it waits until the card is back. If that one is deleted too,
the card has ended there: nothing more is sent about the policy to that channel, and admins are told
(`bot.sending.ended_cards`).
"""

from __future__ import annotations

from bot.interface.ports import Gone
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Delivery, Posting, State, Verb
from storage import deliveries as stored
from storage import postings as stored_postings
from storage.postings import ENDED

AGAIN = ":again"
"""The end of the key of the delivery that puts a card back."""


def settle(uow: UnitOfWork, row: Delivery, gone: Gone) -> None:
    """Write the outcome of an attempt that found no card to update or to reply to, asked about twice."""
    posting = stored_postings.posting(uow.session, row.posting_id) if row.posting_id else None
    if posting is None or posting.ref == ENDED:
        _supersede(uow, row)
    elif posting.ref == gone.ref and not _put_back(uow, row, posting):
        posting.ref = ENDED
        uow.session.flush()
        stored.supersede_waiting(uow.session, posting.id, uow.now)
        _supersede(uow, row)
    elif row.verb is Verb.UPDATE and posting.ref is None:
        _supersede(uow, row)  # the card that is put back shows all
    else:
        row.state, row.due_at, row.error = State.WAITING, uow.now, None


def _put_back(uow: UnitOfWork, row: Delivery, posting: Posting) -> bool:
    """Enqueue the card again, where the row goes; False if that was done before."""
    first = stored.by_key(uow.session, f"{stored.FIRST_CARD}{posting.id}")
    if first is None or stored.by_key(uow.session, f"{first.key}{AGAIN}") is not None:
        return False
    again = Delivery(
        key=f"{first.key}{AGAIN}",
        verb=Verb.SEND,
        platform=row.platform,
        workspace=row.workspace,
        address=row.address,
        direct=row.direct,
        screen=first.screen,
        subject=first.subject,
        posting_id=posting.id,
        state=State.WAITING,
        due_at=uow.now,
        made_at=uow.now,
    )
    stored.add(uow.session, [again])
    posting.ref = None
    uow.session.flush()
    return True


def _supersede(uow: UnitOfWork, row: Delivery) -> None:
    row.state, row.due_at, row.done_at, row.unsure_since = State.SUPERSEDED, None, uow.now, None


def counts(uow: UnitOfWork, first: Delivery, ref: str) -> bool:
    """Whether a copy of a card that a client shows is the one that counts, after it seemed to be deleted.

    If it is there although no other one stands yet, or none is to, it counts again.
    """
    posting = stored_postings.posting(uow.session, first.posting_id) if first.posting_id else None
    if posting is None or posting.ref == ref or ref != first.ref:
        return True
    if posting.ref:
        return False
    posting.ref = ref
    again = stored.by_key(uow.session, f"{first.key.removesuffix(AGAIN)}{AGAIN}")
    if again is not None and again.state is State.WAITING:
        _supersede(uow, again)
    uow.session.flush()
    return True
