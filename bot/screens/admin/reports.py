"""For records officers: the texts that were reported, one of them, taking it down, and what is out of reach then."""

from collections.abc import Mapping
from datetime import date

from bot.calendar.dates import count, listed, long_date
from bot.interface.intents import LeaveText, OpenText, SeeReports, SeeTakeDown, TakeTextDown
from bot.interface.pages import Page
from bot.interface.parts import (
    Button,
    ChoiceQuestion,
    Form,
    FormButton,
    Heading,
    Notice,
    Option,
    Paragraph,
    Part,
    Quote,
    TextQuestion,
)
from bot.interface.views import ReportView, TakeDownView, TextView
from bot.screens import invented
from bot.screens.form_values import Answers, chosen, typed
from bot.screens.paging import page_buttons, page_line
from bot.screens.phrases import accessible, are, first_large, short_title
from bot.screens.taken_down import KINDS, REASONS, instead, why
from storage import ReportReason, TextKind

REASON, SENTENCE, SURE = "reason", "sentence", "sure"
SENTENCE_LIMIT = 150
_TITLE = "Reported texts"
_NOT_SAID = "Who reported a text is kept nowhere. Opening one is in the audit log, with your name."
_REASONS = tuple(Option(each.value, label) for each, label in REASONS.items())
OUT_OF_REACH = (
    "What people downloaded or copied, and notifications and mail that showed it.",
    "Backups, until they are deleted: tell the operator.",
    "What the chat platforms keep for themselves, such as edit history, exports and legal holds: ask whoever "
    "administers them.",
    "Views that someone has open at this moment.",
)
"""What a take-down cannot reach, whatever the text."""


def reports_form(reports: tuple[ReportView, ...], page: Page) -> Form:
    """The texts in the order given: those on which nobody has decided come first; `page` is which of all these are."""
    if not reports:
        return Form(_TITLE, (Paragraph("No text is reported, and none was taken down."),), close="Close")
    shown = [part for number, each in enumerate(reports, page.first) for part in _report(each, number)]
    lead = (Paragraph(_NOT_SAID), *page_line(page, "text", "Those that wait for a decision come first."))
    return Form(_TITLE, (*lead, *shown, *page_buttons(page, "text", SeeReports)), close="Close")


def _report(report: ReportView, number: int) -> tuple[Part, ...]:
    about = f"text {number}"
    what = f"{first_large(KINDS[report.kind])} on {short_title(report.title)}."
    if report.taken_down_on is not None:
        return (
            Heading(f"{number}. Taken down", 3),
            Paragraph(f"{what} On {long_date(report.taken_down_on)}. Reason: {why(report.reasons[0])}."),
            FormButton(
                "See what became of it",
                SeeTakeDown(report.kind, report.text),
                accessible("See what became of it", about),
            ),
        )
    reasons = listed([REASONS[each] for each in report.reasons])
    return (
        Heading(f"{number}. Waits for a decision", 3),
        Paragraph(f"{what} Reported on {long_date(report.on)}: {reasons}."),
        Button("Open this text", OpenText(report.kind, report.text), accessible("Open this text", about)),
    )


def reported_text_form(text: TextView, reasons: tuple[ReportReason, ...], *, may_leave: bool) -> Form:
    """One text that was reported. `may_leave` is not set for an officer who wrote it, which everyone can read."""
    leave: Part = Button("Leave it as it is", LeaveText(text.kind, text.id))
    if not may_leave:
        leave = Paragraph("You wrote this, so another records officer decides whether it stays. You can take it down.")
    return Form(
        "Reported text",
        (
            Heading(short_title(text.title)),
            Paragraph(f"Reported: {listed([REASONS[each] for each in reasons])}. That you opened it is logged."),
            *(Quote(label, said) for label, said in text.says),
            FormButton("Take it down", TakeTextDown(text.kind, text.id)),
            leave,
        ),
        close="Close",
    )


