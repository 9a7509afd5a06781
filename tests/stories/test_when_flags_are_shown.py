"""On which day flags are released, so that the hour of release gives no author away."""

from __future__ import annotations

from tests.stories.player import Player
from tests.stories.speaking import ADDRESS, CHANNEL, CONTRACTS, PERMIT, RECORDS, gives_view, shows_own_flags, view
from tests.stories.world import World

NONE_YET = "So far: no flags."


def usual_terms(world: World) -> None:
    """The default terms: three flags together, or three working days."""
    world.terms(batch_least=3, batch_wait_days=3)


def test_one_flag_alone_waits_three_working_days(world: World, amina: Player, helen: Player) -> None:
    """Amina is told the day, and until that day nobody sees that anyone has spoken."""
    usual_terms(world)
    gives_view(amina, view(CONTRACTS))
    amina.sees("It is shown by Thursday 26 November 2026")
    for _ in range(2):
        world.time_moves_to_tomorrow_morning()
        helen.opens(CHANNEL)
        helen.sees(NONE_YET, under=PERMIT)
        helen.opens("inbox")
        helen.sees_not("needs your answer")
        shows_own_flags(amina)
        amina.sees(CONTRACTS, "Not shown yet.")
    world.time_moves_to_tomorrow_morning()
    helen.opens(CHANNEL)
    helen.sees("So far: 1 flag.", under=PERMIT)
    helen.opens("inbox")
    helen.sees("1 flag needs your answer by Thursday 10 December 2026.")


def test_three_flags_are_shown_together_the_next_day(
    world: World, amina: Player, tomos: Player, kezia: Player, helen: Player
) -> None:
    """Three people send flags on Monday. On Tuesday all three are shown, and one on another policy still waits."""
    usual_terms(world)
    gives_view(amina, view(CONTRACTS))
    gives_view(tomos, view(RECORDS))
    gives_view(tomos, view("Health records change nightly."), ADDRESS)
    helen.opens(CHANNEL)
    helen.sees(NONE_YET, under=PERMIT)
    gives_view(kezia, view("Carers change from week to week.", theme="User need and inclusion"))
    world.time_moves_to_tomorrow_morning()
    helen.opens(CHANNEL)
    helen.sees("So far: 3 flags.", under=PERMIT)
    helen.sees(NONE_YET, under=ADDRESS)


def test_an_admin_chooses_fixed_days_and_the_form_says_so(
    world: World, amina: Player, daniel: Player, helen: Player
) -> None:
    """Thursdays only: Daniel sees what that means before he saves it, and Amina before she writes."""
    daniel.opens("home")
    daniel.presses("Set up Deliverable")
    daniel.presses("Set", under="8. Set days and times")
    daniel.fills_in({"On fixed days only": ["Thursday"]})
    daniel.sends()
    daniel.sees("Thursday 26 November 2026")
    daniel.fills_in({"Are these dates right?": "Yes, save these days and times"})
    daniel.sends()
    daniel.sees("Settings saved.")
    amina.opens(CHANNEL)
    amina.presses("Give your view", under=PERMIT)
    amina.sees("Confidential and detached flags are shown on Thursdays, never on the day you write them.")
    gives_view(amina, view(CONTRACTS))
    amina.sees("by Thursday 26 November 2026")
    for _ in range(2):
        world.time_moves_to_tomorrow_morning()
        helen.opens(CHANNEL)
        helen.sees(NONE_YET, under=PERMIT)
    world.time_moves_to_tomorrow_morning()
    helen.opens(CHANNEL)
    helen.sees("So far: 1 flag.", under=PERMIT)


def test_what_is_written_on_a_friday_is_shown_on_monday(world: World, amina: Player, helen: Player) -> None:
    """Nothing is shown and no digest is sent at a weekend."""
    world.time_moves_to_tomorrow_morning(4)
    gives_view(amina, view(CONTRACTS))
    amina.sees("by Monday 30 November 2026")
    world.time_moves_to_tomorrow_morning(2)
    helen.opens(CHANNEL)
    helen.sees(NONE_YET, under=PERMIT)
    world.time_moves_to_tomorrow_morning()
    helen.opens(CHANNEL)
    helen.sees("So far: 1 flag.", under=PERMIT)
    helen.opens("inbox")
    helen.sees("1 flag needs your answer by Monday 14 December 2026.")
