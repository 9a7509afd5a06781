"""Identity lookup: the person behind a platform user, and the channel of the request, in one query."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy
from sqlalchemy import bindparam
from sqlmodel import Session, and_, col

from storage.channels import Channel
from storage.people import Alias, Identity, Person
from storage.read_only_rows import columns, read_only_row_if_any


@dataclass(frozen=True)
class KnownIdentity:
    """The person behind an identity: all ids as which they hold roles, and all as which they write, their own first.

    `email` is the address of this account; empty for a guest. `channel` is the one the request came from, read-only, or
    None where the bot was never connected to it.
    """

    ids: tuple[UUID, ...]
    author_ids: tuple[UUID, ...]
    name: str
    guest: bool
    email: str
    channel: Channel | None


def known(session: Session, platform: str, workspace: str, user: str, address: str) -> KnownIdentity | None:
    """The person behind the platform's own user id, in the channel `address`, which may be empty.

    One query, because it runs at every click.
    """
    given = {"on": platform, "within": workspace, "who": user, "there": address}
    rows = session.connection().execute(_KNOWN, given).all()
    if not rows:
        return None
    person_id, author_id, name, guest, email, active, _, _, *channel = rows[0]
    merged = [(row[6], row[7]) for row in rows if row[6] is not None]
    return KnownIdentity(
        ids=(person_id, *dict.fromkeys(alias for alias, of in merged if of == person_id)),
        author_ids=(author_id, *dict.fromkeys(alias for alias, of in merged if of == author_id)),
        name=name,
        guest=guest,
        email=email if email and active and not guest else "",
        channel=read_only_row_if_any(Channel, channel),
    )


_KNOWN = (
    sqlalchemy.select(
        col(Identity.person_id),
        col(Identity.author_id),
        col(Person.name),
        col(Identity.guest),
        col(Identity.email),
        col(Identity.active),
        col(Alias.id),
        col(Alias.person_id),
        *columns(Channel),
    )
    .select_from(Identity)
    .join(Person, col(Person.id) == Identity.person_id)
    .outerjoin(Alias, col(Alias.person_id).in_((col(Identity.person_id), col(Identity.author_id))))
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
