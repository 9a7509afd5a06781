"""What people read before they type: what to write, what to leave out, and that it is a record."""

from bot.interface.parts import Heading, Link, Paragraph, Part
from bot.interface.views import OrganisationView

LEAVE_OUT = "Leave out names, and anything only you or your team would know."
RELEASABLE = "It could be released under freedom of information law."


def is_record(organisation: OrganisationView) -> str:
    """That what people write is a record, and who holds it."""
    return f"What you write is a record held by {organisation.name}. {RELEASABLE}"


def before_you_write(organisation: OrganisationView) -> tuple[Part, ...]:
    """What comes above the first text question of a flag."""
    return (
        Heading("Before you write"),
        Paragraph("Say what it would take to deliver this, not whether you agree with it."),
        Paragraph(LEAVE_OUT),
        *((Paragraph(organisation.handling),) if organisation.handling else ()),
        Paragraph(is_record(organisation)),
        *wrongdoing(organisation),
    )


def wrongdoing(organisation: OrganisationView) -> tuple[Part, ...]:
    """Where to report wrongdoing instead of here."""
    route = organisation.wrongdoing or "your organisation's own route"
    line = Paragraph(f"To report wrongdoing, use {route}. This form is not for that.")
    if not organisation.wrongdoing_link:
        return (line,)
    return (line, Link("Read how to report wrongdoing", organisation.wrongdoing_link))
