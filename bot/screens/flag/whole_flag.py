"""One flag with all its text, what others added, and its answers: a private view."""

from dataclasses import replace

from bot.calendar.dates import count
from bot.interface.intents import AnswerFlags, ReportText, SeeFlag, SeeFlags
from bot.interface.parts import Form, FormButton, Heading, Paragraph, Part
from bot.interface.views import FlagView, ReplyView
from bot.screens import invented
from bot.screens.flag.policy_flags import see_too
from bot.screens.phrases import short_title
from bot.screens.portions import in_portions
from bot.screens.quoted import flag_line, flag_with_answers
from storage import CommitmentState, FlagStatus, ReplyKind


def whole_flag_form(flag: FlagView, *, number: int = 1, may_second: bool = False, may_answer: bool = False) -> Form:
    """One portion of the flag, by `number` from 1, which is mostly the only one.

    `may_second` is set while the policy is open, `may_answer` for a reader who can answer the flag.
    """
    portions = in_portions(flag_with_answers(flag))
    number = min(max(1, number), len(portions))
    body: list[Part] = [*_portion(flag, portions, number), *_other_portions(flag, number, len(portions))]
    if may_answer:
        body.append(FormButton("Answer", AnswerFlags((flag.id,)), "Answer this flag"))
    if may_second:
        body += see_too(flag)
    body.append(FormButton("Report this text", ReportText(flag.id)))
    body.append(FormButton("See all flags", SeeFlags(flag.policy), "See all flags of this policy"))
    return Form("Flag", tuple(body), close="Close")


def _portion(flag: FlagView, portions: list[tuple[Part, ...]], number: int) -> tuple[Part, ...]:
    title = Heading(short_title(flag.policy_title) if number > 1 else flag.policy_title)
    again = (Heading(flag_line(flag), 3),) if number > 1 else ()
    which = (Paragraph(f"Here is part {number} of {count(len(portions), 'part')}."),) if len(portions) > 1 else ()
    return (title, *again, *which, *portions[number - 1])


def _other_portions(flag: FlagView, number: int, last: int) -> tuple[Part, ...]:
    on = (FormButton("Read on", SeeFlag(flag.id, number + 1, flag.code), replaces=True),) if number < last else ()
    back = (
        (FormButton("Read the part before", SeeFlag(flag.id, number - 1, flag.code), replaces=True),)
        if number > 1
        else ()
    )
    return (*on, *back)


_ANSWERED = replace(invented.TIMETABLE, status=FlagStatus.ANSWERED)
_SETTLED = replace(invented.ANSWER, reply=ReplyView(ReplyKind.SETTLED, ""))

SCREEN = "flag"
EXAMPLE = whole_flag_form(replace(invented.TIMETABLE, status=FlagStatus.SETTLED, answers=(_SETTLED,)), may_second=True)
STATES = {
    "second part": whole_flag_form(replace(invented.TIMETABLE, remarks=("I see this too. " * 20,) * 90), number=2),
    "promised, and done": whole_flag_form(replace(_ANSWERED, answers=(invented.promised(CommitmentState.DONE),))),
    "promised, and will not happen": whole_flag_form(
        replace(_ANSWERED, answers=(invented.promised(CommitmentState.WILL_NOT_HAPPEN),))
    ),
    "promised for a new day, and no word": whole_flag_form(
        replace(_ANSWERED, answers=(invented.promised(CommitmentState.NO_WORD),))
    ),
    "waits": whole_flag_form(invented.TIMETABLE, may_answer=True),
    "wording changed since": whole_flag_form(
        replace(
            invented.TIMETABLE,
            earlier_title="One parking permit by April",
            earlier_summary="From April 2027 one permit will let a resident park in every council area.",
        ),
        may_second=True,
    ),
}
