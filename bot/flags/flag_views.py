"""Flags as their readers may see them: those that are shown, and one's own that wait.

A flag that does not open, because its row was changed or damaged, is left out. So is an answer, a reply or a remark.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from bot.flags import answers, boxes, flags, receipt_codes
from bot.flags.boxes import WaitingFlag
from bot.interface.pages import PAGE_SIZE, Page
from bot.interface.views import FlagView
from bot.people import people
from bot.people.people import Visitor
from bot.policies import answer_deadlines, audience, readers
from bot.policies.readers import NOTHING, Sight
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Flag, Policy, Promise, Role, Second, Step, TakeDown, TextKind, Wording
from storage import flags as stored
from storage import policies as stored_policies
from storage import seconds as stored_seconds
from storage import take_downs as stored_take_downs
from storage.boxes import Texts

_TOLD = {Step.DELEGATE: Role.DELEGATE, Step.SENIOR: Role.SENIOR}


def shown(uow: UnitOfWork, visitor: Visitor, policy: Policy) -> tuple[FlagView, ...]:
    """The shown flags of a policy, with authors' names if the visitor was promised them."""
    rows = stored.shown(uow.session, policy.id)
    return views(uow, policy, rows, sight=readers.sight(uow, policy, rows, visitor.ids))


def shown_page(uow: UnitOfWork, visitor: Visitor, policy: Policy, page: Page) -> tuple[FlagView, ...]:
    """One page of the same: late ones first, then those that most people say."""
    rows = stored.shown_page(uow.session, policy.id, uow.today, offset=page.offset, limit=PAGE_SIZE)
    return views(uow, policy, rows, sight=readers.sight(uow, policy, rows, visitor.ids))


def one(uow: UnitOfWork, visitor: Visitor, flag_id: UUID) -> tuple[Policy, FlagView] | None:
    """One flag, if it is shown and they are on its policy, or their own; None for any other, and for one left out."""
    row = stored.flag(uow.session, flag_id)
    waiting = None if row else boxes.own_flag(uow, visitor, flag_id)
    found = row or waiting
    policy = stored_policies.policy(uow.session, found.policy_id) if found else None
    if policy is None:
        return None
    if row is not None and row.left_out:
        return None
    if row is not None:
        sight = readers.sight(uow, policy, [row], visitor.ids)
        own = visitor if flags.is_author(uow, row, visitor) else None
        if own is None and not audience.is_on(uow, visitor, policy):
            return None
        view = next(iter(views(uow, policy, [row], sight=sight, own=own)), None)
    else:
        view = waiting_view(uow, policy, waiting) if waiting and not waiting.flag.withdrawn else None
    return (policy, by_code(view, visitor)) if view else None


@dataclass(frozen=True)
class Beside:
    """What is said beside flags, by the flag, and earlier wordings of policies, by policy and number.

    `taken_down` has why a text was taken down, for its author.
    """

    remarks: Mapping[UUID, tuple[str, ...]]
    answers: answers.ByFlag
    wordings: Mapping[tuple[UUID, int], Wording] = field(default_factory=dict)
    taken_down: Mapping[UUID, TakeDown] = field(default_factory=dict)


def views(
    uow: UnitOfWork, policy: Policy, rows: Sequence[Flag], *, sight: Sight = NOTHING, own: Visitor | None = None
) -> tuple[FlagView, ...]:
    """Shown flags of one policy as a reader may see them, who has that `sight` of names.

    `own` is the author of all of them, who also sees what they replied and is not shown yet.
    """
    ids, seconded = [each.id for each in rows], [each.id for each in rows if each.seconds]
    beside = Beside(
        remarks=remarks_by_flag(uow, stored_seconds.remarks(uow.session, seconded) if seconded else ()),
        answers=answers.to_flags(uow, policy.id, ids, own=own),
        wordings={
            (policy.id, number): found
            for number in {each.wording for each in rows} - {policy.wording}
            if (found := stored_policies.wording(uow.session, policy.id, number)) is not None
        },
        taken_down=stored_take_downs.take_downs_of(uow.session, TextKind.FLAG, ids) if own else {},
    )
    if sight.seen:
        people.take_names(uow, (each.person_id for each in rows if each.id in sight.seen))
    opened = (view(uow, policy, each, beside, sight) for each in rows)
    return tuple(each for each in opened if each is not None)


