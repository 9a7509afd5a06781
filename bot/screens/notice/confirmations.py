"""Short confirmations: what has just been done, and what follows from it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.calendar.dates import count, long_date, moment
from bot.interface.intents import TestMyself
from bot.interface.parts import Button, Form, Notice, Paragraph
from bot.interface.views import UnreachedView
from bot.screens import invented
from bot.screens.notice.not_reached import EXAMPLE_PEOPLE, unreached_notices
from bot.screens.phrases import TEST_MYSELF, next_digest_line, when_shown
from storage import Promise
from storage.authors_key import FLAGS_A_PERSON


def settled_form(promise: Promise, release_days: Sequence[int] = ()) -> Form:
    """The author said that an answer settles the flag. Unless it is *Named*, others see that with the next release."""
    later = () if promise is Promise.NAMED else (f"Others see this {when_shown(release_days)}.",)
    return _confirmation("Saved", "Thank you. This flag is settled.", *later)


def not_settled_saved_form(owner: str, digest_at: datetime | None, zone: str) -> Form:
    """What is still in the way goes to the policy owner, and the time to answer starts again."""
    line = f"Saved. It goes to {_owner_and_digest(owner, digest_at, zone)}, and the time to answer starts again."
    return _confirmation("Saved", line, "You can do this once for each answer.")


def name_shown_form(person: str) -> Form:
    """The author has shown their name to somebody who took over."""
    return _confirmation("Saved", f"Saved. {person} sees your name on this flag from now on.")


def replied_form(owner: str, digest_at: datetime | None, zone: str) -> Form:
    """The reply goes to the policy owner."""
    return _confirmation("Saved", f"Saved. It goes to {_owner_and_digest(owner, digest_at, zone)}.")


def acknowledged_form(flags: int, by: date) -> Form:
    """Flags are acknowledged, with the day by which they are decided."""
    line = f"You acknowledged {count(flags, 'flag')}. Decide by {long_date(by)}."
    return _confirmation("Acknowledged", line, "Everyone on these policies sees this.")


def snoozed_form(next_digest: datetime | None, zone: str) -> Form:
    """The next digest has moved."""
    when = f"Next digest: {moment(next_digest, zone)}." if next_digest else "No digest is planned."
    return _confirmation("Digest moved", f"{when} Answer dates stay as they are.")


def settings_saved_form(next_digest: datetime | None = None, zone: str = "", *, no_reactions_on: str = "") -> Form:
    """Settings are saved; with the next digest where they decide when it comes, and a way to test where it goes.

    `no_reactions_on` is the display name of a platform that does not tell the app of reactions, which were turned on.
    """
    when = (next_digest_line(next_digest, zone),) if next_digest else ()
    denied = (_reactions_denied(no_reactions_on),) if no_reactions_on else ()
    saved = _confirmation("Settings saved", "Settings saved.", *when, *denied)
    return replace(saved, body=(*saved.body, Button(TEST_MYSELF, TestMyself()))) if next_digest else saved


def _reactions_denied(platform_name: str) -> str:
    return (
        f"Reactions are on, but {platform_name} does not tell Deliverable of them: that permission was left out when "
        "it was installed. To give it, someone who may install apps installs it again and allows it to view reactions."
    )


def withdrawn_form(left: int = 0, counts_until: date | None = None) -> Form:
    """A flag is withdrawn before it was shown; `left` is how many more its author can send on this policy now.

    It counts as one of them until `counts_until`, unless it is detached.
    """
    line = "Your flag is withdrawn. It was shown to nobody and will not be."
    if counts_until is None:
        return _confirmation("Flag withdrawn", line)
    most = f"1 of your {count(FLAGS_A_PERSON, 'flag')} on this policy"
    counts = f"It counts as {most} until {long_date(counts_until)} at the latest."
    return _confirmation("Flag withdrawn", line, f"{counts} You have {left or 'none'} left.")


def owner_named_form(title: str, owner: str, unreached: tuple[UnreachedView, ...] = ()) -> Form:
    """Another policy owner is named; `unreached` holds them if they cannot be messaged yet."""
    said = Notice(f"{owner} is now the policy owner of {title}.")
    body = unreached_notices(unreached) or (Paragraph("They are told now."),)
    return Form("Policy owner named", (said, *body), close="Done")


def _owner_and_digest(owner: str, digest_at: datetime | None, zone: str) -> str:
    to = owner or "the policy owner"
    return f"{to} by the digest of {moment(digest_at, zone)}" if digest_at else f"{to} in their next digest"


def _confirmation(title: str, line: str, *more: str) -> Form:
    return Form(title, (Notice(line), *map(Paragraph, more)), close="Done")


SCREEN = "confirmation"
EXAMPLE = settled_form(Promise.CONFIDENTIAL)
STATES = {
    "not settled": not_settled_saved_form("Priya Nair", invented.DIGEST.at, invented.DIGEST.zone),
    "replied": replied_form("Priya Nair", None, ""),
    "acknowledged": acknowledged_form(4, date(2026, 12, 23)),
    "digest moved": snoozed_form(invented.DIGEST.at, invented.DIGEST.zone),
    "settings saved": settings_saved_form(),
    "digests moved": settings_saved_form(invented.DIGEST.at, invented.DIGEST.zone),
    "withdrawn": withdrawn_form(3, date(2026, 12, 7)),
    "policy owner named": owner_named_form("Single parking permit", "Sam Okoro"),
    "policy owner named, not seen yet": owner_named_form(
        "Single parking permit", EXAMPLE_PEOPLE[0].name, EXAMPLE_PEOPLE[:1]
    ),
}
