"""Installations: where the bot is installed, and what it needs to speak there, sealed with a key of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from bot.people import admins
from bot.screens.notice import installation_ended
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Installation
from storage import channels as stored_channels
from storage import deliveries as stored_deliveries
from storage import installations as stored
from storage import people as stored_people

RENEWAL = timedelta(seconds=60)
"""How long one process may take to renew the tokens of a workspace before another one tries."""


@dataclass(frozen=True)
class Installed:
    """The bot in one workspace or tenant. `secrets` are opened, and not shown by `repr`."""

    workspace: str
    name: str
    secrets: Mapping[str, str] = field(repr=False)


def installed(uow: UnitOfWork, platform: str, workspace: str) -> Installed | None:
    """What is needed to speak there; None where the bot is not installed, or not any more."""
    row = stored.installation(uow.session, platform, workspace)
    return _opened(uow, row) if row is not None and row.ended_at is None else None


def all_installed(uow: UnitOfWork, platform: str) -> tuple[Installed, ...]:
    """All workspaces or tenants of a platform in which the bot is installed."""
    return tuple(_opened(uow, each) for each in stored.on(uow.session, platform))


def _sealed(uow: UnitOfWork, row: Installation, secrets: Mapping[str, str]) -> bytes:
    key = uow.ring.unwrap(row.id, row.wrapped)
    return key.seal("installations", "sealed", row.id, json.dumps(dict(secrets)))


def _opened(uow: UnitOfWork, row: Installation) -> Installed:
    key = uow.ring.unwrap(row.id, row.wrapped)
    return Installed(row.workspace, row.name, json.loads(key.open("installations", "sealed", row.id, row.sealed)))


def install(uow: UnitOfWork, platform: str, workspace: str, name: str, secrets: Mapping[str, str]) -> None:
    """Keep what is needed to speak in a workspace or tenant, in place of what was kept of it before."""
    row = stored.installation(uow.session, platform, workspace)
    if row is None:
        row = Installation(id=uuid4(), platform=platform, workspace=workspace, wrapped=b"", sealed=b"")
    _, row.wrapped = uow.ring.new_policy_key(row.id)
    row.name, row.sealed = name, _sealed(uow, row, secrets)
    row.ended_at = row.renewing_until = None
    uow.session.add(row)
    uow.session.flush()


def hold(uow: UnitOfWork, platform: str, workspace: str) -> bool:
    """Hold the renewal of an installation's secrets; False where another process does, or there is none."""
    row = stored.installation(uow.session, platform, workspace)
    if row is None or row.ended_at is not None:
        return False
    return stored.claim_renewal(uow.session, row.id, uow.now, uow.now + RENEWAL)


def let_go(uow: UnitOfWork, platform: str, workspace: str, secrets: Mapping[str, str] | None) -> None:
    """Let go of the renewal, with the new secrets if there are any."""
    row = stored.installation(uow.session, platform, workspace)
    if row is None:
        return
    row.renewing_until = None
    if secrets is not None:
        row.sealed = _sealed(uow, row, secrets)
    uow.session.flush()


def end(uow: UnitOfWork, platform: str, workspace: str) -> None:
    """The bot was removed, or its tokens were revoked: nothing is sent there from now on, and admins are told."""
    row = stored.installation(uow.session, platform, workspace)
    if row is None or row.ended_at is not None:
        return
    row.ended_at = uow.now
    # The tokens are of no use to anybody any more.
    row.sealed = _sealed(uow, row, {})
    uow.session.flush()
    stored_deliveries.give_up(uow.session, platform, workspace, installation_ended.REASON, uow.now)
    stored_people.leave(uow.session, platform, workspace)
    stored_channels.disconnect(uow.session, platform, workspace)
    key = f"{installation_ended.SCREEN}:{row.id}:{uow.now:%Y%m%dT%H%M%S}"
    admins.tell(uow, installation_ended.SCREEN, str(row.id), key)


def rewrap(uow: UnitOfWork) -> int:
    """Wrap every installation's key by the first master key, so that an older one can go; how many changed hands."""
    old = [each for each in stored.all_of_them(uow.session) if not uow.ring.wraps(each.wrapped)]
    for row in old:
        row.wrapped = uow.ring.rewrap(row.id, row.wrapped)
    uow.session.flush()
    return len(old)
