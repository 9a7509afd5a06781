"""The connected channels and what is set for each: a private view for admins."""

from dataclasses import replace
from uuid import UUID

from bot.calendar.dates import count, listed
from bot.interface.intents import ChannelSettings, ChooseChannel
from bot.interface.pages import Page
from bot.interface.parts import Form, FormButton, Heading, Notice, Paragraph, Part
from bot.interface.views import ChannelView
from bot.screens import labels
from bot.screens.paging import page_buttons, page_line
from bot.screens.phrases import accessible
from bot.screens.promises import OFFERED

_HOW = (
    "To connect a channel, add Deliverable to it in Slack, or to its team in Teams. Choose one that the people who "
    "would build things are in already."
)


def channels_form(channels: tuple[ChannelView, ...], *, floor: int, page: Page | None = None) -> Form:
    """The channels in the order given, with a warning for one of fewer than `floor` members.

    `page` is which of the connected channels these are, if they are not all.
    """
    page = page or Page(total=len(channels))
    none = () if channels else (Notice("No channel is connected yet."),)
    shown = [part for each in channels for part in _channel_parts(each, floor)]
    lead = (Paragraph(_HOW), *none, *page_line(page, "channel"))
    return Form("Channels", (*lead, *shown, *page_buttons(page, "channel", ChooseChannel)), close="Close")


def _channel_parts(channel: ChannelView, floor: int) -> tuple[Part, ...]:
    small = f"In a group of fewer than {count(floor, 'member')}, people may guess who wrote a flag."
    offers = listed([labels.PROMISES[each] for each in channel.offers])
    button = "Change settings"
    return (
        Heading(f"{channel.name} on {labels.platform(channel.platform)}", 3),
        Paragraph(
            f"{count(channel.members, 'member')}. It offers {offers}. "
            f"Guests: {_yes_or_no(channel.guests)}. Reactions: {'on' if channel.reactions else 'off'}. "
            f"Digests: {_yes_or_no(channel.digests)}."
        ),
        *((Notice(small),) if channel.members < floor else ()),
        FormButton(button, ChannelSettings(channel.id), accessible(button, channel.name)),
    )


def _yes_or_no(on: bool) -> str:
    return "yes" if on else "no"


_ONE = ChannelView(
    id=UUID(int=51),
    name="delivery-community",
    called="delivery-community (Slack)",
    platform="slack",
    members=42,
    offers=OFFERED,
    guests=False,
    reactions=False,
    digests=True,
)
EXAMPLES = (
    _ONE,
    replace(
        _ONE,
        id=UUID(int=52),
        name="architects",
        called="architects (Teams)",
        platform="teams",
        members=4,
        digests=False,
    ),
)

SCREEN = "channels"
EXAMPLE = channels_form(EXAMPLES, floor=5)
STATES = {"none": channels_form((), floor=5), "second page": channels_form(EXAMPLES, floor=5, page=Page(2, 12))}
