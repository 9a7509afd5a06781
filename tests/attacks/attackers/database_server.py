"""Runs the database: has every statement with its parameters, where rows lie, and what dead rows still hold.

Of PostgreSQL also what the server itself writes: its write-ahead log, and its log of every statement.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from tests.attacks.attackers.database_reader import column, order
from tests.attacks.check import Case, Item, check, not_allowed
from tests.attacks.guesses import Guesses
from tests.attacks.leaks import Leak
from tests.attacks.recorder import PLACES, Transaction, is_strong, plain
from tests.attacks.script import Act, Kind, Person

BESIDE = 2_000
"""How many bytes around a remnant are looked at: less than a page."""


@check(sees=Leak.STATEMENT_NAMES)
def a_statement_names_who_clicks(case: Case) -> Guesses:
    """Look for what stands for one person in the parameters of a click, and for the one who is met in fewest clicks."""
    return named_in_statements(case, case.truth.hidden(Kind.FLAG, Kind.SECOND, Kind.REPLY))


@check(sees=Leak.STATEMENT_NAMES)
def a_statement_names_who_uses_a_code(case: Case) -> Guesses:
    """Look for the same where somebody uses the receipt code of a detached flag, or tries a wrong one."""
    return named_in_statements(case, case.truth.hidden(Kind.CODE))


def named_in_statements(case: Case, acts: list[Act]) -> Guesses:
    """Guess for each act the person whom its parameters name, and who is named in fewest of them; anybody if none."""
    chance, right = case.chance("clicker"), 0
    found = {act.number: _people_in(case, act.number) for act in acts}
    met = Counter(person for people in found.values() for person in people)
    for act in acts:
        guess = min(found[act.number], key=lambda each: met[each], default=None) or chance.choice(case.people)
        right += guess == act.person
    return Guesses(right, (1 / len(case.people),) * len(acts))


def _people_in(case: Case, number: int) -> list[Person]:
    """Whom the parameters of an act's statements name. Those who answer for a policy are named by each form."""
    values = [each for one in case.recorder.of(f"act {number}") for each in one.values]
    return list(dict.fromkeys(case.tokens[each] for each in values if each in case.tokens))


@check(sees=Leak.STATEMENTS_DIFFER)
def statements_differ_by_who_clicks(case: Case) -> Guesses:
    """Of three clicks, two by one person, say which is the other person's by the form of the statements."""
    chance = case.chance("shape")
    by_person = defaultdict(list)
    for act in case.truth.hidden(Kind.FLAG):
        by_person[act.person].append(act)
    right = tries = 0
    for person, acts in by_person.items():
        others = [each for each in case.truth.hidden(Kind.FLAG) if each.person != person]
        for one, same in zip(acts[::2], acts[1::2], strict=False):
            shapes = [_shape(case, each) for each in (one, same, chance.choice(others))]
            if (shapes[0] == shapes[1]) != (shapes[0] == shapes[2]):
                tries += 1
                right += shapes[0] == shapes[1]
    return Guesses(right, (0.5,) * tries)


def _shape(case: Case, act: Act) -> str:
    """The statements of a click, without what depends on its text and day only."""
    found = case.recorder.of(f"act {act.number}")
    return "\n".join(f"{each.shape} {len(each.values)}" for each in found)


@check(sees=Leak.CODE_KEPT)
def a_receipt_code_lies_in_the_files(case: Case) -> Guesses:
    """Look for receipt codes in the parameters of all statements, in the files, and in the write-ahead log."""
    values = "\n".join(value for one in case.recorder.transactions for value in one.values)
    happened = []
    for spelled in case.codes:
        forms = {form for each in spelled for form in (*_forms(each), *_forms(each.upper()))}
        in_files = any(form in data for form in forms for data in (*case.files, case.written_ahead))
        happened.append(in_files or any(each in values for each in spelled))
    return not_allowed(happened)


@check(sees=Leak.TAG_KEPT)
def what_was_written_is_found_again(case: Case) -> Guesses:
    """Match the values that a click wrote with those of the rows that came out."""
    return linked(case, case.written)


