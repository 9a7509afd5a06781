"""Handlers for policy owners: the digest as it was sent, when it comes, and who owns a policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

from pydantic import ValidationInfo, field_validator

from bot.admin import audit
from bot.calendar.cron import PRESETS, WEEKDAYS, CronError, CronSchedule, Weekly, describe, readable, weekly
from bot.calendar.working_days import UnknownCalendarError, WorkingCalendar, choices
from bot.digests import digests
from bot.handlers import naming
from bot.handlers.context import Draft, HandlerContext, Opens, Submits, any_policy, instead, policy_of
from bot.interface.answers import Answers
from bot.interface.intents import ExampleDigest, Intent, NameOwner, ScheduleSettings, SeeDigest, Snooze
from bot.interface.parts import Option, Screen
from bot.outbox.quiet_hours import QuietHours
from bot.people import digest_schedules, people, reachability, told_first
from bot.policies import answer_deadlines, policies
from bot.screens import refusals as says
from bot.screens.digest.digest import digest_card, digest_example
from bot.screens.digest.schedule_settings import (
    FIRST,
    HOURS,
    NO_QUIET_HOURS,
    OWN,
    SECOND,
    TIMES,
    schedule_settings_form,
)
from bot.screens.digest.snooze_form import snooze_form
from bot.screens.notice.confirmations import owner_named_form, settings_saved_form, snoozed_form
from bot.screens.phrases import first_large
from bot.screens.policy.name_owner_form import name_owner_form
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.form_input import TypedForm, day_ahead, sentence
from storage import Policy, Role, Schedule


class Until(TypedForm):
    """The day until which digests are snoozed: after today, and then an ISO date."""

    until: str = ""

    @field_validator("until")
    @classmethod
    def _until(cls, value: str, info: ValidationInfo) -> str:
        return day_ahead(value, info)


class NewSchedule(TypedForm):
    """When digests come, as it was chosen: `preset` is a cron expression, or `own`, which stands for `days` and `at`.

    `zone` is an IANA zone, `calendar` a working calendar's code. Quiet hours are local times such as `18:00`; there
    are none if `quiet_from` is `none` or empty. `first` and `second` are the accounts to be written to, by key; empty
    for a person who has one.
    """

    preset: str = ""
    days: tuple[str, ...] = ()
    at: str = ""
    zone: str = ""
    calendar: str = ""
    quiet_from: str = ""
    quiet_until: str = ""
    first: str = ""
    second: str = ""

    @field_validator("preset")
    @classmethod
    def _preset(cls, value: str) -> str:
        if not value:
            raise sentence(says.NO_PRESET)
        return value

    @field_validator("days")
    @classmethod
    def _days(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if info.data.get("preset") == OWN and not set(value) & set(WEEKDAYS):
            raise sentence(says.NO_DAYS)
        return tuple(each for each in WEEKDAYS if each in value)

    @field_validator("at")
    @classmethod
    def _at(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("preset") == OWN and value not in TIMES:
            raise sentence(says.NO_TIME)
        return value

    @field_validator("calendar")
    @classmethod
    def _calendar(cls, value: str) -> str:
        try:
            return WorkingCalendar.parse(value).code
        except UnknownCalendarError:
            raise sentence(says.NO_CALENDAR) from None

    @field_validator("quiet_from")
    @classmethod
    def _quiet_from(cls, value: str) -> str:
        if value not in ("", NO_QUIET_HOURS, *HOURS):
            raise sentence(says.NO_QUIET_START)
        return "" if value == NO_QUIET_HOURS else value

    @field_validator("quiet_until")
    @classmethod
    def _quiet_until(cls, value: str, info: ValidationInfo) -> str:
        start = info.data.get("quiet_from")
        if start and value not in HOURS:
            raise sentence(says.NO_QUIET_END)
        if start and value == start:
            raise sentence(says.QUIET_IS_NO_TIME)
        return value

    def quiet(self, cron_schedule: CronSchedule) -> QuietHours | None:
        """The quiet hours that were chosen, if any. Raises `FormRefused` if a digest would come in them."""
        if not self.quiet_from:
            return None
        chosen = QuietHours(time.fromisoformat(self.quiet_from), time.fromisoformat(self.quiet_until))
        if at := digest_schedules.in_quiet(cron_schedule, chosen):
            raise FormRefused({"quiet_from": says.digest_in_quiet(at)})
        return chosen

    def cron_schedule(self) -> CronSchedule:
        """The cron schedule that was chosen. Raises `FormRefused` with a problem at the field that is wrong."""
        try:
            own = Weekly(self.days, time.fromisoformat(self.at)).cron if self.preset == OWN else ""
            return CronSchedule(own or self.preset, self.zone.strip())
        except CronError as error:
            raise FormRefused({"zone": str(error)}) from None


class NewOwner(TypedForm):
    """The person named as policy owner, as it was typed."""

    owner: str = ""
    owner_account: str = ""

    @field_validator("owner")
    @classmethod
    def _owner(cls, value: str) -> str:
        if not value.strip():
            raise sentence(says.NO_OWNER)
        return value


def _see_digest(context: HandlerContext, intent: SeeDigest, draft: Draft) -> Screen:
    digest = digests.of_reader(context.uow, context.visitor.ids, intent.digest)
    if digest is None:
        raise instead(says.NOT_FOUND)
    return digest_card(digests.seen_by(context.uow, context.visitor, digest))


def _example(context: HandlerContext, intent: ExampleDigest, draft: Draft) -> Screen:
    return digest_example()


def _snooze(context: HandlerContext, intent: Snooze, draft: Draft) -> Screen:
    uow, visitor = context.uow, context.visitor
    return snooze_form(
        digests.next_at(uow, visitor.id),
        digest_schedules.zone(uow, visitor.id),
        answer_deadlines.put_off_until(uow),
        answers=draft.answers,
        problems=draft.problems,
        nonce=draft.nonce,
    )


def _submit_snooze(context: HandlerContext, intent: Snooze, draft: Draft) -> Screen:
    until, last = (
        date.fromisoformat(Until.read(draft.answers, context.uow.today).until),
        answer_deadlines.put_off_until(context.uow),
    )
    if until > last:
        raise FormRefused({"until": says.no_later_than(last)})
    row = digest_schedules.snooze(context.uow, context.visitor.id, until)
    return snoozed_form(row.next_due_at, digest_schedules.zone_in(context.uow, row))


def _schedule(context: HandlerContext, intent: ScheduleSettings, draft: Draft) -> Screen:
    uow, visitor = context.uow, context.visitor
    row = digest_schedules.planned(uow, visitor.id)
    accounts = told_first.accounts(uow, visitor.id)
    answers = draft.answers
    zone = digest_schedules.zone_in(uow, row) if row else people.zone_of(uow, visitor.id)
    cron = _cron(row)
    if not draft.touched:
        answers = {
            **_chosen_times(cron),
            "zone": (zone,),
            "calendar": ((uow.calendar_or_own(row.calendar) if row else uow.calendar).code,),
            "quiet_from": ((row.quiet_from if row else None) or NO_QUIET_HOURS,),
            "quiet_until": ((row.quiet_until if row else None) or "",),
            **{name: (each.key,) for name, each in zip((FIRST, SECOND), accounts, strict=False)},
        }
    return schedule_settings_form(
        tuple(Option(each, first_large(describe(CronSchedule(each, zone)))) for each in _presets(cron)),
        tuple(Option(code, name) for code, name in choices().items()),
        next_digest=row.next_due_at if row else None,
        zone=zone,
        silent_on=_nothing_sent_on(context, row),
        accounts=accounts,
        answers=answers,
        problems=draft.problems,
        nonce=draft.nonce,
    )


def _cron(row: Schedule | None) -> str:
    """The cron expression that someone's digests follow now."""
    return readable(row.cron) if row else PRESETS[0]


