"""Who the policy owner is, and how a person becomes one."""

from __future__ import annotations

from tests.stories.player import Player
from tests.stories.speaking import CHANNEL, CONTRACTS, PERMIT, gives_view, shows_own_flags, view
from tests.stories.world import World


def test_a_new_owner_gets_what_is_open(world: World, amina: Player, helen: Player, kezia: Player) -> None:
    """Helen hands the policy to Kezia, who is told at once, and whose first digest holds what waits."""
    gives_view(amina, view(CONTRACTS))
    world.time_moves_to_the_next_digest()
    helen.opens("inbox")
    helen.presses("Name someone else")
    helen.sees("Policy owner: Helen Marsh.")
    helen.fills_in({"New policy owner": "not an address"})
    helen.sends()
    helen.sees("Enter an e-mail address, like name@example.org")
    helen.fills_in({"New policy owner": "Kezia.Barnes@example.org"})
    helen.sends()
    helen.sees("Kezia Barnes is now the policy owner of Single parking permit.")

    kezia.opens("inbox")
    kezia.sees("You are the policy owner of Single parking permit.", "Helen Marsh named you.")
    amina.opens(CHANNEL)
    amina.sees("Policy owner since Tuesday 24 November 2026: Kezia Barnes.", under=PERMIT)
    world.time_moves_to_the_next_digest()
    kezia.opens("inbox")
    kezia.sees("1 flag needs your answer", CONTRACTS, "You get this because you are the policy owner.")
    kezia.can_press("Answer")
    helen.opens("inbox")
    helen.presses("Answer", under="1. Not deliverable")
    helen.sees("This policy's owner is Kezia Barnes.")


def test_an_owner_who_gets_a_policy_back_is_told_again(world: World, helen: Player, kezia: Player) -> None:
    """Helen hands the policy to Kezia, and Kezia hands it back."""
    for giver, taker in ((helen, "kezia.barnes"), (kezia, "helen.marsh")):
        giver.opens("home")
        giver.presses("See my policies")
        giver.presses("Name someone else", under=PERMIT)
        giver.fills_in({"New policy owner": f"{taker}@example.org"})
        giver.sends()
        giver.sees("They are told now.")
    helen.opens("inbox")
    helen.sees("You are the policy owner of Single parking permit.", "Kezia Barnes named you.")
    helen.sees("You are the policy owner of 3 policies.", "Daniel Okoro named you.")


def test_an_owner_can_be_named_before_they_have_been_seen(
    world: World, amina: Player, daniel: Player, nadia: Player
) -> None:
    """Nadia is named by her address before she has joined. Flags wait for her, and she is told when she joins."""
    daniel.opens("home")
    daniel.presses("Announce a policy")
    daniel.fills_in(
        {
            "Title": "Digital fishing licence",
            "Summary": "Anglers show a licence on their telephone.",
            "Policy owner": "Nadia.Holt@example.org",
            "Channels": [CHANNEL],
        }
    )
    daniel.sends()
    daniel.sees("Digital fishing licence is announced.")
    daniel.sees("nadia.holt@example.org has not been here yet. They are told once they are in a connected channel.")
    amina.opens(CHANNEL)
    amina.sees("Policy owner: nadia.holt@example.org, who has not been here yet.", under="Digital fishing licence")
    gives_view(amina, view("Rivers have no signal."), "Digital fishing licence")
    world.time_moves_to_tomorrow_morning(2)

    world.arrives("nadia")
    nadia.opens("home")
    world.a_moment_passes()
    nadia.opens("inbox")
    nadia.sees("You are the policy owner of Digital fishing licence.", "Daniel Okoro named you.")
    amina.opens(CHANNEL)
    amina.sees("Policy owner: Nadia Holt.", under="Digital fishing licence")
    world.time_moves_to_the_next_digest()
    nadia.opens("inbox")
    nadia.sees("1 flag needs your answer", "Rivers have no signal.")


def test_members_cannot_name_an_owner(world: World, amina: Player, helen: Player) -> None:
    """Amina has no policies of her own and finds no way to name an owner."""
    amina.opens("home")
    amina.cannot_press("See my policies", "Name someone else")
    helen.opens("home")
    helen.presses("See my policies")
    helen.can_press("Name someone else", under=PERMIT)


def test_a_delegate_reads_for_an_owner_who_does_not_join(
    world: World, amina: Player, daniel: Player, kezia: Player
) -> None:
    """Nadia is named and does not join. The delegate, Kezia, reads in her place, and Daniel, an admin, is told."""
    daniel.opens("home")
    daniel.presses("Announce a policy")
    daniel.fills_in(
        {
            "Title": "Digital fishing licence",
            "Summary": "Anglers show a licence on their telephone.",
            "Policy owner": "Nadia.Holt@example.org",
            "Delegate": "Kezia.Barnes@example.org",
            "Channels": [CHANNEL],
        }
    )
    daniel.sends()
    daniel.sees(f"If they are in none by {world.day(2)}, an admin is told then.")
    gives_view(amina, view("Rivers have no signal."), "Digital fishing licence")
    world.time_moves_to_tomorrow_morning(3)
    daniel.opens("inbox")
    daniel.sees("Digital fishing licence has no policy owner yet: nadia.holt@example.org has not been here.")
    daniel.can_press("Name an owner")
    kezia.opens("inbox")
    kezia.sees(
        "Flags on Digital fishing licence now come to you.", "1 flag needs your answer", "Rivers have no signal."
    )
    kezia.can_press("Answer")


def test_an_announcement_made_by_mistake_is_withdrawn(
    world: World, amina: Player, helen: Player, kezia: Player
) -> None:
    """Helen takes it back and says why. Amina's flag can still be read, and Helen is asked for nothing."""
    gives_view(amina, view(CONTRACTS))
    world.time_moves_to_the_next_digest()
    helen.opens(CHANNEL)
    helen.presses("See flags", under=PERMIT)
    helen.presses("Withdraw announcement")
    helen.sees("You cannot undo this.")
    helen.fills_in({"Reason": "The minister had not agreed to it"})
    helen.sends()
    helen.sees("This announcement was withdrawn on Tuesday 24 November 2026 by Helen Marsh.")
    kezia.opens(CHANNEL)
    kezia.sees("The announcement of Single parking permit was withdrawn on Tuesday 24 November 2026 by Helen Marsh.")
    kezia.sees("Reason: 'The minister had not agreed to it'.", "Nobody is asked to answer them.")
    shows_own_flags(amina)
    amina.sees(CONTRACTS)
    world.time_moves_to_tomorrow_morning(20)
    helen.opens("home")
    helen.sees_not("needs your answer", "is late")
