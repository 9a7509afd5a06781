"""Make the app package that an admin uploads to Teams: the manifest and two icons.

Source: Microsoft's page on the app manifest. Version 1.25 is the first in which an app can say that it may be added to
private and shared channels. A cloud that does not take it yet, such as a government's, takes 1.17.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import dataclass
from importlib import resources
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from adapters.teams.handle.dialogs import ANNOUNCE, ASK, VIEW

SCHEMA, OLDER_SCHEMA = "1.25", "1.17"
VERSION = "1.1.0"
"""The version of the package. Raise it whenever the manifest changes: otherwise Teams keeps the old one."""
MANIFEST, COLOUR, OUTLINE = "manifest.json", "color.png", "outline.png"
COMMANDS = (
    ("announce", "Announce a policy"),
    ("mine", "See my flags, in a window that only you see"),
    ("digest", "See my newest digest, as a policy owner"),
    ("settings", "Change when my digests arrive, and what admins set"),
    ("home", "See what waits for you, or the open policies"),
    ("help", "See what you can do here"),
)
ABOUT = (
    "Deliverable asks the people who would have to build it whether an announced policy is deliverable and, if not, "
    "what would make it so.\n\n"
    "A policy's card stands in a channel. Members give their view in a form, and choose first who can know that it is "
    "from them. The policy owner gets a digest on a schedule and answers it. Everyone sees the answer.\n\n"
    "It reads what people send it, and a message when someone chooses Ask if deliverable on it. It does not read other "
    "messages."
)
_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_ZIPPED_AT = (2026, 1, 1, 0, 0, 0)
"""A fixed time, so that the same settings always make the same package."""


class CannotPackage(ValueError):
    """A value is not valid in a manifest. The message is a sentence that says what to give."""


@dataclass(frozen=True)
class Described:
    """The values of one deployment in its package. Raises `CannotPackage`.

    `app_id` is the application (client) id of the Azure Bot. `host` is the host name of the deployment. `website`,
    `privacy` and `terms` are pages of the organisation; the default is the deployment's own pages. `private_channels`
    asks for the rosters of private and shared channels. `older` is for a cloud that takes no newer manifest.
    """

    app_id: str
    host: str
    organisation: str = "Deliverable"
    website: str = ""
    privacy: str = ""
    terms: str = ""
    private_channels: bool = False
    older: bool = False

    def __post_init__(self) -> None:
        try:
            same = str(UUID(self.app_id)) == self.app_id.lower()
        except ValueError:
            same = False
        if not same:
            raise CannotPackage("--app-id is the application (client) ID, like 6f1b7c1e-7d2a-4b59-9b6e-0d6f7f3a9c10.")
        if not _HOST.fullmatch(self.host):
            raise CannotPackage("--host is a host name, like deliverable.example.org.")
        if not 1 <= len(self.organisation) <= 32:
            raise CannotPackage("--organisation is 1 to 32 characters long.")
        for name in ("website", "privacy", "terms"):
            if getattr(self, name) and not _is_page(getattr(self, name)):
                raise CannotPackage(f"--{name} is an address that starts with https://.")
        if self.private_channels and self.older:
            raise CannotPackage("--private-channels needs a newer manifest: leave out --older-manifest.")


def package(described: Described) -> bytes:
    """Return the package as a zip archive."""
    whole = io.BytesIO()
    files = {
        MANIFEST: json.dumps(manifest(described), indent=2, ensure_ascii=False).encode(),
        **{name: _icon(name) for name in (COLOUR, OUTLINE)},
    }
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _ZIPPED_AT), content, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def _icon(name: str) -> bytes:
    """An icon, as PNG. It is rendered from the SVG file beside it."""
    return resources.files(__package__).joinpath(name).read_bytes()


def manifest(described: Described) -> dict[str, Any]:
    """Return the manifest."""
    app_id = described.app_id.lower()
    scopes = ["personal", "team"]
    first_page = f"https://{described.host}/"
    schema = OLDER_SCHEMA if described.older else SCHEMA
    return {
        "$schema": f"https://developer.microsoft.com/json-schemas/teams/v{schema}/MicrosoftTeams.schema.json",
        "manifestVersion": schema,
        "version": VERSION,
        "id": app_id,
        "developer": {
            "name": described.organisation,
            "websiteUrl": described.website or first_page,
            "privacyUrl": described.privacy or f"{first_page}privacy",
            "termsOfUseUrl": described.terms or f"{first_page}terms",
        },
        "localizationInfo": {"defaultLanguageTag": "en-gb"},
        "name": {"short": "Deliverable", "full": "Deliverable: can what was announced be delivered?"},
        "description": {
            "short": "Say whether an announced policy is deliverable, and what would make it so.",
            "full": ABOUT,
        },
        "icons": {"color": COLOUR, "outline": OUTLINE},
        "accentColor": "#0D5A54",
        "bots": [
            {
                "botId": app_id,
                "scopes": scopes,
                "supportsFiles": False,
                "isNotificationOnly": False,
                "commandLists": [
                    {
                        "scopes": scopes,
                        "commands": [{"title": title, "description": about} for title, about in COMMANDS],
                    }
                ],
            }
        ],
        "composeExtensions": [
            {
                "botId": app_id,
                "commands": [
                    _command(ASK, "Ask if deliverable", "Announce what this message says as a policy", "message"),
                    _command(VIEW, "Give your view", "Say whether the policy on this card is deliverable", "message"),
                    _command(ANNOUNCE, "Announce a policy", "Open the form", "compose", "commandBox"),
                ],
                # Links to a policy's page are shown as its card.
                "messageHandlers": [{"type": "link", "value": {"domains": [described.host]}}],
            }
        ],
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [described.host],
        "defaultInstallScope": "team",
        "defaultGroupCapability": {"team": "bot"},
        **({} if described.older else {"supportsChannelFeatures": "tier1"}),
        **(_roster_permission(described) if described.private_channels else {}),
    }


def _roster_permission(described: Described) -> dict[str, Any]:
    """What a private or shared channel's roster needs. A team owner consents when the app is added."""
    app_id = described.app_id.lower()
    return {
        "webApplicationInfo": {"id": app_id, "resource": f"api://{described.host}/{app_id}"},
        "authorization": {
            "permissions": {"resourceSpecific": [{"name": "ChannelMember.Read.Group", "type": "Application"}]}
        },
    }


def _command(name: str, title: str, about: str, *context: str) -> dict[str, Any]:
    return {
        "id": name,
        "type": "action",
        "title": title,
        "description": about,
        "context": list(context),
        "fetchTask": True,
    }


def _is_page(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(_HOST.fullmatch(parts.hostname or "")) and len(address) <= 2048
