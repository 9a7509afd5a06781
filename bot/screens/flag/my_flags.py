"""A person's own flags with their answers, in a window that only they see."""

from dataclasses import replace
from datetime import date

from bot.calendar.dates import long_date
from bot.interface import themes
from bot.interface.intents import (
    ChangeFlag,
    MyFlags,
    NotSettled,
    OpenPolicies,
    ReplyToQuestion,
    SeeFlag,
    SeeOwnRecord,
    Settle,
    ShowMyName,
    UseCode,
    WithdrawFlag,
)
from bot.interface.pages import Page
from bot.interface.parts import Button, Form, FormButton, Heading, Notice, Paragraph, Part, Quote
from bot.interface.views import AnswerView, FlagView, ReplyView
from bot.screens import invented, labels
from bot.screens.paging import page_buttons, page_line
from bot.screens.phrases import accessible, people_say, sentences, short_title
from bot.screens.quoted import (
    BECAUSE_IN_A_LIST,
    because_label,
    earlier_answers,
    excerpt,
    given_answer,
    remark_excerpt,
    remedy_excerpt,
    status_sentence,
)
from bot.screens.taken_down import instead, still_counts
from storage import AnswerKind, CommitmentState, FlagStatus, Promise, ReplyKind, ReplyStage, ReportReason

_OVER = "These policies closed more than 30 days ago, and no flag on them waits for an answer."
_ENDED = (
    "Nobody can link flags on some older policies to people any more, so My flags cannot list yours there, unless you "
    "sent them as Named."
)
_ORDER = "Questions to you come first, then flags that you can still change."
_SAID = (CommitmentState.DONE, CommitmentState.WILL_NOT_HAPPEN)
_SENT_AS = {
    Promise.CONFIDENTIAL: "You sent this as Confidential: nobody is shown your name",
    Promise.NAMED: "You sent this as Named: the policy owner and their delegate see your name",
    Promise.DETACHED: "You sent this as Detached: only the code leads to it",
}


def my_flags_form(
    flags: tuple[FlagView, ...],
    page: Page | None = None,
    *,
    earlier: int = 0,
    more: bool = False,
    ended: bool = False,
) -> Form:
    """The flags in the order given, each with its newest answer and the buttons that its author has now.

    `page` is which of the person's flags these are, if they are not all. `earlier` is 0 for current policies, else the
    batch of policies that are over; `more` tells if there is another one. `ended` tells if some have passed their
    authors' day.
    """
    page = page or Page(total=len(flags))
    body = [part for number, each in enumerate(flags, page.first) for part in own_flag(each, number)]
    around = page_buttons(page, "flag", lambda number: MyFlags(number, earlier))
    lead = (*((Paragraph(_OVER),) if earlier else ()), *((Paragraph(_ENDED),) if ended else ()))
    return Form(
        "My flags",
        (*lead, *page_line(page, "flag", _ORDER), *(body or _none(earlier)), *around, *_other_policies(earlier, more)),
        close="Close",
    )


def _none(earlier: int) -> tuple[Part, ...]:
    if earlier:
        return (Paragraph("You have no flags on these policies."),)
    return (
        Paragraph("You have no flags here. Flags you sent as Detached are never listed: use your code."),
        FormButton("Use a code", UseCode()),
        FormButton("See open policies", OpenPolicies()),
    )


def _other_policies(earlier: int, more: bool) -> tuple[Part, ...]:
    label = "See even older flags" if earlier else "See older flags"
    further = (FormButton(label, MyFlags(1, earlier + 1), replaces=True),) if more else ()
    back = (FormButton("See current flags", MyFlags(), replaces=True),) if earlier else ()
    whole = FormButton("See all that I sent", SeeOwnRecord(1, 1, earlier), replaces=True)
    return (*further, *back, whole)


def own_flag(flag: FlagView, number: int = 0) -> tuple[Part, ...]:
    """One of them, with its place in the list if it stands in one."""
    title = short_title(flag.policy_title)
    rest = SeeFlag(flag.id, code=flag.code)
    return (
        Heading(f"{number}. {title}" if number else title),
        Heading(sentences(labels.VERDICTS[flag.verdict], themes.label(flag.theme)), 3),
        excerpt(because_label(flag.verdict), flag.because, BECAUSE_IN_A_LIST, rest),
        *remedy_excerpt(flag, rest),
        *((Paragraph(still_counts(flag.taken_down)),) if flag.taken_down else ()),
        Paragraph(sentences(_SENT_AS.get(flag.promise, ""))),
        *_successors(flag, number),
        *_progress(flag, number),
    )


def _successors(flag: FlagView, number: int) -> tuple[Part, ...]:
    """Who took over the policy since a *Named* flag was sent, with a button that shows them the name."""
    return tuple(
        part
        for person, name in flag.successors
        for part in (
            Paragraph(f"{name} answers for this policy now, and reads this flag without your name."),
            Button(
                f"Show my name to {name}",
                ShowMyName(flag.id, person),
                accessible(f"Show my name to {name}", f"flag {number}", flag.policy_title),
            ),
        )
    )


def _progress(flag: FlagView, number: int) -> tuple[Part, ...]:
    if flag.shown_on is None:
        return _not_shown(flag, number)
    shown = f"Shown to everyone on this policy since {long_date(flag.shown_on)}"
    said = Paragraph(sentences(shown, people_say(flag.people), status_sentence(flag)))
    added = remark_excerpt(
        flag.remarks[-1] if flag.remarks else "", len(flag.remarks), SeeFlag(flag.id, code=flag.code)
    )
    answer = _answer_parts(flag.answers[-1], flag, number) if flag.answers else ()
    return (said, *added, *answer, *_before(flag))


