"""Which promises the form offers, in every connected channel at once."""

from collections.abc import Mapping

from bot.calendar.dates import count, listed
from bot.interface.intents import ChooseChannel, ChooseOffers
from bot.interface.parts import Facts, Form, FormButton, Paragraph, Part
from bot.interface.views import ChannelView
from bot.screens import labels
from bot.screens.admin.channel_settings import promises_question
from bot.screens.admin.channels import EXAMPLES
from bot.screens.form_values import Answers
from bot.screens.phrases import are
from bot.screens.promises import OFFERED
from storage import Promise

_MOST_CHANNELS = 10


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
    shown = channels[:_MOST_CHANNELS]
    offers = tuple((each.called, listed([labels.PROMISES[one] for one in each.offers])) for each in shown)
    return (Paragraph("Now:"), Facts(offers), *_more_channels(len(channels) - len(shown)))


def _more_channels(more: int) -> tuple[Part, ...]:
    if not more:
        return ()
    said = f"{count(more, 'more channel')} {are(more)} connected."
    return (Paragraph(said), FormButton("See all channels", ChooseChannel()))


SCREEN = "what the form offers"
EXAMPLE = offers_form(
    EXAMPLES, answers={"promises": tuple(each.value for each in OFFERED)}, problems={}, nonce="invented"
)
STATES = {"no channel": offers_form((), answers={"promises": (Promise.NAMED.value,)}, problems={}, nonce="invented")}
