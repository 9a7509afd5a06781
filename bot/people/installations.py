"""Installations: the workspaces and tenants that have the bot, with their tokens, sealed by a key for each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from bot.interface.ports import Place
from bot.interface.visible_text import speakable
from bot.outbox import outcomes
from bot.people import admins
from bot.screens.notice import installation_ended
from bot.unit_of_work import audit_entries, sealed_text
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Installation
from storage import channels as stored_channels
from storage import installations as stored
from storage import people as stored_people
from storage.encryption import Damaged
from storage.text_key import TextKey

RENEWAL = timedelta(seconds=60)
"""How long one process may take to renew the tokens of a workspace before another one may try."""
HEALS_FOR = timedelta(days=7)
"""How long the tokens of an installation that has ended are kept, and tried once a day: the end may be a mistake."""

LACKS = "lacks"
"""The name, among what is kept of an installation, of what the workspace has left out: words, with spaces between."""


@dataclass(frozen=True)
class Installed:
    """The bot in one workspace or tenant. `secrets` are decrypted tokens, which `repr` leaves out."""

    workspace: str
    name: str
    secrets: Mapping[str, str] = field(repr=False)


def installed(uow: UnitOfWork, platform: str, workspace: str) -> Installed | None:
    """The installation with its tokens, or None where the bot is not installed, or not any more."""
    row = stored.installation(uow.session, platform, workspace)
    return _opened(uow, row) if row is not None and row.ended_at is None else None


def lacks(uow: UnitOfWork, platform: str, workspace: str) -> frozenset[str]:
    """What the workspace has left out when it allowed the app, such as `ports.REACTIONS`, as far as that is known."""
    found = installed(uow, platform, workspace)
    return frozenset(found.secrets.get(LACKS, "").split()) if found is not None else frozenset()


def all_installed(uow: UnitOfWork, platform: str) -> tuple[Installed, ...]:
    """The installations on a platform."""
    return tuple(_opened(uow, each) for each in stored.on(uow.session, platform))


def _sealed(uow: UnitOfWork, row: Installation, secrets: Mapping[str, str]) -> bytes:
    key = uow.ring.unwrap(TextKey, row.id, row.wrapped)
    return key.seal("installations", "sealed", row.id, json.dumps(dict(secrets)))


def _opened(uow: UnitOfWork, row: Installation) -> Installed:
    """An installation with its tokens; with none where these do not open, so that the app must be installed again."""
    try:
        key = uow.ring.unwrap(TextKey, row.id, row.wrapped)
        return Installed(row.workspace, row.name, json.loads(key.open("installations", "sealed", row.id, row.sealed)))
    except Damaged:
        sealed_text.tell("installations", row.id, uow.now)
        return Installed(row.workspace, row.name, {})


def install(
    uow: UnitOfWork, platform: str, workspace: str, name: str, secrets: Mapping[str, str], by: str = ""
) -> None:
    """Store the tokens of a workspace or tenant, in place of any earlier ones.

    `by` is who has installed the app, as the audit log names people; without it nobody did anything.
    """
    row = stored.installation(uow.session, platform, workspace)
    if row is None:
        row = Installation(id=uuid4(), platform=platform, workspace=workspace, wrapped=b"", sealed=b"")
    _, row.wrapped = uow.ring.new_key(TextKey, row.id)
    row.name, row.sealed, row.renewing_until = speakable(name), _sealed(uow, row, secrets), None
    ended_at, row.ended_at = row.ended_at, None
    uow.session.add(row)
    uow.session.flush()
    if ended_at is not None:
        _send_again(uow, row, ended_at)
    if by:
        audit_entries.record(uow, by, "install", f"{platform} {workspace}")


def added_to_channel(uow: UnitOfWork, place: Place, by: str, *, added: bool) -> None:
    """Write in the audit log that somebody added the app to a channel's team, or removed it from there."""
    found = stored_channels.by_address(uow.session, place.platform, place.workspace, place.address)
    subject = f"{place.platform} {found.id if found is not None else place.address}"
    audit_entries.record(uow, by, "add-app" if added else "remove-app", subject)


def _send_again(uow: UnitOfWork, row: Installation, ended_at: datetime) -> None:
    since = max(ended_at, uow.now - HEALS_FOR)
    outcomes.send_again(uow, row.platform, row.workspace, since)


def hold(uow: UnitOfWork, platform: str, workspace: str) -> bool:
    """Lease the renewal of an installation's tokens. False where another process has it, or nothing is installed."""
    row = stored.installation(uow.session, platform, workspace)
    if row is None or row.ended_at is not None:
        return False
    return stored.claim_renewal(uow.session, row.id, uow.now, uow.now + RENEWAL)


def let_go(uow: UnitOfWork, platform: str, workspace: str, secrets: Mapping[str, str] | None) -> None:
    """End the lease of the renewal, and store the new tokens if there are any."""
    row = stored.installation(uow.session, platform, workspace)
    if row is None:
        return
    row.renewing_until = None
    if secrets is not None:
        row.sealed = _sealed(uow, row, secrets)
    uow.session.flush()


def end(uow: UnitOfWork, platform: str, workspace: str, refused: Mapping[str, str]) -> bool:
    """Record that the bot was removed or its tokens were revoked: sending there stops, and admins are told.

    `refused` are the tokens that the platform refuses. False if they were replaced since: then nothing has ended.
    """
    row = stored.installation(uow.session, platform, workspace)
    if row is None or row.ended_at is not None:
        return True
    if _opened(uow, row).secrets != refused:
        return False
    row.ended_at = uow.now
    uow.session.flush()
    stored_people.leave(uow.session, platform, workspace)
    outcomes.leave(uow, platform, workspace, installation_ended.REASON)
    stored_channels.disconnect(uow.session, platform, workspace)
    key = f"{installation_ended.SCREEN}:{row.id}:{uow.now:%Y%m%dT%H%M%S}"
    admins.tell(uow, installation_ended.SCREEN, str(row.id), key)
    audit_entries.record(uow, audit_entries.PROGRAM, "uninstall", f"{platform} {workspace}")
    return True


def ended(uow: UnitOfWork, platform: str) -> tuple[Installed, ...]:
    """The installations that ended less than `HEALS_FOR` ago, with their tokens. Those of older ones are deleted."""
    found = [each for each in stored.ended(uow.session, platform) if each.ended_at is not None]
    for each in found:
        if each.ended_at is not None and each.ended_at <= uow.now - HEALS_FOR and _opened(uow, each).secrets:
            each.sealed = _sealed(uow, each, {})
    uow.session.flush()
    return tuple(each for each in (_opened(uow, row) for row in found) if each.secrets)


def revive(uow: UnitOfWork, platform: str, accepted: Installed) -> None:
    """Record that an installation has not ended after all, because the platform takes its tokens."""
    row = stored.installation(uow.session, platform, accepted.workspace)
    if row is not None and row.ended_at is not None and _opened(uow, row).secrets == accepted.secrets:
        install(uow, platform, accepted.workspace, accepted.name, accepted.secrets)


def rewrap(uow: UnitOfWork) -> int:
    """Rewrap every installation's key by the first master key; return how many another one had wrapped."""
    old = [each for each in stored.all_of_them(uow.session) if not uow.ring.wraps(each.wrapped)]
    for row in old:
        row.wrapped = uow.ring.rewrap(TextKey, row.id, row.wrapped)
    uow.session.flush()
    return len(old)
