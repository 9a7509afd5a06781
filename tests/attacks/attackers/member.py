"""Is in the channel: sees the card and the flags that are shown, writes flags of their own, and looks often."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

from bot.calendar.working_days import WorkingCalendar
from bot.interface import intents
from tests.attacks.attackers.database_reader import order
from tests.attacks.check import Case, Item, check, not_allowed
from tests.attacks.guesses import Guesses
from tests.attacks.leaks import Leak
from tests.attacks.population import READER, WRONG_CODE, hour_of
from tests.attacks.script import HOURS, Kind, Story
from tests.bot.conftest import said

WAIT = 3
"""How many working days a flag waits at most while fewer than three people have written: the rule that is announced."""
MARKER = re.compile(r"zq\d{5}x")


@check(sees=Leak.TALLY_MOVES)
def screens_move_when_somebody_writes(case: Case) -> Guesses:
    """Compare the card and the list before and after an instant, and say whether somebody wrote in between."""
    return moves(case, "member")


def moves(case: Case, what: str) -> Guesses:
    """Say that somebody wrote where something has changed, and that nobody did where nothing has."""
    watched = case.population.watched
    right = sum((each.before[what] != each.after[what]) == each.clicked for each in watched)
    return Guesses(right, (0.5,) * len(watched))


@check(sees=Leak.ORDER_ON_SCREENS)
def lists_are_in_the_order_of_writing(case: Case) -> Guesses:
    """Take the order of flags in a list for that of writing."""
    return order_on_screens(case, READER)


def order_on_screens(case: Case, reader: str) -> Guesses:
    """Say of two flags that came out together which was written first, by the order in which they first stand."""
    by_marker = {each.acts[0].marker: each for each in case.flags}
    seen: dict[str, list[str]] = {}
    for _, who, what, words in case.recorder.screens:
        if who == reader:
            seen.setdefault(what.split()[0], []).extend(each for each in MARKER.findall(words) if each in by_marker)
    orders: dict[str, Callable[[Item], str]] = {}
    for kind, found in seen.items():
        first = {each: n for n, each in reversed(list(enumerate(found)))}
        orders[kind] = partial(_place, first)
    return order(case, orders)


def _place(first: dict[str, int], item: Item) -> str:
    """Where a flag stood first, among all that was read on one kind of screen; 0 where it never did."""
    return str(first.get(item.acts[0].marker, 0))


@check(sees=Leak.SHOWN_EARLY)
def a_flag_is_shown_on_its_day_of_writing(case: Case) -> Guesses:
    """See a flag on the organisation's day on which it was written."""
    flags = case.truth.hidden(Kind.FLAG)
    return not_allowed([case.truth.shown_on.get(each.number) == each.day for each in flags])


@check(sees=Leak.SHOWN_EARLY)
def a_flag_is_shown_on_its_authors_own_day(case: Case) -> Guesses:
    """See a flag while it is still the day of writing where its author is."""
    happened = []
    for act in case.truth.hidden(Kind.FLAG):
        seen = case.truth.seen_at.get(act.number)
        if seen is not None and act.own_day != act.day:
            happened.append(case.truth.shown_on[act.number] <= act.own_day)
    return not_allowed(happened)


@check(sees=Leak.SHOWN_EARLY)
def two_flags_of_ones_own_bring_out_a_lone_one(case: Case) -> Guesses:
    """Add two flags where one person wrote, and see that one's flag before its wait is over."""
    return came_out(case, Story.LONE)


def came_out(case: Case, story: Story) -> Guesses:
    """Which flags that had to wait alone were seen before their wait was over."""
    policies = case.population.script.of(story)
    flags = [each for each in case.truth.hidden(Kind.FLAG) if each.policy in policies]
    waits = [WorkingCalendar().add(each.day, WAIT) for each in flags]
    shown = [case.truth.shown_on.get(each.number, date.max) for each in flags]
    return not_allowed([seen < wait for seen, wait in zip(shown, waits, strict=True)])


@check(sees=Leak.HOUR_OF_WORDING)
def the_wording_tells_the_hour(case: Case) -> Guesses:
    """Take the hour of the wording that a flag is shown with for the hour of writing."""
    right = tries = 0
    for policy in case.population.script.of(Story.REWORDED):
        for act in [each for each in case.truth.hidden(Kind.FLAG) if each.policy == policy]:
            shown = _wording_beside(case, act.marker)
            if shown:
                tries += 1
                right += int(shown) == hour_of(act)
    return Guesses(right, (1 / HOURS,) * tries)


def _wording_beside(case: Case, marker: str) -> str:
    """The hour that stands in the wording after a flag's text, on the newest screen that shows both."""
    for _, _, what, words in reversed(case.recorder.screens):
        if what == f"flag {marker}" or (what.startswith("flags") and marker in words):
            for found in re.finditer(marker, words):
                after = MARKER.split(words[found.end() :], maxsplit=1)[0]
                told = re.search(r"wording-\d+-(\d+)", after)
                if told:
                    return told[1]
    return ""


@check(sees=Leak.WITHDRAWN_CODE_DIFFERS)
async def a_withdrawn_code_differs_from_an_unknown_one(case: Case) -> Guesses:
    """Get an author's code, and see from what it opens that there was a flag, which was withdrawn."""
    codes = case.population.codes
    unknown = await _opened_by(case, WRONG_CODE)
    gone = [code for number, code in codes.items() if number in case.truth.gone]
    return not_allowed([await _opened_by(case, each) != unknown for each in gone])


async def _opened_by(case: Case, code: str) -> str:
    """All that a code opens, but for the code itself and the nonce of the form."""
    found = await case.population.office.fill(intents.UseCode(), READER, code=code)
    return said(replace(found, nonce="")).replace(code, "")
