"""Has the database as it stood each night, the master key and the end-months file, and tries everybody on the roster.

Who wrote confidentially is found that way until the authors' day: it is said so, and is no check. A detached flag must
be nobody's from the night after it was written.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from bot.flags import boxes
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Box
from storage.authors_key import AuthorsKey
from tests.attacks.check import Case, check
from tests.attacks.guesses import Guesses
from tests.attacks.leaks import Leak
from tests.attacks.population import Population
from tests.attacks.recorder import PLACES, Row
from tests.attacks.script import Act, Person


@check(sees=Leak.DETACHED_TAG)
def everybody_is_tried_on_a_detached_flag(case: Case) -> Guesses:
    """Make all that the secrets of each account give; look for it in the row of a detached flag, and in its box."""
    flags = [each for each in case.flags if each.acts[0].detached]
    return tried_on(case, [(each.acts[0], [each.row, *boxes_of(case, each.acts[0])]) for each in flags])


def tried_on(case: Case, flags: list[tuple[Act, list[Row]]]) -> Guesses:
    """Guess for each flag the person whose secrets give a value of one of its rows; anybody where none do."""
    chance, policies = case.chance("both keys"), {act.policy for act, _ in flags}
    given = {policy: _given(case, policy) for policy in policies}
    right = 0
    for act, rows in flags:
        values = {value for row in rows for name, value in row.items() if name not in PLACES}
        found = [person for value, person in given[act.policy].items() if value in values]
        right += (found[0] if found else chance.choice(case.people)) == act.person
    return Guesses(right, (1 / len(case.people),) * len(flags))


def _given(case: Case, policy: int) -> dict[str, Person]:
    """Each value that the secrets of somebody give on a policy, in hex as rows hold it."""
    office = case.population.office
    secrets = {person: office.secrets(person.user) for person in case.people}
    about = [UUID(each) for each, act in case.truth.ids.items() if act.policy == policy]

    def work(uow: UnitOfWork) -> dict[str, Person]:
        key = uow.authors_key(case.truth.policies[policy])
        return {value.hex(): who for who, some in secrets.items() for value in _values(key, some, about)}

    return office.change(work)


def _values(key: AuthorsKey, secrets: tuple[bytes, ...], flags: list[UUID]) -> Iterable[bytes]:
    for make in (key.author_tags, key.second_tags, key.flag_slots, key.second_slots):
        yield from make(secrets)
    for secret in secrets:
        yield key.mark(secret)
        yield key.receipt(secret)
        yield key.waiting_receipt(secret)
        yield from (key.second_on(secret, each) for each in flags)


def boxes_of(case: Case, act: Act) -> list[Row]:
    """The box in which a flag waited, opened: both halves of its tag, and what is sealed in it."""
    population, written = case.population, case.written[act.number]
    found = {}
    for dump in case.recorder.dumps:
        for row in dump.tables["boxes"]:
            if row["id"] in written and dump.at.date() >= act.day:
                found[row["id"]] = row
    return [_opened(population, act, row) for row in found.values()]


def _opened(population: Population, act: Act, row: Row) -> Row:
    policy_id = population.truth.policies[act.policy]
    sealed = bytes.fromhex(row["sealed"])
    box = Box(id=UUID(row["id"]), policy_id=policy_id, tag=bytes.fromhex(row["tag"]), sealed=sealed)
    opened = population.office.change(lambda uow: boxes.opened(uow, box))
    assert opened is not None, "whoever holds both keys opens a box"
    contents, written = opened.contents, opened.contents.written
    half = len(row["tag"]) // 2
    inside = {"mark": (written.mark or b"").hex(), "later": getattr(contents, "tag", b"").hex()}
    return {"first": row["tag"][:half], "second": row["tag"][half:], **inside}
