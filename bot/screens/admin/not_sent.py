"""The messages that could not be sent: a private view for admins."""

from datetime import UTC, date, datetime

from bot.calendar.dates import moment
from bot.interface.intents import SeeNotSent
from bot.interface.pages import Page
from bot.interface.parts import Form, FormButton, Heading, Notice, Paragraph, Part
from bot.screens import invented
from bot.screens.notice.message_not_sent import DeadLetterView, could_not_be_sent, none_given_up, told, what_to_do
from bot.screens.paging import page_buttons, page_line

_TITLE = "Messages not sent"


def not_sent_form(
    dead_letters: tuple[DeadLetterView, ...], to_send: int = 0, *, now: datetime, zone: str, page: Page | None = None
) -> Form:
    """The dead letters in the order given, or that every message arrived. `zone` is the organisation's IANA zone.

    `to_send` is how many messages are still to be sent. `page` is which of all dead letters these are, if they are not
    all.
    """
    page = page or Page(total=len(dead_letters))
    if not dead_letters:
        said = f"{none_given_up(to_send) if to_send else 'Every message arrived.'} Last checked {moment(now, zone)}."
        return Form(_TITLE, (Paragraph(said),), close="Close")
    lead = (Heading(could_not_be_sent(page.total), 1), *page_line(page, "message", "The newest come first."))
    shown = (*(Paragraph(told(each)) for each in dead_letters), *what_to_do(dead_letters))
    return Form(_TITLE, (*lead, *shown, *page_buttons(page, "message", SeeNotSent)), close="Close")


def not_sent_line(number: int) -> tuple[Part, ...]:
    """How many messages could not be sent, and a button to them; nothing where all arrived."""
    if not number:
        return ()
    return (Heading(_TITLE), Notice(could_not_be_sent(number)), FormButton("See messages not sent", SeeNotSent()))


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
STATES = {
    "all arrived": not_sent_form((), now=_NOW, zone=_ZONE),
    "some still to be sent": not_sent_form((), 2, now=_NOW, zone=_ZONE),
    "second page": not_sent_form((_UNSENT,) * 2, now=_NOW, zone=_ZONE, page=Page(2, 12)),
}
