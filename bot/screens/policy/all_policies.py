"""All announced policies, and one of them, for admins: what they can do for a policy without reading its flags."""

from bot.calendar.dates import long_date
from bot.interface.intents import (
    AllPolicies,
    ChangeAudience,
    HoldPolicy,
    KeepTexts,
    LookAfterPolicy,
    NameOwner,
    PauseAnswers,
    PublicPage,
)
from bot.interface.pages import Page
from bot.interface.parts import Form, FormButton, Heading, Notice, Paragraph, Part
from bot.interface.views import AudienceView, PolicyName, PolicyView
from bot.screens import invented
from bot.screens.paging import page_buttons, page_line
from bot.screens.phrases import accessible, short_title
from bot.screens.policy.policy_card import owner_line
from bot.screens.who_is_on_it import who

_ORDER = "The newest come first."
_NONE = "Nothing has been announced yet."


def all_policies_form(policies: tuple[PolicyName, ...], page: Page) -> Form:
    """The policies in the order given, which are those of that page."""
    body: list[Part] = [*page_line(page, "policy", _ORDER)]
    for each in policies:
        about = accessible("See options", each.title)
        body += [Heading(short_title(each.title), 3), FormButton("See options", LookAfterPolicy(each.id), about)]
    if not policies:
        body.append(Paragraph(_NONE))
    return Form("All policies", (*body, *page_buttons(page, "policy", AllPolicies)), close="Close")


def look_after_form(
    policy: PolicyView, *, reads: bool, may_change_audience: bool = False, audience: AudienceView | None = None
) -> Form:
    """What an admin can do for one policy; `reads` is whether they are on it, and so read its flags too."""
    until = f"Open for flags until {long_date(policy.closes_on)}." if policy.open else "It takes no flags any more."
    return Form(
        "Look after a policy",
        (
            Heading(policy.title),
            Paragraph(f"{owner_line(policy)} {until}"),
            *((Paragraph(f"On this policy: {who(audience)}."),) if audience else ()),
            *(() if reads else (Notice("You are not on this policy: you can look after it, and not read its flags."),)),
            Paragraph(f"On the command line, {policy.id} is the id of this policy."),
            *_buttons(policy, may_change_audience=may_change_audience),
        ),
        close="Close",
    )


def _buttons(policy: PolicyView, *, may_change_audience: bool) -> tuple[Part, ...]:
    title = policy.title
    return (
        FormButton("Name someone else", NameOwner(policy.id), accessible("Name someone else", title)),
        FormButton("Pause answers", PauseAnswers(policy.id), accessible("Pause answers", title)),
        FormButton("Change how long", KeepTexts(policy.id), accessible("Change how long", title)),
        FormButton("Put on hold", HoldPolicy(policy.id), accessible("Put on hold", title)),
        *(
            (FormButton("Change who is on it", ChangeAudience(policy.id), accessible("Change who is on it", title)),)
            if may_change_audience
            else ()
        ),
        FormButton("Change public page", PublicPage(policy.id), accessible("Change public page", title)),
    )


SCREEN = "all policies"
EXAMPLE = all_policies_form((invented.PERMIT, invented.ADDRESS), Page(total=2))
STATES = {
    "none": all_policies_form((), Page(total=0)),
    "second page": all_policies_form((invented.PERMIT, invented.ADDRESS), Page(2, 12)),
    "one": look_after_form(invented.PERMIT, reads=True),
    "one, not on it": look_after_form(invented.PERMIT, reads=False),
}
