"""Who runs Deliverable, whom to ask, and who holds the key."""

from collections.abc import Mapping

from bot.interface.intents import SayWhoRunsIt
from bot.interface.parts import Form, Paragraph, TextQuestion
from bot.screens import invented
from bot.screens.form_values import Answers, typed
from bot.screens.yes_or_no import yes_no_question

_ASKED = (
    ("name", "Organisation", "As it stands in a sentence, for example: the Department for Local Services"),
    ("team", "Team", "The team that runs Deliverable, for example: the Digital Standards team"),
    ("contact", "Contact", "Where people ask questions about it: an address, or a channel."),
    ("key_holder", "Who holds the key", "A role or a team. Choose someone who does not look after the database."),
)
LIMIT = 200
NAMES = tuple(name for name, _, _ in _ASKED)
"""What must be filled in, by the names of the organisation's columns."""
DOMAINS = "domains"
GUESTS = "guests_named"


def who_runs_it_form(*, answers: Answers, problems: Mapping[str, str], nonce: str) -> Form:
    """Asks for each of these; `answers` holds what is set."""
    return Form(
        title="Who runs it",
        body=(
            Paragraph("People read this before they write a flag."),
            Paragraph(
                "Someone who holds both the database and the key could work out who wrote a confidential flag. "
                "Keep the key away from the database and its backups."
            ),
            *(TextQuestion(name, label, hint, typed(answers, name), limit=LIMIT) for name, label, hint in _ASKED),
            TextQuestion(
                DOMAINS,
                "E-mail domains",
                hint="With spaces between them, for example example.org. Accounts with the same address in one of "
                "these count as one person. Enter only domains that your own directory vouches for.",
                value=typed(answers, DOMAINS),
                limit=LIMIT,
                optional=True,
            ),
            yes_no_question(
                GUESTS,
                "Can guests be named?",
                "As policy owner, delegate, senior owner or stand-in. They can then read the flags on those policies.",
                answers,
            ),
        ),
        intent=SayWhoRunsIt(),
        send="Save",
        nonce=nonce,
        problems=problems,
    )


SCREEN = "who runs it"
EXAMPLE = who_runs_it_form(
    answers={
        "name": (invented.ORGANISATION.name,),
        "team": (invented.ORGANISATION.team,),
        "contact": (invented.ORGANISATION.contact,),
        "key_holder": (invented.ORGANISATION.key_holder,),
    },
    problems={},
    nonce="invented",
)
STATES = {
    "refused": who_runs_it_form(
        answers={"name": ("the Department",)},
        problems={"team": "Enter the team that runs Deliverable"},
        nonce="invented",
    )
}
