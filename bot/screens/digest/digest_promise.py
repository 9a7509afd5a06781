"""One promise in a digest: what was promised by when, and the buttons that say what became of it."""

from collections.abc import Iterator

from bot.calendar.dates import long_date
from bot.interface.intents import SeeFlag
from bot.interface.parts import Heading, Part
from bot.interface.views import DigestPromise
from bot.screens.commitment_lines import commitment_lines, promise_buttons
from bot.screens.quoted import BECAUSE_IN_A_LIST, excerpt

MOST_PROMISES = 5
"""How many promises a digest shows for each policy."""


def is_said(promise: DigestPromise) -> bool:
    """Whether anything was said about a promise since the digest asked for it."""
    commitment = promise.promised.commitment if promise.promised else None
    return commitment is None or commitment.ended_on is not None or commitment.by_date != promise.by_date


def digest_promise(promise: DigestPromise, title: str, number: int) -> Iterator[Part]:
    """The promise; once something was said about it, that in place of the buttons. `number` tells buttons apart."""
    if promise.promised is None:
        return
    commitment, answer, rest = promise.promised.commitment, promise.promised.answer, SeeFlag(promise.promised.flag)
    day = long_date(promise.by_date)
    lead = "You said you would change this" if promise.own else f"{answer.by} said this would change"
    yield Heading(f"{lead} by {day}.", 3)
    yield excerpt("What was promised", answer.text, BECAUSE_IN_A_LIST, rest)
    if is_said(promise) or commitment.told_on is not None:
        yield from commitment_lines(commitment, rest)
    if not is_said(promise):
        yield from promise_buttons(commitment, f"promise {number}, {title}")
