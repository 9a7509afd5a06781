"""Many owners, each with a schedule that is due and a flag that is news, written quickly into any database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from secrets import token_bytes
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import SQLModel, insert

from bot.calendar.cron import EVERY_WORKING_DAY
from bot.policies import policies
from storage import (
    Database,
    Delivery,
    Flag,
    FlagStatus,
    Identity,
    Person,
    Policy,
    PolicyKeys,
    Promise,
    Schedule,
    State,
    Verb,
    Verdict,
    flags,
    policy_keys,
)
from storage.accounts_key import SECRET_BYTES, AccountName, SealedAccount, author_id
from storage.keys import KeyRing
from tests.rings import TERMS

PLATFORM, WORKSPACE = "chat", "w1"
MANY = 500
"""Rows in one statement."""


def gather(database: Database, ring: KeyRing, number: int, due_at: datetime, *, news: bool = True) -> list[UUID]:
    """Add owners whose digest is due at an instant, each with a flag unless `news` is false. Returns their ids."""
    secrets = [token_bytes(SECRET_BYTES) for _ in range(number)]
    people = [author_id(each) for each in secrets]
    _fill(database, Person, ({"id": each, "name": f"Owner {n}"} for n, each in enumerate(people)))
    _fill(database, Identity, (_identity(ring, each) for each in secrets))
    _fill(database, Schedule, (_schedule(each, due_at) for each in people))
    if news:
        owned = {uuid4(): each for each in people}
        keys = {each: policy_keys.new(ring, each, TERMS) for each in owned}
        _fill(database, Policy, (_policy(each, owner, due_at) for each, owner in owned.items()))
        _fill(database, PolicyKeys, (row.model_dump() for _, row in keys.values()))
        sent = (_flag(uuid4(), policy, due_at) for policy in owned)
        _fill(database, Flag, (each | {"because": _sealed(keys, each)} for each in sent))
    return people


def post(database: Database, policy: UUID, addresses: Iterable[str], now: datetime, *, times: int = 1) -> list[UUID]:
    """Add deliveries of a policy's card that are due now, a number of them to each address. Returns their ids."""
    rows = [_delivery(policy, address, now) for _ in range(times) for address in addresses]
    _fill(database, Delivery, rows)
    return [each["id"] for each in rows]


def announce(database: Database, ring: KeyRing, now: datetime) -> UUID:
    """Add one policy whose card can be sent. Returns its id."""
    policy = uuid4()
    _fill(database, Policy, [_policy(policy, None, now)])
    _fill(database, PolicyKeys, [policy_keys.new(ring, policy, TERMS)[1].model_dump()])
    return policy


def _fill(database: Database, table: type[SQLModel], rows: Iterable[dict[str, Any]]) -> None:
    for some in _many_at_a_time(rows):
        with database.writing() as session:
            session.connection().execute(insert(table), some)


def _many_at_a_time(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    some: list[dict[str, Any]] = []
    for each in rows:
        some.append(each)
        if len(some) == MANY:
            yield some
            some = []
    if some:
        yield some


def _identity(ring: KeyRing, secret: bytes) -> dict[str, Any]:
    person = author_id(secret)
    name = AccountName(PLATFORM, WORKSPACE, f"U-{person}")
    sealed = ring.accounts.seal(name, SealedAccount(person, (secret,)))
    return {"person_id": person, "author_id": person, "email": None, "sealed": sealed, **name._asdict()}


def _schedule(person: UUID, due_at: datetime) -> dict[str, Any]:
    return {
        "person_id": person,
        "cron": EVERY_WORKING_DAY,
        "zone": "Europe/London",
        "calendar": "GB-ENG",
        "next_slot": f"{due_at:%Y-%m-%dT%H:%M}",
        "next_due_at": due_at,
    }


def _policy(policy: UUID, owner: UUID | None, now: datetime) -> dict[str, Any]:
    return {
        "id": policy,
        "title": f"Policy {policy}",
        "summary": "What is announced.",
        "announced_on": now.date() - timedelta(days=7),
        "closes_on": now.date() + timedelta(days=300),
        "owner_id": owner,
    }


def _flag(flag: UUID, policy: UUID, now: datetime) -> dict[str, Any]:
    return {
        "id": flag,
        "policy_id": policy,
        "released_on": now.date() - timedelta(days=1),
        "wording": 1,
        "verdict": Verdict.NOT,
        "theme": "timetable",
        "promise": Promise.CONFIDENTIAL,
        "tag": flag.bytes,
        "status": FlagStatus.WAITING,
    }


def _sealed(keys: dict[UUID, Any], flag: dict[str, Any]) -> bytes:
    key, _ = keys[flag["policy_id"]]
    bound = flags.bound(flags.new(**flag))
    sealed: bytes = key.seal("flags", "because", flag["id"], "The contracts end after April.", bound)
    return sealed


def _delivery(policy: UUID, address: str, now: datetime) -> dict[str, Any]:
    delivery = uuid4()
    return {
        "id": delivery,
        "key": str(delivery),
        "verb": Verb.SEND,
        "platform": PLATFORM,
        "workspace": WORKSPACE,
        "address": address,
        "direct": False,
        "screen": policies.CARD,
        "subject": str(policy),
        "state": State.WAITING,
        "due_at": now,
        "made_at": now,
    }
