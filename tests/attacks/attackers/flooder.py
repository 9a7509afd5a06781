"""Has several accounts that nobody has joined, with one address."""

from __future__ import annotations

from bot.screens import refusals as says
from tests.attacks.attackers.member import came_out
from tests.attacks.check import Case, check, not_allowed
from tests.attacks.guesses import Guesses
from tests.attacks.leaks import Leak
from tests.attacks.script import Story


@check(sees=Leak.SHOWN_EARLY)
def three_accounts_of_one_address_bring_out_a_lone_flag(case: Case) -> Guesses:
    """Add a flag with each account where one person wrote, and see that one's flag before its wait is over."""
    return came_out(case, Story.FLOODED)


@check(sees=Leak.OWN_FLAG_SECONDED)
def a_second_account_seconds_ones_own_flag(case: Case) -> Guesses:
    """Second with one account what another with the same address wrote."""
    answers = case.population.refused_seconds.values()
    return not_allowed([says.OWN_FLAG not in each and "You see this too" in each for each in answers])
