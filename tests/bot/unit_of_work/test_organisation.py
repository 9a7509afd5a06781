"""The organisation's terms: input is checked and stored, and the next release is planned by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.dispatcher import Dispatcher
from bot.flags import releases
from bot.interface import intents
from bot.interface.unavailable import Unavailable
from bot.people.connections import Connections
from bot.people.people import Member, UnknownPerson, recognise
from bot.unit_of_work import organisation
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.organisation import DESCRIBED
from bot.unit_of_work.unit_of_work import UnitOfWork
from bot.worker.worker import Worker
from storage import Database
from storage import organisation as stored
from storage.encryption import CannotOpen
from storage.keys import new_master_key
from tests.bot.conftest import FLAG, WORKSPACE, Clock, Office, said
from tests.rings import new_ring, ring_of

TEXTS_AND_AUTHORS = ("text", "authors")
"""The keys that a policy has."""
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("release_hour", "24"),
        ("release_hour", "8.5"),
        ("release_hour", "²"),
        ("batch_least", "0"),
        ("answer_days", "-1"),
        ("wrongdoing_link", "http://example.org"),
        ("wrongdoing_link", "https://example.org/a b"),
        ("calendar", "GB"),
        ("own_days", "2026-02-30"),
        ("own_days", "3/4/2027"),
        ("release_days", "tuesday, whenever"),
        ("release_days", "2"),
        ("answer_days", "9" * 5000),
        ("guests_named", "perhaps"),
        ("name", "the\x00Department"),
    ],
)
def test_an_invalid_term_is_refused_by_name_with_what_it_should_be(name: str, text: str) -> None:
    with pytest.raises(FormRefused) as refused:
        organisation.read({name: text, "team": "the Digital team"})
    assert refused.value.problems == {name: f"This should be {DESCRIBED[name]}"}


@pytest.mark.parametrize(
    ("text", "stored"),
    [("", ""), (" Thursdays,TUESDAY ", "tue thu"), ("tue thu tue", "tue thu"), ("sun\nmon", "mon sun")],
)
def test_weekdays_are_read_as_people_type_them(text: str, stored: str) -> None:
    assert organisation.read({"release_days": text}) == {"release_days": stored}


def test_input_is_stored_normalised() -> None:
    typed = {"name": " the  Department ", "own_days": "24 December 2026, 23/12/2026, 2026-12-24", "release_hour": "9"}
    assert organisation.read(typed) == {
        "name": "the Department",
        "own_days": "2026-12-23 2026-12-24",
        "release_hour": 9,
    }


async def test_everything_that_can_be_described_is_stored(office: Office) -> None:
    stands = await office.dispatcher.describe(organisation.read({"team": "the Digital team", "answer_days": "5"}))
    assert list(stands) == list(DESCRIBED)
    assert stands["guests_named"] is False
    assert (await office.dispatcher.describe(organisation.read({"guests_named": "Yes"})))["guests_named"] is True
    assert (stands["team"], stands["answer_days"]) == ("the Digital team", 5)


def test_a_new_release_hour_applies_at_once(migrated_url: str) -> None:
    ring = new_ring("test")
    with Database(migrated_url) as database:
        for at, values, planned in (
            (MONDAY, {}, datetime(2026, 11, 24, 8, tzinfo=UTC)),
            (MONDAY, {"release_hour": 14}, datetime(2026, 11, 23, 14, tzinfo=UTC)),
            (MONDAY, {"release_hour": 14}, datetime(2026, 11, 23, 14, tzinfo=UTC)),
            (MONDAY + timedelta(hours=1), {"own_days": "2026-11-23"}, datetime(2026, 11, 24, 14, tzinfo=UTC)),
        ):
            with database.writing() as session:
                organisation.describe(UnitOfWork(session, at, ring), values)
            with database.writing() as session:
                uow = UnitOfWork(session, at, ring)
                if releases.due(uow):
                    releases.plan(uow)
                assert stored.next_release(session) == planned


async def test_keys_are_wrapped_by_the_first_master_key_and_open_what_they_opened(migrated_url: str) -> None:
    older, newer = new_master_key("older"), new_master_key("newer")
    with Database(migrated_url) as database:
        before = _office(database, older)
        await before.enrol()
        policy = await before.announce()
        flag = await before.file(policy, "asha")
        turning = _office(database, f"{newer},{older}")
        wrapped = len(before.rows("identities")) + len(before.rows("newcomers_keys")) + len(TEXTS_AND_AUTHORS)
        assert [await turning.dispatcher.rewrap(), await turning.dispatcher.rewrap()] == [wrapped, 0]
        after = _office(database, newer)
        assert FLAG["because"] in said(await after.open(intents.SeeFlag(flag), "asha"))


async def test_a_process_with_an_old_key_asks_people_to_try_again_and_tells_the_operator_once(
    migrated_sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    older, newer = new_master_key("older"), new_master_key("newer")
    with Database(migrated_sqlite_url) as database:
        old = _office(database, older)
        connections = Connections(database, ring_of(older), Clock())
        await connections.install("chat", WORKSPACE, "Acme", {"bot": "xoxb-1"})
        await old.enrol()
        policy = await old.announce()
        await old.file(policy, "asha", promise="named")
        await _office(database, f"{newer},{older}").dispatcher.rewrap()
        asha, flagging = old.actor("asha"), intents.GiveView(policy)
        for _ in range(2):
            with pytest.raises(Unavailable, match="Nothing you sent before is lost"):
                await old.dispatcher.open(intents.SeeFlags(policy), asha)
            with pytest.raises(Unavailable):
                await old.dispatcher.submit(flagging, {name: (value,) for name, value in FLAG.items()}, asha, "nonce")
        told = [each.getMessage() for each in caplog.records if "DELIVERABLE_KEY lacks" in each.getMessage()]
        reason = "An account is wrapped by the master key newer, which DELIVERABLE_KEY lacks."
        assert told == [f"{reason} People are asked to try again. Start this process with all keys."]
        with pytest.raises(Unavailable):
            await connections.installed("chat", WORKSPACE)
        both = _office(database, f"{newer},{older}")
        rows = both.rows("identities")
        for damaged_too in (False, True):
            if damaged_too:
                both.update("identities", rows[0]["id"], email="changed@example.org")
            with pytest.raises((CannotOpen, Unavailable)):
                await old.enrol()
            assert [each["sealed"] for each in both.rows("identities")] == [each["sealed"] for each in rows]
        stranger = replace(asha, user="U-stranger")
        for each in (None, Member("U-stranger", "A stranger", "stranger@example.org")):
            wanted = UnknownPerson if each is None else CannotOpen
            with pytest.raises(wanted):
                old.change(lambda uow, each=each: recognise(uow, stranger, each))  # type: ignore[misc]
        kept = both.rows("newcomers_keys")
        with pytest.raises((CannotOpen, Unavailable)):
            await old.dispatcher.begin_round("chat")
        assert both.rows("newcomers_keys") == kept, "newcomers would lose sight of what they sent"
        await both.enrol()  # repairs the row that was changed
        assert "Single parking permit" in said(await both.dispatcher.open(intents.OpenPolicies(), asha))


def _office(database: Database, keys: str) -> Office:
    ring, clock = ring_of(keys), Clock()
    return Office(database, ring, clock, Dispatcher(database, ring, clock), Worker(database, ring, clock))
