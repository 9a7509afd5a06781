"""Boxes: what waits until it is shown. A confidential or detached flag, a second, or a reply, each sealed in one size.

Outside the seal a box has an id, its policy and a tag, all of which look random: not what is in it, whose it is, or
when it was written. The id is made from the form's nonce, so that a form sent twice meets its own box. The tag is how
the author's own boxes are found again. A release makes everything new and deletes the boxes: no id, tag or ciphertext
of what is shown was ever in one (drawn in `bot/flags/boxes.py`).

Byte layouts::

    sealed box   01 | nonce (12) | ciphertext and tag: 20,480 bytes in all
    in it        length (4) | 00 and JSON, or 01 and compressed JSON | zeros

The id, the policy and the tag are bound to a sealed box as associated data.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import Index, Uuid, bindparam, func
from sqlmodel import Field, Session, SQLModel, col

from storage.authors_key import BOX_ROOM, AuthorsKey
from storage.flags import Promise, Verdict
from storage.gathered import each_of, gathered
from storage.read_only_rows import columns, new_read_only_row, read_only_row, set_values
from storage.replies import ReplyKind, ReplyStage

LENGTH_BYTES = 4
SEAL_BYTES = 13
"""The bytes at the start of a sealed box that are new each time it is sealed."""


class Box(SQLModel, table=True):
    """A box. Deleted with its release; one that was withdrawn stays until then, empty."""

    __tablename__ = "boxes"
    __table_args__ = (Index("ix_boxes_policy_id_tag", "policy_id", "tag"), {"sqlite_with_rowid": False})

    id: UUID = Field(primary_key=True)
    policy_id: UUID = Field(foreign_key="policies.id")
    tag: bytes
    sealed: bytes


def new(box_id: UUID, policy_id: UUID, tag: bytes) -> Box:
    """A box that `insert` closes, read-only."""
    return new_read_only_row(Box, {"id": box_id, "policy_id": policy_id, "tag": tag, "sealed": b""})


class TooLarge(Exception):
    """What was written does not go into a box, which takes more than any form does in almost any script."""


@dataclass(frozen=True)
class BoxTerms:
    """What was promised when a box was written: a later change of the settings does not reach it.

    It is shown once `people` distinct people are shown together, or after `wait_days` working days, on one of the
    `weekdays` (0 is Monday; none for every day). Until `authors_day` it can be traced with both keys.
    """

    people: int
    wait_days: int
    authors_day: date
    weekdays: tuple[int, ...] = ()


@dataclass(frozen=True)
class Written:
    """When a box was written: the organisation's day, the author's own day by their zone, and when that ends (UTC).

    An own day that is earlier than the organisation's is given as the organisation's, and its end as a release hour.
    `terms` are those of that day. `mark` stands for the author among the people who are counted, and is None for a
    detached flag and for what was withdrawn.
    """

    on: date
    own_day: date
    own_day_ends: datetime
    terms: BoxTerms
    mark: bytes | None


@dataclass(frozen=True, repr=False)
class Texts:
    """What was typed into a flag; empty where nothing was."""

    because: str = ""
    remedy: str = ""
    evidence: str = ""


@dataclass(frozen=True)
class BoxedFlag:
    """A flag that waits. `tag` is the tag or, for a detached flag, the receipt that it will have when it is shown."""

    written: Written
    promise: Promise
    verdict: Verdict
    theme: str
    wording: int
    tag: bytes
    texts: Texts
    withdrawn: bool = False


@dataclass(frozen=True)
class BoxedSecond:
    """A second that waits. `tag` is the one that it will have when it is shown."""

    written: Written
    flag_id: UUID
    tag: bytes
    sentence: str = field(default="", repr=False)


@dataclass(frozen=True)
class BoxedReply:
    """A reply that waits."""

    written: Written
    answer_id: UUID
    flag_id: UUID
    kind: ReplyKind
    stage: ReplyStage = ReplyStage.PROMISED
    text: str = field(default="", repr=False)


Contents = BoxedFlag | BoxedSecond | BoxedReply

_KINDS: Mapping[str, type[Contents]] = {"flag": BoxedFlag, "second": BoxedSecond, "reply": BoxedReply}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def sealed(key: AuthorsKey, box: Box, contents: Contents) -> bytes:
    """Seal the contents of a box. Sealing them again gives different bytes of the same size. Raises `TooLarge`."""
    data = _packed(contents)
    if len(data) > BOX_ROOM:
        raise TooLarge
    return key.seal_box(box.id, box.policy_id, box.tag, data.ljust(BOX_ROOM, b"\0"))


def opened(key: AuthorsKey, box: Box) -> Contents:
    """Open a box. Raises `Damaged`."""
    return _unpacked(key.open_box(box.id, box.policy_id, box.tag, box.sealed))


def _packed(contents: Contents) -> bytes:
    plain = {"what": _NAMES[type(contents)], **vars(contents)}
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"), default=_plain)
    data = text.encode("utf-8", "surrogatepass")
    body = b"\0" + data if len(data) < BOX_ROOM - LENGTH_BYTES else b"\1" + zlib.compress(data)
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def _plain(value: object) -> object:
    if isinstance(value, Written | BoxTerms | Texts):
        return vars(value)
    return value.hex() if isinstance(value, bytes) else str(value)


def _unpacked(data: bytes) -> Contents:
    body = data[LENGTH_BYTES : LENGTH_BYTES + int.from_bytes(data[:LENGTH_BYTES], "big")]
    text = zlib.decompress(body[1:]) if body[:1] == b"\1" else body[1:]
    plain = json.loads(text.decode("utf-8", "surrogatepass"))
    contents: Contents = _read(_KINDS[plain.pop("what")], plain)
    return contents


def _read(kind: type[Any], plain: Mapping[str, Any]) -> Any:
    return kind(
        **{name: value if value is None else _READ.get(name, _as_it_is)(value) for name, value in plain.items()}
    )


def _as_it_is(value: Any) -> Any:
    return value


_READ: Mapping[str, Callable[[Any], Any]] = {
    "written": lambda value: _read(Written, value),
    "terms": lambda value: _read(BoxTerms, value),
    "texts": lambda value: _read(Texts, value),
    "weekdays": tuple,
    "authors_day": date.fromisoformat,
    "on": date.fromisoformat,
    "own_day": date.fromisoformat,
    "own_day_ends": datetime.fromisoformat,
    "mark": bytes.fromhex,
    "tag": bytes.fromhex,
    "promise": Promise,
    "verdict": Verdict,
    "kind": ReplyKind,
    "stage": ReplyStage,
    "flag_id": UUID,
    "answer_id": UUID,
}


def insert(session: Session, key: AuthorsKey, box: Box, contents: Contents) -> None:
    """Insert a new box, which `sealed` closes, in one statement. Raises `TooLarge`."""
    set_values(box, sealed=sealed(key, box, contents))
    given = {"id": box.id, "policy_id": box.policy_id, "tag": box.tag, "sealed": box.sealed}
    session.connection().execute(_INSERT, given)


def replace(session: Session, key: AuthorsKey, box: Box, contents: Contents) -> None:
    """Put other contents into a box. Raises `TooLarge`."""
    given = {"box": box.id, "again": sealed(key, box, contents)}
    session.connection().execute(_REPLACE, given)


def box(session: Session, box_id: UUID) -> Box | None:
    """The box of that id, read-only, whosever it is."""
    found = session.connection().execute(_BOX, {"box": box_id}).first()
    return read_only_row(Box, found) if found else None


def of_policies(session: Session, policy_ids: Sequence[UUID]) -> list[Box]:
    """All boxes of these policies, read-only, in no order."""
    found = session.connection().execute(_OF_POLICIES, {"policies": list(policy_ids)})
    return [read_only_row(Box, each) for each in found]


def tags(session: Session, policy_id: UUID) -> list[str]:
    """The tags of the boxes of a policy, in hex."""
    return each_of(session.connection().execute(_TAGS, {"policy": policy_id}).scalar())


def tags_by_policy(session: Session) -> dict[UUID, list[str]]:
    """The tags of all boxes, in hex, by policy."""
    return {policy_id: each_of(found) for policy_id, found in session.connection().execute(_TAGS_BY_POLICY)}


def policies(session: Session) -> list[UUID]:
    """The policies that have boxes."""
    return list(session.connection().execute(_POLICIES).scalars())


def seals(session: Session, policy_id: UUID) -> dict[UUID, bytes]:
    """What is new in each box of a policy whenever it is sealed (`seal_of`), by the box's id."""
    found = session.connection().execute(_SEALS, {"policy": policy_id})
    return {box_id: bytes(seal) for box_id, seal in found}


