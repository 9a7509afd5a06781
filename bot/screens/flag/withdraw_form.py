"""What *Withdraw* opens: it asks once more, because what is withdrawn cannot be got back."""

from bot.interface.intents import WithdrawFlag
from bot.interface.parts import Button, Form, Heading, Paragraph, Quote
from bot.screens import invented
from bot.screens.quoted import because_label
from storage import Verdict


def withdraw_form(title: str, verdict: Verdict, because: str, intent: WithdrawFlag) -> Form:
    """Whether to withdraw a flag on the policy of that title, with what it says."""
    return Form(
        title="Withdraw your flag?",
        body=(
            Heading(title),
            Quote(because_label(verdict), because),
            Paragraph("It is then shown to nobody, and its text is deleted. You cannot get it back."),
            Button("Withdraw my flag", intent),
        ),
        close="Keep it",
    )


SCREEN = "withdraw form"
EXAMPLE = withdraw_form(
    invented.PERMIT.title,
    Verdict.NOT,
    "The contracts of 60 councils end after April.",
    WithdrawFlag(invented.TIMETABLE.id),
)
