"""Places: what screens call accounts and channels, with the platform and the workspace where two could be confused."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from bot.interface.platforms import display_name
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Channel, Identity
from storage import channels as stored_channels
from storage import installations as stored_installations
from storage import people as stored_people


def of_accounts(uow: UnitOfWork, accounts: Sequence[Identity]) -> dict[UUID, str]:
    """What to call the accounts of one person, by id: the platform and, where it has several, the workspace."""
    names = stored_installations.names(uow.session)
    several = _several(platform for platform, _ in {(each.platform, each.workspace) for each in accounts})
    return {
        each.id: _place(each.platform, each.workspace, names, with_workspace=each.platform in several)
        for each in accounts
    }


def of_people(uow: UnitOfWork, accounts: Sequence[Identity]) -> dict[UUID, str]:
    """What to call accounts of different people, by id: the person, where the account is and, if need be, its id."""
    places = of_accounts(uow, accounts)
    people = stored_people.people(uow.session, {each.author_id for each in accounts})
    called = {each.id: f"{people[each.author_id].name} ({places[each.id]})" for each in accounts}
    alike = _several(called.values())
    return {each.id: f"{name}, {each.user}" if (name := called[each.id]) in alike else name for each in accounts}


def of_channels(
    uow: UnitOfWork, channels: Iterable[Channel], connected: Sequence[Channel] | None = None
) -> dict[UUID, str]:
    """What to call channels, by id: with the platform if channels of several are connected.

    The workspace is named too where a platform has several. `connected` are all connected channels, where known.
    """
    workspaces = _workspaces(uow, connected)
    several = _several(platform for platform, _ in workspaces)
    on_several = len({platform for platform, _ in workspaces}) > 1
    names = stored_installations.names(uow.session) if several else {}
    found = {}
    for each in channels:
        place = _place(each.platform, each.workspace, names, with_workspace=each.platform in several)
        found[each.id] = f"{each.name} ({place})" if on_several or each.platform in several else each.name
    return found


def in_their_workspaces(uow: UnitOfWork, channels: Iterable[Channel]) -> dict[UUID, str]:
    """What to call channels where their platform is said anyway: with the workspace if the platform has several."""
    several = _several(platform for platform, _ in stored_channels.workspaces(uow.session))
    names = stored_installations.names(uow.session) if several else {}
    return {
        each.id: f"{each.name} ({names.get((each.platform, each.workspace), each.workspace)})"
        if each.platform in several
        else each.name
        for each in channels
    }


def _workspaces(uow: UnitOfWork, connected: Sequence[Channel] | None) -> Collection[tuple[str, str]]:
    if connected is None:
        return stored_channels.workspaces(uow.session)
    return {(each.platform, each.workspace) for each in connected}


def of_channel(uow: UnitOfWork, channel: Channel) -> str:
    """What to call one channel."""
    return of_channels(uow, [channel])[channel.id]


def in_its_workspace(uow: UnitOfWork, channel: Channel) -> str:
    """What to call one channel where its platform is said anyway."""
    return in_their_workspaces(uow, [channel])[channel.id]


def called(uow: UnitOfWork, name: str) -> list[Channel]:
    """The connected channels that have this name, or that are called so."""
    found = stored_channels.by_name(uow.session, name)
    if len(found) == 1:
        return found
    connected = stored_channels.connected(uow.session)
    labels = of_channels(uow, connected)
    return [each for each in connected if labels[each.id] == name] or found


def _several(texts: Iterable[str]) -> Collection[str]:
    """The texts that come more than once."""
    listed = list(texts)
    return {each for each in listed if listed.count(each) > 1}


def _place(platform: str, workspace: str, names: dict[tuple[str, str], str], *, with_workspace: bool) -> str:
    called = display_name(platform)
    return f"{called}, {names.get((platform, workspace), workspace)}" if with_workspace else called
