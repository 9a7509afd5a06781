"""Flags and their answers as every screen shows them: the text as typed, cut where it is in a list."""

from urllib.parse import urlsplit

from bot.calendar.dates import count, long_date, short_date
from bot.interface import themes
from bot.interface.announcements import cut_at_word
from bot.interface.intents import SeeFlag
from bot.interface.parts import Heading, Link, Paragraph, Part, Quote
from bot.interface.views import AnswerView, DigestItem, FlagView, ReplyView
from bot.screens import labels
from bot.screens.commitment_lines import commitment_lines
from bot.screens.phrases import people_say, sentences
from storage import AnswerKind, FlagStatus, Promise, ReplyKind, Role, Verdict

BECAUSE_IN_A_LIST = 300
REMEDY_IN_A_LIST = 200
REMARK_IN_A_LIST = 200
_WORDING_OF_THE_DAY = "At the end of the day on which this flag was written it was this"
_REMARK = "Added by someone who sees this too"


def because_label(verdict: Verdict) -> str:
    """The label of a flag's text: a reason, or a question where the author cannot tell yet."""
    return "Question" if verdict is Verdict.CANNOT_TELL else "Why"


def excerpt(label: str, text: str, limit: int, rest: SeeFlag) -> Quote:
    """The text as typed, or its first words with a button to the rest. A platform with less room may cut it further."""
    cut = cut_at_word(text, limit)
    return Quote(label, cut, rest if cut != text else None, whole=rest)


def flag_line(flag: FlagView, number: int | None = None) -> str:
    """Verdict, theme and how many people say this, in one line."""
    head = f"{number}. " if number else ""
    line = sentences(labels.VERDICTS[flag.verdict], themes.label(flag.theme), people_say(flag.people))
    return head + line


def flag_in_a_list(flag: FlagView, number: int | None = None) -> tuple[Part, ...]:
    """A flag among others: a heading and the first words of what was typed."""
    rest = SeeFlag(flag.id)
    parts: list[Part] = [Heading(flag_line(flag, number), 3)]
    parts.append(excerpt(because_label(flag.verdict), flag.because, BECAUSE_IN_A_LIST, rest))
    parts += remedy_excerpt(flag, rest)
    parts += remark_excerpt(flag.remarks[-1] if flag.remarks else "", len(flag.remarks), rest)
    return (*parts, Paragraph(sentences(whose(flag.promise, flag.author, flag.named_to), status_sentence(flag))))


def remedy_excerpt(flag: FlagView | DigestItem, rest: SeeFlag) -> tuple[Part, ...]:
    """The first words of the remedy, where there is one."""
    if not flag.remedy:
        return ()
    return (excerpt("What would make it deliverable", flag.remedy, REMEDY_IN_A_LIST, rest),)


def remark_excerpt(newest: str, number: int, rest: SeeFlag) -> tuple[Part, ...]:
    """The first words of the newest sentence of those that `number` people added, with a button to the others."""
    if not newest:
        return ()
    label = _REMARK if number == 1 else f"{_REMARK}, the newest of {number:,}"
    cut = cut_at_word(newest, REMARK_IN_A_LIST)
    return (Quote(label, cut, rest if number > 1 or cut != newest else None, whole=rest),)


def flag_whole(flag: FlagView) -> tuple[Part, ...]:
    """A flag with all its text, what others added, and the wording that it is about if that has changed."""
    return (*_flag_alone(flag), *_remarks(flag), *_earlier_wording(flag))


def flag_with_answers(flag: FlagView) -> tuple[Part, ...]:
    """The same, with all answers and replies."""
    answers = [part for each in flag.answers for part in given_answer(each)]
    return (*_flag_alone(flag), *_earlier_wording(flag), *answers, *_remarks(flag))


def _flag_alone(flag: FlagView) -> tuple[Part, ...]:
    parts: list[Part] = [Heading(flag_line(flag), 2)]
    parts.append(Quote(because_label(flag.verdict), flag.because))
    if flag.remedy:
        parts.append(Quote("What would make it deliverable", flag.remedy))
    if flag.evidence:
        parts.append(evidence_link(flag.evidence))
    return (*parts, Paragraph(sentences(whose(flag.promise, flag.author, flag.named_to), status_sentence(flag))))


def _remarks(flag: FlagView) -> tuple[Part, ...]:
    return tuple(Quote(_REMARK, each) for each in flag.remarks)


def _earlier_wording(flag: FlagView) -> tuple[Part, ...]:
    if not flag.earlier_title:
        return ()
    which = "This flag answers this one" if flag.promise is Promise.NAMED else _WORDING_OF_THE_DAY
    changed = Paragraph(f"The wording of the announcement has changed since. {which}:")
    return (changed, Quote(flag.earlier_title, flag.earlier_summary))


