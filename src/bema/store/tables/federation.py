"""Federation: what other servers' people are there as, with which keys all sign, what comes in and what is to be delivered."""

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

from bema.store.tables.schema import Key, id_column, metadata, only_key, reference

# With what an account of this server signs; without an account, the server itself.
signing_key = Table(
    "signing_key",
    metadata,
    id_column(),
    reference("account_id", "account.id", nullable=True),
    Column("kind", Text, nullable=False),  # rsa, ed25519
    Column("private_key", LargeBinary, nullable=False),  # PEM, sealed (outside/sealed.py)
    Column("public_key", Text, nullable=False),  # PEM, SPKI
    Column("created_at", BigInteger, nullable=False),
    Index("uq_signing_key", "account_id", "kind", unique=True),
)
_of_server = signing_key.c.account_id.is_(None)
Index("uq_signing_key_of_server", signing_key.c.kind, unique=True, sqlite_where=_of_server, postgresql_where=_of_server)

# With what an account of another server signs, by the id that its key has there.
remote_key = Table(
    "remote_key",
    metadata,
    Column("uri", Text, primary_key=True),
    reference("account_id", "account.id"),
    Column("kind", Text, nullable=False),  # rsa, ed25519
    Column("public_key", Text, nullable=False),  # PEM, SPKI
    Column("fetched_at", BigInteger, nullable=False),
    Index(None, "account_id"),
)

# What an account of another server has beside a row of `account`.
remote_actor = Table(
    "remote_actor",
    metadata,
    only_key("account.id"),
    Column("type", Text, nullable=False),  # Person, Service, Group, …
    Column("inbox", Text, nullable=False),
    Column("shared_inbox", Text),
    Column("outbox", Text),
    Column("followers", Text),
    Column("following", Text),
    Column("featured", Text),
    Column("featured_tags", Text),
    Column("also_known_as", Text, nullable=False),  # JSON: list of ids
    Column("moved_to_id", BigInteger, ForeignKey("account.id", ondelete="SET NULL")),
    Column("moved_at", BigInteger),
    Column("memorial", Boolean, nullable=False),
    Column("suspended", Boolean, nullable=False),  # by its own server
    # How many its own server says it has; none: it does not say.
    Column("posts_told", Integer),
    Column("followers_told", Integer),
    Column("following_told", Integer),
    Column("fetched_at", BigInteger, nullable=False),
    Column("filled_at", BigInteger),  # when its earlier posts were fetched
    Index(None, "moved_to_id"),
    Index(None, "followers"),
    Index(None, "fetched_at"),
)

# What is known of how another server can be reached, and when it is delivered to next. Whoever delivers to a server holds
# it for a while: so it is sent a bounded number at a time, and what a dead process held falls due again. Rows of servers
# that nobody is known of expire.
peer = Table(
    "peer",
    metadata,
    only_key("domain.id"),
    # model/federating.SignatureStyle that it took last
    Column("signature", SmallInteger, nullable=False, server_default=text("0")),
    Column("failures", Integer, nullable=False, server_default=text("0")),  # in a row
    Column("failing_since", BigInteger),
    Column("closed_until", BigInteger),  # it is left alone until then
    Column("dead", Boolean, nullable=False, server_default=text("false")),  # not delivered to until it is heard of
    Column("last_success_at", BigInteger),
    Column("last_error", Text),
    Column("last_error_at", BigInteger),
    Column("heard_at", BigInteger),  # when it last sent something that was signed
    Column("lane", SmallInteger, nullable=False, server_default=text("0")),  # the most urgent of what waits
    Column("due_at", BigInteger),  # when the first of what waits falls due; none: nothing waits
    Column("held_until", BigInteger),
    Column("held_by", SmallInteger),  # the slot of the process that holds it (store/slots.py)
    Index(None, "failing_since"),
)
_waiting = peer.c.due_at.is_not(None)
_held_peer = peer.c.held_by.is_not(None)
Index("ix_peer_held", peer.c.held_by, sqlite_where=_held_peer, postgresql_where=_held_peer)
Index("ix_peer_due", peer.c.lane, peer.c.due_at, sqlite_where=_waiting, postgresql_where=_waiting)

# Who of this server is somebody of another one too, as they say.
account_alias = Table(
    "account_alias",
    metadata,
    reference("account_id", "account.id", key=True),
    Column("uri", Text, primary_key=True),
    Column("handle", Text, nullable=False),  # name@host, as it was then
)

# Who of this server went to another one.
account_move = Table(
    "account_move",
    metadata,
    only_key("account.id"),
    reference("to_id", "account.id"),
    Column("moved_at", BigInteger, nullable=False),
    Index(None, "to_id"),
)

