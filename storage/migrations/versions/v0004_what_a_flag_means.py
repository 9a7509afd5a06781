"""what a flag means"""

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"


def upgrade() -> None:
    """Go one step on."""
    op.add_column("flags", sa.Column("meaning", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Go one step back."""
    # Not in a batch: that would make the table again, with a check of an earlier step that could not be undone then.
    op.drop_column("flags", "meaning")
