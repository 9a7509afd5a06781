"""Announcing a policy, and what happens when its wording changes."""

from __future__ import annotations

from tests.stories.platforms import also_played
from tests.stories.player import Player
from tests.stories.speaking import CHANNEL, CONTRACTS, PERMIT, gives_view, shows_own_flags, view
from tests.stories.world import World

LINK = "https://example.org/announcements/single-parking-permit"


@also_played("browser", "renderer")
def test_a_policy_is_announced_by_a_form(world: World, amina: Player, kezia: Player, tomos: Player) -> None:
    """Kezia announces a policy and names Tomos. Its card stands in the channel, and he is told who named him."""
    typed = {"Title": "Digital fishing licence", "Summary": "Anglers show a licence on their telephone."}
    kezia.opens("home")
    kezia.presses("Announce a policy")
    kezia.fills_in({**typed, "Policy owner": "tomos", "Link to the announcement": "example.org/fish"})
    kezia.sends()
    kezia.sees("Enter a link that starts with https://, or leave this empty")
    kezia.still_has({**typed, "Policy owner": "tomos"})
    kezia.fills_in({"Link to the announcement": "https://example.org/announcements/fish"})
    kezia.sends()
    kezia.sees("Enter an e-mail address, like name@example.org")
    kezia.still_has(typed)
    kezia.fills_in(
        {
            "Policy owner": "tomos.rees@example.org",
            "Open for flags until": "2027-01-29",
            "Channels": [CHANNEL],
        }
    )
    kezia.sends()
    kezia.sees("Digital fishing licence is announced.", "Its card goes to digital-delivery.")

    amina.opens(CHANNEL)
    amina.sees(
        "Anglers show a licence on their telephone.",
        "Policy owner: Tomos Rees. Announced Monday 23 November 2026. Open for flags until Friday 29 January 2027.",
        under="Digital fishing licence",
    )
    tomos.opens("inbox")
    tomos.sees("You are the policy owner of Digital fishing licence.", "Kezia Barnes named you.")


def test_the_same_link_is_announced_once(world: World, kezia: Player, amina: Player) -> None:
    """Kezia announces a link under another title, and is told that it has been announced already."""
    kezia.opens("home")
    kezia.presses("Announce a policy")
    kezia.fills_in(
        {
            "Title": "One permit",
            "Summary": "One.",
            "Policy owner": "helen.marsh@example.org",
            "Link to the announcement": LINK,
        }
    )
    kezia.sends()
    kezia.sees("This link has been announced already")
    amina.opens(CHANNEL)
    amina.sees_not("One permit")


def test_a_changed_wording_is_shown_and_flags_keep_theirs(
    world: World, amina: Player, tomos: Player, kezia: Player
) -> None:
    """The announcement is reworded. The card says so, and an earlier flag shows the wording that it answered."""
    gives_view(amina, view(CONTRACTS))
    world.time_moves_to_tomorrow_morning()
    world.announced_again("Parking permit for everyone", "From next June, one permit for every council.", LINK)
    tomos.opens(CHANNEL)
    tomos.sees_not(PERMIT)
    tomos.sees(
        "From next June, one permit for every council.",
        "The wording changed on Tuesday 24 November 2026. Flags keep the wording that they answered.",
        "So far: 1 flag.",
        under="Parking permit for everyone",
    )
    gives_view(tomos, view("June works for us.", verdict="Deliverable as announced"), "Parking permit for everyone")
    world.time_moves_to_tomorrow_morning()
    kezia.opens(CHANNEL)
    kezia.presses("See flags", under="Parking permit for everyone")
    kezia.presses("Read the flag", under="Not deliverable as announced")
    kezia.sees(
        "The wording of the announcement has changed since.", PERMIT, "From April, one permit for every council."
    )
    shows_own_flags(tomos)
    tomos.sees("June works for us.")
    tomos.sees_not(PERMIT)