def _presets(cron: str) -> tuple[str, ...]:
    """What can be chosen as it is: also what a person has, if it is no choice of weekdays and a time of the form."""
    kept = cron not in PRESETS and OWN not in _chosen_times(cron)["preset"]
    return (*PRESETS, cron) if kept else PRESETS


def _chosen_times(cron: str) -> Answers:
    """The answers in the form that stand for a cron expression."""
    own = weekly(cron)
    if cron in PRESETS or own is None or own.at.strftime("%H:%M") not in TIMES:
        return {"preset": (cron,)}
    return {"preset": (OWN,), "days": own.weekdays, "at": (own.at.strftime("%H:%M"),)}


def _nothing_sent_on(context: HandlerContext, row: Schedule | None) -> date | None:
    """The local day of the last slot, if nothing was sent then because nothing was new or due; else None."""
    if row is None or row.last_slot is None or not digest_schedules.nothing_was_sent(context.uow, row):
        return None
    return datetime.fromisoformat(row.last_slot).date()


def _submit_schedule(context: HandlerContext, intent: ScheduleSettings, draft: Draft) -> Screen:
    typed = NewSchedule.read(draft.answers)
    if typed.preset not in (*_presets(_cron(digest_schedules.planned(context.uow, context.visitor.id))), OWN):
        raise FormRefused({"preset": says.NO_PRESET})
    calendar = WorkingCalendar.parse(typed.calendar)
    cron_schedule = typed.cron_schedule()
    first = _told_first(context, typed)
    row = digest_schedules.change(context.uow, context.visitor.id, cron_schedule, calendar, typed.quiet(cron_schedule))
    if first:
        told_first.choose(context.uow, context.visitor.id, first)
    return settings_saved_form(row.next_due_at, row.zone)


