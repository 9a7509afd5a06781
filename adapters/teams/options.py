"""The options of the Teams adapter: how the app is registered, and which cloud it is in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

OPENID_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
ISSUER = "https://api.botframework.com"
LOGIN = "https://login.microsoftonline.com"
SERVICE_HOSTS = ("smba.trafficmanager.net", "*.teams.microsoft.com", "*.botframework.com")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
ID_FORMAT = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{1,98}")


class NotSetUp(ValueError):
    """The settings for Teams are incomplete or contradictory. The message is one sentence that says what is wrong."""


@dataclass(frozen=True)
class TeamsOptions:
    """The settings for Teams. Ids are converted to lower case, as Microsoft sends them.

    Government clouds have their own `openid_url`, `token_url`, `issuer` and `service_hosts`. The app authenticates with
    exactly one of `password`, `certificate` (the private key and the certificate in PEM) and `managed_identity`. `host`
    is the address that we listen on. `insecure_local` turns token checks off, for development on loopback only. Raises
    `NotSetUp` if the values cannot be used.
    """

    app_id: str = ""
    tenant: str = ""
    password: str = field(default="", repr=False)
    certificate: str = field(default="", repr=False)
    managed_identity: bool = False
    openid_url: str = OPENID_URL
    token_url: str = ""
    issuer: str = ISSUER
    service_hosts: tuple[str, ...] = SERVICE_HOSTS
    host: str = "127.0.0.1"
    insecure_local: bool = False

    def __post_init__(self) -> None:
        for name in ("app_id", "tenant"):
            object.__setattr__(self, name, getattr(self, name).lower())
        if self.insecure_local:
            if self.host not in LOOPBACK:
                raise NotSetUp("Teams without token checks is for development: listen on 127.0.0.1, and nowhere else.")
            return
        if not ID_FORMAT.fullmatch(self.app_id) or not ID_FORMAT.fullmatch(self.tenant):
            raise NotSetUp("Teams needs both the app id and the tenant id that it is registered with.")
        if sum(map(bool, (self.password, self.certificate, self.managed_identity))) != 1:
            raise NotSetUp("Teams needs one of a client secret, a certificate and a managed identity.")
        if not all(map(_is_safe, (self.openid_url, self.token_address))):
            raise NotSetUp("The addresses that Teams' keys and tokens come from must start with https://.")
        if not self.service_hosts:
            raise NotSetUp("Teams needs at least one host that messages may be sent to.")

    @property
    def token_address(self) -> str:
        """The address that issues the app's tokens."""
        return self.token_url or f"{LOGIN}/{self.tenant}/oauth2/v2.0/token"

    @property
    def scope(self) -> str:
        """The scope of the tokens: the connector of the same cloud."""
        return f"{self.issuer}/.default"

    def serves(self, address: str) -> bool:
        """Whether messages may be sent to this service address: an allowed host, with TLS unless it is loopback."""
        try:
            host = (urlsplit(address).hostname or "").lower()
        except ValueError:
            return False
        if not _is_safe(address):
            return False
        if self.insecure_local:
            return host in LOOPBACK
        return any(_host_matches(host, allowed.lower()) for allowed in self.service_hosts)


def _is_safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if not address.isascii() or parts.username or parts.password or not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def _host_matches(host: str, allowed: str) -> bool:
    return host.endswith(allowed[1:]) if allowed.startswith("*.") else host == allowed
