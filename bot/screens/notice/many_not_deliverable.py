"""The notice that many flags call a policy not deliverable: once for each policy, about flags that are shown."""

from bot.calendar.dates import count
from bot.interface.intents import AnswerPolicy, SeeFlags
from bot.interface.parts import Card, FormButton, Notice, Paragraph
from bot.interface.views import PolicyView
from bot.screens import invented
from bot.screens.phrases import short_title
from storage import Verdict


def many_not_deliverable_card(policy: PolicyView) -> Card:
    """How many flags say so, and buttons to read and answer them before the next digest."""
    number = policy.tally.get(Verdict.NOT, 0)
    say = "says" if number == 1 else "say"
    said = f"{count(number, 'flag')} {say} that {short_title(policy.title)} is not deliverable as announced."
    more = (
        "They are shown to everyone on this policy. Your next digest has them with the rest. This message comes once."
    )
    buttons = (FormButton("See flags", SeeFlags(policy.id)), FormButton("Answer flags", AnswerPolicy(policy.id)))
    return Card((Notice(said), Paragraph(more), *buttons), said)


SCREEN = "many say not deliverable"
EXAMPLE = many_not_deliverable_card(invented.PERMIT)
