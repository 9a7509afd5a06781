"""The policies that a person owns, and how many flags wait on each: a private view."""

from dataclasses import replace
from datetime import datetime

from bot.calendar.dates import count
from bot.interface.intents import AnswerPolicy, Away, MyPolicies, MyPromises, NameOwner, ScheduleSettings, SeeFlags
from bot.interface.pages import Page
from bot.interface.parts import Form, FormButton, Heading, Paragraph, Part
from bot.interface.views import PolicyView
from bot.screens import invented
from bot.screens.paging import page_buttons, page_line
from bot.screens.phrases import accessible, needs, next_digest_line, owns_nothing, short_title
from bot.screens.policy.policy_card import answered, so_far, waiting

_ORDER = "Those with a late answer come first, then those with most flags that wait."


def my_policies_form(
    policies: tuple[PolicyView, ...],
    *,
    waits: int,
    contact: str,
    page: Page | None = None,
    next_digest: datetime | None = None,
    zone: str = "",
) -> Form:
    """The policies in the order given; `contact` is where to ask if one is missing, `zone` the owner's IANA zone.

    `waits` counts the flags that wait on all of them. `page` is which of the owner's policies these are, if they are
    not all.
    """
    if not policies:
        return Form("My policies", (Paragraph(owns_nothing(contact)),), close="Close")
    page = page or Page(total=len(policies))
    body = [part for each in policies for part in _owned_policy(each)]
    promises = FormButton("See promises", MyPromises(), accessible("See promises", "all my policies"))
    when = (
        promises,
        FormButton("Change when this arrives", ScheduleSettings()),
        FormButton("Change when I am away", Away()),
    )
    lead = (*policies_summary(waits, next_digest, zone), *page_line(page, "policy", _ORDER))
    return Form("My policies", (*lead, *body, *page_buttons(page, "policy", MyPolicies), *when), close="Close")


def policies_summary(waits: int, next_digest: datetime | None, zone: str) -> tuple[Part, ...]:
    """How many flags wait over all policies of an owner, and when the next digest comes."""
    ask = f"{needs(waits, 'flag')} your answer." if waits else "Nothing needs an answer."
    if next_digest is None:
        return (Paragraph(ask),)
    return (Paragraph(f"{ask} {next_digest_line(next_digest, zone)}"),)


def _owned_policy(policy: PolicyView) -> tuple[Part, ...]:
    parts: list[Part] = [Heading(short_title(policy.title), 3), so_far(policy), *answered(policy)]
    if n := waiting(policy):
        label = f"Answer {count(n, 'flag')}"
        parts.append(FormButton(label, AnswerPolicy(policy.id), accessible(label, policy.title)))
    parts.append(FormButton("See flags", SeeFlags(policy.id), accessible("See flags", policy.title)))
    name = "Name someone else"
    return (*parts, FormButton(name, NameOwner(policy.id), accessible(name, policy.title)))


SCREEN = "my policies"
EXAMPLE = my_policies_form(
    (invented.PERMIT, invented.ADDRESS), waits=waiting(invented.PERMIT), contact=invented.ORGANISATION.contact
)
STATES = {
    "none": my_policies_form((), waits=0, contact=invented.ORGANISATION.contact),
    "nothing waits": my_policies_form(
        (replace(invented.PERMIT, answered=5, next_answer_by=None),),
        waits=0,
        contact=invented.ORGANISATION.contact,
        next_digest=invented.DIGEST.at,
        zone=invented.DIGEST.zone,
    ),
    "second page": my_policies_form(
        (invented.PERMIT, invented.ADDRESS), waits=41, contact=invented.ORGANISATION.contact, page=Page(2, 12)
    ),
}
