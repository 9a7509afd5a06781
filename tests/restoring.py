"""A backup of a database, and putting it back while everything else goes on from where it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from storage import Database, metadata

# The audit log refuses to be changed.
KEPT = frozenset({"audit", "audit_keys"})


@dataclass(frozen=True)
class Backup:
    """All rows of all tables but the audit log's, as they were."""

    rows: dict[str, list[dict[str, Any]]]

    @classmethod
    def of(cls, database: Database) -> Backup:
        """Back up a database."""
        with database.reading() as session:
            found = {
                each.name: [dict(row) for row in session.connection().execute(each.select()).mappings()]
                for each in metadata.sorted_tables
                if each.name not in KEPT
            }
        return cls(found)

    def put_back(self, database: Database) -> None:
        """Restore the database."""
        tables = [each for each in metadata.sorted_tables if each.name in self.rows]
        with database.writing() as session:
            for each in reversed(tables):
                session.connection().execute(each.delete())
            for each in tables:
                if self.rows[each.name]:
                    names = {column.name: column.key for column in each.columns}
                    rows = [{names[name]: value for name, value in row.items()} for row in self.rows[each.name]]
                    session.connection().execute(each.insert(), rows)
