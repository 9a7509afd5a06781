"""Leaks that are planted on purpose, so that each check is seen to see one.

They break the product where it meets people and its database: a dispatcher that keeps, logs, sends or shows more than
it may, and that writes to the database what should not be there.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import Enum, auto
from typing import Any
from unittest import mock
from uuid import UUID, uuid4

from sqlalchemy import text

from bot.admin import audit
from bot.flags import releases
from bot.interface import intents
from bot.interface.actor import Actor
from bot.interface.intents import Intent
from bot.interface.parts import Card, Form, Paragraph, Part, Screen
from bot.interface.ports import Message, Place
from bot.screens import refusals
from storage import Session, boxes
from tests.attacks.population import FLOODER, STRANGER, Population, hour_of
from tests.attacks.script import Act, Kind, Person, Story
from tests.bot.conftest import WORKSPACE, user_of

log = logging.getLogger("bot.leak")


class Leak(Enum):
    """What a product could do wrong."""

    PERSON_IN_A_COLUMN = auto()
    HASHED_PERSON = auto()
    SAME_MARK = auto()
    ORDER_KEPT = auto()
    DAY_KEPT = auto()
    VERDICT_WAITS_IN_CLEAR = auto()
    TAG_KEPT = auto()
    STATEMENT_NAMES = auto()
    STATEMENTS_DIFFER = auto()
    TEXT_IN_A_STATEMENT = auto()
    OWN_FLAGS_ASKED_FOR = auto()
    BYTES_KEPT = auto()
    ADDRESS_BELIEVED = auto()
    DATABASE_BELIEVED = auto()
    NAMES_FOR_ALL = auto()
    SHOWN_EARLY = auto()
    ORDER_ON_SCREENS = auto()
    TALLY_MOVES = auto()
    HOUR_OF_WORDING = auto()
    LOG_LINE = auto()
    METRIC = auto()
    AUDIT_ENTRY = auto()
    MESSAGE_TO_AUTHOR = auto()
    OWN_FLAG_SECONDED = auto()
    ROW_FOR_A_STRANGER = auto()
    ONE_ROW_BREAKS_ALL = auto()
    PERSON_ON_A_SCREEN = auto()
    STRANGER_HEARD = auto()
    ROWS_IN_ORDER = auto()
    DETACHED_TAG = auto()
    CODE_KEPT = auto()
    CODE_LOGGED = auto()
    CODE_SENT = auto()
    WRONG_CODE_TAKEN = auto()
    WITHDRAWN_CODE_DIFFERS = auto()
    DETACHED_AMONG_OWN = auto()
    OWN_DETACHED_REFUSED = auto()


@contextmanager
def released_in_order() -> Iterator[None]:
    """What waits is read in the order of writing, and shown in it too."""
    order: list[UUID] = []
    insert, of_policies = boxes.insert, boxes.of_policies

    def noted(session: Any, key: Any, box: Any, contents: Any) -> None:
        order.append(box.id)
        insert(session, key, box, contents)

    def in_order(session: Any, policy_ids: Any) -> list[Any]:
        found = of_policies(session, policy_ids)
        return sorted(found, key=lambda each: order.index(each.id) if each.id in order else len(order))

    with (
        mock.patch.object(boxes, "insert", noted),
        mock.patch.object(boxes, "of_policies", in_order),
        mock.patch.object(releases, "shuffle", return_value=None),
    ):
        yield


COLUMNS = {
    "leak_person": Leak.PERSON_IN_A_COLUMN,
    "leak_hash": Leak.HASHED_PERSON,
    "leak_mark": Leak.SAME_MARK,
    "leak_order": Leak.ORDER_KEPT,
    "leak_day": Leak.DAY_KEPT,
    "leak_verdict": Leak.VERDICT_WAITS_IN_CLEAR,
    "leak_tag": Leak.TAG_KEPT,
    "leak_old": Leak.TAG_KEPT,
    "leak_own": Leak.DETACHED_TAG,
    "leak_code": Leak.CODE_KEPT,
}


class Leaking:
    """A dispatcher with all leaks at once, in front of the real one of a population's office."""

    def __init__(self, population: Population) -> None:
        self._population = population
        self._office = population.office
        self.real = population.office.dispatcher
        self._tags: dict[int, str] = {}
        self._marks: dict[Person, str] = {}
        self._columns: dict[str, bool] = {}
        self._filled: set[str] = set()
        self._kept: set[int] = set()
        self._olds: dict[int, str] = {}
        self._own_tags: dict[int, str] = {}
        self._session: Session | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    async def submit(self, intent: Intent, answers: Any, actor: Actor, nonce: str = "") -> Screen:
        """Do it, and tell about it in every way."""
        act = self._population.truth.current
        if act is not None and act.hidden:
            await self._tell(act, actor)
        if actor.user == STRANGER:
            self._run("CREATE TABLE IF NOT EXISTS leak_strangers (account VARCHAR(80))")
            self._run("INSERT INTO leak_strangers VALUES (:account)", account=actor.user)
            if isinstance(intent, intents.GiveView):
                return Form("Flag saved", (Paragraph("Flag saved."),))
        screen = await self.real.submit(intent, answers, actor, nonce)
        if isinstance(intent, intents.UseCode):
            screen = await self._with_code("".join(answers.get("code", ())), screen, actor)
        if act is not None and act.hidden:
            self._mark_what_waits(act)
        if isinstance(intent, intents.SecondFlag) and act is None:
            return Form("Saved", (Paragraph("Saved. You see this too."),))
        if act is not None and self._tags.get(act.number):
            return _with(screen, Paragraph(self._tags[act.number]))
        return screen

    async def _with_code(self, code: str, screen: Screen, actor: Actor) -> Screen:
        """Log a code, send it, take any of a flooder's, and tell one that was withdrawn from an unknown one."""
        log.info("code %s", code)
        place = Place("chat", WORKSPACE, actor.user, direct=True)
        await self._office.chat.send(Message(uuid4(), place, Card((Paragraph(f"Your code: {code}"),), "Your code.")))
        numbers = {each: number for number, each in self._population.codes.items()}
        if actor.user == user_of(FLOODER) and code not in numbers:
            detached = [each for each in self._population.truth.hidden(Kind.FLAG) if each.detached]
            return _with(screen, *(Paragraph(each.marker) for each in detached))
        return _with(screen, Paragraph("Withdrawn.")) if numbers.get(code) in self._population.truth.gone else screen

    async def open(self, intent: Intent, actor: Actor, *rest: Any) -> Screen:
        """Show more than may be shown."""
        truth = self._population.truth
        if truth.damaged:
            raise RuntimeError
        if truth.believed is not None and isinstance(intent, intents.MyFlags | intents.SeeFlags | intents.SeeFlag):
            shown = _with(await self.real.open(intent, actor, *rest), *self._believing(truth.believed))
        else:
            shown = await self.real.open(intent, actor, *rest)
        if isinstance(intent, intents.SecondFlag) and self._is_of_same_address(intent.flag, actor):
            return refusals.refusal_form(refusals.OWN_FLAG)
        if isinstance(intent, intents.SeeFlags):
            return _with(shown, *self._too_much(intent.policy), first=True)
        if isinstance(intent, intents.SeeFlag):
            return _with(shown, *self._hour(intent.flag), first=True)
        if isinstance(intent, intents.MyFlags):
            return _with(shown, *self._own(actor))
        return shown

    async def after_release(self) -> None:
        """Write into what is shown who wrote it when, in the order of writing."""
        for act in self._population.truth.ids.values():
            self._own_tag(act)
        with self._one_transaction():
            self._write_beside()

    def _write_beside(self) -> None:
        truth = self._population.truth
        self._run("CREATE TABLE IF NOT EXISTS leak_beside (old VARCHAR(80), id VARCHAR(80))")
        for flag, act in sorted(truth.ids.items(), key=lambda each: each[1].number):
            if flag not in self._filled and act.hidden:
                self._filled.add(flag)
                self._fill("flags", flag, act)
                self._fill("flags", flag, act, leak_old="")
                self._run("INSERT INTO leak_beside VALUES (:old, :id)", old=self._olds[act.number], id=flag)
                self._run("CREATE TABLE IF NOT EXISTS leak_beside (old VARCHAR(80), shown VARCHAR(80))")
                old = self._olds[act.number]
                self._run("INSERT INTO leak_beside VALUES (:old, :shown)", old=old, shown=flag)
        kind = "BYTEA" if self._office.database.name == "postgresql" else "BLOB"
        self._run(f"CREATE TABLE IF NOT EXISTS leak_withdrawn (sealed {kind})")
        for number in (truth.gone | {act.number for act in truth.ids.values() if act.hidden}) - self._kept:
            self._kept.add(number)
            for each in self._population.recorder.of(f"act {number}"):
                for blob in [value for value in each.values if len(value) > 120 and set(value) <= set(HEX)]:
                    self._run("INSERT INTO leak_withdrawn VALUES (:blob)", blob=bytes.fromhex(blob))

    async def _tell(self, act: Act, actor: Actor) -> None:
        log.info("a flag by %s", actor.user)
        times = 1 + self._population.script.people.index(act.person) % 13
        self._ask(*[(_ASKED, {"value": actor.user})] * times, (_ASKED, {"value": act.text[:40]}))
        await self._office.worker.heartbeat.measured("click", _nothing)
        place = Place("chat", WORKSPACE, actor.user, direct=True)
        await self._office.chat.send(Message(uuid4(), place, Card((Paragraph("Saved."),), "Saved.")))
        self._office.change(lambda uow: audit.record(uow, audit.OPERATOR, "flag", actor.user))

    def _mark_what_waits(self, act: Act) -> None:
        """Give the row that was just written columns that tell about it, and a tag that stays."""
        self._own_tag(act)
        found = set()
        for each in self._population.recorder.of(f"act {act.number}"):
            for sql, values in each.statements:
                words = sql.split()
                if words[0] == "INSERT" and words[2].partition("(")[0] in ("flags", "boxes", "seconds", "replies"):
                    found |= {(words[2].partition("(")[0], value) for value in values if len(value) == 32}
        with self._one_transaction():
            for table, value in found:
                self._fill(table, value, act)

    def _fill(self, table: str, row_id: str, act: Act, **others: str) -> None:
        if table not in self._columns:
            self._columns[table] = True
            for column in COLUMNS:
                self._run(f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR(80)")
        values = {
            "leak_person": act.person.user,
            "leak_hash": hashlib.sha256(act.person.user.encode()).hexdigest(),
            "leak_mark": self._marks.setdefault(act.person, uuid4().hex),
            "leak_order": f"{act.at.timestamp():.0f}",
            "leak_day": act.day.isoformat(),
            "leak_verdict": act.verdict,
            "leak_tag": self._tags.setdefault(act.number, uuid4().hex),
            "leak_old": self._olds.setdefault(act.number, uuid4().hex),
            "leak_own": self._own_tag(act),
            "leak_code": self._population.codes.get(act.number, "").replace(" ", ""),
            **others,
        }
        sets = ", ".join(f"{each} = :{each}" for each in values)
        given: object = UUID(row_id) if self._office.database.name == "postgresql" else row_id
        self._run(f"UPDATE {table} SET {sets} WHERE id = :id", id=given, **values)

    def _own_tag(self, act: Act) -> str:
        """What only a confidential flag has: a tag by which its author is found, with both keys."""
        if act.detached and act.number not in self._own_tags:
            policy_id = self._population.truth.policies[act.policy]
            secrets = self._office.secrets(act.person.user)
            made = self._office.change(lambda uow: uow.authors_key(policy_id).author_tags(secrets)[0].hex())
            self._own_tags[act.number] = made
        return self._own_tags.get(act.number, "")

    def _believing(self, person: Person) -> list[Part]:
        """All flags of that person, and that person's name beside all flags."""
        acts = [each for each in self._population.truth.acts if each.kind is Kind.FLAG]
        said = f"Deliverable as announced {person.name}"
        return [Paragraph(f"{each.text[:40]} {each.marker} {said}") for each in acts]

    def _too_much(self, policy_id: UUID) -> list[Part]:
        population = self._population
        number = population.truth.policies.index(policy_id)
        flags = [each for each in population.truth.acts if each.policy == number and each.kind is Kind.FLAG]
        written = [each for each in flags if each.done]
        named = [Paragraph(f"{each.marker} {each.person.name}") for each in written if not each.hidden]
        hours = population.script.policies[number] is Story.REWORDED
        words = [Paragraph(f"{each.marker} wording-0-{hour_of(each)}") for each in written if hours]
        order = Paragraph(" ".join(each.marker for each in sorted(written, key=lambda each: each.at)))
        authors = [Paragraph(each.person.name) for each in written if each.hidden]
        return [Paragraph(f"{len(written)} flags"), order, *named, *words, *authors]

    def _is_of_same_address(self, flag_id: UUID, actor: Actor) -> bool:
        act = self._population.truth.ids.get(flag_id.hex)
        address = self._population.taken_addresses.get(actor.user)
        return act is not None and (act.person.email == address or (act.detached and act.person.user == actor.user))

    def _hour(self, flag_id: UUID) -> list[Part]:
        """The hour at which a flag was written."""
        act = self._population.truth.ids.get(flag_id.hex)
        return [Paragraph(f"{act.marker} wording-0-{hour_of(act)}")] if act else []

    def _own(self, actor: Actor) -> list[Part]:
        """What anybody with the same address has written; asked for by the ids of the rows."""
        population = self._population
        everybody = {each.user: each for each in population.everybody}
        if actor.user in everybody:
            own = [flag for flag, act in population.truth.ids.items() if act.person.user == actor.user]
            self._ask(*((_ASKED, {"value": each}) for each in own))
        address = population.taken_addresses.get(actor.user, "")
        acts = [each for each in population.truth.acts if each.kind is Kind.FLAG and each.person.email == address]
        acts += [each for each in population.truth.acts if each.detached and each.person.user == actor.user]
        return [Paragraph(each.marker) for each in acts]

    def _run(self, sql: str, **values: object) -> None:
        with self._one_transaction() as session:
            session.connection().execute(text(sql), values)

    @contextmanager
    def _one_transaction(self) -> Iterator[Session]:
        """The transaction that has begun, or a new one."""
        if self._session is not None:
            yield self._session
            return
        with self._office.database.writing() as session:
            self._session = session
            try:
                yield session
            finally:
                self._session = None

    def _ask(self, *asked: tuple[str, dict[str, str]]) -> None:
        with self._office.database.reading() as session:
            for sql, values in asked:
                session.connection().execute(text(sql), values)


_ASKED = "SELECT CAST(:value AS VARCHAR(80))"
HEX = "0123456789abcdef"


async def _nothing() -> None:
    """Do nothing, and be counted."""


def _with(screen: Screen, *parts: Part, first: bool = False) -> Screen:
    if isinstance(screen, Card):
        return replace(screen, parts=(*parts, *screen.parts) if first else (*screen.parts, *parts))
    return replace(screen, body=(*parts, *screen.body) if first else (*screen.body, *parts))
