"""A text was reported: what records officers, the policy's owner and, where there is no officer, admins are told."""

from bot.interface.intents import ChooseOfficers, SeeReports
from bot.interface.parts import Card, FormButton, Heading, Paragraph
from bot.screens import invented
from bot.screens.phrases import short_title

_NOBODY = "Nobody is told who reported it."


def officer_told_card(title: str) -> Card:
    """For a records officer."""
    said = f"A text on {short_title(title)} was reported."
    return Card(
        (
            Heading("A text was reported", 1),
            Paragraph(f"{said} {_NOBODY} You are told once a day for each policy."),
            FormButton("See reported texts", SeeReports()),
        ),
        f"{said} A records officer decides about it.",
    )


def owner_told_card(title: str) -> Card:
    """For the policy's owner."""
    said = f"A text on {short_title(title)} was reported."
    return Card(
        (
            Heading("A text was reported", 1),
            Paragraph(f"{said} A records officer reads that one text, and decides whether it stays. {_NOBODY}"),
        ),
        said,
    )


def no_officer_card() -> Card:
    """For an admin."""
    said = "A text was reported, and there is no records officer who could read it."
    return Card(
        (
            Heading("There is no records officer", 1),
            Paragraph(f"{said} Name one: only a records officer can open a reported text and take it down."),
            FormButton("Choose officers", ChooseOfficers()),
        ),
        said,
    )


SCREEN = "text reported"
EXAMPLE = officer_told_card(invented.PERMIT.title)
STATES = {"policy owner": owner_told_card(invented.PERMIT.title), "no officer": no_officer_card()}
