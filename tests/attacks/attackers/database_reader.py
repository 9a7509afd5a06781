"""Reads every row of every table, as it stands at the end and as it stood while flags waited. Has no key."""

from __future__ import annotations

import hashlib
import hmac
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from tests.attacks.check import Case, Item, check, not_allowed
from tests.attacks.guesses import Guesses, best, pairs
from tests.attacks.leaks import Leak
from tests.attacks.recorder import DAYS, PLACES, Row, is_strong
from tests.attacks.script import Act, Kind, Person

TO_BYTES = 16
"""How many bytes of a hash are compared: what was cut shorter is not looked for."""


@check(sees=Leak.PERSON_IN_A_COLUMN)
def a_row_names_its_author(case: Case) -> Guesses:
    """Look for anything that stands for one person in a flag's row, and in rows that share a value with it."""
    return _by_tokens(case, case.items, lambda row: row.values(), case.tokens)


@check(sees=Leak.HASHED_PERSON)
def a_row_holds_a_hash_of_its_author(case: Case) -> Guesses:
    """Hash all that stands for a person in every usual way, with everything that is public as salt."""
    guesses = {}
    policies = [each.bytes for each in case.truth.policies]
    exact = {text: each for each in case.people for text in (each.user, each.email, each.name)}
    for token, person in {**case.tokens, **exact}.items():
        for spelled in _spellings(token):
            for digest in _hashes(spelled, policies):
                guesses[digest[: 2 * TO_BYTES]] = person
    return _by_tokens(case, case.items, lambda row: (each[: 2 * TO_BYTES] for each in row.values()), guesses)


def _by_tokens(
    case: Case, items: list[Item], values: Callable[[Row], Iterable[str]], tokens: dict[str, Person]
) -> Guesses:
    """Guess for each row the person whom its values, or those of rows about it, stand for; anybody if none."""
    chance, number = case.chance("author"), len(case.people)
    about = _rows_about(case)
    right = 0
    for item in items:
        rows = [item.row, *about.get(item.id, ())]
        found = [tokens[each] for row in rows for each in values(row) if each in tokens]
        guess = found[0] if found else chance.choice(case.people)
        right += guess in {each.person for each in item.acts}
    return Guesses(right, tuple(len({each.person for each in item.acts}) / number for item in items))


def _rows_about(case: Case) -> dict[str, list[Row]]:
    """The rows of any table that hold an item's id."""
    ids = {each.id for each in case.items}
    found: dict[str, list[Row]] = defaultdict(list)
    for _, row in case.last.rows():
        for value in row.values():
            if value in ids and row.get("id") != value:
                found[value].append(row)
    return found


def _spellings(token: str) -> Iterator[bytes]:
    yield token.encode()
    yield token.upper().encode()
    try:
        yield bytes.fromhex(token)
    except ValueError:
        return


def _hashes(spelled: bytes, salts: list[bytes]) -> Iterator[str]:
    for each in (hashlib.sha256, hashlib.sha1, hashlib.md5):
        yield each(spelled).hexdigest()
    for n in (b"", *(bytes([i]) for i in range(1, 6)), *(str(i).encode() for i in range(1, 6))):
        yield hashlib.sha256(spelled + n).hexdigest()
    for salt in salts:
        yield hashlib.sha256(salt + spelled).hexdigest()
        yield hmac.digest(salt, spelled, "sha256").hex()


@check(sees=Leak.SAME_MARK)
def two_rows_of_one_author_are_alike(case: Case) -> Guesses:
    """Say of two flags that they are from one person because a value, or a part of one, is the same in both."""
    return alike(case, pairs)


@check(sees=Leak.SAME_MARK)
def a_detached_row_is_like_another_one_of_its_author(case: Case) -> Guesses:
    """Say the same of a detached flag, which has nothing of its author, and one that is not."""
    return alike(case, _detached_with_others)


def _detached_with_others(some: Sequence[Item], chance: random.Random) -> list[tuple[Item, Item]]:
    shuffled = chance.sample(list(some), len(some))
    detached = [each for each in shuffled if each.acts[0].detached]
    return list(zip(detached, (each for each in shuffled if each not in detached), strict=False))


def alike(case: Case, paired: Callable[[Sequence[Item], random.Random], list[tuple[Item, Item]]]) -> Guesses:
    """Say that pairs of rows in which a value, or a part of one, is the same are from one person each."""
    chance, (within, across) = case.chance("alike"), shares_of_one_author(case)
    looks = []
    for name, part in ((name, part) for name in _columns(case.flags) for part in _PARTS):
        by_value = defaultdict(list)
        for each in case.flags:
            value = _PARTS[part](each.row.get(name, ""))
            if value:
                by_value[value].append(each)
        found = [pair for some in by_value.values() for pair in paired(some, chance)]
        if found and len(by_value) > 1:
            right = sum(_same_author(*pair) for pair in found)
            looks.append(
                Guesses(right, tuple(within if one.policy == other.policy else across for one, other in found))
            )
    return best(looks)


