"""What programs are told of the policy and of standing, with the moment and the state of the public log."""

from typing import Literal

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
    answer_days: int | None


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


# --- What somebody is told of themselves ------------------------------------------------------------------------------


class StandingEffect(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision does, on what kind of thing, and whether that is over."""

    effect: str
    on: str
    status_id: str | None
    over: bool


class AppealTurn(msgspec.Struct, frozen=True, kw_only=True):
    """What was said in an appeal after it was opened."""

    by: Literal["reviewer", "you"]
    text: str
    at: str


class StandingAppeal(msgspec.Struct, frozen=True, kw_only=True):
    """An objection, and what came of it. Entries are places in the public log."""

    text: str
    state: Literal["open", "upheld", "reversed", "partly", "withdrawn"]
    opened_at: str
    due_at: str
    overdue: bool
    awaits_you: bool  # the reviewer asked something: until it is answered, the clock stands still
    reasons: str
    reviewer_took_part: bool
    decided_at: str | None
    opened_entry: int
    decided_entry: int | None
    turns: list[AppealTurn] | None  # only where one decision is asked for


class Restoration(msgspec.Struct, frozen=True, kw_only=True):
    """What an account held before a decision and when that was over: how many of each kind, and what is not the same."""

    before: dict[str, int]
    before_at: str
    after: dict[str, int] | None
    after_at: str | None
    differing: list[str]


class StandingDecision(msgspec.Struct, frozen=True, kw_only=True):
    """A decision about an account, as those who own it are told. Moments are in ISO 8601."""

    id: str
    act: str
    state: str  # provisional, in_force, lapsed, expired, reversed
    over: bool
    effects: list[StandingEffect]
    reasons: str
    facts: str
    clauses: list[str]  # each with the version that it is of
    law: str
    territory: list[str]
    detected: bool
    automated: bool
    provisional: bool
    single_operator: bool
    status_ids: list[str]
    starts_at: str
    ends_at: str | None
    url: str
    entry: int  # its place in the public log
    entry_url: str
    receipt_url: str | None  # asked with the same token; null: it is signed in some seconds
    contestable: bool
    contestable_until: str
    appeal: StandingAppeal | None
    restoration: Restoration | None  # only where one decision is asked for


class Standings(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided about an account, the newest first."""

    as_of: str
    tree_size: int
    decisions: list[StandingDecision]


class OneStanding(msgspec.Struct, frozen=True, kw_only=True):
    """One decision about an account."""

    as_of: str
    tree_size: int
    decision: StandingDecision


# --- What everybody is told of decisions ------------------------------------------------------------------------------


class LoggedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the public log, and what later ones say about it."""

    id: str  # its place
    entry: msgspec.Raw  # as it stands in the log, byte for byte
    url: str
    proof_url: str
    reversed_by: int | None  # the newest entry that ended some of its effects
    wholly_reversed: bool
    approved_by: int | None  # the entry that says that it is provisional no more


class LoggedEntries(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided, the newest first."""

    as_of: str
    tree_size: int
    decisions: list[LoggedEntry]


class OneLoggedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry with the places of all that concern it."""

    as_of: str
    tree_size: int
    decision: LoggedEntry
    reversed_by: list[int]
    appealed_by: list[int]
