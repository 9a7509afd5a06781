"""The Bot Framework SDK's connector client, over our own connection pool, token and time-outs.

We do not use the SDK's own wiring: it fetches keys and tokens in the event loop without a time-out, and creates a
client and a connection for each activity. Only this file, `connector` and `receive/bot_adapter` import the SDK.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any
from urllib.parse import quote

from botframework.connector.aio import ConnectorClient
from botframework.connector.aio.operations_async import ConversationsOperations
from botframework.connector.auth.connector_factory import ConnectorFactory
from botframework.connector.bot_framework_sdk_client_async import BotFrameworkConnectorConfiguration
from msrest.async_client import ServiceClientAsync
from msrest.authentication import Authentication as NoCredentials
from msrest.pipeline import Request, Response
from msrest.pipeline.async_abc import AsyncHTTPSender, AsyncPipeline
from msrest.pipeline.universal import RawDeserializer
from msrest.universal_http import ClientRequest

from adapters.teams.api.faults import TeamsUnanswered, TeamsUnreachable, refused
from adapters.teams.api.session import HttpAnswer, Session
from adapters.teams.api.tokens import TeamsTokens
from bot.interface.json_object import written

MOST_CLIENTS = 32
PLAIN = "plain"
"""The SDK type name of values that are serialised as they are."""
SEND_SECONDS = 12.0
"""Time-out for posting a message. With a token and a chat to get before it, still less than the relay waits."""


class SdkResponse:
    """A successful answer, with the interface that the SDK reads."""

    def __init__(self, answer: HttpAnswer) -> None:
        self.status_code = 200  # the SDK accepts only some success codes, and different ones for each operation
        self.headers = answer.headers
        self.reason = ""
        self.context: dict[str, Any] = {}
        self._body = answer.body

    @property
    def internal_response(self) -> SdkResponse:
        """Itself: it wraps no other response."""
        return self

    def body(self) -> bytes:
        """The body as bytes."""
        return self._body

    def text(self, encoding: str | None = None) -> str:
        """The body as text."""
        return self._body.decode(encoding or "utf-8-sig", "replace")


class Sender(AsyncHTTPSender[Any, Any]):
    """Sends the SDK's requests once, over our connection pool, with our token and time-out."""

    def __init__(self, session: Session, tokens: TeamsTokens) -> None:
        self._session = session
        self._tokens = tokens

    async def __aexit__(self, *details: object) -> None:
        """Does nothing: `Session` closes the pool."""

    async def send(self, request: Request[Any], **config: Any) -> Response[Any, Any]:
        """Send a request. Raises `TeamsUnreachable`, `TeamsUnanswered` and `TeamsRefused`."""
        http_request = request.http_request
        token = await self._tokens.current()
        headers = {**http_request.headers, **({"Authorization": f"Bearer {token}"} if token else {})}
        answer = await self._session.ask(
            http_request.method,
            http_request.url,
            seconds=config.get("seconds", SEND_SECONDS),
            headers=headers,
            data=http_request.data,
        )
        if answer.status == 401:
            self._tokens.refused(token)
        if not 200 <= answer.status < 300:
            raise refused(answer.status, answer.body.decode("utf-8", "replace"), answer.headers.get("Retry-After"))
        if answer.body and "json" not in answer.headers.get("Content-Type", "json"):
            raise TeamsUnanswered("an answer that is not JSON")
        return Response(request, SdkResponse(answer))


class ConnectorClients(ConnectorFactory):  # type: ignore[misc]
    """Caches one client for each service address. Creating a client takes longer than using it."""

    def __init__(self, session: Session, tokens: TeamsTokens) -> None:
        self._sender = Sender(session, tokens)
        self._clients: OrderedDict[str, ServiceClient] = OrderedDict()

    async def create(self, service_url: str, audience: str | None = None) -> ServiceClient:
        """Return the client for a service address. The app has one audience."""
        return self.client(service_url)

    def client(self, service: str) -> ServiceClient:
        """Return the client for a service address. Raises `TeamsUnreachable` if the address is empty."""
        if not service:
            raise TeamsUnreachable("no service address is known")
        if service in self._clients:
            self._clients.move_to_end(service)
        else:
            self._clients[service] = ServiceClient(service, self._sender)
            while len(self._clients) > MOST_CLIENTS:
                self._clients.popitem(last=False)
        return self._clients[service]


class Requests(ServiceClientAsync):
    """Makes the SDK's requests, with bodies of JSON as we measure them. The SDK would escape all that is not ASCII."""

    def _request(
        self, method: str, url: str, params: Any, headers: Any, content: object, form_content: Any
    ) -> ClientRequest:
        request = super()._request(method, url, params, headers, None, form_content)
        if content is not None:
            request.data = written(content)
        return request


class ServiceClient(ConnectorClient):  # type: ignore[misc]
    """The SDK's client for one service address, over our own sender."""

    def __init__(self, service: str, sender: Sender) -> None:
        def pipeline(configuration: Any) -> AsyncPipeline[Any, Any]:
            return AsyncPipeline([configuration.user_agent_policy, RawDeserializer()], sender)

        credentials = NoCredentials()
        configuration = BotFrameworkConnectorConfiguration(credentials, service, pipeline_type=pipeline)
        super().__init__(credentials, base_url=service, custom_configuration=configuration)
        ours = configuration.pipeline
        self._client = Requests(configuration)
        configuration.pipeline = ours  # a new client puts the SDK's own in its place
        self.conversations = ConversationsOperations(self._client, configuration, self._serialize, self._deserialize)
        # A card is plain JSON already. The SDK would copy it value by value, which blocks the loop for milliseconds.
        self._serialize.serialize_type[PLAIN] = lambda data, **_: data

    async def read(self, *path: str, seconds: float) -> SdkResponse:
        """Read what is at `/v3/` and these pieces, which the SDK has no asynchronous operation for.

        Raises `TeamsUnreachable`, `TeamsUnanswered` and `TeamsRefused`.
        """
        address = self._client.format_url("/v3/" + "/".join(quote(each, safe="") for each in path))
        request = self._client.get(address, {}, {"Accept": "application/json"})
        sent: Any = self._client.async_send
        found: SdkResponse = await sent(request, stream=False, seconds=seconds)
        return found
