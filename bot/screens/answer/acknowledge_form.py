"""Acknowledging every flag of a digest that waits: it asks first, because everyone sees it."""

from collections.abc import Mapping
from uuid import UUID

from bot.calendar.dates import count
from bot.interface.intents import AcknowledgeAll
from bot.interface.parts import DateQuestion, Form, Notice, Paragraph
from bot.screens import invented
from bot.screens.form_values import Answers, typed
from bot.screens.record import RELEASABLE


def acknowledge_form(
    digest: UUID,
    flags: int,
    *,
    answers: Answers,
    problems: Mapping[str, str],
    nonce: str,
) -> Form:
    """What it will do to how many flags, and the day by which they are decided."""
    will = f"You will acknowledge {count(flags, 'flag')}."
    seen = "Everyone on these policies sees that you have read them and will decide by this date."
    return Form(
        title="Acknowledge all",
        body=(
            Notice(f"{will} {seen}"),
            Paragraph(f"Your name is shown with it. It is a record. {RELEASABLE}"),
            DateQuestion("by_date", "Decide by", value=typed(answers, "by_date")),
        ),
        intent=AcknowledgeAll(digest),
        send=f"Acknowledge {count(flags, 'flag')}",
        nonce=nonce,
        problems=problems,
    )


SCREEN = "acknowledge form"
EXAMPLE = acknowledge_form(invented.DIGEST.id, 4, answers={}, problems={}, nonce="invented")
