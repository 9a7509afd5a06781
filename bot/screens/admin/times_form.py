"""Days and times: what the organisation's days are, when flags are shown, how long an answer may take."""

from collections.abc import Mapping
from datetime import date, time

from bot.calendar.cron import EVERY_WORKING_DAY, CronSchedule, describe
from bot.calendar.dates import clock_time, long_date, weekday_name
from bot.interface.intents import SetTimes
from bot.interface.parts import ChoiceQuestion, Facts, Form, Heading, Notice, Option, Paragraph, Part, TextQuestion
from bot.interface.terms import RANGES
from bot.interface.views import ChainView
from bot.screens.form_values import Answers, chosen, typed
from storage.organisation import WEEKDAYS

RIGHT = "right"
"""Asks whether the resulting dates are right; the value of its one option stands for those dates."""
_HOURS = tuple(Option(str(hour), clock_time(time(hour))) for hour in range(24))
_WEEKDAYS = tuple(Option(name, weekday_name(number)) for number, name in enumerate(WEEKDAYS))
_TERMS = (
    ("answer_days", "Working days to answer", "From the digest in which a flag is first sent."),
    ("delegate_after", "Then tell the delegate", "How many working days after the answer was due."),
    ("senior_after", "Then tell the senior owner", "How many working days after the delegate was told."),
    (
        "notice_at",
        "Tell the policy owner straight away",
        "If this many flags shown on one day say 'Not deliverable as announced'.",
    ),
)
OWN_DAYS_LIMIT = 1000
NAMES = ("calendar", "own_days", "release_hour", "release_days", *(name for name, _, _ in _TERMS))
"""What is asked, by the names of the organisation's columns."""
SEVERAL = ("release_days",)
"""Which of them are lists of words."""


def times_form(
    calendars: tuple[Option, ...],
    chain: ChainView,
    *,
    answers: Answers,
    problems: Mapping[str, str],
    nonce: str,
    asked: str = "",
) -> Form:
    """Asks for the terms, and shows the `chain` of dates that they lead to; `answers` holds what is set or typed.

    Where they differ from what is saved, `asked` is the value by which the admin confirms these dates.
    """
    return Form(
        title="Days and times",
        body=(
            *_dates_question(chain, asked, answers),
            ChoiceQuestion(
                "calendar",
                "Working calendar",
                calendars,
                hint="Answers, reminders and flags wait on weekends and public holidays.",
                values=chosen(answers, "calendar", calendars),
            ),
            TextQuestion(
                "own_days",
                "Your organisation's own days off",
                hint="For example, 24 December 2026, 31 December 2026",
                value=typed(answers, "own_days"),
                limit=OWN_DAYS_LIMIT,
                optional=True,
            ),
            ChoiceQuestion(
                "release_hour",
                "When flags are shown",
                _HOURS,
                hint="Flags that are not named are shown at this hour on working days, never on the day of writing. "
                "What waits already is shown as it was promised.",
                values=chosen(answers, "release_hour", _HOURS),
            ),
            ChoiceQuestion(
                "release_days",
                "On fixed days only",
                _WEEKDAYS,
                hint="For small groups: more flags are shown together, and each waits longer. Choose none for every "
                "working day. If one of these is a day off, flags are shown on the next working day.",
                values=chosen(answers, "release_days", _WEEKDAYS),
                several=True,
                optional=True,
            ),
            Paragraph(_BATCH),
            *(_number_question(*each, answers) for each in _TERMS),
        ),
        intent=SetTimes(),
        send="Save settings",
        nonce=nonce,
        problems=problems,
    )


def _number_question(name: str, label: str, hint: str, answers: Answers) -> TextQuestion:
    least, most = RANGES[name]
    span = f"From {least} to {most} days." if least else f"From 1 to {most} flags, or 0 for never."
    return TextQuestion(name, label, f"{hint} {span}", typed(answers, name), limit=3)


def _dates_question(chain: ChainView, asked: str, answers: Answers) -> tuple[Part | ChoiceQuestion, ...]:
    if not asked:
        return (Heading("What this means now"), chain_facts(chain), Paragraph(_OWN_HOUR))
    yes = (Option(asked, "Yes, save these days and times"),)
    return (
        Notice("This is what would happen to a flag that nobody answers:"),
        chain_facts(chain),
        Paragraph(_OWN_HOUR),
        ChoiceQuestion(RIGHT, "Are these dates right?", yes, values=chosen(answers, RIGHT, yes)),
    )


def chain_facts(chain: ChainView) -> Facts:
    """What happens to a flag that nobody answers, and on which day."""
    dates = (
        ("Flag written", long_date(chain.written_on)),
        ("Shown", long_date(chain.shown_on)),
        ("Digest", f"{long_date(chain.sent_on)}, {clock_time(chain.digest_at)}"),
        ("Reminder", long_date(chain.reminder_on) if chain.reminder_on else "None: it is asked for so soon"),
        ("Answer due", long_date(chain.answer_by)),
        ("Delegate told", long_date(chain.delegate_on)),
        ("Senior owner told", long_date(chain.senior_on)),
    )
    return Facts(dates)


_OWN_HOUR = (
    f"Digests come {describe(CronSchedule(EVERY_WORKING_DAY, 'UTC'))}, "
    "until a policy owner chooses other days or another hour."
)
_BATCH = (
    "The team that runs Deliverable sets how many flags are shown together. "
    "Showing several at once makes it harder to guess who wrote one."
)

CHAIN = ChainView(
    written_on=date(2026, 12, 1),
    shown_on=date(2026, 12, 2),
    sent_on=date(2026, 12, 2),
    digest_at=time(9),
    answer_by=date(2026, 12, 16),
    reminder_on=date(2026, 12, 14),
    delegate_on=date(2026, 12, 17),
    senior_on=date(2026, 12, 24),
)
_CALENDARS = (Option("GB-ENG", "England and Wales"), Option("GB-SCT", "Scotland"))
_ANSWERS = {
    "calendar": ("GB-ENG",),
    "own_days": ("2026-12-24",),
    "release_hour": ("8",),
    "release_days": ("tue", "thu"),
    "answer_days": ("10",),
    "delegate_after": ("1",),
    "senior_after": ("5",),
    "notice_at": ("0",),
}

SCREEN = "days and times"
EXAMPLE = times_form(_CALENDARS, CHAIN, answers=_ANSWERS, problems={}, nonce="invented")
STATES = {
    "dates to look at": times_form(
        _CALENDARS,
        CHAIN,
        answers=_ANSWERS,
        problems={RIGHT: "These dates follow from what you entered. Select yes if they are right"},
        nonce="invented",
        asked="8 GB-ENG",
    )
}
