"""Who is on a policy: the form of its announcer and its owner, and what it confirms."""

from collections.abc import Mapping

from bot.calendar.dates import count
from bot.interface.intents import ChangeAudience
from bot.interface.parts import ChoiceQuestion, Form, Heading, Notice, Option, Paragraph, Part
from bot.interface.views import AudienceView, PolicyName
from bot.screens import invented
from bot.screens.form_values import Answers, chosen
from bot.screens.phrases import first_large
from bot.screens.who_is_on_it import who
from storage import Audience

NAME = "audience"
SURE = "sure"
OPTIONS = (
    Option(Audience.MEMBERS, "Members of its channels", "Nobody else sees that there is such a policy"),
    Option(Audience.EVERYONE, "Everyone", "All members of any connected channel, guests left out"),
)
_SURE = (Option("yes", "Yes, show it to them"),)


def audience_form(
    policy: PolicyName,
    audience: AudienceView,
    wider: AudienceView | None = None,
    *,
    answers: Answers,
    problems: Mapping[str, str],
    nonce: str,
) -> Form:
    """Asks who is on it; `wider` is who would be, once that was chosen: it is confirmed before anybody sees it."""
    sure: tuple[Part | ChoiceQuestion, ...] = ()
    if wider is not None:
        more = count(max(wider.people - audience.people, 0), "more person")
        sure = (
            Notice(
                f"{first_large(more)}, and anyone who joins a connected channel, will see its title, summary, link and "
                "policy owner, and all that is said on it from then on. This can be done once."
            ),
            ChoiceQuestion(SURE, "Show it to them?", _SURE, values=chosen(answers, SURE, _SURE)),
        )
    return Form(
        title="Who is on it",
        body=(
            Heading(policy.title),
            Paragraph(f"On it now: {who(audience)}."),
            *sure,
            ChoiceQuestion(NAME, "Who is on this policy?", OPTIONS, values=chosen(answers, NAME, OPTIONS)),
            Paragraph(
                "It can be made smaller at any time. It can be made larger only while nobody can have sent a flag that "
                "others were not to read."
            ),
        ),
        intent=ChangeAudience(policy.id),
        send="Save",
        nonce=nonce,
        problems=problems,
    )


def audience_saved_form(policy: PolicyName, audience: AudienceView) -> Form:
    """Confirms who is on it from now on."""
    return Form("Saved", (Notice(f"On {policy.title} are now {who(audience)}."),), close="Done")


_PERMIT = PolicyName(invented.PERMIT.id, invented.PERMIT.title)
_EVERYONE = AudienceView(everyone=True, people=412)
SCREEN = "who is on it"
EXAMPLE = audience_form(_PERMIT, invented.ON_IT, answers={NAME: (Audience.MEMBERS,)}, problems={}, nonce="invented")
STATES = {
    "wider": audience_form(
        _PERMIT,
        invented.ON_IT,
        _EVERYONE,
        answers={NAME: (Audience.EVERYONE,)},
        problems={SURE: "Select yes, or leave it as it is"},
        nonce="invented",
    ),
    "channels gone": audience_form(
        _PERMIT, AudienceView(everyone=False, people=0), answers={NAME: ("members",)}, problems={}, nonce="invented"
    ),
    "saved": audience_saved_form(_PERMIT, _EVERYONE),
}
