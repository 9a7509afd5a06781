"""What a person can set, by role."""

from datetime import UTC, datetime

from bot.dates import moment
from bot.intents import MyPolicies, ScheduleSettings
from bot.parts import Card, FormButton, Heading, Paragraph, Part

_FALLBACK = "Deliverable: here is what you can set, and who sets the rest."


def settings_card(
    *,
    contact: str,
    owns: bool = False,
    next_digest: datetime | None = None,
    zone: str = "",
    admin: tuple[Part, ...] = (),
) -> Card:
    """For a member; for who `owns` policies also when digests come; `admin` is what an admin is shown besides."""
    return Card(
        (
            Heading("Settings", 1),
            *(_owner(next_digest, zone) if owns else ()),
            *_everyone(contact, owns),
            *admin,
        ),
        _FALLBACK,
    )


def _owner(next_digest: datetime | None, zone: str) -> tuple[Part, ...]:
    when = "No digest is planned."
    if next_digest:
        when = f"Next digest: {moment(next_digest, zone)}, if there is something new or late."
    return (
        Heading("Your digests"),
        Paragraph(when),
        FormButton("Change when this arrives", ScheduleSettings()),
        FormButton("See my policies", MyPolicies()),
    )


def _everyone(contact: str, owns: bool) -> tuple[Part, ...]:
    none = () if owns else (Paragraph("You own no policies here, so no digests come to you."),)
    choice = "Who can know that a flag is from you is the first question of each flag. There is nothing to set before."
    return (*none, Paragraph(choice), Paragraph(f"Questions: {contact}"))


SCREEN = "settings"
EXAMPLE = settings_card(contact="digital-standards@example.org")
STATES = {
    "policy owner": settings_card(
        contact="digital-standards@example.org",
        owns=True,
        next_digest=datetime(2026, 12, 16, 9, tzinfo=UTC),
        zone="Europe/London",
    ),
}
