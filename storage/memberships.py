"""Memberships: which accounts are on the roster of which channel, to know how many people could have written a flag."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy
from sqlalchemy import Integer, Uuid, bindparam, false
from sqlmodel import Field, Session, SQLModel, col, delete, or_, select, update

from storage.channels import Channel
from storage.people import Identity
from storage.postings import Posting

_MOST_IN_ONE_STATEMENT = 1_000


class Membership(SQLModel, table=True):
    """An account on the roster of a channel, as it was last read."""

    __tablename__ = "memberships"

    channel_id: UUID = Field(foreign_key="channels.id", primary_key=True, ondelete="CASCADE")
    identity_id: UUID = Field(foreign_key="identities.id", primary_key=True, index=True)


def keep(session: Session, channel_id: UUID, identity_ids: Iterable[UUID]) -> None:
    """Make these accounts the members of a channel, and no others."""
    wanted = set(identity_ids)
    there = set(session.exec(select(Membership.identity_id).where(Membership.channel_id == channel_id)))
    gone, new = sorted(there - wanted), sorted(wanted - there)
    for start in range(0, len(gone), _MOST_IN_ONE_STATEMENT):
        some = gone[start : start + _MOST_IN_ONE_STATEMENT]
        left = (col(Membership.channel_id) == channel_id, col(Membership.identity_id).in_(some))
        session.exec(delete(Membership).where(*left).execution_options(synchronize_session=False))
    if new:
        rows = [{"channel_id": channel_id, "identity_id": each} for each in new]
        session.connection().execute(sqlalchemy.insert(Membership), rows)


def leave(session: Session, platform: str, workspace: str, address: str, user: str) -> bool:
    """Take an account off the roster of a channel, by the platform's ids; whether it was on it."""
    here = (col(Channel.platform) == platform, col(Channel.workspace) == workspace, col(Channel.address) == address)
    account = (
        col(Identity.platform) == platform,
        col(Identity.workspace) == workspace,
        col(Identity.user) == user,
    )
    left = delete(Membership).where(
        col(Membership.channel_id).in_(select(Channel.id).where(*here)),
        col(Membership.identity_id).in_(select(Identity.id).where(*account)),
    )
    if not session.exec(left.execution_options(synchronize_session=False)).rowcount:
        return False
    fewer = update(Channel).where(*here).values(members=Channel.members - 1)
    session.exec(fewer.execution_options(synchronize_session=False))
    return True


def members(session: Session, policy_id: UUID, most: int) -> list[UUID]:
    """Up to `most` of the members of a policy's connected channels. Guests only count where the channel lets them."""
    return list(session.exec(_ON_POLICY, params={"policy": policy_id, "most": most}))


def everyone(session: Session, most: int) -> list[UUID]:
    """Up to `most` of the full members of any connected channel."""
    return list(session.exec(_ANYWHERE, params={"most": most}))


_MEMBERS = (
    select(Identity.person_id)
    .join(Membership, col(Membership.identity_id) == col(Identity.id))
    .join(Channel, col(Channel.id) == col(Membership.channel_id))
    .where(
        col(Channel.connected),
        col(Identity.active),
        or_(col(Identity.guest) == false(), col(Channel.guests)),
    )
    .distinct()
    .limit(bindparam("most", type_=Integer()))
)
# Built once, because they run whenever a form is opened.
_ANYWHERE = _MEMBERS.where(col(Identity.guest) == false())
_ON_POLICY = _MEMBERS.join(Posting, col(Posting.channel_id) == col(Channel.id)).where(
    Posting.policy_id == bindparam("policy", type_=Uuid())
)
