"""A proxy between a program and its database, whose connections tests can break and restore."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from sqlalchemy import URL, make_url


@dataclass
class DatabaseProxy:
    """Forwards bytes to a PostgreSQL server; `url` is the address to connect to."""

    far: URL
    port: int = 0
    _server: asyncio.Server | None = None
    _is_cut: bool = False
    _ends: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        """The database's URL through this proxy."""
        return self.far.set(host="127.0.0.1", port=self.port).render_as_string(hide_password=False)

    async def listen(self) -> None:
        """Accept connections on a free port."""
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """Break every connection, and every new one at once."""
        self._is_cut = True
        for each in self._ends:
            each.transport.abort()

    def restore(self) -> None:
        """Accept connections again."""
        self._is_cut = False

    def close(self) -> None:
        """Break every connection, and stop listening."""
        self.cut()
        if self._server is not None:
            self._server.close()

    async def _pass(self, near_in: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        if self._is_cut:
            near_out.transport.abort()
            return
        far_in, far_out = await asyncio.open_connection(self.far.host, self.far.port)
        self._ends |= {near_out, far_out}
        await asyncio.gather(_copied(near_in, far_out), _copied(far_in, near_out))
        self._ends -= {near_out, far_out}


async def _copied(from_: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while some := await from_.read(65536):
            to.write(some)
            await to.drain()
    to.close()


@contextlib.asynccontextmanager
async def proxied(url: str) -> AsyncIterator[DatabaseProxy]:
    """A proxy to that database, which is listening."""
    proxy = DatabaseProxy(make_url(url))
    await proxy.listen()
    try:
        yield proxy
    finally:
        proxy.close()
