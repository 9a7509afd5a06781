"""The digest: what is asked and by when, where to start, then one block for each policy, most urgent first."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from uuid import UUID

from bot.calendar.dates import count, listed, local_day
from bot.interface.intents import (
    AcknowledgeAll,
    AnswerPolicy,
    DownloadCsv,
    MyPolicies,
    NameOwner,
    ScheduleSettings,
    SeeFlags,
    SeePromises,
    Snooze,
)
from bot.interface.parts import Button, Card, FormButton, Heading, Link, Notice, Paragraph, Part, Quote
from bot.interface.views import AnswerView, DigestPartView, DigestView
from bot.screens import invented, labels
from bot.screens.digest.digest_ask import Due, ask_line, start_line, subject_line, what_is_due
from bot.screens.digest.digest_flag import digest_flag
from bot.screens.digest.digest_order import Block, blocks
from bot.screens.digest.digest_promise import MOST_PROMISES, digest_promise, is_said
from bot.screens.phrases import accessible, are, need, sentences, short_title, some_titles

Answered = Mapping[UUID, AnswerView]
_MOST_TITLES = 10
_MOST_LINKED = 5
_MOST_ANSWERED = 3


def digest_card(view: DigestView, answered: Answered | None = None) -> Card:
    """The digest within its limits of flags; `answered` are the answers given since it was sent, by flag."""
    day = local_day(view.at, view.zone)
    due, made = what_is_due(view.parts, day), blocks(view.parts, day)
    parts = (
        *_lead(due, made, answered or {}),
        *_flag_blocks(view, due, made, answered or {}),
        *_news(view),
        *_buttons(view, due),
        *_why_you_get_this(view),
    )
    return Card(parts, sentences(subject(view)))


def subject(view: DigestView) -> str:
    """The subject of the digest, without a full stop at the end."""
    day = local_day(view.at, view.zone)
    return subject_line(what_is_due(view.parts, day), blocks(view.parts, day), view.parts)


def digest_example() -> Card:
    """An invented digest without its buttons, for a person who has just been named policy owner."""
    whole = digest_card(invented.DIGEST)
    said = "This is an example. Nothing in it is real, and its buttons are left out."
    return Card((Notice(said), *without_buttons(whole)), f"An example of a digest: {whole.fallback}")


def without_buttons(card: Card) -> tuple[Part, ...]:
    """The parts of a card without buttons and links, for a reader for whom they would lead nowhere."""
    kept = (part for part in card.parts if not isinstance(part, (Button, FormButton, Link)))
    return tuple(replace(part, rest=None) if isinstance(part, Quote) else part for part in kept)


def _lead(due: Due, made: tuple[Block, ...], answered: Answered) -> tuple[Part, ...]:
    """What is asked and where to start; once every flag is answered, only that."""
    if due.promises and _is_answered(due, made, answered):
        return (Heading("Everything in this digest has been answered.", 1),)
    if due.total and _is_answered(due, made, answered):
        have = "has" if due.total == 1 else "have"
        return (Heading(f"The {count(due.total, 'flag')} in this digest {have} been answered.", 1),)
    asked = Heading(ask_line(due), 1)
    if due.total < 2 or not made[0].items or made[0].part.promises:
        return (asked,)
    return (asked, Paragraph(start_line(made[0])))


def _is_answered(due: Due, made: tuple[Block, ...], answered: Answered) -> bool:
    if not all(is_said(each) for block in made for each in block.part.promises):
        return False
    given = [answered.get(item.flag) for block in made for item in block.items]
    return len(given) == due.total and all(each is not None and each.kind in labels.ANSWER_DECIDES for each in given)


def _flag_blocks(view: DigestView, due: Due, made: tuple[Block, ...], answered: Answered) -> Iterator[Part]:
    day, dated = local_day(view.at, view.zone), len(due.later) > 1
    number = 0
    for block in (each for each in made if each.items or each.part.promises):
        yield from _policy_heading(block.part)
        late = [each for each in block.items if each.answer_by is not None and each.answer_by < day]
        rest = [each for each in block.items if each not in late]
        for n, items in enumerate((late, rest)):
            # What was promised stands after what is late.
            yield from _promises(block.part) if n else ()
            for item in items:
                number += 1
                given = answered.get(item.flag)
                yield from digest_flag(item, block.part.title, number, day=day, dated=dated, answered=given)
        yield from _more_flags(block)
    unquoted = [each.part for each in made if not each.items and not each.part.promises]
    yield from _unquoted_policies(unquoted)


def _policy_heading(part: DigestPartView) -> Iterator[Part]:
    flags = [f"{count(part.needing, 'flag')} to answer"] if part.needing else []
    promises = [f"{count(len(part.promises), 'promise')} due"] if part.promises else []
    yield Heading(f"{short_title(part.title)} ({', '.join(flags + promises)})")
    if part.link:
        yield Link("Read the announcement", part.link)


def _promises(part: DigestPartView) -> Iterator[Part]:
    for number, each in enumerate(part.promises[:MOST_PROMISES], 1):
        yield from digest_promise(each, part.title, number)
    more = len(part.promises) - MOST_PROMISES
    if more > 0:
        yield Paragraph(f"{count(more, 'more promise')} on this policy {are(more)} due.")
        yield FormButton("See promises", SeePromises(part.policy), accessible("See promises", part.title))


def _more_flags(block: Block) -> Iterator[Part]:
    part = block.part
    if block.more:
        yield Paragraph(f"{count(block.more, 'more flag')} on this policy {need(block.more)} your answer.")
        yield FormButton("See all", SeeFlags(part.policy), accessible("See all", part.title))
    if part.needing > 1:
        yield FormButton("Answer together", AnswerPolicy(part.policy), accessible("Answer together", part.title))


def _unquoted_policies(parts: list[DigestPartView]) -> Iterator[Part]:
    if parts:
        flags = sum(each.needing for each in parts)
        asked = f"{count(flags, 'flag')} that {need(flags)} your answer"
        have = f"{count(len(parts), 'more policy')} {'has' if len(parts) == 1 else 'have'}"
        yield Paragraph(f"{have} {asked}.")
        for each in parts[:_MOST_LINKED]:
            yield Paragraph(f"{short_title(each.title)}: {count(each.needing, 'flag')}.")
            yield FormButton("See flags", SeeFlags(each.policy), accessible("See flags", each.title))
        rest = [each.title for each in parts[_MOST_LINKED:]]
        if rest:
            yield Paragraph(f"And {some_titles(rest, most=_MOST_TITLES)}.")


def _news(view: DigestView) -> Iterator[Part]:
    yield from _as_announced(view)
    settled = sum(each.settled for each in view.parts)
    if settled:
        yield Paragraph(f"Since your last digest: {count(settled, 'answer')} settled.")
    yield from _answered_by_others([each for each in view.parts if each.answered_by_others])


def _answered_by_others(parts: list[DigestPartView]) -> Iterator[Part]:
    for part in parts[:_MOST_ANSWERED]:
        yield Paragraph(f"{listed(part.answered_by_others)} also answered on {short_title(part.title)}.")
    more = len(parts) - _MOST_ANSWERED
    if more > 0:
        yield Paragraph(f"Others also answered on {count(more, 'more policy')}.")


def _as_announced(view: DigestView) -> Iterator[Part]:
    flags = sum(each.as_announced for each in view.parts)
    if flags:
        more = "more " if any(each.needing for each in view.parts) else ""
        says = "says" if flags == 1 else "say"
        yield Paragraph(f"{count(flags, f'{more}flag')} {says}: deliverable as announced. No answer is needed.")


def _buttons(view: DigestView, due: Due) -> Iterator[Part]:
    if due.total:
        yield FormButton("Acknowledge all", AcknowledgeAll(view.id))
        yield FormButton("Remind me later", Snooze())
    yield FormButton("See everything", MyPolicies())
    yield FormButton("Download CSV", DownloadCsv(view.id))


def _why_you_get_this(view: DigestView) -> tuple[Part, ...]:
    named = f"{view.named_by} named you policy owner" if view.named_by else "you are the policy owner"
    name = "Name someone else"
    one = view.parts[0] if len(view.parts) == 1 else None
    return (
        Paragraph(f"You get this because {named}."),
        FormButton(name, NameOwner(one.policy)) if one else FormButton(name, MyPolicies()),
        FormButton("Change when this arrives", ScheduleSettings()),
    )


SCREEN = "digest"
EXAMPLE = digest_card(invented.DIGEST)
STATES = {
    "example": digest_example(),
    "with promises": digest_card(invented.DIGEST_WITH_PROMISES),
    "a promise alone": digest_card(invented.with_promises(0)),
    "one answered since": digest_card(invented.DIGEST, {invented.TIMETABLE.id: invented.ANSWER}),
    "all answered since": digest_card(
        invented.DIGEST, {item.flag: invented.ANSWER for part in invented.DIGEST.parts for item in part.items}
    ),
}
