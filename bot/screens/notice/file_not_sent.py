"""A file that a person asked for could not be sent to them."""

from bot.interface.parts import Card, Notice

FILE_NOT_SENT = "The file could not be sent to you. Ask for it again in a few minutes."


def file_not_sent_card() -> Card:
    """That the file was not sent, and what to do."""
    return Card((Notice(FILE_NOT_SENT),), FILE_NOT_SENT)


SCREEN = "file not sent"
EXAMPLE = file_not_sent_card()
