"""The settings of a channel, for an admin."""

from collections.abc import Mapping
from uuid import UUID

from bot.intents import ChannelSettings
from bot.parts import ChoiceQuestion, Form, Heading, Option, Paragraph, TextQuestion
from bot.words import labels
from bot.words.kept import Answers, chosen, typed
from storage import Promise

_YES_NO = (Option("no", "No"), Option("yes", "Yes"))
_OFFERED = (Promise.CONFIDENTIAL, Promise.NAMED)


def channel_settings_form(
    channel: UUID,
    name: str,
    *,
    answers: Answers,
    problems: Mapping[str, str],
    nonce: str,
) -> Form:
    """The settings as they are in `answers`: promises, guests (`yes` or `no`) and floor, a whole number."""
    promises = tuple(Option(each.value, f"{labels.PROMISES[each]}: {labels.PROMISES_MEAN[each]}") for each in _OFFERED)
    return Form(
        title="Channel settings",
        body=(
            Heading(name),
            ChoiceQuestion(
                "promises",
                "What the form offers",
                promises,
                hint="You cannot weaken this later for flags that exist.",
                values=chosen(answers, "promises", promises),
                several=True,
            ),
            ChoiceQuestion("guests", "Can guests send flags?", _YES_NO, values=chosen(answers, "guests", _YES_NO)),
            TextQuestion(
                "floor",
                "Smallest group",
                hint="For every channel. In a channel with fewer members than this, the form warns first.",
                value=typed(answers, "floor"),
                limit=5,
            ),
            Paragraph("Reactions: off. They are public, so they are not counted as flags."),
        ),
        intent=ChannelSettings(channel),
        send="Save settings",
        nonce=nonce,
        problems=problems,
    )


SCREEN = "channel settings"
EXAMPLE = channel_settings_form(
    UUID(int=51),
    "delivery-community",
    answers={"promises": ("confidential", "named"), "guests": ("no",), "floor": ("5",)},
    problems={},
    nonce="invented",
)
