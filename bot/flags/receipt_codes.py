"""Receipt codes: the only way back to a detached flag. Shown once to its author, and kept as a keyed hash.

A code is 128 bits, written as 26 letters and digits of Crockford's base 32, in groups of four. Small letters, spaces
and hyphens are taken too, and the letters O, I and L for the digits that they look like.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from bot.flags import boxes
from bot.flags.boxes import WaitingFlag
from bot.people.people import Visitor
from bot.screens import refusals as says
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Flag, authors
from storage import boxes as stored_boxes
from storage import flags as stored
from storage.authors_key import CODE_BYTES

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTERS = 26
GROUP = 4
MOST_TRIES = 20
"""How many unknown codes one person may try in an hour."""
TRIED_FOR = timedelta(hours=1)

_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", " ": "", "-": "", "\u00a0": ""})
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
_BITS = 5


def written(code: bytes) -> str:
    """A code as its author copies it: `7KQ4 M2XD …`."""
    letters = packed(code)
    return " ".join(letters[start : start + GROUP] for start in range(0, LETTERS, GROUP))


def packed(code: bytes) -> str:
    """A code without the spaces, as a button carries it."""
    number = int.from_bytes(code, "big")
    return "".join(ALPHABET[number >> _BITS * place & 31] for place in reversed(range(LETTERS)))


def read(typed: str) -> bytes | None:
    """The code that was typed; None where it cannot be one."""
    letters = typed.upper().translate(_LOOK_ALIKES)
    if len(letters) != LETTERS or not set(letters) <= _VALUES.keys():
        return None
    number = 0
    for each in letters:
        number = number << _BITS | _VALUES[each]
    with suppress(OverflowError):
        return number.to_bytes(CODE_BYTES, "big")
    return None


def find(uow: UnitOfWork, code: bytes) -> Flag | WaitingFlag | None:
    """The detached flag with that code; None for one that was withdrawn, and where there is none.

    The receipts and the boxes of all policies are read, whichever code it is.
    """
    receipts, tags = authors.receipts(uow.session), stored_boxes.tags_by_policy(uow.session)
    uow.take_keys({*receipts, *tags})
    for policy_id in {*receipts, *tags}:
        waiting = boxes.subjects(tags.get(policy_id, ()))
        # After the authors' day a policy has no such key: its codes are unknown.
        for key in uow.authors_keys(policy_id):
            if key.receipt(code).hex() in receipts.get(policy_id, ()):
                return _shown(uow, policy_id, key.receipt(code))
            if key.waiting_receipt(code).hex() in waiting:
                return _waiting(uow, policy_id, key.waiting_receipt(code))
    return None


def _shown(uow: UnitOfWork, policy_id: UUID, receipt: bytes) -> Flag | None:
    return next((each for each in stored.of_policies(uow.session, [policy_id]) if each.receipt == receipt), None)


def _waiting(uow: UnitOfWork, policy_id: UUID, half: bytes) -> WaitingFlag | None:
    for each in boxes.about(uow, policy_id, [half]):
        found = boxes.waiting_flag(uow, each.box)
        if found is not None and not found.flag.withdrawn:
            return found
    return None


class Tries:
    """How many unknown codes each person has tried, in the memory of one process, which a restart forgets."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._since: dict[bytes, tuple[datetime, int]] = {}

    def __len__(self) -> int:
        return len(self._since)

    def check(self, visitor: Visitor, now: datetime) -> None:
        """Raises `FormRefused` for somebody who has tried too many codes in the last hour."""
        begun, number = self._since.get(min(visitor.secrets), (now, 0))
        if number >= MOST_TRIES and now - begun < TRIED_FOR:
            raise FormRefused({"code": says.TOO_MANY_CODES})

    def unknown(self, visitor: Visitor, now: datetime) -> None:
        """Note that somebody tried a code that is unknown."""
        self.forget_earlier(now)
        with self._lock:
            begun, number = self._since.get(min(visitor.secrets), (now, 0))
            self._since[min(visitor.secrets)] = (begun, number + 1)

    def forget_earlier(self, now: datetime) -> None:
        """Forget who tried codes, an hour after the first one."""
        with self._lock:
            self._since = {who: each for who, each in self._since.items() if now - each[0] < TRIED_FOR}


TRIES = Tries()
