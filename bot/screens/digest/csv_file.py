"""The columns and rows of the downloaded CSV file. Dates are ISO 8601, so that they sort."""

from datetime import date

from bot.calendar.dates import count
from bot.interface import themes
from bot.interface.views import AnswerView, FlagView, ReplyView
from bot.screens import labels
from bot.screens.commitment_lines import commitment_text
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
    "Status",
    "Answers",
)


def row(flag: FlagView) -> Row:
    """One flag; its answers share one cell, a line each."""
    return (
        flag.policy_title,
        labels.VERDICTS[flag.verdict],
        themes.label(flag.theme),
        flag.because,
        flag.remedy,
        flag.evidence,
        str(flag.people),
        "\n".join(flag.remarks),
        whose(flag.promise, flag.author, flag.named_to).removeprefix("From: "),
        _iso_day(flag.shown_on),
        _iso_day(flag.answer_by),
        status_sentence(flag),
        "\n".join(_answer_text(each) for each in flag.answers),
    )


def left_out(title: str, flags: int) -> Row:
    """The row that says how many flags of a policy did not fit."""
    said = f"{count(flags, 'more flag')} on this policy did not fit into this file."
    return (title, *("",) * (len(HEADER) - 2), said)


def _answer_text(answer: AnswerView) -> str:
    by = f" by {_iso_day(answer.by_date)}" if answer.by_date else ""
    head = f"{labels.ANSWERS[answer.kind]}{by}. {who_answered(answer)}, {_iso_day(answer.on)}"
    became = commitment_text(answer.commitment) if answer.commitment else ""
    said = (sentences(head), answer.text, _reply_text(answer.reply), became, _reply_text(answer.reply_done))
    return " ".join(each for each in said if each)


def _reply_text(reply: ReplyView | None) -> str:
    match reply:
        case None:
            return ""
        case ReplyView(kind=ReplyKind.SETTLED):
            return "Reply: it is settled."
        case ReplyView(kind=ReplyKind.NOT_SETTLED):
            return f"Not settled. Still in the way: {reply.text}"
        case ReplyView():
            return f"Reply: {reply.text}"


def _iso_day(day: date | None) -> str:
    return day.isoformat() if day else ""
