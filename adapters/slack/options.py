"""What an operator decides about Slack."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

API_URL = "https://slack.com/api/"


@dataclass(frozen=True)
class SlackOptions:
    """Plain values from the settings; an empty one was not set. Secrets are not shown by `repr`.

    `bot_token` is for one workspace, `client_id` and `client_secret` for several. With `app_token` requests come
    through Socket Mode, with `signing_secret` over HTTP. `api_url` ends in `/api/`; GovSlack has its own.
    `public_url` is where our own pages are, for the ways there and back of an installation, and for unfurling.
    """

    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    api_url: str = API_URL
    public_url: str = ""

    @property
    def api(self) -> str:
        """The address of the Web API, with the slash that method names follow."""
        return f"{(self.api_url or API_URL).rstrip('/')}/"

    @property
    def origin(self) -> str:
        """Where people are sent to allow an installation: scheme and host of the API."""
        parts = urlsplit(self.api)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def host(self) -> str:
        """The host under which workspaces have their addresses: `slack.com`, or that of GovSlack."""
        return urlsplit(self.api).hostname or "slack.com"

    @property
    def installs(self) -> bool:
        """Whether workspaces can be added by whoever may install apps there."""
        return bool(self.client_id and self.client_secret)
