"""An admin sets Deliverable up, and people read what was set where they need it."""

from __future__ import annotations

from tests.stories.platforms import also_played
from tests.stories.player import Player
from tests.stories.speaking import CHANNEL, CONTRACTS, PERMIT, gives_view, view
from tests.stories.world import World

LINES = "3. Set the lines people rely on. To do."
TIMES = "8. Set days and times. To do."


def settings(daniel: Player) -> None:
    """Open the settings from home."""
    daniel.opens("home")
    daniel.presses("Set up Deliverable")


@also_played("browser")
def test_people_read_the_lines_that_an_admin_wrote(world: World, amina: Player, daniel: Player) -> None:
    """Daniel forgets one line and is told which; then Amina reads his lines before she writes."""
    settings(daniel)
    daniel.presses("Fill in", under=LINES)
    daniel.fills_in(
        {
            "How sensitive text may be": "Nothing above OFFICIAL, and no names.",
            "Where to report wrongdoing": "the speak-up line",
            "Link to that": "http://example.org/speak-up",
            "Freedom of information contact": "foi@example.org",
            "How long backups of the end-months file are kept": "14",
        }
    )
    daniel.sends()
    daniel.sees("This should be the address of that route, starting with https://")
    daniel.still_has({"Where to report wrongdoing": "the speak-up line"})
    daniel.fills_in({"Link to that": "https://www.example.org/speak-up"})
    daniel.sends()
    daniel.sees("Settings saved.")
    settings(daniel)
    daniel.sees(LINES.replace("To do", "Done"))

    amina.opens(CHANNEL)
    amina.presses("Give your view", under=PERMIT)
    amina.sees("Nothing above OFFICIAL, and no names.")
    amina.presses("Read first")
    amina.sees("Nothing above OFFICIAL, and no names.", "To report wrongdoing, use the speak-up line.")


def test_days_and_times_are_saved_once_their_dates_were_seen(world: World, daniel: Player) -> None:
    """Daniel halves the time to answer, sees which dates come of it, and only then saves it."""
    settings(daniel)
    daniel.presses("Set", under=TIMES)
    daniel.fills_in({"Working days to answer": "5"})
    daniel.sends()
    daniel.sees("This is what would happen to a flag that nobody answers:")
    daniel.fills_in({"Are these dates right?": "Yes, save these days and times"})
    daniel.sends()
    daniel.sees("Settings saved.")
    settings(daniel)
    daniel.sees(TIMES.replace("To do", "Done"))


def test_a_test_message_shows_who_can_be_reached(world: World, helen: Player, daniel: Player) -> None:
    """Daniel names Helen as a policy owner; she gets a message, and he sees that it arrived."""
    settings(daniel)
    daniel.presses("Name", under="7. Name a policy owner, a delegate and a senior owner. To do.")
    daniel.fills_in({"Policy owner": "helen.marsh@example.org"})
    daniel.sends()
    daniel.sees("A test message goes to Helen Marsh.")
    world.a_moment_passes()
    helen.opens("inbox")
    helen.sees("This is a test message for you as a policy owner.", "Daniel Okoro is setting up Deliverable")
    settings(daniel)
    daniel.sees("1 of 1 test message arrived.")


def test_what_it_can_read_is_confirmed_once_it_was_read(world: World, daniel: Player) -> None:
    """Daniel reads what Deliverable can read, confirms it, and the step is done."""
    settings(daniel)
    daniel.presses("See permissions and why")
    daniel.sees("It does not read other messages, and it cannot: it does not ask for the permission.")
    daniel.presses("Confirm that I read it")
    daniel.sees("An admin has read this.")
    daniel.cannot_press("Confirm that I read it")
    settings(daniel)
    daniel.sees("1. Check what it can read. Done.")


def test_an_admin_has_digests_copied_to_a_channel(
    world: World, amina: Player, tomos: Player, helen: Player, daniel: Player
) -> None:
    """Daniel has digests copied to the channel. Helen reads who wrote a named flag; in the channel nobody does."""
    daniel.opens("home")
    daniel.presses("Change settings", under=CHANNEL)
    daniel.fills_in({"Copy digests to this channel?": "Yes"})
    daniel.sends()
    daniel.sees("Settings saved.")
    gives_view(tomos, view(CONTRACTS, known="Named"))
    world.time_moves_to_the_next_digest()
    helen.opens("inbox")
    helen.sees(CONTRACTS, "From: Tomos Rees, who chose to be named.")
    amina.opens(CHANNEL)
    amina.sees("1 flag needs an answer.", CONTRACTS, "From: someone who is named to the policy owner.")
    amina.sees_not("Tomos Rees")
    amina.cannot_press("Answer", "Download CSV")


def test_only_an_admin_is_asked_to_set_it_up(world: World, amina: Player, helen: Player) -> None:
    """Neither a member nor a policy owner is."""
    for each in (amina, helen):
        each.opens("home")
        each.cannot_press("Set up Deliverable")


@also_played("browser")
def test_the_whole_way_of_a_flag_can_be_practised(world: World, amina: Player, daniel: Player) -> None:
    """Daniel makes up a policy, flags it, reads the digest and answers it. Nobody sees any of it."""
    settings(daniel)
    daniel.presses("Start", under="9. Practise. To do.")
    daniel.sees("This is practice. Nothing that you type here is kept, and nobody else sees it.")
    daniel.fills_in({"Title": "Free ferries", "Summary": "No ferry costs anything from June."})
    daniel.sends()
    daniel.sees("a flag that is not named would be shown on")
    daniel.sends()
    daniel.is_told_what_lacks("Select who can know this is from you", "Enter why")
    daniel.still_has({"Title": "Free ferries", "Summary": "No ferry costs anything from June."})
    flag = view(CONTRACTS, "Begin in July.", verdict="Deliverable if…")
    daniel.fills_in(flag)
    daniel.sends()
    daniel.sees("1 flag needs your answer by", "Free ferries (1 flag to answer)", "Confidential.")
    daniel.still_has({"Title": "Free ferries", **flag})
    answer = {"What is your answer?": "We will change it", "Your answer": "We begin in July."}
    daniel.fills_in(answer)
    daniel.sends()
    daniel.sees("Enter a date after today")
    daniel.still_has({"Title": "Free ferries", **flag, **answer})
    daniel.fills_in({"By when?": "2027-03-31"})
    daniel.sends()
    daniel.sees("Nothing that you typed was kept.", "We will change it, by 31 March 2027.", "We begin in July.")
    daniel.presses("See settings")
    daniel.sees("9. Practise. Done.")
    world.time_moves_to_tomorrow_morning()
    amina.opens(CHANNEL)
    amina.sees_not("Free ferries", CONTRACTS)