def take_down_form(
    text: TextView, *, answers: Answers, problems: Mapping[str, str], nonce: str, asked: str = "", today: date
) -> Form:
    """Asks for a reason and a sentence and, once both are there, whether this is meant: `asked` is that answer."""
    sure: tuple[Part | ChoiceQuestion, ...] = ()
    if asked:
        yes = (Option(asked, "Yes, take this text down"),)
        reason, sentence = ReportReason(typed(answers, REASON)), typed(answers, SENTENCE).strip()
        sure = (
            Notice("This cannot be undone. In its place everyone reads:"),
            Quote("Instead", instead(today, reason, sentence)),
            ChoiceQuestion(SURE, "Take it down?", yes, values=chosen(answers, SURE, yes)),
        )
    return Form(
        title="Take a text down",
        body=(
            Paragraph(f"{first_large(KINDS[text.kind])} on {short_title(text.title)}."),
            *sure,
            ChoiceQuestion(REASON, "Reason", _REASONS, values=chosen(answers, REASON, _REASONS)),
            TextQuestion(
                SENTENCE,
                "Why, in one sentence",
                hint="Everyone who could read the text reads this. Do not repeat what is wrong with it.",
                value=typed(answers, SENTENCE),
                limit=SENTENCE_LIMIT,
            ),
            Paragraph(
                "Answers, the people who say the same, and the time to answer stay as they are. The author reads why "
                "in My flags."
            ),
        ),
        intent=TakeTextDown(text.kind, text.id),
        send="Take it down",
        nonce=nonce,
        problems=problems,
    )


def taken_down_form(view: TakeDownView, text: TakeTextDown | SeeTakeDown) -> Form:
    """What became of a text that was taken down: how many messages show it no more, and what is out of reach."""
    still = f"{count(view.waiting, 'message')} {are(view.waiting)} still to be changed. Look again in a minute."
    changed = f"{count(view.updated, 'message')} with it {'was' if view.updated == 1 else 'were'} changed."
    return Form(
        "Taken down",
        (
            Heading(f"{first_large(KINDS[view.kind])} on {short_title(view.title)}"),
            Quote("Everyone reads", instead(view.on, view.reason, view.sentence)),
            Paragraph(changed),
            *((Notice(still),) if view.waiting else ()),
            Heading("Out of reach"),
            *(Paragraph(f"{first_large(where)}: {reason}.") for where, reason in view.beyond),
            *map(Paragraph, OUT_OF_REACH),
            Paragraph(f"In the files of the database it is until the morning of {long_date(view.files_by)}."),
            FormButton("See what became of it", SeeTakeDown(text.kind, text.text)),
        ),
        close="Done",
    )


def left_form() -> Form:
    """The text stays."""
    return Form(
        _TITLE,
        (Notice("This text stays as it is."), Paragraph("If it is reported again, you are told again.")),
        close="Done",
    )


_DAY = date(2026, 12, 9)
_REPORT = ReportView(
    TextKind.FLAG,
    invented.TIMETABLE.id,
    invented.PERMIT.title,
    (ReportReason.NAMES, ReportReason.OTHER),
    date(2026, 12, 8),
)
_TEXT = TextView(
    TextKind.FLAG,
    invented.TIMETABLE.id,
    invented.PERMIT.id,
    invented.PERMIT.title,
    (("Why", invented.TIMETABLE.because), ("What would make it deliverable", invented.TIMETABLE.remedy)),
)
_SENTENCE = "It named a member of staff."
_DOWN = TakeDownView(
    TextKind.FLAG,
    invented.PERMIT.title,
    ReportReason.NAMES,
    _SENTENCE,
    _DAY,
    date(2026, 12, 10),
    updated=3,
    waiting=1,
    beyond=(("a message in digital-delivery", "channel_not_found"),),
)

SCREEN = "reported texts"
EXAMPLE = reports_form(
    (
        _REPORT,
        ReportView(TextKind.ANSWER, invented.ANSWER.id, "Same-day address change", (ReportReason.OTHER,), _DAY, _DAY),
    ),
    Page(1, 2),
)
STATES = {
    "none": reports_form((), Page()),
    "second page": reports_form((_REPORT,), Page(2, 11)),
    "one text": reported_text_form(_TEXT, (ReportReason.NAMES,), may_leave=True),
    "one's own": reported_text_form(_TEXT, (ReportReason.NAMES,), may_leave=False),
    "take it down": take_down_form(_TEXT, answers={}, problems={}, nonce="invented", today=_DAY),
    "asked twice": take_down_form(
        _TEXT,
        answers={REASON: ("names",), SENTENCE: (_SENTENCE,)},
        problems={SURE: "Select yes if this is what you want"},
        nonce="invented",
        asked="names",
        today=_DAY,
    ),
    "taken down": taken_down_form(_DOWN, TakeTextDown("flag", invented.TIMETABLE.id)),
    "left": left_form(),
}
