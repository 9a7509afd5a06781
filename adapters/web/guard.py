"""Checks that every request must pass, and the headers of every response."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from aiohttp import web

from adapters.web import refusals

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""The headers of every page. They forbid scripts."""
SANDBOX_HEADERS = {
    **HEADERS,
    # For the one script that asks before a form is left.
    "Content-Security-Policy": HEADERS["Content-Security-Policy"].replace(
        "default-src 'none';", "default-src 'none'; script-src 'self';"
    ),
}


class NotLoopback(ValueError):
    """Other machines can reach the address; the text is a sentence for the person who starts the sandbox."""


def require_loopback(host: str) -> None:
    """Raise `NotLoopback` unless `host` is a loopback address."""
    if host == "localhost":
        return
    try:
        alone = ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        alone = False
    if not alone:
        raise NotLoopback(
            "The sandbox is open to whoever reaches it, so it listens on this machine only: "
            "give --host a loopback address such as 127.0.0.1, or leave it out."
        )


def check_host(request: web.Request) -> None:
    """Raise `BadRequest` for a request that names another host, which is how DNS rebinding is stopped."""
    try:
        name = urlsplit(f"//{request.headers.get('Host', '')}").hostname
    except ValueError:
        name = None
    if name not in LOCAL_NAMES:
        raise refusals.wrong_host()


def check_origin(request: web.Request) -> None:
    """Raise `BadRequest` unless the browser says that the form was sent from one of these pages."""
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    ours = f"{request.scheme}://{request.headers.get('Host', '')}"
    named = origin is not None or site is not None
    if not named or origin not in (None, ours) or site not in (None, "same-origin"):
        raise refusals.from_elsewhere()
