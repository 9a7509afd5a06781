"""What each promise means. These sentences bind the code: each is shown only where the code makes it true."""

from collections.abc import Sequence
from datetime import date

from bot.calendar.dates import listed, short_date
from bot.interface.parts import Facts, Paragraph
from bot.interface.views import EndsView, PolicyView, ReadersView
from bot.screens import labels
from bot.screens.phrases import first_large, when_shown
from storage import Promise

NOBODY = ReadersView()
_MOST_IN_AN_OPTION = 60
OPTION_LIMIT = 75
"""How long a choice and what is said under it may be: that is what Slack shows."""

NAMED_TO = "Only the policy owner, their delegate and, once told, the senior owner see your name."

_MEANING = {
    Promise.CONFIDENTIAL: (
        "We show your name to nobody. Someone who holds our database and both our keys could work it out until {day}. "
        "After that nobody can, and My flags no longer lists it."
    ),
    Promise.NAMED: (
        "The policy owner and their delegate see your name, and so does the senior owner once told that there is "
        "no answer; everyone else sees your flag without it. Whoever takes over from them sees it only if you say so."
    ),
    Promise.DETACHED: (
        "After today we hold nothing that links you to this flag. {platform} saw the code when we showed it, and a "
        "code proves to whoever asks for it that the flag is yours."
    ),
}

OFFERED = tuple(_MEANING)
"""The promises that a channel can offer, in the order in which the form shows them."""


EACH_FORM = "the day that the form names"
"""The authors' day, where it is not about one policy."""


def never_that_day(release_days: Sequence[int]) -> str:
    """When flags that are not named are shown; `release_days` are the weekdays for that, none for every working day."""
    when = when_shown(release_days)
    return f"Confidential and detached flags are shown {when}, never on the day you write them."


def meanings(
    offers: Sequence[Promise],
    authors_day: date | None = None,
    readers: ReadersView = NOBODY,
    platform_name: str = "",
) -> Facts:
    """What each of these promises means, in the order given; on a policy, with its authors' day and its readers.

    `platform_name` is where the form is; it may be empty.
    """
    day = short_date(authors_day) if authors_day else EACH_FORM
    platform = first_large(platform_name) if platform_name else "The chat"
    said = {each: _MEANING[each].format(day=day, platform=platform) for each in offers}
    if Promise.NAMED in said:
        said[Promise.NAMED] = f"{_named(readers)}{named_themselves(readers)}"
    return Facts(tuple((labels.PROMISES[each], said[each]) for each in offers))


def authors_line(ends: EndsView) -> tuple[Paragraph, ...]:
    """That nobody can link flags on a policy to people any more, once that is so."""
    if not ends.authors_ended:
        return ()
    day = short_date(ends.authors_day)
    gone = f"The key that linked flags on this policy to people is destroyed, and its last copies are by {day}."
    return (Paragraph(f"{gone} So My flags cannot list yours, unless you sent them as Named."),)


def hold_line(held_on: date | None) -> tuple[Paragraph, ...]:
    """That a policy is on legal hold, where it is."""
    if held_on is None:
        return ()
    said = f"This policy is on legal hold since {short_date(held_on)}: its texts are kept until the hold is lifted."
    return (Paragraph(f"{said} The day after which nobody can link flags to people does not move."),)


def texts_line(ends: EndsView) -> tuple[Paragraph, ...]:
    """Until when the texts of a policy are kept: a day, or the end of its legal hold."""
    kept = f"What is written here is kept until {short_date(ends.texts_until)}. Then it is closed for good."
    return hold_line(ends.held_on) or (Paragraph(kept),)


def kept_line(ends: EndsView) -> str:
    """Until when the texts of a policy are kept, in a short sentence."""
    return "" if ends.held_on else f"Texts are kept until {short_date(ends.texts_until)}."


def named_description(readers: ReadersView) -> str:
    """What the choice of *Named* means beyond whom it names; `OPTION_LIMIT` characters at most."""
    if not (readers.owner or readers.senior):
        return "So does the senior owner, once told there is no answer. Nobody else"
    if not readers.senior:
        return "They see it. Everyone else reads the flag without your name"
    whole = f"So does {readers.senior}, if there is no answer. Nobody else"
    return whole if len(whole) <= OPTION_LIMIT else "So does the senior owner, if there is no answer. Nobody else"


def named_option(readers: ReadersView) -> str:
    """The choice of *Named*, in short: who sees the name."""
    names = [each for each in (readers.owner, readers.delegate) if each]
    said = f"{listed(names)} {'see' if len(names) > 1 else 'sees'} my name" if names else ""
    return said if said and len(said) <= _MOST_IN_AN_OPTION else labels.PROMISES_MEAN[Promise.NAMED]


def _named(readers: ReadersView) -> str:
    if not readers.owner:
        return _MEANING[Promise.NAMED]
    see = f"{readers.owner} (policy owner) sees your name"
    if readers.delegate:
        see = f"{readers.owner} (policy owner) and {readers.delegate} (delegate) see your name"
    senior = f", and {readers.senior} (senior owner) once told that this flag has no answer" if readers.senior else ""
    others = "everyone else sees your flag without it. Whoever takes over from them sees it only if you say so."
    return f"{see}{senior}; {others}"


def named_themselves(view: ReadersView | PolicyView) -> str:
    """Who gave themselves a part on the policy, as a sentence after another one; empty where nobody did."""
    if view.named_themselves and view.owner:
        return f" {view.owner} named themselves policy owner."
    if view.delegate_named_by_self and view.delegate:
        return f" {view.delegate} named themselves delegate."
    return ""
