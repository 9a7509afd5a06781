"""Phrases that several screens share."""

from collections.abc import Sequence
from datetime import datetime

from bot.calendar.dates import count, listed, moment, plural, weekday_name
from bot.interface.announcements import cut_at_word

AGAIN = "When the cause is fixed, the operator can send the messages again: python -m bot deliveries --again all"
"""What to do about messages that could not be sent."""
TEST_MYSELF = "Send me a test message"
CHOOSE_WHERE = "Choose where I am told"
LONGEST_TITLE = 100
"""How much of a policy's title stands inside a sentence."""
_LONGEST_NAME = 75
_ENDS = (".", "…", "?", "!")


def sentences(*words: str) -> str:
    """The non-empty texts in one line, each with a full stop unless it has an ending of its own."""
    return " ".join(each if each.endswith(_ENDS) else f"{each}." for each in words if each)


def first_large(words: str) -> str:
    """The words with a capital letter, to start a sentence."""
    return words[:1].upper() + words[1:]


def when_shown(release_days: Sequence[int]) -> str:
    """`from the next working day` or, where flags are shown on some weekdays only, `on Tuesdays and Thursdays`."""
    days = listed([plural(weekday_name(each)) for each in release_days])
    return f"on {days}" if days else "from the next working day"


def are(n: int) -> str:
    """The verb for a count."""
    return "is" if n == 1 else "are"


def need(n: int) -> str:
    """The verb for a count."""
    return "needs" if n == 1 else "need"


def needs(n: int, noun: str) -> str:
    """`1 flag needs`, `2 flags need`."""
    return f"{count(n, noun)} {need(n)}"


def people_say(n: int) -> str:
    """`1 person says this`, `7 people say this`: `see` would read as who is shown the flag."""
    return f"{count(n, 'person')} {'says' if n == 1 else 'say'} this"


def short_title(title: str) -> str:
    """A policy's title, or its first words, to stand inside a sentence."""
    return cut_at_word(title, LONGEST_TITLE)


def next_digest_line(at: datetime, zone: str) -> str:
    """When the next digest is planned, in the reader's IANA zone."""
    return f"Next digest: {moment(at, zone)}, if there is something new or late."


def owns_nothing(contact: str) -> str:
    """For a person who owns no policies; `contact` is where to ask."""
    return f"You own no policies here. If that is wrong, ask {contact}."


def nothing_announced(announcers: str) -> str:
    """In place of the list of open policies; `announcers` says who can announce one."""
    return f"Nothing has been announced here. {announcers} can announce a policy."


def accessible(label: str, *about: str) -> str:
    """The accessible name of a button among several that read the same: its label, then what it is about."""
    return cut_at_word(", ".join((label, *about)), _LONGEST_NAME)


def some_titles(titles: Sequence[str], *, most: int = 3, longest: int = 60) -> str:
    """The first titles in one line, and how many more there are."""
    shown = [cut_at_word(each, longest) for each in titles[:most]]
    rest = len(titles) - len(shown)
    return ", ".join(shown) + (f" and {count(rest, 'more policy')}" if rest else "")
