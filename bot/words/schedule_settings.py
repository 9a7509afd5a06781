"""When one's own digests arrive."""

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.dates import moment
from bot.intents import ScheduleSettings
from bot.parts import ChoiceQuestion, Form, Option, Paragraph, Part, TextQuestion
from bot.words.kept import Answers, chosen, typed

OWN = "own"


def schedule_settings_form(
    presets: tuple[Option, ...],
    calendars: tuple[Option, ...],
    *,
    next_digest: datetime | None,
    zone: str,
    answers: Answers,
    problems: Mapping[str, str],
    nonce: str,
) -> Form:
    """The settings as they are in `answers`: preset (a preset's key, or `own`), cron, zone and calendar."""
    options = (*presets, Option(OWN, "Other: days and times that I write below"))
    return Form(
        title="When digests arrive",
        body=(
            Paragraph("A digest comes only when there is something new or late. Answer dates stay as they are."),
            *_planned(next_digest, zone),
            ChoiceQuestion("preset", "Days and time", options, values=chosen(answers, "preset", options)),
            TextQuestion(
                "cron",
                "Other days and times",
                hint="Needed if you chose 'Other'. Minute, hour, day of the month, month, day of the week: "
                "'30 9 * * mon,thu' is Mondays and Thursdays at 9:30am. Write days by name.",
                value=typed(answers, "cron"),
                limit=100,
                optional=True,
            ),
            TextQuestion("zone", "Time zone", hint="For example Europe/London", value=typed(answers, "zone"), limit=64),
            ChoiceQuestion(
                "calendar",
                "Working calendar",
                calendars,
                hint="A digest that falls on a weekend or a public holiday comes on the next working day.",
                values=chosen(answers, "calendar", calendars),
            ),
        ),
        intent=ScheduleSettings(),
        send="Save settings",
        nonce=nonce,
        problems=problems,
    )


def _planned(next_digest: datetime | None, zone: str) -> tuple[Part, ...]:
    if next_digest is None:
        return ()
    return (Paragraph(f"Next digest: {moment(next_digest, zone)}, if there is something new or late."),)


SCREEN = "schedule settings"
EXAMPLE = schedule_settings_form(
    (Option("wed-9", "Wednesdays at 9am"), Option("daily-9", "Working days at 9am")),
    (Option("GB-ENG", "England and Wales"), Option("GB-SCT", "Scotland")),
    next_digest=datetime(2026, 12, 16, 9, tzinfo=UTC),
    zone="Europe/London",
    answers={"preset": ("wed-9",), "zone": ("Europe/London",), "calendar": ("GB-ENG",)},
    problems={},
    nonce="invented",
)
