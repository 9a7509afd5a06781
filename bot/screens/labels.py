"""The names of verdicts, promises, answers, roles and platforms on screens."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.interface.platforms import display_name
from storage import AnswerKind, Promise, Role, Verdict

LONGEST_QUESTION_DAYS = 10
"""Working days for which a question stops the time to answer: a confidential author may not look at once."""

VERDICTS: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.AS_ANNOUNCED: "Deliverable as announced",
        Verdict.IF: "Deliverable if…",
        Verdict.NOT: "Not deliverable as announced",
        Verdict.CANNOT_TELL: "Cannot tell yet",
    }
)
VERDICTS_MEAN: Mapping[Verdict, str] = MappingProxyType(
    {Verdict.CANNOT_TELL: "Something is missing. Your question goes to the policy owner"}
)
"""What stands under a verdict whose label does not say it all."""

PROMISES: Mapping[Promise, str] = MappingProxyType(
    {
        Promise.CONFIDENTIAL: "Confidential",
        Promise.NAMED: "Named",
        Promise.DETACHED: "Detached",
    }
)
PROMISES_MEAN: Mapping[Promise, str] = MappingProxyType(
    {
        Promise.CONFIDENTIAL: "nobody is shown my name",
        Promise.NAMED: "the policy owner and their delegate see my name",
        Promise.DETACHED: "no link to me is kept after today",
    }
)
ANSWERS: Mapping[AnswerKind, str] = MappingProxyType(
    {
        AnswerKind.CHANGE: "We will change it",
        AnswerKind.HANDLED: "Already handled",
        AnswerKind.CANNOT: "Cannot change",
        AnswerKind.MORE: "Tell us more",
        AnswerKind.ACKNOWLEDGED: "Acknowledged",
    }
)
ANSWERS_MEAN: Mapping[AnswerKind, str] = MappingProxyType(
    {
        AnswerKind.CHANGE: "Say what will change and by when",
        AnswerKind.HANDLED: "Say how, with a link if you can",
        AnswerKind.CANNOT: "Say why",
        AnswerKind.MORE: f"Ask one question. Time to answer stops for up to {LONGEST_QUESTION_DAYS} working days",
        AnswerKind.ACKNOWLEDGED: "Read, not decided. Say when you will decide",
    }
)
CHANGE_ANSWER = "Change answer"
"""Beside a flag that is answered. It is not what the screen is for."""
ANSWER_DECIDES = (AnswerKind.CHANGE, AnswerKind.HANDLED, AnswerKind.CANNOT)
ROLES: Mapping[Role, str] = MappingProxyType(
    {
        Role.OWNER: "policy owner",
        Role.DELEGATE: "delegate",
        Role.SENIOR: "senior owner",
    }
)


def platform(key: str) -> str:
    """The platform's name as it reads inside a sentence."""
    return display_name(key)
