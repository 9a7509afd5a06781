"""Escalation steps: when flags stay unanswered, remind the policy owner, then tell the delegate, then the senior owner.

The same happens where nobody says what became of a promise whose day has passed.

    `Flag.told`:  None --> REMINDER --> DELEGATE --> SENIOR

`look` makes each move, once `next_step` is due: without REMINDER if a digest says the same or the answer is late, and
without DELEGATE if there is none who can be told. `answer_deadlines.restart` goes back to None, and so do `ask` and
`decide` from REMINDER.

Each step happens once a flag and clock, whatever the schedule of digests, on a working day at a sensible hour of the
person who is told; the owner is told each time. All flags of a policy that are due go into one message. If no one is
left in the chain, admins are told.

`Policy.next_step_at` says when to look at a policy. A look works out what is due, so one too many does nothing. It
also handles owners who were named by address and have not been seen (`bot/people/recipients.py`). Decision 0012.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from bot.calendar.release_days import next_release_day
from bot.calendar.working_days import WorkingCalendar
from bot.escalation import pauses
from bot.escalation.chain import ChainStep, EscalationChain
from bot.interface.views import ChainView
from bot.outbox import deliveries
from bot.people import admins, recipients
from bot.policies import answer_deadlines, policies
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Commitment, CommitmentState, EscalationNotice, Flag, Organisation, Policy, Step, policy_keys
from storage import commitments as stored_commitments
from storage import escalation_notices as stored
from storage import flags as stored_flags
from storage import policies as stored_policies
from storage.organisation import release_weekdays
from storage.stable_ids import stable_id

REMINDER_DAYS = 2
"""How many working days before an answer is due the owner is reminded."""
FURTHEST_AHEAD = timedelta(hours=14)
"""How far ahead of UTC the first time zone is in which a day begins."""
REMINDER = "reminder"
DELEGATE_TOLD = "delegate-told"
SENIOR_TOLD = "senior-told"
NOBODY_TOLD = "nobody-told"
OWNER_TOLD = "owner-told"

OnTheClock = Flag | Commitment
"""What somebody waits for, with how far the escalation chain was told."""
_SCREENS = {Step.REMINDER: REMINDER, Step.DELEGATE: DELEGATE_TOLD, Step.SENIOR: SENIOR_TOLD}


def chain(calendar: WorkingCalendar, terms: Organisation, written_on: date, digest_at: time) -> ChainView:
    """What happens on which day to a flag that nobody answers, with a digest every working day at a local time."""
    shown_on = next_release_day(calendar, release_weekdays(terms), calendar.add(written_on, 1))
    sent_on = shown_on if time(terms.release_hour) < digest_at else calendar.add(shown_on, 1)
    answer_by = calendar.add(sent_on, terms.answer_days)
    delegate_on = calendar.add(answer_by, terms.delegate_after)
    return ChainView(
        written_on=written_on,
        shown_on=shown_on,
        sent_on=sent_on,
        digest_at=digest_at,
        answer_by=answer_by,
        reminder_on=reminder if (reminder := calendar.add(answer_by, -REMINDER_DAYS)) > sent_on else None,
        delegate_on=delegate_on,
        senior_on=calendar.add(delegate_on, terms.senior_after),
    )


def next_step(uow: UnitOfWork, waiting: OnTheClock, *, reminded: bool = False) -> tuple[Step, date] | None:
    """The next step of an unanswered flag, or of a promise, and its day in the organisation's zone.

    None once all have been told. With `reminded`, the reminder is skipped.
    """
    due = waiting.answer_by if isinstance(waiting, Flag) else waiting.by_date
    if due is None or waiting.told is Step.SENIOR:
        return None
    terms, calendar = uow.organisation, uow.calendar
    delegate_on = calendar.add(due, terms.delegate_after)
    if waiting.told is Step.DELEGATE:
        told_on = waiting.told_on or delegate_on
        return Step.SENIOR, calendar.add(max(told_on, delegate_on), terms.senior_after)
    reminder_on = calendar.add(due, -REMINDER_DAYS)
    if waiting.told is None and not reminded and not _told_by_digest(waiting, reminder_on) and uow.today <= due:
        return Step.REMINDER, reminder_on
    return Step.DELEGATE, delegate_on


def _told_by_digest(waiting: OnTheClock, reminder_on: date) -> bool:
    """Whether a digest was sent on the day of the reminder or later, or the first one is still to be sent."""
    if isinstance(waiting, Flag):
        return waiting.sent_on is None or waiting.sent_on >= reminder_on
    return waiting.asked_on is not None and waiting.asked_on >= reminder_on


def look_at_new_clocks(uow: UnitOfWork, policy_ids: Sequence[UUID]) -> None:
    """Have policies looked at in time for the first reminder of clocks that begin today, in every time zone."""
    reminder_on = uow.calendar.add(uow.calendar.add(uow.today, uow.organisation.answer_days), -REMINDER_DAYS)
    stored_policies.look_by(uow.session, policy_ids, _begins(reminder_on))


def send_due(uow: UnitOfWork, policy_id: UUID) -> int:
    """Send what is due on a policy, and note when to look again; how many notices. Once, however often it is called."""
    policy_keys.lock(uow.session, policy_id)
    policy = stored_policies.policy(uow.session, policy_id)
    if policy is None:
        return 0
    # Until this ends, a digest being made may refer to the policy, but not change when it is looked at next.
    uow.session.refresh(policy, with_for_update={"key_share": True})
    if policy.next_step_at is None or policy.next_step_at > uow.now:
        return 0
    pauses.end_if_over(uow, policy)
    if policy.sealed_on is None:
        recipients.check_awaited_owner(uow, policy)
    if policy.sealed_on is not None or answer_deadlines.paused(uow, policy):
        policy.next_step_at = _earliest(pauses.over_at(uow, policy), recipients.next_check_at(uow, policy))
        uow.session.flush()
        return 0
    waiting: list[OnTheClock] = [*stored_flags.on_the_clock(uow.session, policy_id)]
    waiting += stored_commitments.running(uow.session, policy_id)
    chain = EscalationChain(uow, policy)
    due = _due(uow, policy, chain, waiting)
    for chain_step, some in due.items():
        _send_notice(uow, policy, chain, chain_step, some)
    policy.next_step_at = _earliest(*_next_looks(uow, policy, chain, waiting), recipients.next_check_at(uow, policy))
    uow.session.flush()
    return len(due)


def _earliest(*instants: datetime | None) -> datetime | None:
    return min((each for each in instants if each is not None), default=None)


def _due(
    uow: UnitOfWork, policy: Policy, chain: EscalationChain, waiting: Sequence[OnTheClock]
) -> dict[ChainStep, list[OnTheClock]]:
    due: dict[ChainStep, list[OnTheClock]] = {}
    for (step, day), some in _by_step(uow, waiting).items():
        if _sent_at(uow, policy, chain.at(step), chain, day) <= uow.now:
            due.setdefault(chain.at(step), []).extend(some)
    return due


def _by_step(uow: UnitOfWork, waiting: Sequence[OnTheClock]) -> dict[tuple[Step, date], list[OnTheClock]]:
    """What waits, by its next step and the day of that."""
    found: dict[tuple[Step, date], list[OnTheClock]] = {}
    for each in waiting:
        step = next_step(uow, each)
        if step is not None:
            found.setdefault(step, []).append(each)
    return found


def _next_looks(
    uow: UnitOfWork, policy: Policy, chain: EscalationChain, waiting: Sequence[OnTheClock]
) -> list[datetime]:
    """When to look again: at the hour of each step, and before that as its day begins, since people change hours."""
    steps = _by_step(uow, waiting)
    instants = [(_begins(day), _sent_at(uow, policy, chain.at(step), chain, day)) for step, day in steps]
    return [begins if uow.now < begins < at else at for begins, at in instants]


def _begins(day: date) -> datetime:
    """When a day begins in the first time zone, aware UTC."""
    return datetime.combine(day, time(), UTC) - FURTHEST_AHEAD


def _sent_at(uow: UnitOfWork, policy: Policy, chain_step: ChainStep, chain: EscalationChain, day: date) -> datetime:
    """When a day's step is sent: at a sensible hour of the person who is told, one message a day at most."""
    if day <= uow.today and stored.of_day(uow.session, policy.id, chain_step.step, uow.today) is not None:
        day = uow.calendar.add(uow.today, 1)
    own = chain.hours(chain_step.reader)
    at = own.on(day)
    # A step that is late, after downtime or a pause, is not sent in the middle of the night either.
    return at if at > uow.now else own.sensible(uow.now)


