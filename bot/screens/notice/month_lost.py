"""What owners and admins are told when the line of a month has gone from the end-months file too early."""

from bot.interface.parts import Card, Notice, Paragraph
from bot.screens.phrases import short_title

SCREEN = "month-lost"
MOST = 20
"""How many policies are named."""


def month_lost_card(titles: tuple[str, ...]) -> Card:
    """`titles` are those of the policies."""
    named = "; ".join(short_title(each) for each in titles)
    said = f"A key of these policies is missing, before its time: {named}."
    closed = "What was written there cannot be opened, or its authors cannot be found, and nothing can be added."
    put_back = (
        "The end-months file lacks a month. If its line was removed by mistake, put the file back from a copy: "
        "then all of it opens again."
    )
    return Card((Notice(said), Paragraph(closed), Paragraph(put_back)), said)


EXAMPLE = month_lost_card(("Digital permits by April 2027",))
STATES = {"several": month_lost_card(("Digital permits by April 2027", "One register of firms"))}
