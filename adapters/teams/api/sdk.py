"""The Bot Framework SDK, on the classes that it gives to build on; nothing beyond this file and `connector` sees it.

Its own wiring is not used: it answers 500 to every invoke that has a body, asks for keys and tokens in the event loop
without a time-out, and makes a client, an app and a connection a turn.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from botbuilder.core import CloudAdapterBase, InvokeResponse, TurnContext
from botbuilder.schema import Activity, ChannelAccount, ConversationAccount
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import BotFrameworkAuthentication, ClaimsIdentity
from botframework.connector.auth.authenticate_request_result import AuthenticateRequestResult
from botframework.connector.auth.connector_factory import ConnectorFactory
from botframework.connector.bot_framework_sdk_client_async import BotFrameworkConnectorConfiguration
from msrest.authentication import Authentication as NoCredentials
from msrest.pipeline import Request, Response
from msrest.pipeline.async_abc import AsyncHTTPSender, AsyncPipeline
from msrest.pipeline.universal import RawDeserializer

from adapters.teams.activity import Inbound, Reply
from adapters.teams.api.faults import NotReached, Unsure, refused
from adapters.teams.api.session import Answered, Session
from adapters.teams.api.tokens import Tokens
from adapters.teams.receive.token_validation import Admission, Claims

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

    def __init__(self, session: Session, tokens: Tokens) -> None:
        self._session = session
        self._tokens = tokens

    async def __aexit__(self, *details: object) -> None:
        """The pool is the session's to close."""

    async def send(self, request: Request[Any], **config: Any) -> Response[Any, Any]:
        """Send a request. Raises `NotReached`, `Unsure` and `Refused`."""
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
            raise Unsure("an answer that is no JSON")
        return Response(request, Read(answered))


class Clients(ConnectorFactory):  # type: ignore[misc]
    """One client a service address, kept: to make one takes longer than to use it."""

    def __init__(self, session: Session, tokens: Tokens) -> None:
        self._sender = Sender(session, tokens)
        self._made: OrderedDict[str, Client] = OrderedDict()

    async def create(self, service_url: str, audience: str | None = None) -> Client:
        """The client for a service address; the app has one audience."""
        return self.client(service_url)

    def client(self, service: str) -> Client:
        """The client for a service address. Raises `NotReached` where there is none."""
        if not service:
            raise NotReached("no service address is known")
        if service in self._made:
            self._made.move_to_end(service)
        else:
            self._made[service] = Client(service, self._sender)
            while len(self._made) > MOST_CLIENTS:
                self._made.popitem(last=False)
        return self._made[service]


class Client(ConnectorClient):  # type: ignore[misc]
    """The SDK's client for one service address, over our own sender."""

    def __init__(self, service: str, sender: Sender) -> None:
        def pipeline(configuration: Any) -> AsyncPipeline[Any, Any]:
            return AsyncPipeline([configuration.user_agent_policy, RawDeserializer()], sender)

        credentials = NoCredentials()
        configuration = BotFrameworkConnectorConfiguration(credentials, service, pipeline_type=pipeline)
        super().__init__(credentials, base_url=service, custom_configuration=configuration)
        # A card is JSON already: to walk through it value by value blocks the loop for milliseconds.
        self._serialize.serialize_type[PLAIN] = lambda data, **_: data


class Authentication(BotFrameworkAuthentication):  # type: ignore[misc]
    """The SDK's authentication, by our own checks."""

    def __init__(self, admission: Admission, clients: Clients) -> None:
        self._admission = admission
        self._clients = clients

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        """Check a request whole. Raises `NoToken`, `NotAdmitted` and `NoKeys`."""
        return self.admitted(await self._admission.claims(auth_header), activity)

    def admitted(self, claims: Claims, activity: Activity) -> AuthenticateRequestResult:
        """Check an activity against its token's claims, which were checked before. Raises `NotAdmitted`."""
        tenant = (activity.channel_data or {}).get("tenant", {}).get("id", "")
        self._admission.admit(claims, activity.channel_id, activity.service_url, tenant)
        result = AuthenticateRequestResult()
        result.claims_identity = ClaimsIdentity(dict(claims), is_authenticated=True)
        result.connector_factory = self._clients
        return result

    async def authenticate_streaming_request(self, auth_header: str, channel_id_header: str) -> Any:
        """Streams are not taken."""
        raise NotImplementedError

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:
        """The one factory."""
        return self._clients

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:
        """Nobody signs in through the bot."""


class Adapter(CloudAdapterBase):  # type: ignore[misc]
    """The SDK's adapter: a turn for each activity, with our authentication and our clients."""

    def __init__(self, authentication: Authentication) -> None:
        super().__init__(authentication)
        self._authentication = authentication

    async def take(
        self, claims: Claims, inbound: Inbound, act: Callable[[Inbound], Awaitable[Reply | None]]
    ) -> Reply | None:
        """Have `act` do something about what arrived, in a turn; give the answer to an invoke. Raises `NotAdmitted`."""
        activity = _activity(inbound)
        admitted = self._authentication.admitted(claims, activity)

        async def on_turn(context: TurnContext) -> None:
            reply = await act(inbound)
            if inbound.type == "invoke":
                answer = InvokeResponse(status=reply.status if reply else 200, body=reply.body if reply else {})
                # Where the adapter leaves an answer that is sent. To send it would copy the card value by value.
                context.turn_state[self._INVOKE_RESPONSE_KEY] = Activity(type="invokeResponse", value=answer)

        response = await self.process_activity(admitted, activity, on_turn)
        return Reply(response.body, response.status) if response else None


def _activity(inbound: Inbound) -> Activity:
    """As much of an activity as a turn needs: what people typed does not pass through the SDK."""
    return Activity(
        type=inbound.type,
        id=inbound.activity,
        name=inbound.name,
        channel_id=inbound.raw.get("channelId"),
        service_url=inbound.service,
        from_property=ChannelAccount(id=inbound.user),
        recipient=ChannelAccount(id=inbound.bot),
        conversation=ConversationAccount(id=inbound.conversation),
        channel_data={"tenant": {"id": inbound.tenant}},
    )
