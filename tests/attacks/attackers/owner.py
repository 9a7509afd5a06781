"""Owns policies or is a delegate: reads digests and lists, answers, and may be followed by another owner."""

from __future__ import annotations

import re

from bot.interface import intents
from tests.attacks.attackers.announcer import named_flags
from tests.attacks.attackers.database_writer import screen
from tests.attacks.attackers.member import moves, order_on_screens
from tests.attacks.check import Case, check, not_allowed
from tests.attacks.guesses import Guesses
from tests.attacks.leaks import Leak
from tests.attacks.population import ADMIN, NEW_OWNER, OWNER
from tests.attacks.script import Kind, Story
from tests.bot.conftest import email_of


@check(sees=Leak.NAMES_FOR_ALL)
async def a_new_owner_reads_names_promised_to_the_old_one(case: Case) -> Guesses:
    """Be named owner, and read the flags whose authors chose to be named to the one before."""
    happened = []
    for policy in case.population.script.of(Story.BUSY)[:2]:
        policy_id = case.truth.policies[policy]
        await case.population.office.fill(intents.NameOwner(policy_id), ADMIN, owner=email_of(NEW_OWNER))
        shown = await screen(case, intents.SeeFlags(policy_id), NEW_OWNER)
        happened += [each.person.name in shown for each in named_flags(case, policy)]
    return not_allowed(happened)


@check(sees=Leak.TALLY_MOVES)
def screens_move_when_somebody_writes(case: Case) -> Guesses:
    """Compare the lists before and after an instant, and say whether somebody wrote in between."""
    return moves(case, "owner")


@check(sees=Leak.ORDER_ON_SCREENS)
def lists_and_digests_are_in_the_order_of_writing(case: Case) -> Guesses:
    """Take the order of flags in lists and digests for that of writing."""
    return order_on_screens(case, OWNER)


@check(sees=Leak.PERSON_ON_A_SCREEN)
def a_screen_names_who_wrote(case: Case) -> Guesses:
    """Look in all that an owner or an admin is shown for the name of somebody who only wrote without one."""
    silent = {each.person for each in case.truth.acts if each.done}
    silent -= {each.person for each in case.truth.acts if not each.hidden}
    words = {word for _, _, _, shown in case.recorder.screens for word in re.findall(r"\w+", shown)}
    return not_allowed([each.name.split()[-1] in words or each.user in words for each in silent])


@check(sees=Leak.DETACHED_AMONG_OWN)
def my_flags_of_an_author_lists_a_detached_one(case: Case) -> Guesses:
    """Have each author open *My flags* in front of one, and look for detached flags among theirs."""
    lists = case.population.own_lists
    flags = [each for each in case.truth.hidden(Kind.FLAG) if each.detached and each.person.user in lists]
    return not_allowed([each.marker in lists[each.person.user] for each in flags])
