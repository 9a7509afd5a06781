"""Views: the data a screen is given about policies, flags, answers and digests, decrypted and already authorised.

A rule decides who may see what and builds the view; a screen in `bot/screens/` only words it. No field says who wrote
a flag but `FlagView.author`, which is empty unless this reader was promised the name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from storage import (
    AnswerKind,
    CommitmentState,
    FlagStatus,
    Promise,
    ReplyKind,
    ReportReason,
    Role,
    TextKind,
    UpdateKind,
    Verdict,
)


@dataclass(frozen=True)
class OrganisationView:
    """Who runs this, and its terms. `zone` is an IANA name; `release_hour` is 0 to 23, local.

    `release_days` are the weekdays on which flags are shown (0 is Monday), none for every working day.
    """

    name: str
    team: str
    contact: str
    key_holder: str
    handling: str
    wrongdoing: str
    wrongdoing_link: str
    foi_contact: str
    zone: str
    release_hour: int
    batch_wait_days: int
    answer_days: int
    floor: int
    release_days: tuple[int, ...] = ()


@dataclass(frozen=True)
class PolicyName:
    """A policy's id and title only."""

    id: UUID
    title: str


@dataclass(frozen=True)
class AudienceView:
    """Who is on a policy: how many people, and the names of its connected channels unless everyone is."""

    everyone: bool
    people: int
    channels: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadersView:
    """Whom a form names as readers of a *Named* flag, by name or address. `token` stands for who they are.

    `named_themselves` and `delegate_named_by_self` say that the owner, or the delegate, gave themselves that part.
    """

    owner: str = ""
    delegate: str = ""
    senior: str = ""
    token: str = ""
    named_themselves: bool = False
    delegate_named_by_self: bool = False


@dataclass(frozen=True)
class PolicyView(PolicyName):
    """A policy as everyone sees it. `tally` counts the shown flags by verdict. Days are in the organisation's zone.

    Of the flags that `need_answer`, some are `answered`, and others are read but `undecided`: acknowledged, or asked
    about. The rest wait. `owner_unclear` says that `owner` is an address, which several accounts have. `release_days`
    are as in `OrganisationView`.
    """

    summary: str
    link: str
    owner: str
    delegate: str
    senior: str
    announced_on: date
    closes_on: date
    open: bool
    tally: dict[Verdict, int]
    need_answer: int
    answered: int
    undecided: int = 0
    next_answer_by: date | None = None
    late: int = 0
    delegate_told_on: date | None = None
    senior_told_on: date | None = None
    reworded_on: date | None = None
    owner_since: date | None = None
    owner_unclear: bool = False
    paused_until: date | None = None
    paused_reason: str = ""
    withdrawn_on: date | None = None
    withdrawn_by: str = ""
    withdrawn_reason: str = ""
    named_themselves: bool = False
    delegate_named_by_self: bool = False
    release_days: tuple[int, ...] = ()


@dataclass(frozen=True)
class EndsView:
    """When the keys of a policy end. After `authors_day` nobody can link its flags to people.

    `authors_ended` says that the authors' key has been destroyed; copies of it are gone by `authors_day`. `held_on` is
    the day since which the policy is on legal hold, `texts_until` the last day of its texts if it is not.
    """

    authors_day: date
    texts_until: date
    authors_ended: bool = False
    held_on: date | None = None


@dataclass(frozen=True)
class ReplyView:
    """What the author of a flag replied to an answer. `text` is empty for Settled; `shown` is False until release."""

    kind: ReplyKind
    text: str
    shown: bool = True


@dataclass(frozen=True)
class CommitmentUpdateView:
    """What was said about a commitment, by whom and in which role; `by_date` is the new day, if it gives one."""

    id: UUID
    kind: UpdateKind
    by: str
    role: Role
    on: date
    text: str
    by_date: date | None = None


@dataclass(frozen=True)
class CommitmentView:
    """What was promised for `by_date`, at first for `first_by`, and what was said about it since, oldest first.

    `asked_on` is when the owner was last asked. `told` is who was last told, on `told_on`, that there is no word; with
    a `told_on` and no `told`, it was admins.
    """

    id: UUID
    state: CommitmentState
    by_date: date
    first_by: date
    asked_on: date | None = None
    updates: tuple[CommitmentUpdateView, ...] = ()
    told: Role | None = None
    told_on: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True)
class AnswerView:
    """An answer to one flag, with the reply to it where there is one that the reader may see.

    `commitment` is what became of what it promised, and `reply_done` the reply to that.
    """

    id: UUID
    kind: AnswerKind
    by: str
    role: Role
    on: date
    text: str
    by_date: date | None = None
    reply: ReplyView | None = None
    commitment: CommitmentView | None = None
    reply_done: ReplyView | None = None


