"""The first message to a policy owner, sent when they are named and before any digest."""

from bot.calendar.dates import count
from bot.interface.intents import ExampleDigest, MyPolicies, NameOwner, ScheduleSettings
from bot.interface.parts import Card, FormButton, Heading, Link, Paragraph, Part
from bot.interface.views import PolicyView
from bot.screens import invented, labels
from bot.screens.phrases import LONGEST_TITLE, accessible, some_titles
from storage import Role

_MOST_TITLES = 10


def owner_named_card(policies: tuple[PolicyView, ...], *, announcer: str, digest_when: str, answer_days: int) -> Card:
    """Who named them, what is asked of them and by when, for all policies that they now own.

    `digest_when` reads like `Wednesdays at 9am`; empty where no digest is planned.
    """
    first = policies[0]
    title = f"You are the policy owner of {first.title}."
    if len(policies) > 1:
        title = f"You are the policy owner of {count(len(policies), 'policy')}."
    named = f"{announcer} named you. " if announcer else ""
    days = count(answer_days, "working day")
    parts: list[Part] = [
        Heading(title, 1),
        Paragraph(f"{named}People who would build it can say if it is deliverable and what would make it so."),
        Paragraph(_digest_schedule(digest_when)),
        Paragraph(f"You are asked to answer within {days}. {_told_after(policies)}You do not need to do anything now."),
        *_actions(policies),
        FormButton("Change when this arrives", ScheduleSettings()),
        FormButton("Show an example", ExampleDigest()),
    ]
    return Card(tuple(parts), f"{title} You do not need to do anything now.")


def _digest_schedule(when: str) -> str:
    """`when` begins with a weekday, or reads on by itself: `every working day at 9am`."""
    come = f"{' on' if when[:1].isupper() else ''} {when}, but" if when else ""
    return f"You get a digest{come} only when there is something new or late."


def _told_after(policies: tuple[PolicyView, ...]) -> str:
    """Who is told when there is no answer; by name where they are the same people on all policies."""
    lines = {(each.delegate, each.senior) for each in policies}
    if len(lines) > 1:
        return "After that we tell the delegate, then the senior owner. "
    delegate, senior = lines.pop()
    told = [
        f"the {labels.ROLES[role]}, {name}"
        for role, name in ((Role.DELEGATE, delegate), (Role.SENIOR, senior))
        if name and "@" not in name
    ]
    return f"After that we tell {', then '.join(told)}. " if told else "After that we tell an admin. "


def _actions(policies: tuple[PolicyView, ...]) -> tuple[Part, ...]:
    if len(policies) > 1:
        titles = some_titles([each.title for each in policies], most=_MOST_TITLES, longest=LONGEST_TITLE)
        return (Paragraph(f"They are: {titles}."), FormButton("See my policies", MyPolicies()))
    policy = policies[0]
    link = (Link("Read the announcement", policy.link),) if policy.link else ()
    other = FormButton("Name someone else", NameOwner(policy.id), accessible("Name someone else", policy.title))
    return (*link, other)


SCREEN = "message to a new policy owner"
EXAMPLE = owner_named_card((invented.PERMIT,), announcer="Sam Okoro", digest_when="Wednesdays at 9am", answer_days=10)
STATES = {
    "of several policies": owner_named_card(
        (invented.PERMIT, invented.ADDRESS), announcer="", digest_when="Wednesdays at 9am", answer_days=10
    )
}
