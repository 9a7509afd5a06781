"""Giving a view: a flag refused, changed, withdrawn, or added to one that says the same."""

from __future__ import annotations

import pytest

from tests.stories.platforms import also_played
from tests.stories.player import Player
from tests.stories.speaking import CHANNEL, CONTRACTS, PERMIT, RECORDS, gives_view, shows_own_flags, view
from tests.stories.world import World

WHOLE_TEXTS = {
    "plain": "The contracts of sixty councils end before April.",
    "odd": """  \n "Sixty" contracts & <b>'one'</b>\n\n\t{{ x }} \\n %0D %2C, 😀👩‍💻  """,
    "long": "\n  " + "The contracts of sixty councils end before April. " * 59 + "x" * 47,
}


@also_played("browser", "renderer")
def test_a_refused_flag_keeps_everything_that_was_typed(world: World, amina: Player) -> None:
    """Amina forgets what would make it deliverable. Nothing that she chose or typed is lost, and it goes through."""
    typed = view("  Two\n\nlines, and <b>signs</b> & “quotes” of all kinds  ", verdict="Deliverable if…")
    amina.opens(CHANNEL)
    amina.presses("Give your view", under=PERMIT)
    amina.fills_in({**typed, "Link to evidence": "http://example.org/not-safe"})
    amina.sends()
    amina.sees("Enter what would make it deliverable, or choose another answer above")
    amina.sees("Enter a link that starts with https://, or leave this empty")
    amina.still_has({**typed, "Link to evidence": "http://example.org/not-safe"})
    amina.fills_in({"What would make it deliverable?": "Begin with forty.", "Link to evidence": ""})
    amina.sends()
    amina.sees("Your flag is saved.")


def test_a_form_sent_empty_says_what_is_missing(world: World, amina: Player) -> None:
    """Each missing answer has its own sentence, and nothing is saved."""
    amina.opens(CHANNEL)
    amina.presses("Give your view", under=PERMIT)
    amina.sends()
    amina.is_told_what_lacks(
        "Select who can know this is from you",
        "Select whether it is deliverable",
        "Select what it is mainly about",
        "Enter why",
    )
    shows_own_flags(amina)
    amina.sees("You have no flags here.")


@also_played("browser", "renderer")
def test_a_flag_that_says_the_same_is_seconded_instead(
    world: World, amina: Player, tomos: Player, helen: Player
) -> None:
    """Tomos is shown a flag that says much the same, and seconds it instead of sending his own."""
    gives_view(amina, view("The contracts of sixty councils end after April."))
    world.time_moves_to_tomorrow_morning()
    tomos.opens(CHANNEL)
    tomos.presses("Give your view", under=PERMIT)
    tomos.fills_in(view("Contracts of sixty councils end only after April"))
    tomos.sends()
    tomos.sees("Nothing is sent yet.", "The contracts of sixty councils end after April.")
    tomos.is_asked("Is yours one of these?", "Anything to add?")
    tomos.sees_not("Contracts of sixty councils end only after April")
    tomos.fills_in({"Is yours one of these?": "I see flag 1 too", "Anything to add?": "Ours is one of them."})
    tomos.sends()
    tomos.sees("Saved. You see this too. We show your name to nobody.")

    world.time_moves_to_tomorrow_morning()
    helen.opens(CHANNEL)
    helen.sees("So far: 1 flag.", under=PERMIT)
    helen.presses("See flags", under=PERMIT)
    helen.sees("2 people say this.")
    helen.presses("Read the flag")
    helen.sees("Ours is one of them.")
    helen.sees_not("Tomos", "Amina")


@also_played("browser", "renderer")
@pytest.mark.parametrize("because", WHOLE_TEXTS.values(), ids=WHOLE_TEXTS)
def test_a_flag_can_be_sent_beside_one_like_it(world: World, amina: Player, tomos: Player, because: str) -> None:
    """Tomos means something else, says so, and his own flag is sent as he typed it before he was asked."""
    gives_view(amina, view("The contracts of sixty councils end after April."))
    world.time_moves_to_tomorrow_morning()
    tomos.opens(CHANNEL)
    tomos.presses("Give your view", under=PERMIT)
    tomos.fills_in(view(because))
    tomos.sends()
    tomos.still_has({"Is yours one of these?": "None of these. Send my flag"})
    tomos.fills_in({"Is yours one of these?": "Go back to my flag"})
    tomos.sends()
    tomos.still_has(view(because))
    tomos.sends()
    tomos.sends()
    tomos.sees("Your flag is saved.")
    shows_own_flags(tomos)
    tomos.presses("Change")
    tomos.still_has({"Why?": because})
    world.time_moves_to_tomorrow_morning()
    tomos.opens(CHANNEL)
    tomos.sees("So far: 2 flags.", under=PERMIT)


