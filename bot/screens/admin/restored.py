"""A database that was restored from a backup: what an admin sees on the home, and the form that lets things go on."""

from bot.interface.intents import ConfirmRestore
from bot.interface.parts import Button, Form, FormButton, Heading, Notice, Paragraph, Part

_TITLE = "Restored from a backup"
HELD = "Deliverable was restored from a backup. Nothing is released or sent until an admin confirms."
HOW_TO_CONFIRM = "Confirm on the home of the app, or with `python -m bot restored --confirm`."
"""For operators, after `HELD`."""


def restored_line(*, held: bool) -> tuple[Part, ...]:
    """For an admin's home: that everything is held, and a button to the form; nothing where it is not."""
    if not held:
        return ()
    goes_on = "People can go on to flag and to answer. What they write is kept, and shown after that."
    return (Heading(_TITLE), Notice(HELD), Paragraph(goes_on), FormButton("Check and confirm", ConfirmRestore()))


def confirm_restore_form(*, held: bool) -> Form:
    """What happens when an admin confirms, and the button that does it."""
    if not held:
        return Form(_TITLE, (Paragraph("Nothing waits to be confirmed."),), close="Close")
    return Form(
        _TITLE,
        (
            Notice(HELD),
            Heading("When you confirm"),
            Paragraph("Cards that stand in channels are brought up to date where they are. None is posted again."),
            Paragraph(
                "Each message that may have been sent since the backup is looked up first. One that is found is not "
                "sent again. Teams cannot look: there it waits half an hour for someone to open the older one."
            ),
            Paragraph(
                "Flags that waited for their release are shown on the next release day. What was sent to us since the "
                "backup is lost: tell people."
            ),
            Button("Confirm the restore", ConfirmRestore()),
        ),
        close="Close",
    )


def restore_confirmed_form() -> Form:
    """The restore is confirmed."""
    return Form(_TITLE, (Paragraph("Confirmed. Messages are sent again within a minute."),), close="Close")


SCREEN = "restored"
EXAMPLE = confirm_restore_form(held=True)
STATES = {"nothing held": confirm_restore_form(held=False), "confirmed": restore_confirmed_form()}
