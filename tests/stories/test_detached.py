"""A detached flag: nothing leads back to it but a code, which is shown once."""

from __future__ import annotations

import re

from tests.stories.platforms import also_played
from tests.stories.player import Player
from tests.stories.speaking import CHANNEL, CONTRACTS, PERMIT, answers, gives_view, shows_own_flags, view
from tests.stories.world import World

CODE = re.compile(r"\b(?:[0-9A-HJKMNP-TV-Z]{4} ){6}[0-9A-HJKMNP-TV-Z]{2}\b")
UNKNOWN = "0000 1111 2222 3333 4444 5555 66"
NOT_KNOWN = "We do not know that code. Check each letter and number."


def sends_detached(player: Player, why: str = CONTRACTS) -> str:
    """Send a detached flag; the code that the player copies."""
    gives_view(player, view(why, known="Detached"))
    player.sees("This is your code:", "We show it once.")
    (code,) = CODE.findall(player.reads())
    return str(code)


def uses(player: Player, code: str) -> None:
    """Type a code into the form for it."""
    player.opens("home")
    player.presses("Use a code")
    player.fills_in({"Your code": code})
    player.sends()


@also_played("browser")
def test_the_code_shows_the_answer_and_takes_one_reply(
    world: World, amina: Player, tomos: Player, helen: Player
) -> None:
    """Amina keeps her code. It is in no list, nobody writes to her, and with the code she reads and replies once."""
    amina.opens(CHANNEL)
    amina.presses("Give your view", under=PERMIT)
    amina.sees("Detached: no link to me is kept after today", "One code, shown once, is your only way back")
    amina.presses("How you are protected")
    amina.sees("After today we hold nothing that links you to this flag.")
    amina.sees("a code proves to whoever asks for it that the flag is yours.")
    code = sends_detached(amina)
    shows_own_flags(amina)
    amina.sees("Flags you sent as Detached are never listed: use your code.")
    amina.sees_not(CONTRACTS)

    world.time_moves_to_the_next_digest()
    helen.opens("inbox")
    helen.sees(CONTRACTS, "Detached.")
    answers(helen, "1. Not deliverable", "Cannot change", "The date stands in law.")
    amina.opens("inbox")
    amina.sees("Amina Yusuf has no messages.")
    shows_own_flags(amina)
    amina.sees_not(CONTRACTS)
    uses(tomos, code.lower())
    tomos.sees(CONTRACTS, "The date stands in law.")
    uses(amina, code.replace(" ", ""))
    amina.sees("You sent this as Detached: only the code leads to it.", "The date stands in law.")
    amina.presses("Not settled")
    amina.fills_in({"What is still in the way?": "The contracts end all the same."})
    amina.sends()
    amina.sees("the time to answer starts again")
    uses(amina, code)
    amina.sees("The contracts end all the same.")
    amina.cannot_press("Settled", "Not settled")


def test_a_wrong_code_and_one_of_a_withdrawn_flag_read_alike(world: World, amina: Player, tomos: Player) -> None:
    """Amina changes her flag and withdraws it; from then on her code is like one that never was."""
    code = sends_detached(amina)
    uses(amina, code)
    amina.presses("Change")
    amina.fills_in({"Why?": "Sixty contracts end after April."})
    amina.sends()
    amina.sees(code)
    uses(amina, f" {code.lower()} ")
    amina.sees("Sixty contracts end after April.", "Not shown yet.")
    amina.presses("Withdraw")
    amina.sees("Withdraw your flag?", "You cannot get it back.")
    amina.presses("Withdraw my flag")
    amina.sees("Your flag is withdrawn. It was shown to nobody and will not be.")
    for player, typed in ((amina, code), (amina, UNKNOWN), (tomos, "7KQ4"), (tomos, code)):
        uses(player, typed)
        player.sees(NOT_KNOWN)
        player.still_has({"Your code": typed})


def test_a_hundred_wrong_codes_are_not_all_tried(world: World, amina: Player, tomos: Player) -> None:
    """Tomos guesses on; after twenty he must wait an hour. Amina's code still works."""
    code = sends_detached(amina)
    tomos.opens("home")
    tomos.presses("Use a code")
    for number in range(100):
        tomos.fills_in({"Your code": f"0000 1111 2222 3333 4444 55{number:02} 66"})
        tomos.sends()
        tomos.sees(NOT_KNOWN if number < 20 else "You have tried too many codes that we do not know.")
    tomos.fills_in({"Your code": code})
    tomos.sends()
    tomos.sees_not(CONTRACTS)
    uses(amina, code)
    amina.sees(CONTRACTS)


def test_three_a_day_and_one_more_the_next_day(world: World, amina: Player) -> None:
    """The fourth of a day is refused beside the choice, with all that was typed."""
    for number in range(3):
        sends_detached(amina, f"Point {number} of the contracts.")
    amina.opens(CHANNEL)
    amina.presses("Give your view", under=PERMIT)
    amina.fills_in(view(CONTRACTS, known="Detached"))
    amina.sends()
    amina.sees("You have sent 3 detached flags on this policy today. Send this tomorrow, or choose another option")
    amina.still_has({"Why?": CONTRACTS})
    world.time_moves_to_tomorrow_morning()
    sends_detached(amina)
