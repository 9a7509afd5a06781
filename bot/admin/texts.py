"""Texts that can be reported and taken down: which a flag has, and what one of them says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from bot.flags import answers, commitments, flag_views
from bot.interface.views import TextView
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Answer, CommitmentUpdate, Flag, Policy, Reply, Second, TextKind
from storage import answers as stored_answers
from storage import commitments as stored_commitments
from storage import policies as stored_policies
from storage import replies as stored_replies
from storage import seconds as stored_seconds
from storage.boxes import Texts

Text = Flag | Second | Reply | Answer | CommitmentUpdate | Policy
_ROWS: dict[TextKind, Any] = {
    TextKind.FLAG: Flag,
    TextKind.SECOND: Second,
    TextKind.REPLY: Reply,
    TextKind.ANSWER: Answer,
    TextKind.UPDATE: CommitmentUpdate,
}


def row_of(uow: UnitOfWork, kind: TextKind, text_id: UUID) -> Text | None:
    """The row that holds a text that everyone on the policy can read; None for any other."""
    if kind is TextKind.POLICY:
        return stored_policies.policy(uow.session, text_id)
    row: Text | None = uow.session.get(_ROWS[kind], text_id)
    return None if isinstance(row, Flag) and row.left_out else row


def text(uow: UnitOfWork, kind: TextKind, text_id: UUID) -> TextView | None:
    """What a text says; None where it is not there, or not shown. Raises `Sealed`."""
    row = row_of(uow, kind, text_id)
    policy = row if isinstance(row, Policy) else stored_policies.policy(uow.session, row.policy_id) if row else None
    if row is None or policy is None or policy.sealed_on is not None:
        return None
    return TextView(kind, text_id, policy.id, policy.title, tuple(each for each in _says(uow, row) if each[1]))


def _says(uow: UnitOfWork, row: Text) -> tuple[tuple[str, str], ...]:
    match row:
        case Policy():
            return (("Title", row.title), ("Summary", row.summary), ("Link", row.link))
        case Flag():
            typed = flag_views.texts_of(uow, row) or Texts()
            return (
                ("Why", typed.because),
                ("What would make it deliverable", typed.remedy),
                ("Link to evidence", typed.evidence),
            )
        case Second():
            return (("Added", flag_views.remark(uow, row)),)
        case Reply():
            return (("Reply", answers.reply_text(uow, row) or ""),)
        case Answer():
            return (("Answer", answers.text(uow, row) or ""),)
        case CommitmentUpdate():
            update = commitments.update_view(uow, row)
            return (("What became of a promise", update.text if update else ""),)


def of_flag(uow: UnitOfWork, policy: Policy, flag: Flag) -> tuple[TextView, ...]:
    """Every text of a shown flag that can be reported: its own first, then what was said about it."""
    given = [answer for _, answer in stored_answers.to_flags(uow.session, [flag.id])]
    said = stored_replies.to_flags(uow.session, [flag.id])
    promised = stored_commitments.of_answers(uow.session, [each.id for each in given])
    updates = stored_commitments.updates_of(uow.session, [each.id for each in promised]) if promised else []
    rows: Iterable[tuple[TextKind, Flag | Second | Reply | Answer | CommitmentUpdate]] = (
        (TextKind.FLAG, flag),
        *((TextKind.ANSWER, each) for each in given),
        *((TextKind.UPDATE, each) for each in updates),
        *((TextKind.REPLY, each) for each in said if each.text is not None),
        *((TextKind.SECOND, each) for each in stored_seconds.remarks(uow.session, [flag.id])),
    )
    return tuple(
        TextView(kind, row.id, policy.id, policy.title, tuple(each for each in _says(uow, row) if each[1]))
        for kind, row in rows
    )


def is_publicly_by(row: Text, person_ids: Iterable[UUID]) -> bool:
    """Whether everyone can read that one of these people wrote it: an answer, what became of one, or an announcement.

    Of any other text this is never asked: who may not decide about it would then be known to have written it.
    """
    match row:
        case Answer() | CommitmentUpdate():
            author: UUID | None = row.person_id
        case Policy():
            author = row.announced_by
        case _:
            author = None
    return author is not None and author in set(person_ids)
