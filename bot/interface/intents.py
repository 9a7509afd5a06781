"""Intents: everything a user can ask for with a button or a link, as a closed list.

An intent says what is asked, not that it is allowed: the dispatcher's handlers check permissions every time.
`bot/interface/intent_text.py` has the text form of each.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

# Taken from here, not from there, `parse` knows every intent.
from bot.interface.intent_text import Intent as Intent
from bot.interface.intent_text import UnknownIntent as UnknownIntent
from bot.interface.intent_text import UUIDs as UUIDs
from bot.interface.intent_text import parse as parse
from bot.interface.intent_text import registered


@registered
@dataclass(frozen=True)
class Home(Intent):
    """The start screen: what waits for a policy owner, or the open policies for a member."""

    name: ClassVar[str] = "home"


@registered
@dataclass(frozen=True)
class OpenPolicies(Intent):
    """The list of open policies."""

    name: ClassVar[str] = "policies"
    page: int = 1


@registered
@dataclass(frozen=True)
class HowProtected(Intent):
    """How the promises are kept, and who runs Deliverable. `policy` is the one it was opened from."""

    name: ClassVar[str] = "protected"
    policy: UUID


@registered
@dataclass(frozen=True)
class ReadFirst(Intent):
    """What to read before one writes a flag."""

    name: ClassVar[str] = "read-first"


@registered
@dataclass(frozen=True)
class GiveView(Intent):
    """The flag form of a policy, and what a form that is filled in carries.

    `readers` stands for whom it named as readers of a *Named* flag, and `terms` for what it said of all others.
    `opened` is the day on which it was opened (ISO 8601), by the organisation's calendar.
    """

    name: ClassVar[str] = "give-view"
    policy: UUID
    readers: str = ""
    terms: str = ""
    opened: str = ""


@registered
@dataclass(frozen=True)
class SeeFlags(Intent):
    """The flags of a policy that have been shown."""

    name: ClassVar[str] = "flags"
    policy: UUID
    page: int = 1


@registered
@dataclass(frozen=True)
class SeeFlag(Intent):
    """One flag in full, with its answers. `code`, here and below, is the receipt code of a detached flag."""

    name: ClassVar[str] = "flag"
    flag: UUID
    page: int = 1
    code: str = field(default="", repr=False)


@registered
@dataclass(frozen=True)
class SecondFlag(Intent):
    """The form behind "I see this too"."""

    name: ClassVar[str] = "second"
    flag: UUID


@registered
@dataclass(frozen=True)
class MyFlags(Intent):
    """The user's own flags; `earlier` is a batch of policies that are over, or 0 for current ones."""

    name: ClassVar[str] = "mine"
    page: int = 1
    earlier: int = 0


@registered
@dataclass(frozen=True)
class UseCode(Intent):
    """The form for the receipt code of a detached flag."""

    name: ClassVar[str] = "use-code"


@registered
@dataclass(frozen=True)
class ChangeFlag(Intent):
    """The flag form for changing one's own flag, until it is shown."""

    name: ClassVar[str] = "change"
    flag: UUID
    code: str = field(default="", repr=False)


@registered
@dataclass(frozen=True)
class WithdrawFlag(Intent):
    """Withdraws one's own flag, until it is shown."""

    name: ClassVar[str] = "withdraw"
    flag: UUID
    code: str = field(default="", repr=False)


@registered
@dataclass(frozen=True)
class ShowMyName(Intent):
    """Shows the author's name to a person who took over the policy since the flag was sent."""

    name: ClassVar[str] = "show-my-name"
    flag: UUID
    person: UUID


@registered
@dataclass(frozen=True)
class Settle(Intent):
    """The author says that an answer settles their flag. `stage`, here and below, is empty or a `ReplyStage`."""

    name: ClassVar[str] = "settle"
    answer: UUID
    flag: UUID
    code: str = field(default="", repr=False)
    stage: str = ""


@registered
@dataclass(frozen=True)
class NotSettled(Intent):
    """The form that asks the author what is still in the way."""

    name: ClassVar[str] = "not-settled"
    answer: UUID
    flag: UUID
    code: str = field(default="", repr=False)
    stage: str = ""


