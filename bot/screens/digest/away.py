"""Being away: the form with days and a stand-in, its confirmation, and what the stand-in is told."""

from collections.abc import Mapping
from datetime import date

from bot.calendar.dates import long_date
from bot.interface.intents import Away, MyPolicies
from bot.interface.parts import Card, DateQuestion, Form, FormButton, Notice, Paragraph, PersonQuestion
from bot.screens.form_values import Answers, typed


def away_form(*, answers: Answers, problems: Mapping[str, str], nonce: str) -> Form:
    """Asks for the days and who stands in; `answers` holds what is set."""
    return Form(
        title="When you are away",
        body=(
            Paragraph("Your digests and reminders go to the person who stands in. They can answer as a delegate does."),
            Notice("They see flags without the names of people, unless they are the delegate of that policy anyway."),
            Paragraph("Answer dates stay as they are. Leave all three empty if you are not away after all."),
            DateQuestion(
                "first_day", "First day away", value=typed(answers, "first_day"), optional=True, conditional=True
            ),
            DateQuestion(
                "last_day", "Last day away", value=typed(answers, "last_day"), optional=True, conditional=True
            ),
            PersonQuestion(
                "stand_in",
                "Who stands in?",
                hint="They are told now.",
                value=typed(answers, "stand_in"),
                optional=True,
                conditional=True,
            ),
        ),
        intent=Away(),
        send="Save days",
        nonce=nonce,
        problems=problems,
    )


def away_saved_form(name: str, first_day: date, last_day: date) -> Form:
    """Who stands in, and when."""
    when = f"from {long_date(first_day)} to {long_date(last_day)}"
    return Form("Days saved", (Notice(f"{name} stands in for you {when}. They are told now."),), close="Done")


def not_away_form() -> Form:
    """Nobody stands in."""
    return Form("Days saved", (Notice("You are not away. Your digests and reminders come to you."),), close="Done")


def stands_in_card(name: str, first_day: date, last_day: date) -> Card:
    """For the person who stands in for `name`."""
    when = f"from {long_date(first_day)} to {long_date(last_day)}"
    said = f"{name} is away {when} and named you to stand in."
    more = (
        "Digests and reminders about their policies come to you meanwhile. You can answer as a delegate does: "
        "everyone on the policy sees your answer and your name."
    )
    return Card((Notice(said), Paragraph(more), FormButton("See my policies", MyPolicies())), said)


def not_standing_in_card(name: str) -> Card:
    """For the same person, once `name` is not away after all or has named someone else."""
    said = f"You do not need to stand in for {name}."
    return Card((Notice(said),), said)


_DAYS = (date(2026, 12, 21), date(2027, 1, 8))

SCREEN = "away"
EXAMPLE = away_form(answers={}, problems={}, nonce="invented")
STATES = {
    "set before": away_form(
        answers={"first_day": ("2026-12-21",), "last_day": ("2027-01-08",), "stand_in": ("tom.adeyemi@example.org",)},
        problems={},
        nonce="invented",
    ),
    "saved": away_saved_form("Tom Adeyemi", *_DAYS),
    "not away": not_away_form(),
    "to the stand-in": stands_in_card("Priya Nair", *_DAYS),
    "to the former stand-in": not_standing_in_card("Priya Nair"),
}
