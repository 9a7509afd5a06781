"""The first lines of a digest, which say what is asked and by when, and its subject."""

from collections import Counter
from datetime import date

from bot.dates import count, long_date
from bot.views import DigestItem, DigestPartView
from bot.words.digest_order import Block, asks, needing
from bot.words.phrases import needs, some_titles
from storage import Verdict


def subject_line(blocks: tuple[Block, ...], parts: tuple[DigestPartView, ...], day: date) -> str:
    """The subject and notification: how many, how urgent, and which policies."""
    total = sum(needing(each.part, day) for each in blocks)
    if not total:
        return f"No flag needs your answer. News of {some_titles([each.title for each in parts])}"
    asked = [each.part.title for each in blocks if needing(each.part, day)]
    return f"{needs(total, 'flag')} your answer{_urgent(blocks, total, day)}: {some_titles(asked)}"


def ask_line(parts: tuple[DigestPartView, ...], day: date) -> str:
    """What is asked, by when: of all flags where all are known, else of those that were compiled."""
    total = sum(needing(each, day) for each in parts)
    if not total:
        return "No flag needs your answer."
    known = [item for part in parts for item in part.items if asks(item, day)]
    if len(known) < total:
        line = f"{needs(total, 'flag')} your answer."
        return f"{line} Of the {count(len(known), 'flag')} here, {_when(known, day)}." if known else line
    return _whole(known, day)


def start_line(block: Block) -> str:
    """Where to start, and why there."""
    first, title = block.items[0], block.part.title
    people = count(first.people, "person")
    says = "says" if first.people == 1 else "say"
    match first.verdict:
        case Verdict.NOT:
            return f"Start with {title}: {people} {says} it is not deliverable as announced."
        case Verdict.IF:
            return f"Start with {title}: {people} {says} it is deliverable if something changes."
        case _:
            ask = "asks" if first.people == 1 else "ask"
            return f"Start with {title}: {people} {ask} a question before they can tell."


def _urgent(blocks: tuple[Block, ...], total: int, day: date) -> str:
    late, today, _ = _dates([each for block in blocks for each in block.part.items if asks(each, day)], day)
    if total == 1:
        return " and is late" if late else " today" if today else ""
    return (f", {late:,} late" if late else "") + (f", {today:,} by today" if today else "")


def _dates(items: list[DigestItem], day: date) -> tuple[int, int, Counter[date]]:
    due = [each.answer_by for each in items if each.answer_by]
    late = sum(each < day for each in due)
    today = sum(each == day for each in due)
    return late, today, Counter(each for each in due if each > day)


def _whole(items: list[DigestItem], day: date) -> str:
    late, today, later = _dates(items, day)
    total = len(items)
    line = f"{needs(total, 'flag')} your answer"
    if late == total:
        return f"{line}. {'It is' if total == 1 else 'All are'} late."
    if today == total:
        return f"{line} today."
    if len(later) == 1 and sum(later.values()) == total:
        return f"{line} by {long_date(next(iter(later)))}."
    when = _when(items, day)
    return f"{line}. {when}." if when else f"{line}."


def _when(items: list[DigestItem], day: date) -> str:
    late, today, later = _dates(items, day)
    phrases = [f"{late:,} {_is(late)} late"] if late else []
    phrases += [f"{today:,} {_is(today)} due today"] if today else []
    for n, (due, how_many) in enumerate(_steps(later)):
        verb = "" if today or n else f" {_is(how_many)} due"
        phrases.append(f"{how_many:,}{verb} by {long_date(due)}")
    return ", ".join(phrases)


def _steps(later: Counter[date]) -> list[tuple[date, int]]:
    # Three days at most: the next one, the one after it, and the last by which all the others are due.
    due = sorted(later.items())
    if len(due) <= 3:
        return due
    rest = due[2:]
    return [*due[:2], (rest[-1][0], sum(how_many for _, how_many in rest))]


def _is(n: int) -> str:
    return "is" if n == 1 else "are"
