"""Lists of commitments: all that was promised on a policy, or by one owner, by day, with what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from bot.flags import answers, commitments
from bot.interface.pages import PAGE_SIZE, Page
from bot.interface.views import PolicyName, PromisedView
from bot.people import people
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Commitment, Policy
from storage import answers as stored_answers
from storage import commitments as stored
from storage import policies as stored_policies


def number(uow: UnitOfWork, policy: Policy) -> int:
    """How many commitments there were on a policy."""
    return stored.number(uow.session, policy.id)


def of_policy(uow: UnitOfWork, policy: Policy, page: Page) -> tuple[PromisedView, ...]:
    """One page of the commitments on a policy: those that have not ended, the first due first, then the last ended."""
    return views(uow, {policy.id: policy}, stored.page_of(uow.session, policy.id, offset=page.offset, limit=PAGE_SIZE))


def of_owners(
    uow: UnitOfWork, owners: Collection[UUID], readers: Collection[UUID], page: Page
) -> tuple[PromisedView, ...]:
    """One page of the commitments that have not ended on all policies of an owner, the first due first."""
    rows = stored.page_of_theirs(uow.session, owners, readers, offset=page.offset, limit=PAGE_SIZE)
    return views(uow, stored_policies.policies(uow.session, {each.policy_id for each in rows}), rows)


def one(uow: UnitOfWork, policy: Policy, commitment: Commitment) -> PromisedView | None:
    """One commitment; None where its answer does not open."""
    return next(iter(views(uow, {policy.id: policy}, [commitment])), None)


def views(uow: UnitOfWork, on: Mapping[UUID, Policy], rows: Sequence[Commitment]) -> tuple[PromisedView, ...]:
    """Commitments on these policies with the answers that made them, without those whose answers do not open."""
    uow.take_keys(on)
    given = stored_answers.answers(uow.session, [each.answer_id for each in rows])
    people.take_names(uow, (each.person_id for each in given.values()))
    promised = commitments.of_answers(uow, given.values())
    flags = stored_answers.flags_of_each(uow.session, list(given))
    found = []
    for row in rows:
        opened = answers.view(uow, given[row.answer_id]) if row.answer_id in given else None
        if opened is not None and flags.get(row.answer_id):
            some = flags[row.answer_id]
            policy = on[row.policy_id]
            found.append(
                PromisedView(PolicyName(policy.id, policy.title), opened, promised[row.answer_id], some[0], len(some))
            )
    return tuple(found)
