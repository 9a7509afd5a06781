"""Settings: environment variables with the prefix `DELIVERABLE_`, or the same names in a `.env` file.

`DELIVERABLE_X_FILE` names a file that holds the value of `DELIVERABLE_X`, as container secrets do.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.calendar.dates import UnknownZoneError, zone_named

PREFIX = "DELIVERABLE_"
IN_A_FILE = "_FILE"


class BadSetting(ValueError):
    """A setting cannot be used; its text is one sentence that names it and never repeats a secret."""


class Settings(BaseSettings):
    """What an operator sets."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, hide_input_in_errors=True, extra="ignore")

    database_url: SecretStr = Field(
        default=SecretStr("sqlite:///deliverable.db"),
        description="Where everything is kept: `sqlite:///file` or `postgresql://…`",
    )
    key: SecretStr = Field(
        default=SecretStr(""),
        description="The master key that wraps every policy's key; `python -m bot keys new` makes one. Several, "
        "with commas between them, while one takes over from another: the first wraps",
    )
    host: str = Field(default="127.0.0.1", description="The address that is listened on")
    port: int = Field(default=8080, ge=0, le=65535, description="The port that is listened on")
    public_url: str = Field(
        default="",
        description="The address at which others reach this, without a path of its own: `https://deliverable.example.org`",
    )
    admins: str = Field(default="", description="E-mail addresses of the admins, with commas between them")
    timezone: str = Field(default="Europe/London", description="The organisation's IANA time zone")
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
        description="Slack: where its Web API is, an `https://` address; GovSlack has its own, `https://slack-gov.com/api/`",
    )
    teams_app_id: str = Field(default="", description="Teams: the application (client) ID of the bot")
    teams_app_password: SecretStr = Field(
        default=SecretStr(""), description="Teams: the client secret of the bot, or one of the next two"
    )
    teams_certificate: SecretStr = Field(
        default=SecretStr(""),
        description="Teams: the bot's certificate and its private key in PEM form, in place of a client secret",
    )
    teams_managed_identity: bool = Field(
        default=False,
        description="Teams: `true` where the bot is a user-assigned managed identity, in place of a client secret",
    )
    teams_tenant_id: str = Field(
        default="", description="Teams: the directory (tenant) ID whose people may use the bot; nobody else may"
    )
    teams_openid_url: str = Field(
        default="https://login.botframework.com/v1/.well-known/openidconfiguration",
        description="Teams: where the keys of what arrives are described, an `https://` address; "
        "government clouds have their own",
    )
    teams_issuer: str = Field(
        default="https://api.botframework.com",
        description="Teams: who signs what arrives, and for whom tokens are asked; government clouds have their own",
    )
    teams_token_url: str = Field(
        default="",
        description="Teams: where tokens are asked for, an `https://` address; by default the tenant's at "
        "`login.microsoftonline.com`; government clouds have their own",
    )
    teams_service_hosts: str = Field(
        default="smba.trafficmanager.net,*.teams.microsoft.com,*.botframework.com",
        description="Teams: the hosts that messages may be sent to, with commas between them; `*.` in front takes in "
        "what is below; government clouds have their own",
    )
    teams_insecure_local: bool = Field(
        default=False,
        description="Teams, for development: `true` checks no token; refused unless `HOST` is this machine's own",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="How much is logged: `DEBUG`, `INFO`, `WARNING` or `ERROR`"
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="`text` for people, `json` for one object a line"
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
            raise ValueError("an address with a path of its own")
        return address

    @field_validator("slack_api_url", "teams_openid_url", "teams_token_url", "teams_issuer")
    @classmethod
    def _addresses(cls, value: str) -> str:
        return _address(value)

    @field_validator("teams_service_hosts")
    @classmethod
    def _hosts(cls, value: str) -> str:
        if not all(re.fullmatch(r"(\*\.)?[\w.-]+", each.strip()) for each in value.split(",")):
            raise ValueError("no list of hosts")
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
        """Only what `read_settings` gives: one place says which source wins."""
        return (init_settings,)

    @property
    def admin_emails(self) -> tuple[str, ...]:
        """The admins' addresses, case-folded."""
        return _listed(self.admins)

    @property
    def service_hosts(self) -> tuple[str, ...]:
        """The hosts that may be sent to on Teams, in small letters."""
        return _listed(self.teams_service_hosts)


def _listed(value: str) -> tuple[str, ...]:
    return tuple(each.strip().casefold() for each in value.split(",") if each.strip())


def _address(value: str) -> str:
    """An `https://` address as it is given, or none; `http://` only to this machine. Raises `ValueError`."""
    if not value:
        return value
    parts = urlsplit(value)
    schemes = ("https", "http") if is_loopback(parts.hostname or "") else ("https",)
    if parts.scheme not in schemes or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError("no such address")
    return value


def is_loopback(host: str) -> bool:
    """Whether `host` can only be this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read_settings(environment: Mapping[str, str] | None = None, dotenv: Path | None = Path(".env")) -> Settings:
    """The settings of the environment, else of the `.env` file, else the defaults. Raises `BadSetting`."""
    given: dict[str, str] = {}
    if dotenv is not None and dotenv.is_file():
        given |= {name: value for name, value in dotenv_values(dotenv).items() if value is not None}
    given |= dict(os.environ if environment is None else environment)
    values = {}
    for name in Settings.model_fields:
        value = _value(given, f"{PREFIX}{name.upper()}")
        if value:  # an empty one is one that is not set: compose files pass on what nobody filled in
            values[name] = value
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        wrong = str(error.errors(include_input=False)[0]["loc"][0])
        description = Settings.model_fields[wrong].description
        raise BadSetting(f"{PREFIX}{wrong.upper()} cannot be used. It should be: {description}.") from None


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
