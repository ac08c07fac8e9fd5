"""What is said: posts with their versions, tags and files."""

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

post = Table(
    "post",
    metadata,
    id_column(),
    reference("author_id", "account.id"),
    Column("visibility", SmallInteger, nullable=False),
    # What decisions in force do to it; set by store/effects.py alone.
    Column("removed", Boolean, nullable=False, server_default=text("false")),  # nobody sees it, and all of it is kept
    Column("marked_sensitive", Boolean, nullable=False, server_default=text("false")),
    Column("cover", Text),  # a warning over it, in the place of the author's
    Column("label", Text),  # model/decisions.Label
    Column("staff_note", Text),
    Column("demoted", Boolean, nullable=False, server_default=text("false")),  # nobody is led to it
    Column("quiet", Boolean, nullable=False, server_default=text("false")),  # few may answer it
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
    Column("poll", Text),  # JSON: views.PollTerms; the votes are in a table of their own
    Column("app_id", BigInteger, ForeignKey("app.id", ondelete="SET NULL")),
    Column("local", Boolean, nullable=False),
    Column("uri", Text, unique=True),  # set for posts of other servers
    Column("url", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("edited_at", BigInteger),
    Column("quote_policy", SmallInteger),  # model/policy.QuotePolicy; none: nobody but the author
    Column("quote_of_id", BigInteger, ForeignKey("post.id", ondelete="SET NULL")),
    Column("quote_state", SmallInteger),  # model/policy.QuoteState; it stays when the quoted post is deleted
    Column("card_id", BigInteger, ForeignKey("card.id", ondelete="SET NULL")),
    Column("reactions", Text),  # JSON: list of views.Reacted, counted from post_reaction; none: there are none
    Column("quote_approval_uri", Text),  # of a post from elsewhere: where its author's leave can be checked
    Column("allowance", Text),  # JSON: model/allowing.Allowance, of a post from elsewhere; none: it rules nothing
    Column("wanted", SmallInteger),  # Visibility: of an answer that waits for leave, whom it is for once it has it
    Column("refused", Boolean, nullable=False, server_default=text("false")),  # the answer was no
    Column("leave_uri", Text),  # of an answer or boost that had to ask: where the leave can be checked
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
Index("ix_post_author_boost", post.c.author_id, post.c.id, sqlite_where=_boost, postgresql_where=_boost)
_quote = post.c.quote_of_id.is_not(None)
Index("ix_post_quote", post.c.quote_of_id, post.c.id, sqlite_where=_quote, postgresql_where=_quote)
_by_leave = post.c.quote_approval_uri.is_not(None)
Index("ix_post_quote_approval", post.c.quote_approval_uri, sqlite_where=_by_leave, postgresql_where=_by_leave)
_waiting = post.c.wanted.is_not(None)
Index("ix_post_wanted", post.c.author_id, sqlite_where=_waiting, postgresql_where=_waiting)

_linking = post.c.card_id.is_not(None)
Index("ix_post_card", post.c.card_id, post.c.id, sqlite_where=_linking, postgresql_where=_linking)

# Projection: what others did with a post.
post_counts = Table(
    "post_counts",
    metadata,
    only_key("post.id"),
    Column("replies", Integer, nullable=False),
    Column("boosts", Integer, nullable=False),
    Column("favourites", Integer, nullable=False),
    Column("quotes", Integer, nullable=False),
)

post_edit = Table(
    "post_edit",
    metadata,
    reference("post_id", "post.id", key=True),
    Column("version", Integer, primary_key=True),
    Column("content_html", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("warning", Text, nullable=False),
    Column("sensitive", Boolean, nullable=False),
    Column("attachments", Text, nullable=False),
    Column("emojis", Text, nullable=False),
    Column("poll", Text),
    Column("created_at", BigInteger, nullable=False),
)

mention = Table(
    "mention",
    metadata,
    reference("post_id", "post.id", key=True),
    reference("account_id", "account.id", key=True),
    Column("silent", Boolean, nullable=False),  # may see the post, but is not addressed: whom it quotes
    Index(None, "account_id", "post_id"),
)

tag = Table(
    "tag",
    metadata,
    id_column(),
    Column("name", Text, nullable=False, unique=True),  # folded
    Column("display", Text, nullable=False),  # as it was first written
    # What the staff decided: may it be used, trend, be listed. None: nobody judged it yet.
    Column("usable", Boolean),
    Column("trendable", Boolean),
    Column("listable", Boolean),
    Column("reviewed_at", BigInteger),
    Column("created_at", BigInteger, nullable=False),
)

post_tag = Table(
    "post_tag",
    metadata,
    reference("tag_id", "tag.id", key=True),
    reference("post_id", "post.id", key=True),
    Index(None, "post_id"),
    sqlite_with_rowid=False,
)

# Projection: who used a tag on a day, in public posts.
tag_day = Table(
    "tag_day",
    metadata,
    reference("tag_id", "tag.id", key=True),
    Column("day", Integer, primary_key=True),  # days since 1970-01-01
    reference("account_id", "account.id", key=True),
    Column("uses", Integer, nullable=False),
    Column("newest_id", BigInteger, nullable=False),  # of the posts that are counted; it may be gone since
    Index(None, "account_id", "day"),
    Index(None, "account_id", "tag_id"),
    sqlite_with_rowid=False,
)

tag_follow = Table(
    "tag_follow",
    metadata,
    id_column(),
    reference("tag_id", "tag.id"),
    reference("account_id", "account.id"),
    Index(None, "tag_id", "account_id", unique=True),
    Index(None, "account_id", "id"),
)

media = Table(
    "media",
    metadata,
    id_column(),
    reference("account_id", "account.id"),
    Column("post_id", BigInteger, ForeignKey("post.id", ondelete="SET NULL")),
    Column("scheduled_id", BigInteger, ForeignKey("scheduled_post.id", ondelete="SET NULL")),
    Column("attachment", Text, nullable=False),  # JSON: views.Attachment
    Column("original_key", Text),  # the names of its files, as they are in the attachment
    Column("small_key", Text),
    Column("waiting", Boolean, nullable=False),  # whether it is a recording that is not prepared yet
    Column("created_at", BigInteger, nullable=False),
    Index(None, "account_id", "id"),
    Index(None, "post_id"),
    Index(None, "scheduled_id"),
    Index(None, "original_key"),
    Index(None, "small_key"),
)
WAITING = media.c.waiting.is_(True)  # in the same words for a database to see that the index fits
Index(
    "ix_media_waiting",
    media.c.account_id,
    sqlite_where=text("waiting IS 1"),
    postgresql_where=text("waiting IS true"),
)

custom_emoji = Table(
    "custom_emoji",
    metadata,
    id_column(),
    reference("domain_id", "domain.id"),
    Column("shortcode", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("static_url", Text, nullable=False),
    Column("category", Text),
    Column("listed", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index(None, "domain_id", "shortcode", unique=True),
)

# Boosts that wait for the word of whom they pass on; the id becomes the boost's.
asked_boost = Table(
    "asked_boost",
    metadata,
    id_column(),
    reference("post_id", "post.id"),
    reference("account_id", "account.id"),
    Column("visibility", SmallInteger, nullable=False),
    Index(None, "post_id", "account_id", unique=True),
    Index(None, "account_id"),
)

idempotency = Table(
    "idempotency",
    metadata,
    reference("account_id", "account.id", key=True),
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
