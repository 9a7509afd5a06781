"""Changes the database without the keys, uses an account of their own, and looks at the screens.

What no key prevents is not tried: deleting rows, putting back a box before its release, joining a roster.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

from bot.interface import intents
from bot.interface.intents import Intent
from storage import metadata
from storage.faults import StorageFault
from tests.attacks.check import Case, Item, check, not_allowed
from tests.attacks.guesses import Guesses
from tests.attacks.leaks import Leak
from tests.attacks.population import INSTEAD, OWNER, READER
from tests.attacks.recorder import plain
from tests.attacks.script import Act, Kind, Person
from tests.bot.conftest import said, user_of

VICTIMS = 2
"""On how many people or flags each change is tried: none may succeed."""
Row = dict[str, Any]


@check(sees=Leak.DATABASE_BELIEVED)
async def an_account_is_lent(case: Case) -> Guesses:
    """Give one's own account what somebody else's row holds, a column at a time and all at once; open *My flags*."""
    happened = []
    for victim in _authors(case)[:VICTIMS]:
        seen = False
        for table, mine, theirs in _rows_of_both(case, victim):
            names = [each.name for each in table.columns if mine[each.name] != theirs[each.name]]
            for some in ([each] for each in names):
                seen = seen or await _sees_flags_of(case, table, mine, theirs, some, victim)
            seen = seen or await _sees_flags_of(case, table, mine, theirs, names, victim)
        happened.append(seen)
    return not_allowed(happened)


def _authors(case: Case) -> list[Person]:
    found = {each.acts[0].person: None for each in case.flags}
    return [each for each in found if each.user != user_of(READER)]


def _rows_of_both(case: Case, victim: Person) -> Iterator[tuple[Table, Row, Row]]:
    """In each table in which people have rows: the attacker's, and the victim's."""
    for table in metadata.tables.values():
        rows = case.population.office.rows(table.name)
        mine, theirs = (_row_of(case, rows, user) for user in (user_of(READER), victim.user))
        if mine is not None and theirs is not None:
            yield table, mine, theirs


def _row_of(case: Case, rows: list[Row], user: str) -> Row | None:
    """The one row that stands for that account alone."""
    for row in rows:
        whose = {case.tokens[plain(each)].user for each in row.values() if plain(each) in case.tokens}
        if whose == {user}:
            return row
    return None


async def _sees_flags_of(case: Case, table: Table, mine: Row, theirs: Row, names: list[str], victim: Person) -> bool:
    own = {each.acts[0].marker for each in case.flags if each.acts[0].person == victim}
    with changed(case, table, mine, {each: theirs[each] for each in names}) as done:
        if not done:
            return False
        async with believing(case, victim):
            shown = await screen(case, intents.MyFlags(), READER)
    return any(each in shown for each in own)


@check(sees=Leak.SHOWN_EARLY)
async def a_flag_is_shown_early(case: Case) -> Guesses:
    """Give a row that waits a day of release, in each column that takes one, and look at the flags of the policy."""
    happened = []
    for table, row, act in _waiting(case)[:VICTIMS]:
        days = [each.name for each in table.columns if _takes_day(each) and row[each.name] is None]
        for name in days or [""]:
            values = {name: date(2026, 11, 24)} if name else {}
            with changed(case, table, row, values):
                shown = await screen(case, intents.SeeFlags(case.truth.policies[act.policy]), READER)
            happened.append(act.marker in shown)
    return not_allowed(happened)


def _takes_day(column: Any) -> bool:
    return str(column.type) == "DATE"


def _waiting(case: Case) -> list[tuple[Table, Row, Act]]:
    """The rows that wait now. `Population.live` leaves some: flags that were sent after the last release."""
    acts = [each for each in case.truth.hidden(Kind.FLAG) if each.number not in case.truth.seen_at]
    acts = [each for each in acts if each.number not in case.truth.gone]
    found = []
    for name in case.secret_tables:
        for row in case.population.office.rows(name):
            values = {plain(each) for each in row.values()}
            found += [(metadata.tables[name], row, act) for act in acts if case.written[act.number] & values]
    return found


@check(sees=Leak.DATABASE_BELIEVED)
async def a_name_is_put_under_a_flag(case: Case) -> Guesses:
    """Make a confidential flag a *Named* one of somebody else, and look as its owner whose name stands there."""
    happened = []
    for item, table, row in _shown_rows(case)[:VICTIMS]:
        other = next(
            each for each in case.people if each.name.casefold() in case.tokens and each != item.acts[0].person
        )
        ids = [value for value in _ids_of(case, other) if value]
        for person_id in ids:
            values = {"promise": "named", "tag": None, "person_id": UUID(person_id)}
            with changed(case, table, row, {each: values[each] for each in values if each in row}) as done:
                if not done:
                    continue
                async with believing(case, other):
                    shown = await screen(case, intents.SeeFlags(case.truth.policies[item.policy]), OWNER)
            happened.append(other.name in shown)
    return not_allowed(happened)


def _ids_of(case: Case, person: Person) -> list[str]:
    return [value for value, whose in case.tokens.items() if whose == person and len(value) == 32][:4]


@check(sees=Leak.DATABASE_BELIEVED)
async def a_verdict_is_changed(case: Case) -> Guesses:
    """Change the verdict of a shown flag: its text must not stand under another one."""
    happened = []
    for item, table, row in _shown_rows(case)[:VICTIMS]:
        wanted = "as-announced" if row["verdict"] != "as-announced" else "not"
        with changed(case, table, row, {"verdict": wanted}) as done:
            if done:
                async with believing(case, item.acts[0].person):
                    shown = await screen(case, intents.SeeFlags(case.truth.policies[item.policy]), READER)
                happened.append(item.acts[0].marker in shown)
    return not_allowed(happened)


@check(sees=Leak.DATABASE_BELIEVED)
async def an_old_text_is_put_back(case: Case) -> Guesses:
    """Put the bytes of a flag as it was before its author changed or withdrew it into its row as it is now."""
    happened = []
    acts = {each.about.number: each for each in case.truth.hidden(Kind.CHANGE) if each.about}
    for item, table, row in _shown_rows(case):
        act = item.acts[0]
        if act.number not in acts:
            continue
        for old in sorted(case.written[act.number], key=len)[-2:]:
            for name, value in row.items():
                # What a flag means is compared with, and never shown.
                if isinstance(value, bytes) and len(old) > 80 and name != "meaning":
                    with changed(case, table, row, {name: bytes.fromhex(old)}) as done:
                        if done:
                            async with believing(case, act.person):
                                shown = await screen(case, intents.SeeFlags(case.truth.policies[item.policy]), READER)
                            happened.append(act.marker in shown and f"{act.marker}{INSTEAD}" not in shown)
    return not_allowed(happened[: 4 * VICTIMS])


@check(sees=Leak.NAMES_FOR_ALL)
async def a_writer_makes_themselves_owner(case: Case) -> Guesses:
    """Put one's own id into each column of a policy that names a person; look for names on its flags."""
    happened = []
    table = metadata.tables["policies"]
    ids = [UUID(each) for each in _ids_of(case, _person(case, READER))]
    for act in _named(case)[:VICTIMS]:
        row = next(
            each for each in case.population.office.rows("policies") if each["id"] == case.truth.policies[act.policy]
        )
        for name in [each for each in row if each.endswith("_id")]:
            for own in ids:
                with changed(case, table, row, {name: own}) as done:
                    if done:
                        shown = await screen(case, intents.SeeFlags(row["id"]), READER)
                        happened.append(act.person.name in shown)
    return not_allowed(happened)


