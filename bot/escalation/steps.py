"""Escalations: telling of a silence. A reminder to the policy owner, then the delegate, then the senior owner.

Each is once a flag and clock, whatever the rhythm of digests, on working days, at a sensible hour of whoever is told;
the owner is told each time. All that is due on a policy is one message. Who is missing or has left is passed over for
the next in line and, where nobody is left, admins are told. A look also sees to a policy whose owner was named by an
address and is not seen (`bot/people/recipients.py`). What is due when stands in `policies.next_step_at`; a look
at a policy finds what it is exactly, so a look too many does nothing. Decision 0012.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from bot.calendar.working_days import WorkingCalendar
from bot.escalation import pauses
from bot.escalation.chain import Line, Rung
from bot.interface.views import ChainView
from bot.outbox import deliveries
from bot.people import admins, recipients
from bot.policies import answer_deadlines, policies
from bot.unit_of_work.unit_of_work import Turn
from storage import Flag, Organisation, Policy, Step, Telling
from storage import escalation_notices as stored
from storage import flags as stored_flags
from storage import policies as stored_policies

REMINDER_DAYS = 2
"""How many working days before an answer is due the owner is reminded."""
FURTHEST_AHEAD = timedelta(hours=14)
"""How far ahead of UTC the first clocks are that see a day."""
REMINDER = "reminder"
DELEGATE_TOLD = "delegate-told"
SENIOR_TOLD = "senior-told"
NOBODY_TOLD = "nobody-told"
OWNER_TOLD = "owner-told"

_SCREENS = {Step.REMINDER: REMINDER, Step.DELEGATE: DELEGATE_TOLD, Step.SENIOR: SENIOR_TOLD}


def chain(calendar: WorkingCalendar, terms: Organisation, written_on: date, digest_at: time) -> ChainView:
    """On which days what happens to a flag that nobody answers, with a digest every working day at a local time."""
    shown_on = calendar.add(written_on, 1)
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


def next_step(turn: Turn, flag: Flag, *, reminded: bool = False) -> tuple[Step, date] | None:
    """What is told next of a flag's silence and on which day of the organisation; None once all have been told.

    `reminded` passes over the reminder.
    """
    if flag.answer_by is None or flag.told is Step.SENIOR:
        return None
    terms, calendar = turn.organisation, turn.calendar
    delegate_on = calendar.add(flag.answer_by, terms.delegate_after)
    if flag.told is Step.DELEGATE:
        told_on = flag.told_on or delegate_on
        return Step.SENIOR, calendar.add(max(told_on, delegate_on), terms.senior_after)
    reminder_on = calendar.add(flag.answer_by, -REMINDER_DAYS)
    # A digest that was sent on that day, or that is still to be sent, says it already.
    told_by_digest = flag.sent_on is None or flag.sent_on >= reminder_on
    if flag.told is None and not reminded and not told_by_digest and turn.today <= flag.answer_by:
        return Step.REMINDER, reminder_on
    return Step.DELEGATE, delegate_on


def look_at_new_clocks(turn: Turn, policy_ids: Sequence[UUID]) -> None:
    """Have policies looked at in time for the first reminder of clocks that begin today, wherever it is to go."""
    day = turn.calendar.add(turn.calendar.add(turn.today, turn.organisation.answer_days), -REMINDER_DAYS)
    stored_policies.look_by(turn.session, policy_ids, _begins(day))


def look(turn: Turn, policy_id: UUID) -> int:
    """Tell what is due on a policy, and note when to look again; how many tellings. Once, whoever asks."""
    stored_policies.lock(turn.session, policy_id)
    policy = stored_policies.policy(turn.session, policy_id)
    if policy is None:
        return 0
    # A digest that is being made may refer to the policy, but not bring its next look forward, until this is done.
    turn.session.refresh(policy, with_for_update={"key_share": True})
    if policy.next_step_at is None or policy.next_step_at > turn.now:
        return 0
    pauses.end_if_over(turn, policy)
    if policy.sealed_on is None:
        recipients.look(turn, policy)
    if policy.sealed_on is not None or answer_deadlines.paused(turn, policy):
        policy.next_step_at = _earliest(pauses.over_at(turn, policy), recipients.looks_at(turn, policy))
        turn.session.flush()
        return 0
    flags, line = stored_flags.on_the_clock(turn.session, policy_id), Line(turn, policy)
    due = _due(turn, policy, line, flags)
    for rung, some in due.items():
        _tell(turn, policy, line, rung, some)
    policy.next_step_at = _earliest(*_instants(turn, policy, line, flags), recipients.looks_at(turn, policy))
    turn.session.flush()
    return len(due)


def _earliest(*instants: datetime | None) -> datetime | None:
    return min((each for each in instants if each is not None), default=None)


def _due(turn: Turn, policy: Policy, line: Line, flags: Sequence[Flag]) -> dict[Rung, list[Flag]]:
    due: dict[Rung, list[Flag]] = {}
    for (step, day), some in _steps(turn, flags).items():
        if _at(turn, policy, line.at(step), line, day) <= turn.now:
            due.setdefault(line.at(step), []).extend(some)
    return due


def _steps(turn: Turn, flags: Sequence[Flag]) -> dict[tuple[Step, date], list[Flag]]:
    """The flags by what is told of them next, and on which day."""
    found: dict[tuple[Step, date], list[Flag]] = {}
    for each in flags:
        step = next_step(turn, each)
        if step is not None:
            found.setdefault(step, []).append(each)
    return found


def _instants(turn: Turn, policy: Policy, line: Line, flags: Sequence[Flag]) -> list[datetime]:
    """When to look again: at each step's hour or, before its day, as that begins anywhere, for hours are changed."""
    steps = _steps(turn, flags)
    instants = [(_begins(day), _at(turn, policy, line.at(step), line, day)) for step, day in steps]
    return [begins if turn.now < begins < at else at for begins, at in instants]


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), UTC) - FURTHEST_AHEAD


