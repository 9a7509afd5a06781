"""When there is no answer: who is told, and how the time to answer is paused."""

from __future__ import annotations

from tests.stories.player import Player
from tests.stories.speaking import CHANNEL, CONTRACTS, PERMIT, gives_view, view
from tests.stories.world import World

LICENCE = "Digital fishing licence"


def test_a_missing_answer_goes_up_the_escalation_chain(
    world: World, amina: Player, daniel: Player, helen: Player, kezia: Player, tomos: Player
) -> None:
    """Helen does not answer. She is reminded, then Kezia is told, then Tomos, who answers."""
    world.terms(answer_days=3, senior_after=1)
    daniel.opens("home")
    daniel.presses("Announce a policy")
    daniel.fills_in(
        {
            "Title": LICENCE,
            "Summary": "Anglers show a licence on their telephone.",
            "Policy owner": "helen.marsh@example.org",
            "Delegate": "kezia.barnes@example.org",
            "Senior owner": "tomos.rees@example.org",
            "Channels": [CHANNEL],
        }
    )
    daniel.sends()
    helen.opens("inbox")
    helen.sees("After that we tell the delegate, Kezia Barnes, then the senior owner, Tomos Rees.")
    gives_view(amina, view("Rivers have no signal.", known="Named"), LICENCE)
    # The digest on Tuesday the 24th; an answer is due by Friday the 27th.
    world.time_moves_to_tomorrow_morning(2)
    helen.opens("inbox")
    helen.sees("1 flag on Digital fishing licence needs your answer by Friday 27 November 2026.")
    helen.sees("If there is none, we tell the delegate, Kezia Barnes, on Monday 30 November 2026.")

    world.time_moves_to_tomorrow_morning(5)
    kezia.opens("inbox")
    kezia.sees("You are the delegate for Helen Marsh.", "has had no answer for 3 working days.")
    helen.opens("inbox")
    helen.sees("We told the delegate, Kezia Barnes, on Monday 30 November 2026")
    amina.opens(CHANNEL)
    amina.sees("1 answer is late. We told the delegate on Monday 30 November 2026.", under=LICENCE)

    world.time_moves_to_tomorrow_morning()
    tomos.opens("inbox")
    tomos.sees("You are the senior owner.", "This is about the silence, not about who is right.")
    tomos.presses("Answer 1 flag")
    tomos.fills_in(
        {"What is your answer?": "We will change it", "Your answer": "We add a printed one.", "By when?": "2027-03-31"}
    )
    tomos.sends()
    tomos.sees("Answer sent to 1 flag.")
    amina.opens(CHANNEL)
    amina.sees_not("1 answer is late.")


def test_an_admin_pauses_the_time_to_answer(world: World, amina: Player, daniel: Player, helen: Player) -> None:
    """Daniel pauses the time to answer, and everyone sees why."""
    gives_view(amina, view(CONTRACTS, known="Named"))
    amina.opens(CHANNEL)
    amina.presses("See flags", under=PERMIT)
    amina.cannot_press("Pause answers")
    daniel.opens(CHANNEL)
    daniel.presses("See flags", under=PERMIT)
    daniel.presses("Pause answers")
    daniel.fills_in({"Paused until": "2026-12-18", "Reason": ""})
    daniel.sends()
    daniel.is_told_what_lacks("Enter why time to answer is paused")
    daniel.fills_in({"Paused until": "2026-12-18", "Reason": "An election period."})
    daniel.sends()
    daniel.sees("is paused until Friday 18 December 2026.")
    world.a_moment_passes()
    amina.opens(CHANNEL)
    amina.sees("Answers are paused until Friday 18 December 2026. Reason: An election period.")
    helen.opens("inbox")
    helen.sees("Time to answer on Single parking permit is paused until Friday 18 December 2026.")


def test_a_stand_in_answers_while_the_owner_is_away(world: World, amina: Player, helen: Player, kezia: Player) -> None:
    """Helen is away for two days. Kezia gets her digest and answers."""
    gives_view(amina, view(CONTRACTS, known="Named"))
    helen.opens("home")
    helen.presses("See my policies")
    helen.presses("Change when I am away")
    helen.fills_in(
        {"First day away": "2026-11-24", "Last day away": "2026-11-25", "Who stands in?": "kezia.barnes@example.org"}
    )
    helen.sends()
    helen.sees("Kezia Barnes stands in for you from Tuesday 24 November 2026 to Wednesday 25 November 2026.")
    world.time_moves_to_the_next_digest()
    kezia.opens("inbox")
    kezia.sees("Helen Marsh is away", "1 flag needs your answer", CONTRACTS)
    kezia.sees_not("Amina Yusuf")
    kezia.presses("Answer", under="1. Not deliverable")
    kezia.fills_in({"What is your answer?": "Cannot change", "Your answer": "It is the law."})
    kezia.sends()
    kezia.sees("Answer sent to 1 flag.")
    amina.opens(CHANNEL)
    amina.sees("Kezia Barnes (delegate) answered a flag about Timetable")