def _before(flag: FlagView) -> tuple[Part, ...]:
    if len(flag.answers) < 2:
        return ()
    read = FormButton("Read the flag", SeeFlag(flag.id, code=flag.code), accessible("Read the flag", flag.policy_title))
    return (Paragraph(earlier_answers(flag)), read)


def _not_shown(flag: FlagView, number: int) -> tuple[Part, ...]:
    about = (f"flag {number}" if number else "your flag", flag.policy_title)
    return (
        Paragraph("Not shown yet. You can change or withdraw it until it is shown."),
        FormButton("Change", ChangeFlag(flag.id, flag.code), accessible("Change", *about)),
        FormButton("Withdraw", WithdrawFlag(flag.id, flag.code), accessible("Withdraw", *about)),
    )


def _answer_parts(answer: AnswerView, flag: FlagView, number: int) -> tuple[Part, ...]:
    given = given_answer(replace(answer, reply=None, reply_done=None), rest=SeeFlag(flag.id, code=flag.code))
    said = tuple(part for each in (answer.reply, answer.reply_done) if each for part in _own_reply(each, flag))
    over = answer.commitment is not None and answer.commitment.state in _SAID
    if answer.reply_done or (answer.reply and not over):
        return (*given, *said)
    return (*given, *said, *may_reply(answer, flag, number))


def may_reply(answer: AnswerView, flag: FlagView, number: int | None = None) -> tuple[Part, ...]:
    """The buttons for the author of a flag under an answer; none for *Acknowledged*, which decides nothing."""
    about = (f"flag {number}" if number else "your flag", flag.policy_title)
    if answer.kind is AnswerKind.MORE:
        return (
            *_reply_by(flag),
            FormButton("Reply", ReplyToQuestion(answer.id, flag.id, flag.code), accessible("Reply", *about)),
        )
    if answer.kind not in labels.ANSWER_DECIDES:
        return ()
    over = answer.commitment is not None and answer.commitment.state in _SAID
    to = (answer.id, flag.id, flag.code, ReplyStage.DONE if over else "")
    return (
        Notice("Does this settle it?"),
        Button("Settled", Settle(*to), accessible("Settled", *about)),
        FormButton("Not settled", NotSettled(*to), accessible("Not settled", *about)),
    )


def _reply_by(flag: FlagView) -> tuple[Part, ...]:
    if flag.reply_by is None:
        return ()
    return (Paragraph(f"Reply by {long_date(flag.reply_by)}. If you do not, the flag stays open."),)


def _own_reply(reply: ReplyView, flag: FlagView) -> tuple[Part, ...]:
    hidden = () if reply.shown else (Paragraph("Your reply is not shown to anyone yet."),)
    if reply.kind is ReplyKind.SETTLED:
        return (Paragraph("You said that this is settled."), *hidden)
    label = "You said that it is not settled" if reply.kind is ReplyKind.NOT_SETTLED else "Your reply"
    said: Quote = excerpt(label, reply.text, BECAUSE_IN_A_LIST, SeeFlag(flag.id, code=flag.code))
    return (said, *hidden)


_WAITING = replace(invented.LEGACY, shown_on=None, promise=Promise.CONFIDENTIAL, author="", answer_by=None, people=1)
_ANSWERED = replace(invented.TIMETABLE, status=FlagStatus.ANSWERED, answers=(invented.ANSWER,))

_NOT_ALL = ReplyView(ReplyKind.NOT_SETTLED, "Enforcement contracts end later.")

SCREEN = "my flags"
EXAMPLE = my_flags_form((_WAITING, _ANSWERED))
STATES = {
    "none": my_flags_form(()),
    "taken down": my_flags_form(
        (
            replace(
                _ANSWERED,
                because=instead(date(2026, 12, 9), ReportReason.NAMES, "It named a member of staff."),
                remedy="",
                taken_down=ReportReason.NAMES,
            ),
        )
    ),
    "second page": my_flags_form((_WAITING, _ANSWERED), Page(2, 12)),
    "more on closed policies": my_flags_form((_WAITING,), more=True),
    "on closed policies": my_flags_form((_ANSWERED,), earlier=1, more=True),
    "some ended": my_flags_form((_ANSWERED,), earlier=1, ended=True),
    "none on closed policies": my_flags_form((), earlier=2),
    "asked": my_flags_form(
        (
            replace(
                invented.TIMETABLE,
                status=FlagStatus.ASKED,
                reply_by=date(2026, 12, 23),
                answers=(
                    replace(invented.ANSWER, kind=AnswerKind.MORE, by_date=None, text="Which 60 councils are they?"),
                ),
            ),
        )
    ),
    "promised, replied, and done": my_flags_form(
        (replace(_ANSWERED, answers=(replace(invented.promised(CommitmentState.DONE), reply=_NOT_ALL),)),)
    ),
    "replied": my_flags_form(
        (
            replace(
                _ANSWERED,
                answers=(
                    replace(
                        invented.ANSWER,
                        reply=ReplyView(ReplyKind.NOT_SETTLED, "Enforcement contracts end later.", shown=False),
                    ),
                ),
            ),
        )
    ),
}
