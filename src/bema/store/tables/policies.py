"""What the square agreed on: documents, their versions, and what people said about a version before it was published.

What a version says is never changed: it stands under its digest, which the public log names.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from bema.store.tables.schema import id_column, metadata, reference

policy_document = Table(
    "policy_document",
    metadata,
    id_column(),
    Column("name", Text, nullable=False, unique=True),  # rules, terms, …: part of addresses
    Column("versions", Integer, nullable=False),  # how many numbers of versions were given away
    Column("clauses", Integer, nullable=False),  # how many numbers of clauses were given away
    Column("created_at", BigInteger, nullable=False),
)

# What the staff is writing; there is at most one for a document.
policy_draft = Table(
    "policy_draft",
    metadata,
    reference("document_id", "policy_document.id", key=True),
    Column("content", LargeBinary, nullable=False),  # JSON: model/policies.Text
    Column("updated_at", BigInteger, nullable=False),
)

policy_text = Table(
    "policy_text",
    metadata,
    Column("digest", Text, primary_key=True),  # SHA-256 of the content, in hex
    Column("content", LargeBinary, nullable=False),  # canonical JSON: model/policies.Text
)

policy_version = Table(
    "policy_version",
    metadata,
    id_column(),
    reference("document_id", "policy_document.id"),
    Column("number", Integer, nullable=False),
    Column("digest", Text, ForeignKey("policy_text.digest"), nullable=False),
    Column("proposed_at", BigInteger),
    Column("consult_until", BigInteger),
    Column("asked_at", BigInteger),  # since then somebody wants it published, and another has to agree
    Column("asked_by", BigInteger),  # that login
    Column("asked_role", Integer),
    Column("effective_from", BigInteger),
    Column("published_at", BigInteger),
    Column("withdrawn_at", BigInteger),
    Column("consulted", Boolean, nullable=False),  # people could say what they think of it
    Column("adopted", Boolean, nullable=False),  # it was in force before there was a public log
    Column("single_operator", Boolean, nullable=False),  # nobody else was there who could have agreed
    Column("proposed_place", BigInteger),  # of the entry in the public log; so the other two
    Column("published_place", BigInteger),
    Column("withdrawn_place", BigInteger),
    UniqueConstraint("document_id", "number"),
    Index(None, "document_id", "effective_from"),
    Index(None, "digest"),
    Index(None, "published_place"),
)

policy_clause = Table(
    "policy_clause",
    metadata,
    Column("clause", Text, primary_key=True),
    reference("version_id", "policy_version.id", key=True),
    Index(None, "version_id"),
    sqlite_with_rowid=False,
)

policy_comment = Table(
    "policy_comment",
    metadata,
    id_column(),
    reference("version_id", "policy_version.id"),
    reference("account_id", "account.id"),
    Column("text", Text, nullable=False),
    Index(None, "version_id", "id"),
    Index(None, "account_id"),
)
