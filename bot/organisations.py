"""The organisation that a deployment serves: who runs it, the lines people rely on, and its terms."""

from __future__ import annotations

from collections.abc import Mapping

from bot.turn import Turn
from storage import organisation as stored

DESCRIBED = {
    "name": "what the organisation is called, in the middle of a sentence",
    "team": "the team that runs Deliverable",
    "contact": "where to ask questions about it",
    "key_holder": "who holds the master key",
    "handling": "how sensitive text may be",
    "wrongdoing": "the route by which wrongdoing is reported",
    "wrongdoing_link": "the address of that route, starting with https://",
    "foi_contact": "where freedom of information requests go",
    "domains": "the e-mail domains whose addresses join a person's accounts, with blanks between them",
}


def describe(turn: Turn, values: Mapping[str, str | int]) -> None:
    """Set columns of the organisation; `values` by column name, checked by the caller."""
    row = turn.organisation
    for name, value in values.items():
        setattr(row, name, value)
    stored.keep(turn.session, row)
