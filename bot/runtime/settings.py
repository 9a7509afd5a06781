"""Settings: environment variables with the prefix `DELIVERABLE_`, or the same names in a `.env` file.

`DELIVERABLE_X_FILE` names a file that holds the value of `DELIVERABLE_X`, such as a container secret.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.calendar.dates import UnknownZoneError, zone_named
from bot.interface.pasted_addresses import address_in
from bot.interface.visible_text import storable

PREFIX = "DELIVERABLE_"
IN_A_FILE = "_FILE"
ALIKE = ("DELIV", "DELVI")
"""How a name begins that was meant to be a setting."""


class BadSetting(ValueError):
    """A setting cannot be used. The text is one sentence that names it and never repeats its value."""


_REFUSALS = {
    "port": "must be a number from 1 to 65535",
    "public_url": "must be an https:// address without a path",
    "timezone": "is not a time zone. Write one such as Europe/London",
    "slack_api_url": "must be an https:// address",
    "teams_managed_identity": "must be true or false",
    "teams_openid_url": "must be an https:// address",
    "teams_issuer": "must be an https:// address",
    "teams_token_url": "must be an https:// address",
    "teams_service_hosts": "must be host names, separated by commas",
    "teams_insecure_local": "must be true or false",
    "log_level": "must be DEBUG, INFO, WARNING or ERROR",
    "log_format": "must be text or json",
}
"""How the error for a refused setting goes on after its name. Settings that are plain text are never refused."""


class Settings(BaseSettings):
    """All settings. `description` is what `docs/settings.md` says of each."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, hide_input_in_errors=True, extra="ignore")

    database_url: SecretStr = Field(
        default=SecretStr("sqlite:///deliverable.db"),
        description="The database: `sqlite:///file` or `postgresql://…`",
    )
    key: SecretStr = Field(
        default=SecretStr(""),
        description="The master key that wraps every policy's key; `python -m bot keys new` makes one. While you "
        "change it, give both, separated by a comma: the first one wraps",
    )
    end_keys: str = Field(
        default="",
        description="The path of the end-months file; `python -m bot keys months` makes it. Keep it and its copies "
        "apart from the database and its backups",
    )
    host: str = Field(default="127.0.0.1", description="The address to listen on")
    port: int = Field(default=8080, ge=0, le=65535, description="The port to listen on")
    public_url: str = Field(
        default="",
        description="The address at which others reach Deliverable, without a path: `https://deliverable.example.org`",
    )
    admins: str = Field(default="", description="The admins' e-mail addresses, separated by commas")
    timezone: str = Field(default="Europe/London", description="The organisation's time zone, by its IANA name")
    slack_bot_token: SecretStr = Field(
        default=SecretStr(""), description="Slack: the bot token of one workspace, `xoxb-…`"
    )
    slack_app_token: SecretStr = Field(
        default=SecretStr(""), description="Slack, Socket Mode: the app-level token, `xapp-…`"
    )
    slack_signing_secret: SecretStr = Field(
        default=SecretStr(""), description="Slack, over HTTP: the signing secret of the app"
    )
    slack_client_id: str = Field(default="", description="Slack, for several workspaces: the client ID of the app")
    slack_client_secret: SecretStr = Field(
        default=SecretStr(""), description="Slack, for several workspaces: the client secret of the app"
    )
    slack_api_url: str = Field(
        default="https://slack.com/api/",
        description="Slack: the `https://` address of its Web API; GovSlack has its own, `https://slack-gov.com/api/`",
    )
    teams_app_id: str = Field(default="", description="Teams: the application (client) ID of the bot")
    teams_app_password: SecretStr = Field(
        default=SecretStr(""), description="Teams: the client secret of the bot, or one of the next two"
    )
    teams_certificate: SecretStr = Field(
        default=SecretStr(""),
        description="Teams: the bot's certificate and its private key in PEM form, instead of a client secret",
    )
    teams_managed_identity: bool = Field(
        default=False,
        description="Teams: `true` where the bot is a user-assigned managed identity, instead of a client secret",
    )
    teams_tenant_id: str = Field(
        default="", description="Teams: the ID of the directory (tenant) whose people may use the bot; no one else may"
    )
    teams_openid_url: str = Field(
        default="https://login.botframework.com/v1/.well-known/openidconfiguration",
        description="Teams: the `https://` address of the OpenID configuration for checking incoming tokens; "
        "government clouds have their own",
    )
    teams_issuer: str = Field(
        default="https://api.botframework.com",
        description="Teams: the issuer of incoming tokens, for which the bot's own tokens are requested too; "
        "government clouds have their own",
    )
    teams_token_url: str = Field(
        default="",
        description="Teams: the `https://` address at which the bot requests its tokens; by default the tenant's at "
        "`login.microsoftonline.com`; government clouds have their own",
    )
    teams_service_hosts: str = Field(
        default="smba.trafficmanager.net,*.teams.microsoft.com,*.botframework.com",
        description="Teams: the hosts that messages may be sent to, separated by commas; `*.` in front allows "
        "subdomains; government clouds have their own",
    )
    teams_insecure_local: bool = Field(
        default=False,
        description="Teams, for development: `true` skips the check of tokens; needs a loopback address in `HOST`",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="The log level: `DEBUG`, `INFO`, `WARNING` or `ERROR`"
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="`text` for people, `json` for one JSON object on each line"
    )

    @field_validator("timezone")
    @classmethod
    def _timezone(cls, value: str) -> str:
        try:
            zone_named(value)
        except UnknownZoneError:
            raise ValueError("no such time zone") from None
        return value

    @field_validator("public_url")
    @classmethod
    def _public_url(cls, value: str) -> str:
        address = _address(value.rstrip("/"))
        if urlsplit(address).path:
            raise ValueError("an address with a path")
        return address

    @field_validator("slack_api_url", "teams_openid_url", "teams_token_url", "teams_issuer")
    @classmethod
    def _addresses(cls, value: str) -> str:
        return _address(value)

    @field_validator("teams_service_hosts")
    @classmethod
    def _hosts(cls, value: str) -> str:
        if not all(re.fullmatch(r"(\*\.)?[\w.-]+", each.strip()) for each in value.split(",")):
            raise ValueError("not a list of hosts")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Use only what `read_settings` passes: that is the one place that decides which source wins."""
        return (init_settings,)

    def has(self, *names: str) -> bool:
        """Whether any of these settings, named without the prefix, was given."""
        return any(getattr(self, name.lower()) for name in names)

    def require(self, platform: str, *names: str) -> None:
        """Raise `BadSetting`, which names those of these settings that were not given and that the platform needs."""
        missing = [PREFIX + name for name in names if not self.has(name)]
        if missing:
            raise BadSetting(f"{platform} also needs {' and '.join(missing)}.")

    @property
    def admin_emails(self) -> tuple[str, ...]:
        """The admins' e-mail addresses, as they are spelled; what is no address is given as it was written."""
        return tuple(address_in(each) or each for each in _split(self.admins))

    @property
    def service_hosts(self) -> tuple[str, ...]:
        """The hosts that messages may be sent to on Teams, in lower case."""
        return _split(self.teams_service_hosts.lower())


