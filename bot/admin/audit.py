"""The audit log: what is written to it, and checking that nothing in it was changed.

An act of an admin or an operator is written in the transaction that carries it out, with the settings that it changed.
The chain of MACs is explained in `storage/audit.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from bot.interface.actor import Actor
from bot.interface.intents import Intent
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import AuditEntry
from storage import audit as stored
from storage.audit import ChainKey, Changes

OPERATOR = "operator"
"""Who acts on the command line: it does not know its user."""
_START = b"audit/v1"


@dataclass(frozen=True)
class Head:
    """The end of the log: its number of entries, and the last MAC in hexadecimal. Note it elsewhere to compare."""

    number: int
    mac: str


class Tampered(Exception):
    """An entry was changed, put in, or taken out. `number` is the first that does not fit."""

    def __init__(self, number: int) -> None:
        super().__init__(f"entry {number} does not fit")
        self.number = number


def watch(uow: UnitOfWork) -> None:
    """Note what an admin changes from now on, for `record_click`."""
    if uow.changes is None:
        uow.changes = Changes(uow.session)


def record_click(uow: UnitOfWork, actor: Actor, intent: Intent) -> None:
    """Write what an admin did, if a handler has checked that they are one."""
    if uow.changes is not None:
        act, _, subject = intent.to_text().partition(":")
        record(uow, f"{actor.platform}/{actor.workspace}/{actor.user}", act, subject)


def record_changes(uow: UnitOfWork, who: str, act: str) -> None:
    """Write one entry if something has changed since `watch`."""
    uow.session.flush()
    if uow.changes and uow.changes.found:
        record(uow, who, act)


def record(uow: UnitOfWork, who: str, act: str, subject: str = "") -> None:
    """Write one entry, with what has changed since `watch`."""
    uow.session.flush()
    changed = uow.changes.found if uow.changes else {}
    last = stored.newest(uow.session)
    entry = AuditEntry(
        number=last.number + 1 if last else 1,
        at=uow.now,
        who=who,
        act=act,
        subject=subject,
        changes=json.dumps(changed, ensure_ascii=False, sort_keys=True),
        mac=b"",
    )
    entry.mac = _key(uow).mac(last.mac if last else _START, entry.signed())
    stored.add(uow.session, entry)


def verify(uow: UnitOfWork, expected: Head | None = None) -> Head:
    """Check every entry, and that the one `expected`, if given, is still there. Raises `Tampered`."""
    reached = Head(0, "")
    key = _key(uow) if stored.newest(uow.session) else None
    previous = _START
    for count, entry in enumerate(stored.entries(uow.session), 1):
        if key is None or entry.number != count or key.mac(previous, entry.signed()) != entry.mac:
            raise Tampered(count)
        previous, reached = entry.mac, Head(count, entry.mac.hex())
        if expected is not None and expected.number == count and expected != reached:
            raise Tampered(count)
    if expected is not None and expected.number > reached.number:
        raise Tampered(reached.number + 1)
    return reached


def head(uow: UnitOfWork) -> Head:
    """The end of the log as it stands, without checking it."""
    last = stored.newest(uow.session)
    return Head(last.number, last.mac.hex()) if last else Head(0, "")


def entries(uow: UnitOfWork) -> Iterator[AuditEntry]:
    """All entries, oldest first."""
    return stored.entries(uow.session)


def rewrap(uow: UnitOfWork) -> int:
    """Wrap the log's key by the first master key; how many had another one before."""
    row = stored.wrapped_key(uow.session)
    if row is None or uow.ring.wraps(row.wrapped):
        return 0
    row.wrapped = uow.ring.rewrap(ChainKey, stored.KEY_CONTEXT, row.wrapped)
    return 1


def _key(uow: UnitOfWork) -> ChainKey:
    row = stored.wrapped_key(uow.session)
    if row is not None:
        return uow.ring.unwrap(ChainKey, stored.KEY_CONTEXT, row.wrapped)
    key, wrapped = uow.ring.new_key(ChainKey, stored.KEY_CONTEXT)
    stored.add(uow.session, stored.AuditKey(wrapped=wrapped))
    return key
