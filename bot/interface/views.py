"""What a screen is given: plain facts about policies, flags, answers and digests, opened and already allowed.

A rule decides who may see what and makes these; a screen in `bot/screens/` only says them. No field tells who wrote
a flag but `FlagView.author`, which is empty unless the reader was promised the name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from storage import AnswerKind, FlagStatus, Promise, ReplyKind, Role, Verdict


@dataclass(frozen=True)
class OrganisationView:
    """Who runs this, and the lines that people rely on. `zone` is an IANA name; `release_hour` is 0 to 23, local."""

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


@dataclass(frozen=True)
class PolicyName:
    """Which policy a screen is about, and no more."""

    id: UUID
    title: str


@dataclass(frozen=True)
class PolicyView(PolicyName):
    """A policy as everyone sees it. `tally` counts the flags shown, by verdict. Days are those of the organisation."""

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
    next_answer_by: date | None = None
    late: int = 0
    delegate_told_on: date | None = None
    senior_told_on: date | None = None
    reworded_on: date | None = None
    owner_since: date | None = None
    paused_until: date | None = None
    paused_reason: str = ""


@dataclass(frozen=True)
class ReplyView:
    """What the flagger replied to an answer; `text` is empty for Settled. `shown` is False until its release."""

    kind: ReplyKind
    text: str
    shown: bool = True


@dataclass(frozen=True)
class AnswerView:
    """An answer to one flag, with the reply to it if there is one that the reader may see."""

    id: UUID
    kind: AnswerKind
    by: str
    role: Role
    on: date
    text: str
    by_date: date | None = None
    reply: ReplyView | None = None


@dataclass(frozen=True)
class FlagView:
    """One flag. `people` counts its author and the seconds that are shown; `author` is empty unless it was promised.

    `told` is who was last told, on `told_on`, that it has no answer after the day it was due; None there for an admin.
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


@dataclass(frozen=True)
class NextNotice:
    """Who is told next of a silence and on which day; no role where only admins are left."""

    role: Role | None
    name: str
    on: date


@dataclass(frozen=True)
class DigestItem:
    """One flag as a digest sent it. `status` and `answer_by` are those of the hour of sending.

    `new` means first sent in this digest; `more_people` counts seconds shown since the last one;
    `reply` is what the flagger said since the last one; `next_told` is who is told next if there is no answer.
    """

    flag: UUID
    verdict: Verdict
    theme: str
    because: str
    remedy: str
    promise: Promise
    author: str
    people: int
    new: bool
    more_people: int
    status: FlagStatus
    sent_on: date
    answer_by: date | None
    reply: str = ""
    next_told: NextNotice | None = None


@dataclass(frozen=True)
class DigestPartView:
    """What one digest says of one policy.

    `needing` counts all its flags that need an answer, also those not in `items`; `due` counts them by the day
    that the answer is due, in order. `named_by` is who named the reader policy owner, where that is known.
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
    """What happens next with a flag that has just been saved.

    Days are the organisation's; `digest_at` is aware UTC, or None where no digest is planned. `told` is who is told, in
    order, if there is no answer.
    """

    flag: UUID
    policy: UUID
    promise: Promise
    owner: str
    shown_by: date
    digest_at: datetime | None
    zone: str
    answer_by: date | None
    seconded: bool = False
    told: tuple[Role, ...] = ()


@dataclass(frozen=True)
class EscalationNoticeView:
    """That somebody was told, on the organisation's day `on`, of flags that wait for an answer.

    `flags` counts those of them that still wait, and `answer_by` is the earliest day on which one was due. `days` is
    for how many whole working days none of them has had a word; None where one has. `role` and `name` are of whoever
    was told, no role for admins, and `earlier` is who was told of them before and when. `instead_of` is for whom the
    reader reads.
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


@dataclass(frozen=True)
class ChainView:
    """On which days a flag that is written on `written_on` is shown, sent and, without an answer, told of.

    `digest_at` is the local time of the digest. There is no reminder where there are but two days to answer.
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
    """A step of the first-run checklist, in the order in which they are gone through."""

    PERMISSIONS = "permissions"
    WHO = "who"
    LINES = "lines"
    CHANNEL = "channel"
    OFFERS = "offers"
    PEOPLE = "people"
    TIMES = "times"
    PRACTICE = "practice"


@dataclass(frozen=True)
class TestedView:
    """Whom an admin named in a role to try if a message arrives; `arrived` is None while nobody can say."""

    role: Role
    name: str
    arrived: bool | None


@dataclass(frozen=True)
class SetUpView:
    """How far the first-run checklist has come. `floor` is the smallest group, `chain` what the terms come to."""

    done: frozenset[SetUpStep]
    floor: int
    tested: tuple[TestedView, ...]
    chain: ChainView


@dataclass(frozen=True)
class ChannelView:
    """A connected channel and what is set for it; `platform` is the internal name."""

    id: UUID
    name: str
    platform: str
    members: int
    offers: tuple[Promise, ...]
    guests: bool
    reactions: bool
    digests: bool


class Reach(StrEnum):
    """Whether somebody can be written to as things stand and, if not, why."""

    REACHED = "reached"
    NOT_SEEN = "not seen"
    CLOSED = "closed"
    NOT_INSTALLED = "not installed"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class UnreachedView:
    """Somebody with a role on a policy who cannot be written to, by name or, where they were not seen, by address.

    `told` says that admins have been told. `until` is the day on which they are, if an owner was not seen by then.
    """

    name: str
    role: Role
    reach: Reach
    title: str
    told: bool = False
    until: date | None = None
