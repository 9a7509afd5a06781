"""Practising: one form that grows from a made-up policy to a flag on it, its digest and the answer to it.

The newest questions come first and what was typed before stays below, so that the server keeps nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import IntEnum

from bot.calendar.dates import clock_time, long_date
from bot.interface.intents import Practise, SeeSettings
from bot.interface.parts import Form, FormButton, Heading, Notice, Paragraph, Part, Question
from bot.interface.views import AnswerView, ChainView, DigestPartView, DigestView, FlagView, OrganisationView
from bot.screens import invented
from bot.screens.admin.times_form import CHAIN
from bot.screens.answer.answer_form import answer_questions
from bot.screens.answer.answer_notice import answer_notice_card, named_answer_card
from bot.screens.digest.digest import digest_card, without_buttons
from bot.screens.flag.flag_form import flag_questions, promise_question
from bot.screens.form_values import Answers
from bot.screens.policy.announce_form import wording_questions
from bot.screens.promises import OFFERED
from storage import AnswerKind, Promise

Body = tuple[Part | Question, ...]

EXAMPLE_WORDING: Answers = {"title": (invented.PERMIT.title,), "summary": (invented.PERMIT.summary,)}
"""What the form begins with."""


class PracticeStep(IntEnum):
    """What is asked last, in order."""

    POLICY = 1
    FLAG = 2
    ANSWER = 3


@dataclass(frozen=True)
class Practice:
    """What the steps show: the organisation, the promises offered, the dates, and the `digest` once there is one.

    `shown_by` is the last day on which a flag that waits for others is shown.
    """

    organisation: OrganisationView
    platform_name: str
    offers: tuple[Promise, ...]
    chain: ChainView
    shown_by: date
    digest: DigestView | None = None


def practice_form(
    step: PracticeStep, told: Practice, *, answers: Answers, problems: Mapping[str, str], nonce: str
) -> Form:
    """The questions up to that step; `answers` holds what was chosen and typed."""
    return Form(
        title="Practise",
        body=(
            Notice("This is practice. Nothing that you type here is kept, and nobody else sees it."),
            Paragraph("The questions, and the words around them, are those that members and policy owners read."),
            *(_answer_step(told, answers) if step >= PracticeStep.ANSWER else ()),
            *(_flag_step(told, answers) if step >= PracticeStep.FLAG else ()),
            Heading("Your practice policy"),
            *wording_questions(answers),
        ),
        intent=Practise(),
        send=_SEND[step],
        nonce=nonce,
        problems=problems,
    )


_SEND = {PracticeStep.POLICY: "Continue", PracticeStep.FLAG: "Send flag", PracticeStep.ANSWER: "Send answer"}


def _flag_step(told: Practice, answers: Answers) -> Body:
    return (
        Heading("Your flag"),
        Paragraph(_shown_on(told)),
        *promise_question(told.platform_name, told.organisation, told.offers, answers),
        *flag_questions(told.organisation, answers),
    )


def _shown_on(told: Practice) -> str:
    written, shown = long_date(told.chain.written_on), long_date(told.chain.shown_on)
    waits = f", or by {long_date(told.shown_by)} if few others wait" if told.shown_by > told.chain.shown_on else ""
    named = " One that is named would be shown at once." if Promise.NAMED in told.offers else ""
    return f"Sent on {written}, a flag that is not named would be shown on {shown}{waits}.{named}"


def _answer_step(told: Practice, answers: Answers) -> Body:
    sent = f"{long_date(told.chain.sent_on)}, {clock_time(told.chain.digest_at)}"
    return (
        *(_digest_parts(told.digest, sent) if told.digest else ()),
        Heading("Your answer"),
        Paragraph("Answer it as the policy owner would. Everyone on a policy sees the answer and who gave it."),
        *answer_questions(answers),
    )


def _digest_parts(digest: DigestView, sent: str) -> Body:
    parts = without_buttons(digest_card(digest))
    lead = f"If it is shown in time, the policy owner would get this digest on {sent}. Its buttons are left out."
    return (
        Heading("Your digest"),
        Paragraph(lead),
        *(replace(each, level=max(each.level, 2)) if isinstance(each, Heading) else each for each in parts),
    )


def practised_form(flag: FlagView, answer: AnswerView) -> Form:
    """What the author of the flag would read of that answer, and that nothing was kept."""
    if flag.promise is Promise.NAMED:
        card = named_answer_card((flag,), answer)
        lead = "The author of a named flag would get this in a message of their own. Its buttons are left out."
    else:
        card = answer_notice_card((flag,), answer)
        lead = (
            "The author of this flag would get no message. Everyone would read this under the policy's card, "
            "and the author in My flags too. Its buttons are left out."
        )
    return Form(
        "You have practised",
        (
            Notice("You have gone the whole way of a flag. Nothing that you typed was kept."),
            Heading("What the author would read"),
            Paragraph(lead),
            *without_buttons(card),
            FormButton("See settings", SeeSettings()),
        ),
        close="Done",
    )


PRACTICE = Practice(
    organisation=invented.ORGANISATION,
    platform_name="Slack",
    offers=OFFERED,
    chain=CHAIN,
    shown_by=date(2026, 12, 4),
)
_ITEM = invented.item(replace(invented.TIMETABLE, people=1, answer_by=CHAIN.answer_by), new=True, sent_on=CHAIN.sent_on)
_DIGEST = DigestView(
    id=invented.DIGEST.id,
    at=datetime.combine(CHAIN.sent_on, CHAIN.digest_at, UTC),
    zone="Europe/London",
    parts=(
        DigestPartView(
            policy=invented.PERMIT.id,
            title=invented.PERMIT.title,
            link="",
            items=(_ITEM,),
            needing=1,
            due=((CHAIN.answer_by, 1),),
        ),
    ),
)
_FLAG: Answers = {
    **EXAMPLE_WORDING,
    "promise": ("confidential",),
    "verdict": ("not",),
    "theme": ("timetable",),
    "because": (invented.TIMETABLE.because,),
    "remedy": (invented.TIMETABLE.remedy,),
}

SCREEN = "practice"
EXAMPLE = practice_form(PracticeStep.POLICY, PRACTICE, answers=EXAMPLE_WORDING, problems={}, nonce="invented")
STATES = {
    "flag": practice_form(PracticeStep.FLAG, PRACTICE, answers=EXAMPLE_WORDING, problems={}, nonce="invented"),
    "answer": practice_form(
        PracticeStep.ANSWER, replace(PRACTICE, digest=_DIGEST), answers=_FLAG, problems={}, nonce="invented"
    ),
    "refused": practice_form(
        PracticeStep.ANSWER,
        PRACTICE,
        answers={**_FLAG, "because": ("",)},
        problems={"because": "Enter why", "kind": "Select your answer"},
        nonce="invented",
    ),
    "done": practised_form(invented.TIMETABLE, invented.ANSWER),
    "done, named": practised_form(
        invented.LEGACY, replace(invented.ANSWER, kind=AnswerKind.MORE, by_date=None, text="Which records are they?")
    ),
}
