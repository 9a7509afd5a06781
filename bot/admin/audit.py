"""The audit log: what a click of an admin's writes to it, how it is read, and checking that nothing in it was changed.

Entries are written by `bot/unit_of_work/audit_entries.py`. The chain of MACs is explained in `storage/audit.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from bot.interface.actor import Actor
from bot.interface.intents import Intent
from bot.interface.pages import PAGE_SIZE, Page
from bot.interface.platforms import display_name
from bot.people import people
from bot.screens.admin.audit_log import AuditEntryView, value_shown
from bot.unit_of_work.audit_entries import OPERATOR as OPERATOR
from bot.unit_of_work.audit_entries import PROGRAM as PROGRAM
from bot.unit_of_work.audit_entries import START, chain_key, place_of, text_key
from bot.unit_of_work.audit_entries import note_reason as note_reason
from bot.unit_of_work.audit_entries import record as record
from bot.unit_of_work.audit_entries import record_changes as record_changes
from bot.unit_of_work.audit_entries import watch as watch
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import AuditEntry
from storage import audit as stored
from storage import channels as stored_channels
from storage import people as stored_people
from storage import policies as stored_policies
from storage.audit import ChainKey
from storage.encryption import Damaged
from storage.text_key import TextKey

NOT_OPENED = "a reason that cannot be opened"
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


def record_click(uow: UnitOfWork, actor: Actor, intent: Intent) -> None:
    """Write what an admin did, if a handler has checked that they are one."""
    if uow.changes is not None:
        act, _, subject = intent.to_text().partition(":")
        record(uow, f"{actor.platform}/{actor.workspace}/{actor.user}", act, subject)


def changes_of(uow: UnitOfWork, entry: AuditEntry) -> dict[str, list[object]]:
    """What an entry says has changed, from each column to its values before and after, with reasons opened."""
    found = json.loads(entry.changes)
    return {name: [_opened(uow, entry.number, name, each) for each in both] for name, both in found.items()}


def _opened(uow: UnitOfWork, entry: int, name: str, value: object) -> object:
    if not isinstance(value, dict):
        return value
    try:
        return text_key(uow).open(*place_of(entry), bytes.fromhex(value[stored.SEALED]), name.encode())
    except (Damaged, KeyError, TypeError, ValueError):
        return NOT_OPENED


def verify(uow: UnitOfWork, expected: Head | None = None) -> Head:
    """Check every entry, and that the one `expected`, if given, is still there. Raises `Tampered`."""
    reached = Head(0, "")
    key = chain_key(uow) if stored.newest(uow.session) else None
    previous = START
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
    if who == PROGRAM:
        return "the program"
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
