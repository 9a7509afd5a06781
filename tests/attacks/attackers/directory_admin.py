"""Runs the directory: gives an account whichever address and name, and adds accounts to rosters."""

from __future__ import annotations

from uuid import UUID

from bot.interface import intents
from bot.screens import refusals as says
from tests.attacks.attackers.database_writer import screen
from tests.attacks.check import Case, check, not_allowed
from tests.attacks.guesses import Guesses
from tests.attacks.leaks import Leak
from tests.attacks.population import OWNER
from tests.attacks.script import Kind, Person
from tests.bot.conftest import email_of

TAKEN = 4
"""Of how many people the address is taken."""


@check(sees=Leak.ADDRESS_BELIEVED)
async def a_second_account_with_ones_address_opens_my_flags(case: Case) -> Guesses:
    """Put a new account with an author's address on the roster, and open *My flags* with it."""
    happened = []
    authors = list({each.acts[0].person: None for each in case.flags})[:TAKEN]
    for n, author in enumerate(authors):
        await _join(case, f"U-taker-{n}", author.email)
        shown = await screen(case, intents.MyFlags(), f"U-taker-{n}")
        own = [each.acts[0].marker for each in case.flags if each.acts[0].person == author]
        happened.append(any(each in shown for each in own))
    return not_allowed(happened)


@check(sees=Leak.ADDRESS_BELIEVED)
async def a_second_account_with_ones_address_is_told_which_flags_are_ones_own(case: Case) -> Guesses:
    """Put a new account with an author's address on the roster, second flags with it, and compare the answers."""
    happened = []
    authors = list({each.acts[0].person: None for each in case.flags})[:TAKEN]
    for n, author in enumerate(authors):
        await _join(case, f"U-taker-{n}", author.email)
        own = next(each for each in case.flags if each.acts[0].person == author)
        other = next(each for each in case.flags if each.acts[0].person != author)
        answers = [await case.population.second(UUID(each.id), f"U-taker-{n}") for each in (own, other)]
        kinds = [[each in answer for each in (says.NOT_POSSIBLE, says.OWN_FLAG)] for answer in answers]
        happened.append(kinds[0] != kinds[1])
    return not_allowed(happened)


@check(sees=Leak.OWN_DETACHED_REFUSED)
async def seconding_a_detached_flag_tells_whose_it_is(case: Case) -> Guesses:
    """Second a detached flag with its author's own account, and another one with it, and compare the answers."""
    happened = []
    detached = {each.acts[0].person: each for each in case.flags if each.acts[0].detached}
    for person, own in list(detached.items())[:TAKEN]:
        seen = {each.about.number for each in case.truth.hidden(Kind.SECOND) if each.about and each.person == person}
        others = [each for who, each in detached.items() if who != person and each.acts[0].number not in seen]
        answers = [await case.population.second(UUID(each.id), person.user) for each in (own, others[0])]
        kinds = [[word in answer for word in (says.NOT_POSSIBLE, says.OWN_FLAG)] for answer in answers]
        happened.append(kinds[0] != kinds[1])
    return not_allowed(happened)


@check(sees=Leak.NAMES_FOR_ALL)
async def an_account_with_the_owners_address_reads_names(case: Case) -> Guesses:
    """Put a new account with the policy owner's address on the roster, and read the flags with names."""
    await _join(case, "U-taker-owner", email_of(OWNER))
    happened = []
    for act in [each for each in case.truth.acts if each.kind is Kind.FLAG and not each.hidden and each.done]:
        shown = await screen(case, intents.SeeFlags(case.truth.policies[act.policy]), "U-taker-owner")
        happened.append(act.person.name in shown)
    return not_allowed(happened)


async def _join(case: Case, user: str, address: str) -> None:
    population = case.population
    population.taken_addresses[user] = address
    newcomer = Person(user, "Newt Taker", address)
    people = [*population.everybody, *(Person(each, "Newt Taker", a) for each, a in population.taken_addresses.items())]
    await population.office.enrol(*(each.member for each in dict.fromkeys([*people, newcomer])))
