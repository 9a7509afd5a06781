"""When a policy owner cannot be reached: what the delegate is told, and what admins are told."""

from bot.announcements import cut_at_word
from bot.intents import NameOwner, SeeFlags
from bot.parts import Card, FormButton, Notice, Paragraph
from bot.views import PolicyView, Reach
from bot.words import invented
from bot.words.not_reached import show_how, why_not
from bot.words.phrases import accessible

_TITLE = 100
_BACK = "until they can be reached, or you name another owner"
_UNTIL = {
    Reach.CLOSED: "until you name one",
    Reach.NOT_SEEN: "until they are in a connected channel, or you name another owner",
    Reach.NOT_INSTALLED: _BACK,
    Reach.BLOCKED: _BACK,
}


def owner_left_card(policy: PolicyView, reach: Reach) -> Card:
    """For the delegate, who reads the digests from now on."""
    if reach is Reach.REACHED:
        return _reached(policy)
    owner = policy.owner or "The policy owner"
    closed = f"{owner}'s account is closed."
    why = closed if reach is Reach.CLOSED else why_not(owner, reach)
    said = f"{why} Flags on {_title(policy)} now come to you."
    more = "Your next digest lists every flag that is open. You can answer as the delegate. An admin has been told too."
    return Card((Notice(said), Paragraph(more), FormButton("See flags", SeeFlags(policy.id))), said)


def no_owner_card(policy: PolicyView, reader: str, reach: Reach) -> Card:
    """For admins; `reader` is the delegate who gets the digests meanwhile, empty where there is none."""
    if reach is Reach.REACHED:
        return _reached(policy)
    said = _no_owner(policy, reach)
    until = _UNTIL[reach]
    meanwhile = (
        f"{reader} gets its digests {until}."
        if reader
        else f"It has no delegate who can be reached, so nobody gets its digests {until}. Nothing is lost."
    )
    name = "Name an owner"
    door = FormButton(name, NameOwner(policy.id), accessible(name, policy.title))
    return Card((Notice(said), Paragraph(meanwhile), *show_how(reach), door), said)


def _no_owner(policy: PolicyView, reach: Reach) -> str:
    if reach is Reach.CLOSED:
        return f"{_title(policy)} has no policy owner: the account of {policy.owner or 'its owner'} is closed."
    if reach is Reach.NOT_SEEN:
        who = policy.owner or "nobody was named"
        return f"{_title(policy)} has no policy owner yet: {who}{' has not been here' if policy.owner else ''}."
    return f"{why_not(policy.owner, reach)} They are the policy owner of {_title(policy)}."


def _reached(policy: PolicyView) -> Card:
    """What stands there where it was sent late: it is not so any more."""
    said = f"The policy owner of {_title(policy)} can be reached by now."
    return Card((Notice(said),), said)


def _title(policy: PolicyView) -> str:
    return cut_at_word(policy.title, _TITLE)


SCREEN = "policy owner cannot be reached"
EXAMPLE = owner_left_card(invented.PERMIT, Reach.CLOSED)
STATES = {
    "not seen": owner_left_card(invented.PERMIT, Reach.NOT_SEEN),
    "not installed": owner_left_card(invented.PERMIT, Reach.NOT_INSTALLED),
    "admins": no_owner_card(invented.PERMIT, "Tom Adeyemi", Reach.CLOSED),
    "admins, no delegate": no_owner_card(invented.PERMIT, "", Reach.CLOSED),
    "admins, not seen": no_owner_card(invented.PERMIT, "Tom Adeyemi", Reach.NOT_SEEN),
    "admins, not installed": no_owner_card(invented.PERMIT, "Tom Adeyemi", Reach.NOT_INSTALLED),
    "admins, reached since": no_owner_card(invented.PERMIT, "", Reach.REACHED),
}
