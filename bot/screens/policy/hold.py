"""Legal hold: the admin's form, and what it confirms."""

from collections.abc import Mapping
from datetime import date

from bot.calendar.dates import short_date
from bot.interface.intents import HoldPolicy, LiftHold
from bot.interface.parts import Button, Form, Heading, Notice, Paragraph, Part, TextQuestion
from bot.interface.views import AudienceView, PolicyName
from bot.screens import invented
from bot.screens.form_values import Answers, typed
from bot.screens.who_is_on_it import everyone_sees

REASON_LIMIT = 200


def hold_form(
    policy: PolicyName,
    *,
    held_on: date | None,
    answers: Answers,
    problems: Mapping[str, str],
    nonce: str,
    audience: AudienceView | None = None,
) -> Form:
    """Asks why; with a button that lifts the hold that there is."""
    return Form(
        title="Legal hold",
        body=(
            Heading(policy.title),
            *_current_hold(policy, held_on),
            Notice("On hold, what was written on this policy is kept until an admin lifts the hold."),
            Paragraph("The day after which nobody can link flags to people does not move."),
            Paragraph(f"{everyone_sees(audience, 'that it is on hold, and not the reason')} The audit log keeps both."),
            TextQuestion("reason", "Reason", hint="One sentence.", value=typed(answers, "reason"), limit=REASON_LIMIT),
        ),
        intent=HoldPolicy(policy.id),
        send="Put on hold",
        nonce=nonce,
        problems=problems,
    )


def _current_hold(policy: PolicyName, held_on: date | None) -> tuple[Part, ...]:
    if held_on is None:
        return ()
    return (Paragraph(f"On hold since {short_date(held_on)}."), Button("Lift the hold", LiftHold(policy.id)))


def held_form(policy: PolicyName) -> Form:
    """Confirms a hold to the admin."""
    return Form("On hold", (Notice(f"{policy.title} is on legal hold. Its texts are kept."),), close="Done")


def lifted_form(policy: PolicyName, text_until: date) -> Form:
    """Confirms the end of a hold to the admin."""
    said = f"{policy.title} is no longer on hold. It is closed for good after {short_date(text_until)}."
    return Form("Hold lifted", (Notice(said),), close="Done")


_PERMIT = PolicyName(invented.PERMIT.id, invented.PERMIT.title)
SCREEN = "legal hold"
EXAMPLE = hold_form(_PERMIT, held_on=None, answers={}, problems={}, nonce="invented")
STATES = {
    "on hold": hold_form(
        _PERMIT,
        held_on=date(2026, 12, 9),
        answers={"reason": ("A request for information came.",)},
        problems={},
        nonce="invented",
    ),
    "done": held_form(_PERMIT),
    "lifted": lifted_form(_PERMIT, date(2029, 1, 31)),
}
