"""Which promises the form offers, in every connected channel at once."""

from collections.abc import Mapping

from bot.calendar.dates import listed
from bot.interface.intents import ChooseOffers
from bot.interface.parts import Facts, Form, Paragraph, Part
from bot.interface.views import ChannelView
from bot.screens import labels
from bot.screens.admin.channel_settings import promises_question
from bot.screens.admin.channels import EXAMPLES
from bot.screens.form_values import Answers
from bot.screens.promises import OFFERED
from storage import Promise


def offers_form(
    channels: tuple[ChannelView, ...], *, answers: Answers, problems: Mapping[str, str], nonce: str
) -> Form:
    """Asks which promises to offer, and lists what each channel offers now; `answers` holds what is set."""
    return Form(
        title="What the form offers",
        body=(
            Paragraph("What you choose here holds for every connected channel. A channel can be set apart afterwards."),
            promises_question(answers),
            *_current_offers(channels),
        ),
        intent=ChooseOffers(),
        send="Save settings",
        nonce=nonce,
        problems=problems,
    )


def _current_offers(channels: tuple[ChannelView, ...]) -> tuple[Part, ...]:
    if not channels:
        return ()
    offers = tuple((each.name, listed([labels.PROMISES[one] for one in each.offers])) for each in channels)
    return (Paragraph("Now:"), Facts(offers))


SCREEN = "what the form offers"
EXAMPLE = offers_form(
    EXAMPLES, answers={"promises": tuple(each.value for each in OFFERED)}, problems={}, nonce="invented"
)
STATES = {"no channel": offers_form((), answers={"promises": (Promise.NAMED.value,)}, problems={}, nonce="invented")}