def test_words_that_may_show_who_wrote_them_are_shown_first(world: World, amina: Player, kezia: Player) -> None:
    """Amina reads which of her words give her away, goes back, and sends others."""
    telling = "As the only tester I know that April is too early."
    amina.opens(CHANNEL)
    amina.presses("Give your view", under=PERMIT)
    amina.fills_in(view(telling))
    amina.sends()
    amina.sees("These words may show who you are: 'As the only tester'.", "We keep no record of this check.")
    amina.is_asked("What do you want to do?")
    amina.fills_in({"What do you want to do?": "Go back to my flag"})
    amina.sends()
    amina.still_has(view(telling))
    amina.fills_in({"Why?": CONTRACTS})
    amina.sends()
    amina.sees("Your flag is saved.")

    kezia.opens(CHANNEL)
    kezia.presses("Give your view", under=PERMIT)
    kezia.fills_in(view("My team has nobody who knows the register."))
    kezia.sends()
    kezia.fills_in({"What do you want to do?": "Send it as it is"})
    kezia.sends()
    kezia.sees("Your flag is saved.")


def test_a_flag_can_be_changed_until_it_is_shown(world: World, amina: Player, kezia: Player) -> None:
    """Amina finds better words the same day, and those are the ones that everyone reads."""
    gives_view(amina, view(CONTRACTS, "Wait a year."))
    shows_own_flags(amina)
    amina.sees("Not shown yet. You can change or withdraw it until it is shown.")
    amina.presses("Change")
    amina.still_has({"Why?": CONTRACTS, "What would make it deliverable?": "Wait a year."})
    amina.fills_in({"Why?": "Sixty contracts end in June.", "What would make it deliverable?": "Begin in July."})
    amina.sends()
    amina.sees("Your flag is saved.")
    world.time_moves_to_tomorrow_morning()
    kezia.opens(CHANNEL)
    kezia.presses("See flags", under=PERMIT)
    kezia.sees("Sixty contracts end in June.", "Begin in July.")
    kezia.sees_not(CONTRACTS, "Wait a year.")
    shows_own_flags(amina)
    amina.cannot_press("Change", "Withdraw")


def test_a_flag_can_be_withdrawn_until_it_is_shown(world: World, amina: Player, kezia: Player, helen: Player) -> None:
    """Amina takes her flag back, and nobody ever reads it."""
    gives_view(amina, view(CONTRACTS))
    amina.presses("Withdraw")
    amina.sees("Withdraw your flag?", "You cannot get it back.")
    amina.presses("Withdraw my flag")
    amina.sees("Your flag is withdrawn. It was shown to nobody and will not be.", "You have 4 left.")
    world.time_moves_to_tomorrow_morning(2)
    kezia.opens(CHANNEL)
    kezia.sees("So far: no flags.", under=PERMIT)
    helen.opens("inbox")
    helen.sees_not("needs your answer")
    shows_own_flags(amina)
    amina.sees_not(CONTRACTS)


def test_nobody_is_counted_twice(world: World, amina: Player, tomos: Player) -> None:
    """The author of a flag counts already, and a person who seconds it counts once."""
    gives_view(amina, view(CONTRACTS))
    world.time_moves_to_tomorrow_morning()
    amina.opens(CHANNEL)
    amina.presses("See flags", under=PERMIT)
    amina.presses("I see this too")
    amina.sees("You wrote this flag, so you are already counted.")
    for said in ("Saved. You see this too.", "You have already said you see this too."):
        tomos.opens(CHANNEL)
        tomos.presses("See flags", under=PERMIT)
        tomos.presses("I see this too")
        if said.startswith("Saved"):
            tomos.sends()
        tomos.sees(said)
    world.time_moves_to_tomorrow_morning()
    tomos.opens(CHANNEL)
    tomos.presses("See flags", under=PERMIT)
    tomos.sees("2 people say this.")


def test_the_sixth_flag_of_one_person_is_refused(world: World, amina: Player) -> None:
    """Five points are taken, and the receipt of the fifth says so. With the sixth, Amina keeps her words."""
    points = ("Contracts run on.", "Nobody is trained.", "Forms need a name.", "Money is short.", "Printers fail.")
    for each in points:
        gives_view(amina, view(each))
        if each == points[-2]:
            amina.sees_not("You have sent 5 flags")
    amina.sees("You have sent 5 flags on this policy", "To add to a point, open See flags and choose I see this too.")
    amina.opens(CHANNEL)
    amina.presses("Give your view", under=PERMIT)
    amina.fills_in(view(RECORDS))
    amina.sends()
    amina.sees("You have sent 5 flags on this policy, the most that one person can send")
    amina.still_has(view(RECORDS))


def test_guests_are_turned_away(world: World, gus: Player) -> None:
    """Gus, a guest, can read the card; to speak he is told whom to ask."""
    gus.opens(CHANNEL)
    gus.sees("So far: no flags.", under=PERMIT)
    gus.presses("Give your view", under=PERMIT)
    gus.sees("Only members of the Department for Practice can send flags here. Ask whoever started the sandbox.")


def test_a_long_text_is_cut_in_a_list_and_can_be_read_whole(world: World, amina: Player, kezia: Player) -> None:
    """Kezia reads the beginning in the list, and the whole text when she asks for the rest."""
    ending = "and that is the end of it."
    gives_view(amina, view("Every council has its own contract. " * 20 + ending, known="Named"))
    kezia.opens(CHANNEL)
    kezia.presses("See flags", under=PERMIT)
    kezia.sees("Every council has its own contract.")
    kezia.sees_not(ending)
    kezia.presses("Read the rest")
    kezia.sees(ending)
