"""What is reported, and what was decided about it: decisions with their effects, acts of the staff, measures at the door.

Decisions and acts name people without referring to their rows: they stay when somebody leaves. A row of `decision` is
never changed; an effect ends once, by the decision that ended it.
"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, SmallInteger, Table, Text, text

from bema.store.tables.schema import id_column, metadata, reference

decision = Table(
    "decision",
    metadata,
    id_column(),
    Column("subject_kind", Text, nullable=False),  # model/decisions.SubjectKind
    Column("subject_id", BigInteger),  # of an account
    Column("subject_name", Text),  # a domain, network, or digest of an address
    Column("act", Text, nullable=False),  # model/decisions.Act: what it was called when it was made
    Column("by_login", BigInteger),  # none: who has the command line
    Column("by_account", BigInteger),
    Column("by_role", SmallInteger, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("clauses", Text, nullable=False),  # JSON: ids of the rules that it rests on
    Column("post_ids", Text, nullable=False),  # JSON: the posts that it is about
    Column("report_id", BigInteger),
    Column("reverses_id", BigInteger),  # the decision whose effects it ends
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger),
    Index(None, "subject_kind", "subject_id", "id"),
    Index(None, "subject_name"),
    Index(None, "reverses_id"),
    Index(None, "report_id"),
)

effect = Table(
    "effect",
    metadata,
    reference("decision_id", "decision.id", key=True),
    Column("number", Integer, primary_key=True),
    Column("effect", Text, nullable=False),  # model/decisions.Effect
    Column("target_kind", Text, nullable=False),
    Column("target_id", BigInteger),
    Column("target_name", Text),
    Column("ended_by", BigInteger, ForeignKey("decision.id")),  # none: in force
    Index(None, "ended_by"),
)
_in_force = effect.c.ended_by.is_(None)
for _name in ("target_id", "target_name"):
    Index(
        f"ix_effect_{_name}",
        effect.c.target_kind,
        effect.c[_name],
        sqlite_where=_in_force,
        postgresql_where=_in_force,
    )

# What the staff did, restricting or not, in the order it was done.
staff_act = Table(
    "staff_act",
    metadata,
    id_column(),
    Column("login_id", BigInteger),  # none: who has the command line
    Column("account_id", BigInteger),
    Column("role", SmallInteger, nullable=False),
    Column("act", Text, nullable=False),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", BigInteger),
    Column("subject_name", Text),
    Column("decision_id", BigInteger),
    Column("at", BigInteger, nullable=False),
    Index(None, "login_id", "id"),
    Index(None, "subject_kind", "subject_id", "id"),
)

report = Table(
    "report",
    metadata,
    id_column(),
    reference("by_id", "account.id"),
    reference("target_id", "account.id"),
    Column("category", Text, nullable=False),  # spam, legal, violation, other
    Column("comment", Text, nullable=False),
    Column("forward", Boolean, nullable=False),  # its writer wants the target's own server to hear of it
    Column("rule_ids", Text, nullable=False),  # JSON
    Column("post_ids", Text, nullable=False),  # JSON
    Column("evidence", Text, nullable=False),  # JSON: list of reporting.Evidence: the posts as they were seen
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("assigned_id", BigInteger, ForeignKey("account.id", ondelete="SET NULL")),
    Column("resolved_at", BigInteger),
    Column("resolved_by_id", BigInteger, ForeignKey("account.id", ondelete="SET NULL")),
    Index(None, "by_id", "id"),
    Index(None, "target_id", "id"),
    Index(None, "assigned_id"),
    Index(None, "resolved_by_id"),
    Index(None, "created_at"),
)
_open, _resolved = report.c.resolved_at.is_(None), report.c.resolved_at.is_not(None)
Index("ix_report_open", report.c.id, sqlite_where=_open, postgresql_where=_open)
Index("ix_report_resolved", report.c.resolved_at, report.c.id, sqlite_where=_resolved, postgresql_where=_resolved)

# --- Measures: what is in force at the door, each by the decision it rests on -----------------------------------------

domain_block = Table(
    "domain_block",
    metadata,
    id_column(),
    Column("name", Text, nullable=False, unique=True),
    Column("severity", SmallInteger, nullable=False),  # model/decisions.Severity
    Column("reject_media", Boolean, nullable=False),
    Column("reject_reports", Boolean, nullable=False),
    Column("private_comment", Text),
    Column("public_comment", Text),
    Column("obfuscate", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    reference("decision_id", "decision.id"),
    Index(None, "decision_id"),
)

domain_allow = Table(
    "domain_allow",
    metadata,
    id_column(),
    Column("name", Text, nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    reference("decision_id", "decision.id"),
    Index(None, "decision_id"),
)

email_domain_block = Table(
    "email_domain_block",
    metadata,
    id_column(),
    Column("name", Text, nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    reference("decision_id", "decision.id"),
    Index(None, "decision_id"),
)

# How often somebody was turned away by it, a row a day.
email_domain_day = Table(
    "email_domain_day",
    metadata,
    reference("block_id", "email_domain_block.id", key=True),
    Column("day", Integer, primary_key=True),  # days since 1970-01-01
    Column("tries", Integer, nullable=False, server_default=text("0")),
)

network_block = Table(
    "network_block",
    metadata,
    id_column(),
    Column("network", Text, nullable=False, unique=True),  # 192.0.2.0/24
    Column("severity", SmallInteger, nullable=False),  # model/decisions.DoorSeverity
    Column("comment", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    reference("decision_id", "decision.id"),
    Index(None, "decision_id"),
    Index(None, "severity"),
)

email_block = Table(
    "email_block",
    metadata,
    id_column(),
    Column("digest", Text, nullable=False, unique=True),  # SHA-256 of the canonical address, in hex
    Column("created_at", BigInteger, nullable=False),
    reference("decision_id", "decision.id"),
    Index(None, "decision_id"),
)
