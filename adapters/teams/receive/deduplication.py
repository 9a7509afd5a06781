"""What was heard lately: Teams sends the same activity again where it waited long for an answer.

Only for what is answered by a message. What a click does is made once by the form's nonce, and by the rules.
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
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()

    @contextmanager
    def once(self, activity: IncomingActivity) -> Iterator[bool]:
        """Whether an activity is new. One that fails is forgotten, and new again when it comes again."""
        key = (activity.conversation, activity.activity)
        if not activity.activity:
            yield True
        elif key in self._known:
            yield False
        else:
            self._known[key] = None
            while len(self._known) > MOST_KEPT:
                self._known.popitem(last=False)
            try:
                yield True
            except BaseException:
                self._known.pop(key, None)
                raise
