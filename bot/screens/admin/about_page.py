"""The first page at the address of a deployment: what it is, who runs it, and the pages that belong to it."""

from bot.interface import platforms
from bot.interface.parts import Card, Heading, Link, Paragraph
from bot.interface.views import OrganisationView
from bot.screens import invented

_SAID = "Say whether an announced policy is deliverable and, if not, what would make it so."


def about_page_card(organisation: OrganisationView, address: str) -> Card:
    """`address` is where people reach the pages, without a slash at the end."""
    where = platforms.listed("or")
    return Card(
        (
            Heading("Deliverable", 1),
            Paragraph(f"{_SAID} It is for people who work for {organisation.name}, and is used in {where}, not here."),
            Paragraph(f"Run by {organisation.team}. Questions: {organisation.contact}."),
            Link("Read what is kept", f"{address}/privacy"),
            Link("Read the terms of use", f"{address}/terms"),
        ),
        _SAID,
    )


SCREEN = "about page"
EXAMPLE = about_page_card(invented.ORGANISATION, "https://deliverable.example.org")
