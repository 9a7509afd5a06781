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


def completed(_: MigrationContext, __: object, directives: list[MigrationScript]) -> None:
    """Add what Alembic does not generate, to be run after the tables were made and after they were dropped."""
    made, dropped = given["also"]
    for operations, one in ((directives[0].upgrade_ops, made), (directives[0].downgrade_ops, dropped)):
        if operations is not None:
            operations.ops.append(one)


def nothing_for_nothing(_: MigrationContext, __: object, directives: list[MigrationScript]) -> None:
    """Write no step where the tables have not changed."""
    operations = directives[0].upgrade_ops if directives else None
    if operations is not None and operations.is_empty():
        directives.clear()


directed = completed if "also" in given else nothing_for_nothing if given.get("skip_empty") else None
context.configure(
    connection=given["connection"],
    target_metadata=given.get("metadata", metadata),
    render_as_batch="also" not in given,
    render_item=frozen,
    process_revision_directives=directed,
)
with context.begin_transaction():
    context.run_migrations()
