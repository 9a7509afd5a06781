"""The app cannot message a person: what the one who named them and the admins are told."""

from dataclasses import replace
from datetime import date

from bot.calendar.dates import long_date
from bot.interface.intents import InstallForPeople
from bot.interface.parts import Card, FormButton, Notice, Paragraph, Part
from bot.interface.views import Reachability, UnreachedView
from bot.screens import labels
from bot.screens.phrases import sentences, short_title
from storage import Role

SCREEN = "not-reached"
NAMED = "named-not-reached"
"""The screen for the one who named a person, where it turned out later that no message reaches them."""
_WHY = {
    Reachability.NOT_INSTALLED: "I cannot message {name} yet: the app is not installed for them.",
    Reachability.BLOCKED: "I cannot message {name}: they have blocked or removed the app.",
    Reachability.REFUSED: "I cannot message {name}: their account takes no messages from the app.",
    Reachability.GUEST: "I do not message {name} about policies: they are a guest here.",
    Reachability.CLOSED: "I cannot message {name}: their account is closed.",
    Reachability.NOT_SEEN: "{name} has not been here yet.",
    Reachability.UNCLEAR: "Several accounts have the address {name}, so I cannot tell who is meant.",
}
_ONCE_SEEN = {
    Role.OWNER: "They are told once they are in a connected channel.",
    Role.DELEGATE: "They can answer once they are in a connected channel.",
    Role.SENIOR: "They can be told once they are in a connected channel.",
}


def why_not(name: str, reach: Reachability) -> str:
    """Why no message reaches a person, as a sentence; `name` is an address for a person not seen yet."""
    return _WHY[reach].format(name=name)


def show_how(*reaches: Reachability) -> tuple[FormButton, ...]:
    """For admins, a button to how the app is installed for people; nothing where that would not help."""
    if Reachability.NOT_INSTALLED not in reaches:
        return ()
    return (FormButton("Show me how", InstallForPeople(), "Show me how to install the app for people"),)


def unreached_notices(people: tuple[UnreachedView, ...]) -> tuple[Part, ...]:
    """For the one who has just named them: who cannot be messaged yet, and what follows from that."""
    return tuple(map(Notice, unreached_lines(people)))


def unreached_lines(people: tuple[UnreachedView, ...]) -> tuple[str, ...]:
    """The same as text, for the command line."""
    return tuple(sentences(why_not(each.name, each.reach), *_what_follows(each)) for each in people)


def _what_follows(person: UnreachedView) -> tuple[str, ...]:
    if person.reach is Reachability.UNCLEAR:
        return ("Name one of them, or ask an admin to trust the domain of the address",)
    if person.reach is not Reachability.NOT_SEEN:
        return ("An admin has been told",) if person.told else ()
    if person.role is Role.OWNER and person.until is not None and person.told:
        return (_ONCE_SEEN[person.role], f"If they are in none by {long_date(person.until)}, an admin is told then")
    return (_ONCE_SEEN[person.role],)


def not_reached_card(person: UnreachedView) -> Card:
    """For admins: a delegate or a senior owner was named and cannot be messaged."""
    if person.reach is Reachability.REACHED:
        said = f"{person.name} can now be reached."
        return Card((Notice(said),), said)
    said = why_not(person.name, person.reach)
    about = f"They are the {labels.ROLES[person.role]} of {short_title(person.title)}."
    meanwhile = "Until they can be reached, the next person is told when there is no answer."
    return Card((Notice(said), Paragraph(f"{about} {meanwhile}"), *show_how(person.reach)), said)


def named_not_reached_card(name: str, reach: Reachability) -> Card:
    """For the one who named a person whom a message did not reach; admins are told at the same time."""
    if reach is Reachability.REACHED:
        said = f"{name} can now be reached."
    else:
        said = f"{why_not(name, reach)} An admin has been told."
    return Card((Notice(said),), said)


_TOM = UnreachedView("Tom Adeyemi", Role.DELEGATE, Reachability.NOT_INSTALLED, "Single parking permit", told=True)
_PRIYA = "priya.nair@example.org"

EXAMPLE = not_reached_card(_TOM)
STATES = {
    "blocked": not_reached_card(replace(_TOM, reach=Reachability.BLOCKED)),
    "closed": not_reached_card(replace(_TOM, role=Role.SENIOR, reach=Reachability.CLOSED)),
    "guest": not_reached_card(replace(_TOM, reach=Reachability.GUEST)),
    "reached since": not_reached_card(replace(_TOM, reach=Reachability.REACHED)),
    "to who named them": named_not_reached_card("Priya Nair", Reachability.NOT_INSTALLED),
    "to who named them, reached since": named_not_reached_card("Priya Nair", Reachability.REACHED),
}
EXAMPLE_PEOPLE = (
    UnreachedView(
        _PRIYA, Role.OWNER, Reachability.NOT_SEEN, "Single parking permit", told=True, until=date(2026, 11, 25)
    ),
    _TOM,
)
"""A policy owner who was named by an address, and a delegate without the app."""
