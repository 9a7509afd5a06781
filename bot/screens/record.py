"""What people read before they type: what to write, what to leave out, and that it is a record."""

from dataclasses import replace

from bot.interface.intents import ReadFirst
from bot.interface.parts import Form, FormButton, Heading, Link, Paragraph, Part
from bot.interface.views import OrganisationView
from bot.screens import invented

LEAVE_OUT = "Leave out names, and anything only you or your team would know."
RELEASABLE = "It could be released under freedom of information law."


def is_record(organisation: OrganisationView) -> str:
    """That what people write is a record, and who holds it."""
    return f"What you write is a record held by {organisation.name}. {RELEASABLE}"


def before_you_write(organisation: OrganisationView) -> tuple[Part, ...]:
    """What comes above the first text question of a flag, in two lines, and a button to the rest."""
    record = f"It is a record held by {organisation.name} and could be released under freedom of information law."
    return (
        Paragraph(f"Say what it would take to deliver this. {LEAVE_OUT}"),
        Paragraph(f"{record} {organisation.handling}".rstrip()),
        FormButton("Read first", ReadFirst()),
    )


def read_first_form(organisation: OrganisationView) -> Form:
    """What else there is to read before one writes a flag."""
    return Form(
        title="Before you write",
        body=(
            Paragraph("Say what it would take to deliver this, not whether you agree with it."),
            Paragraph(LEAVE_OUT),
            *((Paragraph(organisation.handling),) if organisation.handling else ()),
            Heading("What you write is a record"),
            Paragraph(is_record(organisation)),
            *wrongdoing(organisation),
        ),
        close="Close",
    )


def wrongdoing(organisation: OrganisationView) -> tuple[Part, ...]:
    """Where to report wrongdoing instead of here."""
    route = organisation.wrongdoing or "your organisation's own route"
    line = Paragraph(f"To report wrongdoing, use {route}. This form is not for that.")
    if not organisation.wrongdoing_link:
        return (line,)
    return (line, Link("Read how to report wrongdoing", organisation.wrongdoing_link))


SCREEN = "read first"
EXAMPLE = read_first_form(replace(invented.ORGANISATION, handling="Mark what you write as OFFICIAL."))