_PARTS: dict[str, Callable[[str], str]] = {
    "all": lambda value: value,
    "first": lambda value: value[:16] if is_strong(value) else "",
    "nonce": lambda value: value[2:26] if len(value) > 40 else "",
    "last": lambda value: value[-16:] if is_strong(value) else "",
}


def _same_author(one: Item, other: Item) -> bool:
    return one.acts[0].person == other.acts[0].person


def shares_of_one_author(case: Case) -> tuple[float, float]:
    """Of all pairs of flags on one policy, and of all others, the share that is from one person."""
    within: list[bool] = []
    across: list[bool] = []
    for n, one in enumerate(case.flags):
        for other in case.flags[n + 1 :]:
            (within if one.policy == other.policy else across).append(_same_author(one, other))
    return (sum(within) + 1) / (len(within) + 1), (sum(across) + 1) / (len(across) + 1)


@check(sees=Leak.CODE_KEPT)
def a_receipt_code_lies_in_a_row(case: Case) -> Guesses:
    """Look for the receipt codes of detached flags in all rows of all copies of the database."""
    values = "\n".join(value for dump in case.recorder.dumps for _, row in dump.rows() for value in row.values())
    return not_allowed([any(each in values for each in spelled) for spelled in case.codes])


@check(sees=Leak.ORDER_KEPT)
def rows_lie_in_the_order_of_writing(case: Case) -> Guesses:
    """Sort what came out together by each column, and say that it was written in that order."""
    columns = [each for each in _columns(case.items) if each not in PLACES]
    return order(case, {name: column(name) for name in columns})


def column(name: str) -> Callable[[Item], str]:
    """Gives what stands in that column of a row."""
    return lambda item: item.row.get(name, "")


def order(case: Case, orders: dict[str, Callable[[Item], str]]) -> Guesses:
    """Say of two flags that came out together which was written first, by each order and by its reverse."""
    chance = case.chance("order")
    compared = [pair for some in case.batches.values() for pair in pairs(some, chance)]
    looks = []
    for key in orders.values():
        told = [(key(one), key(other), one, other) for one, other in compared]
        told = [each for each in told if each[0] != each[1]]
        right = sum(
            (_number(first) < _number(second)) == (one.acts[0].at < other.acts[0].at)
            for first, second, one, other in told
        )
        looks += [Guesses(each, (0.5,) * len(told)) for each in (right, len(told) - right)]
    return best(looks)


def _number(value: str) -> tuple[float, str]:
    try:
        return float(value), ""
    except ValueError:
        return 0.0, value


def _columns(items: Iterable[Item]) -> list[str]:
    return sorted({name for each in items for name in each.row})


@check(sees=Leak.DAY_KEPT)
def a_row_tells_its_day_of_writing(case: Case) -> Guesses:
    """Take each date that stands anywhere in a row for the day of writing."""
    usual = Counter(_waited(each) for each in case.flags)
    chance = max(usual.values()) / len(case.flags)
    looks = []
    for name in _columns(case.flags):
        guessed = [(each, DAYS.search(each.row.get(name, ""))) for each in case.flags]
        dated = [(each, found[0]) for each, found in guessed if found]
        right = sum(found == each.acts[0].day.isoformat() for each, found in dated)
        looks.append(Guesses(right, (chance,) * len(dated)))
    return best(looks)


def _waited(item: Item) -> int:
    """How many days passed from writing to release, which nobody is told."""
    return (date.fromisoformat(item.released_on) - item.acts[0].day).days


@check(sees=Leak.VERDICT_WAITS_IN_CLEAR)
def what_waits_tells_its_verdict(case: Case) -> Guesses:
    """Look for a verdict, a theme or a promise in rows that wait for their release."""
    by_table = defaultdict(list)
    for table, row, act in waiting_rows(case):
        by_table[table].append((row, act))
    looks = []
    for waiting in by_table.values():
        usual = Counter(act.verdict for _, act in waiting)
        chance = max(usual.values()) / len(waiting)
        for name in sorted({name for row, _ in waiting for name in row}):
            right = sum(row.get(name) == act.verdict for row, act in waiting)
            looks.append(Guesses(right, (chance,) * len(waiting)))
    return best(looks)


def waiting_rows(case: Case) -> Iterator[tuple[str, Row, Act]]:
    """The rows in the copy of the night after their day of writing, each with its table and the flag that it was."""
    owner = {value: number for number, values in case.written.items() for value in values}
    acts = {each.number: each for each in case.truth.hidden(Kind.FLAG)}
    seen: set[tuple[str, int]] = set()
    for dump in case.recorder.dumps:
        for table, row in dump.rows():
            if table not in case.secret_tables:
                continue
            for number in {owner[value] for value in row.values() if value in owner} & set(acts):
                if dump.at.date() == acts[number].day and (table, number) not in seen:
                    seen.add((table, number))
                    yield table, row, acts[number]
