"""How to install the app for people on Teams, which it needs to message them: a private view for admins."""

from bot.interface.parts import Form, Heading, Paragraph
from bot.screens.phrases import AGAIN


def install_for_people_form() -> Form:
    """For many people at once, for a team, and for one person."""
    return Form(
        "Install it for people",
        (
            Paragraph("Teams lets an app write to people once it is installed for them or in a team that they are in."),
            Heading("For many people at once"),
            Paragraph(
                "In the Teams admin centre, open Teams apps, then Setup policies. Open the setup policy that these "
                "people have, and add the app to its installed apps. It reaches people within a day."
            ),
            Heading("For everyone in a team"),
            Paragraph("In Teams, open Apps, find the app, choose Add to a team, and choose a team that they are in."),
            Heading("For one person"),
            Paragraph("They open Apps in Teams, find the app, and choose Add."),
            Heading("Then"),
            Paragraph(AGAIN),
        ),
        close="Close",
    )


SCREEN = "install for people"
EXAMPLE = install_for_people_form()
