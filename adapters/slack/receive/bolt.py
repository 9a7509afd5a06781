"""Bolt, as we use it: give it a payload, get an answer, and log nothing of what is in either.

Requests are verified before they come here. Each is answered after its one transaction has ended. Events that no
listener handles are answered with 200, because Slack disables subscriptions that fail too often.
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
from adapters.slack.api.web_api import SlackCallError
from adapters.slack.receive.shapes import is_known
from bot.interface.json_object import Json

log = logging.getLogger(__name__)

ACCESS = "access"
"""The key of the workspace's `Access` in a request's context."""
NOT_INSTALLED = "Deliverable is no longer installed in this workspace. Ask the person who runs it."


def muted() -> logging.Logger:
    """Return a logger that never logs. Slack's libraries log whole request bodies, at DEBUG and at INFO."""
    silent = logging.getLogger("adapters.slack.muted")
    silent.setLevel(logging.CRITICAL + 1)
    silent.disabled, silent.propagate = True, False
    return silent


def silence() -> None:
    """Silence the loggers that Slack's libraries look up by name, at every level."""
    for name in ("slack_bolt", "slack_sdk"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def report(what: str, error: BaseException) -> None:
    """Log the type and the traceback of an error. Its message may contain what someone typed, so it is left out.

    A call that Slack refused or did not answer is one line: a slow Slack is no fault of the program.
    """
    if isinstance(error, SlackCallError):
        log.warning("%s: %s", what, error.reason)
        return
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s: %s\n%s", what, type(error).__name__, frames)


def app_with(tokens: SlackTokens) -> AsyncApp:
    """Return a Bolt app that uses our tokens and reads nothing from the environment."""
    silence()
    app = AsyncApp(
        name="deliverable",
        logger=muted(),
        signing_secret="",
        client=AsyncWebClient(token="", logger=muted(), retry_handlers=[], trust_env_in_session=False),
        authorize=_authorize_with(tokens),
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
        user_facing_authorize_error_message=NOT_INSTALLED,
    )
    app.error(_on_error)
    return app


def _authorize_with(tokens: SlackTokens) -> Callable[..., Awaitable[Any]]:
    async def authorize(
        context: AsyncBoltContext, enterprise_id: str | None, team_id: str | None
    ) -> AuthorizeResult | None:
        everywhere = bool(context.get("is_enterprise_install"))
        found = await tokens.access_of_either(team_id or "", enterprise_id or "", everywhere=everywhere)
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
    """Return the access to the workspace that a request is from."""
    found: Access = context[ACCESS]
    return found


async def _on_error(error: Exception) -> BoltResponse:
    if isinstance(error, BoltUnhandledRequestError):
        return BoltResponse(status=200, body="")
    report("A request from Slack failed", error)
    return BoltResponse(status=500, body="")


async def answer(app: AsyncApp, payload: Json) -> BoltResponse:
    """Dispatch a verified payload to its listener and return Bolt's answer.

    The status is 400 if the payload is not in a shape that Slack uses. It is 500 if the listener failed: Slack then
    keeps an open form with what was typed, and sends an event again.
    """
    if not is_known(payload):
        return BoltResponse(status=400, body="malformed")
    try:
        # In this mode Bolt takes the parsed payload as it is, instead of parsing a body.
        request = AsyncBoltRequest(body=payload, mode="socket_mode")
    except Exception:  # noqa: BLE001 - any error here is caused by the payload
        return BoltResponse(status=400, body="malformed")
    try:
        return await app.async_dispatch(request)
    except Exception as error:  # noqa: BLE001 - nothing above would turn it into an answer
        return await _on_error(error)
