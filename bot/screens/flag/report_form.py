"""Reporting a text: which one, and what is wrong with it. Who reports is kept nowhere."""

from collections.abc import Mapping

from bot.interface.announcements import cut_at_word
from bot.interface.intents import Intent, ReportAnnouncement, ReportText
from bot.interface.parts import ChoiceQuestion, Form, Notice, Option, Paragraph, Question
from bot.interface.views import TextView
from bot.screens import invented
from bot.screens.form_values import Answers, chosen
from bot.screens.phrases import first_large, short_title
from bot.screens.taken_down import KINDS, REASONS
from storage import TextKind

TEXT = "text"
REASON = "reason"
_LONGEST_OPTION = 75
_WRONG = tuple(Option(reason.value, label) for reason, label in REASONS.items())
_READ = (
    "A records officer reads this one text. The policy owner is told that a text was reported. Nobody is told that it "
    "was you, and we keep no record of that."
)


def report_form(
    texts: tuple[TextView, ...], intent: Intent, *, answers: Answers, problems: Mapping[str, str], nonce: str
) -> Form:
    """Asks which of the texts, where there are several, and what is wrong with it."""
    return Form(
        title="Report this text",
        body=(
            Paragraph(f"{short_title(texts[0].title)}."),
            Paragraph(_READ),
            *((_which(texts, answers),) if len(texts) > 1 else ()),
            ChoiceQuestion(REASON, "What is wrong with it?", _WRONG, values=chosen(answers, REASON, _WRONG)),
        ),
        intent=intent,
        send="Report",
        nonce=nonce,
        problems=problems,
    )


def key_of(text: TextView) -> str:
    """The value that stands for a text in the form."""
    return f"{text.kind}:{text.id.hex}"


def _which(texts: tuple[TextView, ...], answers: Answers) -> Question:
    options = tuple(Option(key_of(each), _excerpt(each)) for each in texts)
    return ChoiceQuestion(TEXT, "Which text?", options, values=chosen(answers, TEXT, options), placeholder="Choose one")


def _excerpt(text: TextView) -> str:
    said = " ".join(text.says[0][1].split()) if text.says else ""
    return cut_at_word(f"{first_large(KINDS[text.kind])}: {said}", _LONGEST_OPTION)


def reported_form() -> Form:
    """The text is reported."""
    return Form(
        "Reported",
        (Notice("Thank you. A records officer is told."), Paragraph("Nobody is told that it was you.")),
        close="Done",
    )


_TEXTS = (
    TextView(
        TextKind.FLAG,
        invented.TIMETABLE.id,
        invented.PERMIT.id,
        invented.PERMIT.title,
        (("Why", invented.TIMETABLE.because),),
    ),
    TextView(
        TextKind.ANSWER,
        invented.ANSWER.id,
        invented.PERMIT.id,
        invented.PERMIT.title,
        (("Answer", invented.ANSWER.text),),
    ),
)

SCREEN = "report a text"
EXAMPLE = report_form(_TEXTS, ReportText(invented.TIMETABLE.id), answers={}, problems={}, nonce="invented")
STATES = {
    "one text": report_form(
        _TEXTS[:1],
        ReportAnnouncement(invented.PERMIT.id),
        answers={},
        problems={REASON: "Select what is wrong with it"},
        nonce="invented",
    ),
    "reported": reported_form(),
}
