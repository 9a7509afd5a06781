"""What a person can ask for by pressing something: a closed list, each with a short text form for buttons and links.

The text form is `name` or `name:first:second…`; the pieces are UUIDs, words and dates, never typed text.
It says what was asked, never that it is allowed: the desk checks every right anew.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar, get_type_hints
from uuid import UUID

UUIDs = tuple[UUID, ...]


class UnknownIntent(ValueError):
    """The text is not the text form of any intent: an old button, or somebody's own making."""


@dataclass(frozen=True)
class Intent:
    """The root of the closed list; only its subclasses are made."""

    name: ClassVar[str] = ""

    def to_text(self) -> str:
        """The text form, at most 255 characters for up to six ids."""
        pieces = [_write(getattr(self, each.name)) for each in fields(self)]
        return ":".join([self.name, *pieces])


_BY_NAME: dict[str, type[Intent]] = {}
_HINTS: dict[str, dict[str, object]] = {}


def _write(value: object) -> str:
    if isinstance(value, tuple):
        return ".".join(each.hex for each in value)
    if isinstance(value, UUID):
        return value.hex
    return str(value)


def _read(kind: object, text: str) -> object:
    if kind is UUID:
        return UUID(hex=text)
    if kind == UUIDs:
        return tuple(UUID(hex=each) for each in text.split(".")) if text else ()
    return text


def parse(text: str) -> Intent:
    """The intent that `text` stands for; raises `UnknownIntent` for anything else, without repeating it."""
    name, *pieces = text.split(":")
    kind = _BY_NAME.get(name)
    if kind is None:
        raise UnknownIntent("unknown intent")
    hints = _HINTS[name]
    names = [each.name for each in fields(kind)]
    if len(pieces) != len(names):
        raise UnknownIntent("unknown intent")
    try:
        values = {each: _read(hints[each], piece) for each, piece in zip(names, pieces, strict=True)}
    except ValueError:
        raise UnknownIntent("unknown intent") from None
    return kind(**values)


def _listed(kind: type[Intent]) -> type[Intent]:
    _BY_NAME[kind.name], _HINTS[kind.name] = kind, get_type_hints(kind)
    return kind


@_listed
@dataclass(frozen=True)
class Home(Intent):
    """What concerns this person: what waits for an owner, open policies for a member."""

    name: ClassVar[str] = "home"


@_listed
@dataclass(frozen=True)
class OpenPolicies(Intent):
    """The list of open policies."""

    name: ClassVar[str] = "policies"


@_listed
@dataclass(frozen=True)
class HowProtected(Intent):
    """How the promises are kept, and who runs this; `policy` is the one it was opened from."""

    name: ClassVar[str] = "protected"
    policy: UUID


@_listed
@dataclass(frozen=True)
class GiveView(Intent):
    """The flag form of a policy."""

    name: ClassVar[str] = "give-view"
    policy: UUID


@_listed
@dataclass(frozen=True)
class SeeFlags(Intent):
    """The flags of a policy that are shown."""

    name: ClassVar[str] = "flags"
    policy: UUID


@_listed
@dataclass(frozen=True)
class SeeFlag(Intent):
    """One flag, whole, with its answers."""

    name: ClassVar[str] = "flag"
    flag: UUID


@_listed
@dataclass(frozen=True)
class SecondFlag(Intent):
    """The form that says: I see this too."""

    name: ClassVar[str] = "second"
    flag: UUID


@_listed
@dataclass(frozen=True)
class MyFlags(Intent):
    """The flags of the person who opens it."""

    name: ClassVar[str] = "mine"


@_listed
@dataclass(frozen=True)
class ChangeFlag(Intent):
    """The flag form of one's own flag, until it is shown."""

    name: ClassVar[str] = "change"
    flag: UUID


@_listed
@dataclass(frozen=True)
class WithdrawFlag(Intent):
    """Takes back one's own flag, until it is shown."""

    name: ClassVar[str] = "withdraw"
    flag: UUID


@_listed
@dataclass(frozen=True)
class Settle(Intent):
    """The flagger says that an answer settles it."""

    name: ClassVar[str] = "settle"
    answer: UUID
    flag: UUID


@_listed
@dataclass(frozen=True)
class NotSettled(Intent):
    """The form that asks what is still in the way."""

    name: ClassVar[str] = "not-settled"
    answer: UUID
    flag: UUID


@_listed
@dataclass(frozen=True)
class ReplyToQuestion(Intent):
    """The form in which the flagger replies to Tell us more."""

    name: ClassVar[str] = "reply"
    answer: UUID
    flag: UUID


@_listed
@dataclass(frozen=True)
class AnswerFlags(Intent):
    """The answer form for one or several flags of one policy."""

    name: ClassVar[str] = "answer"
    flags: UUIDs


