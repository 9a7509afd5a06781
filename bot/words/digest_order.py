"""In what order a digest says things, and how much of them: pure, from what was compiled."""

from dataclasses import dataclass
from datetime import date

from bot.views import DigestItem, DigestPartView, DigestView
from storage import Standing, Verdict

MOST_A_POLICY = 3
MOST_IN_ALL = 10

_WAITS = (Standing.WAITING, Standing.NOT_SETTLED)
_LEFT_OUT = (Standing.UNNEEDED, Standing.ANSWERED, Standing.SETTLED)
_VERDICTS = (Verdict.NOT, Verdict.IF, Verdict.CANNOT_TELL, Verdict.AS_ANNOUNCED)


@dataclass(frozen=True)
class Block:
    """A policy in a digest: the flags that are quoted, most urgent first, and how many more need an answer."""

    part: DigestPartView
    items: tuple[DigestItem, ...]
    more: int


def asks(item: DigestItem, day: date) -> bool:
    """Whether the flag needs something of the owner: an answer, or the decision that is due for one acknowledged."""
    acknowledged = item.standing is Standing.ACKNOWLEDGED
    return item.standing in _WAITS or (acknowledged and item.answer_by is not None and item.answer_by <= day)


def urgency(item: DigestItem, day: date) -> tuple[date, int, int, date]:
    """Late first and the longest late before others, then due today, then by verdict, then by how many people."""
    due = item.answer_by if asks(item, day) and item.answer_by and item.answer_by <= day else date.max
    return (due, _VERDICTS.index(item.verdict), -item.people, item.sent_on)


def quotable(part: DigestPartView, day: date) -> tuple[DigestItem, ...]:
    """The flags of a policy that can be quoted, most urgent first; what is answered or needs nothing is not."""
    left = [each for each in part.items if each.standing not in _LEFT_OUT]
    return tuple(sorted(left, key=lambda each: (not asks(each, day), urgency(each, day))))


def needing(part: DigestPartView, day: date) -> int:
    """How many flags of a policy need an answer, quoted or not."""
    return max(part.needing, sum(asks(each, day) for each in part.items))


def blocks(view: DigestView, day: date) -> tuple[Block, ...]:
    """The policies that have something to quote or to answer, most urgent first, cut to the limits of a digest."""
    ranked = [(part, quotable(part, day)) for part in view.parts]
    present = [(part, items) for part, items in ranked if items or needing(part, day)]
    present.sort(key=lambda each: _policy_urgency(each[1], day))
    made: list[Block] = []
    room = MOST_IN_ALL
    for part, items in present:
        shown = items[: min(MOST_A_POLICY, room)]
        room -= len(shown)
        asked = sum(asks(each, day) for each in shown)
        made.append(Block(part, shown, needing(part, day) - asked))
    return tuple(made)


def _policy_urgency(items: tuple[DigestItem, ...], day: date) -> tuple[bool, tuple[date, int, int, date]]:
    if not items:
        return (True, (date.max, len(_VERDICTS), 0, date.max))
    return (not asks(items[0], day), urgency(items[0], day))
