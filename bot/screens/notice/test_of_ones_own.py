"""A test message that a person sends to themselves, to see where messages reach them."""

from bot.interface.intents import ScheduleSettings, TestMyself
from bot.interface.parts import Button, Card, Form, FormButton, Heading, Notice, Paragraph
from bot.interface.views import AccountView
from bot.screens.phrases import CHOOSE_WHERE, TEST_MYSELF

_TITLE = "Test message"


def ask_for_test_form(accounts: tuple[AccountView, ...]) -> Form:
    """Where it would go, and a button to send it; `accounts` are the reader's, in the order they are written to."""
    return Form(_TITLE, (*_where(accounts), Button(TEST_MYSELF, TestMyself())), close="Close")


def test_sent_form(accounts: tuple[AccountView, ...]) -> Form:
    """The message is on its way."""
    said = "A test message is on its way. It can take a minute."
    return Form(_TITLE, (Notice(said), *_where(accounts)), close="Done")


def _where(accounts: tuple[AccountView, ...]) -> tuple[Paragraph, ...]:
    if not accounts:
        return (Paragraph("We know no open account of yours."),)
    first, *others = (each.name for each in accounts)
    next_ones = (Paragraph(f"If it does not reach you there, we try: {', then '.join(others)}."),) if others else ()
    return (Paragraph(f"It goes to you on {first}."), *next_ones)


def test_of_ones_own_card(several: bool) -> Card:
    """The message; with a way to change where it goes for a person with `several` accounts."""
    said = "This is a test message. Messages from Deliverable reach you here."
    change = (FormButton(CHOOSE_WHERE, ScheduleSettings()),) if several else ()
    return Card((Heading(said, 1), *change), said)


_TWO = (AccountView("a", "Teams"), AccountView("b", "Slack"))

SCREEN = "test message to oneself"
EXAMPLE = test_of_ones_own_card(several=True)
STATES = {
    "one account": test_of_ones_own_card(several=False),
    "before it is sent": ask_for_test_form(_TWO),
    "before it is sent, one account": ask_for_test_form(_TWO[:1]),
    "sent": test_sent_form(_TWO),
    "no account": ask_for_test_form(()),
}
