"""What is shown instead of the newest digest where there is none yet."""

from datetime import UTC, datetime

from bot.interface.intents import MyPolicies
from bot.interface.parts import Card, FormButton, Heading, Paragraph, Part
from bot.screens.phrases import next_digest_line, owns_nothing


def no_digest_card(*, owns: bool, contact: str, next_digest: datetime | None = None, zone: str = "") -> Card:
    """For an owner to whom nothing was sent yet, or somebody who `owns` nothing; `contact` is whom to ask then."""
    if not owns:
        none = owns_nothing(contact)
        return _card(none, f"No digest. {none}")
    when = next_digest_line(next_digest, zone) if next_digest else ""
    said = "You have been sent no digest yet."
    return _card(f"{said} {when}".strip(), said, FormButton("See my policies", MyPolicies()))


def _card(said: str, fallback: str, *doors: Part) -> Card:
    return Card((Heading("My newest digest", 1), Paragraph(said), *doors), fallback)


SCREEN = "no digest"
EXAMPLE = no_digest_card(owns=True, contact="", next_digest=datetime(2026, 12, 16, 9, tzinfo=UTC), zone="Europe/London")
STATES = {
    "no policies": no_digest_card(owns=False, contact="digital-standards@example.org"),
    "nothing planned": no_digest_card(owns=True, contact=""),
}
