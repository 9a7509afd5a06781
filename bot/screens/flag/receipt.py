"""The receipt of a flag or a second: the answer to the author's own click, in the window of the form only."""

from dataclasses import replace
from datetime import date

from bot.calendar.dates import long_date, moment, short_date
from bot.interface.intents import ChangeFlag, MyFlags, SeeFlag, WithdrawFlag
from bot.interface.parts import Form, FormButton, Heading, Notice, Paragraph, Part
from bot.interface.views import ReceiptView
from bot.screens import invented, labels
from bot.screens.promises import NAMED_TO, hold_line
from bot.screens.refusals import too_many
from bot.screens.who_is_on_it import who
from storage import Promise
from storage.authors_key import FLAGS_A_PERSON

_NO_MESSAGE = "We will not message you. Look in My flags, or for a reply under the card."


def receipt_form(receipt: ReceiptView) -> Form:
    """That it is saved, what happens next and when, and the buttons back to it."""
    if receipt.seconded:
        return Form("Saved", _second_receipt(receipt), close="Done")
    if receipt.promise is Promise.DETACHED:
        return Form("Flag saved", _detached_receipt(receipt), close="I have kept my code")
    body = _named_receipt(receipt) if receipt.promise is Promise.NAMED else _confidential_receipt(receipt)
    return Form("Flag saved", body, close="Done")


def _confidential_receipt(receipt: ReceiptView) -> tuple[Part, ...]:
    return (
        Notice("Your flag is saved. Nobody is shown your name."),
        Paragraph("What happens next:"),
        _shown_step(receipt),
        *_numbered_steps(_digest_step(receipt), _no_answer_step(receipt), _NO_MESSAGE),
        Paragraph("You can change or withdraw it until it is shown."),
        *_last_one(receipt),
        Paragraph(f"{_not_linked_after(receipt)}, and it is no longer in My flags."),
        *_closed_for_good(receipt),
        FormButton("See my flags", MyFlags()),
        FormButton("Change", ChangeFlag(receipt.flag), "Change this flag"),
        FormButton("Withdraw", WithdrawFlag(receipt.flag), "Withdraw this flag"),
    )


def _detached_receipt(receipt: ReceiptView) -> tuple[Part, ...]:
    return (
        Notice("Your flag is saved. This is your code:"),
        Heading(receipt.code),
        Paragraph(
            "Copy it now and keep it where only you can see it. We show it once. If you lose it, nobody can get it "
            "back, and you cannot see the answer or reply."
        ),
        Paragraph("To use it: open Deliverable, choose Use a code. We do not record who used it."),
        Paragraph(
            "The chat or browser you read it in saw it too. It proves to whoever asks for it that the flag is yours."
        ),
        Paragraph("What happens next:"),
        _shown_step(receipt),
        *_numbered_steps(_digest_step(receipt), _no_answer_step(receipt)),
        Paragraph("You can change or withdraw it until it is shown, by the code."),
    )


def _shown_step(receipt: ReceiptView) -> Paragraph:
    return Paragraph(
        f"1. It is shown by {long_date(receipt.shown_by)}, with any others, to {who(receipt.audience)}. "
        "It can wait until then, so that it is less likely to be shown alone."
    )


def _named_receipt(receipt: ReceiptView) -> tuple[Part, ...]:
    owner = receipt.owner or "The policy owner"
    return (
        Notice(f"Your flag is saved. {owner} will see your name."),
        Paragraph("We will message you when there is an answer."),
        Paragraph("What happens next:"),
        Paragraph(f"1. It is shown now to {who(receipt.audience)}. {NAMED_TO}"),
        *_numbered_steps(_digest_step(receipt), _no_answer_step(receipt)),
        *_last_one(receipt),
        *_closed_for_good(receipt),
        FormButton("See my flags", MyFlags()),
    )


def _last_one(receipt: ReceiptView) -> tuple[Part, ...]:
    """Said before more is typed that could not be sent."""
    return (Paragraph(f"{too_many(FLAGS_A_PERSON)}."),) if receipt.is_last else ()


def _numbered_steps(*sentences: str) -> tuple[Part, ...]:
    """The steps after the first, numbered; empty ones are left out."""
    return tuple(Paragraph(f"{n}. {each}") for n, each in enumerate((each for each in sentences if each), 2))


def _no_answer_step(receipt: ReceiptView) -> str:
    if receipt.answer_by is None:
        return ""
    told = ", then ".join(f"the {labels.ROLES[each]}" for each in receipt.told)
    return f"If there is no answer, we tell {told or 'an admin'}."


def _closed_for_good(receipt: ReceiptView) -> tuple[Part, ...]:
    closed = f"After {short_date(receipt.ends.texts_until)} it is closed for good."
    return hold_line(receipt.ends.held_on) or (Paragraph(closed),)


def _not_linked_after(receipt: ReceiptView) -> str:
    return f"After {short_date(receipt.ends.authors_day)} nobody can link it to you"


def _second_receipt(receipt: ReceiptView) -> tuple[Part, ...]:
    return (
        Notice("Saved. You see this too. We show your name to nobody."),
        Paragraph(f"The count moves by {long_date(receipt.shown_by)}, with any others. You are counted once."),
        Paragraph("We will not message you. Look for a reply under the card."),
        Paragraph(f"{_not_linked_after(receipt)}."),
        FormButton("Read the flag", SeeFlag(receipt.flag)),
    )


def _digest_step(receipt: ReceiptView) -> str:
    owner = receipt.owner or "The policy owner"
    when = f"by the digest of {moment(receipt.digest_at, receipt.zone)}" if receipt.digest_at else "in a digest"
    asked = f" and is asked to answer by {long_date(receipt.answer_by)}" if receipt.answer_by else ""
    return f"{owner} gets it {when}{asked}."


SCREEN = "receipt"
EXAMPLE = receipt_form(invented.RECEIPT)
STATES = {
    "detached": receipt_form(
        replace(invented.RECEIPT, promise=Promise.DETACHED, code="7KQ4 M2XD 9RTP HW3C V8NB J5TF 2G")
    ),
    "the last one": receipt_form(replace(invented.RECEIPT, is_last=True)),
    "named": receipt_form(replace(invented.RECEIPT, promise=Promise.NAMED)),
    "on hold": receipt_form(replace(invented.RECEIPT, ends=replace(invented.ENDS, held_on=date(2026, 12, 2)))),
    "second": receipt_form(replace(invented.RECEIPT, seconded=True)),
    "no digest planned": receipt_form(replace(invented.RECEIPT, digest_at=None, answer_by=None)),
}
