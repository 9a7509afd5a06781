"""At a start the master keys must be those of the database, which a few of its keys show."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from bot.runtime.key_check import MOST_KEYS, must_open
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Policy, policy_keys
from storage.authors_key import AuthorsKey
from storage.encryption import CannotOpen, Damaged, SecretKey
from storage.keys import KeyRing, Term, new_master_key
from storage.text_key import TextKey
from tests.bot.conftest import Office
from tests.rings import MONTHS, TERMS, ring_of


def check(office: Office, ring: KeyRing | None = None) -> None:
    """Check the office's database as a start does."""
    with office.database.reading() as session:
        must_open(session, ring or office.ring)


def with_policies(office: Office, number: int, ring: KeyRing | None = None) -> list[UUID]:
    """Policies whose keys a ring wraps; their ids."""

    def add(uow: UnitOfWork) -> list[UUID]:
        ids = []
        for n in range(number):
            policy = Policy(title=f"P{n}", summary="", announced_on=date(2026, 11, 2), closes_on=date(2027, 3, 1))
            uow.session.add(policy)
            uow.session.flush()
            uow.session.add(policy_keys.new(ring or uow.ring, policy.id, TERMS)[1])
            ids.append(policy.id)
        return ids

    return office.change(add)


def key_row(office: Office, policy: UUID, **values: object) -> None:
    """Change the row of a policy's keys."""

    def change(uow: UnitOfWork) -> None:
        row = uow.session.get_one(policy_keys.PolicyKeys, policy)
        for name, value in values.items():
            setattr(row, name, value)

    office.change(change)


@pytest.mark.parametrize("kind", [TextKey, AuthorsKey])
def test_however_many_policies_there_are_a_few_keys_are_read_and_one_is_opened(
    office: Office, kind: type[TextKey] | type[AuthorsKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    with_policies(office, 3 * MOST_KEYS)
    with office.database.reading() as session:
        read = policy_keys.some_wrapped(session, kind, office.ring.heads, MONTHS.months, MOST_KEYS)
    assert len(read) == MOST_KEYS
    opened: list[object] = []
    unwrap = KeyRing._unwrap

    def counted(self: KeyRing, of: type[SecretKey], where: UUID | Term, wrapped: bytes) -> bytes:
        opened.append(of)
        return unwrap(self, of, where, wrapped)

    monkeypatch.setattr(KeyRing, "_unwrap", counted)
    check(office)
    assert opened.count(kind) <= 2, "one of policies, and one of the audit log"


def test_one_key_of_a_master_key_that_is_missing_is_found_among_many(office: Office) -> None:
    with_policies(office, 2 * MOST_KEYS)
    with_policies(office, 1, ring_of(new_master_key("k8")))
    with pytest.raises(CannotOpen, match="wrapped by the master key k8, which DELIVERABLE_KEY lacks") as found:
        check(office)
    assert not isinstance(found.value, Damaged)


def test_another_master_key_of_the_same_name_is_noticed(office: Office) -> None:
    with_policies(office, 2)
    with pytest.raises(CannotOpen):
        check(office, ring_of(new_master_key(office.ring.names[0])))


@pytest.mark.parametrize("column", ["text", "authors"])
def test_a_key_that_was_damaged_keeps_no_process_from_starting(office: Office, column: str) -> None:
    ids = with_policies(office, 3)
    for policy, bad in zip(ids, (b"", b"\x01", bytes(80)), strict=True):
        key_row(office, policy, **{column: bad})
    (last,) = with_policies(office, 1)
    check(office)
    wrapped = bytes(next(each for each in office.rows("policy_keys") if each["policy_id"] == last)[column])
    key_row(office, ids[0], **{column: wrapped})
    check(office)
    key_row(office, last, **{column: wrapped[:-1] + bytes([wrapped[-1] ^ 1])})
    with pytest.raises(Damaged):
        check(office)
