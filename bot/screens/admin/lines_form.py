"""What people read before they write: how sensitive text may be, where to report wrongdoing, whom to ask."""

from collections.abc import Mapping

from bot.interface.announcements import LINK_LIMIT
from bot.interface.intents import SetLines
from bot.interface.parts import Form, Paragraph, TextQuestion
from bot.interface.terms import RANGES
from bot.screens import invented
from bot.screens.form_values import Answers, typed

HANDLING_LIMIT = 500
LIMIT = 200
LIMITS = {
    "handling": HANDLING_LIMIT,
    "wrongdoing": LIMIT,
    "wrongdoing_link": LINK_LIMIT,
    "foi_contact": LIMIT,
    "keep_months": 3,
    "end_keys_kept_days": 3,
}
"""What is asked, by the names of the organisation's columns, and how long it may be."""
NEEDED = ("handling", "wrongdoing", "foi_contact", "keep_months", "end_keys_kept_days")


def _span(name: str, unit: str) -> str:
    least, most = RANGES[name]
    return f"From {least} to {most} {unit}."


def lines_form(*, answers: Answers, problems: Mapping[str, str], nonce: str) -> Form:
    """Asks for each of these; `answers` holds what is set."""
    return Form(
        title="Lines people rely on",
        body=(
            Paragraph("These stand above the first thing that people write."),
            TextQuestion(
                "handling",
                "How sensitive text may be",
                hint="For example: Do not include personal data or anything marked above OFFICIAL.",
                value=typed(answers, "handling"),
                limit=HANDLING_LIMIT,
                long=True,
            ),
            TextQuestion(
                "wrongdoing",
                "Where to report wrongdoing",
                hint="It ends this sentence: To report wrongdoing, use … For example: the whistleblowing procedure",
                value=typed(answers, "wrongdoing"),
                limit=LIMIT,
            ),
            TextQuestion(
                "wrongdoing_link",
                "Link to that",
                hint="It starts with https://",
                value=typed(answers, "wrongdoing_link"),
                limit=LINK_LIMIT,
                optional=True,
            ),
            TextQuestion(
                "foi_contact",
                "Freedom of information contact",
                hint="Flags and answers are a record. This is who is asked about requests for it.",
                value=typed(answers, "foi_contact"),
                limit=LIMIT,
            ),
            TextQuestion(
                "keep_months",
                "When policies are closed for good",
                hint=f"How many months after a policy closes its texts are destroyed. {_span('keep_months', 'months')}",
                value=typed(answers, "keep_months"),
                limit=3,
            ),
            TextQuestion(
                "end_keys_kept_days",
                "How long backups of the end-months file are kept",
                hint="In days. Whoever has such a backup can trace flags for that long: the day on each form counts it "
                f"in. {_span('end_keys_kept_days', 'days')}",
                value=typed(answers, "end_keys_kept_days"),
                limit=3,
            ),
            Paragraph("Both are for policies that are announced from now on."),
        ),
        intent=SetLines(),
        send="Save",
        nonce=nonce,
        problems=problems,
    )


SCREEN = "lines people rely on"
EXAMPLE = lines_form(
    answers={
        "handling": (invented.ORGANISATION.handling,),
        "wrongdoing": (invented.ORGANISATION.wrongdoing,),
        "wrongdoing_link": (invented.ORGANISATION.wrongdoing_link,),
        "foi_contact": (invented.ORGANISATION.foi_contact,),
        "keep_months": ("24",),
        "end_keys_kept_days": ("14",),
    },
    problems={},
    nonce="invented",
)
