"""Dead letters: messages that could not be sent. Admins are told, can list them, and can have them sent again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from bot.calendar.dates import local_day
from bot.digests import digests
from bot.interface.pages import PAGE_SIZE, Page
from bot.outbox import accounts, deliveries, outcomes
from bot.people import admins, people, places
from bot.policies import policies
from bot.screens.notice.message_not_sent import SCREEN, DeadLetterView
from bot.screens.notice.not_reached import NAMED
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Delivery, State
from storage import channels as stored_channels
from storage import dead_letters as stored_dead_letters
from storage import deliveries as stored
from storage import people as stored_people
from storage import throttles as stored_throttles
from storage import unreached as stored_unreached

GATHER = timedelta(minutes=1)
"""How long to wait for more messages to fail, so that admins are told of all at once."""
QUIET = timedelta(minutes=15)
"""How long to wait after that before admins are told again."""
MOST = 100
_THROTTLE = "told/message-not-sent"
_TO_OWNERS = (digests.SCREEN, policies.OWNER_NAMED)


def to_tell(uow: UnitOfWork) -> bool:
    """Whether there is anything to tell admins."""
    return stored_dead_letters.untold(uow.session, uow.now - GATHER)


def tell(uow: UnitOfWork) -> int:
    """Tell every admin what could not be sent, in one message; how many deliveries it names."""
    throttle = stored_throttles.throttle(uow.session, _THROTTLE, uow.now)
    if throttle.is_closed(uow.now, uow.now + 2 * QUIET):
        return 0
    rows = stored_dead_letters.take_untold(uow.session, MOST)
    if rows:
        throttle.opens_at = uow.now + QUIET
        key = f"{SCREEN}:{rows[0].id}:{rows[0].fence}"
        if admins.tell(uow, SCREEN, " ".join(str(each.id) for each in rows), key):
            _tell_who_named(uow, rows)
    return len(rows)


def _tell_who_named(uow: UnitOfWork, rows: Sequence[Delivery]) -> None:
    """Tell those who named a policy owner that no message reaches the owner. Admins have been told already."""
    for row in rows:
        if row.screen != policies.OWNER_NAMED or row.person_id is None:
            continue
        named_by = UUID(row.subject.split()[-1])
        if stored_unreached.reached(uow.session, [row.person_id]):
            continue  # the cause is the message, and not the person
        if stored_people.person(uow.session, named_by) is not None and named_by not in admins.found(uow):
            deliveries.tell_person(uow, named_by, NAMED, str(row.person_id), key=f"{NAMED}:{row.id}:{row.fence}")


def listed(uow: UnitOfWork) -> tuple[DeadLetterView, ...]:
    """All dead letters and unconfirmed messages, oldest first."""
    return tuple(_view(uow, each) for each in stored.unsettled(uow.session, (State.DEAD, State.UNKNOWN)))


def newest(uow: UnitOfWork, page: Page) -> tuple[DeadLetterView, ...]:
    """One page of the dead letters, newest first."""
    rows = stored_dead_letters.newest_dead(uow.session, offset=page.offset, limit=PAGE_SIZE)
    return tuple(_view(uow, each) for each in rows)


def number(uow: UnitOfWork) -> int:
    """How many dead letters there are."""
    return stored_dead_letters.number_dead(uow.session)


def number_to_send(uow: UnitOfWork, ids: Sequence[UUID] = ()) -> int:
    """How many messages are still to be sent, of all or of those with these ids."""
    return stored.number_to_send(uow.session, ids)


def given_up(uow: UnitOfWork, ids: Sequence[UUID]) -> tuple[DeadLetterView, ...]:
    """Of those deliveries, the ones that are still dead letters."""
    found = [stored.delivery(uow.session, each) for each in ids]
    return tuple(_view(uow, each) for each in found if each is not None and each.state is State.DEAD)


def again(uow: UnitOfWork, delivery_id: UUID | None = None) -> int:
    """Send dead letters again, one or all of them; how many there are.

    A message to a person goes to the account that takes messages now. If an earlier attempt may have arrived, it is
    looked up first, where it was sent.
    """
    rows = stored_dead_letters.dead(uow.session) if delivery_id is None else []
    one = stored.locked(uow.session, delivery_id) if delivery_id else None
    if one is not None and one.state is State.DEAD:
        rows = [one]
    accounts.choose(uow, [each for each in rows if each.unsure_since is None])
    return sum(_revived(uow, each) for each in rows)


def _revived(uow: UnitOfWork, row: Delivery) -> bool:
    """Have a delivery sent again; False for a digest whose news later ones have brought: it is superseded."""
    if row.screen == digests.SCREEN and not digests.take_back(uow, UUID(row.subject)):
        row.state, row.untold_since = State.SUPERSEDED, None
        return False
    outcomes.revive(uow, row)
    uow.session.flush()
    return True


def _view(uow: UnitOfWork, row: Delivery) -> DeadLetterView:
    return DeadLetterView(
        delivery=row.id,
        screen=row.screen,
        given_up=row.state is State.DEAD,
        platform=row.platform,
        name=_name(uow, row),
        direct=row.direct,
        reason=row.error or "",
        on=local_day(row.done_at or row.unsure_since or row.made_at, uow.zone),
    )


def _name(uow: UnitOfWork, row: Delivery) -> str:
    """The channel or the policy owner. No one else is named, because a message about an answer goes to an author."""
    if row.direct:
        return people.name_of(uow, row.person_id) if row.screen in _TO_OWNERS and row.person_id else ""
    channel = stored_channels.by_address(uow.session, row.platform, row.workspace, row.address)
    return places.in_its_workspace(uow, channel) if channel else ""
