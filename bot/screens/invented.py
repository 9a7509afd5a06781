"""The invented people, policies and flags of every example. Nothing in it is real."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from bot.interface.views import (
    AnswerView,
    AudienceView,
    CommitmentUpdateView,
    CommitmentView,
    DigestItem,
    DigestPartView,
    DigestPromise,
    DigestView,
    EndsView,
    FlagView,
    NextNotice,
    OrganisationView,
    PolicyView,
    PromisedView,
    ReceiptView,
)
from storage import AnswerKind, CommitmentState, FlagStatus, Promise, Role, UpdateKind, Verdict


def numbered(n: int) -> UUID:
    """The id that belongs to a number, the same in every run."""
    return UUID(int=n)


ON_IT = AudienceView(everyone=False, people=84, channels=("data-platform", "digital-delivery"))
ENDS = EndsView(authors_day=date(2027, 3, 15), texts_until=date(2029, 1, 31))
ORGANISATION = OrganisationView(
    name="the Department for Local Services",
    team="the Digital Standards team",
    contact="digital-standards@example.org",
    key_holder="the Head of Information Security",
    handling="Do not include personal data or anything too sensitive for this channel.",
    wrongdoing="the whistleblowing procedure",
    wrongdoing_link="https://intranet.example.org/whistleblowing",
    foi_contact="foi@example.org",
    zone="Europe/London",
    release_hour=8,
    batch_wait_days=3,
    answer_days=10,
    floor=5,
)

PERMIT = PolicyView(
    id=numbered(1),
    title="Single parking permit",
    summary="From April 2027 one permit will let a resident or a carer park in every council area in England.",
    link="https://www.example.org/news/single-parking-permit",
    owner="Priya Nair",
    delegate="Tom Adeyemi",
    senior="Helen Marsh",
    announced_on=date(2026, 11, 23),
    closes_on=date(2027, 1, 29),
    open=True,
    tally={Verdict.AS_ANNOUNCED: 1, Verdict.IF: 3, Verdict.NOT: 2},
    need_answer=5,
    answered=3,
    undecided=1,
    next_answer_by=date(2026, 12, 9),
)

WITHDRAWN = replace(
    PERMIT,
    open=False,
    need_answer=0,
    answered=0,
    undecided=0,
    next_answer_by=None,
    withdrawn_on=date(2026, 12, 3),
    withdrawn_by="Daniel Osei",
    withdrawn_reason="It was announced before the minister had agreed to it",
)
PAUSED = replace(
    PERMIT, paused_until=date(2027, 1, 8), paused_reason="Parliament is not sitting, so nothing can be decided."
)

ADDRESS = PolicyView(
    id=numbered(2),
    title="Same-day address change",
    summary="A change of address told to one public body will reach all others on the same day.",
    link="https://www.example.org/news/same-day-address-change",
    owner="Priya Nair",
    delegate="Tom Adeyemi",
    senior="Helen Marsh",
    announced_on=date(2026, 12, 1),
    closes_on=date(2027, 2, 26),
    open=True,
    tally={},
    need_answer=0,
    answered=0,
)

ANSWER = AnswerView(
    id=numbered(31),
    kind=AnswerKind.CHANGE,
    by="Priya Nair",
    role=Role.OWNER,
    on=date(2026, 12, 9),
    text="Councils that share a system go first, in April. The others join as their contracts end.",
    by_date=date(2027, 3, 31),
)


COMMITMENT = CommitmentView(
    id=numbered(51), state=CommitmentState.PROMISED, by_date=date(2027, 3, 31), first_by=date(2027, 3, 31)
)


def updated(kind: UpdateKind) -> CommitmentUpdateView:
    """What was said about the invented commitment."""
    said = {
        UpdateKind.DONE: "Forty councils share one permit since Monday.",
        UpdateKind.WILL_NOT_HAPPEN: "The money went to another programme.",
        UpdateKind.NEW_DAY: "The supplier needs another month.",
    }
    later = date(2027, 4, 30) if kind is UpdateKind.NEW_DAY else None
    return CommitmentUpdateView(numbered(52), kind, ANSWER.by, Role.OWNER, date(2027, 3, 29), said[kind], later)


def promised(state: CommitmentState) -> AnswerView:
    """The invented answer once its commitment has come so far; one that has not ended was given a new day."""
    ended = {
        CommitmentState.DONE: UpdateKind.DONE,
        CommitmentState.WILL_NOT_HAPPEN: UpdateKind.WILL_NOT_HAPPEN,
    }
    update = updated(ended.get(state, UpdateKind.NEW_DAY))
    told = date(2027, 5, 4) if state is CommitmentState.NO_WORD else None
    view = CommitmentView(
        id=numbered(51),
        state=state,
        by_date=update.by_date or date(2027, 3, 31),
        first_by=date(2027, 3, 31),
        asked_on=date(2027, 3, 29),
        updates=(update,),
        told=Role.DELEGATE if told else None,
        told_on=told,
        ended_on=update.on if state in ended else None,
    )
    return replace(ANSWER, commitment=view)


TIMETABLE = FlagView(
    id=numbered(11),
    policy=PERMIT.id,
    policy_title=PERMIT.title,
    verdict=Verdict.NOT,
    theme="timetable",
    because="Councils use about 140 permit systems. For 60 of them the supplier's contract ends after April, "
    "so those cannot be joined up by then.",
    remedy="Start in April with councils that share a system. Add the others as contracts end.",
    evidence="https://www.example.org/permit-systems",
    promise=Promise.CONFIDENTIAL,
    people=7,
    status=FlagStatus.WAITING,
    shown_on=date(2026, 11, 25),
    sent_on=date(2026, 11, 25),
    answer_by=date(2026, 12, 9),
    remarks=("The same is true of the contracts for enforcement.",),
)

LEGACY = FlagView(
    id=numbered(12),
    policy=PERMIT.id,
    policy_title=PERMIT.title,
    verdict=Verdict.IF,
    theme="legacy",
    because="A third of vehicle records have no address we can match.",
    remedy="Let people confirm their address when they apply, in place of a bulk match.",
    evidence="",
    promise=Promise.NAMED,
    author="Ana Lopes",
    people=3,
    status=FlagStatus.WAITING,
    shown_on=date(2026, 12, 8),
    answer_by=date(2026, 12, 23),
)

RECEIPT = ReceiptView(
    audience=ON_IT,
    flag=TIMETABLE.id,
    policy=PERMIT.id,
    promise=Promise.CONFIDENTIAL,
    ends=ENDS,
    owner=PERMIT.owner,
    shown_by=date(2026, 12, 3),
    digest_at=datetime(2026, 12, 9, 9, tzinfo=UTC),
    zone="Europe/London",
    answer_by=date(2026, 12, 23),
    told=(Role.DELEGATE, Role.SENIOR),
)


def item(flag: FlagView, *, new: bool, sent_on: date) -> DigestItem:
    """The flag as an item of a digest."""
    return DigestItem(
        flag=flag.id,
        verdict=flag.verdict,
        theme=flag.theme,
        because=flag.because,
        remedy=flag.remedy,
        promise=flag.promise,
        author=flag.author,
        people=flag.people,
        new=new,
        more_people=0,
        status=flag.status,
        sent_on=sent_on,
        answer_by=flag.answer_by,
        next_told=None if new else NextNotice(Role.DELEGATE, "Tom Adeyemi", date(2026, 12, 10)),
        remark=flag.remarks[-1] if flag.remarks else "",
        remarks=len(flag.remarks),
    )


def _new(n: int, verdict: Verdict, theme: str, people: int, because: str, remedy: str = "") -> DigestItem:
    return DigestItem(
        flag=numbered(n),
        verdict=verdict,
        theme=theme,
        because=because,
        remedy=remedy,
        promise=Promise.CONFIDENTIAL,
        author="",
        people=people,
        new=True,
        more_people=0,
        status=FlagStatus.WAITING,
        sent_on=date(2026, 12, 9),
        answer_by=date(2026, 12, 23),
    )


_BLUE_BADGES = _new(13, Verdict.CANNOT_TELL, "law", 1, "May councils share blue badge data for this purpose?")
_NIGHT_SUPPORT = _new(
    14,
    Verdict.IF,
    "funding",
    2,
    "It works at today's volume. At ten times the volume, support at night is needed and is not in the plan.",
    "Fund night support, or promise 'next working day' instead.",
)

DIGEST = DigestView(
    id=numbered(41),
    at=datetime(2026, 12, 9, 9, tzinfo=UTC),
    zone="Europe/London",
    parts=(
        DigestPartView(
            policy=ADDRESS.id,
            title=ADDRESS.title,
            link=ADDRESS.link,
            items=(_NIGHT_SUPPORT,),
            needing=1,
            due=((date(2026, 12, 23), 1),),
            as_announced=1,
        ),
        DigestPartView(
            policy=PERMIT.id,
            title=PERMIT.title,
            link=PERMIT.link,
            items=(
                _BLUE_BADGES,
                item(LEGACY, new=True, sent_on=date(2026, 12, 9)),
                item(TIMETABLE, new=False, sent_on=date(2026, 11, 25)),
            ),
            needing=3,
            due=((date(2026, 12, 9), 1), (date(2026, 12, 23), 2)),
            settled=2,
        ),
    ),
    named_by="Sam Okoro",
)


def with_promises(flags: int) -> DigestView:
    """The invented digest with promises that are due: so many of its policies have flags too."""
    late = PromisedView(PERMIT, promised(CommitmentState.NO_WORD), _of(CommitmentState.NO_WORD), TIMETABLE.id, 2)
    now = PromisedView(PERMIT, ANSWER, COMMITMENT, LEGACY.id, 1)
    promises = (
        DigestPromise(COMMITMENT.id, late.commitment.by_date, late, own=True),
        DigestPromise(COMMITMENT.id, COMMITMENT.by_date, now),
    )
    address, permit = DIGEST.parts
    if not flags:
        permit = replace(permit, items=(), needing=0, due=(), settled=0)
    return replace(DIGEST, parts=(*((address,) if flags else ()), replace(permit, promises=promises)))


def _of(state: CommitmentState) -> CommitmentView:
    return promised(state).commitment or COMMITMENT


DIGEST_WITH_PROMISES = with_promises(2)
