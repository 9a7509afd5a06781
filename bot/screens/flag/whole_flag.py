"""One flag with all its text, what others added, and its answers: a private view."""

from dataclasses import replace

from bot.interface.intents import AnswerFlags, SeeFlags
from bot.interface.parts import Form, FormButton, Heading, Part
from bot.interface.views import FlagView, ReplyView
from bot.screens import invented
from bot.screens.flag.policy_flags import see_too
from bot.screens.quoted import flag_whole, given_answer
from storage import FlagStatus, ReplyKind


def whole_flag_form(flag: FlagView, *, may_second: bool = False, may_answer: bool = False) -> Form:
    """`may_second` is set while the policy is open, `may_answer` for a reader who can answer the flag."""
    body: list[Part] = [Heading(flag.policy_title), *flag_whole(flag)]
    body += [part for each in flag.answers for part in given_answer(each)]
    if may_answer:
        body.append(FormButton("Answer", AnswerFlags((flag.id,)), "Answer this flag"))
    if may_second:
        body += see_too(flag)
    body.append(FormButton("See all flags", SeeFlags(flag.policy), "See all flags of this policy"))
    return Form("Flag", tuple(body), close="Close")


_SETTLED = replace(invented.ANSWER, reply=ReplyView(ReplyKind.SETTLED, ""))

SCREEN = "flag"
EXAMPLE = whole_flag_form(replace(invented.TIMETABLE, status=FlagStatus.SETTLED, answers=(_SETTLED,)), may_second=True)
STATES = {
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
