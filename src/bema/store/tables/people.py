"""Who signs in, and who speaks: logins, accounts, sessions, apps and tokens."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    text,
)

from bema.store.tables.schema import id_column, metadata, only_key, reference

login = Table(
    "login",
    metadata,
    id_column(),
    Column("email", Text, nullable=False),
    Column("email_folded", Text, nullable=False, unique=True),
    Column("password_hash", Text),  # none: signs in by passkey alone
    Column("role", SmallInteger, nullable=False),
    Column("locale", Text, nullable=False),
    Column("undo_seconds", SmallInteger, nullable=False, server_default=text("0")),  # to take back what they post
    Column("reason", Text, nullable=False),  # why they want to join, where joining needs approval
    Column("created_at", BigInteger, nullable=False),
    Column("confirmed_at", BigInteger),
    Column("approved_at", BigInteger),
    Column("disabled_at", BigInteger),
    Column("totp_secret", Text),
    Column("totp_enabled_at", BigInteger),
    Column("totp_last_step", BigInteger),  # a code is good once
    Column("signed_up_from", Text),  # network address, kept for abuse handling
    Column("invited_by", BigInteger, ForeignKey("login.id", ondelete="SET NULL")),
    Column("app_id", BigInteger, ForeignKey("app.id", ondelete="SET NULL")),  # through which they joined
)
# Staff, who waits to be let in, and who may not sign in are few; each of them is looked for.
for _column, _condition in (
    (login.c.role, login.c.role > text("0")),
    (login.c.approved_at, login.c.approved_at.is_(None)),
    (login.c.disabled_at, login.c.disabled_at.is_not(None)),
    (login.c.signed_up_from, login.c.signed_up_from.is_not(None)),
    (login.c.invited_by, login.c.invited_by.is_not(None)),
    (login.c.app_id, login.c.app_id.is_not(None)),
):
    Index(f"ix_login_{_column.name}", _column, login.c.id, sqlite_where=_condition, postgresql_where=_condition)
Index("ix_login_created_at", login.c.created_at)

recovery_code = Table(
    "recovery_code",
    metadata,
    reference("login_id", "login.id", key=True),
    Column("code_hash", LargeBinary, primary_key=True),
    Column("used_at", BigInteger),
)

passkey = Table(
    "passkey",
    metadata,
    id_column(),
    reference("login_id", "login.id"),
    Column("credential_id", LargeBinary, nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Index(None, "login_id"),
)

# What is proven by holding it, once: e-mail confirmation, password reset, second step of signing in, passkey challenges.
one_time_secret = Table(
    "one_time_secret",
    metadata,
    Column("secret_hash", LargeBinary, primary_key=True),
    Column("purpose", Text, nullable=False),
    reference("login_id", "login.id", nullable=True),
    Column("payload", Text, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    Index(None, "expires_at"),
    Index(None, "login_id"),
)

# How often something was tried in a window of time: passwords, codes, letters asked for.
attempt = Table(
    "attempt",
    metadata,
    Column("key", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("since", BigInteger, nullable=False),
    Index(None, "since"),
)

invite = Table(
    "invite",
    metadata,
    Column("code", Text, primary_key=True),
    reference("created_by", "login.id"),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("uses", Integer, nullable=False),
    Column("max_uses", Integer),
    Index(None, "created_by"),
)

domain = Table(
    "domain",
    metadata,
    id_column(),
    Column("name", Text, nullable=False, unique=True),
    Column("local", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)
Index("ix_domain_name_begins", domain.c.name, postgresql_ops={"name": "text_pattern_ops"})
Index("ix_domain_local", domain.c.id, sqlite_where=text("local IS 1"), postgresql_where=text("local IS true"))

account = Table(
    "account",
    metadata,
    id_column(),
    reference("domain_id", "domain.id"),
    Column("username", Text, nullable=False),
    Column("username_folded", Text, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("standing", SmallInteger, nullable=False),
    # What decisions in force do beside taking out; set by store/effects.py alone.
    Column("limited", Boolean, nullable=False, server_default=text("false")),  # found by nobody who does not follow it
    Column("sensitized", Boolean, nullable=False, server_default=text("false")),  # whatever it posts is sensitive
    Column("label", Text),  # model/decisions.Label
    Column("staff_note", Text),
    Column("demoted", Boolean, nullable=False, server_default=text("false")),  # nobody is led to it
    Column("quiet", Boolean, nullable=False, server_default=text("false")),  # few may answer what it posts
    Column("badge", SmallInteger, nullable=False, server_default=text("0")),  # the role of who signs in for it
    Column("locked", Boolean, nullable=False),
    Column("discoverable", Boolean, nullable=False),
    Column("indexable", Boolean, nullable=False),
    Column("hide_collections", Boolean, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("note_html", Text, nullable=False),
    Column("fields", Text, nullable=False),  # JSON: list of views.Field
    Column("emojis", Text, nullable=False),  # JSON: list of views.Emoji
    Column("avatar", Text),  # JSON: views.ProfilePicture
    Column("header", Text),  # JSON: views.ProfilePicture
    Column("show_media", Boolean, nullable=False, server_default=text("true")),  # what the profile shows: pictures,
    Column("show_media_replies", Boolean, nullable=False, server_default=text("true")),  # those in answers too,
    Column("show_featured", Boolean, nullable=False, server_default=text("true")),  # tags and people
    Column("email_subscriptions", Boolean, nullable=False, server_default=text("false")),  # posts can be had by e-mail
    Column(
        "attribution_domains", Text, nullable=False, server_default=text("'[]'")
    ),  # JSON: who may name it as an author
    Column("post_visibility", SmallInteger, nullable=False),  # what the composer starts with
    Column("post_sensitive", Boolean, nullable=False),
    Column("post_language", Text),
    Column("post_quote_policy", SmallInteger, nullable=False),
    Column("uri", Text, unique=True),  # set for accounts of other servers; ours derive from the settings
    Column("url", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("uq_account_handle", "username_folded", "domain_id", unique=True),
    Index("ix_account_domain_id", "domain_id", "id"),
)
for _column, _on_sqlite, _on_postgresql in (
    (account.c.standing, "standing > 0", "standing > 0"),
    (account.c.limited, "limited IS 1", "limited IS true"),
    (account.c.sensitized, "sensitized IS 1", "sensitized IS true"),
):
    Index(
        f"ix_account_{_column.name}",
        _column,
        account.c.id,
        sqlite_where=text(_on_sqlite),
        postgresql_where=text(_on_postgresql),
    )

# Projection: how much an account has and did.
account_counts = Table(
    "account_counts",
    metadata,
    only_key("account.id"),
    Column("posts", Integer, nullable=False),
    Column("followers", Integer, nullable=False),
    Column("following", Integer, nullable=False),
    Column("last_post_at", BigInteger),
)

membership = Table(
    "membership",
    metadata,
    reference("login_id", "login.id", key=True),
    reference("account_id", "account.id", key=True),
    Column("role", Text, nullable=False),  # owner, editor
    Index(None, "account_id"),
)

session = Table(
    "session",
    metadata,
    id_column(),
    Column("secret_hash", LargeBinary, nullable=False, unique=True),
    reference("login_id", "login.id"),
    reference("account_id", "account.id"),
    Column("csrf_secret", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger, nullable=False),
    Column("proven_at", BigInteger, nullable=False),  # when password or passkey was last given
    Column("address", Text, nullable=False),
    Column("user_agent", Text, nullable=False),
    Index(None, "login_id"),
    Index(None, "address"),
)

app = Table(
    "app",
    metadata,
    id_column(),
    Column("client_id", Text, nullable=False, unique=True),
    Column("secret_hash", LargeBinary, nullable=False),
    Column("name", Text, nullable=False),
    Column("website", Text),
    Column("redirect_uris", Text, nullable=False),  # JSON list
    Column("scopes", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

authorization_code = Table(
    "authorization_code",
    metadata,
    Column("code_hash", LargeBinary, primary_key=True),
    reference("app_id", "app.id"),
    reference("login_id", "login.id"),
    reference("account_id", "account.id"),
    Column("scopes", Text, nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("code_challenge", Text),
    Column("expires_at", BigInteger, nullable=False),
    Column("token_id", BigInteger),  # set when it was used; a second use revokes that token
    Index(None, "expires_at"),
    Index(None, "login_id"),
)

token = Table(
    "token",
    metadata,
    id_column(),
    Column("secret_hash", LargeBinary, nullable=False, unique=True),
    reference("app_id", "app.id"),
    reference("login_id", "login.id", nullable=True),  # none: the app speaks for itself
    reference("account_id", "account.id", nullable=True),
    Column("scopes", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Column("revoked_at", BigInteger),
    Index(None, "login_id"),
    Index(None, "account_id"),
    Index(None, "app_id"),
)