@registered
@dataclass(frozen=True)
class ReplyToQuestion(Intent):
    """The form in which the author replies to "Tell us more"."""

    name: ClassVar[str] = "reply"
    answer: UUID
    flag: UUID
    code: str = field(default="", repr=False)


@registered
@dataclass(frozen=True)
class AnswerFlags(Intent):
    """The answer form for one or more flags of one policy."""

    name: ClassVar[str] = "answer"
    flags: UUIDs


@registered
@dataclass(frozen=True)
class AnswerPolicy(Intent):
    """The answer form for all flags of a policy that wait for an answer."""

    name: ClassVar[str] = "answer-policy"
    policy: UUID


@registered
@dataclass(frozen=True)
class SeePromises(Intent):
    """What was promised on a policy, by day, and what became of it."""

    name: ClassVar[str] = "promises"
    policy: UUID
    page: int = 1


@registered
@dataclass(frozen=True)
class MyPromises(Intent):
    """What was promised on the user's own policies and has not ended, by day."""

    name: ClassVar[str] = "my-promises"
    page: int = 1


@registered
@dataclass(frozen=True)
class SayDone(Intent):
    """The form in which whoever answers for a policy says that what was promised is done, and how."""

    name: ClassVar[str] = "done"
    commitment: UUID


@registered
@dataclass(frozen=True)
class SetNewDay(Intent):
    """The form for a new day of what was promised, with a reason."""

    name: ClassVar[str] = "new-day"
    commitment: UUID


@registered
@dataclass(frozen=True)
class SayWillNotHappen(Intent):
    """The form in which they say that what was promised will not happen, and why."""

    name: ClassVar[str] = "will-not-happen"
    commitment: UUID


@registered
@dataclass(frozen=True)
class AcknowledgeAll(Intent):
    """The form that acknowledges every waiting flag of a digest."""

    name: ClassVar[str] = "acknowledge"
    digest: UUID


@registered
@dataclass(frozen=True)
class Snooze(Intent):
    """The form that puts off the next digest."""

    name: ClassVar[str] = "snooze"


@registered
@dataclass(frozen=True)
class SeeDigest(Intent):
    """A digest as it was sent."""

    name: ClassVar[str] = "digest"
    digest: UUID


@registered
@dataclass(frozen=True)
class MyPolicies(Intent):
    """The policies that the user owns, with what waits in each."""

    name: ClassVar[str] = "my-policies"
    page: int = 1


@registered
@dataclass(frozen=True)
class Announce(Intent):
    """The announce form."""

    name: ClassVar[str] = "announce"


@registered
@dataclass(frozen=True)
class WithdrawAnnouncement(Intent):
    """The form that withdraws an announcement which was made by mistake."""

    name: ClassVar[str] = "withdraw-announcement"
    policy: UUID


@registered
@dataclass(frozen=True)
class NameOwner(Intent):
    """The form that names another policy owner."""

    name: ClassVar[str] = "name-owner"
    policy: UUID


@registered
@dataclass(frozen=True)
class ChannelSettings(Intent):
    """The settings of a channel."""

    name: ClassVar[str] = "channel"
    channel: UUID


@registered
@dataclass(frozen=True)
class ScheduleSettings(Intent):
    """When one's own digests arrive."""

    name: ClassVar[str] = "schedule"


@registered
@dataclass(frozen=True)
class ExampleDigest(Intent):
    """An example of a digest."""

    name: ClassVar[str] = "example"


@registered
@dataclass(frozen=True)
class Help(Intent):
    """What can be done here, and with which commands."""

    name: ClassVar[str] = "help"


@registered
@dataclass(frozen=True)
class SeeSettings(Intent):
    """The settings open to the user: for an owner when digests come, for an admin everything else."""

    name: ClassVar[str] = "settings"


@registered
@dataclass(frozen=True)
class NewestDigest(Intent):
    """The user's newest digest, or a screen that says there is none."""

    name: ClassVar[str] = "newest-digest"


