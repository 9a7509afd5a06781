"""Telling words: what in a text may show who wrote it, so that its author can look at it once more before it is sent.

It is found in memory and kept nowhere. It is a hint: people who know the author know them by more than these words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.flags.flags import NewFlag
from bot.people.people import Visitor
from bot.unit_of_work.unit_of_work import UnitOfWork

MOST = 3
"""How many are shown at the most."""

ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
HANDLE = re.compile(r"(?<![\w@/.])@[A-Za-z][\w.-]+")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
LONGEST_NAME = 4
"""How many words of a text are compared with a name at the most."""


def _any(*words: str) -> str:
    return f"(?:{'|'.join(words)})"


_PART = _any(
    *("developer", "engineer", "tester", "analyst", "architect", "designer", "researcher", "administrator", "manager"),
    *(
        "lead",
        "head",
        "owner",
        "consultant",
        "contractor",
        "apprentice",
        "trainee",
        "specialist",
        "expert",
        "scientist",
    ),
    *("director", "officer", "coordinator", "person", "one", "dba", "sysadmin", "programmer", "maintainer", "author"),
    *("member", "woman", "man", "user"),
)
_OWN = _any(
    "team", "squad", "unit", "desk", "group", "branch", "section", "crew", "office", "directorate", "department"
)
_ABOVE = _any(r"(?:line )?manager", "boss", "supervisor", "director", r"head of \w+", "team lead(?:er)?", "deputy")
_MINE = _any(
    *("role", "job", "post", "project", "service", "system", "code", "previous job", "last job", "old job"),
    *("colleagues?", "staff", "reports", "name", "PhD", "thesis", "maternity leave", "paternity leave"),
    *("parental leave", "sick leave", "retirement", "notice period", "probation"),
)
_DID = _any(
    *(
        "wrote",
        "built",
        "designed",
        "created",
        "maintain(?:ed)?",
        "run",
        "ran",
        "lead",
        "led",
        "managed?",
        "own(?:ed)?",
    ),
    *("set up", "look after", "(?:am|was) responsible for", "am in charge of", "introduced", "invented", "raised"),
    *("reported", "proposed"),
)
_WAS = _any("was", "worked", "joined", "started", "left", "led", "ran", "moved", "came")
_TOLD = _any("told", "warned", "said to", "emailed", "wrote to", "showed", "briefed", "asked")
_WHOM = _any("you", "him", "her", "them", "the (?:board|minister|director|owner|committee)")
_SAID = _any("said", "wrote", "told", "mentioned", "explained", "warned", "pointed out", "raised", "reported")
_FIRST = _any("lead", "head", "chief", "principal", "senior", "deputy", "acting", "former")
_FEW = r"(?:[\w’'-]+\s+){0,4}?"
"""A few words before what follows."""
_ON = r"\b(?:\s+[\w’'-]+){0,4}"
"""A few words more, so that what is shown can be recognised."""


@dataclass(frozen=True)
class _Phrase:
    """A pattern, and the words (letters only, in lower case) with one of which all that it matches begins."""

    begins: frozenset[str]
    pattern: re.Pattern[str]


def _phrase(first: Sequence[str], rest: str) -> _Phrase:
    begins = (each[0] for each in map(_LETTERS.findall, (each.lower() for each in first)))
    return _Phrase(frozenset(begins), re.compile(rf"\b{_any(*first)}{rest}", re.IGNORECASE))


_LETTERS = re.compile("[a-z]+")
_PHRASES = (
    _phrase(
        ("as", "being", "am", "are", "I['’]m", "we['’]re"),
        rf"\s+(?:currently\s+|now\s+)?the\s+(?:only|sole|last|one)\s+{_FEW}{_PART}s?\b",
    ),
    _phrase(("as", "being", "am", "I['’]m"), r"\s+(?:currently\s+|now\s+)?the\s+(?:only|sole|last)\s+[\w’'-]+"),
    _phrase(("only", "just"), rf"\s+(?:I|me|my team|our team|we){_ON}"),
    _phrase(
        ("I",),
        rf"(?:['’]m| am)\s+(?:one of (?:the\s+)?(?:two|three|few)|the (?:lead|head|owner|author|architect)){_ON}",
    ),
    _phrase(("one",), rf" of (?:the|our) (?:two|three) {_FEW}{_PART}s?\b"),
    _phrase(("as",), rf" (?:the|a|an) {_FEW}{_PART}s? (?:of|for|on|in|at|who|here){_ON}"),
    _phrase(("as",), rf" (?:our|their|its) {_FEW}{_PART}s?\b"),
    _phrase(("as",), rf" (?:the |a )?{_FIRST} {_FEW}{_PART}s?{_ON}"),
    _phrase(("my",), rf"\s+{_FEW}{_OWN}s?\b"),
    _phrase(("my",), rf"\s+{_ABOVE}s?\b"),
    _phrase(("my",), rf"\s+(?:own\s+)?{_MINE}\b"),
    _phrase(("I",), rf"\s+(?:\w+ly\s+|have\s+|had\s+|also\s+|once\s+|still\s+)?{_DID}{_ON}"),
    _phrase(("when", "since", "while", "before"), rf"\s+I\s+{_WAS}{_ON}"),
    _phrase(("I", "we"), rf"\s+{_TOLD}\s+(?:\w+\s+)?{_WHOM}{_ON}"),
    _phrase(("as",), rf" I\s+{_SAID}{_ON}"),
    _phrase(("I",), rf" (?:work|sit|am based) (?:in|on|at|for|with){_ON}"),
    _phrase(("in",), rf" my \d+ years{_ON}"),
    _phrase(("my",), rf" \d+ years (?:of|in|at|on|with){_ON}"),
)

_CLOSING = _any(
    *("(?:kind |best |warm )?regards", "best wishes", "(?:many )?thanks", "thank you", "cheers", "best"),
    *("yours(?: sincerely| faithfully)?", "sincerely", "diolch", "cofion"),
)
_SPACE = r"[ \t]*"
_NAME = r"[A-Z][\w’'-]+(?:[ \t]+[A-Z][\w’'-]+){0,2}"
_ANY_NAME = r"[^\W\d_][\w.’'-]*(?:[ \t]+[^\W\d_][\w.’'-]*){0,3}"
SIGNATURES = tuple(
    re.compile(each, re.MULTILINE)
    for each in (
        # A closing on a line of its own, and a name after it.
        rf"(?i:^{_SPACE}{_CLOSING}[,.! \t]*\n?{_SPACE}[-–—]?{_SPACE}{_ANY_NAME}{_SPACE}\Z)",
        rf"(?i:[.!?]{_SPACE}{_CLOSING}),?{_SPACE}\n?{_SPACE}{_NAME}{_SPACE}\.?\Z",
        # At the very end a dash, and initials or a name.
        rf"(?:^|[.!?][ \t]+){_SPACE}[-–—~][ \t]?(?:[A-Z]{{2,3}}|{_NAME}){_SPACE}\.?\Z",
        rf"\b(?:signed[:,]?|(?:signed|written|sent) by)\s+{_NAME}\s*\.?\Z",
        rf"\b(?:my name is|I am called|this is)\s+{_NAME}",
    )
)


def of_flag(uow: UnitOfWork, visitor: Visitor, typed: NewFlag) -> tuple[str, ...]:
    """The telling words of what the visitor typed."""
    names = _kept_names(uow.accounts.names)
    some = (each for text in (typed.because, typed.remedy) for each in found(text, visitor.name, names))
    return tuple(dict.fromkeys(some))[:MOST]


class Names:
    """What people are called, as names are compared: word by word, whatever their case."""

    def __init__(self, names: Iterable[str]) -> None:
        by_first: dict[str, set[tuple[str, ...]]] = {}
        for each in map(_words, names):
            if 2 <= len(each) <= LONGEST_NAME:
                by_first.setdefault(each[0], set()).add(each)
        self._by_first = by_first

    def beginning(self, words: Sequence[str], first: int) -> Iterator[int]:
        """The lengths in words of the names that stand in these words, in lower case, from the place `first` on."""
        some = self._by_first.get(words[first])
        if some:
            lengths = range(2, min(LONGEST_NAME, len(words) - first) + 1)
            yield from (each for each in lengths if tuple(words[first : first + each]) in some)


@lru_cache(maxsize=2)
def _kept_names(names: frozenset[str]) -> Names:
    """Kept, because it takes a while with ten thousand names, and they seldom change."""
    return Names(names)


def found(text: str, author: str, names: Names) -> tuple[str, ...]:
    """The telling words of a text as they stand in it, in its order, at most `MOST`.

    `author` is the author's name, and `names` are those of everyone who has an account.
    """
    spans: list[tuple[int, int]] = []
    for start, end in sorted(_spans(text, author, names), key=lambda each: (each[0], -each[1])):
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
    return tuple(" ".join(text[start:end].split()) for start, end in spans[:MOST])


def _words(name: str) -> tuple[str, ...]:
    return tuple(each.casefold() for each in WORD.findall(name))


def _spans(text: str, author: str, names: Names) -> Iterator[tuple[int, int]]:
    for pattern in _patterns(text):
        for each in pattern.finditer(text):
            start = each.start() + len(each.group()) - len(each.group().lstrip(" \t\n.!?"))
            yield start, each.end()
    places = list(WORD.finditer(text))
    words = [each.group().casefold() for each in places]
    own = {each for each in _words(author) if len(each) > 2}
    for first, word in enumerate(words):
        if word in own and text[places[first].start()].isupper():
            yield places[first].span()
        for length in names.beginning(words, first):
            yield places[first].start(), places[first + length - 1].end()


def _patterns(text: str) -> Iterator[re.Pattern[str]]:
    """The patterns that may match in this text: most phrases are not looked for, as no word of it begins them."""
    if "@" in text:
        yield ADDRESS
        yield HANDLE
    words = set(_LETTERS.findall(text.lower()))
    yield from (each.pattern for each in _PHRASES if not words.isdisjoint(each.begins))
    yield from SIGNATURES
