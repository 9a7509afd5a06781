"""For how long the texts of one policy are kept: the admin's form, and what it confirms."""

from collections.abc import Mapping
from datetime import date

from bot.calendar.dates import count, short_date
from bot.interface.intents import KeepTexts
from bot.interface.parts import Form, Heading, Notice, Paragraph, TextQuestion
from bot.interface.views import PolicyName
from bot.screens import invented
from bot.screens.form_values import Answers, typed

_ON_HOLD = "It is on legal hold: it is kept until that is lifted, if that is later."


def keep_texts_form(
    policy: PolicyName, usual: int, *, answers: Answers, problems: Mapping[str, str], nonce: str
) -> Form:
    """Asks for the months; `usual` is for how many the organisation keeps others."""
    return Form(
        title="How long texts are kept",
        body=(
            Heading(policy.title),
            Paragraph(
                "Then the key that opens them is destroyed, all that was said is deleted, and messages are withdrawn. "
                "The day after which nobody can link flags to people does not move."
            ),
            TextQuestion(
                "months",
                "Months after the policy closes",
                hint=f"Leave this empty for {count(usual, 'month')}, as for other policies.",
                value=typed(answers, "months"),
                limit=3,
                optional=True,
            ),
        ),
        intent=KeepTexts(policy.id),
        send="Save",
        nonce=nonce,
        problems=problems,
    )


def texts_kept_form(policy: PolicyName, until: date, *, backups: date, held: bool) -> Form:
    """Confirms the last day to the admin; `backups` is the last day for those from before, `held` for a legal hold."""
    said = f"What is written on {policy.title} is kept until {short_date(until)}."
    longer = f"Backups of the database made before now can still be opened until {short_date(backups)}."
    notes = (*((longer,) if backups > until else ()), *((_ON_HOLD,) if held else ()))
    return Form("Saved", (Notice(said), *map(Paragraph, notes)), close="Done")


_PERMIT = PolicyName(invented.PERMIT.id, invented.PERMIT.title)
SCREEN = "how long texts are kept"
EXAMPLE = keep_texts_form(_PERMIT, 24, answers={}, problems={}, nonce="invented")
STATES = {
    "refused": keep_texts_form(
        _PERMIT,
        24,
        answers={"months": ("many",)},
        problems={"months": "Enter a whole number from 1 to 120 months, or leave this empty"},
        nonce="invented",
    ),
    "saved": texts_kept_form(_PERMIT, date(2028, 3, 31), backups=date(2028, 3, 31), held=True),
    "shortened": texts_kept_form(_PERMIT, date(2028, 3, 31), backups=date(2029, 1, 31), held=False),
}
