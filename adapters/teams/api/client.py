"""The line to Microsoft: the pool, the keys that it signs with, the token that we speak with, and the connector."""

from __future__ import annotations

import asyncio

from adapters.teams.api.connector import Connector
from adapters.teams.api.credentials import credentials
from adapters.teams.api.sdk import Adapter, Authentication, Clients
from adapters.teams.api.session import Session
from adapters.teams.api.signing_keys import Keys
from adapters.teams.api.tokens import Tokens
from adapters.teams.options import TeamsOptions
from adapters.teams.receive.token_validation import Admission


class Line:
    """Everything between us and Microsoft, for one app. Raises `NotSetUp` for a certificate that cannot be used."""

    def __init__(self, options: TeamsOptions) -> None:
        self.options = options
        self._session = Session()
        self._keys = Keys(self._session, options.openid_url)
        self._tokens = Tokens(self._session, None if options.insecure_local else credentials(options))
        clients = Clients(self._session, self._tokens)
        self.admission = Admission(options, self._keys)
        self.adapter = Adapter(Authentication(self.admission, clients))
        self.connector = Connector(clients, options.app_id, options.tenant)

    async def open(self) -> None:
        """Open the pool, and have keys and a token before they are needed; that either cannot be had stops nothing."""
        self._session.open()
        if not self.options.insecure_local:
            await asyncio.gather(self._keys.warm(), self._tokens.warm())

    async def close(self) -> None:
        """Give up what is under way, and close the pool."""
        await self._keys.close()
        await self._tokens.close()
        await self._session.close()

    @property
    def state(self) -> str:
        """How it stands, in a word or two that give nothing away."""
        if self.options.insecure_local:
            return "no token checks"
        if not self._tokens.ready:
            return "no token"
        return "connected" if self._keys.known else "no keys"
