"""Kinds of column that several tables share."""

from enum import StrEnum
from typing import Any

from sqlalchemy import Enum


def word(kind: type[StrEnum]) -> Any:
    """A column type that holds one word of `kind`, as VARCHAR with a CHECK, so that both databases refuse any other."""
    return Enum(
        kind,
        name=kind.__name__.lower(),
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )
