"""The audit log, for auditors: what admins, officers and operators did, and checking that nothing in it was changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.calendar.dates import count, moment
from bot.interface.intents import CheckAudit, SeeAudit
from bot.interface.pages import Page
from bot.interface.parts import Form, FormButton, Heading, Notice, Paragraph, Part, TextQuestion
from bot.screens.form_values import Answers, typed
from bot.screens.paging import page_buttons, page_line

EXPECTED = "expected"
_TITLE = "Audit log"
_WHAT = (
    "What admins, officers and operators did. It never says who sent a flag, or when. "
    "Reading it is not logged; opening a reported text is."
)
ACTS: Mapping[str, str] = {
    "add-app": "Added the app to a team",
    "announce": "Announced policies on the command line",
    "audience": "Changed who is on a policy",
    "channel": "Changed a channel's settings",
    "confirm-restore": "Let releases and messages go on after a restore",
    "deliveries again": "Had messages sent again",
    "deliveries restored": "Had messages looked up after a restore",
    "export": "Wrote the draft of a records export",
    "forget": "Deleted the secret of an account",
    "hold": "Put a policy on legal hold",
    "install": "Installed the app in a workspace",
    "join-again": "Let an account be joined again",
    "keep-apart": "Kept an account apart",
    "keep-texts": "Set for how long the texts of a policy are kept",
    "keys prove": "Proved a copy of the end-months file",
    "keys rewrap": "Wrapped the keys by a new master key",
    "leave-text": "Left a reported text as it is",
    "lift-hold": "Lifted a legal hold",
    "lines": "Set the lines that people rely on",
    "month ended": "Destroyed what ended in a month",
    "month ending": "Began the end of a month",
    "name-owner": "Named a policy owner",
    "offers": "Chose what the form offers",
    "officers": "Chose records officers and auditors",
    "open-text": "Opened a reported text",
    "organisation": "Set terms on the command line",
    "pause": "Paused the time to answer",
    "permissions": "Confirmed what it can read",
    "public-page": "Turned a policy's public page on or off",
    "remove-app": "Removed the app from a team",
    "resume": "Resumed the time to answer",
    "retention": "Deleted what was said about a policy that is over",
    "take-down": "Took a reported text down",
    "times": "Set days and times",
    "try-people": "Sent test messages",
    "uninstall": "Noted that the app is installed in a workspace no more",
    "who-runs-it": "Said who runs it",
    "withdraw-announcement": "Withdrew an announcement",
}
"""What an entry says was done, by its `act`. One that is not listed is shown as it is stored."""
_LONGEST_VALUE = 120


@dataclass(frozen=True)
class AuditEntryView:
    """One entry. `at` is aware; `who` and the values of `changes` (name, before, after) are for people to read."""

    number: int
    at: datetime
    who: str
    act: str
    subject: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()


def audit_log_form(entries: tuple[AuditEntryView, ...], *, zone: str, page: Page) -> Form:
    """The entries in the order given; `page` is which of all these are, `zone` the organisation's IANA zone."""
    check = FormButton("Check the log", CheckAudit())
    if not entries:
        return Form(_TITLE, (Paragraph("Nothing is in the audit log yet."),), close="Close")
    shown = [part for each in entries for part in _parts(each, zone)]
    lead = (Paragraph(_WHAT), check, *page_line(page, "entry", "The newest come first."))
    return Form(_TITLE, (*lead, *shown, *page_buttons(page, "entry", SeeAudit)), close="Close")


def _parts(entry: AuditEntryView, zone: str) -> tuple[Part, ...]:
    about = f" It was about {entry.subject}." if entry.subject else ""
    return (
        Heading(f"{entry.number}. {ACTS.get(entry.act, entry.act)}", 3),
        Paragraph(f"{moment(entry.at, zone)}. By {entry.who}.{about}"),
        *(Paragraph(f"{name}: from '{before}' to '{after}'.", minor=True) for name, before, after in entry.changes),
    )


def value_shown(value: object) -> str:
    """A stored value as an entry shows it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = "nothing" if value in (None, "") else str(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def check_audit_form(end: str, *, answers: Answers, problems: Mapping[str, str], nonce: str) -> Form:
    """Asks for an end of the log that was noted before, if any. `end` is how the log ends now, as it is to be noted."""
    return Form(
        title="Check the log",
        body=(
            Paragraph(
                "Every entry is tied to the one before it with a key that is not in the database. Checking finds an "
                "entry that was changed, put in or taken out."
            ),
            Paragraph(f"The log ends now with {end}. Note that outside Deliverable: next time, enter it here."),
            TextQuestion(
                EXPECTED,
                "An end that you noted before",
                hint="Without one, the newest entries could have been taken away unnoticed.",
                value=typed(answers, EXPECTED),
                limit=100,
                optional=True,
            ),
        ),
        intent=CheckAudit(),
        send="Check",
        nonce=nonce,
        problems=problems,
    )


def audit_checked_form(number: int, end: str, *, expected: bool) -> Form:
    """The log is whole: its number of entries and its end. `expected` if an earlier end was found in it."""
    there = "The end that you noted is in it." if expected else "No earlier end was compared."
    said = Notice(f"{count(number, 'entry')}. None was changed, put in or taken out.")
    return Form("Log checked", (said, Paragraph(there), Paragraph(f"It ends with {end}. Note that.")), close="Done")


def audit_changed_form(number: int) -> Form:
    """The log was changed; `number` is the first entry that does not fit."""
    return Form(
        "Log checked",
        (
            Notice(f"The audit log was changed: entry {number:,} is missing, or is not as it was written."),
            Paragraph("Tell whoever answers for information security, and compare the database with a backup."),
        ),
        close="Close",
    )


_AT = datetime(2026, 12, 9, 9, tzinfo=UTC)
_ENTRIES = (
    AuditEntryView(3, _AT, "Daniel Okoro in Slack", "times", changes=(("organisation: answer days", "10", "5"),)),
    AuditEntryView(2, _AT, "Daniel Okoro in Slack", "name-owner", "Single parking permit"),
    AuditEntryView(1, _AT, "an operator, on the command line", "announce"),
)
_END = f"3:{'3f9a' * 16}"

SCREEN = "audit log"
EXAMPLE = audit_log_form(_ENTRIES, zone="Europe/London", page=Page(1, 3))
STATES = {
    "empty": audit_log_form((), zone="Europe/London", page=Page()),
    "second page": audit_log_form(_ENTRIES[:2], zone="Europe/London", page=Page(2, 12)),
    "check": check_audit_form(_END, answers={}, problems={}, nonce="invented"),
    "checked": audit_checked_form(3, _END, expected=True),
    "changed": audit_changed_form(2),
}
