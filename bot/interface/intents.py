"""Intents: everything a user can ask for with a button or a link, as a closed list. Each has a short text form.

The text form is `name` or `name:first:second…`, where the pieces are UUIDs, words, dates and page numbers, never typed
text. A last piece that has its default is left out.
An intent says what is asked, not that it is allowed: the dispatcher's handlers check permissions every time.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, dataclass, fields
from typing import ClassVar, get_type_hints
from uuid import UUID

UUIDs = tuple[UUID, ...]


class UnknownIntent(ValueError):
    """The text is not the text form of any intent: an old button, or a made-up one."""


@dataclass(frozen=True)
class Intent:
    """The base class; only its subclasses are instantiated."""

    name: ClassVar[str] = ""

    def to_text(self) -> str:
        """The text form, at most 255 characters for up to six ids."""
        given = [getattr(self, each.name) for each in fields(self)]
        defaults = [each.default for each in fields(self)]
        while given and given[-1] == defaults[len(given) - 1]:
            given.pop()
        return ":".join([self.name, *map(_piece_to_text, given)])


_PAGE_DIGITS = 6
_BY_NAME: dict[str, type[Intent]] = {}
_HINTS: dict[str, dict[str, object]] = {}


def _piece_to_text(value: object) -> str:
    if isinstance(value, tuple):
        return ".".join(each.hex for each in value)
    if isinstance(value, UUID):
        return value.hex
    return str(value)


def _piece_from_text(kind: object, text: str) -> object:
    if kind is int:
        return _page_from_text(text)
    if kind is UUID:
        return UUID(hex=text)
    if kind == UUIDs:
        return tuple(UUID(hex=each) for each in text.split(".")) if text else ()
    return text


def _page_from_text(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _PAGE_DIGITS):
        raise ValueError("not a page")
    return max(1, int(text))


def _is_needed(each: Field[object]) -> bool:
    return each.default is MISSING


def parse(text: str) -> Intent:
    """The intent that `text` stands for. Raises `UnknownIntent`, which does not repeat the text."""
    name, *pieces = text.split(":")
    kind = _BY_NAME.get(name)
    if kind is None:
        raise UnknownIntent("unknown intent")
    hints = _HINTS[name]
    names = [each.name for each in fields(kind)]
    if not sum(map(_is_needed, fields(kind))) <= len(pieces) <= len(names):
        raise UnknownIntent("unknown intent")
    try:
        values = {each: _piece_from_text(hints[each], piece) for each, piece in zip(names, pieces, strict=False)}
    except ValueError:
        raise UnknownIntent("unknown intent") from None
    return kind(**values)


def _registered(kind: type[Intent]) -> type[Intent]:
    _BY_NAME[kind.name], _HINTS[kind.name] = kind, get_type_hints(kind)
    return kind


@_registered
@dataclass(frozen=True)
class Home(Intent):
    """The start screen: what waits for a policy owner, or the open policies for a member."""

    name: ClassVar[str] = "home"


@_registered
@dataclass(frozen=True)
class OpenPolicies(Intent):
    """The list of open policies."""

    name: ClassVar[str] = "policies"
    page: int = 1


@_registered
@dataclass(frozen=True)
class HowProtected(Intent):
    """How the promises are kept, and who runs Deliverable. `policy` is the one it was opened from."""

    name: ClassVar[str] = "protected"
    policy: UUID


@_registered
@dataclass(frozen=True)
class GiveView(Intent):
    """The flag form of a policy."""

    name: ClassVar[str] = "give-view"
    policy: UUID


@_registered
@dataclass(frozen=True)
class SeeFlags(Intent):
    """The flags of a policy that have been shown."""

    name: ClassVar[str] = "flags"
    policy: UUID
    page: int = 1


@_registered
@dataclass(frozen=True)
class SeeFlag(Intent):
    """One flag in full, with its answers."""

    name: ClassVar[str] = "flag"
    flag: UUID
    page: int = 1


@_registered
@dataclass(frozen=True)
class SecondFlag(Intent):
    """The form behind "I see this too"."""

    name: ClassVar[str] = "second"
    flag: UUID


@_registered
@dataclass(frozen=True)
class MyFlags(Intent):
    """The user's own flags; `earlier` is a batch of policies that are over, or 0 for current ones."""

    name: ClassVar[str] = "mine"
    page: int = 1
    earlier: int = 0


@_registered
@dataclass(frozen=True)
class ChangeFlag(Intent):
    """The flag form for changing one's own flag, until it is shown."""

    name: ClassVar[str] = "change"
    flag: UUID


@_registered
@dataclass(frozen=True)
class WithdrawFlag(Intent):
    """Withdraws one's own flag, until it is shown."""

    name: ClassVar[str] = "withdraw"
    flag: UUID


@_registered
@dataclass(frozen=True)
class Settle(Intent):
    """The author says that an answer settles their flag."""

    name: ClassVar[str] = "settle"
    answer: UUID
    flag: UUID


@_registered
@dataclass(frozen=True)
class NotSettled(Intent):
    """The form that asks the author what is still in the way."""

    name: ClassVar[str] = "not-settled"
    answer: UUID
    flag: UUID


@_registered
@dataclass(frozen=True)
class ReplyToQuestion(Intent):
    """The form in which the author replies to "Tell us more"."""

    name: ClassVar[str] = "reply"
    answer: UUID
    flag: UUID


@_registered
@dataclass(frozen=True)
class AnswerFlags(Intent):
    """The answer form for one or more flags of one policy."""

    name: ClassVar[str] = "answer"
    flags: UUIDs


