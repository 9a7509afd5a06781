"""The order and the limits of what a digest shows.

The query that picks the flags of a digest sorts them the same way, so that no flag left out is more urgent.
"""

from dataclasses import dataclass
from datetime import date

from bot.interface.views import DigestItem, DigestPartView
from storage.flags import HARDEST_FIRST, OPEN

MOST_A_POLICY = 3
MOST_IN_ALL = 10


Urgency = tuple[int, int, int]
_NOT_QUOTED: Urgency = (3, 0, 0)


@dataclass(frozen=True)
class Block:
    """A policy in a digest: the flags that are quoted, most urgent first, and how many more need an answer."""

    part: DigestPartView
    items: tuple[DigestItem, ...]

    @property
    def more(self) -> int:
        """How many flags of this policy need an answer and are not quoted."""
        return max(self.part.needing - len(self.items), 0)


def urgency(item: DigestItem, day: date) -> Urgency:
    """A sort key: late, then due today, then the rest; then the hardest verdict; then the most people."""
    lateness = 2 if item.answer_by is None or item.answer_by > day else int(item.answer_by == day)
    return (lateness, HARDEST_FIRST.index(item.verdict), -item.people)


def blocks(parts: tuple[DigestPartView, ...], day: date) -> tuple[Block, ...]:
    """The policies with a flag that needs an answer or a promise that is due, most urgent first, within the limits."""
    ranked = [Block(part, _quotable_items(part, day)) for part in parts if part.needing or part.promises]
    ranked.sort(key=lambda each: _urgency(each, day))
    made: list[Block] = []
    left = MOST_IN_ALL
    for block in ranked:
        items = block.items[: min(MOST_A_POLICY, left)]
        left -= len(items)
        made.append(Block(block.part, items))
    return tuple(made)


def _urgency(block: Block, day: date) -> Urgency:
    flag = urgency(block.items[0], day) if block.items else _NOT_QUOTED
    if not block.part.promises:
        return flag
    # A promise counts as the hardest flag of its day does.
    by = block.part.promises[0].by_date
    return min(flag, (2 if by > day else int(by == day), 0, 0))


def _quotable_items(part: DigestPartView, day: date) -> tuple[DigestItem, ...]:
    items = [each for each in part.items if each.status in OPEN]
    return tuple(sorted(items, key=lambda each: urgency(each, day)))