def _person(case: Case, name: str) -> Person:
    return next(each for each in case.people if each.user == user_of(name))


def _named(case: Case) -> list[Act]:
    return [each for each in case.truth.acts if each.kind is Kind.FLAG and not each.hidden and each.done]


@check(sees=Leak.ONE_ROW_BREAKS_ALL)
async def one_row_that_does_not_open_breaks_others(case: Case) -> Guesses:
    """Spoil each sealed column of one flag, and see whether the other flags of its policy can still be read."""
    happened = []
    for item, table, row in _shown_rows(case)[:VICTIMS]:
        there = [each for each in case.flags if each.policy == item.policy and each is not item]
        for name, value in row.items():
            if isinstance(value, bytes) and len(value) > 40 and there:
                with changed(case, table, row, {name: value[:-1] + bytes([value[-1] ^ 1])}) as done:
                    if done:
                        case.truth.damaged = True
                        shown = await screen(case, intents.SeeFlags(case.truth.policies[item.policy]), READER)
                        case.truth.damaged = False
                        happened.append(not any(each.acts[0].marker in shown for each in there))
    return not_allowed(happened)


def _shown_rows(case: Case) -> list[tuple[Item, Table, Row]]:
    """The rows of flags that are shown on the first page of their policy, with their tables."""
    rows = {plain(each["id"]): each for each in case.population.office.rows("flags")}
    busy = [each for each in case.flags if each.table == "flags" and each.id in rows]
    first = sorted(busy, key=lambda each: (len(case.batches[each.batch]), each.policy), reverse=True)
    return [(each, metadata.tables["flags"], rows[each.id]) for each in first]


async def screen(case: Case, intent: Intent, person: str) -> str:
    """All that somebody is shown, on all pages; empty where it fails."""
    office = case.population.office
    case.recorder.cause = "attack"
    try:
        if isinstance(intent, intents.SeeFlags):
            return "\n".join(said(each) for each in await case.population.pages(intent.policy, person))
        return said(await office.open(intent, person))
    except Exception as failed:  # noqa: BLE001  # whatever breaks it, nothing is shown
        return f"failed: {type(failed).__name__}"


@asynccontextmanager
async def believing(case: Case, person: Person) -> AsyncIterator[None]:
    """For planted leaks: as whom a product that believes its database would take the attacker."""
    case.truth.believed = person
    try:
        yield
    finally:
        case.truth.believed = None


@contextmanager
def changed(case: Case, table: Table, row: Row, values: Row) -> Iterator[bool]:
    """Change a row, and put it back at the end; gives False where the database refuses it. The process starts anew."""
    keys = [each.name for each in table.primary_key.columns]
    where = {each: values.get(each, row[each]) for each in keys}
    office = case.population.office
    try:
        with office.database.writing() as session:
            _update(session.connection(), table, {each: row[each] for each in keys}, values)
    except (StorageFault, DBAPIError):
        yield False
        return
    case.population.restart()
    try:
        yield True
    finally:
        with office.database.writing() as session:
            _update(session.connection(), table, where, {each: row[each] for each in values})
        case.population.restart()


def _update(connection: Connection, table: Table, where: Row, values: Row) -> None:
    if not values:
        return
    statement = table.update().values({table.c[_key(table, each)]: value for each, value in values.items()})
    for name, value in where.items():
        statement = statement.where(table.c[_key(table, name)] == value)
    connection.execute(statement)


def _key(table: Table, name: str) -> str:
    return next(key for key, column in table.c.items() if name in (key, column.name))
