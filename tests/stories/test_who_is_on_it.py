"""Who is on a policy: leaving its channel, and asking more people, or fewer."""

from __future__ import annotations

from tests.stories.player import Player
from tests.stories.speaking import CHANNEL, CONTRACTS, PERMIT, RECORDS, gives_view, shows_own_flags, view
from tests.stories.world import World

LICENCE = "Digital fishing licence"


def test_who_leaves_the_channel_sees_only_what_they_wrote(
    world: World, amina: Player, kezia: Player, helen: Player
) -> None:
    """Kezia sent a flag, and leaves. What was announced is gone for her; her flag, and what became of it, is not."""
    gives_view(kezia, view(CONTRACTS, known="Named"))
    gives_view(amina, view(RECORDS))
    world.time_moves_to_the_next_digest()
    helen.opens("inbox")
    helen.presses("Answer", under="1. Not deliverable")
    helen.sees("Everyone on this policy sees your answer and your name.", f"of {CHANNEL}, and anyone who joins.")
    helen.fills_in({"What is your answer?": "Cannot change", "Your answer": "It is in the law."})
    helen.sends()

    kezia.opens("home")
    kezia.sees(PERMIT)
    world.leaves("kezia")
    kezia.opens("home")
    kezia.sees_not(PERMIT)
    kezia.sees("Nothing has been announced here.")
    shows_own_flags(kezia)
    kezia.sees(PERMIT, CONTRACTS)
    kezia.sees_not(RECORDS)
    amina.opens("home")
    amina.sees(PERMIT)


def test_more_people_are_asked_only_before_anyone_has_said_anything(
    world: World, amina: Player, daniel: Player
) -> None:
    """Daniel announces to the channel and lets everyone in at once; after Amina's flag he could not have."""
    daniel.opens("home")
    daniel.presses("Announce a policy")
    daniel.fills_in(
        {
            "Title": LICENCE,
            "Summary": "Anglers show a licence on their telephone.",
            "Policy owner": "helen.marsh@example.org",
            "Channels": [CHANNEL],
            "Who is on this policy?": "Members of its channels",
        }
    )
    daniel.sends()
    daniel.sees(f"{LICENCE} is announced.", f"of {CHANNEL}, and anyone who joins.")
    world.a_moment_passes()
    for policy, refused in ((LICENCE, False), (PERMIT, True)):
        gives_view(amina, view(CONTRACTS), PERMIT)
        daniel.opens(CHANNEL)
        daniel.presses("See flags", under=policy)
        daniel.presses("Change who is on it")
        daniel.sees(f"of {CHANNEL}, and anyone who joins.")
        daniel.fills_in({"Who is on this policy?": "Everyone"})
        daniel.sends()
        daniel.sees("and anyone who joins a connected channel, will see its title, summary, link and policy owner")
        daniel.fills_in({"Show it to them?": "Yes, show it to them"})
        daniel.sends()
        if refused:
            daniel.sees("somebody has sent a flag, and the form said that only members can read it.")
        else:
            daniel.sees(f"On {LICENCE} are now all", "members of the connected channels, and anyone who joins.")