def _send_notice(
    uow: UnitOfWork, policy: Policy, chain: EscalationChain, chain_step: ChainStep, about: Sequence[OnTheClock]
) -> None:
    step, on = chain_step.step, uow.today
    made_of = stable_id("escalation notice", policy.id, step, on)
    notice = EscalationNotice(id=made_of, policy_id=policy.id, step=step, on=on, person_id=chain_step.reader)
    uow.session.add(notice)
    uow.session.flush()
    stored.link(uow.session, notice.id, [each.id for each in about if isinstance(each, Flag)])
    promised = [each for each in about if isinstance(each, Commitment)]
    stored.link_commitments(uow.session, notice.id, [each.id for each in promised])
    for each in about:
        each.told, each.told_on = chain_step.step, uow.today
    for commitment in promised:
        commitment.told_to = chain_step.reader
        if step is Step.REMINDER:
            commitment.state, commitment.asked_on = CommitmentState.ASKED, uow.today
        else:
            commitment.state = CommitmentState.NO_WORD
    if chain_step.reader is not None:
        by = chain.hours(chain_step.reader)
        deliveries.tell_person(uow, chain_step.reader, _SCREENS[chain_step.step], str(notice.id), by=by)
    if chain_step.step is not Step.REMINDER:
        _make_known(uow, policy, chain, notice)


def _make_known(uow: UnitOfWork, policy: Policy, chain: EscalationChain, notice: EscalationNotice) -> None:
    """Tell the owner, and everyone who sees the card, that the next person in the chain was told."""
    if notice.person_id is None:
        admins.tell(uow, NOBODY_TOLD, str(notice.id), key=f"{NOBODY_TOLD}:{notice.id}")
    elif notice.step is Step.DELEGATE:
        policy.delegate_told_on = notice.on
    else:
        policy.senior_told_on = notice.on
    if chain.owner is not None:
        by = chain.hours(chain.owner)
        deliveries.tell_person(uow, chain.owner, OWNER_TOLD, str(notice.id), at=by.sensible(uow.now), by=by)
    uow.session.flush()
    policies.refresh_cards(uow, policy.id)
