"""From an announcement to an answer, and to the reply that it is not settled."""

from __future__ import annotations

from tests.stories.platforms import also_played
from tests.stories.player import Player
from tests.stories.world import World

PERMIT = "Single parking permit"
WHY = "Councils use about 140 permit systems. For 60 of them the contract ends after April."


@also_played("browser", "keyboard", "renderer")
def test_who_speaks_up_is_heard_and_hears_back(world: World, amina: Player, tomos: Player, helen: Player) -> None:
    """Amina says what stands in the way, Tomos sees it too, Helen answers both, and Amina is not satisfied."""
    helen.opens("inbox")
    helen.presses("Change when this arrives")
    helen.fills_in({"Days and time": "Wednesdays at 9am"})
    helen.sends()
    helen.sees("Next digest: Wednesday 25 November 2026, 9am")

    amina.opens("digital-delivery")
    amina.sees("So far: no flags.", under=PERMIT)
    amina.presses("Give your view", under=PERMIT)
    amina.fills_in(
        {
            "Who can know this is from you?": "Confidential",
            "Is it deliverable?": "Not deliverable as announced",
            "What is it mainly about?": "Timetable",
            "Why?": WHY,
            "What would make it deliverable?": "Start in April with councils that share a system.",
        }
    )
    amina.sends()
    amina.sees("Your flag is saved. Nobody is shown your name.", "by Tuesday 24 November 2026")
    amina.sees("Helen Marsh gets it by the digest of Wednesday 25 November 2026, 9am")

    tomos.opens("digital-delivery")
    tomos.sees("So far: no flags.", under=PERMIT)

    world.time_moves_to_tomorrow_morning()
    tomos.opens("digital-delivery")
    tomos.sees("So far: 1 flag. 1 not deliverable as announced", under=PERMIT)
    tomos.sees_not("Amina")
    tomos.presses("See flags", under=PERMIT)
    tomos.sees(WHY, "Start in April with councils that share a system.", "Confidential.")
    tomos.presses("I see this too")
    tomos.fills_in({"Anything to add?": "Our records come from nine of these systems."})
    tomos.sends()
    tomos.sees("Saved. You see this too. We show your name to nobody.")

    world.time_moves_to_the_next_digest()
    helen.opens("inbox")
    helen.sees("1 flag needs your answer by Wednesday 9 December 2026.")
    helen.sees("Not deliverable as announced. Timetable. 2 people say this. New.", WHY)
    helen.sees_not("Amina", "Tomos")
    helen.presses("Answer", under="1. Not deliverable as announced")
    helen.sees(
        "Everyone on this policy sees your answer and your name.", "Our records come from nine of these systems."
    )
    helen.fills_in(
        {
            "What is your answer?": "We will change it",
            "Your answer": "Councils that share a system go first. The others join as contracts end.",
            "By when?": "2027-03-31",
        }
    )
    helen.sends()
    helen.sees("Answer sent to 1 flag.")

    amina.opens("inbox")
    amina.sees("Amina Yusuf has no messages.")
    amina.opens("digital-delivery")
    amina.sees("Helen Marsh answered a flag about Timetable: We will change it, by 31 March 2027.", under=PERMIT)
    amina.sees("1 flag asks for an answer: 1 answered.", under=PERMIT)
    amina.opens("home")
    amina.presses("Show my flags")
    amina.sees("Councils that share a system go first.", "Does this settle it?")
    amina.presses("Not settled")
    amina.fills_in({"What is still in the way?": "The 60 councils still have no date."})
    amina.sends()
    amina.sees("Saved. It goes to Helen Marsh by the digest of Wednesday 2 December 2026, 9am")

    world.time_moves_to_the_next_digest()
    helen.opens("inbox")
    helen.sees("The last answer did not settle it.", "The 60 councils still have no date.")
