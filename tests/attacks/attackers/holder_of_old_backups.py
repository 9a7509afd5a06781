"""Has a copy of the database of every night, and compares them with what is shown."""

from __future__ import annotations

from collections import Counter

from tests.attacks.attackers.database_reader import waiting_rows
from tests.attacks.attackers.database_server import linked
from tests.attacks.check import Case, Item, check, not_allowed
from tests.attacks.guesses import Guesses
from tests.attacks.leaks import Leak
from tests.attacks.recorder import PLACES, Row
from tests.attacks.script import Kind, working_day

REMNANT = 200
"""How many bytes of a sealed text are looked for: a long one lies in several pieces."""


@check(sees=Leak.TAG_KEPT)
def a_row_that_waited_is_found_again(case: Case) -> Guesses:
    """Match each row that waited in a copy with the row that shares a value with it."""
    waited: dict[int, set[str]] = {}
    for _, row, act in waiting_rows(case):
        waited.setdefault(act.number, set()).update(row.values())
    return linked(case, waited)


@check(sees=Leak.VERDICT_WAITS_IN_CLEAR)
def a_row_that_waited_looks_like_one_that_came_out(case: Case) -> Guesses:
    """Match each row that waited with that of its batch which is most like it: verdict, theme, length."""
    chance = case.chance("looks")
    right, chances = 0, []
    waited = {act.number: row for _, row, act in waiting_rows(case)}
    for some in case.batches.values():
        for item in some:
            row = waited.get(item.acts[0].number)
            if row is not None:
                alike = Counter({n: _likeness(row, each) for n, each in enumerate(some)})
                top = max(alike.values())
                right += some[chance.choice([n for n, found in alike.items() if found == top])] is item
                chances.append(1 / len(some))
    return Guesses(right, tuple(chances))


def _likeness(row: Row, item: Item) -> int:
    """How many columns are alike, or as long."""
    names = [each for each in row if each in item.row and each not in PLACES and row[each]]
    known = Counter(value for value in row.values() if value)
    same = sum(value in known for name, value in item.row.items() if name not in PLACES and 0 < len(value) < 20)
    return 2 * same + sum(len(row[each]) == len(item.row[each]) for each in names)


@check(sees=Leak.BYTES_KEPT)
def what_was_withdrawn_is_still_in_the_files(case: Case) -> Guesses:
    """Look for the sealed texts of flags that were withdrawn before the last night, which the key would open."""
    found = []
    for act in case.truth.hidden(Kind.FLAG):
        if act.number in case.truth.gone:
            blobs = [each for each in case.written[act.number] if len(each) > 120]
            found.append(any(holds(case.files, each) for each in blobs))
    return not_allowed(found)


def holds(files: list[bytes], value: str) -> bool:
    """Whether one of the files still holds bytes that are given in hex."""
    try:
        data = bytes.fromhex(value)
    except ValueError:
        return False
    return any(data[:REMNANT] in each for each in files)


@check(sees=Leak.BYTES_KEPT, only_on="sqlite")
def a_reader_at_the_release_keeps_what_waited_in_the_log(case: Case) -> Guesses:
    """Read the SQLite file over the release, as a backup does, and look in the files later for what waited."""
    found = []
    morning = working_day(2).isoformat()
    for item in case.flags:
        if item.released_on == morning:
            gone = case.written[item.acts[0].number] - set(item.row.values())
            found.append(any(holds(case.population.files_after_reader, each) for each in gone if len(each) > 30))
    return not_allowed(found)
