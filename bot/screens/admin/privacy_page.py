"""What a deployment keeps of people, for anyone who asks: the page that app stores and consent screens link to."""

from bot.interface import platforms
from bot.interface.parts import Card, Heading, Paragraph
from bot.interface.views import OrganisationView
from bot.screens import invented
from bot.screens.promises import OFFERED, meanings
from bot.screens.record import is_record


def privacy_page_card(organisation: OrganisationView, address: str) -> Card:
    """Who runs it, what is kept and for how long, and who can be asked. `address` is not shown."""
    o, chats = organisation, platforms.listed("and")
    said = f"What Deliverable keeps of people who work for {o.name}."
    return Card(
        (
            Heading("Privacy", 1),
            Paragraph(said),
            Paragraph(f"Run by {o.team}. Questions: {o.contact}. The key is held by {o.key_holder}."),
            Heading("What is kept"),
            Paragraph(
                "Of the members of each channel that Deliverable is in: their name, e-mail address and time zone, as "
                "the directory gives them, and whether they are a guest."
            ),
            Paragraph("What people write about a policy, and what is answered. It is encrypted in the database."),
            Paragraph("Who can know that a flag is from someone is their own choice:"),
            meanings(OFFERED),
            Heading("Where, and how long"),
            Paragraph("In one database of the organisation. Nothing is sent anywhere but to the chats in use."),
            Paragraph(
                "What its author withdraws goes at once, and so does what a records officer takes down. What was said "
                "about a policy is deleted in the night after it is closed for good."
            ),
            Paragraph(f"{chats} keep what is posted and typed there, whatever Deliverable does."),
            Heading("A record"),
            Paragraph(is_record(o)),
            *((Paragraph(f"Questions about this: {o.foi_contact}."),) if o.foi_contact else ()),
        ),
        said,
    )


SCREEN = "privacy page"
EXAMPLE = privacy_page_card(invented.ORGANISATION, "https://deliverable.example.org")
