"""The answer to a person on no roster: the bot knows only the members of the channels that it is in."""

from bot.interface.parts import Card, Notice

NOT_MET = (
    "I do not know you here yet. I know the members of the channels that I am in: "
    "ask in one of them, or have me added to yours."
)


def not_met_card() -> Card:
    """That they are not known, and what to do about it."""
    return Card((Notice(NOT_MET),), NOT_MET)


SCREEN = "not met"
EXAMPLE = not_met_card()
