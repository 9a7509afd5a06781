"""The organisation's settings: who runs Deliverable, contacts and wording, working calendar, numbers of days."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bot.calendar.dates import plural, weekday_name
from bot.calendar.typed_dates import day_as_typed
from bot.calendar.working_days import UnknownCalendarError, WorkingCalendar
from bot.interface.terms import RANGES
from bot.interface.visible_text import is_blank
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import organisation as stored
from storage import policies as stored_policies

Value = str | int

DESCRIBED = {
    "name": "what the organisation is called, in the middle of a sentence",
    "team": "the team that runs Deliverable",
    "contact": "where to ask questions about it",
    "key_holder": "who holds the master key",
    "handling": "how sensitive text may be",
    "wrongdoing": "the route by which wrongdoing is reported",
    "wrongdoing_link": "the address of that route, starting with https://",
    "foi_contact": "where freedom of information requests go",
    "domains": "the e-mail domains whose addresses join a person's accounts, separated by spaces",
    "guests_named": "yes or no: whether guests can be named as policy owner, delegate, senior owner or stand-in",
    "calendar": "the working calendar, for example GB-ENG",
    "own_days": "the organisation's own days off, such as 24 December 2026, separated by commas",
    "release_hour": "the hour, 0 to 23, at which flags that are not named are shown",
    "release_days": "the weekdays on which they are shown, such as tuesday, thursday, or nothing for every working day",
    "batch_least": "the smallest number of these flags to show together, 1 to 100",
    "batch_wait_days": "after how many working days fewer are shown anyway, 1 to 10",
    "answer_days": "how many working days a policy owner has to answer, 1 to 60",
    "delegate_after": "how many working days after an answer was due the delegate is told, 1 to 20",
    "senior_after": "how many working days after that the senior owner is told, 1 to 60",
    "notice_at": "how many 'Not deliverable' on one day make us tell the owner at once, 1 to 100, or 0 for never",
    "floor": "the size of group below which the form warns, 1 to 10000",
    "keep_months": "for how many months after a policy closes its texts are kept, 1 to 120",
    "end_keys_kept_days": "for how many days backups of the end-months file are kept, 0 to 365",
}
NEEDED = ("name", "team", "contact", "key_holder", "handling", "wrongdoing")
"""What a sentence on the screens would be broken without."""

_MOST_DIGITS = 9
_MOVES_RELEASES = ("release_hour", "calendar", "own_days", "zone")
_MOVES_ESCALATIONS = ("delegate_after", "senior_after", "calendar", "own_days", "zone")


def read(typed: Mapping[str, str]) -> dict[str, Value]:
    """Validate text for some of the settings in `DESCRIBED`. Raises `FormRefused` with a sentence for each bad one."""
    values: dict[str, Value] = {}
    problems: dict[str, str] = {}
    for name, text in typed.items():
        value = _PARSERS.get(name, _one_line)(name, text)
        if value is None:
            problems[name] = f"This should be {DESCRIBED[name]}"
        else:
            values[name] = value
    if problems:
        raise FormRefused(problems)
    return values


def _one_line(name: str, text: str) -> str | None:
    line = " ".join(text.split())
    return "" if is_blank(line) else line if line.isprintable() else None


def _whole_number(name: str, text: str) -> int | None:
    least, most = RANGES[name]
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else -1
    return number if least <= number <= most else None


def _address(name: str, text: str) -> str | None:
    return text if not text or (text.startswith("https://") and text.isprintable() and " " not in text) else None


def _domains(name: str, text: str) -> str | None:
    return _one_line(name, " ".join(each.lstrip("@") for each in re.split(r"[\s,;]+", text)).strip())


def _calendar(name: str, text: str) -> str | None:
    try:
        return WorkingCalendar.parse(text).code
    except UnknownCalendarError:
        return None


def _days(name: str, text: str) -> str | None:
    # A date may hold spaces, such as "24 December 2026": then something else must stand between two of them.
    pieces = [each for each in re.split(r"[,;\n]", text) if not is_blank(each)]
    days = [day_as_typed(each) for each in pieces]
    if None in days:
        days = [day_as_typed(each) for each in re.split(r"[\s,;]+", text) if each]
    return None if None in days else " ".join(sorted({each.isoformat() for each in days if each}))


def _weekdays(name: str, text: str) -> str | None:
    words = [each for each in re.split(r"[\s,;]+", text.lower()) if each]
    spelled = {each: number for number in range(7) for each in _spellings(number)}
    if not all(each in spelled for each in words):
        return None
    return " ".join(stored.WEEKDAYS[number] for number in sorted({spelled[each] for each in words}))


def _spellings(weekday: int) -> tuple[str, ...]:
    whole = weekday_name(weekday).lower()
    return (stored.WEEKDAYS[weekday], whole, plural(whole))


def _yes_or_no(name: str, text: str) -> bool | None:
    return {"yes": True, "no": False}.get(text.strip().lower())


def as_text(value: Value | None) -> str:
    """A setting's value as it is typed and printed."""
    if value is None:
        return "not set"
    return str(value) if not isinstance(value, bool) else "yes" if value else "no"


_PARSERS: dict[str, Callable[[str, str], Value | None]] = {
    **dict.fromkeys(RANGES, _whole_number),
    "wrongdoing_link": _address,
    "domains": _domains,
    "calendar": _calendar,
    "own_days": _days,
    "release_days": _weekdays,
    "guests_named": _yes_or_no,
}


def describe(uow: UnitOfWork, values: Mapping[str, Value]) -> dict[str, Value]:
    """Save validated settings by name; return the current value of each setting in `DESCRIBED`."""
    row = uow.organisation
    changed = {name for name, value in values.items() if getattr(row, name) != value}
    if changed & set(_MOVES_RELEASES):
        # The worker plans the next release. A policy whose batch of today is already released gets no second one.
        row.next_release_at = None
    if changed & set(_MOVES_ESCALATIONS):
        # The next escalation step may now be due sooner.
        stored_policies.look_at_all(uow.session, uow.now)
    for name, value in values.items():
        setattr(row, name, value)
    stored.keep(uow.session, row)
    return {name: getattr(row, name) for name in DESCRIBED}
