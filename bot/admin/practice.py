"""Practice: a made-up policy, flag and answer, as views for the real screens. Nothing of it is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.flags.answers import NewAnswer
from bot.flags.flags import NewFlag
from bot.interface.views import AnswerView, ChainView, DigestItem, DigestPartView, DigestView, FlagView, NextNotice
from storage import AnswerKind, FlagStatus, Promise, Role, Verdict

NOWHERE = UUID(int=0)
"""The id of things that are in no table."""


def digest(title: str, flag: NewFlag, *, author: str, chain: ChainView, zone: str) -> DigestView:
    """The digest that would bring the flag to the policy owner, on the days of `chain`; `zone` is an IANA zone.

    `author` is shown only if the flag is *Named*.
    """
    item = DigestItem(
        flag=NOWHERE,
        verdict=Verdict(flag.verdict),
        theme=flag.theme,
        because=flag.because,
        remedy=flag.remedy,
        promise=Promise(flag.promise),
        author=_shown_author(flag, author),
        people=1,
        new=True,
        more_people=0,
        status=FlagStatus.WAITING,
        sent_on=chain.sent_on,
        answer_by=chain.answer_by,
        next_told=NextNotice(Role.DELEGATE, "", chain.delegate_on),
    )
    due = ((chain.answer_by, 1),)
    part = DigestPartView(policy=NOWHERE, title=title, link="", items=(item,), needing=1, due=due)
    at = datetime.combine(chain.sent_on, chain.digest_at, ZoneInfo(zone)).astimezone(UTC)
    return DigestView(id=NOWHERE, at=at, zone=zone, parts=(part,))


def flag_view(title: str, flag: NewFlag, *, chain: ChainView) -> FlagView:
    """The flag as everyone would see it, on the days of `chain`."""
    return FlagView(
        id=NOWHERE,
        policy=NOWHERE,
        policy_title=title,
        verdict=Verdict(flag.verdict),
        theme=flag.theme,
        because=flag.because,
        remedy=flag.remedy,
        evidence=flag.evidence,
        promise=Promise(flag.promise),
        people=1,
        status=FlagStatus.WAITING,
        shown_on=chain.shown_on,
    )


def answer_view(answer: NewAnswer, *, by: str, chain: ChainView) -> AnswerView:
    """The answer, as if a policy owner called `by` gave it on the day of the digest."""
    return AnswerView(
        id=NOWHERE,
        kind=AnswerKind(answer.kind),
        by=by,
        role=Role.OWNER,
        on=chain.sent_on,
        text=answer.text,
        by_date=date.fromisoformat(answer.by_date) if answer.by_date else None,
    )


def _shown_author(flag: NewFlag, author: str) -> str:
    return author if flag.promise == Promise.NAMED else ""
