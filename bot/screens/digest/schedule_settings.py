"""When a person's own digests arrive, and their quiet hours."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from bot.calendar.cron import WEEKDAYS
from bot.calendar.dates import clock_time, long_date, weekday_name
from bot.interface.intents import ScheduleSettings
from bot.interface.parts import ChoiceQuestion, Form, Option, Paragraph, Part, TextQuestion
from bot.interface.views import AccountView
from bot.screens.form_values import Answers, chosen, typed
from bot.screens.phrases import next_digest_line

OWN = "own"
FIRST = "first"
SECOND = "second"
"""The questions on which of several accounts is written to first, and which after that."""
NO_QUIET_HOURS = "none"
HOURS = tuple(f"{hour:02}:00" for hour in range(24))
"""The local times at which quiet hours may start and end."""
TIMES = tuple(f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 30))
"""The local times at which a digest can be chosen to come."""


def schedule_settings_form(
    presets: tuple[Option, ...],
    calendars: tuple[Option, ...],
    *,
    next_digest: datetime | None,
    zone: str,
    silent_on: date | None = None,
    accounts: tuple[AccountView, ...] = (),
    answers: Answers,
    problems: Mapping[str, str],
    nonce: str,
) -> Form:
    """Asks for a preset (its key, or `own`), days and time, zone, calendar and quiet hours; `answers` is what is set.

    `silent_on` is the day of the last slot, if there was nothing to send. With several `accounts`, given in the order
    in which they are written to, it also asks which of them comes first.
    """
    options = (*presets, Option(OWN, "Other: days and a time that I choose below"))
    return Form(
        title="When digests arrive",
        body=(
            Paragraph("A digest comes only when there is something new or late. Answer dates stay as they are."),
            *_planned_digests(next_digest, zone, silent_on),
            ChoiceQuestion("preset", "Days and time", options, values=chosen(answers, "preset", options)),
            *_own_questions(answers),
            TextQuestion(
                "zone",
                "Time zone",
                hint="For example Europe/London. It follows your profile until you enter another one.",
                value=typed(answers, "zone"),
                limit=64,
            ),
            ChoiceQuestion(
                "calendar",
                "Working calendar",
                calendars,
                hint="A digest that falls on a weekend or a public holiday comes on the next working day.",
                values=chosen(answers, "calendar", calendars),
            ),
            *_quiet_hours_questions(answers),
            *_told_first_questions(accounts, answers),
        ),
        intent=ScheduleSettings(),
        send="Save settings",
        nonce=nonce,
        problems=problems,
    )


def _own_questions(answers: Answers) -> tuple[ChoiceQuestion, ChoiceQuestion]:
    days = tuple(Option(each, weekday_name(number)) for number, each in enumerate(WEEKDAYS))
    times = tuple(Option(each, clock_time(time.fromisoformat(each))) for each in TIMES)
    needed = "Needed if you chose 'Other'."
    return (
        ChoiceQuestion(
            "days",
            "Other days",
            days,
            hint=needed,
            values=chosen(answers, "days", days),
            several=True,
            optional=True,
            conditional=True,
        ),
        ChoiceQuestion(
            "at",
            "Time on these days",
            times,
            hint=needed,
            values=chosen(answers, "at", times),
            optional=True,
            conditional=True,
        ),
    )


def _planned_digests(next_digest: datetime | None, zone: str, silent_on: date | None) -> tuple[Part, ...]:
    planned: list[Part] = []
    if silent_on is not None:
        planned.append(Paragraph(f"On {long_date(silent_on)} nothing was new or late, so no digest was sent."))
    if next_digest is not None:
        planned.append(Paragraph(next_digest_line(next_digest, zone)))
    return tuple(planned)


def _quiet_hours_questions(answers: Answers) -> tuple[ChoiceQuestion, ChoiceQuestion]:
    times = tuple(Option(each, clock_time(time.fromisoformat(each))) for each in HOURS)
    starts = (Option(NO_QUIET_HOURS, "No quiet hours"), *times)
    return (
        ChoiceQuestion(
            "quiet_from",
            "Quiet hours from",
            starts,
            hint="We send nothing in these hours. Messages wait until they end.",
            values=chosen(answers, "quiet_from", starts),
            optional=True,
            conditional=True,
        ),
        ChoiceQuestion(
            "quiet_until",
            "Quiet hours until",
            times,
            hint="Needed if you chose when they start.",
            values=chosen(answers, "quiet_until", times),
            optional=True,
            conditional=True,
        ),
    )


def _told_first_questions(accounts: tuple[AccountView, ...], answers: Answers) -> tuple[ChoiceQuestion, ...]:
    options = tuple(Option(each.key, each.name) for each in accounts)
    first = ChoiceQuestion(
        FIRST,
        "Where we write to you first",
        options,
        hint="If a message does not reach you there, we try the next of your accounts.",
        values=chosen(answers, FIRST, options),
    )
    second = ChoiceQuestion(
        SECOND,
        "And if it does not reach you there",
        options,
        values=chosen(answers, SECOND, options),
        optional=True,
    )
    if len(accounts) < 2:
        return ()
    return (first, second) if len(accounts) > 2 else (first,)


_PRESETS = (Option("wed-9", "Wednesdays at 9am"), Option("daily-9", "Working days at 9am"))
_CALENDARS = (Option("GB-ENG", "England and Wales"), Option("GB-SCT", "Scotland"))
_CHOSEN = {"preset": ("wed-9",), "zone": ("Europe/London",), "calendar": ("GB-ENG",)}

EXAMPLE_ACCOUNTS = (
    AccountView("a", "Slack, Digital"),
    AccountView("b", "Teams"),
    AccountView("c", "Slack, Policy"),
)

SCREEN = "schedule settings"
EXAMPLE = schedule_settings_form(
    _PRESETS,
    _CALENDARS,
    next_digest=datetime(2026, 12, 16, 9, tzinfo=UTC),
    zone="Europe/London",
    answers=_CHOSEN,
    problems={},
    nonce="invented",
)
STATES = {
    "own days": schedule_settings_form(
        _PRESETS,
        _CALENDARS,
        next_digest=datetime(2026, 12, 14, 9, 30, tzinfo=UTC),
        zone="Europe/London",
        answers={**_CHOSEN, "preset": (OWN,), "days": ("mon", "thu"), "at": ("09:30",)},
        problems={},
        nonce="invented",
    ),
    "three accounts": schedule_settings_form(
        _PRESETS,
        _CALENDARS,
        next_digest=datetime(2026, 12, 16, 9, tzinfo=UTC),
        zone="Europe/London",
        accounts=EXAMPLE_ACCOUNTS,
        answers={**_CHOSEN, FIRST: ("b",), SECOND: ("a",)},
        problems={},
        nonce="invented",
    ),
    "quiet hours": schedule_settings_form(
        _PRESETS,
        _CALENDARS,
        next_digest=datetime(2026, 12, 16, 9, tzinfo=UTC),
        zone="Europe/London",
        silent_on=date(2026, 12, 9),
        answers={**_CHOSEN, "quiet_from": ("18:00",), "quiet_until": ("08:00",)},
        problems={},
        nonce="invented",
    ),
}
