"""How people hear of an answer: the reply under the card, which names no author, and a message to a Named author."""

from dataclasses import replace

from bot.calendar.dates import count, listed
from bot.interface import themes
from bot.interface.intents import SeeFlag, SeeFlags
from bot.interface.parts import Card, FormButton, Heading, Notice, Paragraph, Part
from bot.interface.views import AnswerView, FlagView
from bot.screens import invented
from bot.screens.flag.my_flags import may_reply
from bot.screens.phrases import accessible, short_title
from bot.screens.quoted import BECAUSE_IN_A_LIST, answer_label, because_label, excerpt, flag_line, in_short
from storage import AnswerKind, Promise

_MOST_THEMES = 3


def answer_notice_card(flags: tuple[FlagView, ...], answer: AnswerView) -> Card:
    """For everyone on the policy: who answered how many flags, about which themes, and the answer."""
    first = flags[0]
    lead = in_short(answer, _flags_and_themes(flags))
    title = short_title(first.policy_title)
    read: FormButton = FormButton("Read the flag", SeeFlag(first.id))
    if len(flags) > 1:
        read = FormButton("See flags", SeeFlags(first.policy), accessible("See flags", first.policy_title))
    # Where a platform has no threads, it does not stand under the card.
    return Card((Notice(lead), Paragraph(f"On {title}."), *_answer_text(answer, first), read), f"{title}: {lead}")


def named_answer_card(flags: tuple[FlagView, ...], answer: AnswerView) -> Card:
    """For the author of *Named* flags that one answer is for: the answer, and whether it settles each flag."""
    first, several = flags[0], len(flags) > 1
    lead = in_short(answer, f"{f'your {len(flags)} flags' if several else 'your flag'} on {first.policy_title}")
    if not several:
        return Card((Notice(lead), *_own_flag(first), *_answer_text(answer, first), *may_reply(answer, first)), lead)
    each_flag = (
        part
        for number, flag in enumerate(flags, 1)
        for part in (*_own_flag(flag, number), *may_reply(answer, flag, number))
    )
    return Card((Notice(lead), *_answer_text(answer, first), *each_flag), lead)


def _own_flag(flag: FlagView, number: int | None = None) -> tuple[Part, ...]:
    quote = excerpt(because_label(flag.verdict), flag.because, BECAUSE_IN_A_LIST, SeeFlag(flag.id))
    return (Heading(flag_line(flag, number), 3) if number else Paragraph(flag_line(flag)), quote)


def _flags_and_themes(flags: tuple[FlagView, ...]) -> str:
    labels = list(dict.fromkeys(themes.label(each.theme) for each in flags))
    about = listed(labels[:_MOST_THEMES])
    more = " and more" if len(labels) > _MOST_THEMES else ""
    return f"{'a flag' if len(flags) == 1 else count(len(flags), 'flag')} about {about}{more}"


def _answer_text(answer: AnswerView, flag: FlagView) -> tuple[Part, ...]:
    if not answer.text:
        return ()
    return (excerpt(answer_label(answer.kind), answer.text, 1_000, SeeFlag(flag.id)),)


SCREEN = "answer under the card"
EXAMPLE = answer_notice_card((invented.TIMETABLE,), invented.ANSWER)
STATES = {
    "several flags": answer_notice_card((invented.TIMETABLE, invented.LEGACY), invented.ANSWER),
    "question": answer_notice_card(
        (invented.TIMETABLE,),
        replace(invented.ANSWER, kind=AnswerKind.MORE, by_date=None, text="Which 60 councils are they?"),
    ),
    "to a named flagger": named_answer_card((invented.LEGACY,), invented.ANSWER),
    "to a named flagger, about several flags": named_answer_card(
        (invented.LEGACY, replace(invented.TIMETABLE, promise=Promise.NAMED)), invented.ANSWER
    ),
}
