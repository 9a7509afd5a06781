"""Until when what people write is kept: an admin sets it for one policy, and everyone reads the day."""

from __future__ import annotations

from tests.stories.platforms import also_played
from tests.stories.player import Player
from tests.stories.speaking import ADDRESS, CHANNEL, CONTRACTS, PERMIT, gives_view, view
from tests.stories.world import World

KEPT = "What is written here is kept until 30 June 2027. Then it is closed for good."


def opens_flags(player: Player, policy: str = PERMIT) -> None:
    """Open the flags of a policy from its card."""
    player.opens(CHANNEL)
    player.presses("See flags", under=policy)


@also_played("browser")
def test_an_admin_shortens_it_for_one_policy(world: World, amina: Player, helen: Player, daniel: Player) -> None:
    """Daniel has one policy kept for four months; Amina reads the day on the form, the receipt and under the card."""
    opens_flags(daniel)
    daniel.presses("Change how long")
    daniel.fills_in({"Months after the policy closes": "six"})
    daniel.sends()
    daniel.sees("Enter a whole number from 1 to 120 months, or leave this empty")
    daniel.still_has({"Months after the policy closes": "six"})
    daniel.fills_in({"Months after the policy closes": "4"})
    daniel.sends()
    daniel.sees("Saved", "is kept until 30 June 2027.", "Backups of the database made before now")

    amina.opens(CHANNEL)
    amina.presses("Give your view", under=PERMIT)
    amina.sees("Texts are kept until 30 June 2027.")
    gives_view(amina, view(CONTRACTS))
    amina.sees("After 30 June 2027 it is closed for good.", "nobody can link it to you")
    opens_flags(amina)
    amina.sees(KEPT)
    amina.cannot_press("Change how long")
    opens_flags(helen, ADDRESS)
    helen.sees_not("30 June 2027")
