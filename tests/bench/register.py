"""A database full of flags, written quickly: most are answered, some are late, and every owner has news."""

import random
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from storage import Flag, flags, policy_keys
from storage.keys import KeyRing
from storage.migrate import migrate
from storage.text_key import TextKey
from tests.bench.measuring import progress, quick_connection
from tests.rings import TERMS, TERMS_COLUMNS, TERMS_ROW

NOW = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
STORED_NOW = "2026-12-09 09:00:00.000000"

VERDICTS = {"as-announced": 10, "if": 40, "not": 30, "cannot-tell": 20}
STANDINGS = {"answered": 55, "settled": 25, "waiting": 10, "not-settled": 3, "asked": 3, "acknowledged": 4}
DUE = ("waiting", "not-settled", "asked", "acknowledged")
STAGES = {"taken": 95, "news": 5}
THEMES = ("legacy", "timetable", "funding", "skills", "dependencies", "law")
SENTENCE = "The councils hold 140 permit systems, and the contracts for most of them end after April."

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Size:
    """How many owners, policies and flags there are."""

    owners: int
    policies: int
    flags: int


WHOLE = Size(owners=1_000, policies=10_000, flags=1_000_000)
SMALL = Size(owners=150, policies=450, flags=4_000)


@dataclass(frozen=True)
class Owner:
    """An owner, and the policies that they own."""

    id: UUID
    policies: tuple[UUID, ...]


@dataclass(frozen=True)
class Register:
    """A SQLite file full of flags, and the owners of their policies."""

    file: Path
    owners: tuple[Owner, ...]

    @property
    def url(self) -> str:
        """Its database URL."""
        return f"sqlite:///{self.file}"


def make(file: Path, size: Size, ring: KeyRing) -> Register:
    """Fill a new SQLite file with that many rows. The same size gives the same rows, except for keys."""
    migrate(f"sqlite:///{file}", now=NOW)
    with closing(quick_connection(file)) as connection:
        return _Writing(connection, file, size, ring).whole()


_REST = ("", 0, 0, 0, "members", 0, 0, "")
"""Of a policy, from its `paused_reason` on."""


