"""The messages of `doctor --live`: one in a channel, which is changed, and one to an admin. Both are deleted again."""

from bot.interface.intents import SeePermissions
from bot.interface.parts import Card, FormButton, Heading, Paragraph

OPEN_A_FORM = "Open a form"


def channel_card(*, changed: bool) -> Card:
    """For the channel, as it is posted and then as it is changed."""
    state = "This message was changed." if changed else "This message was posted."
    title = "A check of Deliverable"
    return Card(
        (
            Heading(title, 1),
            Paragraph(f"{state} Whoever runs Deliverable is seeing that it works here. It is deleted in a moment."),
        ),
        f"{title}. You do not need to do anything.",
    )


def admin_card() -> Card:
    """For an admin, who opens a form from it."""
    title = "A check of Deliverable"
    return Card(
        (
            Heading(title, 1),
            Paragraph("Whoever runs Deliverable asks you to see that forms open. This message is deleted afterwards."),
            FormButton(OPEN_A_FORM, SeePermissions()),
        ),
        f"{title}. Open a form from this message.",
    )


SCREEN = "live check"
EXAMPLE = channel_card(changed=False)
STATES = {"changed": channel_card(changed=True), "for an admin": admin_card()}
