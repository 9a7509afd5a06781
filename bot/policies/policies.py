"""Policies: announcing, rewording, naming who answers for them, and what everyone sees of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto
from uuid import UUID, uuid4

from bot.interface.announcements import OPEN_DAYS, Announcement
from bot.interface.recognition import Match, identity_of
from bot.interface.views import PolicyView, UnreachedView
from bot.outbox import deliveries, restore_hold
from bot.outbox.deliveries import Recipient
from bot.people import digest_schedules, joining, people, reachability, recipients, told_first
from bot.people.people import Named
from bot.policies import answer_deadlines, ends, readers
from bot.policies.announced_before import AnnouncedBefore
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import (
    Audience,
    Channel,
    FlagStatus,
    Policy,
    Posting,
    TextKind,
    Verdict,
    Wording,
    channel_sets,
    policy_keys,
    rejoining,
)
from storage import commitments as stored_commitments
from storage import flags as stored_flags
from storage import policies as stored
from storage import postings as stored_postings
from storage import take_downs as stored_take_downs
from storage.flags import OPEN, UNANSWERED, Counts
from storage.organisation import release_weekdays
from storage.stable_ids import stable_id

CARD = "policy-card"
OWNER_NAMED = "owner-named"


@dataclass(frozen=True)
class Accountable:
    """The people who answer for a policy: its owner, the delegate and the senior owner."""

    owner: Named
    delegate: Named
    senior: Named


@dataclass(frozen=True)
class Opening:
    """The choices made when a policy is announced. `closes_on` is the last day on which it takes flags.

    Without an `audience`, members of the channels are on it or, where there are none, everyone. One that is opened
    `by_itself` is not recognised by its link, which is that of a policy whose announcer is not to know of it.
    """

    accountable: Accountable
    channels: tuple[Channel, ...] = ()
    closes_on: date | None = None
    announced_by: UUID | None = None
    nonce_hash: bytes | None = None
    audience: Audience | None = None
    by_itself: bool = False

    @property
    def who(self) -> Audience:
        """Who is on the policy."""
        return self.audience or (Audience.MEMBERS if self.channels else Audience.EVERYONE)


class IfUnclear(Enum):
    """What becomes of announcements that may be new wordings of a policy, or may be other ones on the same page."""

    REFUSE = auto()
    LEAVE_OUT = auto()
    REWORD = auto()


class AnnouncementsUnclear(Exception):
    """Some announcements may be new wordings of a policy or may be others, so none was taken."""

    def __init__(self, unclear: tuple[Announcement, ...]) -> None:
        super().__init__("some announcements cannot be told from known ones")
        self.unclear = unclear


@dataclass(frozen=True)
class Announced:
    """The result of a list of announcements: the policies that were opened, reworded, and left unchanged.

    `unclear` are the announcements that were left out because they may be new wordings or others. `unreached` are the
    people who answer for the opened policies and cannot be sent messages yet.
    """

    opened: tuple[Policy, ...]
    reworded: tuple[Policy, ...]
    unchanged: tuple[Policy, ...]
    unclear: tuple[Announcement, ...] = ()
    unreached: tuple[UnreachedView, ...] = ()


def announce(
    uow: UnitOfWork,
    announcements: Iterable[Announcement],
    opening: Opening,
    if_unclear: IfUnclear = IfUnclear.REFUSE,
) -> Announced:
    """Open a policy for each announcement that is new; reword those that have changed.

    The owner gets one message for all policies that were opened. Raises `AnnouncementsUnclear`, and
    `ends.TooFar`, which undo the whole transaction.
    """
    listed = list(announcements)
    before = AnnouncedBefore(uow, listed)
    opened: list[Policy] = []
    reworded: list[Policy] = []
    unchanged: list[Policy] = []
    unclear: list[Announcement] = []
    for each in listed:
        match, policy = (Match.OTHER, None) if opening.by_itself else before.find(each)
        if match is Match.UNCLEAR and if_unclear is not IfUnclear.REWORD:
            unclear.append(each)
        elif policy is None:
            opened.append(_open(uow, each, opening))
            before.add(opened[-1])
        else:
            moved = before.follow(policy, each)
            (reworded if _bring_up_to_date(uow, policy, each, moved) else unchanged).append(policy)
    if unclear and if_unclear is IfUnclear.REFUSE:
        raise AnnouncementsUnclear(tuple(unclear))
    _welcome_owner(uow, opened, opening.announced_by, opening.accountable.owner.on)
    for policy in sorted(opened, key=lambda each: each.id):
        recipients.owner_named(uow, policy)
        reachability.tell_admins(uow, policy)
    unreached = reachability.unreached(uow, opened[0]) if opened else ()
    return Announced(tuple(opened), tuple(reworded), tuple(unchanged), tuple(unclear), unreached)


def _bring_up_to_date(uow: UnitOfWork, policy: Policy, announcement: Announcement, moved: bool) -> bool:
    """Take over changed words; whether they have changed. `moved` is whether the link has."""
    reworded = reword(uow, policy, announcement.title, announcement.summary)
    if moved and not reworded:
        uow.session.flush()
        refresh_cards(uow, policy.id)
    return reworded


def _open(uow: UnitOfWork, announcement: Announcement, opening: Opening) -> Policy:
    accountable = opening.accountable
    identity = None if opening.by_itself else identity_of(announcement)
    policy = Policy(
        id=uuid4(),
        title=announcement.title,
        summary=announcement.summary,
        link=announcement.link,
        link_key=identity.key if identity else None,
        link_page=identity.page if identity else None,
        announced_on=announcement.announced_on or uow.today,
        closes_on=opening.closes_on or uow.today + timedelta(days=OPEN_DAYS),
        announced_by=opening.announced_by,
        owner_id=accountable.owner.person_id,
        owner_email=accountable.owner.email,
        delegate_id=accountable.delegate.person_id,
        delegate_email=accountable.delegate.email,
        senior_id=accountable.senior.person_id,
        senior_email=accountable.senior.email,
        owner_named_self=_is_one(opening.announced_by, accountable.owner),
        delegate_named_self=_is_one(opening.announced_by, accountable.delegate),
        nonce_hash=opening.nonce_hash,
        audience=opening.who,
    )
    uow.session.add(policy)
    uow.session.flush()
    _, keys = policy_keys.new(uow.ring, policy.id, ends.terms(uow, policy.closes_on))
    uow.session.add(keys)
    uow.session.add(_current_wording(uow, policy))
    uow.session.flush()
    post(uow, policy, opening.channels)
    return policy


def _is_one(person_id: UUID | None, named: Named) -> bool:
    return person_id is not None and named.person_id == person_id


def _current_wording(uow: UnitOfWork, policy: Policy) -> Wording:
    return Wording(
        policy_id=policy.id, number=policy.wording, title=policy.title, summary=policy.summary, since=uow.today
    )


def post(uow: UnitOfWork, policy: Policy, channels: Iterable[Channel]) -> None:
    """Post a policy's card in channels."""
    for channel in channels:
        posting = Posting(policy_id=policy.id, channel_id=channel.id)
        uow.session.add(posting)
        uow.session.flush()
        deliveries.post(uow, posting, channel, CARD)
    policy.channel_set = channel_sets.keep(uow.session, stored_postings.channels_of(uow.session, policy.id))
    uow.session.flush()