def linked(case: Case, written: dict[int, set[str]]) -> Guesses:
    """For each flag, say which of those that came out together is the row that shares a value with what was written."""
    chance = case.chance("linked")
    right, chances = 0, []
    for some in case.batches.values():
        shared = Counter(value for each in some for value in _strong(each))
        for item in some:
            told = {each for each in written.get(item.acts[0].number, set()) if shared[each] == 1}
            mine = [each for each in some if told & _strong(each)]
            guess = mine[0] if mine else chance.choice(some)
            right += guess is item
            chances.append(1 / len(some))
    return Guesses(right, tuple(chances))


def _strong(item: Item) -> set[str]:
    return {value for name, value in item.row.items() if name not in PLACES and is_strong(value)}


@check(sees=Leak.ROWS_IN_ORDER)
def a_release_goes_in_the_order_of_writing(case: Case) -> Guesses:
    """Take the order in which statements of a release name the rows, or where they lie, for that of writing."""
    first = _first_named(case.recorder.transactions)
    orders = {name: column(name) for name in PLACES}
    orders["statements"] = lambda item: f"{first.get(item.id, 0)}"
    return order(case, orders)


def _first_named(transactions: list[Transaction]) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, value in enumerate(each for one in transactions for each in one.values):
        found.setdefault(value, number)
    return found


@check(sees=Leak.ROWS_IN_ORDER)
def a_release_takes_what_waits_in_the_order_in_which_it_shows(case: Case) -> Guesses:
    """Match the rows that a release deletes with those that it inserts by their places in it."""
    first = _first_named([each for each in case.recorder.transactions if each.cause == "worker"])
    right, chances = 0, []
    for some in case.batches.values():
        before = {each.acts[0].number: _earliest(first, case.written[each.acts[0].number]) for each in some}
        if None in before.values():
            continue
        after = sorted(some, key=lambda each: first.get(each.id, 0))
        was = sorted(before, key=lambda number: before[number] or 0)
        right += sum(item.acts[0].number == number for item, number in zip(after, was, strict=True))
        chances += [1 / len(some)] * len(some)
    return Guesses(right, tuple(chances))


def _earliest(first: dict[str, int], values: set[str]) -> int | None:
    return min((first[each] for each in values if each in first), default=None)


@check(sees=Leak.OWN_FLAGS_ASKED_FOR)
def looking_at_my_flags_tells_which_they_are(case: Case) -> Guesses:
    """Take the rows whose values one transaction of *My flags* asks for to be one person's.

    What everyone's asks for, such as the names of those who answer, says nothing of whoever looks.
    """
    values = {value: item for item in case.flags for value in _strong(item)}
    for number, written in case.written.items():
        values |= {each: item for each in written for item in case.flags if item.acts[0].number == number}
    right = tries = 0
    looks = case.recorder.of("my flags")
    everyones = set.intersection(*(set(each.values) for each in looks)) if len(looks) > 1 else set()
    for each in looks:
        asked = {
            id(values[value]): values[value] for value in each.values if value in values and value not in everyones
        }
        if len(asked) < 2 or len(asked) > len(case.flags) / 2:
            continue
        one, other = list(asked.values())[:2]
        tries += 1
        right += one.acts[0].person == other.acts[0].person
    return Guesses(right, (2 / len(case.people),) * tries)


@check(sees=Leak.TAG_KEPT)
def dead_rows_lie_beside_living_ones(case: Case) -> Guesses:
    """Look in the files for what a click wrote, and beside it for an id that is shown now."""
    found: dict[int, set[str]] = {}
    for item in case.flags:
        number = item.acts[0].number
        gone = case.written[number] - _strong(item)
        found[number] = {each for value in gone for each in _beside(case, value, item)}
    right, chances = 0, []
    for some in case.batches.values():
        if len(some) > 1:
            right += sum(bool(found[each.acts[0].number]) for each in some)
            chances += [0.0] * len(some)
    return Guesses(right, tuple(chances))


def _beside(case: Case, value: str, item: Item) -> set[str]:
    """The item's own id, if a remnant of that value lies near it in a file."""
    try:
        forms = [bytes.fromhex(value), value.encode()]
        ids = [bytes.fromhex(item.id), item.id.encode()]
    except ValueError:
        return set()
    for data in case.files:
        for form in forms:
            at = data.find(form)
            while at >= 0:
                near = data[max(0, at - BESIDE) : at + BESIDE]
                if any(each in near for each in ids):
                    return {item.id}
                at = data.find(form, at + 1)
    return set()


