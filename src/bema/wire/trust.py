"""What programs are told of the policy: documents, versions and clauses, with the moment and the state of the log."""

import msgspec


class Clause(msgspec.Struct, frozen=True):
    """A clause by its id; texts by language."""

    id: str
    text: dict[str, str]
    hint: dict[str, str]


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a document. Moments are in ISO 8601; entries are places in the public log."""

    document: str
    version: int
    state: str  # holds, held, will_hold, asked_about, closed, withdrawn
    digest: str
    url: str
    text_url: str
    consult_from: str | None
    consult_until: str | None
    effective_from: str | None
    succeeded_at: str | None
    published_at: str | None
    withdrawn_at: str | None
    consulted: bool
    adopted: bool
    single_operator: bool
    entries: dict[str, int]


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A document with what holds of it."""

    id: str
    title: dict[str, str]
    url: str
    version: Version | None
    language: str | None
    preamble: dict[str, str]
    clauses: list[Clause]
    approvals: dict[str, int]


class Documents(msgspec.Struct, frozen=True, kw_only=True):
    """All documents as they held at a moment."""

    as_of: str
    tree_size: int
    policies: list[Document]


class OneDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A document as it held at a moment."""

    as_of: str
    tree_size: int
    policy: Document


class Versions(msgspec.Struct, frozen=True, kw_only=True):
    """The versions of a document, the newest first."""

    as_of: str
    tree_size: int
    versions: list[Version]
