"""The terms on which people use a deployment: what belongs in a flag, and what does not."""

from bot.interface.parts import Card, Heading, Paragraph
from bot.interface.views import OrganisationView
from bot.screens import invented
from bot.screens.record import LEAVE_OUT, is_record, wrongdoing


def terms_page_card(organisation: OrganisationView, address: str) -> Card:
    """What to write, what to leave out, and that it is a record. `address` is not shown."""
    said = f"Deliverable is for people who work for {organisation.name}, in the course of their work."
    return Card(
        (
            Heading("Terms of use", 1),
            Paragraph(said),
            Paragraph("Say what it would take to deliver a policy, not whether you agree with it."),
            Paragraph(LEAVE_OUT),
            *((Paragraph(organisation.handling),) if organisation.handling else ()),
            Paragraph("Everyone on a policy sees what its owner answers, and who answered."),
            Paragraph(is_record(organisation)),
            *wrongdoing(organisation),
            Paragraph(f"Run by {organisation.team}. Questions: {organisation.contact}."),
            Paragraph("The program is free software under the MIT licence, and comes without a warranty."),
        ),
        said,
    )


SCREEN = "terms page"
EXAMPLE = terms_page_card(invented.ORGANISATION, "https://deliverable.example.org")
