"""What each promise means. These sentences bind the code: each is shown only where the code makes it true."""

from collections.abc import Sequence

from bot.interface.parts import Facts
from bot.screens import labels
from storage import Promise

UNTIL_CLOSED_FOR_GOOD = "until this policy is closed for good. No date is set yet"

NAMED_TO = "Only the policy owner, their delegate and, once told, the senior owner see your name."

NEVER_THAT_DAY = "Confidential flags are never shown on the day you write them."

MEANING = {
    Promise.CONFIDENTIAL: (
        "We show your name to nobody, but someone who holds both our database and our key could work it out "
        f"{UNTIL_CLOSED_FOR_GOOD}."
    ),
    Promise.NAMED: (
        "The policy owner and their delegate see your name, and so does the senior owner once told that there is "
        "no answer; everyone else sees your flag without it."
    ),
}


OFFERED = tuple(MEANING)
"""The promises that a channel can offer, in the order in which the form shows them."""


def meanings(offers: Sequence[Promise]) -> Facts:
    """What each of these promises means, in the order given."""
    return Facts(tuple((labels.PROMISES[each], MEANING[each]) for each in offers))
