"""Naming a policy owner, a delegate and a senior owner to test that a message reaches each of them."""

from collections.abc import Mapping

from bot.calendar.dates import listed
from bot.interface.intents import TryPeople
from bot.interface.parts import Form, Notice, Paragraph, PersonQuestion
from bot.interface.views import Reachability, SetUpView
from bot.screens.admin.checklist import EXAMPLE_VIEW, tested_people
from bot.screens.form_values import Answers, typed
from bot.screens.notice.not_reached import show_how, why_not
from bot.screens.refusals import NOT_MET
from storage import Role

_ASKED = (
    (Role.OWNER, "Policy owner", "Gets the digest and answers the flags."),
    (Role.DELEGATE, "Delegate", "Can answer too, and is told when an answer is late."),
    (Role.SENIOR, "Senior owner", "Is told when nobody has answered for longer."),
)


def try_people_form(view: SetUpView, *, answers: Answers, problems: Mapping[str, str], nonce: str) -> Form:
    """Whom to send a test message, and whether the earlier ones arrived."""
    return Form(
        title="Name three people",
        body=(
            Paragraph("Each gets a test message that says who named them and why. Nothing else happens."),
            *tested_people(view),
            *(
                PersonQuestion(
                    role.value, label, hint, value=typed(answers, role.value), optional=role is not Role.OWNER
                )
                for role, label, hint in _ASKED
            ),
            Paragraph("You name these people again each time you announce a policy."),
        ),
        intent=TryPeople(),
        send="Send test messages",
        nonce=nonce,
        problems=problems,
    )


def people_tried_form(names: tuple[str, ...], unreached: tuple[tuple[str, Reachability], ...] = ()) -> Form:
    """The test messages are on their way; `unreached` names the people whom none has reached so far."""
    return Form(
        "Test messages",
        (
            Notice(f"A test message goes to {listed(names)}."),
            *(Notice(why_not(*each)) for each in unreached),
            *show_how(*(reach for _, reach in unreached)),
            Paragraph("Settings say whether it arrived. Look in a minute."),
        ),
        close="Done",
    )


SCREEN = "try people"
EXAMPLE = try_people_form(EXAMPLE_VIEW, answers={}, problems={}, nonce="invented")
STATES = {
    "on their way": people_tried_form(("Priya Nair", "Tom Adeyemi", "Helen Marsh")),
    "on their way, one not reached so far": people_tried_form(
        ("Priya Nair", "Tom Adeyemi"), (("Tom Adeyemi", Reachability.NOT_INSTALLED),)
    ),
    "refused": try_people_form(
        EXAMPLE_VIEW,
        answers={"owner": ("priya.nair@example.org",)},
        problems={"owner": NOT_MET},
        nonce="invented",
    ),
}
