"""How the app proves who it is when it asks for a token: a client secret, a certificate, or the machine's identity.

From Microsoft's OAuth 2.0 client credentials flow (single tenant) and the instance metadata service of Azure.
"""

from __future__ import annotations

import base64
import hashlib
import re
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlencode
from uuid import uuid4

import jwt

from adapters.teams.options import NotSetUp, TeamsOptions

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS = 600
METADATA = "http://169.254.169.254/metadata/identity/oauth2/token"
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True)
class Asking:
    """A request for a token."""

    method: str
    address: str
    headers: Mapping[str, str]
    form: Mapping[str, str] | None = field(repr=False)


class Credentials(Protocol):
    """What makes such a request."""

    def ask(self) -> Asking:
        """A request for a token, as of now."""
        ...


@dataclass(frozen=True)
class Secret:
    """A client secret."""

    address: str
    app_id: str
    scope: str
    secret: str = field(repr=False)

    def ask(self) -> Asking:
        """Ask with the secret."""
        return _posted(self.address, self.app_id, self.scope, {"client_secret": self.secret})


@dataclass(frozen=True)
class Certificate:
    """A private key, and the certificate that the app is registered with, both in one PEM text."""

    address: str
    app_id: str
    scope: str
    pem: str = field(repr=False)

    def ask(self) -> Asking:
        """Ask with a statement that the key has signed, good for ten minutes."""
        now = int(time.time())
        claims = {
            "aud": self.address,
            "iss": self.app_id,
            "sub": self.app_id,
            "jti": str(uuid4()),
            "nbf": now,
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
        }
        signed = jwt.encode(claims, self.pem, algorithm="PS256", headers={"x5t#S256": self.thumbprint})
        return _posted(
            self.address,
            self.app_id,
            self.scope,
            {"client_assertion_type": ASSERTION_TYPE, "client_assertion": signed},
        )

    @property
    def thumbprint(self) -> str:
        """What the certificate is known by. Raises `NotSetUp` where there is none."""
        found = _CERTIFICATE.search(self.pem)
        if not found:
            raise NotSetUp("The certificate for Teams must hold a private key and a certificate, in PEM.")
        der = ssl.PEM_cert_to_DER_cert(found[0])
        return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()

    def check(self) -> None:
        """Sign once. Raises `NotSetUp` for a text that cannot be used."""
        try:
            self.ask()
        except (jwt.PyJWTError, ValueError, TypeError):
            raise NotSetUp("The certificate for Teams must hold a private key and a certificate, in PEM.") from None


@dataclass(frozen=True)
class ManagedIdentity:
    """The identity that Azure gives a machine or a container group."""

    app_id: str
    resource: str
    address: str = METADATA

    def ask(self) -> Asking:
        """Ask the machine's own metadata service."""
        query = urlencode({"api-version": "2018-02-01", "resource": self.resource, "client_id": self.app_id})
        return Asking("GET", f"{self.address}?{query}", {"Metadata": "true"}, None)


def _posted(address: str, app_id: str, scope: str, proof: Mapping[str, str]) -> Asking:
    form = {"grant_type": "client_credentials", "client_id": app_id, "scope": scope, **proof}
    return Asking("POST", address, {"Accept": "application/json"}, form)


def credentials(options: TeamsOptions) -> Credentials:
    """The credentials that are set. Raises `NotSetUp`."""
    if options.managed_identity:
        return ManagedIdentity(options.app_id, options.issuer, options.token_url or METADATA)
    if options.certificate:
        certificate = Certificate(options.token_address, options.app_id, options.scope, options.certificate)
        certificate.check()
        return certificate
    return Secret(options.token_address, options.app_id, options.scope, options.password)
