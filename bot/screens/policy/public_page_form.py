"""Whether a policy has a public page: the admin's form, and what it confirms."""

from collections.abc import Mapping

from bot.interface.intents import PublicPage
from bot.interface.parts import Form, Heading, Notice, Paragraph
from bot.interface.views import PolicyName
from bot.screens import invented
from bot.screens.form_values import Answers
from bot.screens.yes_or_no import yes_no_question

NAME = "public"
MEMBERS_ONLY = "Select no: only a policy that everyone is on can have a public page"


def public_page_form(policy: PolicyName, *, answers: Answers, problems: Mapping[str, str], nonce: str) -> Form:
    """Asks whether the policy has one, and says first what stands on it."""
    return Form(
        title="Public page",
        body=(
            Heading(policy.title),
            Notice(
                "Anyone who has its address can open a public page, without signing in, also from outside the "
                "organisation. No page lists it."
            ),
            Paragraph(
                "It shows the title, the summary, the link, the policy owner, and how many flags of each verdict are "
                "shown and answered. It shows no text of a flag or an answer, and no other name."
            ),
            yes_no_question(NAME, "Does it have a public page?", "Without one, its address leads nowhere.", answers),
        ),
        intent=PublicPage(policy.id),
        send="Save",
        nonce=nonce,
        problems=problems,
    )


def public_page_saved_form(policy: PolicyName, *, public: bool) -> Form:
    """Confirms it to the admin."""
    has = "has a public page" if public else "has no public page"
    return Form("Saved", (Notice(f"{policy.title} {has}."),), close="Done")


_PERMIT = PolicyName(invented.PERMIT.id, invented.PERMIT.title)
SCREEN = "public page form"
EXAMPLE = public_page_form(_PERMIT, answers={NAME: ("no",)}, problems={}, nonce="invented")
STATES = {
    "refused": public_page_form(_PERMIT, answers={NAME: ("yes",)}, problems={NAME: MEMBERS_ONLY}, nonce="invented"),
    "on": public_page_saved_form(_PERMIT, public=True),
    "off": public_page_saved_form(_PERMIT, public=False),
}