def _told_first(context: HandlerContext, typed: NewSchedule) -> tuple[str, ...]:
    """The accounts that were chosen; none for a person who has one. Raises `FormRefused`."""
    known = [each.key for each in told_first.accounts(context.uow, context.visitor.id)]
    if len(known) < 2:
        return ()
    for name, key in ((FIRST, typed.first), (SECOND, typed.second)):
        if key not in (*known, *([""] if name == SECOND else [])):
            raise FormRefused({name: says.NO_ACCOUNT})
    return tuple(dict.fromkeys(each for each in (typed.first, typed.second) if each))


def _check_may_name(context: HandlerContext, policy: Policy) -> None:
    ids = set(context.visitor.ids)
    senior_told = policy.senior_told_on is not None and policy.senior_id in ids
    if senior_told or ids & {policy.owner_id, policy.announced_by}:
        return
    if context.visitor.admin:
        audit.watch(context.uow)
    else:
        raise instead(says.wrong_person(Role.OWNER, people.name_of(context.uow, policy.owner_id, policy.owner_email)))


def _policy_to_name(context: HandlerContext, intent: NameOwner) -> Policy:
    """The policy, for somebody who may name its owner. Raises `Instead` for anyone else."""
    policy = (any_policy if context.visitor.admin else policy_of)(context, intent.policy)
    _check_may_name(context, policy)
    return policy


def _name_owner(context: HandlerContext, intent: NameOwner, draft: Draft) -> Screen:
    policy = _policy_to_name(context, intent)
    view = policies.view(context.uow, policy)
    accounts = naming.to_choose_from(context, draft, ("owner",))
    if not draft.touched and policy.owner_email:
        # For someone who is told that several accounts have the address, only the choice is left.
        awaited = replace(draft, answers={"owner": (policy.owner_email,)})
        accounts = naming.to_choose_from(context, awaited, ("owner",))
        draft = awaited if accounts else draft
    return name_owner_form(view, accounts, answers=draft.answers, problems=draft.problems, nonce=draft.nonce)


def _submit_name_owner(context: HandlerContext, intent: NameOwner, draft: Draft) -> Screen:
    policy = _policy_to_name(context, intent)
    typed = NewOwner.read(draft.answers)
    named = naming.named(context, "owner", typed.owner, typed.owner_account)
    policies.name_owner(context.uow, policy, named, context.visitor.id)
    unreached = tuple(each for each in reachability.unreached(context.uow, policy) if each.role is Role.OWNER)
    return owner_named_form(policy.title, people.name_of(context.uow, policy.owner_id, policy.owner_email), unreached)


OPENS: dict[type[Intent], Opens] = {
    SeeDigest: _see_digest,
    ExampleDigest: _example,
    Snooze: _snooze,
    ScheduleSettings: _schedule,
    NameOwner: _name_owner,
}
SUBMITS: dict[type[Intent], Submits] = {
    Snooze: _submit_snooze,
    ScheduleSettings: _submit_schedule,
    NameOwner: _submit_name_owner,
}
