"""What was promised and is due: a digest asks about it two working days before its day, on it, then once a week.

An owner may get a digest on some days only, so each digest asks about what falls due before the next one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

from bot.flags import commitment_lists
from bot.interface.views import DigestPartView, DigestPromise
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Commitment, CommitmentState
from storage import answers as stored_answers
from storage import commitments as stored
from storage import policies as stored_policies

AGAIN_AFTER = timedelta(days=7)
"""How long after it was asked about in vain a commitment is asked about again."""


@dataclass(frozen=True)
class PromisesDue:
    """The commitments that digests show, by policy, the first due first.

    `asks` are the policies with one that is asked about now: what is only late comes along with other news.
    """

    by_policy: Mapping[UUID, Sequence[Commitment]] = field(default_factory=dict)
    asks: frozenset[UUID] = frozenset()


def take(uow: UnitOfWork, taking: Mapping[UUID, UUID], horizon: date) -> PromisesDue:
    """Ask in digests, by policy, about what is due before the day `horizon` of the digests that follow."""
    found: dict[UUID, list[Commitment]] = {}
    asks = set()
    for each in stored.due(uow.session, taking, horizon):
        found.setdefault(each.policy_id, []).append(each)
        if each.ask_on < horizon:
            asks.add(each.policy_id)
            _ask(uow, each, taking[each.policy_id])
    return PromisesDue(found, frozenset(asks))


def _ask(uow: UnitOfWork, commitment: Commitment, digest_id: UUID) -> None:
    if commitment.state is CommitmentState.PROMISED:
        commitment.state = CommitmentState.ASKED
    commitment.asked_on, commitment.digest_id = uow.today, digest_id
    commitment.ask_on = commitment.by_date if uow.today < commitment.by_date else uow.today + AGAIN_AFTER


def items(found: PromisesDue, policy_id: UUID) -> tuple[DigestPromise, ...]:
    """What a digest keeps of what is due on a policy: which commitments, and for which day they were promised."""
    return tuple(DigestPromise(each.id, each.by_date) for each in found.by_policy.get(policy_id, ()))


def opened(uow: UnitOfWork, part: DigestPartView, reader_ids: Collection[UUID]) -> DigestPartView:
    """A part of a digest with what was promised and what became of it, as of now; `reader_ids` is who reads it."""
    if not part.promises:
        return part
    rows = [row for each in part.promises if (row := stored.commitment(uow.session, each.commitment)) is not None]
    policy = stored_policies.policy(uow.session, part.policy)
    found = commitment_lists.views(uow, {policy.id: policy}, rows) if policy else ()
    by_id = {each.commitment.id: each for each in found}
    own = {
        each.id
        for each in stored_answers.answers(uow.session, [row.answer_id for row in rows]).values()
        if each.person_id in reader_ids
    }
    return replace(
        part,
        promises=tuple(
            replace(each, promised=by_id[each.commitment], own=by_id[each.commitment].answer.id in own)
            for each in part.promises
            if each.commitment in by_id
        ),
    )
