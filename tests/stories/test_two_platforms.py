"""One person on two platforms: they hold their roles on both, and are told in one place at a time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stories.both import InBoth
from tests.stories.speaking import CHANNEL, CONTRACTS, PERMIT, gives_view, view
from tests.stories.stage import opened


@pytest.fixture
def both(migrated_sqlite_url: str) -> Iterator[InBoth]:
    """The organisation on a Monday morning, on Slack and Teams. Its policies were announced in Slack."""
    with opened(migrated_sqlite_url, InBoth) as stage:
        yield stage


def test_when_one_account_closes_the_digest_comes_to_the_other_and_is_answered_there(both: InBoth) -> None:
    """Helen is told in Slack, where she was named. At nine that account is closed: she reads and answers in Teams."""
    helen = both.in_slack("helen")
    helen.opens("inbox")
    helen.sees("You are the policy owner of 3 policies.")
    helen_in_teams = both.in_teams("helen")
    helen_in_teams.opens("inbox")
    helen_in_teams.sees_not("You are the policy owner of 3 policies.")

    gives_view(both.in_slack("amina"), view(CONTRACTS))
    both.account_in_slack_closes("helen")
    both.time_moves_to_the_next_digest()
    helen_in_teams.opens("inbox")
    helen_in_teams.sees("1 flag needs your answer", CONTRACTS)
    helen_in_teams.presses("Answer", under="1. Not deliverable")
    helen_in_teams.fills_in(
        {
            "What is your answer?": "We will change it",
            "Your answer": "Councils that share a system go first.",
            "By when?": "2027-03-31",
        }
    )
    helen_in_teams.sends()
    helen_in_teams.sees("Answer sent to 1 flag.")
    amina = both.in_slack("amina")
    amina.opens(CHANNEL)
    amina.sees("Helen Marsh answered a flag", under=PERMIT)
    admin = both.in_slack("daniel")
    admin.opens("inbox")
    admin.sees_not("could not be sent")


def test_a_person_chooses_where_they_are_told_first(both: InBoth) -> None:
    """Helen chooses Teams, tries it, and her digest comes there and not to Slack."""
    helen, helen_in_teams = both.in_slack("helen"), both.in_teams("helen")
    helen.opens("inbox")
    helen.presses("Change when this arrives")
    helen.fills_in({"Where we write to you first": "Teams"})
    helen.sends()
    helen.sees("Settings saved.")
    helen.presses("Send me a test message")
    helen.sees("It goes to you on Teams.", "If it does not reach you there, we try: Slack.")
    helen_in_teams.opens("inbox")
    helen_in_teams.sees("This is a test message. Messages from Deliverable reach you here.")

    gives_view(both.in_slack("amina"), view(CONTRACTS))
    both.time_moves_to_the_next_digest()
    helen_in_teams.opens("inbox")
    helen_in_teams.sees("1 flag needs your answer", CONTRACTS)
    helen.opens("inbox")
    helen.sees_not(CONTRACTS)
