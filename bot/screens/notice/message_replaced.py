"""What replaces the older copy of a message that was sent twice."""

from bot.interface.parts import Card, Paragraph

SCREEN = "message-replaced"
REPLACED = "This message was sent a second time. Use the newer one: this copy is not kept up to date."


def message_replaced_card() -> Card:
    """Points to the newer copy; there is nothing to press."""
    return Card((Paragraph(REPLACED),), REPLACED)


EXAMPLE = message_replaced_card()