def _log_is_here(case: Case) -> bool:
    return bool(case.server_log)


@check(sees=Leak.STATEMENT_NAMES, only_on="postgresql", is_there=_log_is_here)
def the_servers_log_names_who_clicks(case: Case) -> Guesses:
    """Look in the server's log of a click for what stands for one person, and for the one met in fewest clicks."""
    chance = case.chance("logged")
    acts = case.truth.hidden(Kind.FLAG, Kind.SECOND, Kind.REPLY)
    logged = {
        act.number: {plain(each.removeprefix("\\x")) for each in case.server_log[f"act {act.number}"]} for act in acts
    }
    found = {number: [case.tokens[each] for each in values & case.tokens.keys()] for number, values in logged.items()}
    met = Counter(person for people in found.values() for person in set(people))
    right = 0
    for act in acts:
        guess = min(found[act.number], key=lambda each: (met[each], each.user), default=None)
        right += (guess or chance.choice(case.people)) == act.person
    return Guesses(right, (1 / len(case.people),) * len(acts))


@check(sees=Leak.TEXT_IN_A_STATEMENT, only_on="postgresql", is_there=_log_is_here)
def the_servers_log_holds_what_was_typed(case: Case) -> Guesses:
    """Look in the server's log of the whole time for what was typed, as it is and as bytes."""
    logged = " ".join(each for some in case.server_log.values() for each in some)
    markers = [each.marker for each in case.truth.hidden(Kind.FLAG)]
    return not_allowed([each in logged or each.encode().hex() in logged for each in markers])


@check(sees=Leak.PERSON_IN_A_COLUMN, only_on="postgresql")
def the_write_ahead_log_names_who_clicks(case: Case) -> Guesses:
    """Look in the write-ahead log, beside the box that a click wrote, for what stands for one person."""
    chance = case.chance("ahead")
    acts = [each for each in case.truth.hidden(Kind.FLAG, Kind.SECOND, Kind.REPLY) if case.written[each.number]]
    tokens = {form: person for value, person in case.tokens.items() for form in _forms(value)}
    found = {}
    for act in acts:
        places = _places(case.written_ahead, _ids_only(case.written[act.number]))
        near = b"".join(case.written_ahead[max(0, at - BESIDE) : at + BESIDE] for at in places)
        both = near + near.lower()  # text is compared in small letters, bytes as they are
        found[act.number] = {person for form, person in tokens.items() if form in both}
    met = Counter(person for people in found.values() for person in people)
    right = 0
    for act in acts:
        guess = min(found[act.number], key=lambda each: (met[each], each.user), default=None)
        right += (guess or chance.choice(case.people)) == act.person
    return Guesses(right, (1 / len(case.people),) * len(acts))


@check(sees=Leak.TAG_KEPT, only_on="postgresql")
def the_write_ahead_log_ties_what_was_written_to_what_is_shown(case: Case) -> Guesses:
    """For each flag, say which of those that came out together lies nearest to what a click wrote, in the same log."""
    chance = case.chance("tied")
    right, chances = 0, []
    for some in case.batches.values():
        shown = {at: item for item in some for at in _places(case.written_ahead, {item.id})}
        for item in some:
            old = _places(case.written_ahead, _ids_only(case.written[item.acts[0].number]))
            apart = [(abs(at - there), there) for at in old for there in shown if abs(at - there) < BESIDE]
            guess = shown[min(apart)[1]] if apart else chance.choice(some)
            right += guess is item
            chances.append(1 / len(some))
    return Guesses(right, tuple(chances))


def _ids_only(values: set[str]) -> set[str]:
    """Without what is too long to be anything but a sealed text."""
    return {each for each in values if len(each) <= 64}


def _forms(value: str) -> list[bytes]:
    """How a value lies in a file: as text, and as bytes if it is hex."""
    try:
        return [value.encode(), bytes.fromhex(value)]
    except ValueError:
        return [value.encode()]


def _places(data: bytes, values: set[str]) -> list[int]:
    """Where any of these values lies."""
    found = []
    for form in {form for value in values for form in _forms(value)}:
        at = data.find(form)
        while at >= 0:
            found.append(at)
            at = data.find(form, at + 1)
    return found