def evidence_link(address: str) -> Link:
    """The author's link to evidence, labelled with the host that it leads to."""
    try:
        host = urlsplit(address).hostname
    except ValueError:
        host = None
    return Link(f"Open the evidence on {host}" if host else "Open the evidence", address)


def whose(promise: Promise, author: str, named_to: str = "") -> str:
    """Whom a flag is from; `author` is empty unless the reader may see the name.

    `named_to` is who may, for a reader who took over from them.
    """
    if author:
        return f"From: {author}, who chose to be named"
    if named_to:
        return f"From: someone who is named to {named_to}"
    if promise is Promise.NAMED:
        return "From: someone who is named to the policy owner"
    return labels.PROMISES[promise]


def status_sentence(flag: FlagView) -> str:
    """The state of a flag, as everyone reads it."""
    due = _due_or_told(flag)
    match flag.status:
        case FlagStatus.UNNEEDED:
            return "No answer is needed"
        case FlagStatus.WAITING:
            return due
        case FlagStatus.ASKED:
            return "The question waits for a reply"
        case FlagStatus.ACKNOWLEDGED:
            return f"To be decided by {long_date(flag.answer_by)}" if flag.answer_by else "Not decided yet"
        case FlagStatus.NOT_SETTLED:
            return f"Answered, but not settled. {due}"
        case FlagStatus.SETTLED:
            return "Answered and settled"
        case FlagStatus.ANSWERED:
            return "Answered"


def _due_or_told(flag: FlagView) -> str:
    if flag.answer_by is None:
        return "No answer yet"
    if flag.told_on is None:
        return f"Answer due by {long_date(flag.answer_by)}"
    told = f"the {labels.ROLES[flag.told]}" if flag.told else "an admin"
    return f"No answer by {long_date(flag.answer_by)}. We told {told} on {long_date(flag.told_on)}"


def who_answered(answer: AnswerView) -> str:
    """Who answered, with their role unless they are the policy owner."""
    return answer.by if answer.role is Role.OWNER else f"{answer.by} ({labels.ROLES[answer.role]})"


def in_short(answer: AnswerView, what: str, on: str = "") -> str:
    """One sentence: who said what about `what`; `on` is the day in words, with its preposition, or nothing."""
    actor = who_answered(answer)
    match answer.kind:
        case AnswerKind.MORE:
            return f"{actor} asked a question on {what}{on}."
        case AnswerKind.ACKNOWLEDGED:
            decide = f" and will decide by {short_date(answer.by_date)}" if answer.by_date else ""
            return f"{actor} has read {what}{on}{decide}."
    by = f", by {short_date(answer.by_date)}" if answer.by_date else ""
    return f"{actor} answered {what}{on}: {labels.ANSWERS[answer.kind]}{by}."


def answer_label(kind: AnswerKind) -> str:
    """The label of an answer's text."""
    return "Question" if kind is AnswerKind.MORE else "Answer"


def given_answer(answer: AnswerView, *, rest: SeeFlag | None = None) -> tuple[Part, ...]:
    """An answer, what became of what it promised, and the reply to it.

    With `rest`, only the first words and that button.
    """
    parts: list[Part] = [Paragraph(in_short(answer, "this flag", f" on {long_date(answer.on)}"))]
    if answer.text:
        parts.append(_answer_quote(answer_label(answer.kind), answer.text, rest))
    parts += _reply_parts(answer.reply, rest) if answer.reply else ()
    parts += commitment_lines(answer.commitment, rest) if answer.commitment else ()
    parts += _reply_parts(answer.reply_done, rest) if answer.reply_done else ()
    return tuple(parts)


def newest_answer(flag: FlagView) -> tuple[Part, ...]:
    """The newest answer to a flag in a list, in its first words, and how many came before it."""
    if not flag.answers:
        return ()
    before = (Paragraph(earlier_answers(flag)),) if len(flag.answers) > 1 else ()
    return (*given_answer(flag.answers[-1], rest=SeeFlag(flag.id)), *before)


def earlier_answers(flag: FlagView) -> str:
    """How many answers there are before the newest one."""
    return f"There {'is' if len(flag.answers) == 2 else 'are'} {count(len(flag.answers) - 1, 'earlier answer')}."


def _answer_quote(label: str, text: str, rest: SeeFlag | None) -> Quote:
    return excerpt(label, text, BECAUSE_IN_A_LIST, rest) if rest else Quote(label, text)


def _reply_parts(reply: ReplyView, rest: SeeFlag | None) -> tuple[Part, ...]:
    if reply.kind is ReplyKind.SETTLED:
        return (Paragraph("Reply to this answer: it is settled."),)
    label = "Not settled. Still in the way" if reply.kind is ReplyKind.NOT_SETTLED else "Reply"
    return (_answer_quote(label, reply.text, rest),)
