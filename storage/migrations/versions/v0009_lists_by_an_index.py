"""lists by an index"""

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"

SHOWN, SHOWN_ON_POSTGRESQL = (f"released_on IS NOT NULL AND withdrawn IS {no}" for no in ("0", "false"))
MAY_BE_OPEN = "closed_on IS NULL"

INDEXES = (
    (
        "ix_flags_shown",
        "flags",
        ["policy_id", "verdict", "standing", "answer_by", "seconds", "released_on"],
        SHOWN,
        SHOWN_ON_POSTGRESQL,
    ),
    ("ix_policies_open", "policies", ["closes_on"], MAY_BE_OPEN, MAY_BE_OPEN),
)


def upgrade() -> None:
    """Go one step on."""
    for name, table, columns, sqlite, postgresql in INDEXES:
        op.create_index(
            name, table, columns, unique=False, sqlite_where=sa.text(sqlite), postgresql_where=sa.text(postgresql)
        )


def downgrade() -> None:
    """Go one step back."""
    for name, table, *_ in reversed(INDEXES):
        op.drop_index(name, table_name=table)
