"""When a policy owner cannot be reached: what the delegate is told, and what admins are told."""

from collections.abc import Iterator
from dataclasses import replace

from bot.calendar.dates import count
from bot.interface.intents import MyPolicies, NameOwner, SeeFlags
from bot.interface.parts import Card, FormButton, Heading, Notice, Paragraph, Part
from bot.interface.views import PolicyView, Reachability
from bot.screens import invented
from bot.screens.notice.not_reached import show_how, why_not
from bot.screens.phrases import LONGEST_TITLE, accessible, short_title, some_titles

_MOST = 10
_BACK = "until they can be reached, or you name another owner"
_UNTIL = {
    Reachability.CLOSED: "until you name one",
    Reachability.NOT_SEEN: "until they are in a connected channel, or you name another owner",
    Reachability.NOT_INSTALLED: _BACK,
    Reachability.BLOCKED: _BACK,
    Reachability.REFUSED: _BACK,
    Reachability.UNCLEAR: "until you name one of them, or trust the domain of the address",
    Reachability.GUEST: "until you name another owner, or let guests be named",
}


def owner_left_card(policies: tuple[PolicyView, ...], reach: Reachability) -> Card:
    """For the delegate, who from now on gets the digests about these policies of one owner."""
    if reach is Reachability.REACHED:
        return _reached_card(policies)
    owner = policies[0].owner or "The policy owner"
    closed = f"{owner}'s account is closed."
    why = closed if reach is Reachability.CLOSED else why_not(owner, reach)
    said = f"{why} Flags on {_count_or_title(policies)} now come to you."
    more = "Your next digest lists every flag that is open. You can answer as the delegate. An admin has been told too."
    see = FormButton("See flags", SeeFlags(policies[0].id))
    if len(policies) > 1:
        see = FormButton("See my policies", MyPolicies())
    return Card((Notice(said), *_titles_if_several(policies), Paragraph(more), see), said)


def no_owner_card(policies: tuple[PolicyView, ...], reader: str, reach: Reachability) -> Card:
    """For admins, about policies of one owner; `reader` is the delegate who gets the digests, or empty."""
    if reach is Reachability.REACHED:
        return _reached_card(policies)
    said = _why_no_owner(policies, reach)
    has, digests = ("They have", "their digests") if len(policies) > 1 else ("It has", "its digests")
    nobody = f"{has} no delegate who can be reached, so nobody gets {digests} {_UNTIL[reach]}. Nothing is lost."
    meanwhile = f"{reader} gets {digests} {_UNTIL[reach]}." if reader else nobody
    return Card((Notice(said), Paragraph(meanwhile), *show_how(reach), *_name_owner_buttons(policies)), said)


def owner_unclear_card(policy: PolicyView, reach: Reachability) -> Card:
    """For the one who named a policy owner by an address that turns out to be that of several accounts."""
    if reach is not Reachability.UNCLEAR:
        said = f"It is clear now who the policy owner of {short_title(policy.title)} is: {policy.owner}."
        return Card((Notice(said),), said)
    said = f"Several accounts have the address {policy.owner}, which you entered for {short_title(policy.title)}."
    more = (
        "I cannot tell which of them is the policy owner, so none of them is told anything. Name one of them, or ask "
        "an admin to trust the domain of the address: then they are one person."
    )
    return Card((Notice(said), Paragraph(more), *_name_owner_buttons((policy,))), said)


def _why_no_owner(policies: tuple[PolicyView, ...], reach: Reachability) -> str:
    owner = policies[0].owner
    have = f"{_count_or_title(policies)} {'have' if len(policies) > 1 else 'has'} no policy owner"
    if reach is Reachability.CLOSED:
        return f"{have}: the account of {owner or 'the owner'} is closed."
    if reach is Reachability.NOT_SEEN:
        return f"{have} yet: {f'{owner} has not been here' if owner else 'nobody was named'}."
    if reach is Reachability.UNCLEAR:
        return f"{have} yet: several accounts have the address {owner}."
    return f"{why_not(owner, reach)} They are the policy owner of {_count_or_title(policies)}."


def _name_owner_buttons(policies: tuple[PolicyView, ...]) -> Iterator[Part]:
    for each in policies:
        if len(policies) > 1:
            yield Heading(short_title(each.title), 3)
        yield FormButton("Name an owner", NameOwner(each.id), accessible("Name an owner", each.title))


def _reached_card(policies: tuple[PolicyView, ...]) -> Card:
    """In place of the message where the policy owner has become reachable before it was sent."""
    said = f"The policy owner of {_count_or_title(policies)} can now be reached."
    return Card((Notice(said),), said)


def _count_or_title(policies: tuple[PolicyView, ...]) -> str:
    return count(len(policies), "policy") if len(policies) > 1 else short_title(policies[0].title)


def _titles_if_several(policies: tuple[PolicyView, ...]) -> tuple[Paragraph, ...]:
    if len(policies) == 1:
        return ()
    titles = some_titles([each.title for each in policies], most=_MOST, longest=LONGEST_TITLE)
    return (Paragraph(f"They are: {titles}."),)


_ONE, _TWO = (invented.PERMIT,), (invented.PERMIT, invented.ADDRESS)

SCREEN = "policy owner cannot be reached"
EXAMPLE = owner_left_card(_ONE, Reachability.CLOSED)
STATES = {
    "not seen": owner_left_card(_ONE, Reachability.NOT_SEEN),
    "not installed": owner_left_card(_ONE, Reachability.NOT_INSTALLED),
    "of several policies": owner_left_card(_TWO, Reachability.CLOSED),
    "admins": no_owner_card(_ONE, "Tom Adeyemi", Reachability.CLOSED),
    "admins, no delegate": no_owner_card(_ONE, "", Reachability.CLOSED),
    "admins, not seen": no_owner_card(_ONE, "Tom Adeyemi", Reachability.NOT_SEEN),
    "admins, not seen, of several policies": no_owner_card(_TWO, "", Reachability.NOT_SEEN),
    "admins, not installed": no_owner_card(_ONE, "Tom Adeyemi", Reachability.NOT_INSTALLED),
    "to who named them, several accounts": owner_unclear_card(
        replace(invented.PERMIT, owner="priya.nair@example.org"), Reachability.UNCLEAR
    ),
    "to who named them, clear since": owner_unclear_card(invented.PERMIT, Reachability.REACHED),
    "admins, several accounts": no_owner_card(
        (replace(invented.PERMIT, owner="priya.nair@example.org"),), "", Reachability.UNCLEAR
    ),
    "admins, reached since": no_owner_card(_ONE, "", Reachability.REACHED),
}
