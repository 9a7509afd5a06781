"""The forms in which whoever answers for a policy says what became of a promise, and their confirmation."""

from collections.abc import Mapping
from datetime import date

from bot.calendar.dates import listed, long_date
from bot.interface.intents import SayDone, SayWillNotHappen, SeeFlag, SeePromises, SetNewDay
from bot.interface.parts import DateQuestion, Form, FormButton, Heading, Notice, Paragraph, Part, TextQuestion
from bot.interface.views import AudienceView, PolicyView, PromisedView
from bot.screens import invented
from bot.screens.commitment_lines import day_off_line
from bot.screens.form_values import Answers, typed
from bot.screens.quoted import BECAUSE_IN_A_LIST, excerpt
from bot.screens.record import RELEASABLE
from bot.screens.who_is_on_it import everyone_sees
from storage import UpdateKind

About = SayDone | SetNewDay | SayWillNotHappen
Questions = tuple[TextQuestion | DateQuestion, ...]


def commitment_form(
    promised: PromisedView,
    intent: About,
    *,
    last_day: date,
    answers: Answers,
    problems: Mapping[str, str],
    nonce: str,
    audience: AudienceView | None = None,
) -> Form:
    """What was promised, and the questions; `last_day` is the last new day that can be given."""
    title, questions = _title_and_questions(intent, last_day, answers)
    return Form(
        title=title,
        body=(
            Notice(everyone_sees(audience, "what you write and your name")),
            Paragraph(f"It is a record. {RELEASABLE}"),
            Heading(promised.policy.title),
            *_what_was_promised(promised),
            *questions,
        ),
        intent=intent,
        send="Send",
        nonce=nonce,
        problems=problems,
    )


def _title_and_questions(
    intent: About, last_day: date, answers: Answers
) -> tuple[str, tuple[TextQuestion | DateQuestion, ...]]:
    match intent:
        case SayDone():
            return "Done", (_text("How was it done?", "A link helps people who want to look for themselves.", answers),)
        case SetNewDay():
            day = typed(answers, "by_date")
            by = DateQuestion("by_date", "New day", hint=f"{long_date(last_day)} at the latest.", value=day)
            return "New day", (by, _text("Why?", "Write to the people who were promised this.", answers))
        case SayWillNotHappen():
            return "Will not happen", (_text("Why?", "Write to the people who were promised this.", answers),)


def _text(label: str, hint: str, answers: Answers) -> TextQuestion:
    return TextQuestion("text", label, hint, typed(answers, "text"), long=True)


def _what_was_promised(promised: PromisedView) -> tuple[Part, ...]:
    """Who promised what by when."""
    lead = f"{promised.answer.by} said that this would change by {long_date(promised.commitment.by_date)}."
    return (
        Paragraph(lead),
        excerpt("What was promised", promised.answer.text, BECAUSE_IN_A_LIST, SeeFlag(promised.flag)),
    )


def said_form(
    policy: PolicyView, kind: UpdateKind, by_date: date, channels: tuple[str, ...], *, asked_on: date | None = None
) -> Form:
    """It is said, and where people read it; `by_date` is the day that is promised now.

    `asked_on` is from when on it is asked about, for a new day that is no working day.
    """
    said = {
        UpdateKind.DONE: "Everyone on this policy can read that it is done.",
        UpdateKind.NEW_DAY: f"The new day is {long_date(by_date)}.",
        UpdateKind.WILL_NOT_HAPPEN: "Everyone on this policy can read that it will not happen.",
    }
    where = f"People read it in {listed(channels)}, and beside the flag."
    read = Paragraph(where if channels else "People read it beside the flag.")
    see = FormButton("See promises", SeePromises(policy.id))
    return Form("Sent", (Notice(said[kind]), *day_off_line(by_date, asked_on), read, see), close="Done")


_PROMISED = PromisedView(invented.PERMIT, invented.ANSWER, invented.COMMITMENT, invented.TIMETABLE.id, 2)
_LAST = date(2027, 9, 30)

SCREEN = "promise form"
EXAMPLE = commitment_form(
    _PROMISED, SayDone(invented.COMMITMENT.id), last_day=_LAST, answers={}, problems={}, nonce="invented"
)
STATES = {
    "new day, refused": commitment_form(
        _PROMISED,
        SetNewDay(invented.COMMITMENT.id),
        last_day=_LAST,
        answers={"text": ("The supplier needs another month.",)},
        problems={"by_date": "Enter a date after today"},
        nonce="invented",
    ),
    "will not happen": commitment_form(
        _PROMISED, SayWillNotHappen(invented.COMMITMENT.id), last_day=_LAST, answers={}, problems={}, nonce="invented"
    ),
    "sent": said_form(invented.PERMIT, UpdateKind.NEW_DAY, date(2027, 4, 30), ("delivery-community",)),
}
