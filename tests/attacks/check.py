"""Checks: each is one attack of one onlooker, and knows the leak that it must see when that is planted."""

from __future__ import annotations

import inspect
import random
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bot.flags import receipt_codes
from tests.attacks.guesses import Guesses
from tests.attacks.leaks import Leak
from tests.attacks.population import Population, Truth
from tests.attacks.recorder import PLACES, Dump, Recorder, Row, is_strong
from tests.attacks.script import Act, Kind, Person


@dataclass(frozen=True)
class Item:
    """A row that everybody may see the text of, and the acts of which one has written it."""

    kind: Kind
    table: str
    id: str
    row: Row
    policy: int
    released_on: str
    acts: tuple[Act, ...]

    @property
    def batch(self) -> tuple[int, str]:
        """What came out together."""
        return self.policy, self.released_on


@dataclass
class Case:
    """What a check is given: all that was recorded, and the truth to score by."""

    population: Population
    files: list[bytes] = field(default_factory=list)
    """The bytes of the database's files when all was over."""
    written_ahead: bytes = b""
    """PostgreSQL's write-ahead log of the whole time, as a server that archives it has it."""

    @cached_property
    def server_log(self) -> dict[str, list[str]]:
        """The parameters that the database server has logged, by cause; empty where its log is not here to read."""
        found: dict[str, list[str]] = defaultdict(list)
        for cause, piece in self.recorder.server_log():
            found[cause] += [each.replace("''", "'") for each in _LOGGED.findall(piece)]
        return found

    @property
    def truth(self) -> Truth:
        return self.population.truth

    @property
    def recorder(self) -> Recorder:
        return self.population.recorder

    @property
    def last(self) -> Dump:
        """The database when all was over."""
        return self.recorder.dumps[-1]

    @property
    def people(self) -> list[Person]:
        """All who could have written."""
        return self.population.everybody

    def chance(self, name: str) -> random.Random:
        """Chance for ties, the same in each run of one seed."""
        return random.Random(f"{self.population.script.seed} {name}")

    @cached_property
    def items(self) -> list[Item]:
        """All that is shown and names nobody: flags, and what was said to flags, in whatever table that is kept."""
        numbers = {each.hex: n for n, each in enumerate(self.truth.policies)}
        flags = {flag: act for flag, act in self.truth.ids.items() if act.hidden}
        found = []
        for table, row in self.last.rows():
            policy = numbers.get(row.get("policy_id", ""))
            if policy is None or not row.get("released_on"):
                continue
            if row.get("id") in flags:
                acts: tuple[Act, ...] = (flags[row["id"]],)
                kind = Kind.FLAG
            elif row.get("flag_id") in self.truth.ids:
                about = self.truth.ids[row["flag_id"]]
                kind = Kind.REPLY if "answer_id" in row else Kind.SECOND
                acts = tuple(each for each in self.truth.hidden(kind) if each.about is about)
            else:
                continue
            if acts:
                found.append(Item(kind, table, row["id"], row, policy, row["released_on"], acts))
        return found

    @cached_property
    def flags(self) -> list[Item]:
        """Those of them that are flags."""
        return [each for each in self.items if each.kind is Kind.FLAG]

    @cached_property
    def batches(self) -> dict[tuple[int, str], list[Item]]:
        """The flags by what came out together."""
        found = defaultdict(list)
        for each in self.flags:
            found[each.batch].append(each)
        return found

    @cached_property
    def tokens(self) -> dict[str, Person]:
        """Values that stand for one person only: what the directory gives, and the rows that people have.

        A table is of people if most of them have a row of their own in it, and not several.
        """
        known: dict[str, Person | None] = {}
        for each in self.people:
            for value in (each.user, each.email, each.name):
                _note(known, value.casefold(), each)
        for _ in range(2):
            for rows in self.last.tables.values():
                whose = [(row, {known[each] for each in row.values() if known.get(each)}) for row in rows]
                alone = [(row, next(iter(people))) for row, people in whose if len(people) == 1]
                whose_are = {person for _, person in alone if person}
                if len(whose_are) < len(self.people) / 2 or len(alone) > len(whose_are) * 1.2:
                    continue
                for row, person in alone:
                    for name, value in row.items():
                        if person and name not in PLACES and is_strong(value):
                            _note(known, value, person)
        return {value: person for value, person in known.items() if person is not None}

    @cached_property
    def codes(self) -> list[list[str]]:
        """Each receipt code that somebody was shown: as people and as programs may write it, in small letters."""
        found = []
        for code in self.population.codes.values():
            raw = receipt_codes.read(code)
            assert raw is not None
            found.append([code.casefold(), code.replace(" ", "").casefold(), raw.hex()])
        return found

    @cached_property
    def written(self) -> dict[int, set[str]]:
        """By act, the strong values that its transactions wrote: those that no other act wrote too."""
        values: dict[int, set[str]] = {}
        times: dict[str, int] = defaultdict(int)
        for act in self.truth.hidden(*Kind):
            wrote = [each for each in self.recorder.of(f"act {act.number}") if _writes(each.shape)]
            found = {value for each in wrote for sql, given in each.statements if _writes(sql) for value in given}
            values[act.number] = {each for each in found if is_strong(each)}
            for value in values[act.number]:
                times[value] += 1
        policies = {each.hex for each in self.truth.policies}
        return {
            number: {each for each in found if times[each] == 1 and each not in policies and each not in self.tokens}
            for number, found in values.items()
        }

    @cached_property
    def secret_tables(self) -> set[str]:
        """The tables into which a confidential click writes, as the source code tells anybody."""
        found = set()
        for act in self.truth.hidden(Kind.FLAG, Kind.SECOND, Kind.REPLY):
            for each in self.recorder.of(f"act {act.number}"):
                for sql, _ in each.statements:
                    words = sql.replace('"', " ").split()
                    if words[:2] and words[0].upper() == "INSERT":
                        found.add(words[2].partition("(")[0])
        return found


