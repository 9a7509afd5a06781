"""The messages that could not be sent: a private view for admins."""

from datetime import UTC, date, datetime

from bot.calendar.dates import count, moment
from bot.interface.intents import SeeNotSent
from bot.interface.parts import Form, FormButton, Heading, Notice, Paragraph, Part
from bot.screens import invented
from bot.screens.notice.message_not_sent import DeadLetterView, message_not_sent_card

_TITLE = "Messages not sent"


def not_sent_form(dead_letters: tuple[DeadLetterView, ...], *, now: datetime, zone: str) -> Form:
    """The dead letters in the order given, or that every message arrived. `zone` is the organisation's IANA zone."""
    if not dead_letters:
        said = f"Every message arrived. Last checked {moment(now, zone)}."
        return Form(_TITLE, (Paragraph(said),), close="Close")
    return Form(_TITLE, message_not_sent_card(dead_letters).parts, close="Close")


def not_sent_line(number: int) -> tuple[Part, ...]:
    """How many messages could not be sent, and a button to them; nothing where all arrived."""
    if not number:
        return ()
    said = f"{count(number, 'message')} could not be sent."
    return (Heading(_TITLE), Notice(said), FormButton("See messages not sent", SeeNotSent()))


_NOW, _ZONE = datetime(2026, 12, 9, 9, tzinfo=UTC), "Europe/London"
_UNSENT = DeadLetterView(
    delivery=invented.numbered(61),
    screen="digest",
    given_up=True,
    platform="slack",
    name="Priya Nair",
    direct=True,
    reason="account_inactive",
    on=date(2026, 12, 8),
)

SCREEN = "messages not sent"
EXAMPLE = not_sent_form((_UNSENT,), now=_NOW, zone=_ZONE)
STATES = {"all arrived": not_sent_form((), now=_NOW, zone=_ZONE)}
