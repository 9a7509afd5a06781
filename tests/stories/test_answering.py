"""What a policy owner gets, and how they answer."""

from __future__ import annotations

from tests.stories.platforms import also_played
from tests.stories.player import Player
from tests.stories.speaking import (
    ADDRESS,
    CHANNEL,
    CONTRACTS,
    PERMIT,
    RECORDS,
    answers,
    gives_view,
    shows_own_flags,
    view,
)
from tests.stories.world import World


@also_played("browser")
def test_several_flags_are_answered_together(
    world: World, amina: Player, tomos: Player, kezia: Player, helen: Player
) -> None:
    """Helen answers two flags of one policy at once, and both authors find her answer."""
    gives_view(amina, view(CONTRACTS))
    gives_view(tomos, view(RECORDS, "Ask people.", verdict="Deliverable if…", theme="Legacy systems and data"))
    gives_view(kezia, view("Moving house takes weeks."), ADDRESS)
    world.time_moves_to_the_next_digest()
    helen.opens("inbox")
    helen.sees("3 flags need your answer by Tuesday 8 December 2026.")
    helen.sees("Single parking permit (2 flags to answer)", "Same-day address change (1 flag to answer)")
    helen.presses("Answer together")
    helen.sees("Answer 2 flags", CONTRACTS, RECORDS)
    helen.sees_not("Moving house takes weeks.")
    helen.fills_in(
        {"What is your answer?": "We will change it", "Your answer": "We begin with forty.", "By when?": "2027-03-31"}
    )
    helen.sends()
    helen.sees("Answer sent to 2 flags.")
    for each in (amina, tomos):
        shows_own_flags(each)
        each.sees("Helen Marsh answered this flag", "We begin with forty.", "Does this settle it?")
    shows_own_flags(kezia)
    kezia.sees_not("We begin with forty.")
    kezia.opens(CHANNEL)
    kezia.sees("2 flags ask for an answer: 2 answered.", under=PERMIT)
    kezia.sees("1 flag asks for an answer: 1 waiting.", under=ADDRESS)


def test_an_answer_that_lacks_something_is_refused_and_kept(world: World, amina: Player, helen: Player) -> None:
    """Helen forgets the day, then gives one that has passed. Her words stay, and nothing is sent meanwhile."""
    gives_view(amina, view(CONTRACTS))
    world.time_moves_to_the_next_digest()
    helen.opens("inbox")
    helen.presses("Answer", under="1. Not deliverable")
    helen.sends()
    helen.is_told_what_lacks("Select your answer")
    for day in ("", "2026-11-20"):
        helen.fills_in({"What is your answer?": "We will change it", "Your answer": "In spring.", "By when?": day})
        helen.sends()
        helen.sees("Enter a date after today")
        helen.still_has({"What is your answer?": "We will change it", "Your answer": "In spring.", "By when?": day})
    amina.opens(CHANNEL)
    amina.sees_not("Helen Marsh answered")


def test_all_flags_of_a_digest_are_acknowledged_at_once(
    world: World, amina: Player, tomos: Player, helen: Player
) -> None:
    """Helen has read both and says by when she decides; everyone sees that, and she can do it only once."""
    gives_view(amina, view(CONTRACTS))
    gives_view(tomos, view(RECORDS), ADDRESS)
    world.time_moves_to_the_next_digest()
    helen.opens("inbox")
    helen.presses("Acknowledge all")
    helen.sees(
        "You will acknowledge 2 flags on 2 policies: ",
        "Everyone on these 2 policies sees that you will decide on 2 flags by this date, in your name.",
    )
    helen.sends()
    helen.is_told_what_lacks("Enter a date after today")
    helen.fills_in({"Decide by": "2026-12-04"})
    helen.sends()
    helen.sees("You acknowledged 2 flags. Decide by Friday 4 December 2026.")
    tomos.opens(CHANNEL)
    tomos.sees("Helen Marsh has read a flag about Timetable and will decide by 4 December 2026.", under=PERMIT)
    shows_own_flags(amina)
    amina.sees("To be decided by Friday 4 December 2026.")
    amina.cannot_press("Settled", "Not settled")
    helen.opens("inbox")
    helen.presses("Acknowledge all")
    helen.sees("Nothing waits for an answer here.")


def test_remind_me_later_moves_the_digest_and_no_answer_date(
    world: World, amina: Player, tomos: Player, helen: Player
) -> None:
    """Helen is away until Monday. What comes meanwhile waits for her, and is due when it was due before."""
    gives_view(amina, view(CONTRACTS))
    world.time_moves_to_the_next_digest()
    helen.opens("inbox")
    helen.sees("1 flag needs your answer by Tuesday 8 December 2026.")
    helen.presses("Remind me later")
    helen.fills_in({"Send no digest before": "2026-11-30"})
    helen.sends()
    helen.sees("Next digest: Monday 30 November 2026, 9am. Answer dates stay as they are.")
    gives_view(tomos, view(RECORDS, known="Named"))
    world.time_moves_to_tomorrow_morning(3)
    helen.opens("inbox")
    helen.sees_not(RECORDS)
    world.time_moves_to_the_next_digest()
    helen.opens("inbox")
    helen.sees("Monday 30 November 2026, 9am", RECORDS)
    helen.opens(CHANNEL)
    helen.sees("Next answer due by Tuesday 8 December 2026.", under=PERMIT)


