"""The words for texts that are reported and taken down, which several screens share."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from bot.calendar.dates import long_date, short_date
from storage import ReportReason, TextKind

REASONS: Mapping[ReportReason, str] = MappingProxyType(
    {
        ReportReason.NAMES: "Names a person",
        ReportReason.SENSITIVE: "Too sensitive for here",
        ReportReason.OTHER: "Something else",
    }
)
"""What can be wrong with a text, for whoever reports it."""
_WHY: Mapping[ReportReason, str] = MappingProxyType(
    {
        ReportReason.NAMES: "personal data",
        ReportReason.SENSITIVE: "too sensitive for here",
        ReportReason.OTHER: "see what follows",
    }
)
_WITHOUT: Mapping[ReportReason, str] = MappingProxyType(
    {
        ReportReason.NAMES: "without personal data",
        ReportReason.SENSITIVE: "without what is too sensitive for here",
        ReportReason.OTHER: "in other words",
    }
)
KINDS: Mapping[TextKind, str] = MappingProxyType(
    {
        TextKind.FLAG: "flag",
        TextKind.SECOND: "sentence beside a flag",
        TextKind.REPLY: "reply",
        TextKind.ANSWER: "answer",
        TextKind.UPDATE: "word on a promise",
        TextKind.POLICY: "announcement",
    }
)
"""What a text is, inside a sentence."""
BY = "a records officer"


def why(reason: ReportReason) -> str:
    """The reason inside a sentence."""
    return _WHY[reason]


def instead(on: date, reason: ReportReason, sentence: str) -> str:
    """The line that stands in place of a text. `on` is the organisation's day, `sentence` the officer's own."""
    return f"This text was taken down on {long_date(on)} by {BY}. Reason: {_WHY[reason]}. {sentence}".strip()


def title_instead(announced_on: date) -> str:
    """What an announcement is called whose title was taken down."""
    return f"Announcement of {short_date(announced_on)}, taken down"


def still_counts(reason: ReportReason) -> str:
    """For the author of a flag that was taken down."""
    return f"Your flag still counts. You can send it again {_WITHOUT[reason]}."
