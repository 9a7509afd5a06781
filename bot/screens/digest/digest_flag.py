"""One flag in a digest: what it says, its state, and the button that answers it."""

from collections.abc import Iterator
from datetime import date

from bot.calendar.dates import long_date
from bot.interface import themes
from bot.interface.intents import AnswerFlags, SeeFlag
from bot.interface.parts import FormButton, Heading, Paragraph, Part, Quote
from bot.interface.views import AnswerView, DigestItem
from bot.screens import labels
from bot.screens.notice.escalation_notices import if_no_answer
from bot.screens.phrases import accessible, people_say, sentences
from bot.screens.quoted import (
    BECAUSE_IN_A_LIST,
    because_label,
    excerpt,
    in_short,
    remark_excerpt,
    remedy_excerpt,
    whose,
)
from storage import FlagStatus


def digest_flag(
    item: DigestItem, title: str, number: int, *, day: date, dated: bool, answered: AnswerView | None = None
) -> Iterator[Part]:
    """The flag with its number; once it is `answered` since the digest was sent, only that it is, on one line.

    `dated` is set where flags are due on several days, so that a new one says its own.
    """
    label = "Answer"
    if answered:
        said = in_short(answered, "this flag", f" on {long_date(answered.on)}")
        yield Paragraph(f"{number}. {sentences(*_what(item), said)}")
        label = labels.CHANGE_ANSWER if answered.kind in labels.ANSWER_DECIDES else label
    else:
        yield from flag_as_sent(item, number, day=day, dated=dated)
        sent = "" if item.new else f"First sent to you on {long_date(item.sent_on)}"
        told = if_no_answer(item.next_told) if item.next_told else ""
        yield Paragraph(sentences(whose(item.promise, item.author, item.named_to), sent, told))
    yield FormButton(label, AnswerFlags((item.flag,)), accessible(label, f"flag {number}", title))


def flag_as_sent(item: DigestItem, number: int, *, day: date, dated: bool) -> Iterator[Part]:
    """What the flag says and its state, for any reader of the digest."""
    rest = SeeFlag(item.flag)
    yield Heading(f"{number}. {sentences(*_what(item), _people_say(item), _status(item, day, dated))}", 3)
    yield excerpt(because_label(item.verdict), item.because, BECAUSE_IN_A_LIST, rest)
    yield from remedy_excerpt(item, rest)
    yield from remark_excerpt(item.remark, item.remarks, rest)
    yield from _reply_quote(item, rest)


def _what(item: DigestItem) -> tuple[str, str]:
    return labels.VERDICTS[item.verdict], themes.label(item.theme)


def _people_say(item: DigestItem) -> str:
    more = f", {item.more_people:,} more since your last digest" if item.more_people else ""
    return people_say(item.people) + more


def _status(item: DigestItem, day: date, dated: bool) -> str:
    due = _due_date(item.answer_by, day)
    match item.status:
        case FlagStatus.NOT_SETTLED:
            return f"The last answer did not settle it. {due}".strip()
        case FlagStatus.ASKED:
            return f"The question has no reply. {due}".strip()
        case FlagStatus.ACKNOWLEDGED:
            return f"It was acknowledged. {due}".strip()
    if item.new and item.answer_by and item.answer_by > day:
        return f"New. {due}" if dated else "New"
    return due or "New"


def _due_date(due: date | None, day: date) -> str:
    if due is None:
        return ""
    if due < day:
        return f"Late: it was due on {long_date(due)}"
    return "Due today" if due == day else f"Due by {long_date(due)}"


def _reply_quote(item: DigestItem, rest: SeeFlag) -> tuple[Quote, ...]:
    if not item.reply:
        return ()
    label = "Still in the way" if item.status is FlagStatus.NOT_SETTLED else "Reply to the question"
    return (excerpt(label, item.reply, BECAUSE_IN_A_LIST, rest),)
