"""The form that asks what is still in the way."""

from collections.abc import Mapping

from bot.interface.intents import NotSettled
from bot.interface.parts import Form, Heading, Paragraph, TextQuestion
from bot.interface.views import AnswerView, FlagView, OrganisationView
from bot.screens import invented
from bot.screens.form_values import Answers, typed
from bot.screens.promises import NAMED_TO
from bot.screens.quoted import flag_line, given_answer
from bot.screens.record import is_record
from storage import Promise

LEAVE_OUT = "Leave out names, and anything only you or your team would know."


def not_settled_form(
    flag: FlagView,
    answer: AnswerView,
    organisation: OrganisationView,
    *,
    answers: Answers,
    problems: Mapping[str, str],
    nonce: str,
) -> Form:
    """The answer, and the question; once an answer."""
    return Form(
        title="Not settled",
        body=(
            Heading(flag.policy_title),
            Heading(flag_line(flag), 3),
            *given_answer(answer),
            Paragraph(who_sees(flag)),
            Paragraph(f"{LEAVE_OUT} {is_record(organisation)}"),
            TextQuestion(
                "text",
                "What is still in the way?",
                hint="It goes to the policy owner in their next digest. You can do this once for each answer.",
                value=typed(answers, "text"),
                long=True,
            ),
        ),
        intent=NotSettled(answer.id, flag.id),
        send="Send",
        nonce=nonce,
        problems=problems,
    )


def who_sees(flag: FlagView) -> str:
    """Who sees a reply, by the promise of its flag."""
    if flag.promise is Promise.NAMED:
        return f"Everyone on this policy sees what you write. {NAMED_TO}"
    seen = "Everyone on this policy sees what you write, from the next working day."
    return f"{seen} Nobody is shown your name."


SCREEN = "not settled form"
EXAMPLE = not_settled_form(
    invented.TIMETABLE, invented.ANSWER, invented.ORGANISATION, answers={}, problems={}, nonce="invented"
)
