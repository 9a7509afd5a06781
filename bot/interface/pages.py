"""Pages of a list: which of its items one screen shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")

PAGE_SIZE = 10
"""How many items of a list one screen shows. So many fit with cut texts on every platform, however long they are."""


@dataclass(frozen=True)
class Page:
    """One page of a list of `total` items; `number` counts from 1. An empty list has one empty page."""

    number: int = 1
    total: int = 0

    @classmethod
    def of(cls, number: int, total: int) -> Page:
        """The page of that number, or the last one if the list has become shorter."""
        last = max(1, -(-total // PAGE_SIZE))
        return cls(min(max(1, number), last), total)

    @property
    def offset(self) -> int:
        """How many items come before this page."""
        return (self.number - 1) * PAGE_SIZE

    @property
    def first(self) -> int:
        """The place of its first item in the list, from 1."""
        return self.offset + 1

    @property
    def last(self) -> int:
        """The place of its last item in the list."""
        return min(self.offset + PAGE_SIZE, self.total)

    @property
    def number_on_it(self) -> int:
        """How many items it has."""
        return self.last - self.offset

    @property
    def is_whole(self) -> bool:
        """Whether it is the only page of its list."""
        return self.total <= PAGE_SIZE

    def before(self) -> Page | None:
        """The page before this one, if any."""
        return Page(self.number - 1, self.total) if self.number > 1 else None

    def after(self) -> Page | None:
        """The page after this one, if any."""
        return Page(self.number + 1, self.total) if self.last < self.total else None

    def of_items(self, items: Sequence[Item]) -> Sequence[Item]:
        """The items of this page, given all items of the list."""
        return items[self.offset : self.last]