@dataclass(frozen=True)
class PromisedView:
    """A commitment with the answer that made it, to so many flags; `flag` is one of them."""

    policy: PolicyName
    answer: AnswerView
    commitment: CommitmentView
    flag: UUID
    flags: int


@dataclass(frozen=True)
class FlagView:
    """One flag. `people` counts its author and the shown seconds. `author` is empty unless the reader was promised it.

    `told` is who was last told, on `told_on`, that its answer is late. With a `told_on` and no `told`, it was admins.
    `reply_by` is the last day for which a question to its author stops the time to answer. `taken_down` says why its
    text was taken down, for its author. `named_to` is whom a *Named* flag names its author to, for a reader who took
    over from them. `successors` are, for the author, the ids and names of those who took over and do not see the name.
    `code` is set for an author who has come with the receipt code of a detached flag: its buttons carry it.
    """

    id: UUID
    policy: UUID
    policy_title: str
    verdict: Verdict
    theme: str
    because: str
    remedy: str
    evidence: str
    promise: Promise
    people: int
    status: FlagStatus
    shown_on: date | None
    author: str = ""
    sent_on: date | None = None
    answer_by: date | None = None
    remarks: tuple[str, ...] = ()
    answers: tuple[AnswerView, ...] = ()
    earlier_title: str = ""
    earlier_summary: str = ""
    told: Role | None = None
    told_on: date | None = None
    reply_by: date | None = None
    taken_down: ReportReason | None = None
    named_to: str = ""
    successors: tuple[tuple[UUID, str], ...] = ()
    code: str = field(default="", repr=False)


@dataclass(frozen=True)
class NextNotice:
    """Who is told next that an answer is missing, and on which day. `role` is None where only admins are left."""

    role: Role | None
    name: str
    on: date


@dataclass(frozen=True)
class DigestItem:
    """One flag as a digest sent it. `status` and `answer_by` are as they were when it was sent.

    `new` means first sent in this digest. `more_people` counts the seconds shown since the last one, and `reply` is
    what the author said since then. `next_told` is who is told next if there is no answer. `remark` is the newest of
    the `remarks` that people added who see this too. `author` and `named_to` are as in `FlagView`: they are not kept,
    but given to each reader.
    """

    flag: UUID
    verdict: Verdict
    theme: str
    because: str
    remedy: str
    promise: Promise
    people: int
    new: bool
    more_people: int
    status: FlagStatus
    sent_on: date
    answer_by: date | None
    reply: str = ""
    next_told: NextNotice | None = None
    remark: str = ""
    remarks: int = 0
    reply_id: UUID | None = None
    remark_id: UUID | None = None
    author: str = ""
    named_to: str = ""


@dataclass(frozen=True)
class DigestPromise:
    """A commitment that a digest asks about, promised for `by_date` when it was sent.

    What it was and what became of it is not kept, but given to each reader; `own` says that the reader promised it.
    """

    commitment: UUID
    by_date: date
    promised: PromisedView | None = None
    own: bool = False


@dataclass(frozen=True)
class DigestPartView:
    """What one digest says about one policy.

    `needing` counts all its flags that need an answer, including those not in `items`; `due` counts them by the day
    the answer is due, in order. `promises` are those that are due, the first due first. `named_by` is who named the
    reader policy owner, where that is known.
    """

    policy: UUID
    title: str
    link: str
    items: tuple[DigestItem, ...]
    needing: int
    due: tuple[tuple[date, int], ...] = ()
    as_announced: int = 0
    settled: int = 0
    answered_by_others: tuple[str, ...] = ()
    named_by: str = ""
    promises: tuple[DigestPromise, ...] = ()


@dataclass(frozen=True)
class DigestView:
    """A digest as it was sent, at the aware instant `at`, to an owner in the IANA `zone`."""

    id: UUID
    at: datetime
    zone: str
    parts: tuple[DigestPartView, ...]
    named_by: str = ""


@dataclass(frozen=True)
class ReceiptView:
    """What happens next to a flag that has just been saved.

    Days are in the organisation's zone. `digest_at` is aware UTC, or None where no digest is planned. `told` is who is
    told, in order, if there is no answer. `code` is the receipt code of a detached flag, with spaces. `ends` says when
    the keys of the policy end. `is_last` is set where the author can send no more flags on the policy.
    `audience` is who is on it.
    """

    flag: UUID
    policy: UUID
    promise: Promise
    ends: EndsView
    owner: str
    shown_by: date
    digest_at: datetime | None
    zone: str
    answer_by: date | None
    seconded: bool = False
    audience: AudienceView | None = None
    told: tuple[Role, ...] = ()
    code: str = field(default="", repr=False)
    is_last: bool = False


