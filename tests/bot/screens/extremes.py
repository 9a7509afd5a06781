"""Screens made from the most extreme data that the rules let through."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from uuid import UUID

from bot.interface.pages import PAGE_SIZE, Page
from bot.interface.parts import Screen
from bot.interface.views import (
    DigestItem,
    DigestPartView,
    DigestView,
    EscalationNoticeView,
    FlagView,
    NextNotice,
    PolicyView,
    Reachability,
    ReplyView,
    UnreachedView,
)
from bot.screens import invented
from bot.screens.admin.home import MOST_POLICIES, home_card
from bot.screens.admin.practice_form import PRACTICE, PracticeStep, practice_form, practised_form
from bot.screens.answer.answer_form import answer_form
from bot.screens.answer.answer_notice import answer_notice_card, named_answer_card
from bot.screens.answer.reply_form import not_settled_form, reply_form
from bot.screens.digest.away import stands_in_card
from bot.screens.digest.digest import digest_card
from bot.screens.flag.flag_form import SmallGroup, flag_form
from bot.screens.flag.my_flags import my_flags_form
from bot.screens.flag.policy_flags import policy_flags_form
from bot.screens.flag.second_form import second_form
from bot.screens.flag.whole_flag import whole_flag_form
from bot.screens.notice.escalation_notices import (
    delegate_told_card,
    nobody_told_card,
    owner_told_card,
    reminder_card,
    senior_told_card,
)
from bot.screens.notice.many_not_deliverable import many_not_deliverable_card
from bot.screens.notice.not_reached import not_reached_card
from bot.screens.notice.owner_left import no_owner_card, owner_left_card
from bot.screens.notice.owner_named import owner_named_card
from bot.screens.policy.announce_form import announced_form
from bot.screens.policy.my_policies import my_policies_form
from bot.screens.policy.open_policies import open_policies_form
from bot.screens.policy.paused import pause_form, paused_card
from bot.screens.policy.policy_card import policy_card
from storage import AnswerKind, FlagStatus, Promise, ReplyKind, Role, Verdict

DAY = date(2026, 12, 9)
SECOND = Page(2, 3 * PAGE_SIZE)

TYPED = {
    "long words": "delivery " * 333 + "by",
    "one word": "x" * 3000,
    "right to left": "لا يمكن التسليم في أبريل \u202eתקציב\u202c " * 60,
    "markup": "<b>no</b> & *no* _no_ `no` <!channel> [a](http://b) {{ no }} \\ ~no~ " * 40,
    "lines": "first\n\n\tsecond   third\r\n" * 100,
    "emoji": "👩🏽‍💻🏴󠁧󠁢󠁥󠁮󠁧󠁿" * 200,
    "one character": "x",
    "emoji that no list cuts": "🎏" * 200,
    "controls that are escaped": "\x01" * 300,
    "emoji of which a list cuts some": "🎏" * 300,
}


def flag_of(text: str, n: int = 1) -> FlagView:
    """A flag whose every typed text is `text`."""
    return replace(
        invented.TIMETABLE,
        id=UUID(int=1000 + n),
        because=text,
        remedy=text,
        remarks=(text[:300],),
        answers=tuple(
            replace(
                invented.ANSWER,
                id=UUID(int=2000 + n),
                kind=kind,
                role=Role.SENIOR,
                text=text,
                reply=ReplyView(ReplyKind.NOT_SETTLED, text) if kind is AnswerKind.HANDLED else None,
            )
            for kind in AnswerKind
        ),
        people=1_234_567,
        earlier_title=text[:300],
        earlier_summary=text,
    )


def digest_of(policies: int, flags: int, text: str) -> DigestView:
    """A digest of many policies, each with many flags, in every verdict and standing and on many days."""
    parts = tuple(_part(n, flags, text) for n in range(policies))
    return DigestView(UUID(int=9), datetime(2026, 12, 9, 9, tzinfo=UTC), "Europe/London", parts, text[:300])


def _part(n: int, flags: int, text: str) -> DigestPartView:
    items = tuple(_item(n * flags + each, text) for each in range(flags))
    due: dict[date, int] = {}
    for each in items:
        assert each.answer_by is not None
        due[each.answer_by] = due.get(each.answer_by, 0) + 1
    return DigestPartView(
        policy=UUID(int=n + 1),
        title=f"{n} {text}"[:300],
        link="https://www.example.org/",
        items=items,
        needing=flags,
        due=tuple(sorted(due.items())),
        as_announced=n % 3,
        settled=n % 2,
        answered_by_others=("Tom Adeyemi",) if n % 5 == 0 else (),
    )


def _item(n: int, text: str) -> DigestItem:
    statuses = (FlagStatus.WAITING, FlagStatus.NOT_SETTLED, FlagStatus.ASKED, FlagStatus.ACKNOWLEDGED)
    verdicts = (Verdict.CANNOT_TELL, Verdict.IF, Verdict.NOT)
    return replace(
        invented.DIGEST.parts[0].items[0],
        flag=UUID(int=10_000 + n),
        verdict=verdicts[n % 3],
        because=text,
        remedy=text,
        promise=Promise.NAMED if n % 2 else Promise.CONFIDENTIAL,
        author="Ana Lopes" if n % 2 else "",
        people=n + 1,
        new=n % 4 == 1,
        more_people=n % 3,
        status=statuses[n % 4],
        answer_by=DAY + timedelta(days=n % 9 - 2),
        reply=text if n % 4 == 1 else "",
    )


def _forms(text: str) -> dict[str, Callable[[], Screen]]:
    flag, policy = flag_of(text), replace(invented.PERMIT, title=text[:300] or "x", summary=text)
    both = (Promise.CONFIDENTIAL, Promise.NAMED)
    answers = dict.fromkeys(("promise", "verdict", "theme", "because", "remedy", "text", "similar"), (text,))
    return {
        "policy card": lambda: policy_card(policy),
        "flag form": lambda: flag_form(
            policy,
            invented.ORGANISATION,
            invented.ENDS,
            platform_name="Teams",
            offers=both,
            answers=answers,
            problems={},
            nonce="n",
            small_group=SmallGroup(1, tuple(f"channel-{n}" for n in range(50))),
            similar=tuple(flag_of(text, n) for n in range(5)),
        ),
        "practice": lambda: practice_form(
            PracticeStep.ANSWER,
            replace(PRACTICE, digest=digest_of(1, 1, text)),
            answers=answers | {"title": (text[:300],), "summary": (text,)},
            problems={},
            nonce="n",
        ),
        "practised": lambda: practised_form(flag, flag.answers[0]),
        "my flags": lambda: my_flags_form(tuple(flag_of(text, n) for n in range(PAGE_SIZE)), SECOND),
        "flags": lambda: policy_flags_form(
            policy,
            tuple(flag_of(text, n) for n in range(PAGE_SIZE)),
            invented.ORGANISATION,
            page=SECOND,
            may_pause=True,
        ),
        "flag": lambda: whole_flag_form(flag, may_second=True, may_answer=True),
        "flag, last part": lambda: whole_flag_form(flag, number=99, may_second=True, may_answer=True),
        "digest": lambda: digest_card(digest_of(500, 4, text)),
        "second": lambda: second_form(
            flag, invented.ORGANISATION, invented.ENDS, answers=answers, problems={}, nonce="n"
        ),
        "answer": lambda: answer_form(policy, (flag,), answers=answers, problems={}, nonce="n"),
        "answer 200": lambda: answer_form(
            policy, tuple(flag_of(text, n) for n in range(200)), answers=answers, problems={}, nonce="n"
        ),
        "notice": lambda: answer_notice_card((flag, flag_of(text, 2)), flag.answers[0]),
        "named": lambda: named_answer_card((flag,) * 5, flag.answers[0]),
        "not settled": lambda: not_settled_form(
            flag, flag.answers[0], invented.ORGANISATION, answers=answers, problems={}, nonce="n"
        ),
        "reply": lambda: reply_form(
            flag, flag.answers[3], invented.ORGANISATION, answers=answers, problems={}, nonce="n"
        ),
        "owner named": lambda: owner_named_card(
            (policy,), announcer=text[:300], digest_when="Wednesdays at 9am", answer_days=10
        ),
        "home": lambda: home_card((policy,) * MOST_POLICIES, more_policies=9, waits=9, may_announce=True),
        "my policies": lambda: my_policies_form((policy,) * PAGE_SIZE, waits=9, contact="x", page=SECOND),
        "open policies": lambda: open_policies_form((policy,) * PAGE_SIZE, page=SECOND),
        **_of_owners(text, replace(policy, paused_until=DAY, paused_reason=text[:200])),
    }


def _of_owners(text: str, policy: PolicyView) -> dict[str, Callable[[], Screen]]:
    name = " ".join(text[:100].split()) or "x"
    following = NextNotice(Role.SENIOR, name, DAY)
    notice = EscalationNoticeView(
        policy, 1_234, DAY, DAY, Role.DELEGATE, name, 1_000, following, ((name, DAY),) * 2, name
    )
    unreached = UnreachedView(name, Role.SENIOR, Reachability.BLOCKED, policy.title, told=True)
    return {
        "reminder": lambda: reminder_card(notice),
        "delegate told": lambda: delegate_told_card(notice),
        "senior told": lambda: senior_told_card(notice),
        "owner told": lambda: owner_told_card(notice),
        "nobody told": lambda: nobody_told_card(notice),
        "owner left": lambda: owner_left_card((policy,) * 10, Reachability.CLOSED),
        "no owner": lambda: no_owner_card((policy,) * 10, name, Reachability.NOT_INSTALLED),
        "not reached": lambda: not_reached_card(unreached),
        "announced, not reached": lambda: announced_form(policy, (name,), (unreached,) * 3),
        "stands in": lambda: stands_in_card(name, DAY, DAY),
        "paused": lambda: paused_card(policy),
        "pause form": lambda: pause_form(policy, answers={"reason": (text,)}, problems={"until": "x"}, nonce="n"),
        "notice of many": lambda: many_not_deliverable_card(policy),
    }


EXTREMES: dict[str, Callable[[], Screen]] = {
    f"{screen}, {name}": make for name, text in TYPED.items() for screen, make in _forms(text).items()
}


@cache
def extreme(name: str) -> Screen:
    """The screen of that name, made once for all tests: it cannot be changed."""
    return EXTREMES[name]()
