"""Identity lookup: the person behind a platform user, and the channel of the request, in one query."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy
from sqlalchemy import bindparam
from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col

from storage.channels import Channel
from storage.people import Alias, Identity, Person
from storage.read_only_rows import columns, read_only_row_if_any


@dataclass(frozen=True)
class KnownIdentity:
    """The person behind an identity: all their ids, their own first, and the e-mail addresses of full memberships.

    `channel` is the one the request came from, read-only, or None where the bot was never connected to it.
    """

    ids: tuple[UUID, ...]
    name: str
    guest: bool
    emails: frozenset[str]
    channel: Channel | None


def known(session: Session, platform: str, workspace: str, user: str, address: str) -> KnownIdentity | None:
    """The person behind the platform's own user id, in the channel `address`, which may be empty.

    One query, because it runs at every click.
    """
    given = {"on": platform, "within": workspace, "who": user, "there": address}
    rows = session.connection().execute(_KNOWN, given).all()
    if not rows:
        return None
    person_id, name, guest, _, _, *channel = rows[0]
    aliases = dict.fromkeys(filter(None, (row[4] for row in rows)))
    return KnownIdentity(
        ids=(person_id, *aliases),
        name=name,
        guest=guest,
        emails=frozenset(row[3] for row in rows if row[3]),
        channel=read_only_row_if_any(Channel, channel),
    )


_MEMBERSHIP = aliased(Identity)
_KNOWN = (
    sqlalchemy.select(
        col(Person.id),
        col(Person.name),
        col(Identity.guest),
        col(_MEMBERSHIP.email),
        col(Alias.id),
        *columns(Channel),
    )
    .select_from(Identity)
    .join(Person, col(Person.id) == Identity.person_id)
    .outerjoin(
        _MEMBERSHIP,
        and_(
            col(_MEMBERSHIP.person_id) == Identity.person_id,
            col(_MEMBERSHIP.guest).is_(False),
            col(_MEMBERSHIP.active),
        ),
    )
    .outerjoin(Alias, col(Alias.person_id) == Identity.person_id)
    .outerjoin(
        Channel,
        and_(
            Channel.platform == bindparam("on"),
            Channel.workspace == bindparam("within"),
            Channel.address == bindparam("there"),
        ),
    )
    .where(
        col(Identity.platform) == bindparam("on"),
        col(Identity.workspace) == bindparam("within"),
        col(Identity.user) == bindparam("who"),
    )
)
