"""Whose accounts count as one person, and keeping one apart."""

from __future__ import annotations

import asyncio

import pytest

from bot.dispatcher import Dispatcher
from bot.people.people import Member, Roster
from bot.runtime.clock import now
from storage import Database
from tests.cli.conftest import Run
from tests.cli.register import FILE, rows
from tests.rings import ring_of

TEAMS = "teams/T1/helen"


@pytest.fixture
def two_platforms(run: Run, key: str) -> None:
    """Helen and Tom have an account on each of two platforms. Only the domain of her address is trusted."""
    assert run("organisation", "--domains", "example.org").code == 0
    members = (Member("helen", "Helen Marsh", "helen@example.org"), Member("tom", "Tom Ede", "tom@example.com"))
    with Database(f"sqlite:///{FILE}") as database:
        dispatcher = Dispatcher(database, ring_of(key), now)
        for platform in ("slack", "teams"):
            asyncio.run(dispatcher.enrol(Roster(platform, "T1", "C1", "delivery", members)))


@pytest.mark.usefixtures("two_platforms")
def test_people_are_listed_and_an_account_is_kept_apart(run: Run) -> None:
    unclear = "tom@example.com: Several accounts have this address, and its domain is not trusted: "
    assert run("people").out.splitlines() == [
        f"{unclear}Tom Ede (Slack) and Tom Ede (Teams).",
        f"Helen Marsh: One person, by the address helen@example.org: Slack and Teams. (--keep-apart {TEAMS})",
    ]
    assert run("people", "--keep-apart", TEAMS).out == "This account is kept apart now.\n"
    assert f"(--join-again {TEAMS})" in run("people").out
    assert len({person for (person,) in rows("identities", "person_id")}) == 4
    assert run("people", "--join-again", TEAMS).code == 0
    assert len({person for (person,) in rows("identities", "person_id")}) == 3
    assert run("people", "--keep-apart", "teams/T1/nobody").sentence.startswith("There is no such account.")


@pytest.mark.usefixtures("two_platforms")
def test_an_address_of_several_accounts_is_refused_and_they_are_named(run: Run) -> None:
    given = ("announce", "--title", "Permit", "--summary", "One.")
    refused = run(*given, "--owner", "tom@example.com").sentence
    assert "Several accounts have the address tom@example.com" in refused
    assert "teams/T1/tom  (Tom Ede (Teams))" in refused
    assert rows("policies") == []
    assert run(*given, "--owner", "teams/T1/tom").code == 0
