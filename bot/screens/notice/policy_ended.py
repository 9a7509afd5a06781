"""What replaces a message about a policy that is over, where a platform cannot delete it."""

from bot.interface.parts import Card, Paragraph

SCREEN = "policy-ended"
ENDED = "This was about a policy that is over. What was said about it is deleted."


def policy_ended_card() -> Card:
    """Says that it is over; there is nothing to press."""
    return Card((Paragraph(ENDED),), ENDED)


EXAMPLE = policy_ended_card()
