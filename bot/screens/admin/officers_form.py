"""Who reads reported texts and can take them down, and who reads the audit log."""

from collections.abc import Collection, Mapping

from bot.calendar.dates import listed
from bot.interface.intents import ChooseOfficers, SeeAudit, SeeReports
from bot.interface.parts import Form, FormButton, Heading, Notice, Paragraph, Part, TextQuestion
from bot.screens.form_values import Answers, typed
from storage import OfficerRole

LIMIT = 2_000
OFFICERS: Mapping[OfficerRole, str] = {
    OfficerRole.RECORDS: "Records officers",
    OfficerRole.AUDITOR: "Auditors",
}
"""What the people with a role are called, to start a sentence."""
_MAY = {
    OfficerRole.RECORDS: "They can open a text that someone reported, and take it down. Each time is in the audit log.",
    OfficerRole.AUDITOR: "They can read the audit log and check it. They read no flags by it.",
}


def officers_form(*, answers: Answers, problems: Mapping[str, str], nonce: str) -> Form:
    """Asks for the addresses of each; `answers` holds what is set."""
    return Form(
        title="Officers",
        body=(
            Paragraph(
                "Enter e-mail addresses of members, with commas or line breaks between them. A role goes with the "
                "address that the chat platform's own directory gives."
            ),
            *(
                TextQuestion(
                    role.value,
                    label,
                    hint=_MAY[role],
                    value=typed(answers, role.value),
                    limit=LIMIT,
                    long=True,
                    optional=True,
                )
                for role, label in OFFICERS.items()
            ),
        ),
        intent=ChooseOfficers(),
        send="Save",
        nonce=nonce,
        problems=problems,
    )


def officers_lines(held: Mapping[OfficerRole, tuple[tuple[str, str], ...]]) -> tuple[str, ...]:
    """A sentence for each role: who has it, as (address, name); the name is empty for someone not seen yet."""
    return tuple(f"{label}: {_who(held.get(role, ()))}." for role, label in OFFICERS.items())


def _who(held: tuple[tuple[str, str], ...]) -> str:
    return listed([f"{name} ({email})" if name else f"{email}, not seen yet" for email, name in held]) or "nobody"


def officers_saved_form(held: Mapping[OfficerRole, tuple[tuple[str, str], ...]]) -> Form:
    """Who the officers are now."""
    return Form("Officers", (Notice("Officers saved."), *map(Paragraph, officers_lines(held))), close="Done")


def officer_section(roles: Collection[OfficerRole]) -> tuple[Part, ...]:
    """What the reader can open as an officer: on their home, and in their settings."""
    records = (Heading("You are a records officer"), FormButton("See reported texts", SeeReports()))
    auditor = (Heading("You are an auditor"), FormButton("See the audit log", SeeAudit()))
    return (
        *(records if OfficerRole.RECORDS in roles else ()),
        *(auditor if OfficerRole.AUDITOR in roles else ()),
    )


SCREEN = "officers"
EXAMPLE = officers_form(
    answers={"records": ("sam.okoro@example.org",), "auditor": ("audit@example.org",)}, problems={}, nonce="invented"
)
STATES = {
    "saved": officers_saved_form(
        {
            OfficerRole.RECORDS: (("sam.okoro@example.org", "Sam Okoro"),),
            OfficerRole.AUDITOR: (("audit@example.org", ""),),
        }
    ),
    "refused": officers_form(
        answers={"records": ("Sam",)},
        problems={"records": "Enter e-mail addresses, like name@example.org, with commas or line breaks between them"},
        nonce="invented",
    ),
}
