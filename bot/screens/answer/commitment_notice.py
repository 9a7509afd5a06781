"""How people hear what became of a promise: the reply under the card, and a message to a *Named* author."""

from uuid import UUID

from bot.calendar.dates import long_date
from bot.interface.intents import NotSettled, SeeFlag, SeePromises, Settle
from bot.interface.parts import Button, Card, FormButton, Notice, Paragraph, Part
from bot.interface.views import CommitmentUpdateView, PromisedView
from bot.screens import invented, labels
from bot.screens.phrases import accessible, short_title
from bot.screens.quoted import BECAUSE_IN_A_LIST, excerpt
from storage import ReplyStage, Role, UpdateKind


def commitment_notice_card(promised: PromisedView, update: CommitmentUpdateView) -> Card:
    """For everyone on the policy: who said what of a promise, and what the promise was."""
    title = promised.policy.title
    see = FormButton("See promises", SeePromises(promised.policy.id), accessible("See promises", title))
    lead = _lead(promised, update)
    # Where a platform has no threads, it does not stand under the card.
    return Card(
        (Notice(lead), Paragraph(f"On {short_title(title)}."), *_texts(promised, update), see), _alone(title, lead)
    )


def _alone(title: str, lead: str) -> str:
    return f"{short_title(title)}: {lead}"


def commitment_message_card(promised: PromisedView, update: CommitmentUpdateView, flags: tuple[UUID, ...]) -> Card:
    """For the author of these *Named* flags, to which this was promised: whether that settles each of them."""
    lead = _lead(promised, update)
    to_you = f"It was promised to you, in answer to {'your flag' if len(flags) == 1 else f'your {len(flags)} flags'}."
    each_flag = (part for number, each in enumerate(flags, 1) for part in _own_flag(promised, update, each, number))
    title = promised.policy.title
    said = Paragraph(f"{to_you} On {short_title(title)}.")
    return Card((Notice(lead), said, *_texts(promised, update), *each_flag), _alone(title, lead))


def _own_flag(promised: PromisedView, update: CommitmentUpdateView, flag: UUID, number: int) -> tuple[Part, ...]:
    about = (f"flag {number}", promised.policy.title)
    read = FormButton("Read the flag", SeeFlag(flag), accessible("Read the flag", *about))
    if update.kind is UpdateKind.NEW_DAY:
        return (read,)
    to = (promised.answer.id, flag, "", ReplyStage.DONE)
    return (
        read,
        Notice("Does this settle it?"),
        Button("Settled", Settle(*to), accessible("Settled", *about)),
        FormButton("Not settled", NotSettled(*to), accessible("Not settled", *about)),
    )


def _lead(promised: PromisedView, update: CommitmentUpdateView) -> str:
    who = update.by if update.role is Role.OWNER else f"{update.by} ({labels.ROLES[update.role]})"
    match update.kind:
        case UpdateKind.DONE:
            return f"{who} says that a promise is done."
        case UpdateKind.WILL_NOT_HAPPEN:
            return f"{who} says that a promise will not happen."
        case UpdateKind.NEW_DAY:
            day = f"{long_date(update.by_date)}" if update.by_date else ""
            first = f"First promised for {long_date(promised.commitment.first_by)}."
            return f"{who} gave a promise a new day: {day}. {first}"


def _texts(promised: PromisedView, update: CommitmentUpdateView) -> tuple[Part, ...]:
    rest = SeeFlag(promised.flag)
    return (
        excerpt("What was promised", promised.answer.text, BECAUSE_IN_A_LIST, rest),
        excerpt("How" if update.kind is UpdateKind.DONE else "Reason", update.text, 1_000, rest),
    )


_PROMISED = PromisedView(invented.PERMIT, invented.ANSWER, invented.COMMITMENT, invented.TIMETABLE.id, 2)

SCREEN = "promise under the card"
EXAMPLE = commitment_notice_card(_PROMISED, invented.updated(UpdateKind.DONE))
STATES = {
    "new day": commitment_notice_card(_PROMISED, invented.updated(UpdateKind.NEW_DAY)),
    "will not happen": commitment_notice_card(_PROMISED, invented.updated(UpdateKind.WILL_NOT_HAPPEN)),
    "to a named flagger": commitment_message_card(
        _PROMISED, invented.updated(UpdateKind.DONE), (invented.TIMETABLE.id, invented.LEGACY.id)
    ),
}
