"""Blank flag forms that were opened just now: after an announcement, everybody opens the same one.

What is kept holds nothing that anybody typed or chose, and is given only to somebody who was let in just now, at the
same place. It is gone with the next thing that this process writes and, since others write too, after a few seconds;
and whatever is sent with it is checked anew.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from bot.handlers.context import Draft
from bot.interface.actor import Actor
from bot.interface.clock import Clock
from bot.interface.intents import GiveView, Intent
from bot.interface.parts import Form, Screen
from storage import Database

KEPT = timedelta(seconds=5)
MOST = 1_000
"""How many forms, and how many people, are kept at most."""

Place = tuple[str, str, str]


class Blanks:
    """The forms opened just now, over one database. `clock` gives aware UTC."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._as_of = self.as_of
        self._since: datetime | None = None
        self._forms: dict[tuple[UUID, Place], Form] = {}
        self._people: set[Actor] = set()

    @property
    def as_of(self) -> int:
        """What this process has written last, to be asked for before a form is looked up that may be kept."""
        return self._database.written

    def find(self, intent: Intent, actor: Actor) -> Form | None:
        """The form that an intent opens, with a nonce of its own; None where it is to be looked up."""
        if not isinstance(intent, GiveView) or not self._stands() or actor not in self._people:
            return None
        form = self._forms.get((intent.policy, _place(actor)))
        return replace(form, nonce=Draft().nonce) if form else None

    def keep(self, intent: Intent, actor: Actor, screen: Screen, as_of: int) -> None:
        """Keep what was opened, if it is a blank form and nothing has been written since it was looked up."""
        if not isinstance(intent, GiveView) or not isinstance(screen, Form) or screen.intent != intent:
            return
        if not screen.untouched or as_of != self.as_of:
            return
        if not self._stands() or max(len(self._forms), len(self._people)) >= MOST:
            self._forms.clear()
            self._people.clear()
            self._as_of, self._since = as_of, self._clock()
        self._forms[intent.policy, _place(actor)] = screen
        self._people.add(actor)

    def _stands(self) -> bool:
        if self._since is None or self._as_of != self.as_of:
            return False
        return timedelta() <= self._clock() - self._since < KEPT


def _place(actor: Actor) -> Place:
    return actor.platform, actor.workspace, actor.channel