def _at(turn: Turn, policy: Policy, rung: Rung, line: Line, day: date) -> datetime:
    """When a rung is told of a day's step: at a sensible hour of whoever is told, and one message a day."""
    if day <= turn.today and stored.of_day(turn.session, policy.id, rung.step, turn.today) is not None:
        day = turn.calendar.add(turn.today, 1)
    own = line.hours(rung.reader)
    at = own.on(day)
    # After days without a server, or a pause, it is not told in the middle of the night either.
    return at if at > turn.now else own.sensible(turn.now)


def _tell(turn: Turn, policy: Policy, line: Line, rung: Rung, flags: Sequence[Flag]) -> None:
    telling = Telling(policy_id=policy.id, step=rung.step, on=turn.today, person_id=rung.reader)
    turn.session.add(telling)
    turn.session.flush()
    stored.link(turn.session, telling.id, [each.id for each in flags])
    for each in flags:
        each.told, each.told_on = rung.step, turn.today
    if rung.reader is not None:
        by = line.hours(rung.reader)
        deliveries.tell_person(turn, rung.reader, _SCREENS[rung.step], str(telling.id), by=by)
    if rung.step is not Step.REMINDER:
        _told_over_the_owner(turn, policy, line, telling)


def _told_over_the_owner(turn: Turn, policy: Policy, line: Line, telling: Telling) -> None:
    """Let the owner, and everyone who sees the card, know that the next in line was told."""
    if telling.person_id is None:
        admins.tell(turn, NOBODY_TOLD, str(telling.id), key=f"{NOBODY_TOLD}:{telling.id}")
    elif telling.step is Step.DELEGATE:
        policy.delegate_told_on = telling.on
    else:
        policy.senior_told_on = telling.on
    if line.owner is not None:
        by = line.hours(line.owner)
        deliveries.tell_person(turn, line.owner, OWNER_TOLD, str(telling.id), at=by.sensible(turn.now), by=by)
    turn.session.flush()
    policies.refresh_cards(turn, policy.id)
