"""The Bot Framework SDK's adapter, built on its base class with our own token checks and clients.

The SDK's ready-made adapter answers 500 to every invoke that has a body.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from botbuilder.core import CloudAdapterBase, InvokeResponse, TurnContext
from botbuilder.schema import Activity, ChannelAccount, ConversationAccount
from botframework.connector.auth import BotFrameworkAuthentication, ClaimsIdentity
from botframework.connector.auth.authenticate_request_result import AuthenticateRequestResult
from botframework.connector.auth.connector_factory import ConnectorFactory

from adapters.teams.activity import IncomingActivity, InvokeAnswer
from adapters.teams.api.sdk import ConnectorClients
from adapters.teams.receive.token_validation import Claims, TokenValidator


class BotAuthentication(BotFrameworkAuthentication):  # type: ignore[misc]
    """The SDK's authentication, by our own checks."""

    def __init__(self, token_validator: TokenValidator, clients: ConnectorClients) -> None:
        self._token_validator = token_validator
        self._clients = clients

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        """Check a request whole. Raises `NoToken`, `NotAdmitted` and `NoKeys`."""
        return self.admitted(await self._token_validator.claims(auth_header), activity)

    def admitted(self, claims: Claims, activity: Activity) -> AuthenticateRequestResult:
        """Check an activity against its token's claims, which were checked before. Raises `NotAdmitted`."""
        tenant = (activity.channel_data or {}).get("tenant", {}).get("id", "")
        self._token_validator.admit(claims, activity.channel_id, activity.service_url, tenant)
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


class BotAdapter(CloudAdapterBase):  # type: ignore[misc]
    """The SDK's adapter: a turn for each activity, with our authentication and our clients."""

    def __init__(self, authentication: BotAuthentication) -> None:
        super().__init__(authentication)
        self._authentication = authentication

    async def take(
        self,
        claims: Claims,
        activity: IncomingActivity,
        act: Callable[[IncomingActivity], Awaitable[InvokeAnswer | None]],
    ) -> InvokeAnswer | None:
        """Have `act` do something about what arrived, in a turn; give the answer to an invoke. Raises `NotAdmitted`."""
        turn = _turn(activity)
        admitted = self._authentication.admitted(claims, turn)

        async def on_turn(context: TurnContext) -> None:
            reply = await act(activity)
            if activity.type == "invoke":
                answer = InvokeResponse(status=reply.status if reply else 200, body=reply.body if reply else {})
                # Where the adapter leaves an answer that is sent. To send it would copy the card value by value.
                context.turn_state[self._INVOKE_RESPONSE_KEY] = Activity(type="invokeResponse", value=answer)

        response = await self.process_activity(admitted, turn, on_turn)
        return InvokeAnswer(response.body, response.status) if response else None


def _turn(activity: IncomingActivity) -> Activity:
    """As much of an activity as a turn needs: what people typed does not pass through the SDK."""
    return Activity(
        type=activity.type,
        id=activity.activity,
        name=activity.name,
        channel_id=activity.raw.get("channelId"),
        service_url=activity.service,
        from_property=ChannelAccount(id=activity.user),
        recipient=ChannelAccount(id=activity.bot),
        conversation=ConversationAccount(id=activity.conversation),
        channel_data={"tenant": {"id": activity.tenant}},
    )