def remarks_by_flag(uow: UnitOfWork, seconds: Iterable[Second]) -> dict[UUID, tuple[str, ...]]:
    """The sentences that were added with these seconds, by flag."""
    found: dict[UUID, tuple[str, ...]] = {}
    for each in seconds:
        said = remark(uow, each)
        if said:
            found[each.flag_id] = (*found.get(each.flag_id, ()), said)
    return found


def remark(uow: UnitOfWork, second: Second) -> str:
    """The sentence that was added with a second; empty if none was, or it does not open."""
    if second.sentence is None:
        return ""
    bound = stored_seconds.bound(second)
    return uow.opened(second.policy_id, "seconds", "sentence", second.id, second.sentence, bound) or ""


def view(uow: UnitOfWork, policy: Policy, flag: Flag, beside: Beside, sight: Sight = NOTHING) -> FlagView | None:
    """A shown flag; None where it does not open."""
    texts = texts_of(uow, flag)
    if texts is None:
        return None
    earlier = beside.wordings.get((policy.id, flag.wording))
    return FlagView(
        id=flag.id,
        policy=policy.id,
        policy_title=policy.title,
        verdict=flag.verdict,
        theme=flag.theme,
        because=texts.because,
        remedy=texts.remedy,
        evidence=texts.evidence,
        promise=flag.promise,
        people=1 + flag.seconds,
        status=flag.status,
        shown_on=flag.released_on,
        author=people.name_of(uow, flag.person_id) if flag.id in sight.seen else "",
        named_to=sight.named_to.get(flag.id, ""),
        sent_on=flag.sent_on,
        answer_by=flag.answer_by,
        remarks=beside.remarks.get(flag.id, ()),
        answers=beside.answers.get(flag.id, ()),
        earlier_title=earlier.title if earlier else "",
        earlier_summary=earlier.summary if earlier else "",
        told=_TOLD[flag.told] if flag.told in _TOLD and _is_told(policy, flag) else None,
        told_on=flag.told_on if flag.told in _TOLD else None,
        reply_by=answer_deadlines.reply_by(uow, flag),
        taken_down=beside.taken_down[flag.id].reason if flag.id in beside.taken_down else None,
    )


def waiting_view(uow: UnitOfWork, policy: Policy, waiting: WaitingFlag) -> FlagView:
    """A flag that waits, as its author sees it."""
    flag = waiting.flag
    earlier = None
    if flag.wording != policy.wording:
        earlier = stored_policies.wording(uow.session, policy.id, flag.wording)
    return FlagView(
        id=waiting.id,
        policy=policy.id,
        policy_title=policy.title,
        verdict=flag.verdict,
        theme=flag.theme,
        because=flag.texts.because,
        remedy=flag.texts.remedy,
        evidence=flag.texts.evidence,
        promise=flag.promise,
        people=1,
        status=flags.status_at_first(flag.verdict),
        shown_on=None,
        earlier_title=earlier.title if earlier else "",
        earlier_summary=earlier.summary if earlier else "",
    )


def by_code(view: FlagView, visitor: Visitor) -> FlagView:
    """The same flag, with buttons that carry the receipt code by which its author has come, if by one."""
    if visitor.code is None or view.promise is not Promise.DETACHED:
        return view
    return replace(view, code=receipt_codes.packed(visitor.code))


def _is_told(policy: Policy, flag: Flag) -> bool:
    """Whether someone named on the policy was told, and not an admin because there was no one else."""
    return (policy.delegate_told_on if flag.told is Step.DELEGATE else policy.senior_told_on) is not None


def texts_of(uow: UnitOfWork, flag: Flag) -> Texts | None:
    """What was typed into a shown flag; None where it does not open."""
    bound = stored.bound(flag)
    opened = [
        "" if sealed is None else uow.opened(flag.policy_id, "flags", column, flag.id, sealed, bound)
        for column, sealed in (("because", flag.because), ("remedy", flag.remedy), ("evidence", flag.evidence))
    ]
    texts = [each for each in opened if each is not None]
    return Texts(*texts) if len(texts) == len(opened) else None
