"""Announces policies, and names who answers for them."""

from __future__ import annotations

from bot.interface import intents
from tests.attacks.attackers.database_writer import screen
from tests.attacks.check import Case, check, not_allowed
from tests.attacks.guesses import Guesses
from tests.attacks.leaks import Leak
from tests.attacks.population import ANNOUNCER
from tests.attacks.script import Act, Kind, Story
from tests.bot.conftest import email_of


@check(sees=Leak.NAMES_FOR_ALL)
async def an_announcer_becomes_owner_and_reads_names(case: Case) -> Guesses:
    """Name oneself owner of a policy, after people wrote with names that were promised to another owner."""
    happened = []
    for policy in case.population.script.of(Story.TAKEN_OVER):
        policy_id = case.truth.policies[policy]
        await case.population.office.fill(intents.NameOwner(policy_id), ANNOUNCER, owner=email_of(ANNOUNCER))
        shown = await screen(case, intents.SeeFlags(policy_id), ANNOUNCER)
        happened += [each.person.name in shown for each in named_flags(case, policy)]
    return not_allowed(happened)


def named_flags(case: Case, policy: int) -> list[Act]:
    """The flags on a policy whose authors chose to be named."""
    flags = [each for each in case.truth.acts if each.kind is Kind.FLAG and each.policy == policy]
    return [each for each in flags if not each.hidden and each.done]
