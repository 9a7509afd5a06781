"""guests named"""

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"


def upgrade() -> None:
    """Go one step on."""
    op.add_column("organisation", sa.Column("guests_named", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Go one step back."""
    op.drop_column("organisation", "guests_named")
