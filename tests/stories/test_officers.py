"""Someone reports a text, a records officer takes it down, and an auditor reads that in the log."""

from __future__ import annotations

from tests.stories.platforms import also_played
from tests.stories.player import Player
from tests.stories.speaking import CHANNEL, PERMIT, gives_view, shows_own_flags, view
from tests.stories.world import World

BAD = "Jo of desk nine cannot do this."
WHY = "It named a member of staff."


def settings(player: Player) -> None:
    """Open the settings from home."""
    player.opens("home")
    player.presses("Set up Deliverable")


@also_played("browser")
def test_a_reported_text_is_taken_down(
    world: World, amina: Player, tomos: Player, kezia: Player, helen: Player, daniel: Player
) -> None:
    """Kezia keeps the records and Tomos audits; Helen reports Amina's flag, and it is gone from card, list and chat."""
    settings(daniel)
    daniel.presses("Choose officers")
    daniel.fills_in({"Records officers": "kezia", "Auditors": "tomos.rees@example.org"})
    daniel.sends()
    daniel.sees("Enter e-mail addresses, like name@example.org, with commas or line breaks between them")
    daniel.fills_in({"Records officers": "kezia.barnes@example.org"})
    daniel.sends()
    daniel.sees("Officers saved.", "Kezia Barnes (kezia.barnes@example.org)")

    gives_view(amina, view(BAD, known="Named"))
    world.time_moves_to_the_next_digest()
    helen.opens("inbox")
    helen.sees(BAD)
    helen.opens(CHANNEL)
    helen.presses("See flags", under=PERMIT)
    helen.presses("Read the flag")
    helen.presses("Report this text")
    helen.sees("Nobody is told that it was you")
    helen.fills_in({"What is wrong with it?": "Names a person"})
    helen.sends()
    helen.sees("Thank you. A records officer is told.")
    world.a_moment_passes()

    kezia.opens("inbox")
    kezia.sees("A text on Single parking permit was reported.")
    kezia.presses("See reported texts")
    kezia.presses("Open this text")
    kezia.sees(BAD, "That you opened it is logged.")
    kezia.presses("Take it down")
    kezia.fills_in({"Reason": "Names a person", "Why, in one sentence": WHY})
    kezia.sends()
    kezia.sees("This cannot be undone.", f"Reason: personal data. {WHY}")
    kezia.fills_in({"Take it down?": "Yes, take this text down"})
    kezia.sends()
    kezia.sees("Out of reach", "Backups, until they are deleted")
    world.a_moment_passes()

    helen.opens("inbox")
    helen.sees_not(BAD)
    helen.sees(WHY)
    shows_own_flags(amina)
    amina.sees(WHY, "Your flag still counts. You can send it again without personal data.")
    amina.sees_not(BAD)

    tomos.opens("home")
    tomos.presses("See the audit log")
    tomos.sees("Took a reported text down", "By Kezia Barnes", "Opened a reported text")
    tomos.presses("Check the log")
    tomos.sends()
    tomos.sees("None was changed, put in or taken out.")
