"""The copy of a digest for a channel: what the policy owner is asked, without names and without answer buttons."""

from collections.abc import Iterator
from dataclasses import replace

from bot.calendar.dates import count, local_day, long_date
from bot.interface.intents import SeeFlags
from bot.interface.parts import Card, FormButton, Heading, Link, Paragraph, Part
from bot.interface.views import DigestView
from bot.screens import invented
from bot.screens.digest.digest_ask import what_is_due
from bot.screens.digest.digest_flag import flag_as_sent
from bot.screens.digest.digest_order import Block, blocks
from bot.screens.phrases import accessible, need, needs, sentences, short_title, some_titles
from bot.screens.quoted import whose


def channel_digest_card(view: DigestView, owner: str) -> Card:
    """The digest that went to `owner`; `view` holds only the policies of the channel, and no names."""
    day = local_day(view.at, view.zone)
    due, made = what_is_due(view.parts, day), blocks(view.parts, day)
    asked = f"{needs(due.total, 'flag')} an answer."
    parts = (
        Heading(asked, 1),
        Paragraph(
            f"{owner or 'The policy owner'} was sent this on {long_date(day)}. Nobody is named as having written it."
        ),
        *_policy_blocks(view, made),
    )
    return Card(
        parts, sentences(f"{needs(due.total, 'flag')} an answer: {some_titles([each.part.title for each in made])}")
    )


def _policy_blocks(view: DigestView, made: tuple[Block, ...]) -> Iterator[Part]:
    day = local_day(view.at, view.zone)
    number = 0
    for block in made:
        part = block.part
        yield Heading(f"{short_title(part.title)} ({count(part.needing, 'flag')} to answer)")
        if part.link:
            yield Link("Read the announcement", part.link)
        for item in block.items:
            number += 1
            yield from flag_as_sent(replace(item, more_people=0), number, day=day, dated=True)
            yield Paragraph(sentences(whose(item.promise, "")))
        if block.more:
            yield Paragraph(f"{count(block.more, 'more flag')} on this policy {need(block.more)} an answer.")
        yield FormButton("See flags", SeeFlags(part.policy), accessible("See flags", part.title))


SCREEN = "channel digest"
EXAMPLE = channel_digest_card(invented.DIGEST, "Priya Nair")
STATES = {"no policy owner": channel_digest_card(invented.DIGEST, "")}
