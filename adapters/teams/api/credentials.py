"""How the app authenticates to get a token: with a client secret, a certificate, or a managed identity.

Source: Microsoft's OAuth 2.0 client credentials flow (single tenant), and Azure's instance metadata service.
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
class TokenRequest:
    """An HTTP request for a token."""

    method: str
    address: str
    headers: Mapping[str, str]
    form: Mapping[str, str] | None = field(repr=False)


class Credentials(Protocol):
    """Creates token requests."""

    def request(self) -> TokenRequest:
        """Return a token request that is valid now."""
        ...


@dataclass(frozen=True)
class ClientSecret:
    """A client secret."""

    address: str
    app_id: str
    scope: str
    secret: str = field(repr=False)

    def request(self) -> TokenRequest:
        """Return a request with the secret."""
        return _form_request(self.address, self.app_id, self.scope, {"client_secret": self.secret})


@dataclass(frozen=True)
class Certificate:
    """A private key and the certificate registered for the app, both in one PEM text."""

    address: str
    app_id: str
    scope: str
    pem: str = field(repr=False)

    def request(self) -> TokenRequest:
        """Return a request with a client assertion, signed by the key and valid for ten minutes."""
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
        return _form_request(
            self.address,
            self.app_id,
            self.scope,
            {"client_assertion_type": ASSERTION_TYPE, "client_assertion": signed},
        )

    @property
    def thumbprint(self) -> str:
        """The certificate's SHA-256 thumbprint. Raises `NotSetUp` if there is no certificate."""
        found = _CERTIFICATE.search(self.pem)
        if not found:
            raise NotSetUp("The certificate for Teams must hold a private key and a certificate, in PEM.")
        der = ssl.PEM_cert_to_DER_cert(found[0])
        return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()

    def check(self) -> None:
        """Sign once as a test. Raises `NotSetUp` if the PEM text cannot be used."""
        try:
            self.request()
        except (jwt.PyJWTError, ValueError, TypeError):
            raise NotSetUp("The certificate for Teams must hold a private key and a certificate, in PEM.") from None


@dataclass(frozen=True)
class ManagedIdentity:
    """A managed identity of Azure, for a machine or a container group."""

    app_id: str
    resource: str
    address: str = METADATA

    def request(self) -> TokenRequest:
        """Return a request to the machine's metadata service."""
        query = urlencode({"api-version": "2018-02-01", "resource": self.resource, "client_id": self.app_id})
        return TokenRequest("GET", f"{self.address}?{query}", {"Metadata": "true"}, None)


def _form_request(address: str, app_id: str, scope: str, proof: Mapping[str, str]) -> TokenRequest:
    form = {"grant_type": "client_credentials", "client_id": app_id, "scope": scope, **proof}
    return TokenRequest("POST", address, {"Accept": "application/json"}, form)


def credentials(options: TeamsOptions) -> Credentials:
    """Return the credentials that the options set. Raises `NotSetUp`."""
    if options.managed_identity:
        return ManagedIdentity(options.app_id, options.issuer, options.token_url or METADATA)
    if options.certificate:
        certificate = Certificate(options.token_address, options.app_id, options.scope, options.certificate)
        certificate.check()
        return certificate
    return ClientSecret(options.token_address, options.app_id, options.scope, options.password)
