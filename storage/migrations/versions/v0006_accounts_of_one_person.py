"""accounts of one person"""

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"


def upgrade() -> None:
    """Go one step on."""
    with op.batch_alter_table("identities") as table:
        table.add_column(sa.Column("author_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("apart", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.add_column(sa.Column("rank", sa.Integer(), nullable=True))
    # What accounts that are joined already have written cannot be told apart: it stays together.
    op.execute("UPDATE identities SET author_id = person_id")
    with op.batch_alter_table("identities") as table:
        table.alter_column("author_id", nullable=False)
        table.alter_column("apart", server_default=None)
        table.create_index(op.f("ix_identities_author_id"), ["author_id"], unique=False)
        table.create_foreign_key(op.f("fk_identities_author_id_people"), "people", ["author_id"], ["id"])


def downgrade() -> None:
    """Go one step back."""
    with op.batch_alter_table("identities") as table:
        table.drop_constraint(op.f("fk_identities_author_id_people"), type_="foreignkey")
        table.drop_index(op.f("ix_identities_author_id"))
        table.drop_column("rank")
        table.drop_column("apart")
        table.drop_column("author_id")
