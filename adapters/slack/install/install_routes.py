"""The OAuth installation flow: send an admin to Slack to allow the app, and store what comes back.

Source: Slack's page on installing with OAuth. The `state` parameter is signed, expires after ten minutes, and works
once, in the browser that started: it is compared with a cookie. Only used states are kept, in memory.
"""

from __future__ import annotations

import hmac
import html
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode

from aiohttp import web

from adapters.slack.api.tokens import PLATFORM, SlackTokens
from adapters.slack.api.web_api import SlackCallError
from adapters.slack.install.oauth import OAuth
from adapters.slack.options import SlackOptions
from bot.interface.clock import Clock
from bot.interface.unavailable import Unavailable
from bot.people.connections import Connections

log = logging.getLogger(__name__)

START = "/slack/install"
CALLBACK = "/slack/oauth_redirect"
COOKIE = "deliverable-slack-install"
STATE_LIFETIME = timedelta(minutes=10)
MOST_USED = 10_000
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class InstallRoutes:
    """The two routes of the installation flow."""

    def __init__(
        self,
        oauth: OAuth,
        tokens: SlackTokens,
        connections: Connections,
        options: SlackOptions,
        scopes: tuple[str, ...],
        clock: Clock,
        *,
        installed: Callable[[], None],
    ) -> None:
        """`installed` is called after a workspace or an organisation has installed the app."""
        self._oauth = oauth
        self._tokens = tokens
        self._connections = connections
        self._options = options
        self._scopes = scopes
        self._clock = clock
        self._on_installed = installed
        self._used: OrderedDict[str, datetime] = OrderedDict()

    def routes(self) -> list[web.RouteDef]:
        """The two routes."""
        return [web.get(START, self.start), web.get(CALLBACK, self.callback)]

    async def start(self, request: web.Request) -> web.Response:
        """Redirect to Slack's authorization page, with a new `state`."""
        state = self._signed_state(secrets.token_urlsafe(24))
        parameters = {
            "client_id": self._options.client_id,
            "scope": ",".join(self._scopes),
            "state": state,
            "redirect_uri": self._redirect_uri,
        }
        answer = web.Response(status=302, headers=HEADERS)
        answer.headers["Location"] = f"{self._options.origin}/oauth/v2/authorize?{urlencode(parameters)}"
        answer.set_cookie(
            COOKIE,
            state,
            max_age=int(STATE_LIFETIME.total_seconds()),
            path="/slack",
            httponly=True,
            samesite="Lax",
            secure=self._redirect_uri.startswith("https://"),
        )
        return answer

    async def callback(self, request: web.Request) -> web.Response:
        """Handle the redirect back from Slack: store the installation, or say why there is none."""
        state = request.query.get("state", "")
        if not self._is_valid_state(state, request.cookies.get(COOKIE, "")):
            return _page(400, "Not installed", "This link is not valid, or has expired. Start again at /slack/install.")
        if request.query.get("error"):
            return _page(400, "Not installed", "Slack says that it was not allowed. Nothing has changed.")
        try:
            name = await self._exchange(request.query.get("code", ""))
        except SlackCallError as fault:
            return _page(
                502, "Not installed", f"Slack did not finish it: {fault.reason}. Start again at /slack/install."
            )
        except Unavailable as unavailable:
            return _page(503, "Not installed", str(unavailable))
        done = _page(200, "Installed", f"Deliverable is installed in {name}. Go there, open a channel and invite it.")
        done.del_cookie(COOKIE, path="/slack")
        return done

    @property
    def _redirect_uri(self) -> str:
        return f"{self._options.public_url.rstrip('/')}{CALLBACK}"

    async def _exchange(self, code: str) -> str:
        grant = await self._oauth.exchange_code(code, self._redirect_uri)
        await self._connections.install(PLATFORM, grant.workspace, grant.name, grant.secrets, by=grant.by)
        self._tokens.drop(grant.workspace)
        log.info("the app was installed in %s", grant.workspace)
        self._on_installed()
        return grant.name

    def _signed_state(self, nonce: str, at: int | None = None) -> str:
        stamp = int(self._clock().timestamp()) if at is None else at
        signature = hmac.digest(self._options.client_secret.encode(), f"install|{nonce}|{stamp}".encode(), "sha256")
        return f"{nonce}.{stamp}.{signature.hex()}"

    def _is_valid_state(self, state: str, cookie: str) -> bool:
        nonce, _, rest = state.partition(".")
        stamp = rest.partition(".")[0]
        if not (state.isascii() and cookie.isascii() and stamp.isdigit() and len(stamp) <= 12):
            return False
        now, at = self._clock(), int(stamp)
        in_time = 0 <= now.timestamp() - at <= STATE_LIFETIME.total_seconds()
        signed = hmac.compare_digest(self._signed_state(nonce, at), state) and hmac.compare_digest(state, cookie)
        if not (in_time and signed) or nonce in self._used:
            return False
        self._used[nonce] = now
        while len(self._used) > MOST_USED or now - next(iter(self._used.values())) > STATE_LIFETIME:
            self._used.popitem(last=False)
        return True


def _page(status: int, title: str, sentence: str) -> web.Response:
    text = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<main><h1>{html.escape(title)}</h1><p>{html.escape(sentence)}</p></main></html>"
    )
    return web.Response(status=status, text=text, content_type="text/html", headers=HEADERS)
