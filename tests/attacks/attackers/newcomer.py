"""Is on no roster, and presses whatever there is."""

from __future__ import annotations

from tests.attacks.check import Case, check, not_allowed
from tests.attacks.guesses import Guesses
from tests.attacks.leaks import Leak
from tests.attacks.population import STRANGER


@check(sees=Leak.ROW_FOR_A_STRANGER)
def pressing_leaves_a_row(case: Case) -> Guesses:
    """Look for the account of somebody who only pressed, in all copies of the database."""
    values = {value for dump in case.recorder.dumps for _, row in dump.rows() for value in row.values()}
    return not_allowed([any(STRANGER.casefold() in each for each in values)])


@check(sees=Leak.STRANGER_HEARD)
def somebody_on_no_roster_sends_a_flag(case: Case) -> Guesses:
    """Send a flag without being a member of anything."""
    return not_allowed([case.population.stranger_saved])
