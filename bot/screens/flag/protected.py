"""How people are protected, and what we cannot protect them from."""

from datetime import date

from bot.interface.parts import Form, Heading, Paragraph
from bot.interface.views import OrganisationView, ReadersView
from bot.screens import invented
from bot.screens.promises import NOBODY, OFFERED, meanings, never_that_day
from bot.screens.record import is_record, wrongdoing

DAY_TELLS = (
    "Everyone sees the day on which a flag is shown, so they know that it was written on one of the days before. "
    "Someone who knows who wrote on this policy then can guess which flag is whose. If only one person did, the guess "
    "is right."
)


def protected_form(
    organisation: OrganisationView,
    platform_name: str,
    authors_day: date | None = None,
    readers: ReadersView = NOBODY,
) -> Form:
    """Who runs this and holds the key, what each promise means, and its limits. `platform_name` may be empty.

    `authors_day` is that of the policy, if it was asked from one, and `readers` are whom *Named* names on it.
    """
    o = organisation
    watched = f"your device or of {platform_name}" if platform_name else "your device"
    return Form(
        title="How you are protected",
        body=(
            Paragraph(f"Run by {o.team}. Questions: {o.contact}. The key is held by {o.key_holder}."),
            Heading("What you can choose"),
            meanings(OFFERED, authors_day, readers, platform_name=platform_name),
            Paragraph("'I see this too' is always confidential."),
            Heading("What we do"),
            Paragraph(
                "We never log or export who sent a confidential or detached flag. "
                "Policy owners and admins have no screen that shows it."
            ),
            Paragraph(
                "We send no private message about a confidential or detached flag, because messages can be searched by "
                "others."
            ),
            Paragraph(never_that_day(o.release_days)),
            Paragraph(
                "The code of a detached flag is the only way back to it. Nobody can get it back for you, and we do not "
                "record who used it."
            ),
            Heading("What we cannot do"),
            Paragraph(
                "We cannot protect you from your own words, from someone looking at your screen, "
                f"or from monitoring of {watched} by your organisation."
            ),
            Paragraph(DAY_TELLS),
            Paragraph("Reactions are public: everyone in the channel sees who reacted."),
            Heading("What you write is a record"),
            Paragraph(is_record(o)),
            *((Paragraph(f"Questions about this: {o.foi_contact}."),) if o.foi_contact else ()),
            *wrongdoing(o),
        ),
        close="Close",
    )


SCREEN = "how you are protected"
EXAMPLE = protected_form(invented.ORGANISATION, "Slack")
