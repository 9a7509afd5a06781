"""The Bot Framework SDK's connector client, over our own connection pool, token and time-outs.

The SDK's own wiring is not used: it fetches keys and tokens in the event loop without a time-out, and makes a new
client and a new connection for each activity. Only this file, `connector` and `receive/bot_adapter` import the SDK.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from botframework.connector.aio import ConnectorClient
from botframework.connector.auth.connector_factory import ConnectorFactory
from botframework.connector.bot_framework_sdk_client_async import BotFrameworkConnectorConfiguration
from msrest.authentication import Authentication as NoCredentials
from msrest.pipeline import Request, Response
from msrest.pipeline.async_abc import AsyncHTTPSender, AsyncPipeline
from msrest.pipeline.universal import RawDeserializer

from adapters.teams.api.faults import TeamsUnanswered, TeamsUnreachable, refused
from adapters.teams.api.session import Answered, Session
from adapters.teams.api.tokens import TeamsTokens

MOST_CLIENTS = 32
PLAIN = "plain"
"""The type, to the SDK, of what is written out as it is."""
SEND_SECONDS = 12.0
"""How long a message may take: with a token and a conversation to be had before it, less than the outbox waits."""


class Read:
    """What a server answered when all went well, as the SDK reads it."""

    def __init__(self, answered: Answered) -> None:
        self.status_code = 200  # of all that mean success the SDK knows some, and others for each operation
        self.headers = answered.headers
        self.reason = ""
        self.context: dict[str, Any] = {}
        self._body = answered.body

    @property
    def internal_response(self) -> Read:
        """Itself: there is no other response beneath."""
        return self

    def body(self) -> bytes:
        """The bytes of it."""
        return self._body

    def text(self, encoding: str | None = None) -> str:
        """The bytes as text."""
        return self._body.decode(encoding or "utf-8-sig", "replace")


class Sender(AsyncHTTPSender[Any, Any]):
    """Sends what the SDK has put together: once, on our own pool, with our own token and time-out."""

    def __init__(self, session: Session, tokens: TeamsTokens) -> None:
        self._session = session
        self._tokens = tokens

    async def __aexit__(self, *details: object) -> None:
        """The pool is the session's to close."""

    async def send(self, request: Request[Any], **config: Any) -> Response[Any, Any]:
        """Send a request. Raises `TeamsUnreachable`, `TeamsUnanswered` and `TeamsRefused`."""
        asked = request.http_request
        token = await self._tokens.current()
        headers = {**asked.headers, **({"Authorization": f"Bearer {token}"} if token else {})}
        answered = await self._session.ask(
            asked.method, asked.url, seconds=config.get("seconds", SEND_SECONDS), headers=headers, data=asked.data
        )
        if answered.status == 401:
            self._tokens.refused(token)
        if not 200 <= answered.status < 300:
            raise refused(
                answered.status, answered.body.decode("utf-8", "replace"), answered.headers.get("Retry-After")
            )
        if answered.body and "json" not in answered.headers.get("Content-Type", "json"):
            raise TeamsUnanswered("an answer that is no JSON")
        return Response(request, Read(answered))


class ConnectorClients(ConnectorFactory):  # type: ignore[misc]
    """One client a service address, kept: to make one takes longer than to use it."""

    def __init__(self, session: Session, tokens: TeamsTokens) -> None:
        self._sender = Sender(session, tokens)
        self._made: OrderedDict[str, ServiceClient] = OrderedDict()

    async def create(self, service_url: str, audience: str | None = None) -> ServiceClient:
        """The client for a service address; the app has one audience."""
        return self.client(service_url)

    def client(self, service: str) -> ServiceClient:
        """The client for a service address. Raises `TeamsUnreachable` where there is none."""
        if not service:
            raise TeamsUnreachable("no service address is known")
        if service in self._made:
            self._made.move_to_end(service)
        else:
            self._made[service] = ServiceClient(service, self._sender)
            while len(self._made) > MOST_CLIENTS:
                self._made.popitem(last=False)
        return self._made[service]


class ServiceClient(ConnectorClient):  # type: ignore[misc]
    """The SDK's client for one service address, over our own sender."""

    def __init__(self, service: str, sender: Sender) -> None:
        def pipeline(configuration: Any) -> AsyncPipeline[Any, Any]:
            return AsyncPipeline([configuration.user_agent_policy, RawDeserializer()], sender)

        credentials = NoCredentials()
        configuration = BotFrameworkConnectorConfiguration(credentials, service, pipeline_type=pipeline)
        super().__init__(credentials, base_url=service, custom_configuration=configuration)
        # A card is JSON already: to walk through it value by value blocks the loop for milliseconds.
        self._serialize.serialize_type[PLAIN] = lambda data, **_: data
