"""What Alembic runs for every command, on the connection in which `storage.migrate` has begun a transaction."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations import MigrationScript
from alembic.runtime.migration import MigrationContext
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from storage.metadata import metadata

given = context.config.attributes


def frozen(kind: str, item: object, _: AutogenContext) -> str | Literal[False]:
    """Write SQLModel's own types as what they are in SQL, so that a released step depends on no library's next."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String({getattr(item.impl, 'length', None) or ''})"
    return False


def nothing_for_nothing(_: MigrationContext, __: object, directives: list[MigrationScript]) -> None:
    """Write no step where the tables have not changed."""
    operations = directives[0].upgrade_ops if directives else None
    if operations is not None and operations.is_empty():
        directives.clear()


context.configure(
    connection=given["connection"],
    target_metadata=given.get("metadata", metadata),
    render_as_batch=True,
    render_item=frozen,
    process_revision_directives=nothing_for_nothing if given.get("skip_empty") else None,
)
with context.begin_transaction():
    context.run_migrations()
