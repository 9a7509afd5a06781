"""Entries of the audit log: what an admin or an operator does is written in the transaction that carries it out.

The chain of MACs is explained in `storage/audit.py`. Reading and checking the log is in `bot/admin/audit.py`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from uuid import UUID

from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import AuditEntry
from storage import audit as stored
from storage.audit import AuditKey, ChainKey, Changes
from storage.text_key import TextKey

OPERATOR = "operator"
"""Who acts on the command line: it does not know its user."""
PROGRAM = "program"
"""Who acts where nobody does: what was decided beforehand takes effect."""
START = b"audit/v1"


def watch(uow: UnitOfWork) -> None:
    """Note what an admin changes from now on, for `record_click`."""
    if uow.changes is None:
        uow.changes = Changes(uow.session)


def note_reason(uow: UnitOfWork, name: str, before: str, after: str) -> None:
    """Note the reason of an act, which an admin typed; `name` is that of a column, as in the changes of an entry."""
    if uow.changes is not None:
        uow.changes.note_reason(name, before, after)


def record_changes(uow: UnitOfWork, who: str, act: str) -> None:
    """Write one entry if something has changed since `watch`."""
    uow.session.flush()
    if uow.changes and (uow.changes.found or uow.changes.reasons):
        record(uow, who, act)


def record(uow: UnitOfWork, who: str, act: str, subject: str = "") -> None:
    """Write one entry, with what has changed since `watch`."""
    uow.session.flush()
    last = stored.newest(uow.session)
    following = last.number + 1 if last else 1
    changed = {**uow.changes.found, **_sealed(uow, following, uow.changes.reasons)} if uow.changes else {}
    entry = AuditEntry(
        number=following,
        at=uow.now,
        who=who,
        act=act,
        subject=subject,
        changes=json.dumps(changed, ensure_ascii=False, sort_keys=True),
        mac=b"",
    )
    entry.mac = chain_key(uow).mac(last.mac if last else START, entry.signed())
    stored.add(uow.session, entry)


def _sealed(uow: UnitOfWork, entry: int, reasons: Mapping[str, tuple[str, str]]) -> dict[str, list[object]]:
    """Reasons as an entry keeps them."""
    if not reasons:
        return {}
    key = text_key(uow)

    def sealed(name: str, reason: str) -> object:
        return {stored.SEALED: key.seal(*place_of(entry), reason, name.encode()).hex()} if reason else ""

    return {name: [sealed(name, each) for each in both] for name, both in reasons.items()}


def place_of(entry: int) -> tuple[str, str, UUID]:
    """To what a reason in an entry is bound."""
    return "audit", "changes", UUID(int=entry)


def chain_key(uow: UnitOfWork) -> ChainKey:
    """The key of the chain of MACs; made with the first entry."""
    return uow.ring.unwrap(ChainKey, stored.KEY_CONTEXT, _keys(uow).wrapped)


def text_key(uow: UnitOfWork) -> TextKey:
    """The key that seals reasons."""
    return uow.ring.unwrap(TextKey, stored.KEY_CONTEXT, _keys(uow).text)


def _keys(uow: UnitOfWork) -> AuditKey:
    row = stored.wrapped_keys(uow.session)
    if row is None:
        _, chain = uow.ring.new_key(ChainKey, stored.KEY_CONTEXT)
        _, text = uow.ring.new_key(TextKey, stored.KEY_CONTEXT)
        row = AuditKey(wrapped=chain, text=text)
        stored.add(uow.session, row)
    return row