def test_what_can_be_done_as_announced_needs_no_answer(world: World, amina: Player, helen: Player) -> None:
    """Amina says that it works as it stands. Helen reads that in one line and is asked for nothing."""
    gives_view(amina, view("Nine councils run this already.", verdict="Deliverable as announced"))
    world.time_moves_to_the_next_digest()
    helen.opens("inbox")
    helen.sees("No flag needs your answer.", "1 flag says: deliverable as announced. No answer is needed.")
    helen.sees_not("Nine councils run this already.")
    helen.cannot_press("Answer", "Acknowledge all")
    amina.opens(CHANNEL)
    amina.sees("So far: 1 flag. 1 deliverable as announced", under=PERMIT)
    amina.sees_not("Answered:")
    shows_own_flags(amina)
    amina.sees("No answer is needed.")


def test_a_question_is_asked_and_replied_to(world: World, amina: Player, tomos: Player, helen: Player) -> None:
    """Helen asks, Amina replies once, and the reply comes to Helen with a digest and still names nobody."""
    gives_view(amina, view(CONTRACTS))
    world.time_moves_to_the_next_digest()
    helen.opens("inbox")
    answers(helen, "1. Not deliverable", "Tell us more", "Which councils are they?")
    tomos.opens(CHANNEL)
    tomos.sees("Helen Marsh asked a question on a flag about Timetable.", "Which councils are they?", under=PERMIT)
    shows_own_flags(tomos)
    tomos.cannot_press("Reply")
    shows_own_flags(amina)
    amina.presses("Reply")
    amina.sends()
    amina.is_told_what_lacks("Enter your reply")
    amina.fills_in({"Your reply": "The list stands in annex two."})
    amina.sends()
    amina.sees("Saved. It goes to Helen Marsh by the digest of Wednesday 25 November 2026, 9am.")
    shows_own_flags(amina)
    amina.sees("The list stands in annex two.", "Your reply is not shown to anyone yet.")
    amina.cannot_press("Reply")
    helen.opens("inbox")
    helen.sees_not("The list stands in annex two.")
    world.time_moves_to_the_next_digest()
    helen.opens("inbox")
    helen.sees("The list stands in annex two.")
    helen.sees_not("Amina")


def test_a_settled_flag_is_reported_once(world: World, amina: Player, helen: Player) -> None:
    """Amina is content. Helen reads so in one digest, and nothing about it in later ones."""
    gives_view(amina, view(CONTRACTS))
    world.time_moves_to_the_next_digest()
    helen.opens("inbox")
    answers(helen, "1. Not deliverable", "Already handled", "The contracts were renewed.")
    shows_own_flags(amina)
    amina.presses("Settled")
    amina.sees("Thank you. This flag is settled.", "Others see this from the next working day.")
    shows_own_flags(amina)
    amina.cannot_press("Settled", "Not settled")
    world.time_moves_to_the_next_digest()
    helen.opens("inbox")
    helen.sees("No flag needs your answer.", "Since your last digest: 1 answer settled.")
    world.time_moves_to_tomorrow_morning(3)
    helen.opens("inbox")
    helen.sees_not("Thursday 26 November 2026", "Friday 27 November 2026")


def test_no_digest_comes_when_nothing_is_new(world: World, amina: Player, helen: Player) -> None:
    """A week passes without a word. Helen has only the message that named her; the first flag brings a digest."""
    world.time_moves_to_tomorrow_morning(7)
    helen.opens("inbox")
    helen.sees("You are the policy owner of 3 policies.")
    helen.sees_not("You get this because", "need your answer")
    gives_view(amina, view(CONTRACTS))
    world.time_moves_to_the_next_digest()
    helen.opens("inbox")
    helen.sees("1 flag needs your answer", "Tuesday 1 December 2026, 9am")


def test_only_people_who_may_answer_can_answer(world: World, amina: Player, tomos: Player, daniel: Player) -> None:
    """Neither a member nor an admin finds a way to answer."""
    gives_view(amina, view(CONTRACTS))
    world.time_moves_to_tomorrow_morning()
    for each in (tomos, daniel):
        each.opens(CHANNEL)
        each.presses("See flags", under=PERMIT)
        each.presses("Read the flag")
        each.sees(CONTRACTS)
        each.cannot_press("Answer")


def test_a_delegate_can_answer_and_the_owner_reads_so(
    world: World, amina: Player, kezia: Player, tomos: Player, helen: Player
) -> None:
    """Tomos answers in Helen's place. Everyone reads in which role, and her digest says so."""
    kezia.opens("home")
    kezia.presses("Announce a policy")
    kezia.fills_in(
        {
            "Title": "Digital fishing licence",
            "Summary": "Anglers show a licence on their telephone.",
            "Policy owner": "helen.marsh@example.org",
            "Delegate": "tomos.rees@example.org",
            "Channels": [CHANNEL],
        }
    )
    kezia.sends()
    gives_view(amina, view("Rivers have no signal."), "Digital fishing licence")
    world.time_moves_to_tomorrow_morning()
    tomos.opens(CHANNEL)
    tomos.presses("See flags", under="Digital fishing licence")
    tomos.presses("Read the flag")
    tomos.presses("Answer")
    tomos.fills_in({"What is your answer?": "Already handled", "Your answer": "It is kept on the telephone."})
    tomos.sends()
    tomos.sees("Answer sent to 1 flag.")
    amina.opens(CHANNEL)
    amina.sees("Tomos Rees (delegate) answered a flag about Timetable", under="Digital fishing licence")
    world.time_moves_to_the_next_digest()
    helen.opens("inbox")
    helen.sees("Tomos Rees also answered on Digital fishing licence.")
