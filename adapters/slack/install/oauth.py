"""Slack's side of an installation: a code is exchanged for a token, and a token that ends for the next one.

Source: Slack's method `oauth.v2.access`, and its page on token rotation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.slack.api.tokens import secrets_of
from adapters.slack.api.web_api import SlackCallError, WebApi
from adapters.slack.options import SlackOptions
from bot.interface.clock import Clock
from bot.interface.json_object import Json


@dataclass(frozen=True)
class Grant:
    """The bot was let into a workspace, or into all of an organisation: what it is called, and what is to be kept."""

    workspace: str
    name: str
    secrets: Mapping[str, str] = field(repr=False)


class OAuth:
    """Speaks for the app itself, with its client id and secret."""

    def __init__(self, api: WebApi, options: SlackOptions, clock: Clock) -> None:
        self._api = api
        self._options = options
        self._clock = clock

    async def exchange_code(self, code: str, redirect_uri: str) -> Grant:
        """What a code is good for. Raises `SlackCallError`."""
        given = await self._access(code=code, redirect_uri=redirect_uri)
        try:
            return await self._granted(given)
        except (KeyError, TypeError, ValueError):
            raise SlackCallError("malformed_answer") from None

    async def identify_token(self, token: str) -> Grant:
        """Where a token speaks that an operator has set. Raises `SlackCallError`."""
        bot = await self._api.write(token, "auth.test")
        everywhere = bot.get("is_enterprise_install") is True
        team, enterprise = str(bot.get("team_id") or ""), str(bot.get("enterprise_id") or "")
        kept = secrets_of(
            token,
            bot=str(bot.get("bot_id") or ""),
            user=str(bot.get("user_id") or ""),
            team="" if everywhere else team,
            enterprise=enterprise,
        )
        return Grant(enterprise if everywhere else team, str(bot.get("team") or ""), kept)

    async def refresh_token(self, refresh_token: str) -> Mapping[str, str]:
        """The secrets that take the place of those of a token that ends. Raises `SlackCallError`."""
        given = await self._access(grant_type="refresh_token", refresh_token=refresh_token)
        try:
            token, following = str(given["access_token"]), str(given["refresh_token"])
        except KeyError:
            raise SlackCallError("malformed_answer") from None
        return secrets_of(token, refresh_token=following, ends_at=self._end(given))

    async def _granted(self, given: Json) -> Grant:
        team, enterprise = given.get("team") or {}, given.get("enterprise") or {}
        everywhere = given.get("is_enterprise_install") is True
        whole = enterprise if everywhere else team
        token = str(given["access_token"])
        bot = await self._api.write(token, "auth.test")
        kept = secrets_of(
            token,
            bot=str(bot.get("bot_id") or ""),
            user=str(given.get("bot_user_id") or bot.get("user_id") or ""),
            team="" if everywhere else str(team["id"]),
            enterprise=str(enterprise.get("id") or ""),
            refresh_token=str(given.get("refresh_token") or ""),
            ends_at=self._end(given),
        )
        return Grant(str(whole["id"]), str(whole.get("name") or "your workspace"), kept)

    async def _access(self, **arguments: str) -> Json:
        return await self._api.read(
            None,
            "oauth.v2.access",
            client_id=self._options.client_id,
            client_secret=self._options.client_secret,
            **arguments,
        )

    def _end(self, given: Json) -> datetime | None:
        lives = given.get("expires_in")
        return self._clock() + timedelta(seconds=int(lives)) if lives else None
