"""The client for Microsoft's services: the connection pool, the signing keys, our token and the connector."""

from __future__ import annotations

import asyncio

from adapters.teams.api.connector import Connector
from adapters.teams.api.credentials import credentials
from adapters.teams.api.sdk import ConnectorClients
from adapters.teams.api.session import Session
from adapters.teams.api.signing_keys import SigningKeys
from adapters.teams.api.tokens import TeamsTokens
from adapters.teams.options import TeamsOptions
from bot.interface.ports import Health


class TeamsClient:
    """Calls Microsoft's services for one app. Raises `NotSetUp` for a certificate that cannot be used."""

    def __init__(self, options: TeamsOptions) -> None:
        self.options = options
        self._session = Session()
        self.keys = SigningKeys(self._session, options.openid_url)
        self._tokens = TeamsTokens(self._session, None if options.insecure_local else credentials(options))
        self.clients = ConnectorClients(self._session, self._tokens)
        self.connector = Connector(self.clients, options.app_id, options.tenant)

    async def open(self) -> None:
        """Open the pool, and fetch keys and a token in advance. What fails is fetched when it is needed."""
        self.connect()
        if not self.options.insecure_local:
            await asyncio.gather(self.keys.warm(), self._tokens.warm())

    def connect(self) -> None:
        """Open the pool, and fetch nothing yet."""
        self._session.open()

    async def request_token(self) -> None:
        """Fetch a token, if there is none that can be used. Raises `TeamsApiError`."""
        await self._tokens.current()

    async def close(self) -> None:
        """Cancel calls in progress, and close the pool."""
        await self.keys.close()
        await self._tokens.close()
        await self._session.close()

    def health(self) -> Health:
        """Whether tokens are checked, and both Microsoft's keys and our token are there."""
        if self.options.insecure_local:
            return Health(ok=False, text="no token checks")
        if not self._tokens.ready:
            return Health(ok=False, text="no token")
        return Health(ok=True, text="connected") if self.keys.known else Health(ok=False, text="no keys")
