"""What a person can set, by role."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.interface.intents import (
    Away,
    ChooseOfficers,
    Help,
    MyAccounts,
    MyPolicies,
    ScheduleSettings,
    SeeNotSent,
    SeePeople,
    TestMyself,
)
from bot.interface.parts import Button, Card, FormButton, Heading, Paragraph, Part
from bot.interface.views import AccountView, SetUpStep, SetUpView
from bot.screens.admin.checklist import EXAMPLE_VIEW, checklist
from bot.screens.admin.my_accounts import SEE_MY_ACCOUNTS
from bot.screens.admin.not_sent import not_sent_line
from bot.screens.admin.officers_form import officer_section
from bot.screens.phrases import CHOOSE_WHERE, TEST_MYSELF, next_digest_line
from storage import OfficerRole

_OFFICERS = FormButton("Choose officers", ChooseOfficers())
_FALLBACK = "Deliverable: here is what you can set, and who sets the rest."


def settings_card(
    *,
    contact: str,
    owns: bool = False,
    next_digest: datetime | None = None,
    zone: str = "",
    set_up: SetUpView | None = None,
    dead_letters: int = 0,
    accounts: tuple[AccountView, ...] = (),
    officer: frozenset[OfficerRole] = frozenset(),
) -> Card:
    """For everyone; with when digests come for a person who `owns` policies, in their IANA `zone`.

    `accounts` are their own, in the order in which they are written to. For an admin, `set_up` says how far the set-up
    is, and `dead_letters` counts the messages that could not be sent. `officer` are the reader's roles as one.
    """
    return Card(
        (
            Heading("Settings", 1),
            *(_owner_section(next_digest, zone) if owns else ()),
            *_everyone_section(contact, owns, accounts),
            *officer_section(officer),
            *(_admin_section(set_up, dead_letters) if set_up else ()),
        ),
        _FALLBACK,
    )


def _owner_section(next_digest: datetime | None, zone: str) -> tuple[Part, ...]:
    when = "No digest is planned."
    if next_digest:
        when = next_digest_line(next_digest, zone)
    return (
        Heading("Your digests"),
        Paragraph(when),
        FormButton("Change when this arrives", ScheduleSettings()),
        FormButton("Change when I am away", Away()),
        FormButton("See my policies", MyPolicies()),
    )


def _admin_section(set_up: SetUpView, dead_letters: int) -> tuple[Part, ...]:
    messages = not_sent_line(dead_letters) or (FormButton("See messages not sent", SeeNotSent()),)
    return (*checklist(set_up), *messages, FormButton("See people's accounts", SeePeople()), _OFFICERS)


def _everyone_section(contact: str, owns: bool, accounts: tuple[AccountView, ...]) -> tuple[Part, ...]:
    none = () if owns else (Paragraph("You own no policies here, so no digests come to you."),)
    choice = (
        "Each time you send a flag, we first ask who can know it is from you. You do not need to set anything here."
    )
    reach: tuple[Part, ...] = ()
    if len(accounts) > 1:
        first, *others = (each.name for each in accounts)
        reach = (
            Paragraph(f"We write to you on {first}. If that does not reach you: {', then '.join(others)}."),
            FormButton(CHOOSE_WHERE, ScheduleSettings()),
        )
    help_ = FormButton("See what you can do", Help())
    test = (Button(TEST_MYSELF, TestMyself()),) if accounts else ()
    own = FormButton(SEE_MY_ACCOUNTS, MyAccounts())
    return (*none, Paragraph(choice), *reach, *test, own, Paragraph(f"Questions: {contact}"), help_)


SCREEN = "settings"
EXAMPLE = settings_card(contact="digital-standards@example.org")
STATES = {
    "policy owner": settings_card(
        contact="digital-standards@example.org",
        owns=True,
        next_digest=datetime(2026, 12, 16, 9, tzinfo=UTC),
        zone="Europe/London",
    ),
    "two accounts": settings_card(
        contact="digital-standards@example.org", accounts=(AccountView("a", "Teams"), AccountView("b", "Slack"))
    ),
    "officer": settings_card(contact="digital-standards@example.org", officer=frozenset(OfficerRole)),
    "admin": settings_card(contact="digital-standards@example.org", set_up=EXAMPLE_VIEW),
    "admin, all done": settings_card(
        contact="digital-standards@example.org",
        set_up=replace(EXAMPLE_VIEW, done=frozenset(SetUpStep)),
        dead_letters=2,
    ),
}
