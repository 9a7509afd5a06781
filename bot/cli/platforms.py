"""The packages of the registered platforms: which of them are set up, and what each gives."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from importlib import import_module
from typing import Protocol, cast

from aiohttp import web

from bot.dispatcher import Dispatcher
from bot.interface.clock import Clock
from bot.interface.finding import Finding
from bot.interface.platforms import REGISTERED
from bot.interface.ports import ChatPlatform
from bot.people.connections import Connections
from bot.runtime.settings import Settings


class Adapter(Protocol):
    """What the package `adapters.<name>` gives. To import it loads no vendor's library; `connect` does."""

    def is_set_up(self, settings: Settings) -> bool:
        """Whether its settings are there. Raises `BadSetting`, which names what is missing, where only some are."""
        ...

    def connect(
        self,
        application: web.Application,
        dispatcher: Dispatcher,
        connections: Connections,
        settings: Settings,
        *,
        clock: Clock,
        receives: bool,
    ) -> ChatPlatform:
        """Add its routes to `application`; give the platform, for the worker to send through. Opens nothing yet.

        Unless the process `receives`, nothing may reach it by ways of its own. Raises `BadSetting`.
        """
        ...

    def examine(
        self, connections: Connections, settings: Settings, clock: Clock, running: Mapping[str, str] | None
    ) -> AsyncIterator[Finding]:
        """Yield what `doctor` says about how it is set up. Raises `Unavailable`.

        `running` is how each platform is in the program that runs now, by `/healthz`; None if none runs here.
        """
        ...


def adapter(name: str) -> Adapter:
    """The package of a registered platform."""
    return cast(Adapter, import_module(f"adapters.{name}"))


def set_up(settings: Settings) -> tuple[str, ...]:
    """The names of the platforms that are set up, in their order. Raises `BadSetting`."""
    return tuple(each.name for each in REGISTERED if adapter(each.name).is_set_up(settings))
