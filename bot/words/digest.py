"""The digest: what is asked and by when, where to start, then a policy a block, most urgent first."""

from collections.abc import Iterator
from datetime import date

from bot import themes
from bot.dates import count, listed, local_day, long_date
from bot.intents import (
    AcknowledgeAll,
    AnswerFlags,
    AnswerPolicy,
    MyPolicies,
    NameOwner,
    ScheduleSettings,
    SeeFlag,
    SeeFlags,
    Snooze,
)
from bot.parts import Button, Card, FormButton, Heading, Link, Notice, Paragraph, Part, Quote
from bot.views import DigestItem, DigestPartView, DigestView
from bot.words import invented, labels
from bot.words.digest_ask import ask_line, start_line, subject_line
from bot.words.digest_order import Block, asks, blocks, needing
from bot.words.phrases import accessible, people_see, sentences
from bot.words.quoted import BECAUSE_IN_A_LIST, because_label, excerpt, remedy_excerpt, whose
from storage import Standing


def digest_card(view: DigestView) -> Card:
    """The digest, cut to 3 flags a policy and 10 in all."""
    day = local_day(view.at, view.zone)
    made = blocks(view, day)
    parts = (
        Heading(ask_line(view.parts, day), 1),
        *_start(made, day),
        *_blocks(made, day),
        *_news(view),
        *_buttons(view, made, day),
        *_why_you(view),
    )
    return Card(parts, f"{subject(view)}.")


def subject(view: DigestView) -> str:
    """The subject of the same digest as an e-mail: no full stop at the end."""
    day = local_day(view.at, view.zone)
    return subject_line(blocks(view, day), view.parts, day)


def digest_example() -> Card:
    """An invented digest without its buttons, for somebody who has just been named."""
    whole = digest_card(invented.DIGEST)
    kept = [part for part in whole.parts if not isinstance(part, (Button, FormButton, Link))]
    said = "This is an example. Nothing in it is real, and its buttons are left out."
    return Card((Notice(said), *kept), f"An example of a digest: {whole.fallback}")


def _start(made: tuple[Block, ...], day: date) -> tuple[Part, ...]:
    asked = sum(needing(each.part, day) for each in made)
    if asked < 2 or not made[0].items or not asks(made[0].items[0], day):
        return ()
    return (Paragraph(start_line(made[0])),)


def _blocks(made: tuple[Block, ...], day: date) -> Iterator[Part]:
    number = 0
    for block in made:
        if not block.items:
            continue
        yield from _policy(block, day)
        for item in block.items:
            number += 1
            yield from _flag(item, block.part, number, day)
        yield from _rest(block, day)
    yield from _unquoted([each for each in made if not each.items], day)


def _policy(block: Block, day: date) -> Iterator[Part]:
    asked = needing(block.part, day)
    to_answer = f" ({count(asked, 'flag')} to answer)" if asked else ""
    yield Heading(f"{block.part.title}{to_answer}")
    if block.part.link:
        yield Link("Read the announcement", block.part.link)


def _flag(item: DigestItem, part: DigestPartView, number: int, day: date) -> Iterator[Part]:
    rest = SeeFlag(item.flag)
    seen = people_see(item.people) + (f", {item.more_people:,} more since your last digest" if item.more_people else "")
    line = sentences(labels.VERDICTS[item.verdict], themes.label(item.theme), seen, _state(item, day))
    yield Heading(f"{number}. {line}", 3)
    yield excerpt(because_label(item.verdict), item.because, BECAUSE_IN_A_LIST, rest)
    yield from remedy_excerpt(item, rest)
    yield from _reply(item, rest)
    sent = "" if item.new else f"First sent to you on {long_date(item.sent_on)}"
    yield Paragraph(sentences(whose(item.promise, item.author), sent))
    if item.standing is not Standing.ASKED:
        yield FormButton("Answer", AnswerFlags((item.flag,)), accessible("Answer", f"flag {number}", part.title))


def _state(item: DigestItem, day: date) -> str:
    if item.standing is Standing.ASKED:
        return "You asked a question"
    reopened = "Not settled. " if item.standing is Standing.NOT_SETTLED else ""
    due = item.answer_by
    if due and due < day:
        return f"{reopened}Late: it was due on {long_date(due)}"
    if due == day:
        return f"{reopened}Due today"
    if item.new:
        return "New"
    return f"{reopened}Due by {long_date(due)}" if due else reopened.strip()


def _reply(item: DigestItem, rest: SeeFlag) -> tuple[Quote, ...]:
    if not item.reply:
        return ()
    label = "Still in the way" if item.standing is Standing.NOT_SETTLED else "Reply to your question"
    return (excerpt(label, item.reply, BECAUSE_IN_A_LIST, rest),)


def _rest(block: Block, day: date) -> Iterator[Part]:
    part = block.part
    if block.more:
        yield Paragraph(f"{count(block.more, 'more flag')} on this policy {_need(block.more)} your answer.")
        yield FormButton("See all", SeeFlags(part.policy), accessible("See all", part.title))
    if needing(part, day) > 1:
        yield FormButton("Answer together", AnswerPolicy(part.policy), accessible("Answer together", part.title))


def _need(n: int) -> str:
    return "needs" if n == 1 else "need"


def _unquoted(left: list[Block], day: date) -> Iterator[Part]:
    if left:
        flags = sum(needing(each.part, day) for each in left)
        have = "has" if len(left) == 1 else "have"
        asked = f"{count(flags, 'flag')} that {_need(flags)} your answer" if flags else "news"
        yield Paragraph(f"{count(len(left), 'more policy')} {have} {asked}.")


def _news(view: DigestView) -> Iterator[Part]:
    agree = sum(each.as_announced for each in view.parts)
    if agree:
        says = "says" if agree == 1 else "say"
        yield Paragraph(f"{count(agree, 'more flag')} {says}: deliverable as announced. No answer is needed.")
    settled = sum(each.settled for each in view.parts)
    withdrawn = sum(each.withdrawn for each in view.parts)
    since = [f"{count(settled, 'answer')} settled"] if settled else []
    since += [f"{count(withdrawn, 'flag')} withdrawn"] if withdrawn else []
    if since:
        yield Paragraph(f"Since your last digest: {listed(since)}.")
    for part in view.parts:
        yield from _of_policy(part)


def _of_policy(part: DigestPartView) -> Iterator[Part]:
    if part.answered_by_others:
        yield Paragraph(f"Also answered on {part.title}: {listed(part.answered_by_others)}.")
    if part.closed_for_good_on:
        yield Paragraph(f"{part.title} was closed for good on {long_date(part.closed_for_good_on)}.")


def _buttons(view: DigestView, made: tuple[Block, ...], day: date) -> Iterator[Part]:
    if any(needing(each.part, day) for each in made):
        yield FormButton("Acknowledge all", AcknowledgeAll(view.id))
        yield FormButton("Remind me later", Snooze())
    yield FormButton("See everything", MyPolicies())


def _why_you(view: DigestView) -> tuple[Part, ...]:
    named = f"{view.named_by} named you policy owner" if view.named_by else "you are the policy owner"
    only = view.parts[0].policy if len(view.parts) == 1 else None
    else_ = NameOwner(only) if only else MyPolicies()
    return (
        Paragraph(f"You get this because {named}."),
        FormButton("Name someone else", else_),
        FormButton("Change when this arrives", ScheduleSettings()),
    )


SCREEN = "digest"
EXAMPLE = digest_card(invented.DIGEST)
STATES = {"example": digest_example()}