@_registered
@dataclass(frozen=True)
class AnswerPolicy(Intent):
    """The answer form for all flags of a policy that wait for an answer."""

    name: ClassVar[str] = "answer-policy"
    policy: UUID


@_registered
@dataclass(frozen=True)
class AcknowledgeAll(Intent):
    """The form that acknowledges every waiting flag of a digest."""

    name: ClassVar[str] = "acknowledge"
    digest: UUID


@_registered
@dataclass(frozen=True)
class Snooze(Intent):
    """The form that puts off the next digest."""

    name: ClassVar[str] = "snooze"


@_registered
@dataclass(frozen=True)
class SeeDigest(Intent):
    """A digest as it was sent."""

    name: ClassVar[str] = "digest"
    digest: UUID


@_registered
@dataclass(frozen=True)
class MyPolicies(Intent):
    """The policies that the user owns, with what waits in each."""

    name: ClassVar[str] = "my-policies"
    page: int = 1


@_registered
@dataclass(frozen=True)
class Announce(Intent):
    """The announce form."""

    name: ClassVar[str] = "announce"


@_registered
@dataclass(frozen=True)
class NameOwner(Intent):
    """The form that names another policy owner."""

    name: ClassVar[str] = "name-owner"
    policy: UUID


@_registered
@dataclass(frozen=True)
class ChannelSettings(Intent):
    """The settings of a channel."""

    name: ClassVar[str] = "channel"
    channel: UUID


@_registered
@dataclass(frozen=True)
class ScheduleSettings(Intent):
    """When one's own digests arrive."""

    name: ClassVar[str] = "schedule"


@_registered
@dataclass(frozen=True)
class ExampleDigest(Intent):
    """An example of a digest."""

    name: ClassVar[str] = "example"


@_registered
@dataclass(frozen=True)
class Help(Intent):
    """What can be done here, and with which commands."""

    name: ClassVar[str] = "help"


@_registered
@dataclass(frozen=True)
class SeeSettings(Intent):
    """The settings open to the user: for an owner when digests come, for an admin everything else."""

    name: ClassVar[str] = "settings"


@_registered
@dataclass(frozen=True)
class NewestDigest(Intent):
    """The user's newest digest, or a screen that says there is none."""

    name: ClassVar[str] = "newest-digest"


@_registered
@dataclass(frozen=True)
class DownloadCsv(Intent):
    """The flags of a digest's policies as a CSV file."""

    name: ClassVar[str] = "csv"
    digest: UUID


@_registered
@dataclass(frozen=True)
class Away(Intent):
    """The form for one's days away and who stands in."""

    name: ClassVar[str] = "away"


@_registered
@dataclass(frozen=True)
class PauseAnswers(Intent):
    """The form in which an admin pauses the time to answer on a policy."""

    name: ClassVar[str] = "pause"
    policy: UUID


@_registered
@dataclass(frozen=True)
class ResumeAnswers(Intent):
    """Ends a pause of the time to answer on a policy."""

    name: ClassVar[str] = "resume"
    policy: UUID


@_registered
@dataclass(frozen=True)
class SeePermissions(Intent):
    """What Deliverable can read, and why. Submitting it records that an admin has read it."""

    name: ClassVar[str] = "permissions"


@_registered
@dataclass(frozen=True)
class SayWhoRunsIt(Intent):
    """The form for who runs Deliverable and who holds the key."""

    name: ClassVar[str] = "who-runs-it"


@_registered
@dataclass(frozen=True)
class SetLines(Intent):
    """The form for the sentences that people rely on: handling, wrongdoing, freedom of information."""

    name: ClassVar[str] = "lines"


@_registered
@dataclass(frozen=True)
class ChooseChannel(Intent):
    """The connected channels, with the settings of each."""

    name: ClassVar[str] = "channels"
    page: int = 1


@_registered
@dataclass(frozen=True)
class ChooseOffers(Intent):
    """The form that chooses which promises every channel offers."""

    name: ClassVar[str] = "offers"


@_registered
@dataclass(frozen=True)
class TryPeople(Intent):
    """The form that sends a test message to a policy owner, a delegate and a senior owner."""

    name: ClassVar[str] = "try-people"


@_registered
@dataclass(frozen=True)
class SetTimes(Intent):
    """The form of days and times."""

    name: ClassVar[str] = "times"


@_registered
@dataclass(frozen=True)
class Practise(Intent):
    """The form in which an admin follows a flag from start to end on an invented policy. Nothing is kept."""

    name: ClassVar[str] = "practise"


@_registered
@dataclass(frozen=True)
class SeeNotSent(Intent):
    """The dead letters: messages that could not be sent."""

    name: ClassVar[str] = "not-sent"
    page: int = 1


@_registered
@dataclass(frozen=True)
class SeePeople(Intent):
    """Whose accounts are joined, which addresses are several people's, and who with a role cannot be reached."""

    name: ClassVar[str] = "people"
    page: int = 1


@_registered
@dataclass(frozen=True)
class KeepApart(Intent):
    """The view in which an admin separates an account from those that it is joined with."""

    name: ClassVar[str] = "keep-apart"
    account: UUID


@_registered
@dataclass(frozen=True)
class JoinAgain(Intent):
    """Lets an account that an admin keeps apart be joined by its address again."""

    name: ClassVar[str] = "join-again"
    account: UUID


@_registered
@dataclass(frozen=True)
class TestMyself(Intent):
    """Sends the user a test message, to where they are written to first."""

    name: ClassVar[str] = "test-myself"


@_registered
@dataclass(frozen=True)
class InstallForPeople(Intent):
    """How to install the app for people who cannot be sent messages without it."""

    name: ClassVar[str] = "install"
