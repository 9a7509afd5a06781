"""Has several accounts that nobody has joined, with one address."""

from __future__ import annotations

from bot.flags import receipt_codes
from bot.flags.receipt_codes import MOST_TRIES
from bot.interface import intents
from bot.screens import refusals as says
from storage.authors_key import CODE_BYTES
from tests.attacks.attackers.member import MARKER, came_out
from tests.attacks.check import Case, check, not_allowed
from tests.attacks.guesses import Guesses
from tests.attacks.leaks import Leak
from tests.attacks.population import FLOODER
from tests.attacks.script import Story
from tests.bot.conftest import said


@check(sees=Leak.SHOWN_EARLY)
def three_accounts_of_one_address_bring_out_a_lone_flag(case: Case) -> Guesses:
    """Add a flag with each account where one person wrote, and see that one's flag before its wait is over."""
    return came_out(case, Story.FLOODED)


@check(sees=Leak.OWN_FLAG_SECONDED)
def a_second_account_seconds_ones_own_flag(case: Case) -> Guesses:
    """Second with one account what another with the same address wrote."""
    answers = case.population.refused_seconds.values()
    return not_allowed([says.OWN_FLAG not in each and "You see this too" in each for each in answers])


@check(sees=Leak.WRONG_CODE_TAKEN)
async def wrong_receipt_codes_open_a_flag(case: Case) -> Guesses:
    """Try receipt codes at random, more than anybody may in an hour."""
    happened = []
    for n in range(MOST_TRIES + 2):
        typed = receipt_codes.written(case.chance(f"code {n}").randbytes(CODE_BYTES))
        told = said(await case.population.office.fill(intents.UseCode(), FLOODER, code=typed))
        refusal = says.UNKNOWN_CODE if n < MOST_TRIES else says.TOO_MANY_CODES
        happened.append(MARKER.search(told) is not None or refusal not in told)
    return not_allowed(happened)
