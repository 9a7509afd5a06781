"""What Deliverable can read on a platform, and why: a private view for admins."""

from bot.interface.intents import SeePermissions
from bot.interface.parts import Button, Facts, Form, Heading, Paragraph, Part

READS = (
    ("What people send it", "Forms, buttons, and what is typed to it, which it does not keep"),
    ("A message, when asked", "Only the one on which someone chooses 'Ask if deliverable', to begin an announcement"),
    (
        "The members of its channels",
        "Name, e-mail address, time zone and whether a guest: to know people again on another platform",
    ),
    ("Its conversation with a person", "To make sure that nothing arrives twice. What is typed there is not kept"),
    ("Whether its own cards are still there", "So that it does not post one twice"),
    ("Links to its own pages", "To show the policy's card below them, where it has a public address"),
    ("Reactions in its channels", "It ignores them unless you turn on answers to reactions. It keeps none"),
)
DOES_NOT = "It does not read other messages, and it cannot: it does not ask for the permission."


def permissions_form(*, read: bool) -> Form:
    """What it reads and what it does not; `read` is set once an admin has confirmed that they read this."""
    done: tuple[Part, ...] = (Paragraph("An admin has read this."),)
    ask: tuple[Part, ...] = (Button("Confirm that I read it", SeePermissions()),)
    return Form(
        "What it can read",
        (
            Heading("What it reads, and why"),
            Facts(READS),
            Paragraph(DOES_NOT),
            Heading("What it does"),
            Paragraph(
                "It posts and updates its own cards, messages people who were named or who asked, and opens forms. "
                "The permissions are listed one by one in the app's manifest, where your platform shows them."
            ),
            *(done if read else ask),
        ),
        close="Close",
    )


SCREEN = "permissions"
EXAMPLE = permissions_form(read=False)
STATES = {"read": permissions_form(read=True)}
