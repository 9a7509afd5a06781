"""Pausing the time to answer: the admin's form, and what the policy owner and everyone else are told."""

from collections.abc import Mapping

from bot.calendar.dates import long_date
from bot.interface.intents import PauseAnswers, ResumeAnswers, SeeFlags
from bot.interface.parts import (
    Button,
    Card,
    DateQuestion,
    Form,
    FormButton,
    Heading,
    Notice,
    Paragraph,
    Part,
    TextQuestion,
)
from bot.interface.views import AudienceView, PolicyView
from bot.screens import invented
from bot.screens.form_values import Answers, typed
from bot.screens.phrases import short_title
from bot.screens.policy.policy_card import pause_line
from bot.screens.who_is_on_it import everyone_sees

REASON_LIMIT = 200


def pause_form(
    policy: PolicyView,
    *,
    answers: Answers,
    problems: Mapping[str, str],
    nonce: str,
    audience: AudienceView | None = None,
) -> Form:
    """Asks until when and why; with a button that ends the current pause. `audience` is who is on the policy."""
    return Form(
        title="Pause answers",
        body=(
            Heading(policy.title),
            *_current_pause(policy),
            Notice(f"{everyone_sees(audience, 'the date and the reason')} The policy owner gets a message."),
            Paragraph("Nobody is reminded meanwhile. As many working days are left afterwards as there were before."),
            DateQuestion("until", "Paused until", hint="The last day of the pause.", value=typed(answers, "until")),
            TextQuestion("reason", "Reason", hint="One sentence.", value=typed(answers, "reason"), limit=REASON_LIMIT),
        ),
        intent=PauseAnswers(policy.id),
        send="Pause answers",
        nonce=nonce,
        problems=problems,
    )


def _current_pause(policy: PolicyView) -> tuple[Part, ...]:
    line = pause_line(policy)
    return (*line, Button("Resume answers", ResumeAnswers(policy.id))) if line else ()


def paused_card(policy: PolicyView) -> Card:
    """For the policy owner, and under the card for everyone."""
    if policy.paused_until is None:
        return resumed_card(policy)
    said = f"Time to answer on {short_title(policy.title)} is paused until {long_date(policy.paused_until)}."
    reason = Paragraph(f"Reason: {policy.paused_reason}")
    return Card((Notice(said), reason, _see_flags(policy)), said)


def resumed_card(policy: PolicyView) -> Card:
    """For the same readers, when the pause ends before its day."""
    said = f"Time to answer on {short_title(policy.title)} counts again."
    return Card(
        (Notice(said), Paragraph("As many working days are left as before the pause."), _see_flags(policy)), said
    )


def paused_form(policy: PolicyView) -> Form:
    """Confirms a pause to the admin."""
    until = f" until {long_date(policy.paused_until)}" if policy.paused_until else ""
    return Form("Answers paused", (Notice(f"Time to answer on {policy.title} is paused{until}."),), close="Done")


def resumed_form(policy: PolicyView) -> Form:
    """Confirms the end of a pause to the admin."""
    return Form("Answers resumed", (Notice(f"Time to answer on {policy.title} counts again."),), close="Done")


def _see_flags(policy: PolicyView) -> FormButton:
    return FormButton("See flags", SeeFlags(policy.id))


SCREEN = "pause answers"
EXAMPLE = pause_form(invented.PERMIT, answers={}, problems={}, nonce="invented")
STATES = {
    "paused already": pause_form(
        invented.PAUSED,
        answers={"until": ("2027-01-08",), "reason": ("An election period.",)},
        problems={},
        nonce="invented",
    ),
    "told": paused_card(invented.PAUSED),
    "told of its end": resumed_card(invented.PERMIT),
    "done": paused_form(invented.PAUSED),
    "ended": resumed_form(invented.PERMIT),
}
