"""most useful first"""

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"

DUE_SOME_DAY = sa.text("answer_by IS NOT NULL")

COUNT_PEOPLE = """
UPDATE policies SET people = (
    SELECT coalesce(sum(1 + flags.seconds), 0) FROM flags
    WHERE flags.policy_id = policies.id AND flags.released_on IS NOT NULL AND NOT flags.withdrawn
)
"""


def upgrade() -> None:
    """Go one step on."""
    op.create_index(
        "ix_flags_due",
        "flags",
        ["standing", "answer_by", "policy_id"],
        unique=False,
        sqlite_where=DUE_SOME_DAY,
        postgresql_where=DUE_SOME_DAY,
    )
    op.add_column("policies", sa.Column("people", sa.Integer(), server_default="0", nullable=False))
    op.execute(COUNT_PEOPLE)


def downgrade() -> None:
    """Go one step back."""
    op.drop_column("policies", "people")
    op.drop_index("ix_flags_due", table_name="flags")
