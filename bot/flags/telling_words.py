"""Telling words: what in a text may show who wrote it, so that its author can look at it once more before it is sent.

It is found in memory and kept nowhere. It is a hint: people who know the author know them by more than these words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
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
_I_AM = _any("as", "being", "am", "are", "I['’]m", "we['’]re")
_FIRST = _any("lead", "head", "chief", "principal", "senior", "deputy", "acting", "former")
_FEW = r"(?:[\w’'-]+\s+){0,4}?"
"""A few words before what follows."""
_ON = r"\b(?:\s+[\w’'-]+){0,4}"
"""A few words more, so that what is shown can be recognised."""

PHRASES = tuple(
    re.compile(rf"\b{each}", re.IGNORECASE)
    for each in (
        rf"{_I_AM}\s+(?:currently\s+|now\s+)?the\s+(?:only|sole|last|one)\s+{_FEW}{_PART}s?\b",
        r"(?:as|being|am|I['’]m)\s+(?:currently\s+|now\s+)?the\s+(?:only|sole|last)\s+[\w’'-]+",
        rf"(?:only|just)\s+(?:I|me|my team|our team|we){_ON}",
        rf"I(?:['’]m| am)\s+(?:one of (?:the\s+)?(?:two|three|few)|the (?:lead|head|owner|author|architect)){_ON}",
        rf"one of (?:the|our) (?:two|three) {_FEW}{_PART}s?\b",
        rf"as (?:the|a|an) {_FEW}{_PART}s? (?:of|for|on|in|at|who|here){_ON}",
        rf"as (?:our|their|its) {_FEW}{_PART}s?\b",
        rf"as (?:the |a )?{_FIRST} {_FEW}{_PART}s?{_ON}",
        rf"my\s+{_FEW}{_OWN}s?\b",
        rf"my\s+{_ABOVE}s?\b",
        rf"my\s+(?:own\s+)?{_MINE}\b",
        rf"I\s+(?:\w+ly\s+|have\s+|had\s+|also\s+|once\s+|still\s+)?{_DID}{_ON}",
        rf"(?:when|since|while|before)\s+I\s+{_WAS}{_ON}",
        rf"(?:I|we)\s+{_TOLD}\s+(?:\w+\s+)?{_WHOM}{_ON}",
        rf"as I\s+{_SAID}{_ON}",
        rf"I (?:work|sit|am based) (?:in|on|at|for|with){_ON}",
        rf"in my \d+ years{_ON}",
        rf"my \d+ years (?:of|in|at|on|with){_ON}",
    )
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
    names = _all_folded(uow.accounts.names)
    some = (each for text in (typed.because, typed.remedy) for each in found(text, visitor.name, names))
    return tuple(dict.fromkeys(some))[:MOST]


@lru_cache(maxsize=2)
def _all_folded(names: frozenset[str]) -> frozenset[str]:
    """Kept, because it takes a while with ten thousand names, and they seldom change."""
    return frozenset(folded(each) for each in names)


def found(text: str, author: str, names: Collection[str]) -> tuple[str, ...]:
    """The telling words of a text as they stand in it, in its order, at most `MOST`.

    `author` is the author's name, and `names` are those of everyone who has an account, as `folded`.
    """
    spans: list[tuple[int, int]] = []
    for start, end in sorted(_spans(text, author, names), key=lambda each: (each[0], -each[1])):
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
    return tuple(" ".join(text[start:end].split()) for start, end in spans[:MOST])


def folded(name: str) -> str:
    """A name in the form in which names are compared."""
    return " ".join(each.group().casefold() for each in WORD.finditer(name))


def _spans(text: str, author: str, names: Collection[str]) -> Iterator[tuple[int, int]]:
    for pattern in (ADDRESS, HANDLE, *PHRASES, *SIGNATURES):
        for each in pattern.finditer(text):
            start = each.start() + len(each.group()) - len(each.group().lstrip(" \t\n.!?"))
            yield start, each.end()
    words = list(WORD.finditer(text))
    own = {each for each in folded(author).split() if len(each) > 2}
    for first, word in enumerate(words):
        if word.group()[0].isupper() and word.group().casefold() in own:
            yield word.span()
        for length in range(2, LONGEST_NAME + 1):
            some = words[first : first + length]
            if len(some) == length and " ".join(each.group().casefold() for each in some) in names:
                yield some[0].start(), some[-1].end()
