"""The audit log: what is written to it, and checking that nothing in it was changed.

An act of an admin or an operator is written in the transaction that carries it out, with the settings that it changed.
The chain of MACs is explained in `storage/audit.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from bot.interface.actor import Actor
from bot.interface.intents import Intent
from bot.interface.pages import PAGE_SIZE, Page
from bot.interface.platforms import display_name
from bot.people import people
from bot.screens.admin.audit_log import AuditEntryView, value_shown
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import AuditEntry
from storage import audit as stored
from storage import channels as stored_channels
from storage import people as stored_people
from storage import policies as stored_policies
from storage.audit import AuditKey, ChainKey, Changes
from storage.encryption import Damaged
from storage.text_key import TextKey

OPERATOR = "operator"
"""Who acts on the command line: it does not know its user."""
PROGRAM = "program"
"""Who acts where nobody does: what was decided beforehand takes effect."""
NOT_OPENED = "a reason that cannot be opened"
_START = b"audit/v1"
_HEAD = re.compile(r"(\d{1,9}):([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True)
class Head:
    """The end of the log: its number of entries, and the last MAC in hexadecimal. Note it elsewhere to compare."""

    number: int
    mac: str

    def __str__(self) -> str:
        return f"{self.number}:{self.mac}"


def head_in(text: str) -> Head | None:
    """The end of the log that a text stands for, written as `str` gives it; None for any other text."""
    found = _HEAD.fullmatch(text)
    return Head(int(found[1]), found[2]) if found else None


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
    entry.mac = _key(uow).mac(last.mac if last else _START, entry.signed())
    stored.add(uow.session, entry)


def _sealed(uow: UnitOfWork, entry: int, reasons: Mapping[str, tuple[str, str]]) -> dict[str, list[object]]:
    """Reasons as an entry keeps them."""
    if not reasons:
        return {}
    key = _text_key(uow)

    def sealed(name: str, reason: str) -> object:
        return {stored.SEALED: key.seal(*_place(entry), reason, name.encode()).hex()} if reason else ""

    return {name: [sealed(name, each) for each in both] for name, both in reasons.items()}


def _place(entry: int) -> tuple[str, str, UUID]:
    return "audit", "changes", UUID(int=entry)


def changes_of(uow: UnitOfWork, entry: AuditEntry) -> dict[str, list[object]]:
    """What an entry says has changed, from each column to its values before and after, with reasons opened."""
    found = json.loads(entry.changes)
    return {name: [_opened(uow, entry.number, name, each) for each in both] for name, both in found.items()}


def _opened(uow: UnitOfWork, entry: int, name: str, value: object) -> object:
    if not isinstance(value, dict):
        return value
    try:
        return _text_key(uow).open(*_place(entry), bytes.fromhex(value[stored.SEALED]), name.encode())
    except (Damaged, KeyError, TypeError, ValueError):
        return NOT_OPENED


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


def number(uow: UnitOfWork) -> int:
    """How many entries there are."""
    return stored.number(uow.session)


def views(uow: UnitOfWork, page: Page) -> tuple[AuditEntryView, ...]:
    """One page of the entries as people read them, the newest first: with names in place of ids, as they are now."""
    rows = stored.page(uow.session, offset=page.offset, limit=PAGE_SIZE)
    return tuple(_view(uow, each) for each in rows)


def _view(uow: UnitOfWork, entry: AuditEntry) -> AuditEntryView:
    changes = changes_of(uow, entry).items()
    return AuditEntryView(
        number=entry.number,
        at=entry.at,
        who=_who(uow, entry.who),
        act=entry.act,
        subject=_named(uow, entry.subject),
        changes=tuple(
            (_column(uow, name), _value(uow, before), _value(uow, after)) for name, (before, after) in changes
        ),
    )


def _who(uow: UnitOfWork, who: str) -> str:
    if who == OPERATOR:
        return "an operator, on the command line"
    platform, _, rest = who.partition("/")
    account = stored_people.identity(uow.session, platform, *rest.split("/", 1)) if "/" in rest else None
    return f"{people.name_of(uow, account.person_id)} in {display_name(platform)}" if account else who


def _column(uow: UnitOfWork, name: str) -> str:
    """What `policies:<id>.owner_id` or `organisation.answer_days` is called."""
    row, _, column = name.rpartition(".")
    table, _, row_id = row.partition(":")
    return f"{_named(uow, row_id) or table}: {column.removesuffix('_id').replace('_', ' ')}"


def _value(uow: UnitOfWork, value: object) -> str:
    return _named(uow, value) if isinstance(value, str) and value else value_shown(value)


def _named(uow: UnitOfWork, text: str) -> str:
    """A text with the names of what its ids stand for: people, policies and channels."""
    return " ".join(_name_of_id(uow, each) for each in re.split("[ :]", text))


def _name_of_id(uow: UnitOfWork, word: str) -> str:
    try:
        found = UUID(word)
    except ValueError:
        return word
    policy, channel = stored_policies.policy(uow.session, found), stored_channels.channel(uow.session, found)
    return (policy and policy.title) or (channel and channel.name) or people.name_of(uow, found) or word


def entries(uow: UnitOfWork) -> Iterator[AuditEntry]:
    """All entries, oldest first."""
    return stored.entries(uow.session)


def rewrap(uow: UnitOfWork) -> int:
    """Wrap the log's key by the first master key; how many had another one before."""
    row = stored.wrapped_keys(uow.session)
    if row is None or uow.ring.wraps(row.wrapped):
        return 0
    row.wrapped = uow.ring.rewrap(ChainKey, stored.KEY_CONTEXT, row.wrapped)
    row.text = uow.ring.rewrap(TextKey, stored.KEY_CONTEXT, row.text)
    return 1


def _key(uow: UnitOfWork) -> ChainKey:
    return uow.ring.unwrap(ChainKey, stored.KEY_CONTEXT, _keys(uow).wrapped)


def _text_key(uow: UnitOfWork) -> TextKey:
    return uow.ring.unwrap(TextKey, stored.KEY_CONTEXT, _keys(uow).text)


def _keys(uow: UnitOfWork) -> AuditKey:
    row = stored.wrapped_keys(uow.session)
    if row is None:
        _, chain = uow.ring.new_key(ChainKey, stored.KEY_CONTEXT)
        _, text = uow.ring.new_key(TextKey, stored.KEY_CONTEXT)
        row = AuditKey(wrapped=chain, text=text)
        stored.add(uow.session, row)
    return row
