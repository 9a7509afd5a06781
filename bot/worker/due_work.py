"""What is due: one look at the database, in place of one for each kind of work."""

from __future__ import annotations

from enum import Enum, auto

from bot.admin import take_downs
from bot.flags import releases
from bot.policies import day_change
from bot.sending import dead_letters
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import policies as stored_policies
from storage import rejoining
from storage import schedules as stored_schedules


class DueWork(Enum):
    """A kind of work, in the order in which it is done: one may give a later one something to do."""

    REJOINING = auto()
    RELEASE = auto()
    CARDS = auto()
    DIGESTS = auto()
    ESCALATION = auto()
    DEAD_LETTERS = auto()
    TAKE_DOWNS = auto()


WHILE_HELD = frozenset({DueWork.REJOINING, DueWork.TAKE_DOWNS})
"""What is done also after a restore that nobody has confirmed yet."""


def look(uow: UnitOfWork) -> frozenset[DueWork]:
    """What is due now."""
    found = {
        DueWork.REJOINING: rejoining.is_under_way(uow.session),
        DueWork.RELEASE: releases.due(uow),
        DueWork.CARDS: day_change.has_come(uow),
        DueWork.DIGESTS: bool(stored_schedules.due(uow.session, uow.now, 1)),
        DueWork.ESCALATION: bool(stored_policies.due_steps(uow.session, uow.now, 1)),
        DueWork.DEAD_LETTERS: dead_letters.to_tell(uow),
        DueWork.TAKE_DOWNS: bool(take_downs.due(uow)),
    }
    return frozenset(kind for kind, is_due in found.items() if is_due)
