"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables, and what full-text search has beside them."""
    op.create_table(
        "announcement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
    )
    op.create_index(
        "ix_announcement_endless",
        "announcement",
        ["id"],
        unique=False,
        sqlite_where=sa.text("ends_at IS NULL"),
        postgresql_where=sa.text("ends_at IS NULL"),
    )
    op.create_index(op.f("ix_announcement_ends_at"), "announcement", ["ends_at"], unique=False)
    op.create_table(
        "app",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("redirect_uris", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app")),
        sa.UniqueConstraint("client_id", name=op.f("uq_app_client_id")),
    )
    op.create_table(
        "attempt",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attempt")),
    )
    op.create_index(op.f("ix_attempt_since"), "attempt", ["since"], unique=False)
    op.create_table(
        "cursor",
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subscriber", name=op.f("pk_cursor")),
    )
    op.create_table(
        "destruction",
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("destroyed", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_destruction")),
    )
    op.create_index(op.f("ix_destruction_decision_id"), "destruction", ["decision_id"], unique=False)
    op.create_table(
        "domain",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("local", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domain")),
        sa.UniqueConstraint("name", name=op.f("uq_domain_name")),
    )
    op.create_index(
        "ix_domain_local",
        "domain",
        ["id"],
        unique=False,
        sqlite_where=sa.text("local IS 1"),
        postgresql_where=sa.text("local IS true"),
    )
    op.create_index(
        "ix_domain_name_begins", "domain", ["name"], unique=False, postgresql_ops={"name": "text_pattern_ops"}
    )
    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("seq", name=op.f("uq_event_seq")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_event_unnumbered",
        "event",
        ["id"],
        unique=False,
        postgresql_where=sa.text("seq IS NULL"),
        sqlite_where=sa.text("0"),
    )
    op.create_table(
        "list_import",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("by_login", sa.BigInteger(), nullable=False),
        sa.Column("by_account", sa.BigInteger(), nullable=True),
        sa.Column("by_role", sa.SmallInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("examples", sa.Text(), nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_import")),
    )
    op.create_index(op.f("ix_list_import_finished_at"), "list_import", ["finished_at"], unique=False)
    op.create_table(
        "parked_event",
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("parked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subscriber", "position", name=op.f("pk_parked_event")),
    )
    op.create_table(
        "policy_document",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("versions", sa.Integer(), nullable=False),
        sa.Column("clauses", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_document")),
        sa.UniqueConstraint("name", name=op.f("uq_policy_document_name")),
    )
    op.create_table(
        "policy_text",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_policy_text")),
    )
    op.create_table(
        "pseudonym",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("of_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "of_id", name=op.f("pk_pseudonym")),
        sa.UniqueConstraint("name", name=op.f("uq_pseudonym_name")),
    )
    op.create_table(
        "public_checkpoint",
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_public_checkpoint")),
    )
    op.create_table(
        "public_entry",
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("type_seq", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_public_entry")),
        sa.UniqueConstraint("decision_id", "type", name=op.f("uq_public_entry_decision_id_type")),
        sa.UniqueConstraint("type", "type_seq", name=op.f("uq_public_entry_type_type_seq")),
    )
    op.create_table(
        "public_facet",
        sa.Column("facet", sa.Text(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("facet", "place", name=op.f("pk_public_facet")),
    )
    op.create_table(
        "public_hash",
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "place", name=op.f("pk_public_hash")),
    )
    op.create_table(
        "public_salt",
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_public_salt")),
    )
    op.create_table(
        "publisher",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("trendable", sa.Boolean(), nullable=True),
        sa.Column("reviewed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publisher")),
        sa.UniqueConstraint("host", name=op.f("uq_publisher_host")),
    )
    op.create_table(
        "remote_file",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("blob", sa.Text(), nullable=True),
        sa.Column("bytes", sa.Integer(), nullable=True),
        sa.Column("tried_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=True),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_remote_file")),
    )
    op.create_index(op.f("ix_remote_file_used_at"), "remote_file", ["used_at"], unique=False)
    op.create_table(
        "restoration",
        sa.Column("decision_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("before_at", sa.BigInteger(), nullable=False),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("after_at", sa.BigInteger(), nullable=True),
        sa.Column("restored_by", sa.BigInteger(), nullable=True),
        sa.Column("place", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_restoration")),
    )
    op.create_index(op.f("ix_restoration_account_id"), "restoration", ["account_id"], unique=False)
    op.create_index(op.f("ix_restoration_place"), "restoration", ["place"], unique=False)
    op.create_table(
        "role_proposal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.SmallInteger(), nullable=False),
        sa.Column("after", sa.SmallInteger(), nullable=False),
        sa.Column("by_login", sa.BigInteger(), nullable=False),
        sa.Column("by_account", sa.BigInteger(), nullable=True),
        sa.Column("by_role", sa.SmallInteger(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("needs", sa.SmallInteger(), nullable=False),
        sa.Column("single_operator", sa.Boolean(), nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("answer_until", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("place", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_proposal")),
    )
    op.create_index("ix_role_proposal_place", "role_proposal", ["place"], unique=False)
    op.create_index(
        "uq_role_proposal_open",
        "role_proposal",
        ["login_id"],
        unique=True,
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.create_table(
        "staff_act",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("role", sa.SmallInteger(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("subject_name", sa.Text(), nullable=True),
        sa.Column("decision_id", sa.BigInteger(), nullable=True),
        sa.Column("to_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_act")),
    )
    op.create_index(op.f("ix_staff_act_login_id_id"), "staff_act", ["login_id", "id"], unique=False)
    op.create_index(
        op.f("ix_staff_act_subject_kind_subject_id_id"), "staff_act", ["subject_kind", "subject_id", "id"], unique=False
    )
    op.create_table(
        "tag",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("display", sa.Text(), nullable=False),
        sa.Column("usable", sa.Boolean(), nullable=True),
        sa.Column("trendable", sa.Boolean(), nullable=True),
        sa.Column("listable", sa.Boolean(), nullable=True),
        sa.Column("reviewed_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("name", name=op.f("uq_tag_name")),
    )
    op.create_table(
        "task",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("held_by", sa.SmallInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(op.f("ix_task_due_at"), "task", ["due_at"], unique=False)
    op.create_index(
        "ix_task_held",
        "task",
        ["held_by"],
        unique=False,
        sqlite_where=sa.text("held_by IS NOT NULL"),
        postgresql_where=sa.text("held_by IS NOT NULL"),
    )
    op.create_index(op.f("ix_task_subscriber_key"), "task", ["subscriber", "key"], unique=True)
    op.create_table(
        "tombstone",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_tombstone")),
    )
    op.create_table(
        "trend",
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject_id", name=op.f("pk_trend")),
    )
    op.create_index(
        "ix_trend_score",
        "trend",
        ["kind", "score"],
        unique=False,
        sqlite_where=sa.text("people >= 3"),
        postgresql_where=sa.text("people >= 3"),
    )
    op.create_table(
        "understood",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_understood")),
    )
    op.create_index(op.f("ix_understood_at"), "understood", ["at"], unique=False)
    op.create_table(
        "witnessed",
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_witnessed")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("domain_id", sa.BigInteger(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("username_folded", sa.Text(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("standing", sa.SmallInteger(), nullable=False),
        sa.Column("limited", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("sensitized", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("staff_note", sa.Text(), nullable=True),
        sa.Column("demoted", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("quiet", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("badge", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("discoverable", sa.Boolean(), nullable=False),
        sa.Column("indexable", sa.Boolean(), nullable=False),
        sa.Column("hide_collections", sa.Boolean(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("note_html", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("emojis", sa.Text(), nullable=False),
        sa.Column("avatar", sa.Text(), nullable=True),
        sa.Column("header", sa.Text(), nullable=True),
        sa.Column("show_media", sa.Boolean(), server_default=sa.text("(true)"), nullable=False),
        sa.Column("show_media_replies", sa.Boolean(), server_default=sa.text("(true)"), nullable=False),
        sa.Column("show_featured", sa.Boolean(), server_default=sa.text("(true)"), nullable=False),
        sa.Column("email_subscriptions", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("attribution_domains", sa.Text(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("post_visibility", sa.SmallInteger(), nullable=False),
        sa.Column("post_sensitive", sa.Boolean(), nullable=False),
        sa.Column("post_language", sa.Text(), nullable=True),
        sa.Column("post_quote_policy", sa.SmallInteger(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["domain_id"], ["domain.id"], name=op.f("fk_account_domain_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("uri", name=op.f("uq_account_uri")),
    )
    op.create_index("ix_account_domain_id", "account", ["domain_id", "id"], unique=False)
    op.create_index(
        "ix_account_limited",
        "account",
        ["limited", "id"],
        unique=False,
        sqlite_where=sa.text("limited IS 1"),
        postgresql_where=sa.text("limited IS true"),
    )
    op.create_index(
        "ix_account_sensitized",
        "account",
        ["sensitized", "id"],
        unique=False,
        sqlite_where=sa.text("sensitized IS 1"),
        postgresql_where=sa.text("sensitized IS true"),
    )
    op.create_index(
        "ix_account_standing",
        "account",
        ["standing", "id"],
        unique=False,
        sqlite_where=sa.text("standing > 0"),
        postgresql_where=sa.text("standing > 0"),
    )
    op.create_index("uq_account_handle", "account", ["username_folded", "domain_id"], unique=True)
    op.create_table(
        "announcement_tally",
        sa.Column("announcement_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcement.id"],
            name=op.f("fk_announcement_tally_announcement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("announcement_id", "name", name=op.f("pk_announcement_tally")),
    )
    op.create_table(
        "card",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("publisher_id", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.Column("fetched_at", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("trendable", sa.Boolean(), nullable=True),
        sa.Column("reviewed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["publisher_id"], ["publisher.id"], name=op.f("fk_card_publisher_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint("url", name=op.f("uq_card_url")),
    )
    op.create_index(op.f("ix_card_publisher_id"), "card", ["publisher_id"], unique=False)
    op.create_table(
        "custom_emoji",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("domain_id", sa.BigInteger(), nullable=False),
        sa.Column("shortcode", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("static_url", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id"], ["domain.id"], name=op.f("fk_custom_emoji_domain_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_emoji")),
    )
    op.create_index(
        op.f("ix_custom_emoji_domain_id_shortcode"), "custom_emoji", ["domain_id", "shortcode"], unique=True
    )
    op.create_table(
        "login",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_folded", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("role", sa.SmallInteger(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("undo_seconds", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.Column("totp_secret", sa.Text(), nullable=True),
        sa.Column("totp_enabled_at", sa.BigInteger(), nullable=True),
        sa.Column("totp_last_step", sa.BigInteger(), nullable=True),
        sa.Column("signed_up_from", sa.Text(), nullable=True),
        sa.Column("invited_by", sa.BigInteger(), nullable=True),
        sa.Column("app_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["app_id"], ["app.id"], name=op.f("fk_login_app_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["invited_by"], ["login.id"], name=op.f("fk_login_invited_by"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login")),
        sa.UniqueConstraint("email_folded", name=op.f("uq_login_email_folded")),
    )
    op.create_index(
        "ix_login_app_id",
        "login",
        ["app_id", "id"],
        unique=False,
        sqlite_where=sa.text("app_id IS NOT NULL"),
        postgresql_where=sa.text("app_id IS NOT NULL"),
    )
    op.create_index(
        "ix_login_approved_at",
        "login",
        ["approved_at", "id"],
        unique=False,
        sqlite_where=sa.text("approved_at IS NULL"),
        postgresql_where=sa.text("approved_at IS NULL"),
    )
    op.create_index("ix_login_created_at", "login", ["created_at"], unique=False)
    op.create_index(
        "ix_login_disabled_at",
        "login",
        ["disabled_at", "id"],
        unique=False,
        sqlite_where=sa.text("disabled_at IS NOT NULL"),
        postgresql_where=sa.text("disabled_at IS NOT NULL"),
    )
    op.create_index(
        "ix_login_invited_by",
        "login",
        ["invited_by", "id"],
        unique=False,
        sqlite_where=sa.text("invited_by IS NOT NULL"),
        postgresql_where=sa.text("invited_by IS NOT NULL"),
    )
    op.create_index(
        "ix_login_role",
        "login",
        ["role", "id"],
        unique=False,
        sqlite_where=sa.text("role > 0"),
        postgresql_where=sa.text("role > 0"),
    )
    op.create_index(
        "ix_login_signed_up_from",
        "login",
        ["signed_up_from", "id"],
        unique=False,
        sqlite_where=sa.text("signed_up_from IS NOT NULL"),
        postgresql_where=sa.text("signed_up_from IS NOT NULL"),
    )
    op.create_table(
        "peer",
        sa.Column(
            "domain_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("signature", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.Column("closed_until", sa.BigInteger(), nullable=True),
        sa.Column("dead", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("last_success_at", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("last_error_at", sa.BigInteger(), nullable=True),
        sa.Column("heard_at", sa.BigInteger(), nullable=True),
        sa.Column("lane", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
        sa.Column("held_by", sa.SmallInteger(), nullable=True),
        sa.ForeignKeyConstraint(["domain_id"], ["domain.id"], name=op.f("fk_peer_domain_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("domain_id", name=op.f("pk_peer")),
    )
    op.create_index(
        "ix_peer_due",
        "peer",
        ["lane", "due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_peer_failing_since"), "peer", ["failing_since"], unique=False)
    op.create_index(
        "ix_peer_held",
        "peer",
        ["held_by"],
        unique=False,
        sqlite_where=sa.text("held_by IS NOT NULL"),
        postgresql_where=sa.text("held_by IS NOT NULL"),
    )
    op.create_table(
        "policy_draft",
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["policy_document.id"], name=op.f("fk_policy_draft_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_policy_draft")),
    )
    op.create_table(
        "policy_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=True),
        sa.Column("consult_until", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("asked_role", sa.Integer(), nullable=True),
        sa.Column("effective_from", sa.BigInteger(), nullable=True),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.Column("consulted", sa.Boolean(), nullable=False),
        sa.Column("adopted", sa.Boolean(), nullable=False),
        sa.Column("single_operator", sa.Boolean(), nullable=False),
        sa.Column("proposed_place", sa.BigInteger(), nullable=True),
        sa.Column("published_place", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_place", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["digest"], ["policy_text.digest"], name=op.f("fk_policy_version_digest")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["policy_document.id"], name=op.f("fk_policy_version_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_version")),
        sa.UniqueConstraint("document_id", "number", name=op.f("uq_policy_version_document_id_number")),
    )
    op.create_index(op.f("ix_policy_version_digest"), "policy_version", ["digest"], unique=False)
    op.create_index(
        op.f("ix_policy_version_document_id_effective_from"),
        "policy_version",
        ["document_id", "effective_from"],
        unique=False,
    )
    op.create_index(op.f("ix_policy_version_published_place"), "policy_version", ["published_place"], unique=False)
    op.create_table(
        "role_voice",
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("role", sa.SmallInteger(), nullable=False),
        sa.Column("voice", sa.Text(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["role_proposal.id"], name=op.f("fk_role_voice_proposal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("proposal_id", "login_id", name=op.f("pk_role_voice")),
    )
    op.create_table(
        "account_alias",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_alias_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "uri", name=op.f("pk_account_alias")),
    )
    op.create_table(
        "account_counts",
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("followers", sa.Integer(), nullable=False),
        sa.Column("following", sa.Integer(), nullable=False),
        sa.Column("last_post_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_counts_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_counts")),
    )
    op.create_table(
        "account_move",
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("to_id", sa.BigInteger(), nullable=False),
        sa.Column("moved_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_move_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["to_id"], ["account.id"], name=op.f("fk_account_move_to_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_move")),
    )
    op.create_index(op.f("ix_account_move_to_id"), "account_move", ["to_id"], unique=False)
    op.create_table(
        "announcement_dismissal",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("announcement_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_announcement_dismissal_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcement.id"],
            name=op.f("fk_announcement_dismissal_announcement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "announcement_id", name=op.f("pk_announcement_dismissal")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_announcement_dismissal_announcement_id"), "announcement_dismissal", ["announcement_id"], unique=False
    )
    op.create_table(
        "announcement_reaction",
        sa.Column("announcement_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_announcement_reaction_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcement.id"],
            name=op.f("fk_announcement_reaction_announcement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("announcement_id", "name", "account_id", name=op.f("pk_announcement_reaction")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_announcement_reaction_account_id"), "announcement_reaction", ["account_id"], unique=False)
    op.create_table(
        "annual_report",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("share_key", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_annual_report_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "year", name=op.f("pk_annual_report")),
    )
    op.create_table(
        "archive",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("ready_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("posts", sa.Integer(), nullable=True),
        sa.Column("files", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_archive_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive")),
    )
    op.create_index(op.f("ix_archive_account_id"), "archive", ["account_id"], unique=True)
    op.create_table(
        "authorization_code",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("app_id", sa.BigInteger(), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("code_challenge", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("token_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_authorization_code_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["app_id"], ["app.id"], name=op.f("fk_authorization_code_app_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["login_id"], ["login.id"], name=op.f("fk_authorization_code_login_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_authorization_code")),
    )
    op.create_index(op.f("ix_authorization_code_expires_at"), "authorization_code", ["expires_at"], unique=False)
    op.create_index(op.f("ix_authorization_code_login_id"), "authorization_code", ["login_id"], unique=False)
    op.create_table(
        "block",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_block_by_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["target_id"], ["account.id"], name=op.f("fk_block_target_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block")),
    )
    op.create_index(op.f("ix_block_by_id_id"), "block", ["by_id", "id"], unique=False)
    op.create_index(op.f("ix_block_by_id_target_id"), "block", ["by_id", "target_id"], unique=True)
    op.create_index(op.f("ix_block_target_id_by_id"), "block", ["target_id", "by_id"], unique=False)
    op.create_table(
        "blocked_domain",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_blocked_domain_by_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocked_domain")),
    )
    op.create_index(op.f("ix_blocked_domain_by_id_id"), "blocked_domain", ["by_id", "id"], unique=False)
    op.create_index(op.f("ix_blocked_domain_by_id_name"), "blocked_domain", ["by_id", "name"], unique=True)
    op.create_table(
        "brought_list",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("replaces", sa.Boolean(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("looks_like", sa.Text(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.Column("ended_to", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_brought_list_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brought_list")),
    )
    op.create_index(op.f("ix_brought_list_account_id_id"), "brought_list", ["account_id", "id"], unique=False)
    op.create_table(
        "card_day",
        sa.Column("card_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_card_day_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_card_day_card_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("card_id", "day", "account_id", name=op.f("pk_card_day")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_card_day_account_id_day"), "card_day", ["account_id", "day"], unique=False)
    op.create_table(
        "case_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("subject_name", sa.Text(), nullable=True),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("assigned_id", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assigned_id"], ["account.id"], name=op.f("fk_case_file_assigned_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["account.id"], name=op.f("fk_case_file_closed_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_file")),
    )
    op.create_index(op.f("ix_case_file_assigned_id"), "case_file", ["assigned_id"], unique=False)
    op.create_index(
        "ix_case_file_closed",
        "case_file",
        ["closed_at"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_case_file_closed_by_id"), "case_file", ["closed_by_id"], unique=False)
    op.create_index(
        "ix_case_file_open",
        "case_file",
        ["priority", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        op.f("ix_case_file_subject_kind_subject_id"), "case_file", ["subject_kind", "subject_id"], unique=False
    )
    op.create_index(
        "uq_case_file_open_subject",
        "case_file",
        ["subject_kind", "subject_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "collection",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("tag", sa.Text(), nullable=True),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("discoverable", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_collection_owner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection")),
    )
    op.create_index(op.f("ix_collection_owner_id_id"), "collection", ["owner_id", "id"], unique=False)
    op.create_table(
        "conversation",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.Text(), nullable=False),
        sa.Column("last_post_id", sa.BigInteger(), nullable=False),
        sa.Column("read_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_conversation_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_conversation")),
    )
    op.create_index(
        op.f("ix_conversation_account_id_last_post_id"), "conversation", ["account_id", "last_post_id"], unique=False
    )
    op.create_index(op.f("ix_conversation_last_post_id"), "conversation", ["last_post_id"], unique=False)
    op.create_table(
        "directory_entry",
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("local", sa.Boolean(), nullable=False),
        sa.Column("active_at", sa.BigInteger(), nullable=False),
        sa.Column("followers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_directory_entry_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_directory_entry")),
    )
    op.create_index(
        op.f("ix_directory_entry_active_at_account_id"), "directory_entry", ["active_at", "account_id"], unique=False
    )
    op.create_index(
        op.f("ix_directory_entry_followers_account_id"), "directory_entry", ["followers", "account_id"], unique=False
    )
    op.create_index(
        op.f("ix_directory_entry_local_account_id"), "directory_entry", ["local", "account_id"], unique=False
    )
    op.create_index(
        op.f("ix_directory_entry_local_active_at_account_id"),
        "directory_entry",
        ["local", "active_at", "account_id"],
        unique=False,
    )
    op.create_table(
        "email_issue",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("posts", sa.Text(), nullable=False),
        sa.Column("reached", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_email_issue_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_issue")),
    )
    op.create_index(op.f("ix_email_issue_account_id"), "email_issue", ["account_id"], unique=False)
    op.create_index(
        "uq_email_issue_open",
        "email_issue",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("reached IS NULL"),
        postgresql_where=sa.text("reached IS NULL"),
    )
    op.create_table(
        "email_subscription",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_email_subscription_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_subscription")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_email_subscription_secret_hash")),
    )
    op.create_index(
        op.f("ix_email_subscription_account_id_address"), "email_subscription", ["account_id", "address"], unique=True
    )
    op.create_index(op.f("ix_email_subscription_address"), "email_subscription", ["address"], unique=False)
    op.create_index(
        "ix_email_subscription_confirmed",
        "email_subscription",
        ["account_id", "id"],
        unique=False,
        sqlite_where=sa.text("confirmed_at IS NOT NULL"),
        postgresql_where=sa.text("confirmed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_email_subscription_waiting",
        "email_subscription",
        ["asked_at"],
        unique=False,
        sqlite_where=sa.text("confirmed_at IS NULL"),
        postgresql_where=sa.text("confirmed_at IS NULL"),
    )
    op.create_index(
        "ix_email_subscription_waiting_by_account",
        "email_subscription",
        ["account_id"],
        unique=False,
        sqlite_where=sa.text("confirmed_at IS NULL"),
        postgresql_where=sa.text("confirmed_at IS NULL"),
    )
    op.create_table(
        "featured_tag",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("tag_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_featured_tag_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_featured_tag_tag_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_featured_tag")),
    )
    op.create_index(op.f("ix_featured_tag_account_id_tag_id"), "featured_tag", ["account_id", "tag_id"], unique=True)
    op.create_index(op.f("ix_featured_tag_tag_id"), "featured_tag", ["tag_id"], unique=False)
    op.create_table(
        "filter_digest",
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_filter_digest_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_filter_digest")),
    )
    op.create_table(
        "follow",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("follower_id", sa.BigInteger(), nullable=False),
        sa.Column("followed_id", sa.BigInteger(), nullable=False),
        sa.Column("boosts", sa.Boolean(), nullable=False),
        sa.Column("notify", sa.Boolean(), nullable=False),
        sa.Column("languages", sa.Text(), nullable=True),
        sa.Column("at_home", sa.Boolean(), server_default=sa.text("(true)"), nullable=False),
        sa.Column("uri", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["followed_id"], ["account.id"], name=op.f("fk_follow_followed_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["follower_id"], ["account.id"], name=op.f("fk_follow_follower_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow")),
    )
    op.create_index(op.f("ix_follow_followed_id_id"), "follow", ["followed_id", "id"], unique=False)
    op.create_index(op.f("ix_follow_follower_id_followed_id"), "follow", ["follower_id", "followed_id"], unique=True)
    op.create_index(op.f("ix_follow_follower_id_id"), "follow", ["follower_id", "id"], unique=False)
    op.create_index(
        "ix_follow_notify",
        "follow",
        ["followed_id", "follower_id"],
        unique=False,
        sqlite_where=sa.text("notify = 1"),
        postgresql_where=sa.text("notify"),
    )
    op.create_table(
        "follow_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("follower_id", sa.BigInteger(), nullable=False),
        sa.Column("followed_id", sa.BigInteger(), nullable=False),
        sa.Column("boosts", sa.Boolean(), nullable=False),
        sa.Column("notify", sa.Boolean(), nullable=False),
        sa.Column("languages", sa.Text(), nullable=True),
        sa.Column("uri", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["followed_id"], ["account.id"], name=op.f("fk_follow_request_followed_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["follower_id"], ["account.id"], name=op.f("fk_follow_request_follower_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_request")),
    )
    op.create_index(op.f("ix_follow_request_followed_id_id"), "follow_request", ["followed_id", "id"], unique=False)
    op.create_index(
        op.f("ix_follow_request_follower_id_followed_id"), "follow_request", ["follower_id", "followed_id"], unique=True
    )
    op.create_table(
        "former_reader",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("inbox", sa.Text(), nullable=False),
        sa.Column("domain_id", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_former_reader_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["domain_id"], ["domain.id"], name=op.f("fk_former_reader_domain_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "inbox", name=op.f("pk_former_reader")),
    )
    op.create_index(op.f("ix_former_reader_domain_id"), "former_reader", ["domain_id"], unique=False)
    op.create_table(
        "home",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_home_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "post_id", name=op.f("pk_home")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "idempotency",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_idempotency_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_idempotency")),
    )
    op.create_index(op.f("ix_idempotency_created_at"), "idempotency", ["created_at"], unique=False)
    op.create_table(
        "incoming",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sender_id", sa.BigInteger(), nullable=True),
        sa.Column("headers", sa.Text(), nullable=True),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("held_by", sa.SmallInteger(), nullable=True),
        sa.ForeignKeyConstraint(["sender_id"], ["account.id"], name=op.f("fk_incoming_sender_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming")),
        sa.UniqueConstraint("digest", name=op.f("uq_incoming_digest")),
    )
    op.create_index(op.f("ix_incoming_due_at"), "incoming", ["due_at"], unique=False)
    op.create_index(
        "ix_incoming_held",
        "incoming",
        ["held_by"],
        unique=False,
        sqlite_where=sa.text("held_by IS NOT NULL"),
        postgresql_where=sa.text("held_by IS NOT NULL"),
    )
    op.create_index(op.f("ix_incoming_host_due_at"), "incoming", ["host", "due_at"], unique=False)
    op.create_index(op.f("ix_incoming_sender_id"), "incoming", ["sender_id"], unique=False)
    op.create_table(
        "invite",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("max_uses", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["login.id"], name=op.f("fk_invite_created_by"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_invite")),
    )
    op.create_index(op.f("ix_invite_created_by"), "invite", ["created_by"], unique=False)
    op.create_table(
        "marker",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("timeline", sa.Text(), nullable=False),
        sa.Column("last_read_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_marker_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "timeline", name=op.f("pk_marker")),
    )
    op.create_table(
        "membership",
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_membership_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["login_id"], ["login.id"], name=op.f("fk_membership_login_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("login_id", "account_id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_account_id"), "membership", ["account_id"], unique=False)
    op.create_table(
        "mute",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("notifications", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_mute_by_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["target_id"], ["account.id"], name=op.f("fk_mute_target_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mute")),
    )
    op.create_index(op.f("ix_mute_by_id_id"), "mute", ["by_id", "id"], unique=False)
    op.create_index(op.f("ix_mute_by_id_target_id"), "mute", ["by_id", "target_id"], unique=True)
    op.create_index(op.f("ix_mute_target_id"), "mute", ["target_id"], unique=False)
    op.create_table(
        "notification_permission",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("from_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_notification_permission_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["from_id"], ["account.id"], name=op.f("fk_notification_permission_from_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "from_id", name=op.f("pk_notification_permission")),
    )
    op.create_index(op.f("ix_notification_permission_from_id"), "notification_permission", ["from_id"], unique=False)
    op.create_table(
        "notification_policy",
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("not_following", sa.SmallInteger(), nullable=False),
        sa.Column("not_followers", sa.SmallInteger(), nullable=False),
        sa.Column("new_accounts", sa.SmallInteger(), nullable=False),
        sa.Column("private_mentions", sa.SmallInteger(), nullable=False),
        sa.Column("limited_accounts", sa.SmallInteger(), nullable=False),
        sa.Column("automated", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_notification_policy_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_notification_policy")),
    )
    op.create_table(
        "one_time_secret",
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["login_id"], ["login.id"], name=op.f("fk_one_time_secret_login_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_one_time_secret")),
    )
    op.create_index(op.f("ix_one_time_secret_expires_at"), "one_time_secret", ["expires_at"], unique=False)
    op.create_index(op.f("ix_one_time_secret_login_id"), "one_time_secret", ["login_id"], unique=False)
    op.create_table(
        "outgoing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("followers_only", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_outgoing_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing")),
    )
    op.create_index(op.f("ix_outgoing_account_id"), "outgoing", ["account_id"], unique=False)
    op.create_index(op.f("ix_outgoing_created_at"), "outgoing", ["created_at"], unique=False)
    op.create_table(
        "passkey",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["login_id"], ["login.id"], name=op.f("fk_passkey_login_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_login_id"), "passkey", ["login_id"], unique=False)
    op.create_table(
        "people_list",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("replies", sa.SmallInteger(), nullable=False),
        sa.Column("exclusive", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_people_list_owner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_list")),
    )
    op.create_index(op.f("ix_people_list_owner_id_id"), "people_list", ["owner_id", "id"], unique=False)
    op.create_table(
        "policy_clause",
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["policy_version.id"], name=op.f("fk_policy_clause_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("clause", "version_id", name=op.f("pk_policy_clause")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_policy_clause_version_id"), "policy_clause", ["version_id"], unique=False)
    op.create_table(
        "policy_comment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_policy_comment_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["policy_version.id"], name=op.f("fk_policy_comment_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_comment")),
    )
    op.create_index(op.f("ix_policy_comment_account_id"), "policy_comment", ["account_id"], unique=False)
    op.create_index(op.f("ix_policy_comment_version_id_id"), "policy_comment", ["version_id", "id"], unique=False)
    op.create_table(
        "post",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("visibility", sa.SmallInteger(), nullable=False),
        sa.Column("removed", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("marked_sensitive", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("cover", sa.Text(), nullable=True),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("staff_note", sa.Text(), nullable=True),
        sa.Column("demoted", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("quiet", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("boost_of_id", sa.BigInteger(), nullable=True),
        sa.Column("in_reply_to_id", sa.BigInteger(), nullable=True),
        sa.Column("in_reply_to_author_id", sa.BigInteger(), nullable=True),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content_html", sa.Text(), nullable=False),
        sa.Column("warning", sa.Text(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("attachments", sa.Text(), nullable=False),
        sa.Column("mentions", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("emojis", sa.Text(), nullable=False),
        sa.Column("poll", sa.Text(), nullable=True),
        sa.Column("app_id", sa.BigInteger(), nullable=True),
        sa.Column("local", sa.Boolean(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("edited_at", sa.BigInteger(), nullable=True),
        sa.Column("quote_policy", sa.SmallInteger(), nullable=True),
        sa.Column("quote_of_id", sa.BigInteger(), nullable=True),
        sa.Column("quote_state", sa.SmallInteger(), nullable=True),
        sa.Column("card_id", sa.BigInteger(), nullable=True),
        sa.Column("reactions", sa.Text(), nullable=True),
        sa.Column("quote_approval_uri", sa.Text(), nullable=True),
        sa.Column("allowance", sa.Text(), nullable=True),
        sa.Column("wanted", sa.SmallInteger(), nullable=True),
        sa.Column("refused", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("leave_uri", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["app_id"], ["app.id"], name=op.f("fk_post_app_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_post_author_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["boost_of_id"], ["post.id"], name=op.f("fk_post_boost_of_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_post_card_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["in_reply_to_id"], ["post.id"], name=op.f("fk_post_in_reply_to_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["quote_of_id"], ["post.id"], name=op.f("fk_post_quote_of_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("uri", name=op.f("uq_post_uri")),
    )
    op.create_index(op.f("ix_post_app_id"), "post", ["app_id"], unique=False)
    op.create_index(
        "ix_post_author_boost",
        "post",
        ["author_id", "id"],
        unique=False,
        sqlite_where=sa.text("boost_of_id IS NOT NULL"),
        postgresql_where=sa.text("boost_of_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_post_author_id_id"), "post", ["author_id", "id"], unique=False)
    op.create_index(
        "ix_post_author_media",
        "post",
        ["author_id", "id"],
        unique=False,
        sqlite_where=sa.text("attachments != '[]'"),
        postgresql_where=sa.text("attachments != '[]'"),
    )
    op.create_index(
        "ix_post_boost",
        "post",
        ["boost_of_id", "id"],
        unique=False,
        sqlite_where=sa.text("boost_of_id IS NOT NULL"),
        postgresql_where=sa.text("boost_of_id IS NOT NULL"),
    )
    op.create_index(
        "ix_post_card",
        "post",
        ["card_id", "id"],
        unique=False,
        sqlite_where=sa.text("card_id IS NOT NULL"),
        postgresql_where=sa.text("card_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_post_in_reply_to_id_id"), "post", ["in_reply_to_id", "id"], unique=False)
    op.create_index(
        "ix_post_public",
        "post",
        ["id"],
        unique=False,
        sqlite_where=sa.text(
            "visibility = 0 AND boost_of_id IS NULL AND (in_reply_to_author_id IS NULL OR in_reply_to_author_id = author_id)"
        ),
        postgresql_where=sa.text(
            "visibility = 0 AND boost_of_id IS NULL AND (in_reply_to_author_id IS NULL OR in_reply_to_author_id = author_id)"
        ),
    )
    op.create_index(
        "ix_post_public_local",
        "post",
        ["local", "id"],
        unique=False,
        sqlite_where=sa.text(
            "visibility = 0 AND boost_of_id IS NULL AND (in_reply_to_author_id IS NULL OR in_reply_to_author_id = author_id)"
        ),
        postgresql_where=sa.text(
            "visibility = 0 AND boost_of_id IS NULL AND (in_reply_to_author_id IS NULL OR in_reply_to_author_id = author_id)"
        ),
    )
    op.create_index(
        "ix_post_public_local_media",
        "post",
        ["local", "id"],
        unique=False,
        sqlite_where=sa.text("visibility = 0 AND attachments != '[]'"),
        postgresql_where=sa.text("visibility = 0 AND attachments != '[]'"),
    )
    op.create_index(
        "ix_post_public_media",
        "post",
        ["id"],
        unique=False,
        sqlite_where=sa.text("visibility = 0 AND attachments != '[]'"),
        postgresql_where=sa.text("visibility = 0 AND attachments != '[]'"),
    )
    op.create_index(
        "ix_post_quote",
        "post",
        ["quote_of_id", "id"],
        unique=False,
        sqlite_where=sa.text("quote_of_id IS NOT NULL"),
        postgresql_where=sa.text("quote_of_id IS NOT NULL"),
    )
    op.create_index(
        "ix_post_quote_approval",
        "post",
        ["quote_approval_uri"],
        unique=False,
        sqlite_where=sa.text("quote_approval_uri IS NOT NULL"),
        postgresql_where=sa.text("quote_approval_uri IS NOT NULL"),
    )
    op.create_index(op.f("ix_post_thread_id_id"), "post", ["thread_id", "id"], unique=False)
    op.create_index(
        "ix_post_wanted",
        "post",
        ["author_id"],
        unique=False,
        sqlite_where=sa.text("wanted IS NOT NULL"),
        postgresql_where=sa.text("wanted IS NOT NULL"),
    )
    op.create_index(
        "uq_post_boost",
        "post",
        ["boost_of_id", "author_id"],
        unique=True,
        sqlite_where=sa.text("boost_of_id IS NOT NULL"),
        postgresql_where=sa.text("boost_of_id IS NOT NULL"),
    )
    op.create_table(
        "post_filter",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("contexts", sa.Text(), nullable=False),
        sa.Column("action", sa.SmallInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_post_filter_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_filter")),
    )
    op.create_index(op.f("ix_post_filter_account_id_id"), "post_filter", ["account_id", "id"], unique=False)
    op.create_table(
        "private_note",
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_private_note_by_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["target_id"], ["account.id"], name=op.f("fk_private_note_target_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("by_id", "target_id", name=op.f("pk_private_note")),
    )
    op.create_index(op.f("ix_private_note_target_id"), "private_note", ["target_id"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["login_id"], ["login.id"], name=op.f("fk_recovery_code_login_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("login_id", "code_hash", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "refresh",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.Column("results", sa.Integer(), nullable=True),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_refresh_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh")),
    )
    op.create_index(op.f("ix_refresh_account_id_key"), "refresh", ["account_id", "key"], unique=True)
    op.create_table(
        "refused_suggestion",
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["account.id"], name=op.f("fk_refused_suggestion_by_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["account.id"], name=op.f("fk_refused_suggestion_target_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("by_id", "target_id", name=op.f("pk_refused_suggestion")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_refused_suggestion_target_id"), "refused_suggestion", ["target_id"], unique=False)
    op.create_table(
        "relay",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("domain_id", sa.BigInteger(), nullable=False),
        sa.Column("inbox", sa.Text(), nullable=True),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("brought", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("brought_at", sa.BigInteger(), nullable=True),
        sa.Column("brought_then", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_relay_actor_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["domain_id"], ["domain.id"], name=op.f("fk_relay_domain_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relay")),
        sa.UniqueConstraint("address", name=op.f("uq_relay_address")),
    )
    op.create_index(op.f("ix_relay_actor_id"), "relay", ["actor_id"], unique=False)
    op.create_index(op.f("ix_relay_domain_id"), "relay", ["domain_id"], unique=False)
    op.create_index(op.f("ix_relay_state_form"), "relay", ["state", "form"], unique=False)
    op.create_table(
        "remote_actor",
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("inbox", sa.Text(), nullable=False),
        sa.Column("shared_inbox", sa.Text(), nullable=True),
        sa.Column("outbox", sa.Text(), nullable=True),
        sa.Column("followers", sa.Text(), nullable=True),
        sa.Column("following", sa.Text(), nullable=True),
        sa.Column("featured", sa.Text(), nullable=True),
        sa.Column("featured_tags", sa.Text(), nullable=True),
        sa.Column("also_known_as", sa.Text(), nullable=False),
        sa.Column("moved_to_id", sa.BigInteger(), nullable=True),
        sa.Column("moved_at", sa.BigInteger(), nullable=True),
        sa.Column("memorial", sa.Boolean(), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("posts_told", sa.Integer(), nullable=True),
        sa.Column("followers_told", sa.Integer(), nullable=True),
        sa.Column("following_told", sa.Integer(), nullable=True),
        sa.Column("fetched_at", sa.BigInteger(), nullable=False),
        sa.Column("filled_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_remote_actor_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["moved_to_id"], ["account.id"], name=op.f("fk_remote_actor_moved_to_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_remote_actor")),
    )
    op.create_index(op.f("ix_remote_actor_fetched_at"), "remote_actor", ["fetched_at"], unique=False)
    op.create_index(op.f("ix_remote_actor_followers"), "remote_actor", ["followers"], unique=False)
    op.create_index(op.f("ix_remote_actor_moved_to_id"), "remote_actor", ["moved_to_id"], unique=False)
    op.create_table(
        "remote_key",
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_remote_key_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("uri", name=op.f("pk_remote_key")),
    )
    op.create_index(op.f("ix_remote_key_account_id"), "remote_key", ["account_id"], unique=False)
    op.create_table(
        "scheduled_post",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("app_id", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_scheduled_post_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["app_id"], ["app.id"], name=op.f("fk_scheduled_post_app_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheduled_post")),
    )
    op.create_index(
        op.f("ix_scheduled_post_account_id_due_at"), "scheduled_post", ["account_id", "due_at"], unique=False
    )
    op.create_index(op.f("ix_scheduled_post_account_id_id"), "scheduled_post", ["account_id", "id"], unique=False)
    op.create_index(op.f("ix_scheduled_post_app_id"), "scheduled_post", ["app_id"], unique=False)
    op.create_index(
        "ix_scheduled_post_draft",
        "scheduled_post",
        ["account_id", "changed_at", "id"],
        unique=False,
        sqlite_where=sa.text("due_at IS NULL"),
        postgresql_where=sa.text("due_at IS NULL"),
    )
    op.create_table(
        "search_account",
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("tokens", sa.Text(), nullable=False),
        sa.Column("indexable", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_search_account_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_search_account")),
    )
    op.create_table(
        "session",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("csrf_secret", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=False),
        sa.Column("proven_at", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_account_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["login_id"], ["login.id"], name=op.f("fk_session_login_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_session_secret_hash")),
    )
    op.create_index(op.f("ix_session_address"), "session", ["address"], unique=False)
    op.create_index(op.f("ix_session_login_id"), "session", ["login_id"], unique=False)
    op.create_table(
        "signing_key",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("private_key", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_signing_key_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
    )
    op.create_index("uq_signing_key", "signing_key", ["account_id", "kind"], unique=True)
    op.create_index(
        "uq_signing_key_of_server",
        "signing_key",
        ["kind"],
        unique=True,
        sqlite_where=sa.text("account_id IS NULL"),
        postgresql_where=sa.text("account_id IS NULL"),
    )
    op.create_table(
        "tag_day",
        sa.Column("tag_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("newest_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_tag_day_account_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_tag_day_tag_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tag_id", "day", "account_id", name=op.f("pk_tag_day")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_tag_day_account_id_day"), "tag_day", ["account_id", "day"], unique=False)
    op.create_index(op.f("ix_tag_day_account_id_tag_id"), "tag_day", ["account_id", "tag_id"], unique=False)
    op.create_table(
        "tag_follow",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("tag_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_tag_follow_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_tag_follow_tag_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag_follow")),
    )
    op.create_index(op.f("ix_tag_follow_account_id_id"), "tag_follow", ["account_id", "id"], unique=False)
    op.create_index(op.f("ix_tag_follow_tag_id_account_id"), "tag_follow", ["tag_id", "account_id"], unique=True)
    op.create_table(
        "thread_mute",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_thread_mute_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "thread_id", name=op.f("pk_thread_mute")),
    )
    op.create_table(
        "token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("app_id", sa.BigInteger(), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_token_account_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["app_id"], ["app.id"], name=op.f("fk_token_app_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["login_id"], ["login.id"], name=op.f("fk_token_login_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_token_secret_hash")),
    )
    op.create_index(op.f("ix_token_account_id"), "token", ["account_id"], unique=False)
    op.create_index(op.f("ix_token_app_id"), "token", ["app_id"], unique=False)
    op.create_index(op.f("ix_token_login_id"), "token", ["login_id"], unique=False)
    op.create_table(
        "trend_voice",
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_trend_voice_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("kind", "subject_id", "account_id", name=op.f("pk_trend_voice")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_trend_voice_account_id"), "trend_voice", ["account_id"], unique=False)
    op.create_index(op.f("ix_trend_voice_at"), "trend_voice", ["at"], unique=False)
    op.create_table(
        "widely_followed",
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_widely_followed_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_widely_followed")),
    )
    op.create_table(
        "asked_boost",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("visibility", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_asked_boost_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_asked_boost_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_boost")),
    )
    op.create_index(op.f("ix_asked_boost_account_id"), "asked_boost", ["account_id"], unique=False)
    op.create_index(op.f("ix_asked_boost_post_id_account_id"), "asked_boost", ["post_id", "account_id"], unique=True)
    op.create_table(
        "bookmark",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_bookmark_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_bookmark_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookmark")),
    )
    op.create_index(op.f("ix_bookmark_account_id_id"), "bookmark", ["account_id", "id"], unique=False)
    op.create_index(op.f("ix_bookmark_account_id_post_id"), "bookmark", ["account_id", "post_id"], unique=True)
    op.create_index(op.f("ix_bookmark_post_id"), "bookmark", ["post_id"], unique=False)
    op.create_table(
        "brought_failure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["brought_list.id"], name=op.f("fk_brought_failure_list_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brought_failure")),
    )
    op.create_index(op.f("ix_brought_failure_list_id_id"), "brought_failure", ["list_id", "id"], unique=False)
    op.create_table(
        "brought_part",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["brought_list.id"], name=op.f("fk_brought_part_list_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brought_part")),
    )
    op.create_index(op.f("ix_brought_part_list_id_id"), "brought_part", ["list_id", "id"], unique=False)
    op.create_table(
        "case_draft",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_draft_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["login_id"], ["login.id"], name=op.f("fk_case_draft_login_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_id", "login_id", name=op.f("pk_case_draft")),
    )
    op.create_index(op.f("ix_case_draft_login_id"), "case_draft", ["login_id"], unique=False)
    op.create_table(
        "case_note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("by_login", sa.BigInteger(), nullable=True),
        sa.Column("by_account", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_note_case_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_note")),
    )
    op.create_index(op.f("ix_case_note_case_id_id"), "case_note", ["case_id", "id"], unique=False)
    op.create_table(
        "collection_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("collection_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_collection_item_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["collection.id"], name=op.f("fk_collection_item_collection_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_item")),
    )
    op.create_index(op.f("ix_collection_item_account_id_id"), "collection_item", ["account_id", "id"], unique=False)
    op.create_index(
        op.f("ix_collection_item_collection_id_account_id"),
        "collection_item",
        ["collection_id", "account_id"],
        unique=True,
    )
    op.create_table(
        "conversation_post",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "conversation_id"],
            ["conversation.account_id", "conversation.id"],
            name=op.f("fk_conversation_post_account_id_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_conversation_post_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", "account_id", name=op.f("pk_conversation_post")),
    )
    op.create_index(
        op.f("ix_conversation_post_account_id_conversation_id_post_id"),
        "conversation_post",
        ["account_id", "conversation_id", "post_id"],
        unique=False,
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("subject_name", sa.Text(), nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by_login", sa.BigInteger(), nullable=True),
        sa.Column("by_account", sa.BigInteger(), nullable=True),
        sa.Column("by_role", sa.SmallInteger(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("clauses", sa.Text(), nullable=False),
        sa.Column("law", sa.Text(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("detected", sa.Boolean(), nullable=False),
        sa.Column("automated", sa.Boolean(), nullable=False),
        sa.Column("post_ids", sa.Text(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
        sa.Column("needs", sa.SmallInteger(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("single_operator", sa.Boolean(), nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
        sa.Column("lasts", sa.BigInteger(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("answer_until", sa.BigInteger(), nullable=True),
        sa.Column("terms", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_decision_case_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_case_id_id"), "decision", ["case_id", "id"], unique=False)
    op.create_index(op.f("ix_decision_report_id"), "decision", ["report_id"], unique=False)
    op.create_index(op.f("ix_decision_reverses_id"), "decision", ["reverses_id"], unique=False)
    op.create_index(
        op.f("ix_decision_subject_kind_subject_id_id"), "decision", ["subject_kind", "subject_id", "id"], unique=False
    )
    op.create_index(op.f("ix_decision_subject_name"), "decision", ["subject_name"], unique=False)
    op.create_index(
        "ix_decision_undecided",
        "decision",
        ["state", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('proposed', 'provisional', 'unanswered')"),
        postgresql_where=sa.text("state IN ('proposed', 'provisional', 'unanswered')"),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("outgoing_id", sa.BigInteger(), nullable=False),
        sa.Column("domain_id", sa.BigInteger(), nullable=False),
        sa.Column("inbox", sa.Text(), nullable=False),
        sa.Column("lane", sa.SmallInteger(), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["domain_id"], ["domain.id"], name=op.f("fk_delivery_domain_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["outgoing_id"], ["outgoing.id"], name=op.f("fk_delivery_outgoing_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_delivery_domain_id_due_at"), "delivery", ["domain_id", "due_at"], unique=False)
    op.create_index(op.f("ix_delivery_domain_id_lane_id"), "delivery", ["domain_id", "lane", "id"], unique=False)
    op.create_index(
        "ix_delivery_given_up",
        "delivery",
        ["id"],
        unique=False,
        sqlite_where=sa.text("due_at IS NULL"),
        postgresql_where=sa.text("due_at IS NULL"),
    )
    op.create_index(op.f("ix_delivery_outgoing_id_inbox"), "delivery", ["outgoing_id", "inbox"], unique=True)
    op.create_index(op.f("ix_delivery_subject_inbox"), "delivery", ["subject", "inbox"], unique=False)
    op.create_table(
        "endorsement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("follow_id", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_endorsement_by_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["follow_id"], ["follow.id"], name=op.f("fk_endorsement_follow_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["account.id"], name=op.f("fk_endorsement_target_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endorsement")),
        sa.UniqueConstraint("follow_id", name=op.f("uq_endorsement_follow_id")),
    )
    op.create_index(op.f("ix_endorsement_by_id_id"), "endorsement", ["by_id", "id"], unique=False)
    op.create_index(op.f("ix_endorsement_target_id"), "endorsement", ["target_id"], unique=False)
    op.create_table(
        "favourite",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_favourite_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_favourite_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_favourite")),
    )
    op.create_index(op.f("ix_favourite_account_id_id"), "favourite", ["account_id", "id"], unique=False)
    op.create_index(op.f("ix_favourite_account_id_post_id"), "favourite", ["account_id", "post_id"], unique=True)
    op.create_index(op.f("ix_favourite_post_id_id"), "favourite", ["post_id", "id"], unique=False)
    op.create_table(
        "filter_keyword",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("filter_id", sa.BigInteger(), nullable=False),
        sa.Column("keyword", sa.Text(), nullable=False),
        sa.Column("whole_word", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["filter_id"], ["post_filter.id"], name=op.f("fk_filter_keyword_filter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filter_keyword")),
    )
    op.create_index(op.f("ix_filter_keyword_filter_id_id"), "filter_keyword", ["filter_id", "id"], unique=False)
    op.create_table(
        "filtered_post",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("filter_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["filter_id"], ["post_filter.id"], name=op.f("fk_filtered_post_filter_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_filtered_post_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filtered_post")),
    )
    op.create_index(op.f("ix_filtered_post_filter_id_post_id"), "filtered_post", ["filter_id", "post_id"], unique=True)
    op.create_index(op.f("ix_filtered_post_post_id"), "filtered_post", ["post_id"], unique=False)
    op.create_table(
        "letter",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("headers", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("subscription_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["email_subscription.id"], name=op.f("fk_letter_subscription_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
    )
    op.create_index(op.f("ix_letter_subscription_id"), "letter", ["subscription_id"], unique=False)
    op.create_table(
        "list_entry",
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["people_list.id"], name=op.f("fk_list_entry_list_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("list_id", "post_id", name=op.f("pk_list_entry")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "list_member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("follow_id", sa.BigInteger(), nullable=True),
        sa.Column("request_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_list_member_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["follow_id"], ["follow.id"], name=op.f("fk_list_member_follow_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["people_list.id"], name=op.f("fk_list_member_list_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["follow_request.id"], name=op.f("fk_list_member_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_member")),
    )
    op.create_index(op.f("ix_list_member_account_id_list_id"), "list_member", ["account_id", "list_id"], unique=False)
    op.create_index(op.f("ix_list_member_follow_id"), "list_member", ["follow_id"], unique=False)
    op.create_index(op.f("ix_list_member_list_id_account_id"), "list_member", ["list_id", "account_id"], unique=True)
    op.create_index(op.f("ix_list_member_list_id_id"), "list_member", ["list_id", "id"], unique=False)
    op.create_index(op.f("ix_list_member_request_id"), "list_member", ["request_id"], unique=False)
    op.create_table(
        "media",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=True),
        sa.Column("scheduled_id", sa.BigInteger(), nullable=True),
        sa.Column("attachment", sa.Text(), nullable=False),
        sa.Column("original_key", sa.Text(), nullable=True),
        sa.Column("small_key", sa.Text(), nullable=True),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_media_account_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_media_post_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["scheduled_id"], ["scheduled_post.id"], name=op.f("fk_media_scheduled_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
    )
    op.create_index(op.f("ix_media_account_id_id"), "media", ["account_id", "id"], unique=False)
    op.create_index(op.f("ix_media_original_key"), "media", ["original_key"], unique=False)
    op.create_index(op.f("ix_media_post_id"), "media", ["post_id"], unique=False)
    op.create_index(op.f("ix_media_scheduled_id"), "media", ["scheduled_id"], unique=False)
    op.create_index(op.f("ix_media_small_key"), "media", ["small_key"], unique=False)
    op.create_index(
        "ix_media_waiting",
        "media",
        ["account_id"],
        unique=False,
        sqlite_where=sa.text("waiting IS 1"),
        postgresql_where=sa.text("waiting IS true"),
    )
    op.create_table(
        "mention",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_mention_account_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_mention_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "account_id", name=op.f("pk_mention")),
    )
    op.create_index(op.f("ix_mention_account_id_post_id"), "mention", ["account_id", "post_id"], unique=False)
    op.create_table(
        "notification",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("from_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=True),
        sa.Column("about_id", sa.BigInteger(), nullable=True),
        sa.Column("group_key", sa.Text(), nullable=True),
        sa.Column("filtered", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_notification_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["from_id"], ["account.id"], name=op.f("fk_notification_from_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_notification_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_notification")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_notification_account_id_type_id"), "notification", ["account_id", "type", "id"], unique=False
    )
    op.create_index(
        "ix_notification_filtered",
        "notification",
        ["account_id", "from_id", "id"],
        unique=False,
        sqlite_where=sa.text("filtered IS 1"),
        postgresql_where=sa.text("filtered IS true"),
    )
    op.create_index(
        op.f("ix_notification_from_id_account_id_id"), "notification", ["from_id", "account_id", "id"], unique=False
    )
    op.create_index(
        "ix_notification_grouped",
        "notification",
        ["account_id", "group_key", "id"],
        unique=False,
        sqlite_where=sa.text("group_key IS NOT NULL"),
        postgresql_where=sa.text("group_key IS NOT NULL"),
    )
    op.create_index(op.f("ix_notification_id_account_id"), "notification", ["id", "account_id"], unique=False)
    op.create_index(op.f("ix_notification_post_id_from_id"), "notification", ["post_id", "from_id"], unique=False)
    op.create_index(
        "ix_notification_single",
        "notification",
        ["account_id", "id"],
        unique=False,
        sqlite_where=sa.text("group_key IS NULL"),
        postgresql_where=sa.text("group_key IS NULL"),
    )
    op.create_table(
        "notification_group",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("group_key", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=True),
        sa.Column("newest_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_notification_group_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_notification_group_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "group_key", name=op.f("pk_notification_group")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_notification_group_account_id_newest_id"),
        "notification_group",
        ["account_id", "newest_id"],
        unique=False,
    )
    op.create_index(op.f("ix_notification_group_post_id"), "notification_group", ["post_id"], unique=False)
    op.create_table(
        "pin",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_pin_account_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_pin_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin")),
    )
    op.create_index(op.f("ix_pin_account_id_post_id"), "pin", ["account_id", "post_id"], unique=True)
    op.create_index(op.f("ix_pin_post_id"), "pin", ["post_id"], unique=False)
    op.create_table(
        "poll",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("tallies", sa.Text(), nullable=False),
        sa.Column("voters", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_poll_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_poll")),
    )
    op.create_table(
        "post_counts",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("replies", sa.Integer(), nullable=False),
        sa.Column("boosts", sa.Integer(), nullable=False),
        sa.Column("favourites", sa.Integer(), nullable=False),
        sa.Column("quotes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_counts_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_post_counts")),
    )
    op.create_table(
        "post_edit",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("warning", sa.Text(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("attachments", sa.Text(), nullable=False),
        sa.Column("emojis", sa.Text(), nullable=False),
        sa.Column("poll", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_edit_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "version", name=op.f("pk_post_edit")),
    )
    op.create_table(
        "post_reaction",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("picture", sa.Text(), nullable=True),
        sa.Column("uri", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_post_reaction_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_reaction_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_reaction")),
    )
    op.create_index(op.f("ix_post_reaction_account_id_uri"), "post_reaction", ["account_id", "uri"], unique=False)
    op.create_index(
        op.f("ix_post_reaction_post_id_account_id_name"),
        "post_reaction",
        ["post_id", "account_id", "name"],
        unique=True,
    )
    op.create_table(
        "post_review",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("trendable", sa.Boolean(), nullable=False),
        sa.Column("reviewed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_review_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_post_review")),
    )
    op.create_table(
        "post_tag",
        sa.Column("tag_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_tag_post_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_post_tag_tag_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tag_id", "post_id", name=op.f("pk_post_tag")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_post_tag_post_id"), "post_tag", ["post_id"], unique=False)
    op.create_table(
        "push_subscription",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("token_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("auth", sa.LargeBinary(), nullable=False),
        sa.Column("standard", sa.Boolean(), nullable=False),
        sa.Column("sealed_token", sa.LargeBinary(), nullable=False),
        sa.Column("alerts", sa.Text(), nullable=False),
        sa.Column("policy", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_push_subscription_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["token_id"], ["token.id"], name=op.f("fk_push_subscription_token_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscription")),
        sa.UniqueConstraint("token_id", name=op.f("uq_push_subscription_token_id")),
    )
    op.create_index(op.f("ix_push_subscription_account_id"), "push_subscription", ["account_id"], unique=False)
    op.create_table(
        "quote_leave",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("asker_id", sa.BigInteger(), nullable=False),
        sa.Column("quoting_uri", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["asker_id"], ["account.id"], name=op.f("fk_quote_leave_asker_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_quote_leave_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_leave")),
    )
    op.create_index(op.f("ix_quote_leave_asker_id"), "quote_leave", ["asker_id"], unique=False)
    op.create_index(op.f("ix_quote_leave_post_id_quoting_uri"), "quote_leave", ["post_id", "quoting_uri"], unique=True)
    op.create_table(
        "quote_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("asker_id", sa.BigInteger(), nullable=False),
        sa.Column("quoting_id", sa.BigInteger(), nullable=True),
        sa.Column("quoting_uri", sa.Text(), nullable=True),
        sa.Column("asked_as", sa.Text(), nullable=True),
        sa.Column("refused", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asker_id"], ["account.id"], name=op.f("fk_quote_request_asker_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["account.id"], name=op.f("fk_quote_request_author_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_quote_request_post_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["quoting_id"], ["post.id"], name=op.f("fk_quote_request_quoting_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_request")),
    )
    op.create_index(op.f("ix_quote_request_asker_id"), "quote_request", ["asker_id"], unique=False)
    op.create_index(
        op.f("ix_quote_request_author_id_refused_id"), "quote_request", ["author_id", "refused", "id"], unique=False
    )
    op.create_index(
        op.f("ix_quote_request_post_id_quoting_uri"), "quote_request", ["post_id", "quoting_uri"], unique=True
    )
    op.create_index(op.f("ix_quote_request_quoting_id"), "quote_request", ["quoting_id"], unique=True)
    op.create_table(
        "remote_post",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("answers", sa.Text(), nullable=True),
        sa.Column("quotes", sa.Text(), nullable=True),
        sa.Column("replies", sa.Text(), nullable=True),
        sa.Column("thread", sa.Text(), nullable=True),
        sa.Column("fetched_at", sa.BigInteger(), nullable=False),
        sa.Column("replies_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_remote_post_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_remote_post")),
    )
    op.create_index(
        "ix_remote_post_answers",
        "remote_post",
        ["answers"],
        unique=False,
        sqlite_where=sa.text("answers IS NOT NULL"),
        postgresql_where=sa.text("answers IS NOT NULL"),
    )
    op.create_index(
        "ix_remote_post_quotes",
        "remote_post",
        ["quotes"],
        unique=False,
        sqlite_where=sa.text("quotes IS NOT NULL"),
        postgresql_where=sa.text("quotes IS NOT NULL"),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("forward", sa.Boolean(), nullable=False),
        sa.Column("rule_ids", sa.Text(), nullable=False),
        sa.Column("post_ids", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("assigned_id", sa.BigInteger(), nullable=True),
        sa.Column("resolved_at", sa.BigInteger(), nullable=True),
        sa.Column("resolved_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assigned_id"], ["account.id"], name=op.f("fk_report_assigned_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_report_by_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_report_case_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["resolved_by_id"], ["account.id"], name=op.f("fk_report_resolved_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["target_id"], ["account.id"], name=op.f("fk_report_target_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    op.create_index(op.f("ix_report_assigned_id"), "report", ["assigned_id"], unique=False)
    op.create_index(op.f("ix_report_by_id_id"), "report", ["by_id", "id"], unique=False)
    op.create_index(op.f("ix_report_case_id_id"), "report", ["case_id", "id"], unique=False)
    op.create_index(op.f("ix_report_created_at"), "report", ["created_at"], unique=False)
    op.create_index(
        "ix_report_open",
        "report",
        ["id"],
        unique=False,
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_index(
        "ix_report_resolved",
        "report",
        ["resolved_at", "id"],
        unique=False,
        sqlite_where=sa.text("resolved_at IS NOT NULL"),
        postgresql_where=sa.text("resolved_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_report_resolved_by_id"), "report", ["resolved_by_id"], unique=False)
    op.create_index(op.f("ix_report_target_id_id"), "report", ["target_id", "id"], unique=False)
    op.create_table(
        "search_post",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("tokens", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_search_post_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_search_post")),
    )
    op.create_table(
        "spreading",
        sa.Column(
            "outgoing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("subject", sa.BigInteger(), nullable=False),
        sa.Column("lane", sa.SmallInteger(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("reached", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outgoing_id"], ["outgoing.id"], name=op.f("fk_spreading_outgoing_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("outgoing_id", name=op.f("pk_spreading")),
    )
    op.create_index(op.f("ix_spreading_subject_outgoing_id"), "spreading", ["subject", "outgoing_id"], unique=False)
    op.create_table(
        "translation",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_translation_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "language", name=op.f("pk_translation")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "appeal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("reviewer_login", sa.BigInteger(), nullable=True),
        sa.Column("reviewer_account", sa.BigInteger(), nullable=True),
        sa.Column("reviewer_role", sa.SmallInteger(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("took_part", sa.Boolean(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("decided_place", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_appeal_decision_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
    )
    op.create_index(op.f("ix_appeal_account_id_id"), "appeal", ["account_id", "id"], unique=False)
    op.create_index(
        "ix_appeal_closed",
        "appeal",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state != 'open'"),
        postgresql_where=sa.text("state != 'open'"),
    )
    op.create_index(op.f("ix_appeal_decided_place"), "appeal", ["decided_place"], unique=False)
    op.create_index(op.f("ix_appeal_decision_id_id"), "appeal", ["decision_id", "id"], unique=False)
    op.create_index(
        "ix_appeal_due",
        "appeal",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(op.f("ix_appeal_place"), "appeal", ["place"], unique=False)
    op.create_index(
        "uq_appeal_open",
        "appeal",
        ["decision_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "approval",
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("role", sa.SmallInteger(), nullable=False),
        sa.Column("voice", sa.Text(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_approval_decision_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("decision_id", "login_id", name=op.f("pk_approval")),
    )
    op.create_index(op.f("ix_approval_login_id_decision_id"), "approval", ["login_id", "decision_id"], unique=False)
    op.create_table(
        "domain_allow",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_domain_allow_decision_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domain_allow")),
        sa.UniqueConstraint("name", name=op.f("uq_domain_allow_name")),
    )
    op.create_index(op.f("ix_domain_allow_decision_id"), "domain_allow", ["decision_id"], unique=False)
    op.create_table(
        "domain_block",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("severity", sa.SmallInteger(), nullable=False),
        sa.Column("reject_media", sa.Boolean(), nullable=False),
        sa.Column("reject_reports", sa.Boolean(), nullable=False),
        sa.Column("private_comment", sa.Text(), nullable=True),
        sa.Column("public_comment", sa.Text(), nullable=True),
        sa.Column("obfuscate", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_domain_block_decision_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domain_block")),
        sa.UniqueConstraint("name", name=op.f("uq_domain_block_name")),
    )
    op.create_index(op.f("ix_domain_block_decision_id"), "domain_block", ["decision_id"], unique=False)
    op.create_table(
        "effect",
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("target_kind", sa.Text(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=True),
        sa.Column("target_name", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_effect_decision_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["decision.id"], name=op.f("fk_effect_ended_by")),
        sa.PrimaryKeyConstraint("decision_id", "number", name=op.f("pk_effect")),
    )
    op.create_index(op.f("ix_effect_ended_by"), "effect", ["ended_by"], unique=False)
    op.create_index(
        "ix_effect_target_id",
        "effect",
        ["target_kind", "target_id", "effect"],
        unique=False,
        sqlite_where=sa.text("in_force IS 1"),
        postgresql_where=sa.text("in_force IS true"),
    )
    op.create_index(
        "ix_effect_target_name",
        "effect",
        ["target_kind", "target_name", "effect"],
        unique=False,
        sqlite_where=sa.text("in_force IS 1"),
        postgresql_where=sa.text("in_force IS true"),
    )
    op.create_table(
        "email_block",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_email_block_decision_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_block")),
        sa.UniqueConstraint("digest", name=op.f("uq_email_block_digest")),
    )
    op.create_index(op.f("ix_email_block_decision_id"), "email_block", ["decision_id"], unique=False)
    op.create_table(
        "email_domain_block",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_email_domain_block_decision_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_domain_block")),
        sa.UniqueConstraint("name", name=op.f("uq_email_domain_block_name")),
    )
    op.create_index(op.f("ix_email_domain_block_decision_id"), "email_domain_block", ["decision_id"], unique=False)
    op.create_table(
        "network_block",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("severity", sa.SmallInteger(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_network_block_decision_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_block")),
        sa.UniqueConstraint("network", name=op.f("uq_network_block_network")),
    )
    op.create_index(op.f("ix_network_block_decision_id"), "network_block", ["decision_id"], unique=False)
    op.create_index(op.f("ix_network_block_severity"), "network_block", ["severity"], unique=False)
    op.create_table(
        "poll_vote",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_poll_vote_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["poll.post_id"], name=op.f("fk_poll_vote_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "account_id", name=op.f("pk_poll_vote")),
    )
    op.create_index(op.f("ix_poll_vote_account_id_post_id"), "poll_vote", ["account_id", "post_id"], unique=False)
    op.create_table(
        "severance",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=True),
        sa.Column("followers", sa.Integer(), nullable=False),
        sa.Column("following", sa.Integer(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_severance_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_severance_decision_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_severance")),
    )
    op.create_index(op.f("ix_severance_account_id_id"), "severance", ["account_id", "id"], unique=False)
    op.create_index(op.f("ix_severance_decision_id"), "severance", ["decision_id"], unique=False)
    op.create_index(
        "uq_severance_untold",
        "severance",
        ["cause", "name", "account_id"],
        unique=True,
        sqlite_where=sa.text("told IS 0"),
        postgresql_where=sa.text("told IS false"),
    )
    op.create_table(
        "appeal_turn",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("appeal_id", sa.BigInteger(), nullable=False),
        sa.Column("by_reviewer", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_turn_appeal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal_turn")),
    )
    op.create_index(op.f("ix_appeal_turn_appeal_id_id"), "appeal_turn", ["appeal_id", "id"], unique=False)
    op.create_table(
        "email_domain_day",
        sa.Column("block_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["block_id"], ["email_domain_block.id"], name=op.f("fk_email_domain_day_block_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("block_id", "day", name=op.f("pk_email_domain_day")),
    )
    op.create_table(
        "severed_follow",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("severance_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=True),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("is_follower", sa.Boolean(), nullable=False),
        sa.Column("boosts", sa.Boolean(), nullable=False),
        sa.Column("notify", sa.Boolean(), nullable=False),
        sa.Column("languages", sa.Text(), nullable=True),
        sa.Column("uri", sa.Text(), nullable=True),
        sa.Column("lists", sa.Text(), nullable=True),
        sa.Column("restored_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["other_id"], ["account.id"], name=op.f("fk_severed_follow_other_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["severance_id"], ["severance.id"], name=op.f("fk_severed_follow_severance_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_severed_follow")),
    )
    op.create_index(op.f("ix_severed_follow_other_id_id"), "severed_follow", ["other_id", "id"], unique=False)
    op.create_index(
        op.f("ix_severed_follow_severance_id_is_follower_id"),
        "severed_follow",
        ["severance_id", "is_follower", "id"],
        unique=False,
    )
    if op.get_bind().dialect.name == "sqlite":
        _search_on_sqlite()
    else:
        _search_on_postgresql()


def _search_on_sqlite() -> None:
    """Let FTS5 index the tokens as they are: its tokenizer "ascii" cuts at spaces, and changes no letter of ours."""
    for table, key in (("search_post", "post_id"), ("search_account", "account_id")):
        op.execute(
            f"create virtual table {table}_index using fts5(tokens, content='{table}', content_rowid='{key}', "
            "tokenize=\"ascii tokenchars '='\", prefix='2 3', detail=none)"
        )
        # Few segments, because each is asked in every search; at 16, the preset, a small server's index has twenty.
        op.execute(f"insert into {table}_index({table}_index, rank) values ('crisismerge', 4)")
        add = f"insert into {table}_index(rowid, tokens) values (new.{key}, new.tokens)"
        drop = f"insert into {table}_index({table}_index, rowid, tokens) values ('delete', old.{key}, old.tokens)"
        op.execute(f"create trigger {table}_added after insert on {table} begin {add}; end")
        op.execute(f"create trigger {table}_removed after delete on {table} begin {drop}; end")
        op.execute(f"create trigger {table}_changed after update of tokens on {table} begin {drop}; {add}; end")


def _search_on_postgresql() -> None:
    """Let GIN index the tokens as they are; names of tags are found by their beginning, whatever the collation."""
    for table in ("search_post", "search_account"):
        op.execute(
            f"create index ix_{table}_tokens on {table} "
            "using gin (array_to_tsvector(string_to_array(tokens, ' '))) with (fastupdate = off)"
        )
    op.execute("create index ix_tag_search_name on tag (name text_pattern_ops)")
