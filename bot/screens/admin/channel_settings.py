"""The settings of a channel, for an admin."""

from collections.abc import Mapping
from uuid import UUID

from bot.interface.intents import ChannelSettings
from bot.interface.parts import ChoiceQuestion, Form, Heading, Option, TextQuestion
from bot.screens import labels
from bot.screens.form_values import Answers, chosen, typed
from bot.screens.promises import OFFERED
from bot.screens.yes_or_no import yes_no_question

SWITCHES = ("guests", "reactions", "digests")
"""The questions that are answered by `yes` or `no`."""


def channel_settings_form(
    channel: UUID,
    name: str,
    *,
    answers: Answers,
    problems: Mapping[str, str],
    nonce: str,
) -> Form:
    """Asks for promises, `yes` or `no` for each switch, and the floor, a whole number; `answers` holds what is set."""
    return Form(
        title="Channel settings",
        body=(
            Heading(name),
            promises_question(answers),
            yes_no_question("guests", "Can guests send flags?", "They can then read flags too.", answers),
            yes_no_question(
                "reactions",
                "Answer reactions to a card?",
                "A reaction is public. Where this is on, only the person who reacted is shown the way to the form. "
                "Reactions are never counted as flags.",
                answers,
            ),
            yes_no_question(
                "digests",
                "Copy digests to this channel?",
                "For policies whose card is here: the same flags as in the policy owner's digest, without any "
                "name of who wrote them. Everyone in the channel can read it, guests too.",
                answers,
            ),
            TextQuestion(
                "floor",
                "Smallest group",
                hint="For every channel. In a channel with fewer members than this, the form warns first.",
                value=typed(answers, "floor"),
                limit=5,
            ),
        ),
        intent=ChannelSettings(channel),
        send="Save settings",
        nonce=nonce,
        problems=problems,
    )


def promises_question(answers: Answers) -> ChoiceQuestion:
    """Asks which promises the flag form offers."""
    options = tuple(Option(each.value, f"{labels.PROMISES[each]}: {labels.PROMISES_MEAN[each]}") for each in OFFERED)
    return ChoiceQuestion(
        "promises",
        "What the form offers",
        options,
        hint="You cannot weaken this later for flags that exist.",
        values=chosen(answers, "promises", options),
        several=True,
    )


SCREEN = "channel settings"
EXAMPLE = channel_settings_form(
    UUID(int=51),
    "delivery-community",
    answers={
        "promises": ("confidential", "named"),
        "guests": ("no",),
        "reactions": ("no",),
        "digests": ("yes",),
        "floor": ("5",),
    },
    problems={},
    nonce="invented",
)
