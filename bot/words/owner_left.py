"""When a policy owner's account is closed: what the delegate is told, and what admins are told."""

from bot.announcements import cut_at_word
from bot.intents import NameOwner, SeeFlags
from bot.parts import Card, FormButton, Notice, Paragraph
from bot.views import PolicyView
from bot.words import invented
from bot.words.phrases import accessible

_TITLE = 100


def owner_left_card(policy: PolicyView) -> Card:
    """For the delegate, who reads the digests from now on."""
    owner = policy.owner or "The policy owner"
    said = f"{owner}'s account is closed. Flags on {_title(policy)} now come to you."
    more = "Your next digest lists every flag that is open. You can answer as the delegate. An admin has been told too."
    return Card((Notice(said), Paragraph(more), FormButton("See flags", SeeFlags(policy.id))), said)


def no_owner_card(policy: PolicyView, reader: str) -> Card:
    """For admins; `reader` is the delegate who gets the digests meanwhile, empty where there is none."""
    said = f"{_title(policy)} has no policy owner: the account of {policy.owner or 'its owner'} is closed."
    meanwhile = (
        f"{reader} gets its digests until you name one."
        if reader
        else "It has no delegate who can be reached, so nobody gets its digests until you name one. Nothing is lost."
    )
    name = "Name an owner"
    door = FormButton(name, NameOwner(policy.id), accessible(name, policy.title))
    return Card((Notice(said), Paragraph(meanwhile), door), said)


def _title(policy: PolicyView) -> str:
    return cut_at_word(policy.title, _TITLE)


SCREEN = "policy owner has left"
EXAMPLE = owner_left_card(invented.PERMIT)
STATES = {
    "admins": no_owner_card(invented.PERMIT, "Tom Adeyemi"),
    "admins, no delegate": no_owner_card(invented.PERMIT, ""),
}
