"""Acknowledging all waiting flags on the policies of a digest: it asks first, because everyone sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from bot.calendar.dates import count, listed, long_date
from bot.interface.announcements import cut_at_word
from bot.interface.intents import AcknowledgeAll
from bot.interface.parts import DateQuestion, Form, Notice, Paragraph
from bot.screens import invented
from bot.screens.form_values import Answers, typed
from bot.screens.phrases import are, some_titles
from bot.screens.record import RELEASABLE

_MOST_TITLES = 10
_LONGEST_TITLE = 60


@dataclass(frozen=True)
class WaitingFlags:
    """The flags of one policy that would be acknowledged, and how many of them the digest does not show."""

    title: str
    flags: int
    unseen: int = 0


def acknowledge_form(
    digest: UUID,
    waiting: tuple[WaitingFlags, ...],
    last_day: date,
    *,
    answers: Answers,
    problems: Mapping[str, str],
    nonce: str,
) -> Form:
    """Which flags it acknowledges, on which policies, and the day by which they are decided: `last_day` at most."""
    flags = sum(each.flags for each in waiting)
    one = len(waiting) == 1
    titles = some_titles([each.title for each in waiting], most=_MOST_TITLES, longest=_LONGEST_TITLE)
    on = titles if one else f"{count(len(waiting), 'policy')}: {titles}"
    those = "this policy" if one else f"these {count(len(waiting), 'policy')}"
    return Form(
        title="Acknowledge all",
        body=(
            Notice(f"You will acknowledge {count(flags, 'flag')} on {on}."),
            *_unseen_notice(waiting),
            Paragraph(
                f"Everyone on {those} sees that you will decide on {count(flags, 'flag')} by this date, in your name. "
                f"It is a record. {RELEASABLE}"
            ),
            DateQuestion(
                "by_date", "Decide by", hint=f"{long_date(last_day)} at the latest.", value=typed(answers, "by_date")
            ),
        ),
        intent=AcknowledgeAll(digest),
        send=f"Acknowledge {count(flags, 'flag')}",
        nonce=nonce,
        problems=problems,
    )


def _unseen_notice(waiting: tuple[WaitingFlags, ...]) -> tuple[Notice, ...]:
    unseen = [each for each in waiting if each.unseen]
    if not unseen:
        return ()
    flags = sum(each.unseen for each in unseen)
    where = [f"{count(each.unseen, 'flag')} on {cut_at_word(each.title, _LONGEST_TITLE)}" for each in unseen]
    if len(where) > _MOST_TITLES:
        where[_MOST_TITLES:] = [count(len(where) - _MOST_TITLES, "more policy")]
    them = "it" if flags == 1 else "them"
    return (Notice(f"{flags:,} of them {are(flags)} not in your digest. Read {them} first: {listed(where)}."),)


SCREEN = "acknowledge form"
EXAMPLE = acknowledge_form(
    invented.DIGEST.id,
    (WaitingFlags(invented.PERMIT.title, 3), WaitingFlags(invented.ADDRESS.title, 1)),
    date(2027, 1, 8),
    answers={},
    problems={},
    nonce="invented",
)
STATES = {
    "flags that the digest does not show": acknowledge_form(
        invented.DIGEST.id,
        (WaitingFlags(invented.PERMIT.title, 9, unseen=6),),
        date(2027, 1, 8),
        answers={},
        problems={},
        nonce="invented",
    )
}
