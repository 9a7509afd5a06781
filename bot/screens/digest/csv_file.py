"""The words of a downloaded file: its columns, and a flag in them. Dates are ISO 8601, so that they can be sorted."""

from datetime import date

from bot.calendar.dates import count
from bot.interface import themes
from bot.interface.views import AnswerView, FlagView
from bot.screens import labels
from bot.screens.phrases import sentences
from bot.screens.quoted import status_sentence, who_answered, whose
from storage import ReplyKind

Row = tuple[str, ...]

HEADER: Row = (
    "Policy",
    "Is it deliverable?",
    "What it is mainly about",
    "Why",
    "What would make it deliverable",
    "Link to evidence",
    "People who say this",
    "Added by others",
    "From",
    "Shown on",
    "Answer due by",
    "Standing",
    "Answers",
)


def row(flag: FlagView) -> Row:
    """One flag, with its answers in one cell, a line each."""
    return (
        flag.policy_title,
        labels.VERDICTS[flag.verdict],
        themes.label(flag.theme),
        flag.because,
        flag.remedy,
        flag.evidence,
        str(flag.people),
        "\n".join(flag.remarks),
        whose(flag.promise, flag.author).removeprefix("From: "),
        _day(flag.shown_on),
        _day(flag.answer_by),
        status_sentence(flag),
        "\n".join(_answer(each) for each in flag.answers),
    )


def left_out(title: str, flags: int) -> Row:
    """The line that says how many flags of a policy are not in the file."""
    said = f"{count(flags, 'more flag')} on this policy did not fit into this file."
    return (title, *("",) * (len(HEADER) - 2), said)


def _answer(answer: AnswerView) -> str:
    by = f" by {_day(answer.by_date)}" if answer.by_date else ""
    head = f"{labels.ANSWERS[answer.kind]}{by}. {who_answered(answer)}, {_day(answer.on)}"
    return " ".join(each for each in (sentences(head), answer.text, _reply(answer)) if each)


def _reply(answer: AnswerView) -> str:
    match answer.reply:
        case None:
            return ""
        case reply if reply.kind is ReplyKind.SETTLED:
            return "Reply: it is settled."
        case reply if reply.kind is ReplyKind.NOT_SETTLED:
            return f"Not settled. Still in the way: {reply.text}"
        case reply:
            return f"Reply: {reply.text}"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
