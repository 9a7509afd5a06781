"""Is told of a flag that got no answer, and reads the policy."""

from __future__ import annotations

from bot.interface import intents
from tests.attacks.attackers.announcer import named_flags
from tests.attacks.attackers.database_writer import screen
from tests.attacks.check import Case, check, not_allowed
from tests.attacks.guesses import Guesses
from tests.attacks.leaks import Leak
from tests.attacks.population import SENIOR
from tests.attacks.script import Story, working_day


@check(sees=Leak.NAMES_FOR_ALL)
async def told_of_one_flag_they_read_the_names_on_others(case: Case) -> Guesses:
    """Be told of the first flag, and read the name on the last, of which nobody was told."""
    happened = []
    for policy in case.population.script.of(Story.SILENT):
        shown = await screen(case, intents.SeeFlags(case.truth.policies[policy]), SENIOR)
        last = working_day(case.population.script.settings_day)
        happened += [each.person.name in shown for each in named_flags(case, policy) if each.day == last]
    return not_allowed(happened)
