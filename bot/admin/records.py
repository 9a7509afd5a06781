"""Records: what was shown on policies, for an export that leaves the program.

Everyone on a policy can read all of it. It has months and no days, no id, and no name of anyone who sent a flag.
"""

from __future__ import annotations

from uuid import UUID

from bot.flags import flag_views
from bot.interface import themes
from bot.interface.views import AnswerView, CommitmentView, FlagView, ReplyView
from bot.screens import labels
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import ReplyKind, UpdateKind, retention
from storage import flags as stored_flags
from storage import policies as stored

HEADER = (
    "Policy",
    "Month shown",
    "Is it deliverable?",
    "What it is mainly about",
    "Why",
    "What would make it deliverable",
    "Link to evidence",
    "People who say this",
    "Added by others",
    "Answers",
)
_SAID = {
    UpdateKind.DONE: "Done",
    UpdateKind.NEW_DAY: "New day",
    UpdateKind.WILL_NOT_HAPPEN: "Will not happen",
}
WHAT = (
    "What people said about announced policies, and what was answered, as everyone on these policies could read it. "
    "It names nobody who sent a flag, and gives months in place of days. A reviewer may have changed or left out rows."
)


def policies(uow: UnitOfWork) -> list[UUID]:
    """The policies with anything to export, the oldest first: all that are not closed for good."""
    return retention.living(uow.session)


def of_policy(uow: UnitOfWork, policy_id: UUID, first: str, last: str) -> list[tuple[str, ...]]:
    """The rows of a policy for flags shown from the month `first` to `last`, such as `2026-01`."""
    policy = stored.policy(uow.session, policy_id)
    if policy is None or policy.sealed_on is not None:
        return []
    shown = flag_views.views(uow, policy, stored_flags.shown(uow.session, policy_id))
    return [_row(each) for each in shown if each.shown_on and first <= f"{each.shown_on:%Y-%m}" <= last]


def _row(flag: FlagView) -> tuple[str, ...]:
    return (
        flag.policy_title,
        f"{flag.shown_on:%Y-%m}",
        labels.VERDICTS[flag.verdict],
        themes.label(flag.theme),
        flag.because,
        flag.remedy,
        flag.evidence,
        str(flag.people),
        "\n".join(flag.remarks),
        "\n".join(_answer(each) for each in flag.answers),
    )


def _answer(answer: AnswerView) -> str:
    said = f"{answer.on:%Y-%m}, {labels.ROLES[answer.role]}: {labels.ANSWERS[answer.kind]}. {answer.text}".strip()
    became = _became(answer.commitment) if answer.commitment else ""
    return "\n".join(each for each in (said, _reply(answer.reply), became, _reply(answer.reply_done)) if each)


def _became(commitment: CommitmentView) -> str:
    """What was said of a promise, with months in place of days."""
    said = (
        f"{each.on:%Y-%m}, {labels.ROLES[each.role]}: {_SAID[each.kind]}. {each.text}" for each in commitment.updates
    )
    return "\n".join(said)


def _reply(reply: ReplyView | None) -> str:
    if reply is None:
        return ""
    return "Reply: it is settled." if reply.kind is ReplyKind.SETTLED else f"Reply: {reply.text}"
