"""What admins are told when some entries in a channel's list of members cannot be stored."""

from bot.interface.parts import Card, Notice, Paragraph

SCREEN = "lines-left-out"


def lines_left_out_card(channel: str) -> Card:
    """`channel` is the name of the channel."""
    said = f"Someone in {channel} is left out, because their entry in its list of members cannot be stored."
    why = (
        "Their name, address or id holds a character that cannot be stored. They are not known here and cannot send "
        "flags. Ask the people who look after the directory to enter it again. Everyone else is known."
    )
    return Card((Notice(said), Paragraph(why)), said)


EXAMPLE = lines_left_out_card("delivery-community")
