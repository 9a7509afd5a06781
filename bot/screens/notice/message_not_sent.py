"""Dead letters, as admins are told of them: one message about all that have gathered."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from bot.calendar.dates import count, long_date
from bot.interface.intents import SeeNotSent
from bot.interface.parts import Card, FormButton, Heading, Notice, Paragraph, Part
from bot.interface.ports import NOT_INSTALLED
from bot.interface.views import Reachability
from bot.screens import invented, labels
from bot.screens.notice.not_reached import show_how, why_not
from bot.screens.phrases import AGAIN, first_large, sentences

SCREEN = "message-not-sent"
SHOWN = 10
_CALLED = {
    "policy-card": "the card of an announced policy",
    "owner-named": "the first message to a policy owner",
    "digest": "a digest",
    "policy-ended": "the withdrawal of a message about a policy that is over",
    "answer-notice": "an answer under a card",
}


@dataclass(frozen=True)
class DeadLetterView:
    """A delivery that was given up, or whose arrival is unconfirmed.

    `screen` says what it shows. `name` is that of the channel or, for a `direct` message to a policy owner, of the
    owner. `on` is the organisation's day of the last attempt; `reason` is our own word or the platform's error code.
    """

    delivery: UUID
    screen: str
    given_up: bool
    platform: str
    name: str
    direct: bool
    reason: str
    on: date


def message_not_sent_card(dead_letters: tuple[DeadLetterView, ...], to_send: int = 0) -> Card:
    """What could not be sent, where to, and why; where none is left, that every message has arrived.

    `to_send` is how many of them are being sent again.
    """
    if not dead_letters:
        said = none_given_up(to_send) if to_send else ARRIVED
        return Card((Notice(said),), said)
    said = could_not_be_sent(len(dead_letters))
    shown = (Paragraph(told(each)) for each in dead_letters[:SHOWN])
    return Card((Heading(said, 1), *shown, *_more(len(dead_letters) - SHOWN), *what_to_do(dead_letters)), said)


def could_not_be_sent(number: int) -> str:
    """How many messages could not be sent, as a sentence."""
    return f"{count(number, 'message')} could not be sent."


def what_to_do(dead_letters: tuple[DeadLetterView, ...]) -> tuple[Part, ...]:
    """What an admin can do about messages that could not be sent."""
    return (*_show_how_button(dead_letters), *map(Paragraph, _what_next(dead_letters)))


def _more(rest: int) -> tuple[Part, ...]:
    if rest <= 0:
        return ()
    said = f"There {'is' if rest == 1 else 'are'} {count(rest, 'more message')}."
    return (Paragraph(said), FormButton("See messages not sent", SeeNotSent()))


def _what_next(dead_letters: tuple[DeadLetterView, ...]) -> tuple[str, ...]:
    """What becomes of what the messages say, and what can be done. Only what is true of those given."""
    lines = []
    if any(each.screen == "digest" for each in dead_letters):
        lines.append("What a digest holds is not lost: it is news again for the next one.")
    if any(each.direct for each in dead_letters):
        lines.append("Sent again, a message to a person goes to the first of their accounts that takes messages then.")
    return (*lines, AGAIN)


def _show_how_button(dead_letters: tuple[DeadLetterView, ...]) -> tuple[FormButton, ...]:
    return show_how(*(Reachability.NOT_INSTALLED for each in dead_letters if each.reason == NOT_INSTALLED))


def told(dead_letters: DeadLetterView) -> str:
    """One message in one line. It may name a policy owner, and never the author of a flag."""
    what = _CALLED.get(dead_letters.screen, "a message")
    where = f"{what} {'for' if dead_letters.direct else 'in'} {dead_letters.name}" if dead_letters.name else what
    if dead_letters.reason == NOT_INSTALLED and dead_letters.direct and dead_letters.name:
        return why_not(dead_letters.name, Reachability.NOT_INSTALLED)
    return sentences(
        first_large(f"{where} on {labels.platform(dead_letters.platform)}"),
        f"Tried for the last time on {long_date(dead_letters.on)}",
        f"Reason: {dead_letters.reason}" if dead_letters.reason else "",
    )


def dead_letter_lines(dead_letters: tuple[DeadLetterView, ...], to_send: int = 0) -> tuple[str, ...]:
    """For the command line: one line for each message, with its id, then how many are still to be sent.

    If there are neither, one line says that every message has arrived.
    """
    lines = tuple(f"{each.delivery}  {_outcome(each)}. {told(each)}" for each in dead_letters)
    still = none_given_up(to_send) if not lines else _still_to_send(to_send)
    return (*lines, still) if to_send else lines or (ARRIVED,)


def none_given_up(to_send: int) -> str:
    """That no message was given up, while some are still to be sent."""
    return f"No message was given up. {_still_to_send(to_send)}"


def _still_to_send(number: int) -> str:
    return f"{count(number, 'message')} {'is' if number == 1 else 'are'} still to be sent."


def _outcome(dead_letters: DeadLetterView) -> str:
    return "Given up" if dead_letters.given_up else "It may have arrived"


ARRIVED = "Every message has now arrived."
_UNSENT = DeadLetterView(
    delivery=invented.numbered(61),
    screen="digest",
    given_up=True,
    platform="teams",
    name="Priya Raman",
    direct=True,
    reason="ConversationBlockedByUser",
    on=date(2026, 12, 9),
)
EXAMPLE = message_not_sent_card((_UNSENT,))
STATES = {
    "several": message_not_sent_card(
        (
            _UNSENT,
            replace(_UNSENT, screen="policy-card", direct=False, name="delivery", reason="is_archived"),
            *[replace(_UNSENT, screen="answer-message", name="", reason="timed out")] * 10,
        )
    ),
    "not installed for someone": message_not_sent_card((replace(_UNSENT, reason=NOT_INSTALLED),)),
    "sent since": message_not_sent_card(()),
    "being sent again": message_not_sent_card((), 2),
}
