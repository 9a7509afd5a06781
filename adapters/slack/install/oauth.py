"""OAuth with Slack: exchange a code for a token, identify a token, and refresh a token that expires.

Source: Slack's method `oauth.v2.access`, and its page on token rotation.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.slack.api.tokens import secrets_of
from adapters.slack.api.web_api import SlackCallError, WebApi
from adapters.slack.install import scopes as all_scopes
from adapters.slack.options import SlackOptions
from bot.interface.clock import Clock
from bot.interface.json_object import Json
from bot.interface.ports import REACTIONS

SOMEBODY = "somebody"
"""Who installed the app, where Slack does not say."""


@dataclass(frozen=True)
class Grant:
    """An installation in a workspace or an organisation: its id, its name, the secrets to store, and who made it.

    `by` is Slack's id of a person, or `SOMEBODY`; empty for a token that was configured.
    """

    workspace: str
    name: str
    secrets: Mapping[str, str] = field(repr=False)
    by: str = ""


class OAuth:
    """Makes the OAuth calls of the app, with its client id and secret."""

    def __init__(self, api: WebApi, options: SlackOptions, clock: Clock) -> None:
        self._api = api
        self._options = options
        self._clock = clock

    async def exchange_code(self, code: str, redirect_uri: str) -> Grant:
        """Exchange an authorization code for an installation and its tokens. Raises `SlackCallError`."""
        answer = await self._access(code=code, redirect_uri=redirect_uri)
        try:
            return await self._grant_from(answer)
        except (KeyError, TypeError, ValueError):
            raise SlackCallError("malformed_answer") from None

    async def identify_token(self, token: str) -> Grant:
        """Return the installation that a configured bot token belongs to. Raises `SlackCallError`."""
        bot, scopes = await self._api.identify(token)
        everywhere = bot.get("is_enterprise_install") is True
        team, enterprise = str(bot.get("team_id") or ""), str(bot.get("enterprise_id") or "")
        kept = secrets_of(
            token,
            bot=str(bot.get("bot_id") or ""),
            user=str(bot.get("user_id") or ""),
            team="" if everywhere else team,
            enterprise=enterprise,
            lacks=_lacking(scopes),
        )
        return Grant(enterprise if everywhere else team, str(bot.get("team") or ""), kept)

    async def refresh_token(self, refresh_token: str) -> Mapping[str, str]:
        """Exchange a refresh token for new tokens. Returns the secrets that change. Raises `SlackCallError`."""
        answer = await self._access(grant_type="refresh_token", refresh_token=refresh_token)
        try:
            token, following = str(answer["access_token"]), str(answer["refresh_token"])
        except KeyError:
            raise SlackCallError("malformed_answer") from None
        return secrets_of(token, refresh_token=following, ends_at=self._expiry(answer))

    async def _grant_from(self, answer: Json) -> Grant:
        team, enterprise = answer.get("team") or {}, answer.get("enterprise") or {}
        everywhere = answer.get("is_enterprise_install") is True
        whole = enterprise if everywhere else team
        token = str(answer["access_token"])
        bot = await self._api.write(token, "auth.test")
        kept = secrets_of(
            token,
            bot=str(bot.get("bot_id") or ""),
            user=str(answer.get("bot_user_id") or bot.get("user_id") or ""),
            team="" if everywhere else str(team["id"]),
            enterprise=str(enterprise.get("id") or ""),
            refresh_token=str(answer.get("refresh_token") or ""),
            ends_at=self._expiry(answer),
            lacks=_lacking(str(answer.get("scope") or "").split(",")),
        )
        user = answer.get("authed_user") or {}
        return Grant(
            str(whole["id"]), str(whole.get("name") or "your workspace"), kept, str(user.get("id") or "") or SOMEBODY
        )

    async def _access(self, **arguments: str) -> Json:
        return await self._api.read(
            None,
            "oauth.v2.access",
            client_id=self._options.client_id,
            client_secret=self._options.client_secret,
            **arguments,
        )

    def _expiry(self, answer: Json) -> datetime | None:
        lifetime = answer.get("expires_in")
        return self._clock() + timedelta(seconds=int(lifetime)) if lifetime else None


def _lacking(granted: Collection[str]) -> str:
    """What the workspace has left out of what is optional. Without any scopes, it is not known."""
    return "" if not any(granted) or all_scopes.REACTIONS.name in granted else REACTIONS
