"""Putting the next digest off. Answer dates stay as they are."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from bot.calendar.dates import long_date, moment
from bot.interface.intents import Snooze
from bot.interface.parts import DateQuestion, Form, Notice, Paragraph, Part
from bot.screens.form_values import Answers, typed


def snooze_form(
    next_digest: datetime | None,
    zone: str,
    last_day: date,
    *,
    answers: Answers,
    problems: Mapping[str, str],
    nonce: str,
) -> Form:
    """When the next digest is planned, and the day before which none should come, which is `last_day` at the latest."""
    planned: tuple[Part, ...] = ()
    if next_digest:
        planned = (Paragraph(f"Your next digest is planned for {moment(next_digest, zone)}."),)
    return Form(
        title="Remind me later",
        body=(
            *planned,
            Notice("Answer dates stay as they are."),
            DateQuestion(
                "until",
                "Send no digest before",
                hint="Your digest comes at its usual time on this day or the next day it is due. "
                f"{long_date(last_day)} at the latest.",
                value=typed(answers, "until"),
            ),
        ),
        intent=Snooze(),
        send="Move my digest",
        nonce=nonce,
        problems=problems,
    )


SCREEN = "remind me later"
EXAMPLE = snooze_form(
    datetime(2026, 12, 16, 9, tzinfo=UTC),
    "Europe/London",
    date(2026, 12, 23),
    answers={},
    problems={},
    nonce="invented",
)
