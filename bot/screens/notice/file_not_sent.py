"""What is said when a file that somebody asked for could not be brought to them."""

from bot.interface.parts import Card, Notice

FILE_NOT_SENT = "The file could not be sent to you. Ask for it again in a few minutes."


def file_not_sent_card() -> Card:
    """That it did not come, and what to do."""
    return Card((Notice(FILE_NOT_SENT),), FILE_NOT_SENT)


SCREEN = "file not sent"
EXAMPLE = file_not_sent_card()
