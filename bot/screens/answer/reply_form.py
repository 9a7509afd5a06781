"""The author's reply to an answer: to a question, or why the answer does not settle the flag."""

from collections.abc import Mapping
from dataclasses import replace

from bot.interface.intents import NotSettled, ReplyToQuestion
from bot.interface.parts import Form, Heading, Paragraph, Part, Quote, TextQuestion
from bot.interface.views import AnswerView, AudienceView, FlagView, OrganisationView
from bot.screens import invented
from bot.screens.form_values import Answers, typed
from bot.screens.phrases import when_shown
from bot.screens.promises import NAMED_TO
from bot.screens.quoted import flag_line, given_answer, who_answered
from bot.screens.record import LEAVE_OUT, is_record
from bot.screens.who_is_on_it import everyone_sees
from storage import AnswerKind, Promise, ReplyStage


def reply_form(
    flag: FlagView,
    answer: AnswerView,
    organisation: OrganisationView,
    *,
    answers: Answers,
    problems: Mapping[str, str],
    nonce: str,
    audience: AudienceView | None = None,
) -> Form:
    """The question as the policy owner typed it, and a field for the reply."""
    asked = (Quote(f"{who_answered(answer)} asks", answer.text),)
    return Form(
        title="Reply",
        body=(
            *_lead(flag, asked, organisation, audience),
            _text_question("Your reply", "You can reply once.", answers),
        ),
        intent=ReplyToQuestion(answer.id, flag.id, flag.code),
        send="Send reply",
        nonce=nonce,
        problems=problems,
    )


def not_settled_form(
    flag: FlagView,
    answer: AnswerView,
    organisation: OrganisationView,
    *,
    stage: ReplyStage = ReplyStage.PROMISED,
    answers: Answers,
    problems: Mapping[str, str],
    nonce: str,
    audience: AudienceView | None = None,
) -> Form:
    """The answer, and a field for what is still in the way; it can be sent once for each answer and `stage`."""
    done = stage is ReplyStage.DONE
    once = "You can do this once for each answer."
    if answer.commitment is not None:
        when = "more, now that you know what became of it" if done else "now, and once when you know what became of it"
        once = f"You can do this once {when}."
    return Form(
        title="Not settled",
        body=(
            *_lead(flag, given_answer(answer), organisation, audience),
            _text_question("What is still in the way?", once, answers),
        ),
        intent=NotSettled(answer.id, flag.id, flag.code, stage if done else ""),
        send="Send",
        nonce=nonce,
        problems=problems,
    )


def _lead(
    flag: FlagView, answer: tuple[Part, ...], organisation: OrganisationView, audience: AudienceView | None
) -> tuple[Part, ...]:
    """What the author reads first: their flag, the answer to it, and who will read the reply."""
    return (
        Heading(flag.policy_title),
        Heading(flag_line(flag), 3),
        *answer,
        Paragraph(_who_reads_it(flag.promise, organisation, audience)),
        Paragraph(f"{LEAVE_OUT} {is_record(organisation)}"),
    )


def _who_reads_it(promise: Promise, organisation: OrganisationView, audience: AudienceView | None) -> str:
    if promise is Promise.NAMED:
        return f"{everyone_sees(audience, 'what you write')} {NAMED_TO}"
    when = when_shown(organisation.release_days)
    return f"{everyone_sees(audience, f'what you write, {when}')} Nobody is shown your name."


def _text_question(label: str, once: str, answers: Answers) -> TextQuestion:
    hint = f"It goes to the policy owner in their next digest. {once}"
    return TextQuestion("text", label, hint, typed(answers, "text"), long=True)


SCREEN = "reply form"
EXAMPLE = reply_form(
    invented.TIMETABLE,
    replace(invented.ANSWER, kind=AnswerKind.MORE, by_date=None, text="Which 60 councils are they?"),
    invented.ORGANISATION,
    answers={},
    problems={},
    nonce="invented",
)
STATES = {
    "not settled": not_settled_form(
        invented.TIMETABLE, invented.ANSWER, invented.ORGANISATION, answers={}, problems={}, nonce="invented"
    )
}