# What is to be said to other servers: an activity, once, whoever it goes to.
outgoing = Table(
    "outgoing",
    metadata,
    id_column(),
    reference("account_id", "account.id", nullable=True),  # who signs it; none: the server itself
    Column("body", Text, nullable=False),  # the activity, JSON
    Column("followers_only", Boolean, nullable=False),  # goes with a digest of the followers there (FEP-8fcf)
    Column("created_at", BigInteger, nullable=False),
    Index(None, "account_id"),
    Index(None, "created_at"),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    reference("outgoing_id", "outgoing.id"),
    reference("domain_id", "domain.id"),
    Column("inbox", Text, nullable=False),
    Column("lane", SmallInteger, nullable=False),  # model/federating.Lane
    Column(
        "subject", BigInteger, nullable=False
    ),  # what it is about: what a server is told of one thing, goes in order
    Column("attempts", Integer, nullable=False),
    Column("due_at", BigInteger),  # none: given up, for the operator to see
    Column("error", Text),
    Index(None, "outgoing_id", "inbox", unique=True),
    Index(None, "domain_id", "lane", "id"),
    Index(None, "domain_id", "due_at"),
    Index(None, "subject", "inbox"),
    sqlite_autoincrement=True,
)
_given_up = delivery.c.due_at.is_(None)
Index("ix_delivery_given_up", delivery.c.id, sqlite_where=_given_up, postgresql_where=_given_up)

# What goes to more inboxes than are written down at once, and how far that came; gone when all are.
spreading = Table(
    "spreading",
    metadata,
    only_key("outgoing.id"),
    Column("subject", BigInteger, nullable=False),  # as of its deliveries: what is said of one thing is so in order
    Column("lane", SmallInteger, nullable=False),
    Column("audience", Text, nullable=False),  # JSON: store/audiences.Audience
    Column("told", Text, nullable=False),  # JSON: inboxes that it was written down for before all others
    Column("reached", Text, nullable=False),  # the last inbox, in the order of their names
    Index(None, "subject", "outgoing_id"),
)

# Where posts of an account went that is followed from there no more: the deletion of an older post goes there too.
former_reader = Table(
    "former_reader",
    metadata,
    reference("account_id", "account.id", key=True),
    Column("inbox", Text, primary_key=True),
    reference("domain_id", "domain.id"),
    Column("until", BigInteger, nullable=False),
    Index(None, "domain_id"),
)

# What other servers said, verified and waiting to be understood.
incoming = Table(
    "incoming",
    metadata,
    id_column(),
    Column("digest", LargeBinary, nullable=False, unique=True),  # of the activity's id, or of its bytes
    Column("body", Text, nullable=False),
    Column(
        "sender_id", BigInteger, ForeignKey("account.id", ondelete="CASCADE")
    ),  # whose key signed; none: not yet known
    Column("headers", Text),  # JSON: what is needed to verify it later, when the key must be fetched first
    Column("host", Text, nullable=False),  # where the key is from
    Column("attempts", Integer, nullable=False),
    Column("due_at", BigInteger),  # none: given up, for the operator to see
    Column("error", Text),
    Column("received_at", BigInteger, nullable=False),
    Column("held_by", SmallInteger),  # the slot of the process that works on it (store/slots.py)
    Index(None, "sender_id"),
    Index(None, "due_at"),
    Index(None, "host", "due_at"),
)
_held_incoming = incoming.c.held_by.is_not(None)
Index("ix_incoming_held", incoming.c.held_by, sqlite_where=_held_incoming, postgresql_where=_held_incoming)

# Activities that were understood, as hashes: who repeats one says nothing new.
understood = Table(
    "understood",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Index(None, "at"),
)

# What a post of another server has beside a row of `post`. Its key sorts by time, hence what is old is found by it.
remote_post = Table(
    "remote_post",
    metadata,
    only_key("post.id"),
    Column("answers", Text),  # the id of what it answers, as long as that is not known here
    Column("quotes", Text),  # the id of what it quotes, as long as that is not known here
    Column("replies", Text),  # where the collection of its answers is
    Column("thread", Text),  # what its server calls the thread
    Column("fetched_at", BigInteger, nullable=False),
    Column("replies_at", BigInteger),  # when its answers were last looked for
)
for _column in (remote_post.c.answers, remote_post.c.quotes):
    Index(
        f"ix_remote_post_{_column.name}",
        _column,
        sqlite_where=_column.is_not(None),
        postgresql_where=_column.is_not(None),
    )

# Files of other servers that something here shows. They are fetched when somebody looks, and kept as long as there is room.
remote_file = Table(
    "remote_file",
    metadata,
    Column("name", Text, primary_key=True),  # made of the address: no one can have others fetched
    Column("url", Text, nullable=False),
    Column("blob", Text),  # none: not fetched
    Column("bytes", Integer),
    Column("tried_at", BigInteger),  # when it was last fetched, or could not be
    Column("changed_at", BigInteger),  # when it became what it is, as its server says
    Column("used_at", BigInteger),
    Index(None, "used_at"),
)
