"""What each promise means. These sentences bind the code: each is shown only where the code makes it true."""

from collections.abc import Sequence
from datetime import date

from bot.calendar.dates import short_date
from bot.interface.parts import Facts, Paragraph
from bot.interface.views import EndsView
from bot.screens import labels
from storage import Promise

NAMED_TO = "Only the policy owner, their delegate and, once told, the senior owner see your name."

NEVER_THAT_DAY = "Confidential flags are never shown on the day you write them."

MEANING = {
    Promise.CONFIDENTIAL: (
        "We show your name to nobody. Someone who holds our database and both our keys could work it out until {day}. "
        "After that nobody can, and My flags no longer lists it."
    ),
    Promise.NAMED: (
        "The policy owner and their delegate see your name, and so does the senior owner once told that there is "
        "no answer; everyone else sees your flag without it."
    ),
}


OFFERED = tuple(MEANING)
"""The promises that a channel can offer, in the order in which the form shows them."""


EACH_FORM = "the day that the form names"
"""The authors' day, where it is not about one policy."""


def meanings(offers: Sequence[Promise], authors_day: date | None = None) -> Facts:
    """What each of these promises means, in the order given; on a policy, with its authors' day."""
    day = short_date(authors_day) if authors_day else EACH_FORM
    return Facts(tuple((labels.PROMISES[each], MEANING[each].format(day=day)) for each in offers))


def authors_line(ends: EndsView) -> tuple[Paragraph, ...]:
    """That nobody can link flags on a policy to people any more, once that is so."""
    if not ends.authors_ended:
        return ()
    day = short_date(ends.authors_day)
    gone = f"The key that linked flags on this policy to people is destroyed, and its last copies are by {day}."
    return (Paragraph(f"{gone} So My flags cannot list yours, unless you sent them as Named."),)


def hold_line(held_on: date | None) -> tuple[Paragraph, ...]:
    """That a policy is on legal hold, where it is."""
    if held_on is None:
        return ()
    said = f"This policy is on legal hold since {short_date(held_on)}: its texts are kept until the hold is lifted."
    return (Paragraph(f"{said} The day after which nobody can link flags to people does not move."),)