@dataclass(frozen=True)
class EscalationNoticeView:
    """A message, sent on the organisation's day `on`, that says flags have no answer.

    `flags` counts those that still wait, and `answer_by` is the earliest day one was due. `days` is the number of whole
    working days in which none of them was answered at all, or None where one was. `role` and `name` are the
    recipient's (no role for admins). `promises` counts those of which nobody has said a word, and `promised_by` is the
    earliest day of one. `earlier` lists who was told before, and when. `instead_of` is the person in whose place the
    reader gets it.
    """

    policy: PolicyView
    flags: int
    answer_by: date
    on: date
    role: Role | None
    name: str
    days: int | None = None
    next: NextNotice | None = None
    earlier: tuple[tuple[str, date], ...] = ()
    instead_of: str = ""
    promises: int = 0
    promised_by: date | None = None


@dataclass(frozen=True)
class ChainView:
    """The days on which a flag written on `written_on` is shown, sent and, without an answer, escalated.

    `digest_at` is the local time of the digest. `reminder_on` is None where the time to answer is too short for one.
    """

    written_on: date
    shown_on: date
    sent_on: date
    digest_at: time
    answer_by: date
    reminder_on: date | None
    delegate_on: date
    senior_on: date


class SetUpStep(StrEnum):
    """A step of the first-run checklist, in order."""

    PERMISSIONS = "permissions"
    WHO = "who"
    LINES = "lines"
    END_KEYS = "end-keys"
    CHANNEL = "channel"
    OFFERS = "offers"
    PEOPLE = "people"
    TIMES = "times"
    PRACTICE = "practice"


@dataclass(frozen=True)
class TestedView:
    """The person an admin sent a test message to, in a role. `arrived` is None until that is known."""

    role: Role
    name: str
    arrived: bool | None


@dataclass(frozen=True)
class SetUpView:
    """The state of the first-run checklist. `floor` is the smallest group, `chain` the dates that the terms lead to."""

    done: frozenset[SetUpStep]
    floor: int
    tested: tuple[TestedView, ...]
    chain: ChainView


@dataclass(frozen=True)
class ChannelView:
    """A connected channel and its settings. `platform` is the internal name.

    `name` is to stand beside the platform; `called` says where the channel is, if it could be taken for another one.
    """

    id: UUID
    name: str
    called: str
    platform: str
    members: int
    offers: tuple[Promise, ...]
    guests: bool
    reactions: bool
    digests: bool


@dataclass(frozen=True)
class AccountView:
    """One of a person's own accounts: a key for forms, and what it is called, such as `Slack`."""

    key: str
    name: str


class Reachability(StrEnum):
    """Whether a person can be sent messages now and, if not, why."""

    REACHED = "reached"
    NOT_SEEN = "not seen"
    CLOSED = "closed"
    NOT_INSTALLED = "not installed"
    BLOCKED = "blocked"
    REFUSED = "refused"
    UNCLEAR = "unclear"
    GUEST = "guest"


class AccountsState(StrEnum):
    """What an admin may have to do about the accounts of a person or of an address."""

    NOT_TRUSTED = "not trusted"
    TWICE = "twice"
    UNREACHED = "unreached"
    APART = "apart"
    JOINED = "joined"


@dataclass(frozen=True)
class AccountsView:
    """The accounts of a person or, where it is not clear whose they are, of an address: what each is called.

    `email` is their address, empty without one. `account` is the one to keep apart, or to join again; `reach` says why
    nobody can be messaged there.
    """

    state: AccountsState
    name: str
    email: str
    accounts: tuple[str, ...]
    account: UUID | None = None
    path: str = ""
    reach: Reachability = Reachability.REACHED


@dataclass(frozen=True)
class UnreachedView:
    """Someone with a role on a policy who cannot be sent messages: by name or, where never seen, by e-mail address.

    `told` says that admins have been told. `until` is the day they are told if the owner has not been seen by then.
    """

    name: str
    role: Role
    reach: Reachability
    title: str
    told: bool = False
    until: date | None = None


@dataclass(frozen=True)
class TextView:
    """A text that can be reported: which it is, the title of its policy, and what it says as (label, text)."""

    kind: TextKind
    id: UUID
    policy: UUID
    title: str
    says: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ReportView:
    """A reported text, without the text: why, and on which day first. `taken_down_on` is set once it was taken down."""

    kind: TextKind
    text: UUID
    title: str
    reasons: tuple[ReportReason, ...]
    on: date
    taken_down_on: date | None = None


@dataclass(frozen=True)
class TakeDownView:
    """What became of the messages with a text that was taken down.

    `updated` of them show it no more, and `waiting` are still to be updated. `beyond` are those that cannot be: what
    each was, where it stands, and why. After the night to `files_by` it is in no file of the database.
    """

    kind: TextKind
    title: str
    reason: ReportReason
    sentence: str
    on: date
    files_by: date
    updated: int
    waiting: int
    beyond: tuple[tuple[str, str], ...] = ()
