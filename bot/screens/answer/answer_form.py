"""The form in which a policy owner answers one or several flags, and its confirmation."""

from collections.abc import Mapping
from datetime import date
from itertools import chain

from bot.calendar.dates import count, listed, long_date
from bot.interface.intents import AnswerFlags, SeeFlag, SeeFlags
from bot.interface.pages import PAGE_SIZE
from bot.interface.parts import (
    ChoiceQuestion,
    DateQuestion,
    Form,
    FormButton,
    Heading,
    Notice,
    Option,
    Paragraph,
    Part,
    TextQuestion,
)
from bot.interface.views import AudienceView, FlagView, PolicyName, PolicyView
from bot.screens import invented, labels
from bot.screens.commitment_lines import day_off_line
from bot.screens.form_values import Answers, chosen, typed
from bot.screens.portions import in_portions, number_that_fit
from bot.screens.quoted import flag_in_a_list, flag_with_answers, newest_answer
from bot.screens.record import RELEASABLE
from bot.screens.who_is_on_it import everyone_sees
from storage import AnswerKind

MOST_AT_ONCE = PAGE_SIZE
MOST_BYTES = 36_000
"""How much the flags on one form take, measured as portions are. Ten long flags of Latin letters fit. Four that are all
emoji fit into a dialog of Teams, beside an answer that is all emoji too."""


def answer_form(
    policy: PolicyName,
    flags: tuple[FlagView, ...],
    *,
    number: int = 0,
    answers: Answers,
    problems: Mapping[str, str],
    nonce: str,
    kinds: tuple[AnswerKind, ...] = tuple(AnswerKind),
    last_day: date | None = None,
    audience: AudienceView | None = None,
) -> Form:
    """The flags, at most ten, then the questions; `kinds` are the answers that these flags can still get.

    `last_day` is the last by which an acknowledged flag can be decided, where it is acknowledged today.

    `number` is how many flags were asked for, if they are more than are given. `audience` is who is on the policy.
    """
    number = max(number, len(flags))
    quoted = tuple(_in_a_list(each, n) for n, each in enumerate(flags[:MOST_AT_ONCE], 1))
    fit = number_that_fit(quoted, MOST_BYTES) if quoted else 0
    shown, rest = flags[:fit], flags[fit:MOST_AT_ONCE]
    return Form(
        title="Answer a flag" if len(shown) == 1 else f"Answer {count(len(shown), 'flag')}",
        body=(
            Notice(everyone_sees(audience, "your answer and your name")),
            Paragraph(f"It is a record. {RELEASABLE}"),
            Heading(policy.title),
            *_left_out_notice(len(shown), number, rest, policy),
            *(_quoted_alone(shown[0]) if len(shown) == 1 else chain.from_iterable(quoted[:fit])),
            *answer_questions(answers, kinds, last_day),
        ),
        intent=AnswerFlags(tuple(each.id for each in shown)),
        send="Send answer",
        nonce=nonce,
        problems=problems,
    )


def _left_out_notice(shown: int, all_flags: int, rest: tuple[FlagView, ...], policy: PolicyName) -> tuple[Part, ...]:
    if shown == all_flags:
        return ()
    here = f"Here are {shown} of {count(all_flags, 'flag')}. Your answer goes to these {shown} flags only."
    following = f"Answer the next {count(len(rest), 'flag')}".replace(" 1 ", " ")
    after = (FormButton(following, AnswerFlags(tuple(each.id for each in rest))),) if rest else ()
    return (Notice(here), *after, FormButton("See all flags", SeeFlags(policy.id), "See all flags of this policy"))


def _quoted_alone(flag: FlagView) -> tuple[Part, ...]:
    first, *more = in_portions(flag_with_answers(flag))
    return (*first, *((FormButton("Read the rest", SeeFlag(flag.id, 2)),) if more else ()))


def _in_a_list(flag: FlagView, number: int) -> tuple[Part, ...]:
    return (*flag_in_a_list(flag, number), *newest_answer(flag))


def answer_questions(
    answers: Answers, kinds: tuple[AnswerKind, ...] = tuple(AnswerKind), last_day: date | None = None
) -> tuple[ChoiceQuestion | TextQuestion | DateQuestion, ...]:
    """The questions of an answer; `kinds` are those to choose from."""
    options = tuple(Option(each.value, labels.ANSWERS[each], labels.ANSWERS_MEAN[each]) for each in kinds)
    last = last_day if AnswerKind.ACKNOWLEDGED in kinds else None
    latest = f" You decide on what you acknowledge by {long_date(last)} at the latest." if last else ""
    return (
        ChoiceQuestion("kind", "What is your answer?", options, values=chosen(answers, "kind", options)),
        TextQuestion(
            "text",
            "Your answer",
            hint="Needed, unless you choose 'Acknowledged'. Write to the person who took the trouble. "
            "If you cannot share a reason, say so and say who decided.",
            value=typed(answers, "text"),
            optional=True,
            conditional=True,
            long=True,
        ),
        DateQuestion(
            "by_date",
            "By when?",
            hint=f"Needed for 'We will change it' and 'Acknowledged'.{latest}",
            value=typed(answers, "by_date"),
            optional=True,
            conditional=True,
        ),
    )


def answer_sent_form(
    policy: PolicyView,
    flags: int,
    channels: tuple[str, ...],
    *,
    by_date: date | None = None,
    asked_on: date | None = None,
) -> Form:
    """The answer is sent: to how many flags, and in which channels people read it.

    `by_date` is what it promises, and `asked_on` from when on it is asked about, where that is no working day.
    """
    where = f"People read it in {listed(channels)}, and in See flags." if channels else ""
    return Form(
        "Answer sent",
        (
            Notice(f"Answer sent to {count(flags, 'flag')}."),
            Paragraph(where or "People read it in See flags."),
            *(day_off_line(by_date, asked_on) if by_date else ()),
            FormButton("See flags", SeeFlags(policy.id)),
        ),
        close="Done",
    )


SCREEN = "answer form"
EXAMPLE = answer_form(
    invented.PERMIT,
    (invented.TIMETABLE,),
    answers={},
    problems={},
    nonce="invented",
    last_day=date(2027, 1, 8),
    audience=invented.ON_IT,
)
STATES = {
    "several flags": answer_form(
        invented.PERMIT, (invented.TIMETABLE, invented.LEGACY), answers={}, problems={}, nonce="invented"
    ),
    "refused": answer_form(
        invented.PERMIT,
        (invented.TIMETABLE,),
        answers={"kind": ("change",), "text": ("Councils that share a system go first.",)},
        problems={"by_date": "Enter a date after today"},
        nonce="invented",
    ),
    "sent": answer_sent_form(invented.PERMIT, 3, ("delivery-community",)),
    "sent, promised for a day off": answer_sent_form(
        invented.PERMIT, 1, (), by_date=date(2026, 12, 26), asked_on=date(2026, 12, 23)
    ),
}
