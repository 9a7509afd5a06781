"""who can be reached"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"

DEAD = sa.text("state = 'dead'")
LONG_SINCE = datetime(2026, 1, 1, tzinfo=UTC)

# A zone that is not the one of the profile was chosen. Whoever chose their profile's own follows it.
ZONES_THAT_WERE_CHOSEN = """
UPDATE schedules SET own_zone = true WHERE zone <> coalesce(
    (SELECT people.zone FROM people WHERE people.id = schedules.person_id), (SELECT organisation.zone FROM organisation)
)
"""


def upgrade() -> None:
    """Go one step on."""
    op.create_table(
        "unreached",
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["identity_id"], ["identities.id"], name=op.f("fk_unreached_identity_id_identities")),
        sa.PrimaryKeyConstraint("identity_id", name=op.f("pk_unreached")),
    )
    op.add_column("policies", sa.Column("awaited_until", sa.Date(), nullable=True))
    _look_at_policies_whose_owner_has_not_been_seen()
    with op.batch_alter_table("schedules") as table:
        table.add_column(sa.Column("own_zone", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(ZONES_THAT_WERE_CHOSEN)
    with op.batch_alter_table("schedules") as table:
        table.alter_column("own_zone", server_default=None)
    op.create_index(
        "ix_deliveries_dead", "deliveries", ["made_at", "id"], unique=False, sqlite_where=DEAD, postgresql_where=DEAD
    )


def _look_at_policies_whose_owner_has_not_been_seen() -> None:
    columns = [sa.column(name, kind) for name, kind in (("owner_id", sa.Uuid()), ("sealed_on", sa.Date()))]
    next_step_at = sa.column("next_step_at", sa.DateTime(timezone=True))
    policies = sa.table("policies", *columns, next_step_at)
    nobody = sa.and_(policies.c.owner_id.is_(None), policies.c.sealed_on.is_(None))
    op.execute(sa.update(policies).where(nobody).values(next_step_at=LONG_SINCE))


def downgrade() -> None:
    """Go one step back."""
    op.drop_index("ix_deliveries_dead", table_name="deliveries")
    with op.batch_alter_table("schedules") as table:
        table.drop_column("own_zone")
    op.drop_column("policies", "awaited_until")
    op.drop_table("unreached")
