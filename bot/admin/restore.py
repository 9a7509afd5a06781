"""A restore from a backup: an operator says that there was one, and an admin confirms that things may go on."""

from __future__ import annotations

from bot.flags import releases
from bot.outbox import restore_hold
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import organisation as stored_organisation


def confirm(uow: UnitOfWork) -> bool:
    """Let things go on; False if nothing was held.

    What waits is shown on the next release day at the usual hour: nothing that an admin does causes a release.
    """
    if not restore_hold.go_on(uow):
        return False
    row = uow.organisation
    if row.next_release_at is not None:
        row.next_release_at = releases.next_release(uow)
        stored_organisation.keep(uow.session, row)
    return True
