"""Deduplicate activities: Teams sends an activity again if the answer took too long.

Only for activities that are answered by a message. For clicks, the form's nonce and the policy rules prevent doubles.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from adapters.teams.activity import IncomingActivity

MOST_KEPT = 1_000


class RecentActivities:
    """Remembers which activities this process has acted on, or is acting on."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()

    @contextmanager
    def once(self, activity: IncomingActivity) -> Iterator[bool]:
        """Yield whether an activity is new. If the `with` block raises, it is forgotten, and a retry is new again."""
        key = (activity.conversation, activity.activity)
        if not activity.activity:
            yield True
        elif key in self._seen:
            yield False
        else:
            self._seen[key] = None
            while len(self._seen) > MOST_KEPT:
                self._seen.popitem(last=False)
            try:
                yield True
            except BaseException:
                self._seen.pop(key, None)
                raise