@_listed
@dataclass(frozen=True)
class AnswerPolicy(Intent):
    """The answer form for the flags of a policy that wait."""

    name: ClassVar[str] = "answer-policy"
    policy: UUID


@_listed
@dataclass(frozen=True)
class AcknowledgeAll(Intent):
    """The form that acknowledges every waiting flag of a digest."""

    name: ClassVar[str] = "acknowledge"
    digest: UUID


@_listed
@dataclass(frozen=True)
class Snooze(Intent):
    """The form that moves the next digest."""

    name: ClassVar[str] = "snooze"


@_listed
@dataclass(frozen=True)
class SeeDigest(Intent):
    """A digest as it was sent, or the newest for the person who asks."""

    name: ClassVar[str] = "digest"
    digest: UUID


@_listed
@dataclass(frozen=True)
class MyPolicies(Intent):
    """What an owner owns and what waits in it."""

    name: ClassVar[str] = "my-policies"


@_listed
@dataclass(frozen=True)
class Announce(Intent):
    """The announce form."""

    name: ClassVar[str] = "announce"


@_listed
@dataclass(frozen=True)
class NameOwner(Intent):
    """The form that names another policy owner."""

    name: ClassVar[str] = "name-owner"
    policy: UUID


@_listed
@dataclass(frozen=True)
class ChannelSettings(Intent):
    """The settings of a channel."""

    name: ClassVar[str] = "channel"
    channel: UUID


@_listed
@dataclass(frozen=True)
class ScheduleSettings(Intent):
    """When one's own digests arrive."""

    name: ClassVar[str] = "schedule"


@_listed
@dataclass(frozen=True)
class ExampleDigest(Intent):
    """An example of a digest."""

    name: ClassVar[str] = "example"


@_listed
@dataclass(frozen=True)
class Help(Intent):
    """What can be done here, and by which words."""

    name: ClassVar[str] = "help"


@_listed
@dataclass(frozen=True)
class SeeSettings(Intent):
    """What a person can set: an owner when digests come, an admin everything else."""

    name: ClassVar[str] = "settings"


@_listed
@dataclass(frozen=True)
class NewestDigest(Intent):
    """The newest digest of the person who asks, or that there is none."""

    name: ClassVar[str] = "newest-digest"


@_listed
@dataclass(frozen=True)
class DownloadCsv(Intent):
    """The flags of a digest's policies as a file of comma-separated values."""

    name: ClassVar[str] = "csv"
    digest: UUID


@_listed
@dataclass(frozen=True)
class Away(Intent):
    """The form that says on which days one is away, and who stands in."""

    name: ClassVar[str] = "away"


@_listed
@dataclass(frozen=True)
class PauseAnswers(Intent):
    """The form in which an admin lets the time to answer on a policy stand still."""

    name: ClassVar[str] = "pause"
    policy: UUID


@_listed
@dataclass(frozen=True)
class ResumeAnswers(Intent):
    """Ends that pause."""

    name: ClassVar[str] = "resume"
    policy: UUID


@_listed
@dataclass(frozen=True)
class SeePermissions(Intent):
    """What Deliverable can read, and why; sending it says that an admin has read it."""

    name: ClassVar[str] = "permissions"


@_listed
@dataclass(frozen=True)
class SayWhoRunsIt(Intent):
    """The form that says who runs it and who holds the key."""

    name: ClassVar[str] = "who-runs-it"


@_listed
@dataclass(frozen=True)
class SetLines(Intent):
    """The form with the lines that people rely on."""

    name: ClassVar[str] = "lines"


@_listed
@dataclass(frozen=True)
class ChooseChannel(Intent):
    """The connected channels and what is set for each."""

    name: ClassVar[str] = "channels"


@_listed
@dataclass(frozen=True)
class ChooseOffers(Intent):
    """The form that chooses which promises every channel offers."""

    name: ClassVar[str] = "offers"


@_listed
@dataclass(frozen=True)
class TryPeople(Intent):
    """The form that sends a test message to a policy owner, a delegate and a senior owner."""

    name: ClassVar[str] = "try-people"


@_listed
@dataclass(frozen=True)
class SetTimes(Intent):
    """The form of days and times."""

    name: ClassVar[str] = "times"


@_listed
@dataclass(frozen=True)
class Practise(Intent):
    """The form in which an admin goes the whole way of a flag on an invented policy; nothing of it is kept."""

    name: ClassVar[str] = "practise"


@_listed
@dataclass(frozen=True)
class SeeNotSent(Intent):
    """The messages that could not be sent."""

    name: ClassVar[str] = "not-sent"


@_listed
@dataclass(frozen=True)
class InstallForPeople(Intent):
    """How the app gets to people who cannot be written to without it."""

    name: ClassVar[str] = "install"
