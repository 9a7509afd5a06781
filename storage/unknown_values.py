"""Unknown values: rows with a word that this version does not know, such as one that a newer version has written.

SQLAlchemy refuses to load such a row, and every row that is asked for together with it. So the first time it happens,
all tables are searched, the operator is told of each row in the log, and queries leave these rows out for a day. Then
it begins again: a row that was corrected is back, and the operator is told once more of one that was not.
"""

import logging
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Enum, event
from sqlalchemy.orm import ORMExecuteState, class_mapper, with_loader_criteria
from sqlmodel import Session, SQLModel, select
from sqlmodel.main import default_registry

log = logging.getLogger(__name__)

LEFT_OUT_FOR = timedelta(days=1)


def is_unknown_value(error: LookupError) -> bool:
    """Whether SQLAlchemy raised this for a word that is none of a column's. It has no class of its own for it."""
    return type(error) is LookupError


class UnknownValues:
    """The rows of one database that are left out."""

    def __init__(self) -> None:
        self._rows: dict[type[SQLModel], frozenset[Any]] = {}
        self._until = 0.0
        self._searching = threading.Lock()

    def search(self, session: Session) -> bool:
        """Find all rows with an unknown value, and leave them out from now on; whether any are new."""
        with self._searching:
            before, self._rows, self._until = self._left_out(), {}, time.monotonic() + LEFT_OUT_FOR.total_seconds()
            for table, column in _columns_of_words():
                self._note(session, table, column, before.get(table, frozenset()))
            return any(ids - before.get(table, frozenset()) for table, ids in self._rows.items())

    def leave_out(self, session: Session) -> None:
        """Make the queries of a session leave those rows out."""
        rows = self._left_out()
        if not rows:
            return
        criteria = [with_loader_criteria(table, _id(table).not_in(ids)) for table, ids in rows.items()]

        def without(query: ORMExecuteState) -> None:
            if query.is_select:
                query.statement = query.statement.options(*criteria)

        event.listen(session, "do_orm_execute", without)

    def _left_out(self) -> dict[type[SQLModel], frozenset[Any]]:
        return self._rows if time.monotonic() < self._until else {}

    def _note(self, session: Session, table: type[SQLModel], column: Any, known: frozenset[Any]) -> None:
        found = frozenset(session.exec(select(_id(table)).where(column.not_in(list(column.type.enum_class)))))
        for each in sorted(found - known):
            log.warning(
                "%s: the row %s is left out, because its %s is not known to this version",
                column.table.name,
                each,
                column.name,
            )
        if found:
            self._rows[table] = self._rows.get(table, frozenset()) | found


def _id(table: type[Any]) -> Any:
    """The column by which a row of this table is found."""
    mapper = class_mapper(table)
    found: Any = getattr(table, mapper.get_property_by_column(mapper.primary_key[0]).key)
    return found


def _columns_of_words() -> Iterator[tuple[type[Any], Any]]:
    """Every column with a fixed list of words. The key of each of their tables is one column."""
    for mapper in default_registry.mappers:
        for column in mapper.local_table.columns:
            if isinstance(column.type, Enum):
                yield mapper.class_, column
