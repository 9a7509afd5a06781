"""Working calendars: the days an organisation works, from a country's public holidays and its own days off."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.metadata import version
from types import MappingProxyType
from typing import Self

from holidays import country_holidays
from holidays.registry import COUNTRIES

_DAY = timedelta(days=1)
_UNITED_KINGDOM = MappingProxyType(
    {
        "GB-ENG": "England and Wales",
        "GB-SCT": "Scotland",
        "GB-NIR": "Northern Ireland",
    }
)
_SAME_DAYS = MappingProxyType({"GB-WLS": "GB-ENG"})
_SMALL_WORDS = frozenset({"and", "of", "the", "da"})
# The library names countries by module. Capitalising that name's words is not enough for these.
_NAMES = MappingProxyType(
    {
        "AX": "Åland Islands",
        "BL": "Saint Barthélemy",
        "BQ": "Bonaire, Sint Eustatius and Saba",
        "CD": "Democratic Republic of the Congo",
        "CW": "Curaçao",
        "GW": "Guinea-Bissau",
        "HM": "Heard Island and McDonald Islands",
        "HK": "Hong Kong",
        "RE": "Réunion",
        "SH": "Saint Helena, Ascension and Tristan da Cunha",
        "ST": "São Tomé and Príncipe",
        "SY": "Syria",
        "TL": "Timor-Leste",
    }
)
_CODE = re.compile(r"(?P<country>[A-Z]{2})(?:-(?P<subdivision>\w[\w ]{0,30}))?")


class UnknownCalendarError(ValueError):
    """The code is not a calendar. The text is a sentence for a form, and never repeats what was typed."""

    def __init__(self, sentence: str = "Choose a working calendar from the list, for example GB-ENG") -> None:
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The working days of a country or a part of one, less the organisation's own days off.

    Weekends and public holidays come from the `holidays` library, by ISO 3166 code. Where a country works some weekend
    days in exchange for a holiday, these are working days too. `subdivision` is empty for a whole country. Raises
    UnknownCalendarError for a code that the library does not have, and for the United Kingdom as a whole, whose parts
    have different holidays.
    """

    country: str = "GB"
    subdivision: str = "ENG"
    own_days: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        _check(self.country, self.subdivision)

    @classmethod
    def parse(cls, code: str, own_days: frozenset[date] = frozenset()) -> Self:
        """The calendar for a code such as `GB-ENG` or `FR`, in upper or lower case. Raises UnknownCalendarError."""
        match = _CODE.fullmatch(code.strip().upper())
        if match is None:
            raise UnknownCalendarError
        country, subdivision = match["country"], match["subdivision"] or ""
        return cls(country, _subdivision_as_spelled(country, subdivision), own_days)

    @classmethod
    def known(cls, code: str, own_days: frozenset[date] = frozenset()) -> Self | None:
        """The same for a code that was stored; None if this installation does not have it."""
        try:
            return cls.parse(code, own_days)
        except UnknownCalendarError:
            return None

    @property
    def code(self) -> str:
        """The code that `parse` takes: `GB-ENG`, `FR`. It leaves out the organisation's own days off."""
        return f"{self.country}-{self.subdivision}" if self.subdivision else self.country

    @property
    def name(self) -> str:
        """The English name: `England and Wales`, `France`, `Germany (BY)`."""
        known = choices().get(_SAME_DAYS.get(self.code, self.code))
        return known or f"{choices()[self.country]} ({self.subdivision})"

    def is_working(self, day: date) -> bool:
        """Whether that day is a working day."""
        return day not in self.own_days and day not in _days_off(self.country, self.subdivision, day.year)

    def next_working(self, day: date) -> date:
        """The day itself if it is a working day, else the first working day after it."""
        while not self.is_working(day):
            day += _DAY
        return day

    def add(self, day: date, n: int) -> date:
        """The n-th working day after `day`, or before it when n is negative; `day` itself when n is 0.

        `day` is never counted, and need not be a working day.
        """
        step = _DAY if n > 0 else -_DAY
        left = abs(n)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def between(self, start: date, end: date) -> int:
        """The number of working days after `start`, up to and including `end`; negative when `end` is earlier.

        For every n and every working day d: `between(d, add(d, n)) == n`.
        """
        if end < start:
            return -sum(self.is_working(end + _DAY * i) for i in range((start - end).days))
        return sum(self.is_working(start + _DAY * i) for i in range(1, (end - start).days + 1))


@lru_cache(maxsize=1)
def edition() -> str:
    """The version of the `holidays` library, which the calendars come from."""
    return version("holidays")


@lru_cache(maxsize=1)
def choices() -> Mapping[str, str]:
    """The calendars to choose from, code to English name: the United Kingdom's first, then by name."""
    others = {codes[1]: _country_name(module, codes[1]) for module, codes in COUNTRIES.items() if codes[1] != "GB"}
    in_order = sorted(others.items(), key=lambda item: _sort_key(item[1]))
    return MappingProxyType({**_UNITED_KINGDOM, **dict(in_order)})


def _country_name(module: str, code: str) -> str:
    words = (word if word in _SMALL_WORDS else word.capitalize() for word in module.split("_"))
    return _NAMES.get(code) or " ".join(words)


def _sort_key(name: str) -> str:
    decomposed = unicodedata.normalize("NFD", name)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()


@lru_cache(maxsize=1024)
def _check(country: str, subdivision: str) -> None:
    if country == "GB" and not subdivision:
        raise UnknownCalendarError("Choose England and Wales, Scotland or Northern Ireland: their holidays differ")
    if country != "GB" and country not in choices():
        raise UnknownCalendarError
    if subdivision and subdivision not in country_holidays(country).subdivisions:
        raise UnknownCalendarError


@lru_cache(maxsize=1024)
def _subdivision_as_spelled(country: str, subdivision: str) -> str:
    if country != "GB" and country not in choices():
        return subdivision
    known = country_holidays(country).subdivisions
    return next((name for name in known if name.upper() == subdivision), subdivision)


@lru_cache(maxsize=1024)
def _days_off(country: str, subdivision: str, year: int) -> frozenset[date]:
    # Without `expand=False` the object would add a year whenever it is asked about another one.
    public = country_holidays(country, subdiv=subdivision or None, years=year, expand=False)
    first = date(year, 1, 1)
    days = (first + _DAY * i for i in range((date(year, 12, 31) - first).days + 1))
    return frozenset(day for day in days if not public.is_working_day(day))
