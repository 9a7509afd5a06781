"""What admins are told when some lines of a channel's roster cannot be stored, so that those people are not known."""

from bot.interface.parts import Card, Notice, Paragraph

SCREEN = "lines-left-out"


def lines_left_out_card(channel: str) -> Card:
    """`channel` is the name of the channel."""
    said = f"Someone in {channel} is left out, because their line in the channel's roster cannot be stored."
    why = (
        "Their name, address or id holds a character that no database takes. They are not known here and cannot send "
        "flags. Ask whoever looks after the directory to enter the name again. Everyone else is known."
    )
    return Card((Notice(said), Paragraph(why)), said)


EXAMPLE = lines_left_out_card("delivery-community")
