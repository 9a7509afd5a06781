"""Lists of commitments: all that was promised on a policy, by day, with what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.flags import answers, commitments
from bot.interface.pages import PAGE_SIZE, Page
from bot.interface.views import PolicyName, PromisedView
from bot.people import people
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Commitment, Policy
from storage import answers as stored_answers
from storage import commitments as stored


def number(uow: UnitOfWork, policy: Policy) -> int:
    """How many commitments there were on a policy."""
    return stored.number(uow.session, policy.id)


def of_policy(uow: UnitOfWork, policy: Policy, page: Page) -> tuple[PromisedView, ...]:
    """One page of the commitments on a policy: those that have not ended, the first due first, then the last ended."""
    return views(uow, policy, stored.page_of(uow.session, policy.id, offset=page.offset, limit=PAGE_SIZE))


def one(uow: UnitOfWork, policy: Policy, commitment: Commitment) -> PromisedView | None:
    """One commitment; None where its answer does not open."""
    return next(iter(views(uow, policy, [commitment])), None)


def views(uow: UnitOfWork, policy: Policy, rows: Sequence[Commitment]) -> tuple[PromisedView, ...]:
    """Commitments on one policy with the answers that made them. Those whose answers do not open are left out."""
    given = stored_answers.answers(uow.session, [each.answer_id for each in rows])
    people.take_names(uow, (each.person_id for each in given.values()))
    promised = commitments.of_answers(uow, given.values())
    flags = stored_answers.flags_of_each(uow.session, list(given))
    about = PolicyName(policy.id, policy.title)
    found = []
    for row in rows:
        opened = answers.view(uow, given[row.answer_id]) if row.answer_id in given else None
        if opened is not None and flags.get(row.answer_id):
            some = flags[row.answer_id]
            found.append(PromisedView(about, opened, promised[row.answer_id], some[0], len(some)))
    return tuple(found)