def seal_of(box: Box) -> bytes:
    """What is new in a box whenever it is sealed."""
    return box.sealed[:SEAL_BYTES]


def remove(session: Session, box_ids: Iterable[UUID]) -> None:
    """Delete these boxes."""
    session.connection().execute(_REMOVE, [{"box": each} for each in box_ids])


# Built once, because they run whenever something is sent.
_POLICY, _BOX_ID = bindparam("policy", type_=Uuid()), bindparam("box", type_=Uuid())
_INSERT = sqlalchemy.insert(Box)
_REPLACE = sqlalchemy.update(Box).where(col(Box.id) == _BOX_ID).values(sealed=bindparam("again"))
_BOX = sqlalchemy.select(*columns(Box)).where(col(Box.id) == _BOX_ID)
_OF_POLICIES = sqlalchemy.select(*columns(Box)).where(
    col(Box.policy_id).in_(bindparam("policies", type_=Uuid(), expanding=True))
)
_TAGS = sqlalchemy.select(gathered(col(Box.tag))).where(col(Box.policy_id) == _POLICY)
_TAGS_BY_POLICY = sqlalchemy.select(col(Box.policy_id), gathered(col(Box.tag))).group_by(col(Box.policy_id))
_POLICIES = sqlalchemy.select(col(Box.policy_id)).distinct()
_SEALS = sqlalchemy.select(col(Box.id), func.substr(col(Box.sealed), 1, SEAL_BYTES)).where(
    col(Box.policy_id) == _POLICY
)
_REMOVE = sqlalchemy.delete(Box).where(col(Box.id) == _BOX_ID)
