"""What an admin sets for a channel."""

from __future__ import annotations

from tests.stories.player import Player
from tests.stories.speaking import CHANNEL, CONTRACTS, PERMIT, gives_view, shows_own_flags, view
from tests.stories.world import World

OFFERS = "What the form offers"


def settings(daniel: Player) -> None:
    """Open the settings of the channel."""
    daniel.opens("home")
    daniel.presses("Change settings", under=CHANNEL)


def test_what_a_channel_offers_can_be_changed_and_no_promise_is_weakened(
    world: World, amina: Player, tomos: Player, daniel: Player
) -> None:
    """Daniel takes Named away. What was sent as Named stays so, and from now on the form offers Confidential only."""
    gives_view(tomos, view("Ours end in May.", known="Named"))
    amina.opens(CHANNEL)
    amina.presses("Give your view", under=PERMIT)
    settings(daniel)
    daniel.still_has(
        {OFFERS: ["Confidential", "Named", "Detached"], "Can guests send flags?": "No", "Smallest group": "4"}
    )
    daniel.fills_in({OFFERS: []})
    daniel.sends()
    daniel.is_told_what_lacks("Select at least one")
    daniel.fills_in({OFFERS: ["Confidential"]})
    daniel.sends()
    daniel.sees("Settings saved.")

    amina.fills_in(view(CONTRACTS, known="Named"))
    amina.sends()
    amina.sees("This channel does not offer Named. It offers Confidential.")
    amina.still_has({"Why?": CONTRACTS})
    amina.fills_in({"Who can know this is from you?": "Confidential"})
    amina.sends()
    amina.sees("Is yours one of these?", "Nothing is sent yet.")
    amina.sends()
    amina.sees("Your flag is saved. Nobody is shown your name.")
    shows_own_flags(tomos)
    tomos.sees("You sent this as Named: the policy owner and their delegate see your name.")


def test_a_small_group_is_warned_first(world: World, amina: Player, daniel: Player) -> None:
    """Where fewer than the smallest group can write, the form says so before anything else."""
    warning = "In a group this small, people may guess who wrote a flag, whatever you choose."
    amina.opens(CHANNEL)
    amina.presses("Give your view", under=PERMIT)
    amina.sees_not(warning)
    settings(daniel)
    daniel.fills_in({"Smallest group": "many"})
    daniel.sends()
    daniel.sees("Enter a number of members, for example 5")
    daniel.fills_in({"Smallest group": "12"})
    daniel.sends()
    daniel.sees("Settings saved.")
    amina.opens(CHANNEL)
    amina.presses("Give your view", under=PERMIT)
    amina.sees("can send a flag on this policy, without those who answer for it.", warning)


def test_guests_can_be_let_in(world: World, gus: Player, daniel: Player) -> None:
    """Daniel lets guests speak in this channel, and Gus sends a flag."""
    settings(daniel)
    daniel.fills_in({"Can guests send flags?": "Yes"})
    daniel.sends()
    gives_view(gus, view(CONTRACTS))
    gus.sees("Nobody is shown your name.")


def test_only_an_admin_finds_the_settings(world: World, amina: Player, helen: Player) -> None:
    """Neither a member nor a policy owner is offered them."""
    for each in (amina, helen):
        each.opens("home")
        each.cannot_press("Change settings")
