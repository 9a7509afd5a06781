"""The form behind *I see this too*."""

from collections.abc import Mapping

from bot.calendar.dates import short_date
from bot.interface.intents import SecondFlag
from bot.interface.parts import Form, Paragraph, TextQuestion
from bot.interface.views import EndsView, FlagView, OrganisationView
from bot.screens import invented
from bot.screens.form_values import Answers, typed
from bot.screens.phrases import when_shown
from bot.screens.promises import texts_line
from bot.screens.quoted import flag_whole
from bot.screens.record import LEAVE_OUT, is_record

REMARK_LIMIT = 300


def counted_once(organisation: OrganisationView) -> str:
    """What a second is, and when it is shown."""
    when = when_shown(organisation.release_days)
    return f"You are counted once. We show your name to nobody. The count moves {when}."


def second_form(
    flag: FlagView,
    organisation: OrganisationView,
    ends: EndsView,
    *,
    answers: Answers,
    problems: Mapping[str, str],
    nonce: str,
) -> Form:
    """The whole flag, and a question for one sentence beside it."""
    traced = f"With both keys it can be traced until {short_date(ends.authors_day)}."
    return Form(
        title="I see this too",
        body=(
            *flag_whole(flag),
            Paragraph(f"{counted_once(organisation)} {traced}"),
            *texts_line(ends),
            Paragraph(f"{LEAVE_OUT} {is_record(organisation)}"),
            anything_question(answers),
        ),
        intent=SecondFlag(flag.id),
        send="Add me to this flag",
        nonce=nonce,
        problems=problems,
    )


def anything_question(answers: Answers) -> TextQuestion:
    """Asks for the optional sentence beside a flag."""
    return TextQuestion(
        "anything",
        "Anything to add?",
        hint="One sentence. It is shown beside the flag without your name.",
        value=typed(answers, "anything"),
        limit=REMARK_LIMIT,
        optional=True,
    )


SCREEN = "second form"
EXAMPLE = second_form(
    invented.TIMETABLE, invented.ORGANISATION, invented.ENDS, answers={}, problems={}, nonce="invented"
)
