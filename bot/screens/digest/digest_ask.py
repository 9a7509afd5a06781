"""The subject of a digest and its first sentences: how many flags need an answer, by when, and where to start."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from bot.calendar.dates import count, listed, long_date
from bot.interface.views import DigestPartView
from bot.screens.digest.digest_order import Block
from bot.screens.phrases import are, need, needs, short_title, some_titles
from storage import Verdict

_MOST_DAYS = 3


@dataclass(frozen=True)
class Due:
    """How many flags need an answer, and by when; `later` counts them by day, in order of days.

    `promises` is how many promises are due.
    """

    total: int
    late: int
    today: int
    later: tuple[tuple[date, int], ...]
    promises: int = 0


def what_is_due(parts: tuple[DigestPartView, ...], day: date) -> Due:
    """What is due over all policies of a digest; `day` is the local day on which it was sent."""
    days: Counter[date] = Counter()
    for part in parts:
        days.update(dict(part.due))
    return Due(
        total=sum(each.needing for each in parts),
        late=sum(n for due, n in days.items() if due < day),
        today=days[day],
        later=tuple(sorted((due, n) for due, n in days.items() if due > day)),
        promises=sum(len(each.promises) for each in parts),
    )


def subject_line(due: Due, blocks: tuple[Block, ...], parts: tuple[DigestPartView, ...]) -> str:
    """The subject, also used as the notification: how many flags, how urgent, and on which policies."""
    if due.promises:
        return f"{_who_needs_you(due)}{_urgency(due)}: {some_titles([each.part.title for each in blocks])}"
    if not due.total:
        return f"No flag needs your answer. There is news of {some_titles([each.title for each in parts])}"
    titles = some_titles([each.part.title for each in blocks])
    return f"{needs(due.total, 'flag')} your answer{_urgency(due)}: {titles}"


def ask_line(due: Due) -> str:
    """What is asked, and by when."""
    if due.promises:
        when = _due_dates(due)
        return f"{_who_needs_you(due)}. Of the flags, {when}." if when else f"{_who_needs_you(due)}."
    if not due.total:
        return "No flag needs your answer."
    line = f"{needs(due.total, 'flag')} your answer"
    if due.late == due.total:
        return f"{line}. {'It is' if due.total == 1 else 'All are'} late."
    if due.today == due.total:
        return f"{line} today."
    if len(due.later) == 1 and due.later[0][1] == due.total:
        return f"{line} by {long_date(due.later[0][0])}."
    when = _due_dates(due)
    return f"{line}. {when}." if when else f"{line}."


def _who_needs_you(due: Due) -> str:
    """`4 flags and 1 promise need you`."""
    what = [count(n, noun) for n, noun in ((due.total, "flag"), (due.promises, "promise")) if n]
    return f"{listed(what)} {need(due.total + due.promises)} you"


def start_line(block: Block) -> str:
    """Where to start, and why there."""
    first = block.items[0]
    people = count(first.people, "person")
    one = first.people == 1
    match first.verdict:
        case Verdict.NOT:
            why = f"{people} {'says' if one else 'say'} it is not deliverable as announced"
        case Verdict.CANNOT_TELL:
            why = f"{people} {'asks' if one else 'ask'} a question before they can tell"
        case _:
            why = f"{people} {'says' if one else 'say'} it is deliverable if something changes"
    return f"Start with {short_title(block.part.title)}: {why}."


def _urgency(due: Due) -> str:
    if due.total == 1:
        return " and is late" if due.late else " today" if due.today else ""
    return (f", {due.late:,} late" if due.late else "") + (f", {due.today:,} by today" if due.today else "")


def _due_dates(due: Due) -> str:
    phrases = [f"{due.late:,} {are(due.late)} late"] if due.late else []
    phrases += [f"{due.today:,} {are(due.today)} due today"] if due.today else []
    for n, (day, how_many) in enumerate(_last_days_joined(due.later)):
        verb = "" if due.today or n else f" {are(how_many)} due"
        phrases.append(f"{how_many:,}{verb} by {long_date(day)}")
    return ", ".join(phrases)


def _last_days_joined(later: tuple[tuple[date, int], ...]) -> tuple[tuple[date, int], ...]:
    if len(later) <= _MOST_DAYS:
        return later
    rest = later[_MOST_DAYS - 1 :]
    return (*later[: _MOST_DAYS - 1], (rest[-1][0], sum(n for _, n in rest)))
