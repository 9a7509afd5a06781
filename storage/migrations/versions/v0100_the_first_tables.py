"""The first tables. By `python -m storage.migrations.first`."""

import sqlalchemy as sa
from alembic import op

revision: str = "0100"
down_revision: str | None = None


def upgrade() -> None:
    """Go one step on."""
    op.create_table(
        "accounts_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_version")),
    )
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("changes", sa.String(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
    )
    op.create_table(
        "audit_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_keys")),
    )
    op.create_table(
        "channels",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("connected", sa.Boolean(), nullable=False),
        sa.Column("offers_named", sa.Boolean(), nullable=False),
        sa.Column("offers_confidential", sa.Boolean(), nullable=False),
        sa.Column("offers_detached", sa.Boolean(), nullable=False),
        sa.Column("guests", sa.Boolean(), nullable=False),
        sa.Column("reactions", sa.Boolean(), nullable=False),
        sa.Column("digests", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
        sa.UniqueConstraint("platform", "workspace", "address", name=op.f("uq_channels_platform_workspace_address")),
    )
    op.create_table(
        "conversations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint(
            "platform",
            "workspace",
            "address",
            "direct",
            name=op.f("uq_conversations_platform_workspace_address_direct"),
        ),
    )
    op.create_table(
        "end_months_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("proved_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_end_months_file")),
    )
    op.create_table(
        "endings",
        sa.Column("month", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("ending", "ended", name="endingstate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_endings")),
    )
    op.create_table(
        "gates",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_gates")),
    )
    op.create_table(
        "held_months",
        sa.Column("process", sa.Uuid(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("months", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_held_months")),
    )
    op.create_table(
        "installations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("renewing_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installations")),
        sa.UniqueConstraint("platform", "workspace", name=op.f("uq_installations_platform_workspace")),
    )
    op.create_table(
        "newcomers_keys",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("platform", name=op.f("pk_newcomers_keys")),
    )
    op.create_table(
        "officers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("records", "auditor", name="officerrole", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("email", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officers")),
        sa.UniqueConstraint("role", "email", name=op.f("uq_officers_role_email")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("key_holder", sa.String(), nullable=False),
        sa.Column("handling", sa.String(), nullable=False),
        sa.Column("wrongdoing", sa.String(), nullable=False),
        sa.Column("wrongdoing_link", sa.String(), nullable=False),
        sa.Column("foi_contact", sa.String(), nullable=False),
        sa.Column("domains", sa.String(), nullable=False),
        sa.Column("guests_named", sa.Boolean(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("own_days", sa.String(), nullable=False),
        sa.Column("release_hour", sa.Integer(), nullable=False),
        sa.Column("release_days", sa.String(), nullable=False),
        sa.Column("batch_least", sa.Integer(), nullable=False),
        sa.Column("batch_wait_days", sa.Integer(), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("delegate_after", sa.Integer(), nullable=False),
        sa.Column("senior_after", sa.Integer(), nullable=False),
        sa.Column("notice_at", sa.Integer(), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("keep_months", sa.Integer(), nullable=False),
        sa.Column("end_keys_kept_days", sa.Integer(), nullable=True),
        sa.Column("next_release_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("planned_by", sa.String(), nullable=False),
        sa.Column("set_up", sa.String(), nullable=False),
        sa.Column("cards_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    op.create_table(
        "rejoining",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("after", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejoining")),
    )
    op.create_table(
        "restores",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Uuid(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "normal", "held", "confirmed", name="restorestate", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restores")),
    )
    op.create_table(
        "absences",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("stand_in_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_absences_person_id_people")),
        sa.ForeignKeyConstraint(["stand_in_id"], ["people.id"], name=op.f("fk_absences_stand_in_id_people")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_stand_in_id"), "absences", ["stand_in_id"], unique=False)
    op.create_table(
        "channel_sets",
        sa.Column("set_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_channel_sets_channel_id_channels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("set_id", "channel_id", name=op.f("pk_channel_sets")),
    )
    op.create_index(op.f("ix_channel_sets_channel_id"), "channel_sets", ["channel_id"], unique=False)
    op.create_table(
        "digests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_digests_owner_id_people")),
        sa.ForeignKeyConstraint(["reader_id"], ["people.id"], name=op.f("fk_digests_reader_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint("owner_id", "slot", name=op.f("uq_digests_owner_id_slot")),
    )
    op.create_table(
        "identities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("guest", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("apart", sa.Boolean(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_identities_author_id_people")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_identities_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
        sa.UniqueConstraint("platform", "workspace", "user", name=op.f("uq_identities_platform_workspace_user")),
    )
    op.create_index(op.f("ix_identities_author_id"), "identities", ["author_id"], unique=False)
    op.create_index(op.f("ix_identities_email"), "identities", ["email"], unique=False)
    op.create_index(op.f("ix_identities_person_id"), "identities", ["person_id"], unique=False)
    op.create_table(
        "policies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("link_key", sa.String(), nullable=True),
        sa.Column("link_page", sa.String(), nullable=True),
        sa.Column("wording", sa.Integer(), nullable=False),
        sa.Column("reworded_on", sa.Date(), nullable=True),
        sa.Column("announced_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("sealed_on", sa.Date(), nullable=True),
        sa.Column("erased_on", sa.Date(), nullable=True),
        sa.Column("keep_months", sa.Integer(), nullable=True),
        sa.Column("announced_by", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("owner_email", sa.String(), nullable=True),
        sa.Column("owner_since", sa.Date(), nullable=True),
        sa.Column("delegate_id", sa.Uuid(), nullable=True),
        sa.Column("delegate_email", sa.String(), nullable=True),
        sa.Column("delegate_told_on", sa.Date(), nullable=True),
        sa.Column("owner_named_self", sa.Boolean(), nullable=False),
        sa.Column("delegate_named_self", sa.Boolean(), nullable=False),
        sa.Column("senior_id", sa.Uuid(), nullable=True),
        sa.Column("senior_email", sa.String(), nullable=True),
        sa.Column("senior_told_on", sa.Date(), nullable=True),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.Column("read_by", sa.Uuid(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("held_reason", sa.LargeBinary(), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("paused_reason", sa.String(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(), nullable=False),
        sa.Column("awaited_until", sa.Date(), nullable=True),
        sa.Column("next_step_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nonce_hash", sa.LargeBinary(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column(
            "audience",
            sa.Enum("members", "everyone", name="audience", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("channel_set", sa.Uuid(), nullable=True),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("narrowed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["announced_by"], ["people.id"], name=op.f("fk_policies_announced_by_people")),
        sa.ForeignKeyConstraint(["delegate_id"], ["people.id"], name=op.f("fk_policies_delegate_id_people")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_policies_owner_id_people")),
        sa.ForeignKeyConstraint(["read_by"], ["people.id"], name=op.f("fk_policies_read_by_people")),
        sa.ForeignKeyConstraint(["senior_id"], ["people.id"], name=op.f("fk_policies_senior_id_people")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["people.id"], name=op.f("fk_policies_withdrawn_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policies")),
        sa.UniqueConstraint("link_key", name=op.f("uq_policies_link_key")),
        sa.UniqueConstraint("nonce_hash", name=op.f("uq_policies_nonce_hash")),
    )
    op.create_index(op.f("ix_policies_delegate_email"), "policies", ["delegate_email"], unique=False)
    op.create_index(op.f("ix_policies_delegate_id"), "policies", ["delegate_id"], unique=False)
    op.create_index(op.f("ix_policies_link_page"), "policies", ["link_page"], unique=False)
    op.create_index(
        "ix_policies_next_step_at",
        "policies",
        ["next_step_at"],
        unique=False,
        sqlite_where=sa.text("next_step_at IS NOT NULL"),
        postgresql_where=sa.text("next_step_at IS NOT NULL"),
    )
    op.create_index(
        "ix_policies_open",
        "policies",
        ["closes_on"],
        unique=False,
        sqlite_where=sa.text("closed_on IS NULL"),
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.create_index(op.f("ix_policies_owner_email"), "policies", ["owner_email"], unique=False)
    op.create_index(op.f("ix_policies_owner_id"), "policies", ["owner_id"], unique=False)
    op.create_index(op.f("ix_policies_read_by"), "policies", ["read_by"], unique=False)
    op.create_index(op.f("ix_policies_senior_email"), "policies", ["senior_email"], unique=False)
    op.create_index(op.f("ix_policies_senior_id"), "policies", ["senior_id"], unique=False)
    op.create_table(
        "schedules",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("cron", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("own_zone", sa.Boolean(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("next_slot", sa.String(), nullable=True),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("last_slot", sa.String(), nullable=True),
        sa.Column("quiet_from", sa.String(), nullable=True),
        sa.Column("quiet_until", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_schedules_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_schedules")),
    )
    op.create_index(
        "ix_schedules_due",
        "schedules",
        ["next_due_at"],
        unique=False,
        sqlite_where=sa.text("next_due_at IS NOT NULL"),
        postgresql_where=sa.text("next_due_at IS NOT NULL"),
    )
    op.create_table(
        "answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("owner", "delegate", "senior", name="role", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "change",
                "handled",
                "cannot",
                "more",
                "acknowledged",
                name="answerkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("by_date", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("nonce_hash", sa.LargeBinary(), nullable=True),
        sa.Column("digest_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["digest_id"], ["digests.id"], name=op.f("fk_answers_digest_id_digests")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_answers_person_id_people")),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_answers_policy_id_policies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("nonce_hash", name=op.f("uq_answers_nonce_hash")),
    )
    op.create_index(
        "ix_answers_digest_id",
        "answers",
        ["digest_id"],
        unique=False,
        sqlite_where=sa.text("digest_id IS NOT NULL"),
        postgresql_where=sa.text("digest_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_answers_policy_id"), "answers", ["policy_id"], unique=False)
    op.create_table(
        "boxes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_boxes_policy_id_policies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boxes")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_boxes_policy_id_tag", "boxes", ["policy_id", "tag"], unique=False)
    op.create_table(
        "digest_parts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest_id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["digest_id"], ["digests.id"], name=op.f("fk_digest_parts_digest_id_digests")),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_digest_parts_policy_id_policies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_parts")),
    )
    op.create_index(op.f("ix_digest_parts_digest_id"), "digest_parts", ["digest_id"], unique=False)
    op.create_table(
        "earlier_authors_keys",
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policies.id"], name=op.f("fk_earlier_authors_keys_policy_id_policies")
        ),
        sa.PrimaryKeyConstraint("policy_id", "generation", name=op.f("pk_earlier_authors_keys")),
    )
    op.create_table(
        "flags",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=False),
        sa.Column("digest_id", sa.Uuid(), nullable=True),
        sa.Column("wording", sa.Integer(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "as-announced",
                "if",
                "not",
                "cannot-tell",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column(
            "promise",
            sa.Enum(
                "named",
                "confidential",
                "detached",
                name="promise",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("tag", sa.LargeBinary(), nullable=True),
        sa.Column("receipt", sa.LargeBinary(), nullable=True),
        sa.Column("because", sa.LargeBinary(), nullable=False),
        sa.Column("remedy", sa.LargeBinary(), nullable=True),
        sa.Column("evidence", sa.LargeBinary(), nullable=True),
        sa.Column("meaning", sa.LargeBinary(), nullable=True),
        sa.Column("left_out", sa.Boolean(), nullable=False),
        sa.Column("named_to", sa.LargeBinary(), nullable=True),
        sa.Column(
            "standing",
            sa.Enum(
                "unneeded",
                "waiting",
                "asked",
                "acknowledged",
                "answered",
                "settled",
                "not-settled",
                name="standing",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("days_left", sa.Integer(), nullable=True),
        sa.Column(
            "told",
            sa.Enum(
                "reminder", "delegate", "senior", name="step", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["digest_id"], ["digests.id"], name=op.f("fk_flags_digest_id_digests")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_flags_person_id_people")),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_flags_policy_id_policies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flags")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_flags_authors", "flags", ["policy_id", "tag", "person_id"], unique=False)
    op.create_index(
        "ix_flags_digest_id",
        "flags",
        ["digest_id"],
        unique=False,
        sqlite_where=sa.text("digest_id IS NOT NULL"),
        postgresql_where=sa.text("digest_id IS NOT NULL"),
    )
    op.create_index(
        "ix_flags_due",
        "flags",
        ["standing", "answer_by", "policy_id"],
        unique=False,
        sqlite_where=sa.text("answer_by IS NOT NULL"),
        postgresql_where=sa.text("answer_by IS NOT NULL"),
    )
    op.create_index(
        "ix_flags_news",
        "flags",
        ["policy_id"],
        unique=False,
        sqlite_where=sa.text("digest_id IS NULL"),
        postgresql_where=sa.text("digest_id IS NULL"),
    )
    op.create_index(op.f("ix_flags_person_id"), "flags", ["person_id"], unique=False)
    op.create_index(
        "ix_flags_policy_id_standing_answer_by", "flags", ["policy_id", "standing", "answer_by"], unique=False
    )
    op.create_index(
        "ix_flags_receipts",
        "flags",
        ["policy_id", "receipt"],
        unique=False,
        sqlite_where=sa.text("receipt IS NOT NULL"),
        postgresql_where=sa.text("receipt IS NOT NULL"),
    )
    op.create_index(
        "ix_flags_shown",
        "flags",
        ["policy_id", "verdict", "standing", "answer_by", "seconds", "released_on", "left_out"],
        unique=False,
        sqlite_where=sa.text("left_out IS 0"),
        postgresql_where=sa.text("left_out IS false"),
    )
    op.create_index(
        "ix_flags_unanswered",
        "flags",
        ["policy_id", "released_on", "left_out", "standing"],
        unique=False,
        sqlite_where=sa.text("standing IN ('waiting', 'not-settled')"),
        postgresql_where=sa.text("standing IN ('waiting', 'not-settled')"),
    )
    op.create_table(
        "joining_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("found_by", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identities.id"], name=op.f("fk_joining_codes_identity_id_identities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joining_codes")),
        sa.UniqueConstraint("found_by", name=op.f("uq_joining_codes_found_by")),
        sa.UniqueConstraint("identity_id", name=op.f("uq_joining_codes_identity_id")),
    )
    op.create_table(
        "memberships",
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_memberships_channel_id_channels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["identity_id"], ["identities.id"], name=op.f("fk_memberships_identity_id_identities")),
        sa.PrimaryKeyConstraint("channel_id", "identity_id", name=op.f("pk_memberships")),
    )
    op.create_index(op.f("ix_memberships_identity_id"), "memberships", ["identity_id"], unique=False)
    op.create_table(
        "policy_keys",
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("text_month", sa.String(), nullable=False),
        sa.Column("authors", sa.LargeBinary(), nullable=True),
        sa.Column("authors_month", sa.String(), nullable=False),
        sa.Column("authors_day", sa.Date(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_policy_keys_policy_id_policies")),
        sa.PrimaryKeyConstraint("policy_id", name=op.f("pk_policy_keys")),
    )
    op.create_table(
        "postings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_postings_channel_id_channels")),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_postings_policy_id_policies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postings")),
        sa.UniqueConstraint("policy_id", "channel_id", name=op.f("uq_postings_policy_id_channel_id")),
    )
    op.create_index(op.f("ix_postings_channel_id"), "postings", ["channel_id"], unique=False)
    op.create_table(
        "reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "flag",
                "second",
                "reply",
                "answer",
                "update",
                "policy",
                name="textkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text_id", sa.Uuid(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "names", "sensitive", "other", name="reportreason", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_reports_policy_id_policies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("kind", "text_id", "reason", name=op.f("uq_reports_kind_text_id_reason")),
    )
    op.create_index(op.f("ix_reports_policy_id"), "reports", ["policy_id"], unique=False)
    op.create_table(
        "take_downs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "flag",
                "second",
                "reply",
                "answer",
                "update",
                "policy",
                name="textkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text_id", sa.Uuid(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "names", "sensitive", "other", name="reportreason", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("sentence", sa.LargeBinary(), nullable=False),
        sa.Column("taken_down_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("follow_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_take_downs_policy_id_policies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_take_downs")),
        sa.UniqueConstraint("kind", "text_id", name=op.f("uq_take_downs_kind_text_id")),
    )
    op.create_index(
        "ix_take_downs_follow_up_at",
        "take_downs",
        ["follow_up_at"],
        unique=False,
        sqlite_where=sa.text("follow_up_at IS NOT NULL"),
        postgresql_where=sa.text("follow_up_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_take_downs_policy_id"), "take_downs", ["policy_id"], unique=False)
    op.create_table(
        "tellings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "reminder", "delegate", "senior", name="step", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_tellings_person_id_people")),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_tellings_policy_id_policies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tellings")),
        sa.UniqueConstraint("policy_id", "step", "on", name=op.f("uq_tellings_policy_id_step_on")),
    )
    op.create_table(
        "unreached",
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["identity_id"], ["identities.id"], name=op.f("fk_unreached_identity_id_identities")),
        sa.PrimaryKeyConstraint("identity_id", name=op.f("pk_unreached")),
    )
    op.create_table(
        "wordings",
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_wordings_policy_id_policies")),
        sa.PrimaryKeyConstraint("policy_id", "number", name=op.f("pk_wordings")),
    )
    op.create_table(
        "answered_flags",
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_answered_flags_answer_id_answers")),
        sa.ForeignKeyConstraint(["flag_id"], ["flags.id"], name=op.f("fk_answered_flags_flag_id_flags")),
        sa.PrimaryKeyConstraint("answer_id", "flag_id", name=op.f("pk_answered_flags")),
    )
    op.create_index(op.f("ix_answered_flags_flag_id"), "answered_flags", ["flag_id"], unique=False)
    op.create_table(
        "commitments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "promised",
                "asked",
                "no-word",
                "done",
                "will-not-happen",
                "replaced",
                "stopped",
                name="commitmentstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("by_date", sa.Date(), nullable=False),
        sa.Column("first_by", sa.Date(), nullable=False),
        sa.Column("ask_on", sa.Date(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("digest_id", sa.Uuid(), nullable=True),
        sa.Column(
            "told",
            sa.Enum(
                "reminder", "delegate", "senior", name="step", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("told_to", sa.Uuid(), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_commitments_answer_id_answers")),
        sa.ForeignKeyConstraint(["digest_id"], ["digests.id"], name=op.f("fk_commitments_digest_id_digests")),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_commitments_policy_id_policies")),
        sa.ForeignKeyConstraint(["told_to"], ["people.id"], name=op.f("fk_commitments_told_to_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitments")),
        sa.UniqueConstraint("answer_id", name=op.f("uq_commitments_answer_id")),
    )
    op.create_index(
        "ix_commitments_ask_on",
        "commitments",
        ["policy_id", "ask_on"],
        unique=False,
        sqlite_where=sa.text("ended_on IS NULL"),
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_index(op.f("ix_commitments_policy_id"), "commitments", ["policy_id"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column(
            "verb",
            sa.Enum("send", "update", "withdraw", name="verb", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("screen", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("posting_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sending",
                "unknown",
                "sent",
                "superseded",
                "dead",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("ref", sa.String(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unsure_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("untold_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_deliveries_person_id_people")),
        sa.ForeignKeyConstraint(["posting_id"], ["postings.id"], name=op.f("fk_deliveries_posting_id_postings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("key", name=op.f("uq_deliveries_key")),
    )
    op.create_index(
        "ix_deliveries_dead",
        "deliveries",
        ["made_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'dead'"),
        postgresql_where=sa.text("state = 'dead'"),
    )
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index("ix_deliveries_place", "deliveries", ["address", "workspace", "platform", "made_at"], unique=False)
    op.create_index(op.f("ix_deliveries_posting_id"), "deliveries", ["posting_id"], unique=False)
    op.create_index(
        "ix_deliveries_untold",
        "deliveries",
        ["untold_since"],
        unique=False,
        sqlite_where=sa.text("untold_since IS NOT NULL"),
        postgresql_where=sa.text("untold_since IS NOT NULL"),
    )
    op.create_table(
        "replies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=False),
        sa.Column("digest_id", sa.Uuid(), nullable=True),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "settled",
                "not-settled",
                "reply",
                name="replykind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "stage",
            sa.Enum("promised", "done", name="replystage", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_replies_answer_id_answers")),
        sa.ForeignKeyConstraint(["digest_id"], ["digests.id"], name=op.f("fk_replies_digest_id_digests")),
        sa.ForeignKeyConstraint(["flag_id"], ["flags.id"], name=op.f("fk_replies_flag_id_flags")),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_replies_policy_id_policies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
        sa.UniqueConstraint("answer_id", "flag_id", "stage", name=op.f("uq_replies_answer_id_flag_id_stage")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_replies_digest_id",
        "replies",
        ["digest_id"],
        unique=False,
        sqlite_where=sa.text("digest_id IS NOT NULL"),
        postgresql_where=sa.text("digest_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_replies_flag_id"), "replies", ["flag_id"], unique=False)
    op.create_index(
        "ix_replies_news",
        "replies",
        ["policy_id"],
        unique=False,
        sqlite_where=sa.text("digest_id IS NULL"),
        postgresql_where=sa.text("digest_id IS NULL"),
    )
    op.create_table(
        "seconds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=False),
        sa.Column("digest_id", sa.Uuid(), nullable=True),
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("sentence", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["digest_id"], ["digests.id"], name=op.f("fk_seconds_digest_id_digests")),
        sa.ForeignKeyConstraint(["flag_id"], ["flags.id"], name=op.f("fk_seconds_flag_id_flags")),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_seconds_policy_id_policies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seconds")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_seconds_authors", "seconds", ["policy_id", "flag_id", "tag"], unique=False)
    op.create_index(
        "ix_seconds_digest_id",
        "seconds",
        ["digest_id"],
        unique=False,
        sqlite_where=sa.text("digest_id IS NOT NULL"),
        postgresql_where=sa.text("digest_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_seconds_flag_id"), "seconds", ["flag_id"], unique=False)
    op.create_index(
        "ix_seconds_news",
        "seconds",
        ["policy_id"],
        unique=False,
        sqlite_where=sa.text("digest_id IS NULL"),
        postgresql_where=sa.text("digest_id IS NULL"),
    )
    op.create_table(
        "told_flags",
        sa.Column("telling_id", sa.Uuid(), nullable=False),
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["flag_id"], ["flags.id"], name=op.f("fk_told_flags_flag_id_flags")),
        sa.ForeignKeyConstraint(["telling_id"], ["tellings.id"], name=op.f("fk_told_flags_telling_id_tellings")),
        sa.PrimaryKeyConstraint("telling_id", "flag_id", name=op.f("pk_told_flags")),
    )
    op.create_index(op.f("ix_told_flags_flag_id"), "told_flags", ["flag_id"], unique=False)
    op.create_table(
        "commitment_updates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("commitment_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("owner", "delegate", "senior", name="role", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "done",
                "new-day",
                "will-not-happen",
                name="updatekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("by_date", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("nonce_hash", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitments.id"], name=op.f("fk_commitment_updates_commitment_id_commitments")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_commitment_updates_person_id_people")),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_commitment_updates_policy_id_policies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_updates")),
        sa.UniqueConstraint("nonce_hash", name=op.f("uq_commitment_updates_nonce_hash")),
    )
    op.create_index(op.f("ix_commitment_updates_commitment_id"), "commitment_updates", ["commitment_id"], unique=False)
    op.create_index(op.f("ix_commitment_updates_policy_id"), "commitment_updates", ["policy_id"], unique=False)
    op.create_table(
        "notified_commitments",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("commitment_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitments.id"], name=op.f("fk_notified_commitments_commitment_id_commitments")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["tellings.id"], name=op.f("fk_notified_commitments_notice_id_tellings")
        ),
        sa.PrimaryKeyConstraint("notice_id", "commitment_id", name=op.f("pk_notified_commitments")),
    )
    op.create_index(
        op.f("ix_notified_commitments_commitment_id"), "notified_commitments", ["commitment_id"], unique=False
    )
    for statement in {
        "sqlite": (
            (
                "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, "
                "'the audit log is only ever added to'); END"
            ),
            (
                "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, "
                "'the audit log is only ever added to'); END"
            ),
            (
                "CREATE TRIGGER channels_update_raises_version AFTER UPDATE OF connected, name ON"
                " channels BEGIN INSERT INTO accounts_version (id, number, changed_by) VALUES (2,"
                " 1, '') ON CONFLICT (id) DO UPDATE SET number = accounts_version.number + 1; END"
            ),
            (
                "CREATE TRIGGER identities_insert_raises_version AFTER INSERT ON identities BEGIN"
                " INSERT INTO accounts_version (id, number, changed_by) VALUES (1, 1, '') ON "
                "CONFLICT (id) DO UPDATE SET number = accounts_version.number + 1; END"
            ),
            (
                "CREATE TRIGGER identities_update_raises_version AFTER UPDATE ON identities BEGIN"
                " INSERT INTO accounts_version (id, number, changed_by) VALUES (1, 1, '') ON "
                "CONFLICT (id) DO UPDATE SET number = accounts_version.number + 1; END"
            ),
            (
                "CREATE TRIGGER identities_delete_raises_version AFTER DELETE ON identities BEGIN"
                " INSERT INTO accounts_version (id, number, changed_by) VALUES (1, 1, '') ON "
                "CONFLICT (id) DO UPDATE SET number = accounts_version.number + 1; END"
            ),
            (
                "CREATE TRIGGER memberships_insert_raises_version AFTER INSERT ON memberships "
                "BEGIN INSERT INTO accounts_version (id, number, changed_by) VALUES (2, 1, '') ON"
                " CONFLICT (id) DO UPDATE SET number = accounts_version.number + 1; END"
            ),
            (
                "CREATE TRIGGER memberships_update_raises_version AFTER UPDATE ON memberships "
                "BEGIN INSERT INTO accounts_version (id, number, changed_by) VALUES (2, 1, '') ON"
                " CONFLICT (id) DO UPDATE SET number = accounts_version.number + 1; END"
            ),
            (
                "CREATE TRIGGER memberships_delete_raises_version AFTER DELETE ON memberships "
                "BEGIN INSERT INTO accounts_version (id, number, changed_by) VALUES (2, 1, '') ON"
                " CONFLICT (id) DO UPDATE SET number = accounts_version.number + 1; END"
            ),
            (
                "CREATE TRIGGER newcomers_keys_insert_raises_version AFTER INSERT ON "
                "newcomers_keys BEGIN INSERT INTO accounts_version (id, number, changed_by) "
                "VALUES (1, 1, '') ON CONFLICT (id) DO UPDATE SET number = "
                "accounts_version.number + 1; END"
            ),
            (
                "CREATE TRIGGER newcomers_keys_update_raises_version AFTER UPDATE ON "
                "newcomers_keys BEGIN INSERT INTO accounts_version (id, number, changed_by) "
                "VALUES (1, 1, '') ON CONFLICT (id) DO UPDATE SET number = "
                "accounts_version.number + 1; END"
            ),
            (
                "CREATE TRIGGER newcomers_keys_delete_raises_version AFTER DELETE ON "
                "newcomers_keys BEGIN INSERT INTO accounts_version (id, number, changed_by) "
                "VALUES (1, 1, '') ON CONFLICT (id) DO UPDATE SET number = "
                "accounts_version.number + 1; END"
            ),
            (
                "CREATE TRIGGER people_insert_raises_version AFTER INSERT ON people BEGIN INSERT "
                "INTO accounts_version (id, number, changed_by) VALUES (1, 1, '') ON CONFLICT "
                "(id) DO UPDATE SET number = accounts_version.number + 1; END"
            ),
            (
                "CREATE TRIGGER people_update_raises_version AFTER UPDATE ON people BEGIN INSERT "
                "INTO accounts_version (id, number, changed_by) VALUES (1, 1, '') ON CONFLICT "
                "(id) DO UPDATE SET number = accounts_version.number + 1; END"
            ),
            (
                "CREATE TRIGGER people_delete_raises_version AFTER DELETE ON people BEGIN INSERT "
                "INTO accounts_version (id, number, changed_by) VALUES (1, 1, '') ON CONFLICT "
                "(id) DO UPDATE SET number = accounts_version.number + 1; END"
            ),
        ),
        "postgresql": (
            (
                "CREATE FUNCTION raise_accounts_version() RETURNS trigger LANGUAGE plpgsql AS $$ "
                "BEGIN INSERT INTO accounts_version (id, number, changed_by) VALUES (1, 1, "
                "pg_current_xact_id()::text) ON CONFLICT (id) DO UPDATE SET number = "
                "accounts_version.number + 1, changed_by = pg_current_xact_id()::text WHERE "
                "accounts_version.changed_by <> pg_current_xact_id()::text; RETURN NULL; END $$"
            ),
            (
                "CREATE FUNCTION raise_rosters_version() RETURNS trigger LANGUAGE plpgsql AS $$ "
                "BEGIN INSERT INTO accounts_version (id, number, changed_by) VALUES (2, 1, "
                "pg_current_xact_id()::text) ON CONFLICT (id) DO UPDATE SET number = "
                "accounts_version.number + 1, changed_by = pg_current_xact_id()::text WHERE "
                "accounts_version.changed_by <> pg_current_xact_id()::text; RETURN NULL; END $$"
            ),
            ("ALTER TABLE answers ALTER COLUMN text SET STATISTICS 0"),
            ("ALTER TABLE answers ALTER COLUMN nonce_hash SET STATISTICS 0"),
            (
                "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
                "BEGIN RAISE EXCEPTION 'the audit log is only ever added to'; END $$"
            ),
            (
                "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit FOR "
                "EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
            ),
            ("ALTER TABLE audit ALTER COLUMN mac SET STATISTICS 0"),
            ("ALTER TABLE audit_keys ALTER COLUMN wrapped SET STATISTICS 0"),
            ("ALTER TABLE audit_keys ALTER COLUMN text SET STATISTICS 0"),
            ("ALTER TABLE boxes ALTER COLUMN tag SET STATISTICS 0"),
            ("ALTER TABLE boxes ALTER COLUMN sealed SET STATISTICS 0"),
            (
                "CREATE TRIGGER channels_raises_version AFTER UPDATE OF connected, name ON "
                "channels FOR EACH STATEMENT EXECUTE FUNCTION raise_rosters_version()"
            ),
            ("ALTER TABLE commitment_updates ALTER COLUMN text SET STATISTICS 0"),
            ("ALTER TABLE commitment_updates ALTER COLUMN nonce_hash SET STATISTICS 0"),
            ("ALTER TABLE digest_parts ALTER COLUMN sealed SET STATISTICS 0"),
            ("ALTER TABLE earlier_authors_keys ALTER COLUMN wrapped SET STATISTICS 0"),
            ("ALTER TABLE end_months_file ALTER COLUMN fingerprint SET STATISTICS 0"),
            ("ALTER TABLE flags ALTER COLUMN tag SET STATISTICS 0"),
            ("ALTER TABLE flags ALTER COLUMN receipt SET STATISTICS 0"),
            ("ALTER TABLE flags ALTER COLUMN because SET STATISTICS 0"),
            ("ALTER TABLE flags ALTER COLUMN remedy SET STATISTICS 0"),
            ("ALTER TABLE flags ALTER COLUMN evidence SET STATISTICS 0"),
            ("ALTER TABLE flags ALTER COLUMN meaning SET STATISTICS 0"),
            ("ALTER TABLE flags ALTER COLUMN named_to SET STATISTICS 0"),
            (
                "CREATE TRIGGER identities_raises_version AFTER INSERT OR UPDATE OR DELETE OR "
                "TRUNCATE ON identities FOR EACH STATEMENT EXECUTE FUNCTION "
                "raise_accounts_version()"
            ),
            ("ALTER TABLE identities ALTER COLUMN sealed SET STATISTICS 0"),
            ("ALTER TABLE installations ALTER COLUMN wrapped SET STATISTICS 0"),
            ("ALTER TABLE installations ALTER COLUMN sealed SET STATISTICS 0"),
            ("ALTER TABLE joining_codes ALTER COLUMN found_by SET STATISTICS 0"),
            ("ALTER TABLE joining_codes ALTER COLUMN mac SET STATISTICS 0"),
            (
                "CREATE TRIGGER memberships_raises_version AFTER INSERT OR UPDATE OR DELETE OR "
                "TRUNCATE ON memberships FOR EACH STATEMENT EXECUTE FUNCTION "
                "raise_rosters_version()"
            ),
            (
                "CREATE TRIGGER newcomers_keys_raises_version AFTER INSERT OR UPDATE OR DELETE OR"
                " TRUNCATE ON newcomers_keys FOR EACH STATEMENT EXECUTE FUNCTION "
                "raise_accounts_version()"
            ),
            ("ALTER TABLE newcomers_keys ALTER COLUMN sealed SET STATISTICS 0"),
            (
                "CREATE TRIGGER people_raises_version AFTER INSERT OR UPDATE OR DELETE OR "
                "TRUNCATE ON people FOR EACH STATEMENT EXECUTE FUNCTION raise_accounts_version()"
            ),
            ("ALTER TABLE policies ALTER COLUMN title SET STATISTICS 0"),
            ("ALTER TABLE policies ALTER COLUMN summary SET STATISTICS 0"),
            ("ALTER TABLE policies ALTER COLUMN link SET STATISTICS 0"),
            ("ALTER TABLE policies ALTER COLUMN link_key SET STATISTICS 0"),
            ("ALTER TABLE policies ALTER COLUMN link_page SET STATISTICS 0"),
            ("ALTER TABLE policies ALTER COLUMN held_reason SET STATISTICS 0"),
            ("ALTER TABLE policies ALTER COLUMN paused_reason SET STATISTICS 0"),
            ("ALTER TABLE policies ALTER COLUMN withdrawn_reason SET STATISTICS 0"),
            ("ALTER TABLE policies ALTER COLUMN nonce_hash SET STATISTICS 0"),
            ("ALTER TABLE policy_keys ALTER COLUMN text SET STATISTICS 0"),
            ("ALTER TABLE policy_keys ALTER COLUMN authors SET STATISTICS 0"),
            ("ALTER TABLE replies ALTER COLUMN text SET STATISTICS 0"),
            ("ALTER TABLE seconds ALTER COLUMN tag SET STATISTICS 0"),
            ("ALTER TABLE seconds ALTER COLUMN sentence SET STATISTICS 0"),
            ("ALTER TABLE take_downs ALTER COLUMN sentence SET STATISTICS 0"),
            ("ALTER TABLE wordings ALTER COLUMN title SET STATISTICS 0"),
            ("ALTER TABLE wordings ALTER COLUMN summary SET STATISTICS 0"),
        ),
    }[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Go one step back."""
    op.drop_index(op.f("ix_notified_commitments_commitment_id"), table_name="notified_commitments")
    op.drop_table("notified_commitments")
    op.drop_index(op.f("ix_commitment_updates_policy_id"), table_name="commitment_updates")
    op.drop_index(op.f("ix_commitment_updates_commitment_id"), table_name="commitment_updates")
    op.drop_table("commitment_updates")
    op.drop_index(op.f("ix_told_flags_flag_id"), table_name="told_flags")
    op.drop_table("told_flags")
    op.drop_index(
        "ix_seconds_news",
        table_name="seconds",
        sqlite_where=sa.text("digest_id IS NULL"),
        postgresql_where=sa.text("digest_id IS NULL"),
    )
    op.drop_index(op.f("ix_seconds_flag_id"), table_name="seconds")
    op.drop_index(
        "ix_seconds_digest_id",
        table_name="seconds",
        sqlite_where=sa.text("digest_id IS NOT NULL"),
        postgresql_where=sa.text("digest_id IS NOT NULL"),
    )
    op.drop_index("ix_seconds_authors", table_name="seconds")
    op.drop_table("seconds")
    op.drop_index(
        "ix_replies_news",
        table_name="replies",
        sqlite_where=sa.text("digest_id IS NULL"),
        postgresql_where=sa.text("digest_id IS NULL"),
    )
    op.drop_index(op.f("ix_replies_flag_id"), table_name="replies")
    op.drop_index(
        "ix_replies_digest_id",
        table_name="replies",
        sqlite_where=sa.text("digest_id IS NOT NULL"),
        postgresql_where=sa.text("digest_id IS NOT NULL"),
    )
    op.drop_table("replies")
    op.drop_index(
        "ix_deliveries_untold",
        table_name="deliveries",
        sqlite_where=sa.text("untold_since IS NOT NULL"),
        postgresql_where=sa.text("untold_since IS NOT NULL"),
    )
    op.drop_index(op.f("ix_deliveries_posting_id"), table_name="deliveries")
    op.drop_index("ix_deliveries_place", table_name="deliveries")
    op.drop_index(
        "ix_deliveries_due",
        table_name="deliveries",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_deliveries_dead",
        table_name="deliveries",
        sqlite_where=sa.text("state = 'dead'"),
        postgresql_where=sa.text("state = 'dead'"),
    )
    op.drop_table("deliveries")
    op.drop_index(op.f("ix_commitments_policy_id"), table_name="commitments")
    op.drop_index(
        "ix_commitments_ask_on",
        table_name="commitments",
        sqlite_where=sa.text("ended_on IS NULL"),
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.drop_table("commitments")
    op.drop_index(op.f("ix_answered_flags_flag_id"), table_name="answered_flags")
    op.drop_table("answered_flags")
    op.drop_table("wordings")
    op.drop_table("unreached")
    op.drop_table("tellings")
    op.drop_index(op.f("ix_take_downs_policy_id"), table_name="take_downs")
    op.drop_index(
        "ix_take_downs_follow_up_at",
        table_name="take_downs",
        sqlite_where=sa.text("follow_up_at IS NOT NULL"),
        postgresql_where=sa.text("follow_up_at IS NOT NULL"),
    )
    op.drop_table("take_downs")
    op.drop_index(op.f("ix_reports_policy_id"), table_name="reports")
    op.drop_table("reports")
    op.drop_index(op.f("ix_postings_channel_id"), table_name="postings")
    op.drop_table("postings")
    op.drop_table("policy_keys")
    op.drop_index(op.f("ix_memberships_identity_id"), table_name="memberships")
    op.drop_table("memberships")
    op.drop_table("joining_codes")
    op.drop_index(
        "ix_flags_unanswered",
        table_name="flags",
        sqlite_where=sa.text("standing IN ('waiting', 'not-settled')"),
        postgresql_where=sa.text("standing IN ('waiting', 'not-settled')"),
    )
    op.drop_index(
        "ix_flags_shown",
        table_name="flags",
        sqlite_where=sa.text("left_out IS 0"),
        postgresql_where=sa.text("left_out IS false"),
    )
    op.drop_index(
        "ix_flags_receipts",
        table_name="flags",
        sqlite_where=sa.text("receipt IS NOT NULL"),
        postgresql_where=sa.text("receipt IS NOT NULL"),
    )
    op.drop_index("ix_flags_policy_id_standing_answer_by", table_name="flags")
    op.drop_index(op.f("ix_flags_person_id"), table_name="flags")
    op.drop_index(
        "ix_flags_news",
        table_name="flags",
        sqlite_where=sa.text("digest_id IS NULL"),
        postgresql_where=sa.text("digest_id IS NULL"),
    )
    op.drop_index(
        "ix_flags_due",
        table_name="flags",
        sqlite_where=sa.text("answer_by IS NOT NULL"),
        postgresql_where=sa.text("answer_by IS NOT NULL"),
    )
    op.drop_index(
        "ix_flags_digest_id",
        table_name="flags",
        sqlite_where=sa.text("digest_id IS NOT NULL"),
        postgresql_where=sa.text("digest_id IS NOT NULL"),
    )
    op.drop_index("ix_flags_authors", table_name="flags")
    op.drop_table("flags")
    op.drop_table("earlier_authors_keys")
    op.drop_index(op.f("ix_digest_parts_digest_id"), table_name="digest_parts")
    op.drop_table("digest_parts")
    op.drop_index("ix_boxes_policy_id_tag", table_name="boxes")
    op.drop_table("boxes")
    op.drop_index(op.f("ix_answers_policy_id"), table_name="answers")
    op.drop_index(
        "ix_answers_digest_id",
        table_name="answers",
        sqlite_where=sa.text("digest_id IS NOT NULL"),
        postgresql_where=sa.text("digest_id IS NOT NULL"),
    )
    op.drop_table("answers")
    op.drop_index(
        "ix_schedules_due",
        table_name="schedules",
        sqlite_where=sa.text("next_due_at IS NOT NULL"),
        postgresql_where=sa.text("next_due_at IS NOT NULL"),
    )
    op.drop_table("schedules")
    op.drop_index(op.f("ix_policies_senior_id"), table_name="policies")
    op.drop_index(op.f("ix_policies_senior_email"), table_name="policies")
    op.drop_index(op.f("ix_policies_read_by"), table_name="policies")
    op.drop_index(op.f("ix_policies_owner_id"), table_name="policies")
    op.drop_index(op.f("ix_policies_owner_email"), table_name="policies")
    op.drop_index(
        "ix_policies_open",
        table_name="policies",
        sqlite_where=sa.text("closed_on IS NULL"),
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.drop_index(
        "ix_policies_next_step_at",
        table_name="policies",
        sqlite_where=sa.text("next_step_at IS NOT NULL"),
        postgresql_where=sa.text("next_step_at IS NOT NULL"),
    )
    op.drop_index(op.f("ix_policies_link_page"), table_name="policies")
    op.drop_index(op.f("ix_policies_delegate_id"), table_name="policies")
    op.drop_index(op.f("ix_policies_delegate_email"), table_name="policies")
    op.drop_table("policies")
    op.drop_index(op.f("ix_identities_person_id"), table_name="identities")
    op.drop_index(op.f("ix_identities_email"), table_name="identities")
    op.drop_index(op.f("ix_identities_author_id"), table_name="identities")
    op.drop_table("identities")
    op.drop_table("digests")
    op.drop_index(op.f("ix_channel_sets_channel_id"), table_name="channel_sets")
    op.drop_table("channel_sets")
    op.drop_index(op.f("ix_absences_stand_in_id"), table_name="absences")
    op.drop_table("absences")
    op.drop_table("restores")
    op.drop_table("rejoining")
    op.drop_table("people")
    op.drop_table("organisation")
    op.drop_table("officers")
    op.drop_table("newcomers_keys")
    op.drop_table("installations")
    op.drop_table("held_months")
    op.drop_table("gates")
    op.drop_table("endings")
    op.drop_table("end_months_file")
    op.drop_table("conversations")
    op.drop_table("channels")
    op.drop_table("audit_keys")
    op.drop_table("audit")
    op.drop_table("accounts_version")
    for statement in {
        "sqlite": (),
        "postgresql": (
            ("DROP FUNCTION raise_accounts_version()"),
            ("DROP FUNCTION raise_rosters_version()"),
            ("DROP FUNCTION refuse_audit_change()"),
        ),
    }[op.get_bind().dialect.name]:
        op.execute(statement)
