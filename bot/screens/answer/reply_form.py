"""The form in which the flagger replies to Tell us more."""

from collections.abc import Mapping
from dataclasses import replace

from bot.interface.intents import ReplyToQuestion
from bot.interface.parts import Form, Heading, Paragraph, Quote, TextQuestion
from bot.interface.views import AnswerView, FlagView, OrganisationView
from bot.screens import invented
from bot.screens.answer.not_settled_form import LEAVE_OUT, who_sees
from bot.screens.form_values import Answers, typed
from bot.screens.quoted import flag_line, who_answered
from bot.screens.record import is_record
from storage import AnswerKind


def reply_form(
    flag: FlagView,
    answer: AnswerView,
    organisation: OrganisationView,
    *,
    answers: Answers,
    problems: Mapping[str, str],
    nonce: str,
) -> Form:
    """The question as the policy owner typed it, and room for the reply."""
    return Form(
        title="Reply",
        body=(
            Heading(flag.policy_title),
            Heading(flag_line(flag), 3),
            Quote(f"{who_answered(answer)} asks", answer.text),
            Paragraph(who_sees(flag)),
            Paragraph(f"{LEAVE_OUT} {is_record(organisation)}"),
            TextQuestion(
                "text",
                "Your reply",
                hint="It goes to the policy owner in their next digest. You can reply once.",
                value=typed(answers, "text"),
                long=True,
            ),
        ),
        intent=ReplyToQuestion(answer.id, flag.id),
        send="Send reply",
        nonce=nonce,
        problems=problems,
    )


SCREEN = "reply form"
EXAMPLE = reply_form(
    invented.TIMETABLE,
    replace(invented.ANSWER, kind=AnswerKind.MORE, by_date=None, text="Which 60 councils are they?"),
    invented.ORGANISATION,
    answers={},
    problems={},
    nonce="invented",
)