@registered
@dataclass(frozen=True)
class DownloadCsv(Intent):
    """The flags of a digest's policies as a CSV file."""

    name: ClassVar[str] = "csv"
    digest: UUID


@registered
@dataclass(frozen=True)
class Away(Intent):
    """The form for one's days away and who stands in."""

    name: ClassVar[str] = "away"


@registered
@dataclass(frozen=True)
class PauseAnswers(Intent):
    """The form in which an admin pauses the time to answer on a policy."""

    name: ClassVar[str] = "pause"
    policy: UUID


@registered
@dataclass(frozen=True)
class HoldPolicy(Intent):
    """The form in which an admin puts a policy on legal hold."""

    name: ClassVar[str] = "hold"
    policy: UUID


@registered
@dataclass(frozen=True)
class LiftHold(Intent):
    """Lifts the legal hold on a policy."""

    name: ClassVar[str] = "lift-hold"
    policy: UUID


@registered
@dataclass(frozen=True)
class ResumeAnswers(Intent):
    """Ends a pause of the time to answer on a policy."""

    name: ClassVar[str] = "resume"
    policy: UUID


@registered
@dataclass(frozen=True)
class SeeEndKeys(Intent):
    """How the end-months file stands, for admins."""

    name: ClassVar[str] = "end-keys"


@registered
@dataclass(frozen=True)
class SeePermissions(Intent):
    """What Deliverable can read, and why. Submitting it records that an admin has read it."""

    name: ClassVar[str] = "permissions"


@registered
@dataclass(frozen=True)
class SayWhoRunsIt(Intent):
    """The form for who runs Deliverable and who holds the key."""

    name: ClassVar[str] = "who-runs-it"


@registered
@dataclass(frozen=True)
class SetLines(Intent):
    """The form for the sentences that people rely on: handling, wrongdoing, freedom of information."""

    name: ClassVar[str] = "lines"


@registered
@dataclass(frozen=True)
class ChooseChannel(Intent):
    """The connected channels, with the settings of each."""

    name: ClassVar[str] = "channels"
    page: int = 1


@registered
@dataclass(frozen=True)
class ChooseOffers(Intent):
    """The form that chooses which promises every channel offers."""

    name: ClassVar[str] = "offers"


@registered
@dataclass(frozen=True)
class TryPeople(Intent):
    """The form that sends a test message to a policy owner, a delegate and a senior owner."""

    name: ClassVar[str] = "try-people"


@registered
@dataclass(frozen=True)
class SetTimes(Intent):
    """The form of days and times."""

    name: ClassVar[str] = "times"


@registered
@dataclass(frozen=True)
class Practise(Intent):
    """The form in which an admin follows a flag from start to end on an invented policy. Nothing is kept."""

    name: ClassVar[str] = "practise"


@registered
@dataclass(frozen=True)
class SeeNotSent(Intent):
    """The dead letters: messages that could not be sent."""

    name: ClassVar[str] = "not-sent"
    page: int = 1


@registered
@dataclass(frozen=True)
class ConfirmRestore(Intent):
    """The view in which an admin lets releases and messages go on, after the database was restored."""

    name: ClassVar[str] = "confirm-restore"


@registered
@dataclass(frozen=True)
class SeePeople(Intent):
    """Whose accounts are joined, which addresses are several people's, and who with a role cannot be reached."""

    name: ClassVar[str] = "people"
    page: int = 1


@registered
@dataclass(frozen=True)
class KeepApart(Intent):
    """The view in which an admin separates an account from those that it is joined with."""

    name: ClassVar[str] = "keep-apart"
    account: UUID


@registered
@dataclass(frozen=True)
class JoinAgain(Intent):
    """Lets an account that an admin keeps apart be joined by its address again."""

    name: ClassVar[str] = "join-again"
    account: UUID


@registered
@dataclass(frozen=True)
class TestMyself(Intent):
    """Sends the user a test message, to where they are written to first."""

    name: ClassVar[str] = "test-myself"


@registered
@dataclass(frozen=True)
class MyAccounts(Intent):
    """The user's accounts, and joining them by a code."""

    name: ClassVar[str] = "my-accounts"