class _Writing:
    """Writes one database."""

    def __init__(self, connection: sqlite3.Connection, file: Path, size: Size, ring: KeyRing) -> None:
        self.connection = connection
        self.file = file
        self.ring = ring
        self.random = random.Random(7)
        words = SENTENCE.split()
        self.flags = size.flags
        self.owners = self._ids(size.owners)
        self.policies = self._ids(size.policies)
        self.owner_of = {each: self.owners[n % size.owners] for n, each in enumerate(self.policies)}
        self.digest_of = dict(zip(self.owners, self._ids(size.owners), strict=True))
        self.keys: dict[UUID, TextKey] = {}
        self.texts = [" ".join(self.random.choices(words, k=self.random.randint(10, 50))) for _ in range(1_000)]
        self.seconds: list[Row] = []
        self.answered: dict[UUID, list[UUID]] = {}

    def whole(self) -> Register:
        indexes = self._drop_indexes()
        self.connection.execute("BEGIN")
        self._people_and_policies()
        self._fill(
            "flags",
            "id policy_id released_on digest_id wording verdict theme promise person_id tag "
            "because remedy left_out standing seconds sent_on answer_by",
            self._flags(),
        )
        columns = "id policy_id released_on digest_id flag_id tag sentence"
        self._fill("seconds", columns, sorted(self.seconds))
        self._answers_and_replies()
        progress("  its indexes")
        for each in indexes:
            self.connection.execute(each)
        self.connection.execute("COMMIT")
        return self._register()

    def _register(self) -> Register:
        owned: dict[UUID, list[UUID]] = {each: [] for each in self.owners}
        for policy, owner in self.owner_of.items():
            owned[owner].append(policy)
        return Register(self.file, tuple(Owner(each, tuple(policies)) for each, policies in owned.items()))

    def _drop_indexes(self) -> list[str]:
        """Building an index at the end is much faster than updating it row by row."""
        listed = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        found = self.connection.execute(listed).fetchall()
        for name, _ in found:
            self.connection.execute(f'DROP INDEX "{name}"')
        return [sql for _, sql in found]

    def _people_and_policies(self) -> None:
        zone = "Europe/London"
        self._fill("people", "id name zone", ((each.hex, f"Owner {n}", zone) for n, each in enumerate(self.owners)))
        digests = (
            (digest.hex, owner.hex, "2026-12-08T09:00", zone, "2026-12-08 09:00:00.000000")
            for owner, digest in self.digest_of.items()
        )
        self._fill("digests", "id owner_id slot zone made_at", digests)
        last, owner_of = "2027-12-31", self.owner_of
        policies = (
            (each.hex, f"Policy {n}", self._text(), "", 1, self._day(-700, -30), last, owner_of[each].hex, *_REST)
            for n, each in enumerate(self.policies)
        )
        columns = (
            "id title summary link wording announced_on closes_on owner_id paused_reason people"
            " owner_named_self delegate_named_self audience public narrowed withdrawn_reason"
        )
        self._fill("policies", columns, policies)
        self._fill("policy_keys", f"policy_id text authors {TERMS_COLUMNS}", map(self._new_keys, self.policies))

    def _new_keys(self, policy: UUID) -> Row:
        self.keys[policy], wrapped = policy_keys.new(self.ring, policy, TERMS)
        return (policy.hex, wrapped.text, wrapped.authors, *TERMS_ROW)

    def _flags(self) -> Iterator[Row]:
        # In the order of the primary key, in which the table is stored.
        for number, flag in enumerate(sorted(self._ids(self.flags)), 1):
            if number % 200_000 == 0:
                progress(f"  {number:,} flags")
            yield self._flag(flag, self.random.choice(self.policies))

    def _flag(self, flag: UUID, policy: UUID) -> Row:
        stage, verdict = self._one_of(STAGES), self._one_of(VERDICTS)
        standing = self._one_of(STANDINGS) if stage == "taken" else "waiting"
        standing = "unneeded" if verdict == "as-announced" else standing
        if standing == "answered" or standing == "settled":
            self.answered.setdefault(policy, []).append(flag)
        named = self.random.random() < 0.2
        seconds = self._seconded(flag, policy) if stage == "taken" else 0
        row = flags.new(
            id=flag,
            policy_id=policy,
            released_on=date(2026, 12, 1) if stage == "taken" else TODAY,
            wording=1,
            verdict=verdict,
            theme=self.random.choice(THEMES),
            promise="named" if named else "confidential",
            person_id=self.random.choice(self.owners) if named else None,
            tag=None if named else self.random.randbytes(16),
        )
        return (
            flag.hex,
            policy.hex,
            row.released_on.isoformat(),
            self.digest_of[self.owner_of[policy]].hex if stage == "taken" else None,
            1,
            verdict,
            row.theme,
            row.promise,
            row.person_id.hex if row.person_id else None,
            row.tag,
            self._sealed("because", row, standing),
            self._sealed("remedy", row, standing) if verdict == "if" else None,
            0,
            standing,
            seconds,
            "2026-12-01" if stage == "taken" else None,
            self._day(-5, 20) if stage == "taken" and standing in DUE else None,
        )

    def _seconded(self, flag: UUID, policy: UUID) -> int:
        number = self._one_of({"0": 80, "1": 10, "2": 6, "5": 4})
        digest = None if self.random.random() < 0.1 else self.digest_of[self.owner_of[policy]].hex
        for _ in range(int(number)):
            second = self._id()
            row = (second.hex, policy.hex, "2026-12-02", digest, flag.hex, self.random.randbytes(16), None)
            self.seconds.append(row)
        return int(number)

    def _answers_and_replies(self) -> None:
        answers, replies = [], []
        for policy, answered in self.answered.items():
            for n, flag in enumerate(answered[:10]):
                answer, owner = self._id(), self.owner_of[policy]
                role = "delegate" if n < 2 else "owner"
                # No digest decrypts an answer.
                text = self.keys[policy].seal("answers", "text", answer, self._text())
                answers.append((answer.hex, policy.hex, owner.hex, role, "change", text, STORED_NOW))
                if n < 5:
                    digest = None if n < 2 else self.digest_of[owner].hex
                    replies.append(
                        (self._id().hex, policy.hex, "2026-12-02", digest, answer.hex, flag.hex, "settled", "promised")
                    )
        self._fill("answers", "id policy_id person_id role kind text at", answers)
        self._fill("replies", "id policy_id released_on digest_id answer_id flag_id kind stage", sorted(replies))

    def _fill(self, table: str, columns: str, rows: Iterable[Row]) -> None:
        names = columns.split()
        statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        self.connection.executemany(statement, rows)

    def _id(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    def _ids(self, number: int) -> list[UUID]:
        return [self._id() for _ in range(number)]

    def _one_of(self, weights: dict[str, int]) -> str:
        return self.random.choices(list(weights), list(weights.values()))[0]

    def _day(self, first: int, last: int) -> str:
        return (TODAY + timedelta(days=self.random.randint(first, last))).isoformat()

    def _text(self) -> str:
        return self.random.choice(self.texts)

    def _sealed(self, column: str, flag: Flag, standing: str) -> bytes:
        text = self._text()
        if standing in DUE:
            return self.keys[flag.policy_id].seal("flags", column, flag.id, text, flags.bound(flag))
        # No digest decrypts these, and encrypting a million texts takes a minute: random bytes of the same length.
        return self.random.randbytes(29 + len(text) + 4 + -(len(text) + 4) % 64)
