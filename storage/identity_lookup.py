"""Identity lookup: the account of a platform user, and the channel of the request, in one query."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy
from sqlalchemy import bindparam
from sqlmodel import Session, and_, col

from storage.channels import Channel
from storage.people import Alias, Identity, Person
from storage.read_only_rows import columns, read_only_row, read_only_row_if_any


@dataclass(frozen=True)
class KnownIdentity:
    """The account with which someone clicked, read-only, with the name of its person and their other ids.

    `channel` is the one the request came from, read-only, or None where the bot was never connected to it.
    """

    identity: Identity
    aliases: tuple[UUID, ...]
    name: str
    channel: Channel | None


def known(session: Session, platform: str, workspace: str, user: str, address: str) -> KnownIdentity | None:
    """The account with the platform's own user id, in the channel `address`, which may be empty.

    One query, because it runs at every click.
    """
    given = {"on": platform, "within": workspace, "who": user, "there": address}
    rows = session.connection().execute(_KNOWN, given).all()
    if not rows:
        return None
    name, _, *values = rows[0]
    return KnownIdentity(
        identity=read_only_row(Identity, values[: len(_IDENTITY)]),
        aliases=tuple(dict.fromkeys(row[1] for row in rows if row[1] is not None)),
        name=name,
        channel=read_only_row_if_any(Channel, values[len(_IDENTITY) :]),
    )


_IDENTITY = columns(Identity)
_KNOWN = (
    sqlalchemy.select(col(Person.name), col(Alias.id), *_IDENTITY, *columns(Channel))
    .select_from(Identity)
    .join(Person, col(Person.id) == Identity.person_id)
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
