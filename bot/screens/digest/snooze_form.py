"""Putting the next digest off. Answer dates stay as they are."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot.calendar.dates import moment
from bot.interface.intents import Snooze
from bot.interface.parts import DateQuestion, Form, Notice, Paragraph, Part
from bot.screens.form_values import Answers, typed

LONGEST_SNOOZE = timedelta(weeks=4)
"""How far ahead a digest may be put off: longer is an absence, in which someone stands in."""


def snooze_form(
    next_digest: datetime | None,
    zone: str,
    *,
    answers: Answers,
    problems: Mapping[str, str],
    nonce: str,
) -> Form:
    """When the next digest is planned, and the day before which none should come."""
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
                f"{LONGEST_SNOOZE.days // 7} weeks ahead at most.",
                value=typed(answers, "until"),
            ),
        ),
        intent=Snooze(),
        send="Move my digest",
        nonce=nonce,
        problems=problems,
    )


SCREEN = "remind me later"
EXAMPLE = snooze_form(datetime(2026, 12, 16, 9, tzinfo=UTC), "Europe/London", answers={}, problems={}, nonce="invented")
