"""The list of open policies: a private view."""

from bot.calendar.dates import count, long_date
from bot.interface.intents import Announce, GiveView, OpenPolicies, SeeFlags
from bot.interface.pages import Page
from bot.interface.parts import Form, FormButton, Heading, Paragraph, Part
from bot.interface.views import PolicyView
from bot.screens import invented
from bot.screens.paging import page_buttons, page_line
from bot.screens.phrases import accessible, are, nothing_announced, short_title

_ORDER = "Those with a late answer come first, then those on which most people say something."


def open_policies_form(
    policies: tuple[PolicyView, ...],
    *,
    page: Page | None = None,
    may_announce: bool = False,
    announcers: str = "Admins",
) -> Form:
    """The policies in the order given; where there are none, `announcers` says who can announce one.

    `page` is which of the open policies these are, if they are not all.
    """
    page = page or Page(total=len(policies))
    body: list[Part] = [*page_line(page, "policy", _ORDER), *(part for each in policies for part in open_policy(each))]
    if not policies:
        body.append(Paragraph(nothing_announced(announcers)))
    body += page_buttons(page, "policy", OpenPolicies)
    if may_announce:
        body.append(FormButton("Announce a policy", Announce()))
    return Form("Open policies", tuple(body), close="Close")


def open_policy(policy: PolicyView) -> tuple[Part, ...]:
    """One open policy in a list, with the button that opens the flag form."""
    flags = sum(policy.tally.values())
    so_far = f"So far: {count(flags, 'flag')}." if flags else "So far: no flags."
    late = f" {count(policy.late, 'answer')} {are(policy.late)} late." if policy.late else ""
    return (
        Heading(short_title(policy.title), 3),
        Paragraph(f"Open for flags until {long_date(policy.closes_on)}. {so_far}{late}"),
        FormButton("Give your view", GiveView(policy.id), accessible("Give your view", policy.title)),
        FormButton("See flags", SeeFlags(policy.id), accessible("See flags", policy.title)),
    )


SCREEN = "open policies"
EXAMPLE = open_policies_form((invented.PERMIT, invented.ADDRESS))
STATES = {
    "none": open_policies_form((), may_announce=True),
    "second page": open_policies_form((invented.PERMIT, invented.ADDRESS), page=Page(2, 12)),
}
