"""The options of the Slack adapter, which the operator sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

API_URL = "https://slack.com/api/"


@dataclass(frozen=True)
class SlackOptions:
    """The settings for Slack. An empty value is not set. `repr` leaves out secrets.

    `bot_token` is for one workspace, `client_id` and `client_secret` are for several. With `app_token` requests come
    through Socket Mode, with `signing_secret` over HTTP. `api_url` ends in `/api/`; GovSlack has its own.
    `public_url` is the address of our own pages, for the OAuth redirect and for link previews.
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
        """The address of the Web API, with a slash at the end."""
        return f"{(self.api_url or API_URL).rstrip('/')}/"

    @property
    def origin(self) -> str:
        """The scheme and host of the API, where people authorize an installation."""
        parts = urlsplit(self.api)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def host(self) -> str:
        """The host of workspace addresses: `slack.com`, or GovSlack's."""
        return urlsplit(self.api).hostname or "slack.com"

    @property
    def installs(self) -> bool:
        """Whether workspaces can install the app through OAuth."""
        return bool(self.client_id and self.client_secret)