@registered
@dataclass(frozen=True)
class GetJoiningCode(Intent):
    """Makes a code for the account that is used, to be entered in another one of the same person."""

    name: ClassVar[str] = "get-code"


@registered
@dataclass(frozen=True)
class EnterJoiningCode(Intent):
    """Joins the account that is used with the one for which a code was made."""

    name: ClassVar[str] = "enter-code"


@registered
@dataclass(frozen=True)
class SeparateAccounts(Intent):
    """Separates the account that is used from those that it was joined with by a code."""

    name: ClassVar[str] = "separate"


@registered
@dataclass(frozen=True)
class InstallForPeople(Intent):
    """How to install the app for people who cannot be sent messages without it."""

    name: ClassVar[str] = "install"


@registered
@dataclass(frozen=True)
class ChooseOfficers(Intent):
    """The form in which an admin names records officers and auditors."""

    name: ClassVar[str] = "officers"


@registered
@dataclass(frozen=True)
class SeeAudit(Intent):
    """The audit log, the newest entries first, for auditors."""

    name: ClassVar[str] = "audit"
    page: int = 1


@registered
@dataclass(frozen=True)
class CheckAudit(Intent):
    """The form in which an auditor has the audit log checked, against an end of it that was noted earlier if any."""

    name: ClassVar[str] = "check-audit"


@registered
@dataclass(frozen=True)
class ReportText(Intent):
    """The form in which someone reports a text of a flag: the flag itself, or what was said about it."""

    name: ClassVar[str] = "report"
    flag: UUID


@registered
@dataclass(frozen=True)
class ReportAnnouncement(Intent):
    """The form in which someone reports the title and summary of a policy."""

    name: ClassVar[str] = "report-policy"
    policy: UUID


@registered
@dataclass(frozen=True)
class SeeReports(Intent):
    """The texts that were reported, and those that were taken down, for records officers."""

    name: ClassVar[str] = "reports"
    page: int = 1


@registered
@dataclass(frozen=True)
class OpenText(Intent):
    """A reported text, which a records officer opens. Submitting it shows the text and is logged."""

    name: ClassVar[str] = "open-text"
    kind: str
    text: UUID


@registered
@dataclass(frozen=True)
class LeaveText(Intent):
    """A records officer leaves a reported text as it is."""

    name: ClassVar[str] = "leave-text"
    kind: str
    text: UUID


@registered
@dataclass(frozen=True)
class TakeTextDown(Intent):
    """The form in which a records officer takes a reported text down."""

    name: ClassVar[str] = "take-down"
    kind: str
    text: UUID


@registered
@dataclass(frozen=True)
class SeeTakeDown(Intent):
    """What became of a text that was taken down: which messages still show it."""

    name: ClassVar[str] = "taken-down"
    kind: str
    text: UUID


@registered
@dataclass(frozen=True)
class SeeOwnRecord(Intent):
    """All that the user sent, in full: ten flags a `page`, in as many parts as they need. `earlier` as in `MyFlags`."""

    name: ClassVar[str] = "own-record"
    page: int = 1
    part: int = 1
    earlier: int = 0


@registered
@dataclass(frozen=True)
class AllPolicies(Intent):
    """A page of all announced policies, for admins, who look after them without reading."""

    name: ClassVar[str] = "all-policies"
    page: int = 1


@registered
@dataclass(frozen=True)
class LookAfterPolicy(Intent):
    """What an admin can do for a policy, whether they are on it or not."""

    name: ClassVar[str] = "look-after"
    policy: UUID


@registered
@dataclass(frozen=True)
class ChangeAudience(Intent):
    """The form in which the announcer or the owner says who is on a policy."""

    name: ClassVar[str] = "audience"
    policy: UUID


@registered
@dataclass(frozen=True)
class PublicPage(Intent):
    """The form in which an admin turns a policy's public page on or off."""

    name: ClassVar[str] = "public-page"
    policy: UUID


@registered
@dataclass(frozen=True)
class KeepTexts(Intent):
    """The form in which an admin sets for how long the texts of one policy are kept."""

    name: ClassVar[str] = "keep-texts"
    policy: UUID
