"""Authors: those who have flags on a policy, as far as their own secrets and ids can find them.

All of a policy is read at once, as text, and what belongs to whoever clicks is looked for in the process. So no
statement says whose flags they are, not even to a database server that logs statements with their parameters.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy
from sqlalchemy import CompoundSelect, Uuid, bindparam, func, literal, null
from sqlmodel import Session, col

from storage.boxes import Box
from storage.flags import Flag, FlagStatus
from storage.gathered import each_of, gathered
from storage.seconds import Second


class Authors(NamedTuple):
    """The authors on one policy, in hex.

    `shown` is the number of shown flags, and `tags` and `people` are their authors'. `boxes` are the tags of all boxes.
    `made` tells if what a form makes is there already.
    """

    shown: int
    tags: frozenset[str]
    people: list[str]
    boxes: list[str]
    made: bool


def of_policy(session: Session, policy_id: UUID, made: UUID) -> Authors:
    """The authors on a policy, and whether there is a flag or a box of the id `made`. One query."""
    found = session.connection().execute(_OF_POLICY, {"policy": policy_id, "made": made})
    by_what = {what: (number, tags, people) for what, number, tags, people in found}
    shown, tags, people = by_what["shown"]
    _, boxes, ids = by_what["boxes"]
    return Authors(
        shown=shown,
        tags=frozenset(each_of(tags)),
        people=each_of(people),
        boxes=each_of(boxes),
        made=made.hex in each_of(ids) or by_what["made"][0] > 0,
    )


class OfPolicy(NamedTuple):
    """The tags and the people who have shown flags on a policy, in hex."""

    policy_id: UUID
    tags: list[str]
    people: list[str]


def of_policies(session: Session, policy_ids: Sequence[UUID]) -> list[OfPolicy]:
    """The authors on these policies; those without any shown flag are left out."""
    found = session.connection().execute(_OF_POLICIES, {"policies": list(policy_ids)})
    return [OfPolicy(policy_id, *map(each_of, in_hex)) for policy_id, *in_hex in found]


def receipts(session: Session) -> dict[UUID, list[str]]:
    """What is kept of the receipt codes of all shown detached flags, in hex, by policy."""
    return {policy_id: each_of(found) for policy_id, found in session.connection().execute(_RECEIPTS)}


class Whose(NamedTuple):
    """What tells whose a shown flag is, and where its author finds it in a list."""

    id: UUID
    policy_id: UUID
    tag: bytes | None
    person_id: UUID | None
    status: FlagStatus
    released_on: date


def whose(session: Session, policy_ids: Sequence[UUID]) -> list[Whose]:
    """Every shown flag of these policies, without its text."""
    return [Whose(*row) for row in session.connection().execute(_WHOSE, {"policies": list(policy_ids)})]


class Seconds(NamedTuple):
    """The tags of the shown seconds of a policy, in hex, of those on one flag, and of all boxes."""

    tags: frozenset[str]
    on_flag: frozenset[str]
    boxes: list[str]


def of_seconds(session: Session, policy_id: UUID, flag_id: UUID) -> Seconds:
    """Who has seconded on a policy, and who a flag on it. One query."""
    found = dict(session.connection().execute(_OF_SECONDS, {"policy": policy_id, "flag": flag_id}).all())
    return Seconds(frozenset(each_of(found["all"])), frozenset(each_of(found["flag"])), each_of(found["boxes"]))


def shown_tags(session: Session, policy_id: UUID) -> frozenset[str]:
    """The tags and receipts of the shown flags of a policy, and the tags of its shown seconds, in hex. One query."""
    found = session.connection().execute(_SHOWN_TAGS, {"policy": policy_id}).scalars()
    return frozenset(tag for some in found for tag in each_of(some))


# Built once, because they run at nearly every click.
_POLICY, _MADE, _FLAG = (bindparam(name, type_=Uuid()) for name in ("policy", "made", "flag"))
_POLICIES = bindparam("policies", type_=Uuid(), expanding=True)
_OF_POLICY: CompoundSelect[Any] = sqlalchemy.union_all(
    sqlalchemy.select(literal("shown"), func.count(), gathered(col(Flag.tag)), gathered(col(Flag.person_id))).where(
        col(Flag.policy_id) == _POLICY
    ),
    sqlalchemy.select(literal("boxes"), func.count(), gathered(col(Box.tag)), gathered(col(Box.id))).where(
        col(Box.policy_id) == _POLICY
    ),
    sqlalchemy.select(literal("made"), func.count(), null(), null()).where(col(Flag.id) == _MADE),
)
_OF_POLICIES = (
    sqlalchemy.select(col(Flag.policy_id), gathered(col(Flag.tag)), gathered(col(Flag.person_id)))
    .where(col(Flag.policy_id).in_(_POLICIES))
    .group_by(col(Flag.policy_id))
)
_RECEIPTS = (
    sqlalchemy.select(col(Flag.policy_id), gathered(col(Flag.receipt)))
    .where(col(Flag.receipt).is_not(None), col(Flag.left_out).is_(False))
    .group_by(col(Flag.policy_id))
)
_WHOSE = sqlalchemy.select(
    col(Flag.id),
    col(Flag.policy_id),
    col(Flag.tag),
    col(Flag.person_id),
    col(Flag.status),
    col(Flag.released_on),
).where(col(Flag.policy_id).in_(_POLICIES), col(Flag.left_out).is_(False))
_OF_SECONDS = sqlalchemy.union_all(
    sqlalchemy.select(literal("all"), gathered(col(Second.tag))).where(col(Second.policy_id) == _POLICY),
    sqlalchemy.select(literal("flag"), gathered(col(Second.tag))).where(
        col(Second.policy_id) == _POLICY, col(Second.flag_id) == _FLAG
    ),
    sqlalchemy.select(literal("boxes"), gathered(col(Box.tag))).where(col(Box.policy_id) == _POLICY),
)
_SHOWN_TAGS = sqlalchemy.union_all(
    sqlalchemy.select(gathered(col(Flag.tag))).where(col(Flag.policy_id) == _POLICY),
    sqlalchemy.select(gathered(col(Flag.receipt))).where(col(Flag.policy_id) == _POLICY),
    sqlalchemy.select(gathered(col(Second.tag))).where(col(Second.policy_id) == _POLICY),
)
