"""Withdrawing an announcement: the form, and what the policy owner and everyone on the policy are told."""

from collections.abc import Mapping

from bot.interface.intents import SeeFlags, WithdrawAnnouncement
from bot.interface.parts import Card, Form, FormButton, Heading, Notice, Paragraph, TextQuestion
from bot.interface.views import PolicyView
from bot.screens import invented
from bot.screens.form_values import Answers, typed
from bot.screens.phrases import short_title
from bot.screens.policy.policy_card import withdrawn_lines

REASON_LIMIT = 200


def withdraw_announcement_form(
    policy: PolicyView, *, answers: Answers, problems: Mapping[str, str], nonce: str
) -> Form:
    """Asks why, and says what happens."""
    return Form(
        title="Withdraw announcement",
        body=(
            Heading(policy.title),
            Notice("Everyone on this policy sees your name, the date and the reason. You cannot undo this."),
            Paragraph(
                "It takes no more flags, and nobody is asked to answer any. Flags sent before can still be read by "
                "those who are on it. What was promised on it is stopped."
            ),
            TextQuestion("reason", "Reason", hint="One sentence.", value=typed(answers, "reason"), limit=REASON_LIMIT),
        ),
        intent=WithdrawAnnouncement(policy.id),
        send="Withdraw it",
        nonce=nonce,
        problems=problems,
    )


def announcement_withdrawn_card(policy: PolicyView) -> Card:
    """For the policy owner, and under the card for everyone on the policy."""
    what = f"The announcement of {short_title(policy.title)}"
    return Card(
        (*withdrawn_lines(policy, what), FormButton("See flags", SeeFlags(policy.id))), f"{what} was withdrawn."
    )


def announcement_withdrawn_form(policy: PolicyView) -> Form:
    """Confirms it to whoever withdrew it."""
    return Form("Announcement withdrawn", withdrawn_lines(policy), close="Done")


SCREEN = "withdraw announcement"
EXAMPLE = withdraw_announcement_form(invented.PERMIT, answers={}, problems={}, nonce="invented")
STATES = {
    "told": announcement_withdrawn_card(invented.WITHDRAWN),
    "done": announcement_withdrawn_form(invented.WITHDRAWN),
}
