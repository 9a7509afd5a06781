"""What is kept about the author of a flag, and who is told."""

from __future__ import annotations

from tests.stories.platforms import also_played
from tests.stories.player import Player
from tests.stories.speaking import CHANNEL, CONTRACTS, PERMIT, RECORDS, answers, gives_view, shows_own_flags, view
from tests.stories.world import World


def test_what_each_choice_means_is_said_before_a_word_is_typed(world: World, amina: Player) -> None:
    """Amina reads who can know what, and nothing has been chosen for her."""
    amina.opens(CHANNEL)
    amina.presses("Give your view", under=PERMIT)
    amina.sees("Nobody in the channel can see that you have opened this form.")
    amina.sees("Shown to nobody. With both keys it can be traced until ")
    amina.sees("Everyone else reads the flag without your name")
    amina.sees("shown from the next working day, never on the day you write them.")
    amina.sees("It is a record held by the Department for Practice and could be released")
    amina.still_has({"Who can know this is from you?": [], "Is it deliverable?": [], "Why?": ""})
    amina.opens(CHANNEL)
    amina.presses("How you are protected", under=PERMIT)
    amina.sees("We show your name to nobody. Someone who holds our database and both our keys could work it out until ")
    amina.sees("Helen Marsh (policy owner)", "everyone else sees your flag without it")
    amina.sees("The key is held by you: it lies beside the sandbox's data.")
    amina.sees("We send no private message about a confidential or detached flag, because messages can be")


@also_played("browser")
def test_a_named_flag_hears_back_by_message_and_only_the_owner_reads_the_name(
    world: World, amina: Player, tomos: Player, helen: Player, daniel: Player
) -> None:
    """Tomos gives his name. Helen reads it, nobody else does, and her answer comes to him."""
    gives_view(tomos, view(RECORDS, known="Named", verdict="Cannot tell yet", theme="Legacy systems and data"))
    tomos.sees("Helen Marsh will see your name.", "We will message you when there is an answer.")
    for other in (amina, daniel):
        other.opens(CHANNEL)
        other.sees("So far: 1 flag. 1 cannot tell yet", under=PERMIT)
        other.presses("See flags", under=PERMIT)
        other.sees(RECORDS, "From: someone who is named to the policy owner.")
        other.sees_not("Tomos")
        other.presses("Read the flag")
        other.sees_not("Tomos")

    world.time_moves_to_the_next_digest()
    helen.opens("inbox")
    helen.sees("From: Tomos Rees, who chose to be named.")
    answers(helen, "1. Cannot tell yet", "Already handled", "The records are matched by hand since May.")

    tomos.opens("inbox")
    tomos.sees("Helen Marsh answered your flag on Single parking permit: Already handled.")
    tomos.sees("The records are matched by hand since May.", "Does this settle it?")
    tomos.presses("Settled")
    tomos.sees("Thank you. This flag is settled.")
    for other in (amina, daniel):
        other.opens("inbox")
        other.sees("has no messages.")
        other.opens(CHANNEL)
        other.sees("Helen Marsh answered a flag about Legacy systems and data: Already handled.", under=PERMIT)
        other.sees_not("Tomos")


def test_a_confidential_flag_brings_its_author_no_message(
    world: World, amina: Player, tomos: Player, helen: Player
) -> None:
    """Amina is told nothing by message. She looks, and finds the answer; nobody else reads her name anywhere."""
    gives_view(amina, view(CONTRACTS))
    world.time_moves_to_the_next_digest()
    helen.opens("inbox")
    helen.sees("Confidential.")
    answers(helen, "1. Not deliverable", "Cannot change", "The date stands in law.")
    amina.opens("inbox")
    amina.sees("Amina Yusuf has no messages.")
    shows_own_flags(amina)
    amina.sees("You sent this as Confidential: nobody is shown your name.", "The date stands in law.")
    for other in (helen, tomos):
        for place in ("home", "inbox", CHANNEL):
            other.opens(place)
            other.sees_not("Amina")


def test_my_flags_holds_only_ones_own(world: World, amina: Player, tomos: Player, kezia: Player) -> None:
    """Each finds their own flag in My flags, and Kezia, who sent none, finds none."""
    gives_view(amina, view(CONTRACTS))
    gives_view(tomos, view(RECORDS, known="Named"))
    for _ in range(2):
        shows_own_flags(amina)
        amina.sees(CONTRACTS)
        amina.sees_not(RECORDS)
        shows_own_flags(tomos)
        tomos.sees(RECORDS)
        tomos.sees_not(CONTRACTS)
        shows_own_flags(kezia)
        kezia.sees("You have no flags here.")
        world.time_moves_to_tomorrow_morning()