def refresh_cards(uow: UnitOfWork, policy_id: UUID) -> None:
    """Refresh a policy's cards in all channels."""
    deliveries.refresh(uow, policy_id, CARD)


def reword(uow: UnitOfWork, policy: Policy, title: str, summary: str) -> bool:
    """Change a policy's wording. Earlier flags keep the wording they are about.

    False if nothing has changed, and where the wording was taken down: reading a feed again must not bring it back.
    """
    if (policy.title, policy.summary) == (title, summary):
        return False
    if stored_take_downs.take_down_of(uow.session, TextKind.POLICY, policy.id) is not None:
        return False
    policy.title, policy.summary = title, summary
    policy.wording, policy.reworded_on = policy.wording + 1, uow.today
    uow.session.add(_current_wording(uow, policy))
    uow.session.flush()
    refresh_cards(uow, policy.id)
    return True


def _welcome_owner(uow: UnitOfWork, owned: Iterable[Policy], named_by: UUID | None, on: str, *, met: str = "") -> None:
    """Tell owners which policies they own now, and who named them. An owner who gets one back is told again.

    `on` is the platform on which they were named or met: they are told there first, unless they chose otherwise. `met`
    is the address of one who is met now: they may have been told before a restore, so that is looked up first.
    """
    by_owner: dict[UUID, list[Policy]] = {}
    for policy in owned:
        if policy.owner_id is not None:
            by_owner.setdefault(policy.owner_id, []).append(policy)
    for owner_id, policies in by_owner.items():
        digest_schedules.begin(uow, owner_id)
        told_first.prefer(uow, owner_id, on)
        ids = [*(each.id for each in policies), *((named_by,) if named_by else ())]
        # Met again after a restore, they may have another id. The key, and so the message, is the same.
        made_of = stable_id(met, *((each.id, each.owner_since) for each in policies)) if met else uuid4()
        days = [each.owner_since or each.announced_on for each in policies]
        told = Recipient(
            owner_id,
            " ".join(map(str, ids)),
            key=f"{OWNER_NAMED}:{made_of}",
            sent_since=restore_hold.came_from_backup(uow, min(days)) if met else None,
        )
        deliveries.tell_people(uow, OWNER_NAMED, [told])


