"""A test message to a person in a role, sent while an admin sets Deliverable up."""

from bot.interface.parts import Card, Heading, Paragraph
from bot.screens import labels
from storage import Role

_WHAT_COMES = {
    Role.OWNER: "A policy owner gets a digest only when there is something new or late, and answers in place.",
    Role.DELEGATE: "A delegate can answer flags too, and is told when the policy owner has not answered in time.",
    Role.SENIOR: "A senior owner is told when neither the policy owner nor the delegate has answered.",
}


def test_message_card(role: Role, named_by: str) -> Card:
    """For the person whom the admin `named_by` named for that role."""
    actor = labels.ROLES[role]
    said = f"This is a test message for you as a {actor}."
    return Card(
        (
            Heading(said, 1),
            Paragraph(f"{named_by} is setting up Deliverable and named you, to see that messages reach you."),
            Paragraph(
                "When a policy is announced, the people who would build it can say if it is deliverable and what "
                f"would make it so. {_WHAT_COMES[role]}"
            ),
            Paragraph("You are named again for each policy. You do not need to do anything now."),
        ),
        f"{said} You do not need to do anything now.",
    )


SCREEN = "test message"
EXAMPLE = test_message_card(Role.OWNER, "Sam Okoro")
STATES = {
    "delegate": test_message_card(Role.DELEGATE, "Sam Okoro"),
    "senior owner": test_message_card(Role.SENIOR, "Sam Okoro"),
}
