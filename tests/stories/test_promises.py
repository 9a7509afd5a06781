"""What becomes of a promise: it is kept, it gets a new day, or nobody says a word until someone else does."""

from __future__ import annotations

from tests.stories.player import Player
from tests.stories.speaking import CHANNEL, CONTRACTS, PERMIT, answers, gives_view, shows_own_flags, view
from tests.stories.world import World

LICENCE = "Digital fishing licence"
LIST = "We publish which councils go first."


def promises(world: World, amina: Player, helen: Player) -> None:
    """Amina flags, and on the next morning Helen promises a change by Friday the 27th, about which she is asked."""
    gives_view(amina, view(CONTRACTS))
    world.time_moves_to_the_next_digest()
    helen.opens("inbox")
    answers(helen, "1. Not deliverable", "We will change it", LIST, "2026-11-27")
    world.time_moves_to_the_next_digest()
    helen.opens("inbox")
    helen.sees("1 promise needs you.", "You said you would change this by Friday 27 November 2026.", LIST)


def test_a_promise_is_kept(world: World, amina: Player, tomos: Player, helen: Player) -> None:
    """Helen says how it was done. Everyone reads that, and Amina says that it settles her flag."""
    promises(world, amina, helen)
    helen.presses("Done")
    helen.sees(LIST)
    helen.sends()
    helen.is_told_what_lacks("Enter how it was done")
    helen.fills_in({"How was it done?": "The list is published."})
    helen.sends()
    helen.sees("Everyone on this policy can read that it is done.")
    world.a_moment_passes()
    tomos.opens(CHANNEL)
    tomos.sees("Helen Marsh says that a promise is done.", "The list is published.", under=PERMIT)
    shows_own_flags(amina)
    amina.sees("Done, on Wednesday 25 November 2026.", "The list is published.", "Does this settle it?")
    amina.presses("Settled")
    amina.sees("Thank you. This flag is settled.")
    helen.opens("inbox")
    helen.sees("Everything in this digest has been answered.")


def test_a_promise_gets_a_new_day(world: World, amina: Player, tomos: Player, helen: Player) -> None:
    """Helen needs longer. She says until when and why, and both days stay for everyone to read."""
    promises(world, amina, helen)
    helen.presses("New day")
    for day, lacks in (
        ("2026-11-20", "Enter a date after today"),
        ("2026-11-27", "This is the day that is promised now. Enter another one"),
        ("2099-01-04", "Enter a date no later than Thursday 27 May 2027"),
    ):
        helen.fills_in({"New day": day, "Why?": "Two councils have not replied."})
        helen.sends()
        helen.sees(lacks)
        helen.still_has({"New day": day, "Why?": "Two councils have not replied."})
    helen.fills_in({"New day": "2026-12-28", "Why?": "Two councils have not replied."})
    helen.sends()
    helen.sees("The new day is Monday 28 December 2026.")
    shows_own_flags(amina)
    amina.sees(
        "New day: Monday 28 December 2026. First promised for Friday 27 November 2026.",
        "Two councils have not replied.",
    )
    tomos.opens(CHANNEL)
    tomos.presses("See flags", under=PERMIT)
    tomos.presses("See promises")
    tomos.sees("1. By Monday 28 December 2026", LIST)
    tomos.cannot_press("New day", "Will not happen")


def test_a_promise_is_broken(world: World, amina: Player, daniel: Player, helen: Player, kezia: Player) -> None:
    """Helen says nothing. Everyone reads that there is no word, and Kezia, who is told, says how it is."""
    daniel.opens("home")
    daniel.presses("Announce a policy")
    daniel.fills_in(
        {
            "Title": LICENCE,
            "Summary": "Anglers show a licence on their telephone.",
            "Policy owner": "helen.marsh@example.org",
            "Delegate": "kezia.barnes@example.org",
            "Channels": [CHANNEL],
        }
    )
    daniel.sends()
    gives_view(amina, view("Rivers have no signal.", known="Named"), LICENCE)
    world.time_moves_to_the_next_digest()
    helen.opens("inbox")
    answers(helen, "1. Not deliverable", "We will change it", "We add a printed one.", "2026-11-26")
    world.time_moves_to_tomorrow_morning(3)
    kezia.opens("inbox")
    kezia.sees(
        "You are the delegate for Helen Marsh.",
        "1 promise on Digital fishing licence has had no word since Thursday 26 November 2026.",
    )
    shows_own_flags(amina)
    amina.sees("No word since Thursday 26 November 2026. We told the delegate on Friday 27 November 2026.")
    kezia.opens("inbox")
    kezia.presses("See promises")
    kezia.presses("Will not happen")
    kezia.fills_in({"Why?": "Nobody prints them any more."})
    kezia.sends()
    kezia.sees("Everyone on this policy can read that it will not happen.")
    shows_own_flags(amina)
    amina.sees("Will not happen. Kezia Barnes (delegate) says so.", "Nobody prints them any more.")