def meet(uow: UnitOfWork, emails: set[str], on: str = "") -> None:
    """Assign the policies that wait for one of these addresses to the person who now has it; `on` which platform."""
    for email in sorted(emails & stored.awaited_emails(uow.session)):
        found = people.named(uow, email)
        if found is not None and found.person_id is not None:
            _hand_over(uow, email, found.person_id, on)
        elif found is not None and found.unclear:
            for policy in stored.awaiting(uow.session, email):
                if policy.owner_email == email and policy.sealed_on is None:
                    recipients.owner_unclear(uow, policy)


def rejoin(uow: UnitOfWork) -> bool:
    """Join and separate some of the accounts there are, after the trusted domains have changed; whether any are left.

    Call it until none are, each time in a transaction of its own. How far it has come is kept, so that another process
    goes on where one has died.
    """
    under_way = rejoining.under_way(uow.session)
    if under_way is None:
        return False
    got_zone, under_way.after = joining.refresh(uow, under_way.after or "")
    digest_schedules.follow(uow, got_zone)
    if under_way.after is None:
        meet(uow, stored.awaited_emails(uow.session))
    uow.session.flush()
    return under_way.after is not None


def rejoin_those(uow: UnitOfWork, email: str) -> None:
    """The same for the accounts with one address, after an admin's choice has changed."""
    digest_schedules.follow(uow, joining.refresh_those(uow, [email]))
    meet(uow, stored.awaited_emails(uow.session))


def _hand_over(uow: UnitOfWork, email: str, person_id: UUID, on: str) -> None:
    owned = []
    for policy in sorted(stored.awaiting(uow.session, email), key=lambda each: each.id):
        _lock_and_reload(uow, policy)
        readers.bind(uow, policy.id, email, person_id)
        if policy.owner_email == email:
            policy.owner_id, policy.owner_email = person_id, None
            policy.owner_named_self = policy.owner_since is None and person_id == policy.announced_by
            recipients.give_back(uow, policy)
            owned.append(policy)
        if policy.delegate_email == email:
            policy.delegate_id, policy.delegate_email = person_id, None
            policy.delegate_named_self = person_id == policy.announced_by
        if policy.senior_email == email:
            policy.senior_id, policy.senior_email = person_id, None
        uow.session.flush()
        refresh_cards(uow, policy.id)
    _welcome_owner(uow, owned, None, on, met=email)


def _lock_and_reload(uow: UnitOfWork, policy: Policy) -> None:
    """Lock and reload a policy, so that of two transactions that set its owner at once only one tells the owner."""
    policy_keys.lock(uow.session, policy.id)
    uow.session.refresh(policy)


