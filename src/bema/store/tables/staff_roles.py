"""Who is to be of the staff, and as what: proposals, and who said what to each, once."""

from sqlalchemy import BigInteger, Boolean, Column, Index, SmallInteger, Table, Text, text

from bema.store.tables.schema import id_column, metadata, reference

# People are named without referring to their rows: what was proposed stays when somebody leaves.
role_proposal = Table(
    "role_proposal",
    metadata,
    id_column(),
    Column("login_id", BigInteger, nullable=False),  # who is to have another role
    Column("account_id", BigInteger, nullable=False),
    Column("before", SmallInteger, nullable=False),
    Column("after", SmallInteger, nullable=False),
    Column("by_login", BigInteger, nullable=False),
    Column("by_account", BigInteger),
    Column("by_role", SmallInteger, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("state", Text, nullable=False),  # model/decisions.State: proposed, in_force, refused, withdrawn, unanswered
    Column("needs", SmallInteger, nullable=False),  # how many people policy asked for when it was last looked at
    Column("single_operator", Boolean, nullable=False),  # there was nobody else who could have agreed
    Column("proposed_at", BigInteger, nullable=False),
    Column("answer_until", BigInteger, nullable=False),
    Column("settled_at", BigInteger),
    Column("place", BigInteger),  # in the public log, of what it came to
)
_open = text("state = 'proposed'")
Index("uq_role_proposal_open", role_proposal.c.login_id, unique=True, sqlite_where=_open, postgresql_where=_open)
Index("ix_role_proposal_place", role_proposal.c.place)

role_voice = Table(
    "role_voice",
    metadata,
    reference("proposal_id", "role_proposal.id", key=True),
    Column("login_id", BigInteger, primary_key=True),
    Column("account_id", BigInteger),
    Column("role", SmallInteger, nullable=False),  # at that time
    Column("voice", Text, nullable=False),  # model/decisions.Voice
    Column("counted", Boolean, nullable=False),  # it was among those by which the role changed
    Column("at", BigInteger, nullable=False),
)
