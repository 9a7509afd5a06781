"""Bolt, as it is used here: a payload goes in, an answer comes out, and nothing is said of what was in either.

Requests are checked before they come here, each is answered once its one transaction has ended, and what nobody
listens for is answered with 200, for Slack switches off subscriptions that are not.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api.tokens import Access, SlackTokens
from bot.interface.json_object import Json

log = logging.getLogger(__name__)

ACCESS = "access"
"""Under which a request's context holds how the bot speaks in its workspace."""
NOT_INSTALLED = "Deliverable is not installed in this workspace any more. Ask whoever runs it."


def muted() -> logging.Logger:
    """A logger that says nothing: Slack's libraries print whole bodies, at DEBUG and at INFO."""
    silent = logging.getLogger("adapters.slack.muted")
    silent.setLevel(logging.CRITICAL + 1)
    silent.disabled, silent.propagate = True, False
    return silent


def silence() -> None:
    """Have the loggers that Slack's libraries find by themselves say nothing, whatever level is set for the others."""
    for name in ("slack_bolt", "slack_sdk"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def report(what: str, error: BaseException) -> None:
    """Log that something failed, by its kind and where: the message of an error may hold what somebody typed."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s: %s\n%s", what, type(error).__name__, frames)


def app_with(tokens: SlackTokens) -> AsyncApp:
    """An app that speaks with our own tokens and takes nothing from the environment."""
    silence()
    app = AsyncApp(
        name="deliverable",
        logger=muted(),
        signing_secret="",
        client=AsyncWebClient(token="", logger=muted(), retry_handlers=[], trust_env_in_session=False),
        authorize=_authorizing(tokens),
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
        user_facing_authorize_error_message=NOT_INSTALLED,
    )
    app.error(_failed)
    return app


def _authorizing(tokens: SlackTokens) -> Callable[..., Awaitable[Any]]:
    async def authorize(
        context: AsyncBoltContext, enterprise_id: str | None, team_id: str | None
    ) -> AuthorizeResult | None:
        everywhere = bool(context.get("is_enterprise_install"))
        found = await tokens.of_either(team_id or "", enterprise_id or "", everywhere=everywhere)
        if found is None:
            return None
        context[ACCESS] = found
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_id=found.bot,
            bot_user_id=found.user,
            bot_token=found.token,
        )

    return authorize


def access_in(context: AsyncBoltContext) -> Access:
    """How the bot speaks in the workspace that a request is from."""
    found: Access = context[ACCESS]
    return found


async def _failed(error: Exception) -> BoltResponse:
    if isinstance(error, BoltUnhandledRequestError):
        return BoltResponse(status=200, body="")
    report("A request from Slack failed", error)
    return BoltResponse(status=500, body="")


async def answer(app: AsyncApp, payload: Json) -> BoltResponse:
    """What Bolt answers to a payload that was checked; a status of 500 has Slack keep what was typed, or come again.

    A payload in no shape that Slack uses gets 400.
    """
    try:
        # Told to be of Socket Mode, it is taken as it was read, and not read again.
        request = AsyncBoltRequest(body=payload, mode="socket_mode")
    except Exception:  # noqa: BLE001 - whatever it trips over is in the payload
        return BoltResponse(status=400, body="malformed")
    try:
        return await app.async_dispatch(request)
    except Exception as error:  # noqa: BLE001 - the last place where it can become an answer
        return await _failed(error)
