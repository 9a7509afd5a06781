"""Column types that several tables share."""

from enum import StrEnum
from typing import Any

from sqlalchemy import Enum


def enum_type(kind: type[StrEnum], name: str = "") -> Any:
    """A column type for the values of `kind`: a VARCHAR with a CHECK, so that both databases refuse any other value.

    `name` is the name of the CHECK; by default the class's name in lower case.
    """
    return Enum(
        kind,
        name=name or kind.__name__.lower(),
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )
