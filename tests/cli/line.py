"""A line between a program and its database that can be cut and mended."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from sqlalchemy import URL, make_url


@dataclass
class Line:
    """Passes bytes on to a PostgreSQL; `url` is the address of its near end."""

    far: URL
    port: int = 0
    _server: asyncio.Server | None = None
    _is_cut: bool = False
    _ends: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        """The database's address, by way of this line."""
        return self.far.set(host="127.0.0.1", port=self.port).render_as_string(hide_password=False)

    async def listen(self) -> None:
        """Let connections through, on a port of its own."""
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """Break every connection, and every new one at once."""
        self._is_cut = True
        for each in self._ends:
            each.transport.abort()

    def mend(self) -> None:
        """Let new connections through again."""
        self._is_cut = False

    def close(self) -> None:
        """Break every connection, and listen no more."""
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
async def between(url: str) -> AsyncIterator[Line]:
    """A line to that database, which can be used at once."""
    line = Line(make_url(url))
    await line.listen()
    try:
        yield line
    finally:
        line.close()
