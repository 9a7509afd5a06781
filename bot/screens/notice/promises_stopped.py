"""What everyone is told when a policy ends before what was promised on it: that nobody is asked about that any more."""

from bot.calendar.dates import count
from bot.interface.parts import Card, Notice, Paragraph
from bot.screens import invented
from bot.screens.phrases import are, short_title


def promises_stopped_card(title: str, promises: int) -> Card:
    """`promises` is how many on the policy were stopped."""
    them = "it was" if promises == 1 else "they were"
    what = f"{count(promises, 'promise')} on {short_title(title)} {are(promises)}"
    said = f"{what} stopped, without a word whether {them} kept."
    why = "The policy is closed for good or was withdrawn, so nobody is asked any more what became of it."
    return Card((Notice(said), Paragraph(why)), said)


SCREEN = "promises stopped"
EXAMPLE = promises_stopped_card(invented.PERMIT.title, 1)
STATES = {"several": promises_stopped_card(invented.PERMIT.title, 3)}
