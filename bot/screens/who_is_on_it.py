"""Who is on a policy, in words: wherever a screen says who sees something."""

from bot.calendar.dates import count, listed
from bot.interface.views import AudienceView

_MOST_NAMED = 3


def who(audience: AudienceView | None) -> str:
    """Who is on it, to stand inside a sentence; without knowing who, all that can be said."""
    if audience is None:
        return "everyone on this policy"
    if audience.everyone:
        return f"all {count(audience.people, 'member')} of the connected channels, and anyone who joins"
    if not audience.channels:
        return "its policy owner and those who have a part in it, because its channels are gone"
    named = list(audience.channels[:_MOST_NAMED])
    if more := len(audience.channels) - len(named):
        named.append(count(more, "more channel"))
    return f"the {count(audience.people, 'member')} of {listed(named)}, and anyone who joins"


def everyone_sees(audience: AudienceView | None, what: str) -> str:
    """That all of them see something, and who they are: `Everyone on this policy sees your answer and your name.`"""
    those = "" if audience is None else f" On it are {who(audience)}."
    return f"Everyone on this policy sees {what}.{those}"


def they_read(audience: AudienceView) -> str:
    """The sentence of a form that says who reads what it asks for."""
    return f"Your flag can be read by {who(audience)}."
