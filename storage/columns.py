"""Kinds of column that several tables share."""

from enum import StrEnum
from typing import Any

from sqlalchemy import Enum


def word(kind: type[StrEnum], name: str = "") -> Any:
    """A column type that holds one word of `kind`, as VARCHAR with a CHECK, so that both databases refuse any other.

    `name` is that of the CHECK, where it is not the class's own in lower case.
    """
    return Enum(
        kind,
        name=name or kind.__name__.lower(),
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )
