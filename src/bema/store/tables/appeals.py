"""Appeals against decisions, what is said in them, and what an account held before and after a decision about it."""

from sqlalchemy import BigInteger, Boolean, Column, Index, SmallInteger, Table, Text

from bema.store.tables.schema import Key, id_column, metadata, reference

appeal = Table(
    "appeal",
    metadata,
    id_column(),
    reference("decision_id", "decision.id"),
    Column("account_id", BigInteger, nullable=False),  # whose appeal it is
    Column("text", Text, nullable=False),
    Column("state", Text, nullable=False),  # model/appealing.AppealState
    Column("opened_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),  # moved on by as long as the person takes to answer
    Column("asked_at", BigInteger),  # since when the person is to answer; none: it is the reviewer's turn
    Column("reviewer_login", BigInteger),  # none: nobody has taken it
    Column("reviewer_account", BigInteger),
    Column("reviewer_role", SmallInteger),
    Column("reasons", Text, nullable=False),  # of the outcome
    Column("took_part", Boolean, nullable=False),  # the reviewer had a part in the decision: there was nobody else
    Column("decided_at", BigInteger),
    Column("place", BigInteger, nullable=False),  # of the entry that says that it was opened
    Column("decided_place", BigInteger),  # of the one that says what came of it
    Index(None, "decision_id", "id"),
    Index(None, "account_id", "id"),
    Index(None, "place"),
    Index(None, "decided_place"),
)
_open = appeal.c.state == "open"
Index("uq_appeal_open", appeal.c.decision_id, unique=True, sqlite_where=_open, postgresql_where=_open)
Index("ix_appeal_due", appeal.c.due_at, sqlite_where=_open, postgresql_where=_open)
Index("ix_appeal_closed", appeal.c.id, sqlite_where=~_open, postgresql_where=~_open)

appeal_turn = Table(
    "appeal_turn",
    metadata,
    id_column(),
    reference("appeal_id", "appeal.id"),
    Column("by_reviewer", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index(None, "appeal_id", "id"),
)

# What an account held when a decision took it out of sight, and again when that was over: the same, or it says what not.
restoration = Table(
    "restoration",
    metadata,
    Column("decision_id", BigInteger, primary_key=True, autoincrement=False),
    Column("account_id", BigInteger, nullable=False),
    Column("before", Text, nullable=False),  # JSON: restoring.Measure
    Column("before_at", BigInteger, nullable=False),
    Column("after", Text),  # none: it is not over
    Column("after_at", BigInteger),
    Column("restored_by", BigInteger),  # the decision that ended it
    Column("place", BigInteger),  # of the entry that says what came of it
    Index(None, "account_id"),
    Index(None, "place"),
)

# What was destroyed for good of what a decision had taken out of sight, when nobody could object any more.
destruction = Table(
    "destruction",
    metadata,
    Column("place", Key, primary_key=True, autoincrement=False),  # of the entry that says it
    Column("decision_id", BigInteger, nullable=False),
    Column("destroyed", Text, nullable=False),  # JSON: list of (effect, kind of target, count)
    Column("at", BigInteger, nullable=False),
    Index(None, "decision_id"),
)
