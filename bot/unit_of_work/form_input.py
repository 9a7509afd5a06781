"""Form input: what a person chose and typed, validated by a pydantic model before any row is made.

A model's validators raise `sentence(…)`, which is shown beside the field. No error repeats what was typed: pydantic is
told to hide it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Self, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo
from pydantic_core import PydanticCustomError

from bot.calendar.typed_dates import day_as_typed
from bot.interface.answers import Answers
from bot.interface.parts import TEXT_LIMIT
from bot.interface.visible_text import as_typed
from bot.screens import refusals as says
from bot.unit_of_work.errors import FormRefused


def sentence(text: str) -> PydanticCustomError:
    """The error for a validator to raise; `text` is shown beside the field."""
    return PydanticCustomError("refused", "{sentence}", {"sentence": text})


def one_line(text: str, label: str, limit: int, nothing: str) -> str:
    """What was typed, in one line. Raises a `sentence`: `nothing` where that is empty, or that it is too long."""
    line = " ".join(text.split())
    if not line:
        raise sentence(nothing)
    if len(line) > limit:
        raise sentence(says.too_long(label, limit, len(line)))
    return line


def some_text(text: str, label: str, nothing: str) -> str:
    """What was typed. Raises a `sentence`: `nothing` where that is empty, or that it is too long."""
    if not text.strip():
        raise sentence(nothing)
    if len(text) > TEXT_LIMIT:
        raise sentence(says.too_long(label, TEXT_LIMIT, len(text)))
    return text


def day(text: str) -> date:
    """The day that was typed into a field. Raises a `sentence` that says how to write one."""
    found = day_as_typed(text)
    if found is None:
        raise sentence(says.NO_DATE)
    return found


def day_ahead(text: str, info: ValidationInfo, at_most: timedelta | None = None) -> str:
    """The ISO date of a day that was typed, after the day on which the form is read and `at_most` so long after it.

    Raises a `sentence` for any other text.
    """
    today: date = (info.context or {})["today"]
    if not text:
        raise sentence(says.NO_DATE_AHEAD)
    found = day(text)
    if found <= today:
        raise sentence(says.NO_DATE_AHEAD)
    if at_most is not None and found > today + at_most:
        raise sentence(says.no_later_than(today + at_most))
    return found.isoformat()


class TypedForm(BaseModel):
    """The base of all form models. Each field is a string, or a tuple of strings where several may be chosen."""

    model_config = ConfigDict(validate_default=True, hide_input_in_errors=True, frozen=True)

    @classmethod
    def read(cls, answers: Answers, today: date | None = None) -> Self:
        """Validate what was submitted; `today` is there for the validators. What looks empty is empty.

        Raises `FormRefused` with a sentence for each field that must be corrected.
        """
        typed: dict[str, Any] = {}
        for name, field in cls.model_fields.items():
            given = tuple(as_typed(answers.get(name, ())))
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
