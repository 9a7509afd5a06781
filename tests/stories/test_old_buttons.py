"""A button on an old screen leads to how things are now, and nothing that was typed is lost."""

from __future__ import annotations

from tests.stories.platforms import also_played
from tests.stories.player import Player
from tests.stories.speaking import CHANNEL, CONTRACTS, PERMIT, gives_view, shows_own_flags, view
from tests.stories.world import World


@also_played("browser")
def test_a_flag_shown_meanwhile_is_not_changed(world: World, amina: Player, kezia: Player) -> None:
    """Amina left the form open overnight. Her flag has been shown, and stays as everyone has read it."""
    gives_view(amina, view(CONTRACTS))
    shows_own_flags(amina)
    amina.presses("Change")
    amina.fills_in({"Why?": "Better words, too late."})
    world.time_moves_to_tomorrow_morning()
    amina.sends()
    amina.sees("This flag is shown already, so it cannot be changed or withdrawn.")
    kezia.opens(CHANNEL)
    kezia.presses("See flags", under=PERMIT)
    kezia.sees(CONTRACTS)
    kezia.sees_not("Better words, too late.")


def test_a_flag_shown_meanwhile_is_not_withdrawn(world: World, amina: Player, kezia: Player) -> None:
    """Nor can the button on yesterday's receipt withdraw it."""
    gives_view(amina, view(CONTRACTS))
    world.time_moves_to_tomorrow_morning()
    amina.presses("Withdraw")
    amina.sees("This flag is shown already, so it cannot be changed or withdrawn.")
    kezia.opens(CHANNEL)
    kezia.sees("So far: 1 flag.", under=PERMIT)


def test_a_policy_that_closed_meanwhile_keeps_the_words_on_the_screen(
    world: World, amina: Player, daniel: Player, tomos: Player
) -> None:
    """The last day passes while Amina writes. She keeps her text, and Tomos finds the card closed."""
    daniel.opens("home")
    daniel.presses("Announce a policy")
    daniel.fills_in(
        {
            "Title": "Digital fishing licence",
            "Summary": "Anglers show a licence on their telephone.",
            "Policy owner": "helen.marsh@example.org",
            "Open for flags until": "2026-11-24",
            "Channels": [CHANNEL],
        }
    )
    daniel.sends()
    amina.opens(CHANNEL)
    amina.presses("Give your view", under="Digital fishing licence")
    amina.fills_in(view(CONTRACTS))
    world.time_moves_to_tomorrow_morning(2)
    amina.sends()
    amina.sees("This policy closed for flags on Tuesday 24 November 2026.", "copy it and send it to Helen Marsh")
    amina.still_has(view(CONTRACTS))
    tomos.opens(CHANNEL)
    tomos.sees("Closed for flags on Tuesday 24 November 2026.", under="Digital fishing licence")
    tomos.cannot_press("Give your view", under="Digital fishing licence")


def test_an_answer_from_an_old_digest_is_added_to_the_first(world: World, amina: Player, helen: Player) -> None:
    """Helen answers from Tuesday's digest, then presses the same button again: she reads her first answer there."""
    gives_view(amina, view(CONTRACTS))
    world.time_moves_to_the_next_digest()
    for button, text in (("Answer", "We begin with forty."), ("Change answer", "And sixty more in June.")):
        helen.opens("inbox")
        helen.presses(button)
        if button == "Change answer":
            helen.sees("Helen Marsh answered this flag on Tuesday 24 November 2026", "We begin with forty.")
        helen.fills_in({"What is your answer?": "We will change it", "Your answer": text, "By when?": "2027-03-31"})
        helen.sends()
        helen.sees("Answer sent to 1 flag.")
    shows_own_flags(amina)
    amina.presses("Read the flag")
    amina.sees("We begin with forty.", "And sixty more in June.")


@also_played("browser")
def test_two_quick_clicks_send_one_flag(world: World, amina: Player, kezia: Player) -> None:
    """Amina is impatient and presses the button twice. One flag is shown."""
    amina.opens(CHANNEL)
    amina.presses("Give your view", under=PERMIT)
    amina.fills_in(view(CONTRACTS))
    amina.sends(twice=True)
    amina.sees("Your flag is saved.")
    world.time_moves_to_tomorrow_morning()
    kezia.opens(CHANNEL)
    kezia.sees("So far: 1 flag.", under=PERMIT)


@also_played("browser")
def test_a_form_left_open_overnight_is_asked_about_once(world: World, amina: Player, kezia: Player) -> None:
    """It may have been sent yesterday, for all that is known. Amina did not, reads that, and sends it."""
    amina.opens(CHANNEL)
    amina.presses("Give your view", under=PERMIT)
    amina.fills_in(view(CONTRACTS))
    world.time_moves_to_tomorrow_morning()
    amina.sends()
    amina.sees("You opened this form on an earlier day.", "Your text is still here")
    amina.still_has(view(CONTRACTS))
    amina.sends()
    amina.sees("Your flag is saved.")
    world.time_moves_to_tomorrow_morning()
    kezia.opens(CHANNEL)
    kezia.sees("So far: 1 flag.", under=PERMIT)


@also_played("browser")
def test_who_would_read_the_name_changes_while_the_form_is_open(world: World, amina: Player, helen: Player) -> None:
    """Amina chose to be named to Helen. The form comes back with Kezia's name, and nothing is chosen for her."""
    amina.opens(CHANNEL)
    amina.presses("Give your view", under=PERMIT)
    amina.sees("Helen Marsh sees my name")
    amina.fills_in(view(CONTRACTS, known="Named"))
    helen.opens(CHANNEL)
    helen.opens("home")
    helen.presses("See my policies")
    helen.presses("Name someone else", under=PERMIT)
    helen.fills_in({"New policy owner": "kezia.barnes@example.org"})
    helen.sends()
    helen.sees("Kezia Barnes is now the policy owner of Single parking permit.")
    amina.sends()
    amina.sees("Who would see your name or your flag has changed.", "Kezia Barnes sees my name")
    amina.sees_not("Helen Marsh sees my name")
    amina.still_has({"Who can know this is from you?": [], "Why?": CONTRACTS})
    amina.fills_in({"Who can know this is from you?": "Named"})
    amina.sends()
    amina.sees("Kezia Barnes will see your name.")
