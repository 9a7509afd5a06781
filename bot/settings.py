"""Settings: environment variables with the prefix `DELIVERABLE_`, or the same names in a `.env` file.

`DELIVERABLE_X_FILE` names a file that holds the value of `DELIVERABLE_X`, as container secrets do.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.dates import UnknownZoneError, zone_named

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
    admins: str = Field(default="", description="E-mail addresses of the admins, with commas between them")
    timezone: str = Field(default="Europe/London", description="The organisation's IANA time zone")
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
        return tuple(each.strip().casefold() for each in self.admins.split(",") if each.strip())


def read_settings(environment: Mapping[str, str] | None = None, dotenv: Path | None = Path(".env")) -> Settings:
    """The settings of the environment, else of the `.env` file, else the defaults. Raises `BadSetting`."""
    given: dict[str, str] = {}
    if dotenv is not None and dotenv.is_file():
        given |= {name: value for name, value in dotenv_values(dotenv).items() if value is not None}
    given |= dict(os.environ if environment is None else environment)
    values = {}
    for name in Settings.model_fields:
        value = _value(given, f"{PREFIX}{name.upper()}")
        if value is not None:
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
