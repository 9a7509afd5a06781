"""All values of a column as one text, so that a thousand tags are read as fast as one row.

What belongs to whoever clicks is then looked for in the process: no statement says whose tags they are.
"""

from typing import Any

from sqlalchemy import String, Uuid
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class gathered(FunctionElement[str]):  # noqa: N801 - read like func.count
    """An aggregate: the values of a column of bytes or ids in hex, in small letters, separated by commas, in no order.

    NULL where there are none. Take them apart with `each_of`.
    """

    type = String()
    name = "gathered"
    inherit_cache = True


def each_of(values: str | None) -> list[str]:
    """The values, in hex."""
    return values.split(",") if values else []


@compiles(gathered, "sqlite")
def _on_sqlite(element: gathered, compiler: SQLCompiler, **options: Any) -> str:
    (column,) = element.clauses
    value = compiler.process(column, **options)
    # An id is kept in hex already.
    return f"group_concat({value})" if isinstance(column.type, Uuid) else f"lower(group_concat(hex({value})))"


@compiles(gathered, "postgresql")
def _on_postgresql(element: gathered, compiler: SQLCompiler, **options: Any) -> str:
    (column,) = element.clauses
    value = compiler.process(column, **options)
    in_hex = f"replace({value}::text, '-', '')" if isinstance(column.type, Uuid) else f"encode({value}, 'hex')"
    return f"string_agg({in_hex}, ',')"
