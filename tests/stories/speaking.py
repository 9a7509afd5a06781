"""Steps that many stories share."""

from __future__ import annotations

from tests.stories.player import Player

CHANNEL = "digital-delivery"
PERMIT = "Single parking permit"
ADDRESS = "Same-day address change"
CONTRACTS = "The contracts of 60 councils end after April."
RECORDS = "A third of vehicle records hold no address that we can match."


def view(
    why: str,
    remedy: str = "",
    *,
    known: str = "Confidential",
    verdict: str = "Not deliverable as announced",
    theme: str = "Timetable",
) -> dict[str, str]:
    """The answers of a flag form; `known` is who can know whom the flag is from."""
    return {
        "Who can know this is from you?": known,
        "Is it deliverable?": verdict,
        "What is it mainly about?": theme,
        "Why?": why,
        "What would make it deliverable?": remedy,
    }


def gives_view(player: Player, filled: dict[str, str], policy: str = PERMIT) -> None:
    """Send a flag, although others may be shown that are near it, and check that it is saved."""
    player.opens(CHANNEL)
    player.presses("Give your view", under=policy)
    player.fills_in(filled)
    player.sends()
    if "Nothing is sent yet." in player.reads():
        player.sends()
    player.sees("Your flag is saved.")


def answers(player: Player, heading: str, answer: str, text: str = "", by: str = "") -> None:
    """Answer the one flag under a heading of the digest that is open, and check that the answer is sent."""
    player.presses("Answer", under=heading)
    player.fills_in({"What is your answer?": answer, "Your answer": text, "By when?": by})
    player.sends()
    player.sees("Answer sent to 1 flag.")


def shows_own_flags(player: Player) -> None:
    """Open the player's own flags."""
    player.opens("home")
    player.presses("Show my flags")
