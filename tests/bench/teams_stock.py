"""The SDK's own wiring for Teams, as in its samples, to compare the product with.

`CloudAdapter` itself is in a package that nothing else needs, and answers 500 to these requests. This does the same
without that fault: the same authentication, adapter and activity handler, in an aiohttp handler.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web
from botbuilder.core import CardFactory, CloudAdapterBase, TurnContext
from botbuilder.core.teams import TeamsActivityHandler
from botbuilder.schema import Activity, AdaptiveCardInvokeResponse, AdaptiveCardInvokeValue
from botbuilder.schema.teams import (
    TaskModuleContinueResponse,
    TaskModuleRequest,
    TaskModuleResponse,
    TaskModuleTaskInfo,
)
from botframework.connector.auth import PasswordServiceClientCredentialFactory
from botframework.connector.auth.bot_framework_authentication_factory import BotFrameworkAuthenticationFactory

from tests.bench.teams_cards import CARD, TITLE
from tests.teams.provider import APP, ISSUER, SECRET, TENANT


class Stock(CloudAdapterBase):  # type: ignore[misc]
    """The SDK's adapter without anything of our own."""


class Answering(TeamsActivityHandler):  # type: ignore[misc]
    """A bot that always answers with the same card."""

    async def on_teams_task_module_fetch(self, context: TurnContext, request: TaskModuleRequest) -> TaskModuleResponse:
        """A dialog."""
        shown = CardFactory.adaptive_card(CARD)
        info = TaskModuleTaskInfo(title=TITLE, height="medium", width="medium", card=shown)
        return TaskModuleResponse(task=TaskModuleContinueResponse(value=info))

    async def on_adaptive_card_invoke(
        self, context: TurnContext, value: AdaptiveCardInvokeValue
    ) -> AdaptiveCardInvokeResponse:
        """A card."""
        return AdaptiveCardInvokeResponse(status_code=200, type="application/vnd.microsoft.card.adaptive", value=CARD)


def application(provider: str) -> web.Application:
    """The application, with the keys of the provider at that address."""
    authentication = BotFrameworkAuthenticationFactory.create(
        to_channel_from_bot_login_url="https://login.microsoftonline.com/tenant",
        to_channel_from_bot_oauth_scope=ISSUER,
        to_bot_from_channel_token_issuer=ISSUER,
        oauth_url="https://token.botframework.example",
        to_bot_from_channel_open_id_metadata_url=f"{provider}/openid",
        to_bot_from_emulator_open_id_metadata_url=f"{provider}/openid",
        caller_id="urn:botframework:azure",
        credential_factory=PasswordServiceClientCredentialFactory(APP, SECRET, tenant_id=TENANT),
    )
    adapter, bot = Stock(authentication), Answering()

    async def take(request: web.Request) -> web.Response:
        activity = Activity().deserialize(await request.json())
        header = request.headers.get("Authorization", "")
        response = await adapter.process_activity(header, activity, bot.on_turn)
        return web.json_response(_plain(response.body), status=response.status)

    made = web.Application()
    made.add_routes([web.post("/api/messages", take)])
    return made


def _plain(body: Any) -> Any:
    return body.serialize() if hasattr(body, "serialize") else body
