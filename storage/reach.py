"""The policies that somebody is on: the one condition that every list of policies asks, and these lists.

`bot/policies/audience.py` asks the same of one policy. The lists look at the columns of a policy only, and once for all
of them at the sets of channels that the reader is in: ten times as many policies are not ten times as slow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Date, Integer, Uuid, bindparam
from sqlmodel import Session, and_, case, col, func, or_, select

from storage import channel_sets
from storage.flags import OPEN, Flag
from storage.policies import IS_OPEN, Audience, Policy


@dataclass(frozen=True)
class Reach:
    """What decides which policies somebody is on.

    `people` are their ids as one who has a part in policies, `stood_in_for` those of owners and delegates in whose
    place they are today. `channels` are those whose members they are. `everyone` is whether they are among everyone.
    """

    people: Sequence[UUID]
    stood_in_for: Sequence[UUID]
    channels: Sequence[UUID]
    everyone: bool

    @property
    def given(self) -> dict[str, Any]:
        """The parameters of the condition."""
        return {
            "reach_people": self.people,
            "reach_owners": [*self.people, *self.stood_in_for],
            "reach_channels": self.channels,
            "reach_everyone": self.everyone,
        }


def newest_open(session: Session, reach: Reach, day: date, limit: int) -> list[Policy]:
    """Some of the policies that somebody is on and that take flags on `day`, the newest first."""
    return list(session.exec(_NEWEST_OPEN, params={**reach.given, "day": day, "limit": limit}))


def open_page(session: Session, reach: Reach, day: date, *, offset: int, limit: int) -> list[Policy]:
    """Some of the policies that somebody is on and that take flags on `day`.

    Those with a late answer come first, then those on which most people say something, then the newest.
    """
    return list(session.exec(_OPEN_PAGE, params={**reach.given, "day": day, "offset": offset, "limit": limit}))


def number_open(session: Session, reach: Reach, day: date) -> int:
    """How many policies that somebody is on take flags on `day`."""
    return session.exec(_NUMBER_OPEN, params={**reach.given, "day": day}).one()


_PEOPLE, _OWNERS = (bindparam(name, type_=Uuid(), expanding=True) for name in ("reach_people", "reach_owners"))
_IS_ON = or_(
    and_(col(Policy.audience) == Audience.EVERYONE, bindparam("reach_everyone", type_=Boolean())),
    col(Policy.channel_set).in_(channel_sets.with_any_of("reach_channels")),
    col(Policy.owner_id).in_(_OWNERS),
    col(Policy.delegate_id).in_(_OWNERS),
    col(Policy.senior_id).in_(_PEOPLE),
    col(Policy.announced_by).in_(_PEOPLE),
    col(Policy.read_by).in_(_PEOPLE),
)
_THEIR_OPEN = (*IS_OPEN, _IS_ON)
_NEWEST = (col(Policy.announced_on).desc(), col(Policy.title), col(Policy.id))
_LIMIT, _OFFSET = bindparam("limit", type_=Integer()), bindparam("offset", type_=Integer())
_NUMBER_OPEN = select(func.count()).select_from(Policy).where(*_THEIR_OPEN)
_NEWEST_OPEN = select(Policy).where(*_THEIR_OPEN).order_by(*_NEWEST).limit(_LIMIT)
_DAY = bindparam("day", type_=Date())
_IS_LATE = col(Policy.id).in_(select(Flag.policy_id).where(col(Flag.status).in_(OPEN), col(Flag.answer_by) < _DAY))
_OPEN_PAGE = (
    select(Policy)
    .where(*_THEIR_OPEN)
    .order_by(case((_IS_LATE, 0), else_=1), col(Policy.people).desc(), *_NEWEST)
    .offset(_OFFSET)
    .limit(_LIMIT)
)