def _split(value: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in value.split(",") if each.strip())


def _address(value: str) -> str:
    """Check an `https://` address (`http://` for this machine) and return it unchanged. Raises `ValueError`."""
    if not value:
        return value
    parts = urlsplit(value)
    schemes = ("https", "http") if is_loopback(parts.hostname or "") else ("https",)
    if parts.scheme not in schemes or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError("not an https:// address")
    return value


def is_loopback(host: str) -> bool:
    """Whether `host` can only be this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read_settings(environment: Mapping[str, str] | None = None, dotenv: Path | None = Path(".env")) -> Settings:
    """Read the settings: the environment wins over the `.env` file, and that over defaults. Raises `BadSetting`."""
    given, values = _given(environment, dotenv), {}
    for name in Settings.model_fields:
        value = _value(given, f"{PREFIX}{name.upper()}")
        if value and not storable(value):
            raise BadSetting(f"{PREFIX}{name.upper()} is not text in UTF-8.")
        if value:  # an empty value counts as not set: compose files pass on variables that are left empty
            values[name] = value
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        wrong = str(error.errors(include_input=False)[0]["loc"][0])
        raise BadSetting(f"{PREFIX}{wrong.upper()} {_REFUSALS[wrong]}.") from None


def misspelt(
    environment: Mapping[str, str] | None = None, dotenv: Path | None = Path(".env")
) -> tuple[tuple[str, str], ...]:
    """Names that were given, look like settings and are none, each with the setting that was probably meant, if any."""
    known = [PREFIX + name.upper() + ending for name in Settings.model_fields for ending in ("", IN_A_FILE)]
    wrong = [name for name in _given(environment, dotenv) if name.upper().startswith(ALIKE) and name not in known]
    return tuple((name, next(iter(get_close_matches(name.upper(), known, 1)), "")) for name in sorted(wrong))


def log_format(environment: Mapping[str, str] | None = None, dotenv: Path | None = Path(".env")) -> str:
    """`json` if logs are to be JSON, else `text`: for what must be said before the settings can be read."""
    try:
        form = _value(_given(environment, dotenv), f"{PREFIX}LOG_FORMAT")
    except BadSetting:
        form = None
    return "json" if form == "json" else "text"


def _given(environment: Mapping[str, str] | None, dotenv: Path | None) -> dict[str, str]:
    """All that is set, in the environment or in the `.env` file, settings or not. Raises `BadSetting`."""
    given: dict[str, str] = {}
    try:
        if dotenv is not None and dotenv.is_file():
            given |= {name: value for name, value in dotenv_values(dotenv).items() if value is not None}
    except (OSError, UnicodeDecodeError):
        raise BadSetting(f"The file {dotenv} cannot be read.") from None
    return given | dict(os.environ if environment is None else environment)


def _value(given: Mapping[str, str], name: str) -> str | None:
    path = given.get(name + IN_A_FILE)
    if path and name in given:
        raise BadSetting(f"Set {name} or {name}{IN_A_FILE}, not both.")
    if not path:
        return given.get(name)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise BadSetting(f"The file that {name}{IN_A_FILE} names cannot be read.") from None