def name_owner(uow: UnitOfWork, policy: Policy, owner: Named, named_by: UUID) -> None:
    """Name another owner, whose first digest lists what is open. `named_by` is the person who names them."""
    _lock_and_reload(uow, policy)
    if (owner.person_id, owner.email) == (policy.owner_id, policy.owner_email):
        return
    policy.owner_id, policy.owner_email, policy.owner_since = owner.person_id, owner.email, uow.today
    policy.owner_named_self = owner.person_id == named_by
    policy.awaited_until = None
    if policy.read_by is None or owner.person_id is not None:
        # The person who reads in the owner's place goes on until a new owner has been seen.
        policy.read_by = None
        stored_flags.tell_again(uow.session, policy.id)
        stored_commitments.ask_again(uow.session, policy.id, uow.today)
    uow.session.flush()
    _welcome_owner(uow, [policy], named_by, owner.on)
    recipients.owner_named(uow, policy)
    refresh_cards(uow, policy.id)


def is_open(uow: UnitOfWork, policy: Policy) -> bool:
    """Whether a policy takes flags now."""
    return policy.closed_on is None and policy.sealed_on is None and policy.closes_on >= uow.today


def view(uow: UnitOfWork, policy: Policy) -> PolicyView:
    """A policy as everyone sees it."""
    return views(uow, [policy])[0]


def views(uow: UnitOfWork, some: Sequence[Policy]) -> tuple[PolicyView, ...]:
    """Policies as everyone sees them, in as many queries as one of them takes."""
    counted = stored_flags.tallies(uow.session, [each.id for each in some]) if some else {}
    named = ((each.owner_id, each.delegate_id, each.senior_id, each.withdrawn_by) for each in some)
    people.take_names(uow, (person for several in named for person in several))
    return tuple(_view(uow, each, counted.get(each.id, [])) for each in some)


def _view(uow: UnitOfWork, policy: Policy, counts: Counts) -> PolicyView:
    tally: dict[Verdict, int] = {}
    for verdict, _, _, number in counts:
        tally[verdict] = tally.get(verdict, 0) + number
    needed = [each[1:] for each in counts if each[1] is not FlagStatus.UNNEEDED]
    deadlines = [answer_by for status, answer_by, _ in needed if answer_by and status in OPEN]
    return PolicyView(
        id=policy.id,
        title=policy.title,
        summary=policy.summary,
        link=policy.link,
        owner=people.name_of(uow, policy.owner_id, policy.owner_email),
        owner_unclear=reachability.is_unclear(uow, policy.owner_id, policy.owner_email),
        delegate=people.name_of(uow, policy.delegate_id, policy.delegate_email),
        senior=people.name_of(uow, policy.senior_id, policy.senior_email),
        announced_on=policy.announced_on,
        closes_on=policy.closed_on or policy.closes_on,
        open=is_open(uow, policy),
        tally=tally,
        need_answer=sum(number for _, _, number in needed),
        answered=sum(number for status, _, number in needed if status not in OPEN),
        undecided=sum(number for status, _, number in needed if status in OPEN and status not in UNANSWERED),
        next_answer_by=min((each for each in deadlines if each >= uow.today), default=None),
        late=sum(number for status, by, number in needed if status in OPEN and by and by < uow.today),
        delegate_told_on=policy.delegate_told_on,
        senior_told_on=policy.senior_told_on,
        reworded_on=policy.reworded_on,
        owner_since=policy.owner_since,
        paused_until=policy.paused_until if answer_deadlines.paused(uow, policy) else None,
        paused_reason=policy.paused_reason,
        withdrawn_on=policy.withdrawn_on,
        withdrawn_by=people.name_of(uow, policy.withdrawn_by) if policy.withdrawn_by else "",
        withdrawn_reason=policy.withdrawn_reason,
        named_themselves=policy.owner_named_self,
        delegate_named_by_self=policy.delegate_named_self,
        release_days=release_weekdays(uow.organisation),
    )
