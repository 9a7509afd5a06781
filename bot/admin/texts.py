"""Texts that can be reported and taken down: which a flag has, and what one of them says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from bot.flags import answers, flags
from bot.interface.views import TextView
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Answer, Flag, Policy, Reply, Second, TextKind
from storage import answers as stored_answers
from storage import policies as stored_policies
from storage import replies as stored_replies
from storage import seconds as stored_seconds

Text = Flag | Second | Reply | Answer | Policy
_ROWS: dict[TextKind, Any] = {
    TextKind.FLAG: Flag,
    TextKind.SECOND: Second,
    TextKind.REPLY: Reply,
    TextKind.ANSWER: Answer,
}


def row_of(uow: UnitOfWork, kind: TextKind, text_id: UUID) -> Text | None:
    """The row that holds a text that everyone on the policy can read; None for any other."""
    if kind is TextKind.POLICY:
        return stored_policies.policy(uow.session, text_id)
    row: Text | None = uow.session.get(_ROWS[kind], text_id)
    if isinstance(row, Flag | Second | Reply) and row.released_on is None:
        return None
    return None if isinstance(row, Flag) and row.withdrawn else row


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
            return (("Title", row.title), ("Summary", row.summary))
        case Flag():
            return (
                ("Why", flags.text_of(uow, row, "because")),
                ("What would make it deliverable", flags.text_of(uow, row, "remedy")),
                ("Link to evidence", flags.text_of(uow, row, "evidence")),
            )
        case Second():
            return (("Added", flags.remark(uow, row.policy_id, row)),)
        case Reply():
            return (("Reply", answers.reply_text(uow, row)),)
        case Answer():
            return (("Answer", uow.opened(row.policy_id, "answers", "text", row.id, row.text)),)


def of_flag(uow: UnitOfWork, policy: Policy, flag: Flag) -> tuple[TextView, ...]:
    """Every text of a shown flag that can be reported: its own first, then what was said about it."""
    given = [answer for _, answer in stored_answers.to_flags(uow.session, [flag.id])]
    said = [each for each in stored_replies.to_flags(uow.session, [flag.id]) if each.released_on is not None]
    rows: Iterable[tuple[TextKind, Flag | Second | Reply | Answer]] = (
        (TextKind.FLAG, flag),
        *((TextKind.ANSWER, each) for each in given),
        *((TextKind.REPLY, each) for each in said if each.text is not None),
        *((TextKind.SECOND, each) for each in stored_seconds.remarks(uow.session, [flag.id])),
    )
    return tuple(
        TextView(kind, row.id, policy.id, policy.title, tuple(each for each in _says(uow, row) if each[1]))
        for kind, row in rows
    )


def is_publicly_by(row: Text, person_ids: Iterable[UUID]) -> bool:
    """Whether everyone can read that one of these people wrote it: an answer, or an announcement.

    Of any other text this is never asked: who may not decide about it would then be known to have written it.
    """
    author = row.person_id if isinstance(row, Answer) else row.announced_by if isinstance(row, Policy) else None
    return author is not None and author in set(person_ids)
