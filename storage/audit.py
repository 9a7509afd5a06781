"""The audit log: what admins and operators did, one entry for each act, in the order in which they did it.

Entries are only ever added; triggers refuse anything else. Each carries a MAC over itself and the MAC before it, under
a key that the database holds only wrapped, so that whoever can write to the database but lacks the master key can
neither change an entry nor take one out of the middle unnoticed. Taking away the newest ones is noticed by comparing
the last MAC with one that was noted elsewhere.

Nothing here says who flagged, or when: only the tables in `WATCHED` are looked at, and no sealed column.
"""

import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import event, inspect
from sqlalchemy.orm import UOWTransaction
from sqlmodel import Field, Session, SQLModel, col, func, select

from storage.channels import Channel
from storage.ddl import append_only, needs
from storage.encryption import SecretKey
from storage.officers import Officer
from storage.organisation import Organisation
from storage.people import Identity
from storage.policies import Policy

WATCHED = (Organisation, Channel, Policy, Identity, Officer)
"""The tables whose changes an entry lists."""
OURS = frozenset(
    {
        "next_release_at",
        "planned_by",
        "cards_on",
        "next_step_at",
        "released_on",
        "link_key",
        "link_page",
        "held_reason",
    }
)
"""Columns that the program sets itself, or of which it notes the change itself."""
TYPED = frozenset({"title", "summary", "link"})
"""Columns with a text that can be taken down."""
REASONS = frozenset({"paused_reason", "withdrawn_reason"})
"""Columns with a sentence that an admin typed: an entry keeps it, sealed."""
SEALED = "sealed"
"""The name under which the JSON of an entry keeps a sealed value, in hexadecimal."""

_A_PAGE = 500


class AuditEntry(SQLModel, table=True):
    """One act. `number` counts from 1 without a gap, `at` is UTC.

    `who` is `platform/workspace/user`, or `operator` for the command line. `act` and `subject` say what was done to
    what; `changes` is JSON, from each column that changed to its value before and after. What an admin typed as a
    reason is sealed in it.
    """

    __tablename__ = "audit"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime
    who: str
    act: str
    subject: str = ""
    changes: str = "{}"
    mac: bytes

    def signed(self) -> bytes:
        """What the MAC is made over, besides the one before: everything that is said, in one form."""
        said = [self.number, self.at.astimezone(UTC).isoformat(), self.who, self.act, self.subject, self.changes]
        return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


needs(AuditEntry, append_only("audit", "the audit log is only ever added to"))


class ChainKey(SecretKey):
    """The key of the chain of MACs."""

    PURPOSE = b"audit"

    def mac(self, previous: bytes, entry: bytes) -> bytes:
        """The 32-byte MAC of an entry, which follows the one with the MAC `previous`."""
        return hmac.digest(self._key, previous + entry, "sha256")


class AuditKey(SQLModel, table=True):
    """The one row with the keys of the audit log, wrapped by a master key: that of the chain, and `text` of reasons."""

    __tablename__ = "audit_keys"

    id: int = Field(default=1, primary_key=True)
    wrapped: bytes
    text: bytes


class Changes:
    """The changes to watched rows in a session, from now until its transaction ends."""

    def __init__(self, session: Session) -> None:
        """Begin to watch."""
        self.found: dict[str, list[object]] = {}
        self.reasons: dict[str, tuple[str, str]] = {}
        """Reasons that an admin typed, before and after: to be sealed."""
        event.listen(session, "before_flush", self._note)

    def _note(self, session: Session, context: UOWTransaction, instances: object) -> None:
        for row in (*session.dirty, *session.new):
            if isinstance(row, WATCHED):
                self._note_row(row)
        for row in session.deleted:
            if isinstance(row, WATCHED):
                self._note_deletion(row)

    def note_reason(self, name: str, before: str, after: str) -> None:
        """Note a reason that an admin typed, in place of another one."""
        first = self.reasons.pop(name, (before, ""))[0]
        if first != after:
            self.reasons[name] = first, after

    def _note_deletion(self, row: SQLModel) -> None:
        for name, value in row.model_dump(exclude={"id"}).items():
            self.found[f"{row.__tablename__}:{inspect(row).dict['id']}.{name}"] = [_plain(value), None]

    def _note_row(self, row: SQLModel) -> None:
        state: Any = inspect(row)
        name = f"{row.__tablename__}:{state.dict['id']}" if state.dict.get("id") != 1 else str(row.__tablename__)
        for attribute in state.mapper.column_attrs:
            history = state.attrs[attribute.key].history
            if not history.has_changes() or attribute.key in OURS:
                continue
            before, after = (next(iter(values or ()), None) for values in (history.deleted, history.added))
            if state.transient or state.pending:
                before = type(row).model_fields[attribute.key].get_default()
            if attribute.key in TYPED:
                # A text that is taken down must stand in no entry, which cannot be changed.
                if before != after:
                    self.found[f"{name}.{attribute.key}"] = ["not kept", "changed"]
                continue
            if attribute.key in REASONS:
                self.note_reason(f"{name}.{attribute.key}", str(before or ""), str(after or ""))
                continue
            first = self.found.get(f"{name}.{attribute.key}", [_plain(before)])[0]
            self.found[f"{name}.{attribute.key}"] = [first, _plain(after)]
        self.found = {name: each for name, each in self.found.items() if each[0] != each[1]}


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return "sealed"
    return value if isinstance(value, str | int | bool | None) else str(value)


def newest(session: Session) -> AuditEntry | None:
    """The last entry."""
    return session.exec(select(AuditEntry).order_by(col(AuditEntry.number).desc()).limit(1)).first()


def entries(session: Session) -> Iterator[AuditEntry]:
    """All entries, oldest first, read in pages."""
    after = 0
    following = select(AuditEntry).order_by(col(AuditEntry.number)).limit(_A_PAGE)
    while page := session.exec(following.where(col(AuditEntry.number) > after)).all():
        yield from page
        after = page[-1].number


def page(session: Session, *, offset: int, limit: int) -> list[AuditEntry]:
    """Some of the entries, the newest first."""
    newest_first = select(AuditEntry).order_by(col(AuditEntry.number).desc())
    return list(session.exec(newest_first.offset(offset).limit(limit)))


def number(session: Session) -> int:
    """How many entries there are."""
    return session.exec(select(func.count()).select_from(AuditEntry)).one()


def wrapped_keys(session: Session) -> AuditKey | None:
    """The row with the wrapped keys, if there is one yet."""
    return session.get(AuditKey, 1)


def add(session: Session, row: AuditEntry | AuditKey) -> None:
    """Add an entry, or the keys."""
    session.add(row)
    session.flush()


KEY_CONTEXT = UUID(int=0)
"""What the wrapping of the key is bound to, in place of a policy's id."""
