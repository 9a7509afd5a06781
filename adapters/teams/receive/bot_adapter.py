"""The Bot Framework SDK's adapter: its base class, with our token validation and our connector clients.

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
    """The SDK's authentication interface, over our token validation."""

    def __init__(self, token_validator: TokenValidator, clients: ConnectorClients) -> None:
        self._token_validator = token_validator
        self._clients = clients

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        """Validate the token and the activity of a request. Raises `NoToken`, `NotAdmitted` and `NoKeys`."""
        return self.admitted(await self._token_validator.claims(auth_header), activity)

    def admitted(self, claims: Claims, activity: Activity) -> AuthenticateRequestResult:
        """Check an activity against the claims of its validated token. Raises `NotAdmitted`."""
        tenant = (activity.channel_data or {}).get("tenant", {}).get("id", "")
        self._token_validator.admit(claims, activity.channel_id, activity.service_url, tenant)
        result = AuthenticateRequestResult()
        result.claims_identity = ClaimsIdentity(dict(claims), is_authenticated=True)
        result.connector_factory = self._clients
        return result

    async def authenticate_streaming_request(self, auth_header: str, channel_id_header: str) -> Any:
        """Not supported."""
        raise NotImplementedError

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:
        """Return our connector clients."""
        return self._clients

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:
        """Not needed: nobody signs in through the bot."""


class BotAdapter(CloudAdapterBase):  # type: ignore[misc]
    """The SDK's adapter, with our authentication and clients. It runs one turn of the SDK for each activity."""

    def __init__(self, authentication: BotAuthentication) -> None:
        super().__init__(authentication)
        self._authentication = authentication

    async def take(
        self,
        claims: Claims,
        activity: IncomingActivity,
        act: Callable[[IncomingActivity], Awaitable[InvokeAnswer | None]],
    ) -> InvokeAnswer | None:
        """Run `act` on an activity, in a turn of the SDK. Returns the answer to an invoke. Raises `NotAdmitted`."""
        sdk_activity = _sdk_activity(activity)
        admitted = self._authentication.admitted(claims, sdk_activity)

        async def on_turn(context: TurnContext) -> None:
            reply = await act(activity)
            if activity.type == "invoke":
                answer = InvokeResponse(status=reply.status if reply else 200, body=reply.body if reply else None)
                # The adapter reads the answer from here. Sending it instead would copy the card value by value.
                context.turn_state[self._INVOKE_RESPONSE_KEY] = Activity(type="invokeResponse", value=answer)

        response = await self.process_activity(admitted, sdk_activity, on_turn)
        return InvokeAnswer(response.body, response.status) if response else None


def _sdk_activity(activity: IncomingActivity) -> Activity:
    """The part of an activity that a turn needs. What people typed does not pass through the SDK."""
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
