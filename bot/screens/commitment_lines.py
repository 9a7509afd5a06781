"""How a commitment reads beside the answer that made it: what was said about it since, or that nobody said anything."""

from datetime import date

from bot.calendar.dates import long_date
from bot.interface.announcements import cut_at_word
from bot.interface.intents import SayDone, SayWillNotHappen, SeeFlag, SetNewDay
from bot.interface.parts import FormButton, Paragraph, Part, Quote
from bot.interface.views import CommitmentUpdateView, CommitmentView
from bot.screens import labels
from bot.screens.phrases import accessible
from storage import CommitmentState, Role, UpdateKind

IN_A_LIST = 200


def commitment_lines(commitment: CommitmentView, rest: SeeFlag | None = None) -> tuple[Part, ...]:
    """What became of a commitment, the last word only; with `rest`, its first words and that button."""
    update = commitment.updates[-1] if commitment.updates else None
    match commitment.state:
        case CommitmentState.DONE:
            return _said(f"Done, on {long_date(update.on)}.", "How", update, rest) if update else (Paragraph("Done."),)
        case CommitmentState.WILL_NOT_HAPPEN:
            return _said("Will not happen.", "Reason", update, rest) if update else (Paragraph("Will not happen."),)
        case CommitmentState.REPLACED:
            return (Paragraph(f"Replaced by a later answer{_on(commitment)}."),)
        case CommitmentState.STOPPED:
            return (Paragraph(f"Stopped{_on(commitment)}, because the policy is no more."),)
        case CommitmentState.PROMISED | CommitmentState.ASKED | CommitmentState.NO_WORD:
            return (*_new_day(commitment, rest), *_asked(commitment))


def commitment_text(commitment: CommitmentView) -> str:
    """The same as one text, for files."""
    return " ".join(_text(each) for each in commitment_lines(commitment))


def _text(part: Part) -> str:
    if isinstance(part, Quote):
        return f"{part.label}: {part.text}"
    return part.text if isinstance(part, Paragraph) else ""


def _on(commitment: CommitmentView) -> str:
    return f" on {long_date(commitment.ended_on)}" if commitment.ended_on else ""


def _new_day(commitment: CommitmentView, rest: SeeFlag | None) -> tuple[Part, ...]:
    update = next((each for each in reversed(commitment.updates) if each.kind is UpdateKind.NEW_DAY), None)
    if commitment.by_date == commitment.first_by and update is None:
        return ()
    lead = f"New day: {long_date(commitment.by_date)}. First promised for {long_date(commitment.first_by)}."
    return _said(lead, "Reason", update, rest)


def _asked(commitment: CommitmentView) -> tuple[Part, ...]:
    if commitment.state is CommitmentState.NO_WORD and commitment.told_on is not None:
        told = f"the {labels.ROLES[commitment.told]}" if commitment.told else "an admin"
        since = f"No word since {long_date(commitment.by_date)}."
        return (Paragraph(f"{since} We told {told} on {long_date(commitment.told_on)}."),)
    if commitment.state is not CommitmentState.PROMISED and commitment.asked_on is not None:
        return (Paragraph(f"We asked on {long_date(commitment.asked_on)} whether this is done."),)
    return ()


def _said(lead: str, label: str, update: CommitmentUpdateView | None, rest: SeeFlag | None) -> tuple[Part, ...]:
    if update is None:
        return (Paragraph(lead),)
    who = "" if update.role is Role.OWNER else f" {update.by} ({labels.ROLES[update.role]}) says so."
    cut = cut_at_word(update.text, IN_A_LIST) if rest else update.text
    return (Paragraph(f"{lead}{who}"), Quote(label, cut, rest if cut != update.text else None, whole=rest))


def day_off_line(by_date: date, asked_on: date | None) -> tuple[Paragraph, ...]:
    """What is said of a promise for a day that is no working day: from when its owner is asked about it."""
    if asked_on is None:
        return ()
    asked = f"You are asked about it from {long_date(asked_on)} on."
    return (Paragraph(f"{long_date(by_date)} is no working day. {asked}"),)


def promise_buttons(commitment: CommitmentView, about: str) -> tuple[Part, ...]:
    """The buttons with which whoever answers for a policy says what became of a promise; none once it has ended."""
    if commitment.ended_on is not None:
        return ()
    return (
        FormButton("Done", SayDone(commitment.id), accessible("Done", about)),
        FormButton("New day", SetNewDay(commitment.id), accessible("New day", about)),
        FormButton("Will not happen", SayWillNotHappen(commitment.id), accessible("Will not happen", about)),
    )
