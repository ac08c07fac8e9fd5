"""The schema, read top to bottom: who signs in, who speaks, what is said, who relates to whom, what follows, the log.

Times are integer milliseconds, ids 64-bit integers, documents JSON text, so that both databases hold the same values.
Tables marked *projection* can be rebuilt from the event log and the other tables.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives a row its own key only to a column declared exactly INTEGER.
_Key = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[int]:
    return Column("id", _Key, primary_key=True, autoincrement=False)


def _ref(name: str, target: str, *, nullable: bool = False, key: bool = False) -> Column[int]:
    return Column(name, BigInteger, ForeignKey(target, ondelete="CASCADE"), nullable=nullable, primary_key=key)


# --- Who signs in -----------------------------------------------------------------------------------------------------

login = Table(
    "login",
    metadata,
    _id(),
    Column("email", Text, nullable=False),
    Column("email_folded", Text, nullable=False, unique=True),
    Column("password_hash", Text),  # none: signs in by passkey alone
    Column("role", SmallInteger, nullable=False),
    Column("locale", Text, nullable=False),
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
)

recovery_code = Table(
    "recovery_code",
    metadata,
    _ref("login_id", "login.id", key=True),
    Column("code_hash", LargeBinary, primary_key=True),
    Column("used_at", BigInteger),
)

passkey = Table(
    "passkey",
    metadata,
    _id(),
    _ref("login_id", "login.id"),
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
    _ref("login_id", "login.id", nullable=True),
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
    _ref("created_by", "login.id"),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("uses", Integer, nullable=False),
    Column("max_uses", Integer),
    Index(None, "created_by"),
)

# --- Who speaks -------------------------------------------------------------------------------------------------------

domain = Table(
    "domain",
    metadata,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("local", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

account = Table(
    "account",
    metadata,
    _id(),
    _ref("domain_id", "domain.id"),
    Column("username", Text, nullable=False),
    Column("username_folded", Text, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("standing", SmallInteger, nullable=False),
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
    Column("post_visibility", SmallInteger, nullable=False),  # what the composer starts with
    Column("post_sensitive", Boolean, nullable=False),
    Column("post_language", Text),
    Column("uri", Text, unique=True),  # set for accounts of other servers; ours derive from the settings
    Column("url", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("uq_account_handle", "username_folded", "domain_id", unique=True),
    Index(None, "domain_id"),
)

# Projection: how much an account has and did.
account_counts = Table(
    "account_counts",
    metadata,
    Column("account_id", _Key, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("posts", Integer, nullable=False),
    Column("followers", Integer, nullable=False),
    Column("following", Integer, nullable=False),
    Column("last_post_at", BigInteger),
)

membership = Table(
    "membership",
    metadata,
    _ref("login_id", "login.id", key=True),
    _ref("account_id", "account.id", key=True),
    Column("role", Text, nullable=False),  # owner, editor
    Index(None, "account_id"),
)

session = Table(
    "session",
    metadata,
    _id(),
    Column("secret_hash", LargeBinary, nullable=False, unique=True),
    _ref("login_id", "login.id"),
    _ref("account_id", "account.id"),
    Column("csrf_secret", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger, nullable=False),
    Column("address", Text, nullable=False),
    Column("user_agent", Text, nullable=False),
    Index(None, "login_id"),
)

app = Table(
    "app",
    metadata,
    _id(),
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
    _ref("app_id", "app.id"),
    _ref("login_id", "login.id"),
    _ref("account_id", "account.id"),
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
    _id(),
    Column("secret_hash", LargeBinary, nullable=False, unique=True),
    _ref("app_id", "app.id"),
    _ref("login_id", "login.id", nullable=True),  # none: the app speaks for itself
    _ref("account_id", "account.id", nullable=True),
    Column("scopes", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Column("revoked_at", BigInteger),
    Index(None, "login_id"),
    Index(None, "account_id"),
    Index(None, "app_id"),
)

# --- What is said -----------------------------------------------------------------------------------------------------

post = Table(
    "post",
    metadata,
    _id(),
    _ref("author_id", "account.id"),
    Column("visibility", SmallInteger, nullable=False),
    Column("boost_of_id", BigInteger, ForeignKey("post.id", ondelete="CASCADE")),
    Column("in_reply_to_id", BigInteger, ForeignKey("post.id", ondelete="SET NULL")),
    Column("in_reply_to_author_id", BigInteger),
    Column("thread_id", BigInteger, nullable=False),  # the id of the thread's first post, which may be gone
    Column("text", Text, nullable=False),  # as typed
    Column("content_html", Text, nullable=False),  # rendered once, when written or received
    Column("warning", Text, nullable=False),
    Column("sensitive", Boolean, nullable=False),
    Column("language", Text),
    Column("attachments", Text, nullable=False),  # JSON: list of views.Attachment
    Column("mentions", Text, nullable=False),  # JSON: list of views.Mention
    Column("tags", Text, nullable=False),  # JSON: list of tag names as written
    Column("emojis", Text, nullable=False),  # JSON: list of views.Emoji
    Column("app_id", BigInteger, ForeignKey("app.id", ondelete="SET NULL")),
    Column("local", Boolean, nullable=False),
    Column("uri", Text, unique=True),  # set for posts of other servers
    Column("url", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("edited_at", BigInteger),
    Index(None, "author_id", "id"),
    Index(None, "in_reply_to_id", "id"),
    Index(None, "thread_id", "id"),
    Index(None, "app_id"),
)
# What public timelines show. Statements must say it in the same words for a database to see that the index fits.
LISTED = (
    (post.c.visibility == text("0"))
    & post.c.boost_of_id.is_(None)
    & (post.c.in_reply_to_author_id.is_(None) | (post.c.in_reply_to_author_id == post.c.author_id))
)
WITH_MEDIA = post.c.attachments != text("'[]'")
Index("ix_post_public", post.c.id, sqlite_where=LISTED, postgresql_where=LISTED)
Index("ix_post_public_local", post.c.local, post.c.id, sqlite_where=LISTED, postgresql_where=LISTED)
_public_media = (post.c.visibility == text("0")) & WITH_MEDIA
Index("ix_post_public_media", post.c.id, sqlite_where=_public_media, postgresql_where=_public_media)
Index("ix_post_public_local_media", post.c.local, post.c.id, sqlite_where=_public_media, postgresql_where=_public_media)
Index("ix_post_author_media", post.c.author_id, post.c.id, sqlite_where=WITH_MEDIA, postgresql_where=WITH_MEDIA)
_boost = post.c.boost_of_id.is_not(None)
Index(
    "uq_post_boost",
    post.c.boost_of_id,
    post.c.author_id,
    unique=True,
    sqlite_where=_boost,
    postgresql_where=_boost,
)
Index("ix_post_boost", post.c.boost_of_id, post.c.id, sqlite_where=_boost, postgresql_where=_boost)

# Projection: what others did with a post.
post_counts = Table(
    "post_counts",
    metadata,
    Column("post_id", _Key, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("replies", Integer, nullable=False),
    Column("boosts", Integer, nullable=False),
    Column("favourites", Integer, nullable=False),
)

post_edit = Table(
    "post_edit",
    metadata,
    _ref("post_id", "post.id", key=True),
    Column("version", Integer, primary_key=True),
    Column("content_html", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("warning", Text, nullable=False),
    Column("sensitive", Boolean, nullable=False),
    Column("attachments", Text, nullable=False),
    Column("emojis", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

mention = Table(
    "mention",
    metadata,
    _ref("post_id", "post.id", key=True),
    _ref("account_id", "account.id", key=True),
    Index(None, "account_id", "post_id"),
)

tag = Table(
    "tag",
    metadata,
    _id(),
    Column("name", Text, nullable=False, unique=True),  # folded
    Column("display", Text, nullable=False),  # as it was first written
    Column("created_at", BigInteger, nullable=False),
)

post_tag = Table(
    "post_tag",
    metadata,
    _ref("tag_id", "tag.id", key=True),
    _ref("post_id", "post.id", key=True),
    Index(None, "post_id"),
    sqlite_with_rowid=False,
)

# Projection: who used a tag on a day, in public posts.
tag_day = Table(
    "tag_day",
    metadata,
    _ref("tag_id", "tag.id", key=True),
    Column("day", Integer, primary_key=True),  # days since 1970-01-01
    _ref("account_id", "account.id", key=True),
    Column("uses", Integer, nullable=False),
    Index(None, "account_id", "day"),
    sqlite_with_rowid=False,
)

tag_follow = Table(
    "tag_follow",
    metadata,
    _id(),
    _ref("tag_id", "tag.id"),
    _ref("account_id", "account.id"),
    Index(None, "tag_id", "account_id", unique=True),
    Index(None, "account_id", "id"),
)

media = Table(
    "media",
    metadata,
    _id(),
    _ref("account_id", "account.id"),
    Column("post_id", BigInteger, ForeignKey("post.id", ondelete="SET NULL")),
    Column("attachment", Text, nullable=False),  # JSON: views.Attachment
    Column("created_at", BigInteger, nullable=False),
    Index(None, "account_id", "id"),
    Index(None, "post_id"),
)

custom_emoji = Table(
    "custom_emoji",
    metadata,
    _id(),
    _ref("domain_id", "domain.id"),
    Column("shortcode", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("static_url", Text, nullable=False),
    Column("category", Text),
    Column("listed", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index(None, "domain_id", "shortcode", unique=True),
)

idempotency = Table(
    "idempotency",
    metadata,
    _ref("account_id", "account.id", key=True),
    Column("key", Text, primary_key=True),
    Column("post_id", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index(None, "created_at"),
)

# Ids that were deleted, as hashes: what arrives late cannot resurrect them, and pages can say "deleted".
tombstone = Table(
    "tombstone",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("created_at", BigInteger, nullable=False),
)

# --- Who relates to what ----------------------------------------------------------------------------------------------
# Each relation has an id of its own: lists page by it.

favourite = Table(
    "favourite",
    metadata,
    _id(),
    _ref("post_id", "post.id"),
    _ref("account_id", "account.id"),
    Index(None, "account_id", "post_id", unique=True),
    Index(None, "account_id", "id"),
    Index(None, "post_id", "id"),
)

bookmark = Table(
    "bookmark",
    metadata,
    _id(),
    _ref("post_id", "post.id"),
    _ref("account_id", "account.id"),
    Index(None, "account_id", "post_id", unique=True),
    Index(None, "account_id", "id"),
    Index(None, "post_id"),
)

pin = Table(
    "pin",
    metadata,
    _id(),
    _ref("post_id", "post.id"),
    _ref("account_id", "account.id"),
    Index(None, "account_id", "post_id", unique=True),
    Index(None, "post_id"),
)

thread_mute = Table(
    "thread_mute",
    metadata,
    _ref("account_id", "account.id", key=True),
    Column("thread_id", BigInteger, primary_key=True),
)

follow = Table(
    "follow",
    metadata,
    _id(),
    _ref("follower_id", "account.id"),
    _ref("followed_id", "account.id"),
    Column("boosts", Boolean, nullable=False),  # show what they boost
    Column("notify", Boolean, nullable=False),  # tell me when they post
    Column("languages", Text),  # JSON list, or none for all
    Index(None, "follower_id", "followed_id", unique=True),
    Index(None, "follower_id", "id"),
    Index(None, "followed_id", "id"),
)

Index(
    "ix_follow_notify",
    follow.c.followed_id,
    follow.c.follower_id,
    sqlite_where=text("notify = 1"),
    postgresql_where=text("notify"),
)

follow_request = Table(
    "follow_request",
    metadata,
    _id(),
    _ref("follower_id", "account.id"),
    _ref("followed_id", "account.id"),
    Column("boosts", Boolean, nullable=False),
    Column("notify", Boolean, nullable=False),
    Column("languages", Text),
    Index(None, "follower_id", "followed_id", unique=True),
    Index(None, "followed_id", "id"),
)

block = Table(
    "block",
    metadata,
    _id(),
    _ref("by_id", "account.id"),
    _ref("target_id", "account.id"),
    Index(None, "by_id", "target_id", unique=True),
    Index(None, "by_id", "id"),
    Index(None, "target_id", "by_id"),
)

mute = Table(
    "mute",
    metadata,
    _id(),
    _ref("by_id", "account.id"),
    _ref("target_id", "account.id"),
    Column("notifications", Boolean, nullable=False),  # also hide what they would be notified of
    Column("expires_at", BigInteger),
    Index(None, "by_id", "target_id", unique=True),
    Index(None, "by_id", "id"),
    Index(None, "target_id"),
)

private_note = Table(
    "private_note",
    metadata,
    _ref("by_id", "account.id", key=True),
    _ref("target_id", "account.id", key=True),
    Column("note", Text, nullable=False),
    Index(None, "target_id"),
)

# --- What follows -----------------------------------------------------------------------------------------------------

# Projection: the newest of what an account follows.
home = Table(
    "home",
    metadata,
    _ref("account_id", "account.id", key=True),
    Column("post_id", BigInteger, primary_key=True),
    sqlite_with_rowid=False,
)

# Projection: authors with so many followers that homes take up their posts when they are read, not when they are written.
widely_followed = Table(
    "widely_followed",
    metadata,
    Column("account_id", _Key, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
)

# Projection: what an account is told of. The id is the position of the event that caused it: one event tells an
# account at most one thing, and a rebuilt table has the same ids.
notification = Table(
    "notification",
    metadata,
    _ref("account_id", "account.id", key=True),
    Column("id", BigInteger, primary_key=True),
    Column("type", Text, nullable=False),  # follow, follow_request, mention, favourite, boost, post, edit
    _ref("from_id", "account.id"),
    _ref("post_id", "post.id", nullable=True),
    Column("created_at", BigInteger, nullable=False),
    Index(None, "account_id", "type", "id"),
    Index(None, "from_id", "account_id"),
    Index(None, "post_id", "from_id"),
    sqlite_with_rowid=False,
)

# Projection: by which tokens (see model/searching.py) a post and an account are found. Full-text search, which each
# database does in its own way, is laid over these two tables in the first migration.
search_post = Table(
    "search_post",
    metadata,
    Column("post_id", _Key, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("tokens", Text, nullable=False),  # with spaces between them; "=p": anybody may find it, "=7": account 7 may
)

search_account = Table(
    "search_account",
    metadata,
    Column("account_id", _Key, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("tokens", Text, nullable=False),
    Column("indexable", Boolean, nullable=False),  # whether its public posts were put among what anybody may find
)

marker = Table(
    "marker",
    metadata,
    _ref("account_id", "account.id", key=True),
    Column("timeline", Text, primary_key=True),
    Column("last_read_id", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

letter = Table(
    "letter",
    metadata,
    _id(),
    Column("recipient", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

# --- The event log and its readers ------------------------------------------------------------------------------------

# `seq` is the order of commits. On SQLite the single writer makes it equal to `id`, and the column stays empty; on
# PostgreSQL one sequencer numbers the committed rows (see log.py).
event = Table(
    "event",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("seq", BigInteger, unique=True),
    Column("body", Text, nullable=False),  # JSON: events.AnyEvent
    Column("at", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
_unnumbered = event.c.seq.is_(None)
Index("ix_event_unnumbered", event.c.id, postgresql_where=_unnumbered, sqlite_where=text("0"))

cursor = Table(
    "cursor",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
)

parked_event = Table(
    "parked_event",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("body", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("parked_at", BigInteger, nullable=False),
)

# One attempt after another to change the world outside, once per key.
task = Table(
    "task",
    metadata,
    _id(),
    Column("subscriber", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", BigInteger),  # none: given up, for the operator to see
    Column("error", Text),
    Index(None, "subscriber", "key", unique=True),
    Index(None, "due_at"),
)
