"""The policies that a person owns, and how many flags wait on each: a private view."""

from dataclasses import replace
from datetime import datetime

from bot.calendar.dates import count
from bot.interface.intents import AnswerPolicy, Away, NameOwner, ScheduleSettings, SeeFlags
from bot.interface.parts import Form, FormButton, Heading, Paragraph, Part
from bot.interface.views import PolicyView
from bot.screens import invented
from bot.screens.phrases import accessible, needs, next_digest_line, owns_nothing
from bot.screens.policy.policy_card import answered, so_far, waiting


def my_policies_form(
    policies: tuple[PolicyView, ...], *, contact: str, next_digest: datetime | None = None, zone: str = ""
) -> Form:
    """The policies in the order given; `contact` is where to ask if one is missing, `zone` the owner's IANA zone."""
    if not policies:
        return Form("My policies", (Paragraph(owns_nothing(contact)),), close="Close")
    body = [part for each in policies for part in _owned_policy(each)]
    when = (FormButton("Change when this arrives", ScheduleSettings()), FormButton("Change when I am away", Away()))
    return Form("My policies", (*policies_summary(policies, next_digest, zone), *body, *when), close="Close")


def policies_summary(policies: tuple[PolicyView, ...], next_digest: datetime | None, zone: str) -> tuple[Part, ...]:
    """How many flags wait over all these policies, and when the next digest comes."""
    waits = sum(waiting(each) for each in policies)
    ask = f"{needs(waits, 'flag')} your answer." if waits else "Nothing needs an answer."
    if next_digest is None:
        return (Paragraph(ask),)
    return (Paragraph(f"{ask} {next_digest_line(next_digest, zone)}"),)


def _owned_policy(policy: PolicyView) -> tuple[Part, ...]:
    parts: list[Part] = [Heading(policy.title, 3), so_far(policy), *answered(policy)]
    if n := waiting(policy):
        label = f"Answer {count(n, 'flag')}"
        parts.append(FormButton(label, AnswerPolicy(policy.id), accessible(label, policy.title)))
    parts.append(FormButton("See flags", SeeFlags(policy.id), accessible("See flags", policy.title)))
    name = "Name someone else"
    return (*parts, FormButton(name, NameOwner(policy.id), accessible(name, policy.title)))


SCREEN = "my policies"
EXAMPLE = my_policies_form((invented.PERMIT, invented.ADDRESS), contact=invented.ORGANISATION.contact)
STATES = {
    "none": my_policies_form((), contact=invented.ORGANISATION.contact),
    "nothing waits": my_policies_form(
        (replace(invented.PERMIT, answered=5, next_answer_by=None),),
        contact=invented.ORGANISATION.contact,
        next_digest=invented.DIGEST.at,
        zone=invented.DIGEST.zone,
    ),
}