_LOGGED = re.compile(r"\$\d+ = '((?:[^']|'')*)'")
"""A parameter as a PostgreSQL server logs it."""


def _writes(shape: str) -> bool:
    return any(word in shape.upper() for word in ("INSERT ", "UPDATE "))


def _note(known: dict[str, Person | None], value: str, person: Person) -> None:
    known[value] = person if known.get(value, person) == person else None


Attack = Callable[[Case], Guesses | Awaitable[Guesses]]


@dataclass(frozen=True)
class Check:
    """One attack of one onlooker; `sees` is the leak that it must see."""

    attacker: str
    name: str
    sees: Leak
    attack: Attack
    only_on: str = ""
    """The one kind of database on which there is something to try; empty for both."""
    is_there: Callable[[Case], bool] = lambda _: True
    """Whether what is attacked could be recorded: the log of a server elsewhere cannot."""

    @property
    def title(self) -> str:
        """The onlooker and the attack."""
        return f"{self.attacker}: {self.name}"

    async def guesses(self, case: Case) -> Guesses:
        """Try it."""
        found = self.attack(case)
        return await found if inspect.isawaitable(found) else found


CHECKS: list[Check] = []
"""All checks, in the order in which the modules of `attackers` are read."""


def check(
    sees: Leak, only_on: str = "", is_there: Callable[[Case], bool] = lambda _: True
) -> Callable[[Attack], Attack]:
    """Register an attack. The module's name is the onlooker's."""

    def registered(attack: Attack) -> Attack:
        attacker = Path(inspect.getfile(attack)).stem.replace("_", " ")
        CHECKS.append(Check(attacker, attack.__name__.replace("_", " "), sees, attack, only_on, is_there))
        return attack

    return registered


def not_allowed(happened: Sequence[bool]) -> Guesses:
    """Tries of something that the rules exclude, and so has no chance."""
    return Guesses(sum(happened), (0.0,) * len(happened))
