"""Decisions: what the staff can decide about a person, a post, a domain or the door, and what of it takes effect where."""

from enum import IntEnum, StrEnum

import msgspec

from bema.model.ids import AccountId, LoginId, Millis, PostId
from bema.model.policy import Role


class SubjectKind(StrEnum):
    """What a decision is about; the words are stored."""

    ACCOUNT = "account"
    POST = "post"
    DOMAIN = "domain"
    EMAIL_DOMAIN = "email_domain"
    NETWORK = "network"
    EMAIL = "email"  # a digest of an address
    REPORT = "report"
    TAG = "tag"
    LINK = "link"
    PUBLISHER = "publisher"
    ANNOUNCEMENT = "announcement"
    POLICY = "policy"  # a version of a document
    COMMENT = "comment"  # on a proposal of one


class Subject(msgspec.Struct, frozen=True):
    """One thing that is decided about or acted upon, by its id or by its name."""

    kind: SubjectKind
    id: int | None = None
    name: str | None = None


class Effect(StrEnum):
    """What a decision does to its target, as long as it is in force; the words are stored."""

    SUSPEND = "suspend"  # account, domain: vanishes, with all that it said
    LIMIT = "limit"  # account, domain: found by its followers alone
    FREEZE = "freeze"  # account: nobody can sign in for it
    SENSITIVE = "sensitive"  # account, post: its pictures are covered
    REMOVE = "remove"  # post: nobody sees it; all of it is kept
    REJECT_MEDIA = "reject_media"  # domain
    REJECT_REPORTS = "reject_reports"  # domain
    FEDERATE = "federate"  # domain: may talk with us where only named ones may
    NO_SIGN_UP = "no_sign_up"  # e-mail domain, network, address
    REVIEWED_SIGN_UP = "reviewed_sign_up"  # network: who signs up from there waits for approval
    NO_ACCESS = "no_access"  # network


class Act(StrEnum):
    """What a decision is called; the words are stored."""

    WARN = "warn"
    SUSPEND = "suspend"
    LIMIT = "limit"
    FREEZE = "freeze"
    SENSITIVE = "sensitive"
    MARK_POSTS_SENSITIVE = "mark_posts_sensitive"
    REMOVE_POSTS = "remove_posts"
    BLOCK = "block"  # a domain, network or address
    ALLOW = "allow"  # a domain
    REVERSE = "reverse"


class Severity(IntEnum):
    """How far a domain is kept away; the numbers are stored and ordered."""

    NOOP = 0
    LIMIT = 1
    SUSPEND = 2


class DoorSeverity(IntEnum):
    """What happens to who comes from a network; the numbers are stored and ordered."""

    REVIEW = 0
    NO_SIGN_UP = 1
    NO_ACCESS = 2


class Grounds(msgspec.Struct, frozen=True, kw_only=True):
    """Why something is decided, and what it rests on."""

    reasons: str = ""
    clauses: list[str] = []
    posts: list[PostId] = []
    report: int | None = None


class Decision(msgspec.Struct, frozen=True, gc=False):
    """A decision as it was made."""

    id: int
    subject: Subject
    act: Act
    by_login: LoginId | None
    by_account: AccountId | None
    by_role: Role
    reasons: str
    clauses: list[str]
    posts: list[PostId]
    report: int | None
    reverses: int | None
    starts_at: Millis
    ends_at: Millis | None
