"""Listing messages that could not be sent, and sending them again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from uuid import UUID, uuid4

import pytest

from tests.cli.conftest import Run
from tests.cli.register import FILE, rows


@pytest.fixture
def announced(run: Run, key: str) -> None:
    """A database with a policy."""
    assert run("announce", "--title", "Permit", "--summary", "One.", "--owner", "priya.nair@example.org").code == 0


def write(state: str, error: str = "", *, unconfirmed: bool = False) -> UUID:
    """Write a delivery with that end directly into the database. Returns its id."""
    made, at = uuid4(), "2026-11-23 10:00:00.000000"
    with closing(sqlite3.connect(FILE)) as connection, connection:
        connection.execute(
            "INSERT INTO deliveries (id, key, verb, platform, workspace, address, direct, screen, subject, state,"
            " due_at, attempts, fence, error, made_at, done_at, unsure_since)"
            " VALUES (?, ?, 'send', 'slack', 'T1', 'U-cai-7741', 1, 'answer-message', '', ?, ?, 3, 3, ?, ?, ?, ?)",
            (
                made.hex,
                made.hex,
                state,
                at if state in ("unknown", "waiting", "sending") else None,
                error,
                at,
                at if state == "dead" else None,
                at if unconfirmed else None,
            ),
        )
    return made


def states() -> dict[UUID, str]:
    return {UUID(str(each)): str(state) for each, state in rows("deliveries", "id, state")}


@pytest.mark.usefixtures("announced")
class TestDeliveries:
    def test_it_says_if_everything_has_arrived(self, run: Run) -> None:
        write("sent")
        assert run("deliveries").out == "Every message has now arrived.\n"

    def test_it_does_not_say_so_while_some_are_still_to_be_sent(self, run: Run) -> None:
        write("waiting")
        assert run("deliveries").out == "No message was given up. 1 message is still to be sent.\n"
        write("sending")
        dead = write("dead")
        lines = run("deliveries").out.splitlines()
        assert lines[0].startswith(str(dead))
        assert lines[1:] == ["2 messages are still to be sent."]
        run("deliveries", "--again", "all")
        assert run("deliveries").out == "No message was given up. 3 messages are still to be sent.\n"

    def test_dead_letters_and_unconfirmed_messages_are_listed_without_authors(self, run: Run) -> None:
        dead, unknown = write("dead", "channel_not_found"), write("unknown", "timed out", unconfirmed=True)
        write("sent")
        assert sorted(run("deliveries").out.splitlines()) == sorted(
            [
                f"{dead}  Given up. A message on Slack. Tried for the last time on Monday 23 November 2026. "
                "Reason: channel_not_found.",
                f"{unknown}  It may have arrived. A message on Slack. Tried for the last time on "
                "Monday 23 November 2026. Reason: timed out.",
            ]
        )
        assert "cai" not in run("deliveries").out

    def test_dead_letters_are_sent_again_after_a_look_up_if_they_may_have_arrived(self, run: Run) -> None:
        dead, unconfirmed, unknown = write("dead"), write("dead", unconfirmed=True), write("unknown", unconfirmed=True)
        assert run("deliveries", "--again", "all").out == "2 messages to be sent again.\n"
        assert states() == {dead: "waiting", unconfirmed: "unknown", unknown: "unknown"}
        assert run("deliveries", "--again", "all").out == "0 messages to be sent again.\n"

    def test_one_is_sent_again_by_its_id(self, run: Run) -> None:
        one, other = write("dead"), write("dead")
        assert run("deliveries", "--again", str(one)).out == "1 message to be sent again.\n"
        assert states() == {one: "waiting", other: "dead"}

    @pytest.mark.parametrize("given", ["everything", str(UUID(int=7))])
    def test_an_unknown_message_is_refused_in_a_sentence(self, run: Run, given: str) -> None:
        assert "python -m bot deliveries" in run("deliveries", "--again", given).sentence
