"""Form input: what a person chose and typed, validated by a pydantic model before any row is made.

A model's validators raise `sentence(…)`, which is shown beside the field. No error repeats what was typed: pydantic is
told to hide it.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Self, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from bot.interface.answers import Answers
from bot.unit_of_work.errors import FormRefused


def sentence(text: str) -> PydanticCustomError:
    """The error for a validator to raise; `text` is shown beside the field."""
    return PydanticCustomError("refused", "{sentence}", {"sentence": text})


def day(text: str) -> date | None:
    """The day of an ISO 8601 date, or None for any other text."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def speakable(text: str) -> str:
    """The text with lone surrogates replaced: JSON can carry them, but no database or cipher can store them."""
    return text.encode("utf-8", "replace").decode("utf-8")


class TypedForm(BaseModel):
    """The base of all form models. Each field is a string, or a tuple of strings where several may be chosen."""

    model_config = ConfigDict(validate_default=True, hide_input_in_errors=True, frozen=True)

    @classmethod
    def read(cls, answers: Answers, today: date | None = None) -> Self:
        """Validate what was submitted; `today` is there for the validators.

        Raises `FormRefused` with a sentence for each field that must be corrected.
        """
        typed: dict[str, Any] = {}
        for name, field in cls.model_fields.items():
            given = tuple(speakable(each) for each in answers.get(name, ()))
            if get_origin(field.annotation) is tuple:
                typed[name] = given
            elif given:
                typed[name] = given[0]
        try:
            return cls.model_validate(typed, context={"today": today})
        except ValidationError as error:
            raise FormRefused(_problems(error)) from None


def _problems(error: ValidationError) -> dict[str, str]:
    problems: dict[str, str] = {}
    for each in error.errors(include_input=False, include_url=False):
        problems.setdefault(str(each["loc"][0]) if each["loc"] else "", each["msg"])
    return problems
