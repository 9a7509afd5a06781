"""In place of the newest digest where there is none yet."""

from datetime import UTC, datetime

from bot.interface.intents import MyPolicies
from bot.interface.parts import Card, FormButton, Heading, Paragraph, Part
from bot.screens.phrases import next_digest_line, owns_nothing


def no_digest_card(*, owns: bool, contact: str, next_digest: datetime | None = None, zone: str = "") -> Card:
    """For a policy owner without a digest yet, or for a person who owns nothing, who can ask `contact`."""
    if not owns:
        none = owns_nothing(contact)
        return _without_digest(none, f"No digest. {none}")
    when = next_digest_line(next_digest, zone) if next_digest else ""
    said = "You have been sent no digest yet."
    return _without_digest(f"{said} {when}".strip(), said, FormButton("See my policies", MyPolicies()))


def _without_digest(said: str, fallback: str, *buttons: Part) -> Card:
    return Card((Heading("My newest digest", 1), Paragraph(said), *buttons), fallback)


SCREEN = "no digest"
EXAMPLE = no_digest_card(owns=True, contact="", next_digest=datetime(2026, 12, 16, 9, tzinfo=UTC), zone="Europe/London")
STATES = {
    "no policies": no_digest_card(owns=False, contact="digital-standards@example.org"),
    "nothing planned": no_digest_card(owns=True, contact=""),
}
