"""What is reported, and what was decided about it: cases, decisions with their effects and approvals, acts, measures.

Decisions and acts name people without referring to their rows: they stay when somebody leaves. What a decision says is
never changed, only its state; an effect begins with the decision's and ends once, by the decision that ended it.
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
    Column("state", Text, nullable=False),  # model/decisions.State
    Column("by_login", BigInteger),  # who proposed it; none: who has the command line, or the clock alone
    Column("by_account", BigInteger),
    Column("by_role", SmallInteger, nullable=False),
    Column("reasons", Text, nullable=False),  # what the person affected is told
    Column("facts", Text, nullable=False),  # what was found, apart from what is thought of it
    Column("clauses", Text, nullable=False),  # JSON: the clauses that it rests on, with their versions
    Column("law", Text, nullable=False),  # the law that it rests on; empty: none
    Column("territory", Text, nullable=False),  # JSON: codes of countries; empty: everywhere
    Column("detected", Boolean, nullable=False),  # a program drew attention to it
    Column("automated", Boolean, nullable=False),  # a program decided it
    Column("post_ids", Text, nullable=False),  # JSON: the posts that it is about
    Column("report_id", BigInteger),
    Column("case_id", BigInteger, ForeignKey("case_file.id", ondelete="SET NULL")),
    Column("reverses_id", BigInteger),  # the decision whose effects it ends
    Column("needs", SmallInteger, nullable=False),  # how many people policy asked for when it was last looked at
    Column("provisional", Boolean, nullable=False),  # it took effect before all of them had agreed
    Column("single_operator", Boolean, nullable=False),  # there was nobody else who could have agreed
    Column("proposed_at", BigInteger, nullable=False),
    Column("starts_at", BigInteger, nullable=False),  # when it took effect; as long as it has not: when it was proposed
    Column("approved_at", BigInteger),  # when a provisional one had all whom it needed
    Column("lasts", BigInteger),  # milliseconds, from its taking effect; none: until it is taken back
    Column("ends_at", BigInteger),
    Column("answer_until", BigInteger),  # of a proposal: then nobody can approve it any more
    Column("terms", Text),  # JSON: model/decisions.Terms; none: it is no measure at the door
    Index(None, "subject_kind", "subject_id", "id"),
    Index(None, "subject_name"),
    Index(None, "reverses_id"),
    Index(None, "report_id"),
    Index(None, "case_id", "id"),
)
_undecided = text("state IN ('proposed', 'provisional', 'unanswered')")
Index("ix_decision_undecided", decision.c.state, decision.c.id, sqlite_where=_undecided, postgresql_where=_undecided)

# Who stands behind a decision: a row for each, so that nobody can be counted twice.
approval = Table(
    "approval",
    metadata,
    reference("decision_id", "decision.id", key=True),
    Column("login_id", BigInteger, primary_key=True),  # 0: who has the command line
    Column("account_id", BigInteger),
    Column("role", SmallInteger, nullable=False),  # at that time
    Column("voice", Text, nullable=False),  # model/decisions.Voice: proposed, approved, refused
    Column("counted", Boolean, nullable=False),  # it was among those by which the decision took effect, or stayed so
    Column("at", BigInteger, nullable=False),
    Index(None, "login_id", "decision_id"),
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
    Column("words", Text),  # of a label, note or cover
    Column("in_force", Boolean, nullable=False),  # it began, and was not ended
    Column("ended_by", BigInteger, ForeignKey("decision.id")),
    Index(None, "ended_by"),
)
for _name in ("target_id", "target_name"):
    Index(
        f"ix_effect_{_name}",
        effect.c.target_kind,
        effect.c[_name],
        effect.c.effect,
        sqlite_where=text("in_force IS 1"),
        postgresql_where=text("in_force IS true"),
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
    Column("to_id", BigInteger),  # whom something was given to
    Column("at", BigInteger, nullable=False),
    Index(None, "login_id", "id"),
    Index(None, "subject_kind", "subject_id", "id"),
)

# What is worked on: all that was reported about one subject since it was last settled.
case_file = Table(
    "case_file",
    metadata,
    id_column(),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", BigInteger),
    Column("subject_name", Text),
    Column("queue", Text, nullable=False),  # model/casework.Queue
    Column("priority", SmallInteger, nullable=False),  # model/casework.Priority
    Column("reports", Integer, nullable=False),  # how many there are in it
    Column("assigned_id", BigInteger, ForeignKey("account.id", ondelete="SET NULL")),
    Column("opened_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
    Column("closed_by_id", BigInteger, ForeignKey("account.id", ondelete="SET NULL")),
    Index(None, "assigned_id"),
    Index(None, "closed_by_id"),
    Index(None, "subject_kind", "subject_id"),
)
_worked_on, _settled = case_file.c.closed_at.is_(None), case_file.c.closed_at.is_not(None)
Index(
    "uq_case_file_open_subject",
    case_file.c.subject_kind,
    case_file.c.subject_id,
    unique=True,
    sqlite_where=_worked_on,
    postgresql_where=_worked_on,
)
Index("ix_case_file_open", case_file.c.priority, case_file.c.id, sqlite_where=_worked_on, postgresql_where=_worked_on)
Index("ix_case_file_closed", case_file.c.closed_at, sqlite_where=_settled, postgresql_where=_settled)

case_note = Table(
    "case_note",
    metadata,
    id_column(),
    reference("case_id", "case_file.id"),
    Column("by_login", BigInteger),
    Column("by_account", BigInteger),
    Column("text", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index(None, "case_id", "id"),
)

# What somebody of the staff means to decide in a case and has not proposed yet: of each, one.
case_draft = Table(
    "case_draft",
    metadata,
    reference("case_id", "case_file.id", key=True),
    reference("login_id", "login.id", key=True),
    Column("account_id", BigInteger),
    Column("content", Text, nullable=False),  # JSON: model/casework.Sketch
    Column("updated_at", BigInteger, nullable=False),
    Index(None, "login_id"),
)

report = Table(
    "report",
    metadata,
    id_column(),
    Column("case_id", BigInteger, ForeignKey("case_file.id", ondelete="SET NULL")),
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
    Index(None, "case_id", "id"),
)
_open, _resolved = report.c.resolved_at.is_(None), report.c.resolved_at.is_not(None)
Index("ix_report_open", report.c.id, sqlite_where=_open, postgresql_where=_open)
Index("ix_report_resolved", report.c.resolved_at, report.c.id, sqlite_where=_resolved, postgresql_where=_resolved)

# --- Measures: what stands at the door, worked out from the decisions in force (store/door.py) ------------------------

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
